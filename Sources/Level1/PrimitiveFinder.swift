import Detector
import Statistics

/// Makes the level-1 primitives of one event from its hits: drift chamber, calorimeter, muon detector, matching, bits.
///
/// Holds the tables and working memory of all blocks; an event allocates nothing.
final class PrimitiveFinder {
  private let segmentFinder: TrackSegmentFinder
  private let trackFinder: HoughFinder
  private let stereoFitter: StereoFitter
  private var chamberTime = EventTimeFinder()
  let cellMap: TriggerCellMap
  private let energies: TriggerCellEnergies
  private let clusterFinder: ClusterFinder
  private let positions = InputPositions()

  /// Nanoseconds per drift-time count.
  private static let countWidth: Float = 1 / 1.0178

  init(detector: DetectorModel) {
    let chamber = detector.driftChamber
    segmentFinder = TrackSegmentFinder(chamber)
    trackFinder = HoughFinder(chamber)
    stereoFitter = StereoFitter(chamber)
    let calorimeter = detector.calorimeter
    cellMap = TriggerCellMap(calorimeter.trigger)
    energies = TriggerCellEnergies(
      cellOfCrystal: [0] + (1...calorimeter.crystalCount).map { UInt16(calorimeter.triggerCell(ofCrystal: $0)) })
    clusterFinder = ClusterFinder(map: cellMap)
  }

  /// Finds the primitives of one event. The hits must have been checked.
  func find(_ hits: borrowing Level1Hits, random: inout CounterRandom, into primitives: inout Level1Primitives) {
    segmentFinder.find(wire: hits.wire, tdc: hits.tdc, into: &primitives.segments)
    trackFinder.find(primitives.segments, into: &primitives.tracks)
    findChamberTime(primitives.segments, primitives.tracks)
    primitives.chamberTime = chamberTime.isActive ? Float(chamberTime.time) * Self.countWidth : .nan
    stereoFitter.fit(primitives.segments, eventTime: chamberTime.time, into: &primitives.tracks)

    energies.fill(crystal: hits.crystal, energy: hits.energy, time: hits.crystalTime, random: &random)
    let sums = EnergySums(energies, map: cellMap)
    primitives.isolatedClusters = clusterFinder.find(energies, into: &primitives.clusters)
    let pairs = ClusterPairLogic(primitives.clusters, map: cellMap, total: sums.total)
    let lowMultiplicity = LowMultiplicityLogic(primitives.clusters, pairs: pairs, map: cellMap)
    let sumLogic = EnergyTriggerLogic(sums, primitives.clusters, pairs: pairs, map: cellMap)
    primitives.energyPhysics = Float(sums.physics.tenKiloelectronvolts) / 100_000
    primitives.energyTotal = Float(sums.total.tenKiloelectronvolts) / 100_000

    let muons = MuonSectors(
      section: hits.section, sector: hits.sector, layer: hits.layer, plane: hits.plane, time: hits.muonTime)
    primitives.muonSectors = muons.fired

    setTiming(sums, &primitives)
    let matching = GlobalMatching(
      tracks: primitives.tracks, clusters: primitives.clusters,
      calorimeterTime: sums.largestCell > 0 ? energies.times[sums.largestCell] : 0, muons: muons)

    var input = InputWords()
    setTrackBits(&input, primitives.tracks.count, matching)
    setThreeDimensionalBits(&input, primitives.tracks)
    setSumBits(&input, sums, sumLogic, isolated: primitives.isolatedClusters)
    setClusterBits(&input, primitives.clusters, pairs, lowMultiplicity)
    setMuonBits(&input, muons)
    setMatchingBits(&input, matching, pairs)
    primitives.input = input
  }

  /// The drift chamber's event time, from the axial segments on tracks.
  private func findChamberTime(_ segments: borrowing TrackSegments, _ tracks: borrowing DriftChamberTracks) {
    chamberTime.begin()
    for index in 0..<tracks.count {
      for superLayer in HoughPlane.axialSuperLayers where tracks.segments[index * 9 + superLayer] >= 0 {
        chamberTime.add(
          earliest: segmentFinder.earliestHit(segment: Int(tracks.segments[index * 9 + superLayer]), superLayer))
      }
    }
    chamberTime.find()
  }

