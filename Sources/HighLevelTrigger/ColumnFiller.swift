import Detector
import EventModel
import Kinematics
import Menu
import Reconstruction

/// Puts what the reconstruction made of an event into the columns the lines read.
///
/// Every step fills what it alone makes: attributes of tracks that matching or muon finding add later are set on the objects
/// that are there by then. What is worked out of tracks and clusters is kept from one step of an event to the next.
struct ColumnFiller {
  private let words: HighLevelVocabulary
  private let frame: CentreOfMassFrame
  private let total: FourVector
  /// For each step of the vocabulary the variables it gives, with their places in the columns.
  private let given: [[(variable: FilterVariable, scalar: Int)]]
  /// Whether some line reads a variable of the skims.
  private let readsSkims: Bool
  private var values = FilterValues()
  private var charm = CharmVariables()
  private var observedRow = -1
  private var hasMatches = false
  private var observedClusters: [ObservedCluster] = []
  private var selected: [ObservedCluster] = []
  private var observedTracks: [ObservedTrack] = []
  private var leading: [ObservedTrack] = []
  private var members: [PairMember] = []
  /// The first object of each event in the collections of tracks and muons, -1 for none.
  private var firstTracks: [Int] = []
  private var firstMuons: [Int] = []

  /// Objects that pairs are made of, at most: pairs grow with the square.
  private static let mostPairedClusters = 8
  private static let mostPairedTracks = 12

  /// - Parameter isRead: whether a line reads a scalar of the vocabulary; values that none reads are not written.
  init(words: HighLevelVocabulary, beams: Beams, isRead: (Int) -> Bool) {
    self.words = words
    frame = beams.centreOfMass
    total = beams.total
    given = words.reconstruction.map { step in
      FilterVariable.allCases.compactMap { variable in
        let scalar = words.scalars[variable.rawValue]
        return variable.step == step && isRead(scalar) ? (variable, scalar) : nil
      }
    }
    readsSkims = FilterVariable.allCases.contains { $0.isSkim && isRead(words.scalars[$0.rawValue]) }
  }

  /// Starts a batch.
  mutating func begin(rowCount: Int) {
    observedRow = -1
    firstTracks.removeAll(keepingCapacity: true)
    firstMuons.removeAll(keepingCapacity: true)
    for _ in 0..<rowCount {
      firstTracks.append(-1)
      firstMuons.append(-1)
    }
  }

  /// Values of level 1 and of the hits.
  mutating func fillInputs(
    _ level1: Level1Column, _ variables: Level1Variables, size: EventSize, row: Int, key: EventKey,
    time: Int64, into columns: EventColumns
  ) {
    values.begin()
    variables.compute(level1, row: row, key: key, time: time, into: &values)
    Level1Variables.compute(size, into: &values)
    write(0, row: row, into: columns)
  }

  /// What a step gave that has run on an event.
  mutating func fill(_ step: Int, _ events: borrowing EventReconstruction, row: Int, into columns: EventColumns) {
    values.begin()
    switch words.reconstruction[step] {
    case .clusters: fillClusters(events, row: row, into: columns)
    case .tracks: fillTracks(events, row: row, into: columns)
    case .matching: fillMatches(events, row: row, into: columns)
    case .muons: fillMuons(events, row: row, into: columns)
    case .vertices: fillVertices(events, row: row, into: columns)
    case .identification:
      observe(events, row: row)
      values.set(.radee, RadiativePairs.isElectronPair(observedTracks, events.identifications(row: row)))
    case [.matching, .muons]:
      observe(events, row: row)
      let tracks = events.tracks(row: row)
      let clusters = events.clusters(row: row)
      values.set(.radmumu, RadiativePairs.isMuonPair(observedTracks, tracks, clusters, total: total))
    case FilterVariable.charm:
      observe(events, row: row)
      let vertices = events.vertices(row: row)
      charm.compute(observedTracks, clusters: observedClusters, vertices: vertices, frame: frame, into: &values)
    default: break
    }
    write(step, row: row, into: columns)
  }

  private mutating func fillClusters(_ events: borrowing EventReconstruction, row: Int, into columns: EventColumns) {
    observe(events, row: row)
    let clusters = events.clusters(row: row)
    for cluster in observedClusters { append(cluster, clusters, row: row, words.clusters, columns) }
    members.removeAll(keepingCapacity: true)
    for cluster in selected.prefix(ColumnFiller.mostPairedClusters) { members.append(PairMember(cluster)) }
    pairs(words.clusterPairs, row: row, columns)
    FilterVariables.computeClusters(selected, frame: frame, skims: readsSkims, into: &values)
  }

