import Detector
import Statistics

/// Makes the level-1 primitives of one event from its hits: drift chamber, calorimeter, muon detector, matching, bits.
///
/// Holds the tables and working memory of all blocks; an event allocates nothing.
final class PrimitiveFinder {
  private let segmentFinder: TrackSegmentFinder
  private let trackFinder: HoughFinder
  private let stereoFitter: StereoFitter
  private let neuralTracks: NeuralTrackFinder
  /// Nil if no line asks for displaced tracks.
  private let displacedFinder: DisplacedVertexFinder?
  private var chamberTime = EventTimeFinder()
  private let shortTrackFinder = ShortTrackFinder()
  /// Azimuth bins of the segments of super-layers 0 to 4.
  private let segmentBins: [UInt64]
  let cellMap: TriggerCellMap
  let energies: TriggerCellEnergies
  private let clusterFinder: ClusterFinder
  private let positions = InputPositions()

  /// Nanoseconds per drift-time count.
  private static let countWidth: Float = 1 / 1.0178

  /// - Parameters:
  ///   - networks: those of the neural tracks.
  ///   - findsDisplaced: whether to look for displaced tracks; without, their bits and collections stay empty.
  init(detector: DetectorModel, networks: TrackNetworks, findsDisplaced: Bool) {
    let chamber = detector.driftChamber
    segmentFinder = TrackSegmentFinder(chamber, notesSuppressed: findsDisplaced)
    trackFinder = HoughFinder(chamber)
    stereoFitter = StereoFitter(chamber)
    segmentBins = SegmentAzimuths.masks(chamber)
    neuralTracks = NeuralTrackFinder(chamber, networks)
    displacedFinder = findsDisplaced ? DisplacedVertexFinder(chamber) : nil
    let calorimeter = detector.calorimeter
    cellMap = TriggerCellMap(calorimeter.trigger)
    energies = TriggerCellEnergies(
      cellOfCrystal: [0] + (1...calorimeter.crystalCount).map { UInt16(calorimeter.triggerCell(ofCrystal: $0)) })
    clusterFinder = ClusterFinder(map: cellMap)
  }

  /// Finds the primitives of one event. The hits must have been checked.
  ///
  /// - Parameter next: hits of the event that comes next, which are only fetched.
  func find(
    _ hits: borrowing Level1Hits, next: borrowing Level1Hits, random: inout CounterRandom,
    into primitives: inout Level1Primitives,
    _ observer: inout some Level1BlockObserver
  ) {
    findTracks(hits, next, &primitives, &observer)
    Level1Hits.fetch(next.energy)
    energies.fill(crystal: hits.crystal, energy: hits.energy, time: hits.crystalTime, random: &random)
    observer.ended(.triggerCells)
    Level1Hits.fetch(next.crystalTime)
    let sums = EnergySums(energies, map: cellMap)
    primitives.isolatedClusters = clusterFinder.find(energies, into: &primitives.clusters)
    let pairs = ClusterPairLogic(primitives.clusters, map: cellMap, total: sums.total)
    let lowMultiplicity = LowMultiplicityLogic(primitives.clusters, pairs: pairs, map: cellMap)
    let bhabhaTypes = sums.bhabhaTypes
    let isBhabha2D = EnergySums.isTwoDimensionalBhabha(
      types: bhabhaTypes, isolatedClusters: primitives.isolatedClusters)
    let sumLogic = EnergyTriggerLogic(
      sums, primitives.clusters, isolatedClusters: primitives.isolatedClusters, isTwoDimensionalBhabha: isBhabha2D,
      map: cellMap)
    primitives.energyPhysics = Float(sums.physics.tenKiloelectronvolts) / 100_000
    primitives.energyTotal = Float(sums.total.tenKiloelectronvolts) / 100_000
    let timing = CalorimeterTiming(energies)
    setTiming(timing, &primitives)
    observer.ended(.clusters)

    let muons = MuonSectors(
      section: hits.section, sector: hits.sector, layer: hits.layer, plane: hits.plane, time: hits.muonTime)
    primitives.muonSectors = muons.fired
    observer.ended(.muonSectors)

    let matching = GlobalMatching(
      tracks: primitives.tracks, clusters: primitives.clusters, calorimeterTime: timing?.time ?? 0, muons: muons)
    let endcaps = EndcapMatching(
      short: primitives.shortTracks, inner: primitives.innerTracks, clusters: primitives.clusters,
      calorimeterTime: timing?.time ?? 0, muons: muons)
    let shortPairs = ShortTrackPairs(
      short: primitives.shortTracks, inner: primitives.innerTracks, full: matching.tracksAtOrigin)
    let hemispheres = HemisphereLogic(
      tracks: primitives.tracks, clusters: primitives.clusters, calorimeterTime: timing?.time ?? 0, map: cellMap)
    observer.ended(.matching)

    var input = InputWords()
    setTrackBits(&input, primitives.tracks.count, matching)
    setThreeDimensionalBits(&input, primitives.tracks)
    setShortTrackBits(&input, primitives, shortPairs, endcaps)
    setSumBits(&input, sumLogic, isolated: primitives.isolatedClusters)
    input[positions.bhabha2D] = isBhabha2D
    for type in 0..<EnergySums.bhabhaTypeCount where bhabhaTypes >> UInt16(type) & 1 == 1 {
      input[positions.bhabhaTypes[type]] = true
    }
    setTimingBits(&input, timing)
    setClusterBits(&input, primitives.clusters, pairs, lowMultiplicity)
    setMuonBits(&input, muons)
    setMatchingBits(&input, matching, pairs)
    input[positions.sameHemisphere] = hemispheres.isSame
    input[positions.oppositeHemisphere] = hemispheres.isOpposite
    displacedFinder?.setBits(
      &input, primitives, calorimeterTime: timing?.time ?? 0, muons: muons, positions: positions)
    primitives.input = input
    observer.ended(.inputBits)
  }

