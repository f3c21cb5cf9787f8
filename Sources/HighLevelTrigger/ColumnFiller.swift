import Detector
import EventModel
import Kinematics
import Menu
import Reconstruction

/// Puts what the reconstruction made of an event into the columns the lines read.
///
/// Every step fills what it alone makes: attributes of tracks that matching or muon finding add later are set on the objects
/// that are there by then. What is worked out of tracks and clusters is kept from one step of an event to the next. What no line
/// reads is neither worked out nor written.
struct ColumnFiller {
  let words: HighLevelVocabulary
  let total: FourVector
  private let frame: CentreOfMassFrame
  /// For each step of the vocabulary the variables it gives, with their places in the columns.
  private let given: [[(variable: FilterVariable, scalar: Int)]]
  /// Whether lines read the objects of each collection.
  private let reads: [Bool]
  /// Whether lines read angles in the centre of mass of single clusters, whatever their energy.
  let readsStarAngles: Bool
  private var values: FilterValues
  private var charm = CharmVariables()
  /// The event that values and observed objects are of, -1 for none, and the steps that went into them.
  private var observedRow = -1
  private var known: ReconstructionSteps = []
  private var observedClusters: [ObservedCluster] = []
  private var selected: [ObservedCluster] = []
  private(set) var observedTracks: [ObservedTrack] = []
  private var leading: [ObservedTrack] = []
  private(set) var members: [PairMember] = []
  /// The first object of each event in the collections of tracks and muons, -1 for none.
  private(set) var firstTracks: [Int] = []
  private(set) var firstMuons: [Int] = []

  /// Objects that pairs are made of, at most: pairs grow with the square.
  private static let mostPairedClusters = 8
  private static let mostPairedTracks = 12

  /// - Parameter levels: those whose lines read the columns.
  init(words: HighLevelVocabulary, beams: Beams, levels: [CompiledLevel]) {
    self.words = words
    frame = beams.centreOfMass
    total = beams.total
    func isRead(_ variable: FilterVariable) -> Bool {
      levels.contains { $0.usedScalars.contains(words.scalars[variable.rawValue]) }
    }
    given = words.reconstruction.map { step in
      FilterVariable.allCases.compactMap { variable in
        variable.step == step && isRead(variable) ? (variable, words.scalars[variable.rawValue]) : nil
      }
    }
    values = FilterValues(wanted: FilterVariableSet(FilterVariable.allCases.filter(isRead)))
    reads = words.vocabulary.collections.indices.map { collection in
      levels.contains { $0.usedCollections.contains(collection) }
    }
    readsStarAngles = [words.clusters, words.neutralClusters, words.photons].contains { collection in
      HighLevelVocabulary.starAngles.contains { angle in
        levels.contains { $0.usedAttributes[collection].contains(angle) }
      }
    }
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
    _ level1: borrowing Level1Column, _ variables: Level1Variables, size: EventSize, row: Int, key: EventKey,
    time: Int64, into columns: EventColumns
  ) {
    if given[0].isEmpty { return }
    observedRow = -1
    values.begin()
    variables.compute(level1, row: row, key: key, time: time, into: &values)
    Level1Variables.compute(size, into: &values)
    write(0, row: row, into: columns)
  }

  /// What a step gave that has run on an event.
  mutating func fill(_ step: Int, _ events: borrowing EventReconstruction, row: Int, into columns: EventColumns) {
    if row != observedRow {
      values.begin()
      observedRow = row
      known = []
    }
    switch words.reconstruction[step] {
    case .clusters: fillClusters(events, row: row, into: columns)
    case .tracks: fillTracks(events, row: row, into: columns)
    case .matching: fillMatches(events, row: row, into: columns)
    case .muons: fillMuons(events, row: row, into: columns)
    case .vertices: fillVertices(events, row: row, into: columns)
    case .identification:
      knowTracks(events, row: row)
      knowMatches(events, row: row)
      values.set(.radee, RadiativePairs.isElectronPair(observedTracks, events.identifications(row: row)))
    case [.matching, .muons]:
      knowTracks(events, row: row)
      knowMatches(events, row: row)
      let tracks = events.tracks(row: row)
      let clusters = events.clusters(row: row)
      values.set(.radmumu, RadiativePairs.isMuonPair(observedTracks, tracks, clusters, total: total))
    case FilterVariable.charm where values.wants(CharmVariables.all):
      knowClusters(events, row: row)
      knowTracks(events, row: row)
      knowMatches(events, row: row)
      let vertices = events.vertices(row: row)
      charm.compute(observedTracks, clusters: observedClusters, vertices: vertices, frame: frame, into: &values)
    default: break
    }
    write(step, row: row, into: columns)
  }

  private mutating func fillClusters(_ events: borrowing EventReconstruction, row: Int, into columns: EventColumns) {
    knowClusters(events, row: row)
    if reads[words.clusters] {
      let clusters = events.clusters(row: row)
      for cluster in observedClusters { append(cluster, clusters, row: row, words.clusters, columns) }
    }
    guard reads[words.clusterPairs] else { return }
    members.removeAll(keepingCapacity: true)
    for cluster in selected.prefix(ColumnFiller.mostPairedClusters) { members.append(PairMember(cluster)) }
    pairs(words.clusterPairs, row: row, columns)
  }

  private mutating func fillTracks(_ events: borrowing EventReconstruction, row: Int, into columns: EventColumns) {
    knowTracks(events, row: row)
    if reads[words.tracks] {
      let tracks = events.tracks(row: row)
      firstTracks[row] = columns.objectCount(words.tracks)
      for track in observedTracks { append(track, tracks, words.tracks, row: row, columns) }
    }
    guard reads[words.trackPairs] else { return }
    findLeading()
    members.removeAll(keepingCapacity: true)
    for track in leading.prefix(ColumnFiller.mostPairedTracks) {
      members.append(PairMember(track, mass: Mass.pion))
    }
    pairs(words.trackPairs, row: row, columns)
  }