  private mutating func fillTracks(_ events: borrowing EventReconstruction, row: Int, into columns: EventColumns) {
    observe(events, row: row)
    let tracks = events.tracks(row: row)
    firstTracks[row] = columns.objectCount(words.tracks)
    for track in observedTracks { append(track, tracks, words.tracks, row: row, columns) }
    findLeading()
    members.removeAll(keepingCapacity: true)
    for track in leading.prefix(ColumnFiller.mostPairedTracks) {
      members.append(PairMember(track, mass: Mass.pion))
    }
    pairs(words.trackPairs, row: row, columns)
    FilterVariables.computeTracks(observedTracks, frame: frame, skims: readsSkims, into: &values)
  }

  private mutating func fillMatches(_ events: borrowing EventReconstruction, row: Int, into columns: EventColumns) {
    observe(events, row: row)
    let clusters = events.clusters(row: row)
    let tracks = events.tracks(row: row)
    setMatches(tracks, row: row, columns)
    for cluster in observedClusters where !cluster.isMatched {
      append(cluster, clusters, row: row, words.neutralClusters, columns)
      if cluster.looksLikePhoton { append(cluster, clusters, row: row, words.photons, columns) }
    }
    members.removeAll(keepingCapacity: true)
    for cluster in selected where !cluster.isMatched && cluster.looksLikePhoton {
      if members.count < ColumnFiller.mostPairedClusters { members.append(PairMember(cluster)) }
    }
    pairs(words.photonPairs, row: row, columns)
    // Matched variables build on those of clusters and tracks, which are worked out again rather than kept for every event.
    FilterVariables.computeClusters(selected, frame: frame, skims: readsSkims, into: &values)
    FilterVariables.computeTracks(observedTracks, frame: frame, skims: readsSkims, into: &values)
    FilterVariables.computeMatched(
      observedTracks, clusters: selected, frame: frame, total: total, skims: readsSkims, into: &values)
  }

  private mutating func fillMuons(_ events: borrowing EventReconstruction, row: Int, into columns: EventColumns) {
    observe(events, row: row)
    let tracks = events.tracks(row: row)
    let start = tracks.startIndex
    setMuons(tracks, row: row, columns)
    findLeading()
    members.removeAll(keepingCapacity: true)
    for track in leading.prefix(ColumnFiller.mostPairedTracks) where tracks[start + track.index].isMuon {
      members.append(PairMember(track, mass: Mass.muon))
    }
    firstMuons[row] = columns.objectCount(words.muons)
    for muon in observedTracks where tracks[start + muon.index].isMuon {
      append(muon, tracks, words.muons, row: row, columns)
    }
    pairs(words.muonPairs, row: row, columns)
  }

  private mutating func fillVertices(_ events: borrowing EventReconstruction, row: Int, into columns: EventColumns) {
    observe(events, row: row)
    for vertex in events.vertices(row: row) {
      append(vertex, row: row, columns)
    }
    FilterVariables.computeVertices(observedTracks, events.vertices(row: row), into: &values)
  }

  private func write(_ step: Int, row: Int, into columns: EventColumns) {
    for (variable, scalar) in given[step] {
      columns.setScalar(scalar, row: row, to: values.values[variable.rawValue])
    }
  }

  // MARK: - Objects