  /// Finds everything that the drift chamber sees.
  private func findTracks(
    _ hits: borrowing Level1Hits, _ next: borrowing Level1Hits, _ primitives: inout Level1Primitives,
    _ observer: inout some Level1BlockObserver
  ) {
    segmentFinder.find(wire: hits.wire, tdc: hits.tdc, into: &primitives.segments)
    observer.ended(.segments)
    Level1Hits.fetch(next.wire)
    trackFinder.find(primitives.segments, into: &primitives.tracks)
    observer.ended(.tracks)
    displacedFinder?.find(&primitives)
    observer.ended(.displacedTracks)
    findChamberTime(primitives.segments, primitives.tracks)
    primitives.chamberTime = chamberTime.isActive ? Float(chamberTime.time) * Self.countWidth : .nan
    observer.ended(.chamberTime)
    Level1Hits.fetch(next.tdc)
    stereoFitter.fit(primitives.segments, eventTime: chamberTime.time, into: &primitives.tracks)
    observer.ended(.stereoFit)
    neuralTracks.find(primitives.segments, eventTime: chamberTime.time, into: &primitives.tracks)
    observer.ended(.networks)
    Level1Hits.fetch(next.crystal)
    let azimuths = SegmentAzimuths(primitives.segments, masks: segmentBins)
    primitives.shortTracks = shortTrackFinder.find(azimuths, tracks: primitives.tracks)
    primitives.innerTracks = InnerTracks(azimuths)
    observer.ended(.shortTracks)
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

  /// The inputs of the neural network of each track of the event found last, nil for tracks with too few segments.
  func neuralInputs(_ primitives: borrowing Level1Primitives) -> [NeuralInputs?] {
    (0..<primitives.tracks.count).map {
      neuralTracks.inputs(of: $0, primitives.tracks, primitives.segments, eventTime: chamberTime.time)
    }
  }

  private func setTiming(_ timing: CalorimeterTiming?, _ primitives: inout Level1Primitives) {
    if let timing {
      primitives.time = timing.time
      primitives.timingSource = .calorimeter
      primitives.timingQuality = timing.quality
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

  /// Largest distances from the interaction point in z, cm: of a fitted track, a neural track, a single neural track.
  static let fittedReach: Float = 35
  static let neuralReach: Float = 20
  static let singleTrackReach: Float = 15

  private func setThreeDimensionalBits(_ input: inout InputWords, _ tracks: borrowing DriftChamberTracks) {
    var fitted = 0
    var neural = 0
    var momentum: UInt16 = 0
    for index in 0..<tracks.count {
      if abs(tracks.z0[index]) < Self.fittedReach { fitted += 1 }
      if abs(tracks.neuralZ[index]) < Self.neuralReach { neural += 1 }
      if abs(tracks.neuralZ[index]) < Self.singleTrackReach { momentum = max(momentum, tracks.neuralMomentum[index]) }
    }
    input.setOneHot(fitted, at: positions.fittedTracks, count: 4)
    input.setOneHot(neural, at: positions.neuralTracks, count: 4)
    for bit in positions.singleTracks where momentum > bit.above { input[bit.position] = true }
    input[positions.chamberActive] = chamberTime.isActive
  }

  private func setShortTrackBits(
    _ input: inout InputWords, _ primitives: borrowing Level1Primitives, _ pairs: ShortTrackPairs,
    _ endcaps: EndcapMatching
  ) {
    let count = primitives.shortTracks.count
    input.setOneHot(count, at: positions.shortTracks, count: 4)
    input.setOneHot(count + primitives.tracks.count, at: positions.allTracks, count: 4)
    input[positions.shortForward] = primitives.shortTracks.forward != 0
    input[positions.shortBackward] = primitives.shortTracks.backward != 0
    input[positions.innerTrack] = primitives.innerTracks.bins != 0
    guard primitives.innerTracks.bins | primitives.shortTracks.bins != 0 || endcaps.clusterQuadrants > 0 else { return }
    input[positions.shortShort30] = pairs.shortShort & GlobalMatching.open30 != 0
    input[positions.shortShort3] = pairs.shortShort & GlobalMatching.backToBack3 != 0
    input[positions.shortShort5] = pairs.shortShort & GlobalMatching.backToBack5 != 0
    input[positions.shortShort90] = pairs.shortShort & GlobalMatching.open90 != 0
    input[positions.shortFull30] = pairs.shortFull & GlobalMatching.open30 != 0
    input[positions.shortFull3] = pairs.shortFull & GlobalMatching.backToBack3 != 0
    input[positions.shortFull5] = pairs.shortFull & GlobalMatching.backToBack5 != 0
    input[positions.shortFull90] = pairs.shortFull & GlobalMatching.open90 != 0
    input[positions.innerInner90] = pairs.innerInner & GlobalMatching.open90 != 0
    input[positions.innerInner5] = pairs.innerInner & GlobalMatching.backToBack5 != 0
    input[positions.innerFull90] = pairs.innerFull & GlobalMatching.open90 != 0
    input[positions.shortCluster] = endcaps.shortClusters > 0
    input.setOneHot(endcaps.innerClusters, at: positions.innerCluster, count: 2)
    input.setOneHot(endcaps.shortQuadrants, at: positions.shortMuon, count: 2)
    input[positions.innerMuon] = endcaps.innerQuadrants > 0
    input[positions.clusterMuon] = endcaps.clusterQuadrants > 0
  }

  private func setSumBits(_ input: inout InputWords, _ logic: EnergyTriggerLogic, isolated: Int) {
    input[positions.energyLow] = logic.isAboveLow
    input[positions.energyHigh] = logic.isAboveHigh
    input[positions.energyLuminosity] = logic.isAboveLuminosity
    input[positions.burst] = logic.isBurst
    input[positions.energyTrigger] = logic.isPhysics
    for variant in 1...4 where logic.highVariants >> UInt8(variant) & 1 == 1 {
      input[positions.energyHighVariant1 + variant - 1] = true
    }
    input.setPacked(isolated, at: positions.isolatedClusters, count: 4)
  }

  private func setTimingBits(_ input: inout InputWords, _ timing: CalorimeterTiming?) {
    guard let timing else { return }
    input[positions.calorimeterActive] = true
    switch ClusterRegion(ring: Int(cellMap.ring[timing.cell])) {
    case .forward: input[positions.timingForward] = true
    case .barrel: input[positions.timingBarrel] = true
    case .backward: input[positions.timingBackward] = true
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
    input[positions.threeMatchedOctants] = matching.matchedOctants == 3
    input[positions.fourMatchedOctants] = matching.matchedOctants > 3
    input[positions.bhabhaOneTrack] = pairs.isBhabha && matching.matchedTracks == 1
    input[positions.bhabhaTwoTracks] = pairs.isBhabha && matching.matchedTracks == 2
    input.setOneHot(matching.photons1, at: positions.photons1, count: 4)
    input.setOneHot(matching.photons2, at: positions.photons2, count: 4)
  }
}

extension TrackSegmentFinder {
  /// The finder of a drift chamber.
  package convenience init(_ chamber: DriftChamber, suppressesNeighbours: Bool = true, notesSuppressed: Bool = true) {
    self.init(
      superLayers: chamber.superLayers.map { SuperLayerCells($0, chamber) }, wires: chamber.wireCount,
      suppressesNeighbours: suppressesNeighbours, notesSuppressed: notesSuppressed)
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
