import Detector
import EventModel
import Kinematics
import Menu
import Reconstruction

/// Puts what the reconstruction made of an event into the columns the lines read.
struct ColumnFiller {
  private let words: HighLevelVocabulary
  private let frame: CentreOfMassFrame
  private let total: FourVector
  private let scalarIndices: [Int]
  private let sources: [FilterVariable.Source]
  private var values = FilterValues()
  private var observedClusters: [ObservedCluster] = []
  private var selected: [ObservedCluster] = []
  private var observedTracks: [ObservedTrack] = []
  private var attributes: [Float] = []

  /// Objects that pairs are made of, at most: pairs grow with the square.
  private static let mostPairedClusters = 8
  private static let mostPairedTracks = 12

  init(words: HighLevelVocabulary, beams: Beams) {
    self.words = words
    frame = beams.centreOfMass
    total = beams.total
    scalarIndices = FilterVariable.allCases.map { words.scalars[$0] ?? 0 }
    sources = FilterVariable.allCases.map(\.source)
  }

  /// Values of level 1.
  mutating func fillLevel1(_ level1: Level1Column, row: Int, into columns: EventColumns) {
    values.begin()
    values[.level1Energy] = Double(level1.energyPhysics[row])
    values.set(.level1IsolatedClusters, Int(level1.isolatedClusters[row]))
    values.set(.level1Tracks, level1.tracks.rows[row].count)
    write(.level1, row: row, into: columns)
  }

  /// What the clusters give.
  mutating func fillClusters(_ events: borrowing EventReconstruction, row: Int, into columns: EventColumns) {
    values.begin()
    observe(events.clusters(row: row))
    for cluster in observedClusters { append(cluster, events, row: row, words.clusters, columns) }
    pairs(of: selected.prefix(ColumnFiller.mostPairedClusters), words.clusterPairs, row: row, columns)
    ClusterVariables.compute(selected, into: &values)
    write(.clusters, row: row, into: columns)
  }

  /// What tracks with matched clusters and muons give.
  mutating func fillTracks(_ events: borrowing EventReconstruction, row: Int, into columns: EventColumns) {
    values.begin()
    observe(events.clusters(row: row))
    observe(events.tracks(row: row), events.clusters(row: row))
    let tracks = events.tracks(row: row)
    let start = tracks.startIndex
    for track in observedTracks { append(track, tracks[start + track.index], words.tracks, row: row, columns) }
    let leading = observedTracks.sorted { $0.pT > $1.pT }.prefix(ColumnFiller.mostPairedTracks)
    pairs(of: leading, mass: Mass.pion, words.trackPairs, row: row, columns)
    let muons = leading.filter { tracks[start + $0.index].muon > 0.5 }
    for muon in observedTracks where tracks[start + muon.index].muon > 0.5 {
      append(muon, tracks[start + muon.index], words.muons, row: row, columns)
    }
    pairs(of: muons[...], mass: Mass.muon, words.muonPairs, row: row, columns)
    for cluster in observedClusters where !cluster.isMatched {
      append(cluster, events, row: row, words.neutralClusters, columns)
      if cluster.looksLikePhoton { append(cluster, events, row: row, words.photons, columns) }
    }
    let photons = selected.filter { !$0.isMatched && $0.looksLikePhoton }
    pairs(of: photons.prefix(ColumnFiller.mostPairedClusters), words.photonPairs, row: row, columns)
    ClusterVariables.compute(selected, into: &values)
    ClusterVariables.computeMatched(selected, into: &values)
    TrackVariables.compute(observedTracks, clusters: selected, total: total, into: &values)
    write(.tracks, row: row, into: columns)
  }

  /// What the vertices give.
  mutating func fillVertices(_ events: borrowing EventReconstruction, row: Int, into columns: EventColumns) {
    values.begin()
    observe(events.tracks(row: row), events.clusters(row: row))
    for vertex in events.vertices(row: row) {
      let kind = ReconstructedVertex.Kind(rawValue: vertex.kind)
      columns.appendObject(
        words.vertices, row: row,
        values: [
          vertex.rho, vertex.z, Float(PortableAngle.theta(of: vertex)),
          vertex.chi2 / Float(max(1, vertex.degreesOfFreedom)), vertex.probability, vertex.mass, vertex.pointing,
          kind == .kShort ? 1 : 0, kind == .lambda ? 1 : 0, kind == .conversion ? 1 : 0,
        ])
    }
    values.set(.displacedVertex, DisplacedVertex.passes(observedTracks, events.vertices(row: row)))
    write(.vertices, row: row, into: columns)
  }