  /// Works out the tracks and clusters of an event, once for all steps that follow each other on it.
  private mutating func observe(_ events: borrowing EventReconstruction, row: Int) {
    let steps = events.steps(row: row)
    let isKnown = row == observedRow && hasMatches == steps.contains(.matching)
    if !isKnown || observedClusters.count != events.clusters(row: row).count { observe(events.clusters(row: row)) }
    if !isKnown || observedTracks.count != events.tracks(row: row).count {
      observe(events.tracks(row: row), events.clusters(row: row))
    }
    observedRow = row
    hasMatches = steps.contains(.matching)
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

  private mutating func findLeading() {
    leading.removeAll(keepingCapacity: true)
    leading.append(contentsOf: observedTracks)
    leading.sort { $0.pT > $1.pT }
  }

  private func append(
    _ cluster: ObservedCluster, _ clusters: ArraySlice<ReconstructedCluster>, row: Int, _ collection: Int,
    _ columns: EventColumns
  ) {
    let source = clusters[clusters.startIndex + cluster.index]
    let attributes: InlineArray<11, Float> = [
      source.energy, source.theta, source.phi, Float(cluster.starEnergy), Float(cluster.starTheta),
      Float(cluster.starPhi), source.time, source.e9OverE21, source.secondMoment, source.dt99,
      source.photon,
    ]
    columns.appendObject(collection, row: row, values: attributes.span)
  }

  // Places of the attributes of tracks that later steps give.
  private static let energy = 10
  private static let energyOverMomentum = 11
  private static let muonScore = 12
  private static let electronScore = 13
  private static let muonLayers = 14

  private func append(
    _ track: ObservedTrack, _ tracks: ArraySlice<ReconstructedTrack>, _ collection: Int, row: Int,
    _ columns: EventColumns
  ) {
    let source = tracks[tracks.startIndex + track.index]
    let attributes: InlineArray<19, Float> = [
      Float(track.size), Float(track.pT), Float(track.theta), source.phi0, Float(track.starSize),
      Float(track.starTheta), Float(track.starPhi), source.d0, source.z0, Float(track.charge),
      Float(track.clusterEnergy), Float(track.clusterEnergy / track.size), source.muon, source.electron,
      Float(source.muonLayers), Float(source.chamberHits), Float(source.siliconPoints),
      source.chi2 / Float(max(1, source.degreesOfFreedom)), source.level1Track >= 0 ? 1 : 0,
    ]
    columns.appendObject(collection, row: row, values: attributes.span)
  }

  /// Sets what matching added to tracks and muons that stand in the columns already.
  private func setMatches(_ tracks: ArraySlice<ReconstructedTrack>, row: Int, _ columns: EventColumns) {
    func set(_ track: ObservedTrack, _ collection: Int, _ object: Int) {
      columns.setAttribute(collection, ColumnFiller.energy, object: object, to: Float(track.clusterEnergy))
      columns.setAttribute(
        collection, ColumnFiller.energyOverMomentum, object: object, to: Float(track.clusterEnergy / track.size))
      columns.setAttribute(
        collection, ColumnFiller.electronScore, object: object, to: tracks[tracks.startIndex + track.index].electron)
    }
    var muon = firstMuons[row]
    for track in observedTracks {
      if firstTracks[row] >= 0 { set(track, words.tracks, firstTracks[row] + track.index) }
      if muon >= 0, tracks[tracks.startIndex + track.index].isMuon {
        set(track, words.muons, muon)
        muon += 1
      }
    }
  }

  /// Sets what muon finding added to tracks that stand in the columns already.
  private func setMuons(_ tracks: ArraySlice<ReconstructedTrack>, row: Int, _ columns: EventColumns) {
    guard firstTracks[row] >= 0 else { return }
    for (index, track) in tracks.enumerated() {
      let object = firstTracks[row] + index
      columns.setAttribute(words.tracks, ColumnFiller.muonScore, object: object, to: track.muon)
      columns.setAttribute(words.tracks, ColumnFiller.muonLayers, object: object, to: Float(track.muonLayers))
    }
  }

  private func append(_ vertex: ReconstructedVertex, row: Int, _ columns: EventColumns) {
    let kind = ReconstructedVertex.Kind(rawValue: vertex.kind)
    let daughters = VertexDaughters(vertex, observedTracks)
    let momentum = Vector3(Double(vertex.momentum[0]), Double(vertex.momentum[1]), Double(vertex.momentum[2]))
    let attributes: InlineArray<22, Float> = [
      vertex.rho, vertex.z, Float(PortableAngle.theta(of: vertex)),
      vertex.chi2 / Float(max(1, vertex.degreesOfFreedom)), vertex.probability, vertex.mass, vertex.pointing,
      kind == .kShort ? 1 : 0, kind == .lambda ? 1 : 0, kind == .conversion ? 1 : 0, vertex.massError,
      Float(vertex.trackCount), Float(momentum.length), Float(momentum.transverse),
      Float(PortableAngles.azimuth(y: Double(vertex.y), x: Double(vertex.x))), vertex.flight,
      vertex.flightSignificance, Float(vertex.innerPoints), Float(daughters.smallerImpactParameter),
      Float(daughters.smallerMomentum), Float(daughters.openingAngle),
      daughters.areBackToBack ? 1 : 0,
    ]
    columns.appendObject(words.vertices, row: row, values: attributes.span)
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

extension ReconstructedTrack {
  /// Whether lines count it among the muons.
  fileprivate var isMuon: Bool { muon > 0.5 }
}