  private func setTiming(_ sums: borrowing EnergySums, _ primitives: inout Level1Primitives) {
    if sums.largestCell > 0 {
      let energy = CalorimeterEnergy(counts: energies.counts[sums.largestCell])
      primitives.time = energies.times[sums.largestCell]
      primitives.timingSource = .calorimeter
      primitives.timingQuality =
        energy > CalorimeterEnergy(gigaelectronvolts: 20)
        ? .superfine : energy > CalorimeterEnergy(gigaelectronvolts: 1) ? .fine : .coarse
    } else if chamberTime.isActive {
      primitives.time = primitives.chamberTime
      primitives.timingSource = .driftChamber
      primitives.timingQuality = .coarse
    } else {
      primitives.time = 0
      primitives.timingSource = .none
      primitives.timingQuality = .none
    }
  }

  private func setTrackBits(_ input: inout InputWords, _ tracks: Int, _ matching: GlobalMatching) {
    input.setOneHot(tracks, at: positions.tracks, count: 4)
    input[positions.anyTrack] = tracks > 0
    let differences = matching.trackDifferences
    input[positions.tracksBackToBack3] = differences & GlobalMatching.backToBack3 != 0
    input[positions.tracksBackToBack5] = differences & GlobalMatching.backToBack5 != 0
    input[positions.tracksBackToBack7] = differences & GlobalMatching.backToBack7 != 0
    input[positions.tracksBackToBack9] = differences & GlobalMatching.backToBack9 != 0
    input[positions.tracksOpen90] = differences & GlobalMatching.open90 != 0
    input[positions.tracksOpen30] = differences & GlobalMatching.open30 != 0
  }

  /// Largest distance from the interaction point in z at which a fitted track counts, cm.
  private static let fittedReach: Float = 35

  private func setThreeDimensionalBits(_ input: inout InputWords, _ tracks: borrowing DriftChamberTracks) {
    var fitted = 0
    for index in 0..<tracks.count where abs(tracks.z0[index]) < Self.fittedReach { fitted += 1 }
    input.setOneHot(fitted, at: positions.fittedTracks, count: 4)
    input[positions.chamberActive] = chamberTime.isActive
  }

  private func setSumBits(
    _ input: inout InputWords, _ sums: borrowing EnergySums, _ logic: EnergyTriggerLogic, isolated: Int
  ) {
    input[positions.energyLow] = logic.isAboveLow
    input[positions.energyHigh] = logic.isAboveHigh
    input[positions.energyLuminosity] = logic.isAboveLuminosity
    input[positions.burst] = logic.isBurst
    for variant in 1...4 where logic.highVariants >> UInt8(variant) & 1 == 1 {
      input[positions.energyHighVariant1 + variant - 1] = true
    }
    input[positions.bhabha2D] = sums.isTwoDimensionalBhabha(isolatedClusters: isolated)
    input.setPacked(isolated, at: positions.isolatedClusters, count: 4)
    if sums.largestCell > 0 {
      input[positions.calorimeterActive] = true
      switch ClusterRegion(ring: Int(cellMap.ring[sums.largestCell])) {
      case .forward: input[positions.timingForward] = true
      case .barrel: input[positions.timingBarrel] = true
      case .backward: input[positions.timingBackward] = true
      }
    }
  }

  private func setClusterBits(
    _ input: inout InputWords, _ clusters: borrowing CalorimeterClusters, _ pairs: ClusterPairLogic,
    _ low: LowMultiplicityLogic
  ) {
    input[positions.clusterOverflow] = clusters.overflow
    input[positions.bhabha3D] = pairs.isBhabha
    input[positions.bhabhaVeto] = pairs.isBhabha
    input[positions.bhabhaInTracker] = pairs.isBhabhaInTracker
    input[positions.bhabhaSelection] = pairs.isBhabhaSelection
    input.setPacked(pairs.bhabhaTheta, at: positions.bhabhaTheta, count: 2)
    input[positions.muonPair] = pairs.isMuonPair
    input[positions.tauPair] = pairs.isTauPair
    input[positions.tauPair2] = pairs.isTauPair2
    input[positions.tauPair3] = pairs.isTauPair3
    for bit in 0...13 where low.bits >> UInt16(bit) & 1 == 1 { input[positions.lowMultiplicity[bit]] = true }
  }

