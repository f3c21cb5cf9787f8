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
  private var leading: [ObservedTrack] = []
  private var members: [PairMember] = []

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
    let clusters = events.clusters(row: row)
    observe(clusters)
    for cluster in observedClusters { append(cluster, clusters, row: row, words.clusters, columns) }
    members.removeAll(keepingCapacity: true)
    for cluster in selected.prefix(ColumnFiller.mostPairedClusters) { members.append(PairMember(cluster)) }
    pairs(words.clusterPairs, row: row, columns)
    ClusterVariables.compute(selected, into: &values)
    write(.clusters, row: row, into: columns)
  }

  /// What tracks with matched clusters and muons give.
  mutating func fillTracks(_ events: borrowing EventReconstruction, row: Int, into columns: EventColumns) {
    values.begin()
    let clusters = events.clusters(row: row)
    let tracks = events.tracks(row: row)
    let start = tracks.startIndex
    observe(clusters)
    observe(tracks, clusters)
    for track in observedTracks { append(track, tracks[start + track.index], words.tracks, row: row, columns) }
    leading.removeAll(keepingCapacity: true)
    leading.append(contentsOf: observedTracks)
    leading.sort { $0.pT > $1.pT }
    members.removeAll(keepingCapacity: true)
    for track in leading.prefix(ColumnFiller.mostPairedTracks) {
      members.append(PairMember(track, mass: Mass.pion))
    }
    pairs(words.trackPairs, row: row, columns)
    members.removeAll(keepingCapacity: true)
    for track in leading.prefix(ColumnFiller.mostPairedTracks) where tracks[start + track.index].muon > 0.5 {
      members.append(PairMember(track, mass: Mass.muon))
    }
    for muon in observedTracks where tracks[start + muon.index].muon > 0.5 {
      append(muon, tracks[start + muon.index], words.muons, row: row, columns)
    }
    pairs(words.muonPairs, row: row, columns)
    for cluster in observedClusters where !cluster.isMatched {
      append(cluster, clusters, row: row, words.neutralClusters, columns)
      if cluster.looksLikePhoton { append(cluster, clusters, row: row, words.photons, columns) }
    }
    members.removeAll(keepingCapacity: true)
    for cluster in selected where !cluster.isMatched && cluster.looksLikePhoton {
      if members.count < ColumnFiller.mostPairedClusters { members.append(PairMember(cluster)) }
    }
    pairs(words.photonPairs, row: row, columns)
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
      let attributes: InlineArray<10, Float> = [
        vertex.rho, vertex.z, Float(PortableAngle.theta(of: vertex)),
        vertex.chi2 / Float(max(1, vertex.degreesOfFreedom)), vertex.probability, vertex.mass, vertex.pointing,
        kind == .kShort ? 1 : 0, kind == .lambda ? 1 : 0, kind == .conversion ? 1 : 0,
      ]
      columns.appendObject(words.vertices, row: row, values: attributes.span)
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
    _ cluster: ObservedCluster, _ clusters: ArraySlice<ReconstructedCluster>, row: Int, _ collection: Int,
    _ columns: EventColumns
  ) {
    let source = clusters[clusters.startIndex + cluster.index]
    let attributes: InlineArray<9, Float> = [
      source.energy, source.theta, source.phi, Float(cluster.starEnergy), Float(cluster.starTheta),
      Float(cluster.starPhi), source.time, source.e9OverE21, source.secondMoment,
    ]
    columns.appendObject(collection, row: row, values: attributes.span)
  }

  private func append(
    _ track: ObservedTrack, _ source: ReconstructedTrack, _ collection: Int, row: Int, _ columns: EventColumns
  ) {
    let attributes: InlineArray<19, Float> = [
      Float(track.size), Float(track.pT), Float(track.theta), source.phi0, Float(track.starSize),
      Float(track.starTheta), Float(track.starPhi), source.d0, source.z0, Float(track.charge),
      Float(track.clusterEnergy), Float(track.clusterEnergy / track.size), source.muon, source.electron,
      Float(source.muonLayers), Float(source.chamberHits), Float(source.siliconPoints),
      source.chi2 / Float(max(1, source.degreesOfFreedom)), source.level1Track >= 0 ? 1 : 0,
    ]
    columns.appendObject(collection, row: row, values: attributes.span)
  }

  /// Appends the pairs of `members`.
  private func pairs(_ collection: Int, row: Int, _ columns: EventColumns) {
    for position in members.indices {
      let first = members[position]
      for second in members[(position + 1)...] {
        let sum = first.vector + second.vector
        let recoil = (total - sum).massSquared
        let attributes: InlineArray<8, Float> = [
          Float(sum.mass), Float(recoil < 0 ? -(-recoil).squareRoot() : recoil.squareRoot()),
          Float(Angles.opening(first.vector.momentum, second.vector.momentum)),
          Float(Angles.opening(first.starMomentum, second.starMomentum)),
          Float(Angles.between(first.phi, second.phi)), Float(Angles.between(first.starPhi, second.starPhi)),
          Float(first.starTheta + second.starTheta), Float(first.charge + second.charge),
        ]
        columns.appendObject(collection, row: row, values: attributes.span)
      }
    }
  }
}