  private mutating func fillMatches(_ events: borrowing EventReconstruction, row: Int, into columns: EventColumns) {
    knowClusters(events, row: row)
    knowTracks(events, row: row)
    knowMatches(events, row: row)
    if firstTracks[row] >= 0 || firstMuons[row] >= 0 { setMatches(events.tracks(row: row), row: row, columns) }
    let readsNeutral = reads[words.neutralClusters]
    let readsPhotons = reads[words.photons]
    if readsNeutral || readsPhotons {
      let clusters = events.clusters(row: row)
      for cluster in observedClusters where !cluster.isMatched {
        if readsNeutral { append(cluster, clusters, row: row, words.neutralClusters, columns) }
        if readsPhotons, cluster.looksLikePhoton { append(cluster, clusters, row: row, words.photons, columns) }
      }
    }
    if reads[words.photonPairs] {
      members.removeAll(keepingCapacity: true)
      for cluster in selected where !cluster.isMatched && cluster.looksLikePhoton {
        if members.count < ColumnFiller.mostPairedClusters { members.append(PairMember(cluster)) }
      }
      pairs(words.photonPairs, row: row, columns)
    }
    FilterVariables.computeMatched(observedTracks, clusters: selected, frame: frame, total: total, into: &values)
  }

  private mutating func fillMuons(_ events: borrowing EventReconstruction, row: Int, into columns: EventColumns) {
    let tracks = events.tracks(row: row)
    if firstTracks[row] >= 0 { setMuons(tracks, row: row, columns) }
    guard reads[words.muons] || reads[words.muonPairs], tracks.contains(where: \.isMuon) else { return }
    knowTracks(events, row: row)
    if events.steps(row: row).contains(.matching) { knowMatches(events, row: row) }
    let start = tracks.startIndex
    if reads[words.muons] {
      firstMuons[row] = columns.objectCount(words.muons)
      for muon in observedTracks where tracks[start + muon.index].isMuon {
        append(muon, tracks, words.muons, row: row, columns)
      }
    }
    guard reads[words.muonPairs] else { return }
    findLeading()
    members.removeAll(keepingCapacity: true)
    for track in leading.prefix(ColumnFiller.mostPairedTracks) where tracks[start + track.index].isMuon {
      members.append(PairMember(track, mass: Mass.muon))
    }
    pairs(words.muonPairs, row: row, columns)
  }

  private mutating func fillVertices(_ events: borrowing EventReconstruction, row: Int, into columns: EventColumns) {
    knowTracks(events, row: row)
    let vertices = events.vertices(row: row)
    if reads[words.vertices] {
      for vertex in vertices { append(vertex, row: row, columns) }
    }
    FilterVariables.computeVertices(observedTracks, vertices, into: &values)
  }

  private func write(_ step: Int, row: Int, into columns: EventColumns) {
    for (variable, scalar) in given[step] {
      columns.setScalar(scalar, row: row, to: values.values[variable.rawValue])
    }
  }

  // MARK: - What is known of the event

  /// Works out the clusters of the event and their variables, unless that was the event filled last.
  private mutating func knowClusters(_ events: borrowing EventReconstruction, row: Int) {
    if known.contains(.clusters) { return }
    known.insert(.clusters)
    observedClusters.removeAll(keepingCapacity: true)
    selected.removeAll(keepingCapacity: true)
    var index = 0
    for cluster in events.clusters(row: row) {
      let observed = ObservedCluster(cluster, index: index, frame: frame)
      observedClusters.append(observed)
      if observed.isSelected { selected.append(observed) }
      index += 1
    }
    selected.sort { $0.starEnergy != $1.starEnergy ? $0.starEnergy > $1.starEnergy : $0.index < $1.index }
    FilterVariables.computeClusters(selected, frame: frame, into: &values)
  }

  /// The same for its tracks.
  private mutating func knowTracks(_ events: borrowing EventReconstruction, row: Int) {
    if known.contains(.tracks) { return }
    known.insert(.tracks)
    observedTracks.removeAll(keepingCapacity: true)
    var index = 0
    for track in events.tracks(row: row) {
      observedTracks.append(ObservedTrack(track, index: index, frame: frame))
      index += 1
    }
    FilterVariables.computeTracks(observedTracks, frame: frame, into: &values)
  }

  /// Gives tracks the energies of their clusters, and clusters what they know of tracks.
  private mutating func knowMatches(_ events: borrowing EventReconstruction, row: Int) {
    if known.contains(.matching) { return }
    known.insert(.matching)
    let clusters = events.clusters(row: row)
    let tracks = events.tracks(row: row)
    for index in observedTracks.indices {
      let number = Int(tracks[tracks.startIndex + index].cluster)
      let energy = number >= 0 && number < clusters.count ? clusters[clusters.startIndex + number].energy : 0
      observedTracks[index].setCluster(energy: Double(energy))
    }
    guard known.contains(.clusters) else { return }
    for index in observedClusters.indices {
      observedClusters[index].isMatched = clusters[clusters.startIndex + index].track >= 0
    }
    for index in selected.indices { selected[index].isMatched = observedClusters[selected[index].index].isMatched }
  }

  private mutating func findLeading() {
    leading.removeAll(keepingCapacity: true)
    leading.append(contentsOf: observedTracks)
    leading.sort { $0.pT > $1.pT }
  }
}

extension ReconstructedTrack {
  /// Whether lines count it among the muons.
  var isMuon: Bool { muon > 0.5 }
}