  private func write(_ source: FilterVariable.Source, row: Int, into columns: EventColumns) {
    for index in scalarIndices.indices where sources[index] == source {
      columns.setScalar(scalarIndices[index], row: row, to: values.values[index])
    }
  }

  private mutating func observe(_ clusters: ArraySlice<ReconstructedCluster>) {
    observedClusters.removeAll(keepingCapacity: true)
    for (index, cluster) in clusters.enumerated() {
      observedClusters.append(ObservedCluster(cluster, index: index, frame: frame))
    }
    selected.removeAll(keepingCapacity: true)
    for cluster in observedClusters where cluster.isSelected { selected.append(cluster) }
    selected.sort { $0.starEnergy != $1.starEnergy ? $0.starEnergy > $1.starEnergy : $0.index < $1.index }
  }

  private mutating func observe(
    _ tracks: ArraySlice<ReconstructedTrack>, _ clusters: ArraySlice<ReconstructedCluster>
  ) {
    observedTracks.removeAll(keepingCapacity: true)
    for (index, track) in tracks.enumerated() {
      let number = Int(track.cluster)
      let energy = number >= 0 && number < clusters.count ? clusters[clusters.startIndex + number].energy : 0
      observedTracks.append(ObservedTrack(track, index: index, clusterEnergy: Double(energy), frame: frame))
    }
  }

  private func append(
    _ cluster: ObservedCluster, _ events: borrowing EventReconstruction, row: Int, _ collection: Int,
    _ columns: EventColumns
  ) {
    let clusters = events.clusters(row: row)
    let source = clusters[clusters.startIndex + cluster.index]
    columns.appendObject(
      collection, row: row,
      values: [
        source.energy, source.theta, source.phi, Float(cluster.starEnergy), Float(cluster.starTheta),
        Float(cluster.starPhi), source.time, source.e9OverE21, source.secondMoment,
      ])
  }

  private func append(
    _ track: ObservedTrack, _ source: ReconstructedTrack, _ collection: Int, row: Int, _ columns: EventColumns
  ) {
    columns.appendObject(
      collection, row: row,
      values: [
        Float(track.size), Float(track.pT), Float(track.theta), source.phi0, Float(track.starSize),
        Float(track.starTheta), Float(track.starPhi), source.d0, source.z0, Float(track.charge),
        Float(track.clusterEnergy), Float(track.clusterEnergy / track.size), source.muon, source.electron,
        Float(source.muonLayers), Float(source.chamberHits), Float(source.siliconPoints),
        source.chi2 / Float(max(1, source.degreesOfFreedom)), source.level1Track >= 0 ? 1 : 0,
      ])
  }

  private func pairs(of clusters: ArraySlice<ObservedCluster>, _ collection: Int, row: Int, _ columns: EventColumns) {
    for (position, first) in clusters.enumerated() {
      for second in clusters.dropFirst(position + 1) {
        pair(
          FourVector(momentum: first.momentum, energy: first.energy),
          FourVector(momentum: second.momentum, energy: second.energy), first.starMomentum, second.starMomentum,
          charge: 0, collection, row: row, columns)
      }
    }
  }

  private func pairs(
    of tracks: ArraySlice<ObservedTrack>, mass: Double, _ collection: Int, row: Int, _ columns: EventColumns
  ) {
    for (position, first) in tracks.enumerated() {
      for second in tracks.dropFirst(position + 1) {
        pair(
          FourVector(momentum: first.momentum, mass: mass), FourVector(momentum: second.momentum, mass: mass),
          first.starMomentum, second.starMomentum, charge: first.charge + second.charge, collection, row: row, columns)
      }
    }
  }

  private func pair(
    _ first: FourVector, _ second: FourVector, _ firstStar: Vector3, _ secondStar: Vector3, charge: Int,
    _ collection: Int, row: Int, _ columns: EventColumns
  ) {
    let recoil = (total - (first + second)).massSquared
    func azimuth(_ vector: Vector3) -> Double { PortableAngles.azimuth(y: vector.y, x: vector.x) }
    columns.appendObject(
      collection, row: row,
      values: [
        Float((first + second).mass), Float(recoil < 0 ? -(-recoil).squareRoot() : recoil.squareRoot()),
        Float(Angles.opening(first.momentum, second.momentum)), Float(Angles.opening(firstStar, secondStar)),
        Float(Angles.between(azimuth(first.momentum), azimuth(second.momentum))),
        Float(Angles.between(azimuth(firstStar), azimuth(secondStar))),
        Float(PortableAngle.theta(firstStar) + PortableAngle.theta(secondStar)), Float(charge),
      ])
  }
}