  private func setMuonBits(_ input: inout InputWords, _ muons: MuonSectors) {
    input[positions.muonHit] = muons.barrelCount > 0
    input.setPacked(muons.barrelCount, at: positions.muonCount, count: 3)
    input[positions.muonBackToBack] = muons.isBarrelBackToBack
    input[positions.endcapMuonHit] = muons.endcapCount > 0
    input.setPacked(muons.endcapCount, at: positions.endcapMuonCount, count: 3)
    input[positions.endcapMuonBackToBack] = muons.isEndcapBackToBack
  }

  private func setMatchingBits(_ input: inout InputWords, _ matching: GlobalMatching, _ pairs: ClusterPairLogic) {
    input[positions.clusters3] = matching.clusterDifferences & GlobalMatching.backToBack3 != 0
    input[positions.clusters5] = matching.clusterDifferences & GlobalMatching.backToBack5 != 0
    input[positions.clusters7] = matching.clusterDifferences & GlobalMatching.backToBack7 != 0
    input[positions.clusters9] = matching.clusterDifferences & GlobalMatching.backToBack9 != 0
    input[positions.trackCluster3] = matching.trackClusterDifferences & GlobalMatching.backToBack3 != 0
    input[positions.trackCluster5] = matching.trackClusterDifferences & GlobalMatching.backToBack5 != 0
    input[positions.trackCluster7] = matching.trackClusterDifferences & GlobalMatching.backToBack7 != 0
    input[positions.trackCluster9] = matching.trackClusterDifferences & GlobalMatching.backToBack9 != 0
    input.setOneHot(matching.matchedTracks, at: positions.matchedTracks, count: 4)
    input.setOneHot(matching.matchedTracks2, at: positions.matchedTracks2, count: 4)
    input.setOneHot(matching.matchedOctants, at: positions.matchedOctants, count: 2)
    input[positions.bhabhaOneTrack] = pairs.isBhabha && matching.matchedTracks == 1
    input[positions.bhabhaTwoTracks] = pairs.isBhabha && matching.matchedTracks == 2
    input.setOneHot(matching.photons1, at: positions.photons1, count: 4)
    input.setOneHot(matching.photons2, at: positions.photons2, count: 4)
  }
}

extension TrackSegmentFinder {
  /// The finder of a drift chamber.
  package convenience init(_ chamber: DriftChamber, suppressesNeighbours: Bool = true) {
    self.init(
      superLayers: chamber.superLayers.map { SuperLayerCells($0, chamber) }, wires: chamber.wireCount,
      suppressesNeighbours: suppressesNeighbours)
  }
}

extension HoughFinder {
  package convenience init(_ chamber: DriftChamber, minimumCells: Int = 2) {
    let axial = HoughPlane.axialSuperLayers.map { chamber.superLayers[$0] }
    self.init(
      axial: axial.map { HoughPlane.SuperLayer($0, chamber) }, firstSegment: axial.map(\.firstSegment),
      minimumCells: minimumCells)
  }
}

extension SuperLayerCells {
  /// The five layers that form track segments: from two below to two above the centre layer, except in the innermost
  /// super-layer, where the centre of the pattern is the third of its last five layers.
  init(_ superLayer: DriftChamberSuperLayer, _ chamber: DriftChamber) {
    let first = superLayer.index == 0 ? superLayer.firstPriorityLayer : superLayer.firstPriorityLayer - 2
    self.init(
      cells: superLayer.cellCount, layers: Array(first..<(first + 5)), firstSegment: superLayer.firstSegment,
      firstWires: (first..<(first + 5)).map { chamber.layers[$0].firstWire })
  }
}

extension HoughPlane.SuperLayer {
  init(_ superLayer: DriftChamberSuperLayer, _ chamber: DriftChamber) {
    self.init(
      cells: superLayer.cellCount, firstRadius: superLayer.firstPriorityRadius,
      firstOffset: chamber.layers[superLayer.firstPriorityLayer].cellOffset,
      secondRadius: superLayer.secondPriorityRadius,
      secondOffset: chamber.layers[superLayer.secondPriorityLayer].cellOffset)
  }
}
