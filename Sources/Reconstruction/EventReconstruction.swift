import ArrowStream
import Detector
import EventModel
import Kinematics

/// The reconstruction of a batch of events, step by step on demand.
///
/// The high-level trigger asks for single steps of single events; the reconstruction stage runs what is left. Each step
/// runs at most once per event: asking again does nothing, and ``adopt(_:)`` takes over what the `hlt` column of an
/// earlier stage already holds. Everything is drawn from hits and level-1 objects, never from the truth columns.
///
/// ```swift
/// var events = EventReconstruction(detector: detector)
/// try events.begin(batch)
/// events.run([.clusters, .tracks], row: 0)
/// for track in events.tracks(row: 0) { … }
/// ```
public struct EventReconstruction {
  private let detector: DetectorModel
  private var finder: TrackFinder
  private var siliconFinder: SiliconTrackFinder
  private var clusterFinder: ClusterFinder
  private var matching: ClusterMatching
  private var muonMatching: MuonMatching
  private var vertexFinder: VertexFinder
  private var candidateFinder: CandidateFinder
  private var identifier: TrackIdentifier
  private var photonPairFinder = PhotonPairFinder()
  private var bremsstrahlungFinder: BremsstrahlungFinder
  private var neutralHadronFinder: NeutralHadronFinder

  /// What is taken for granted about machine and detector by the steps after acceptance; the constants of the detector model unless
  /// somebody follows the running conditions.
  public var conditions: RunningConditions {
    didSet {
      interactionRegion = conditions.interactionRegion(detector.beams)
      if conditions[.momentumX].error.isFinite { candidateFinder.setCollisionMomentum(conditions.collisionMomentum) }
    }
  }

  // The inputs of the current batch.
  private var chamber: DriftChamberHits?
  private var silicon: SiliconHits?
  private var crystals: CalorimeterHits?
  private var muonHits: MuonHits?
  private var regions: IdentificationHits?
  private var level1: Level1Column?

  // Objects of all events, in the order in which they were made; every event has a range in each list.
  private var allTracks: [ReconstructedTrack] = []
  private var allClusters: [ReconstructedCluster] = []
  private var allVertices: [ReconstructedVertex] = []
  private var allCandidates: [ReconstructedCandidate] = []
  private var allIdentifications: [TrackIdentification] = []
  private var allPhotonPairs: [ReconstructedPhotonPair] = []
  private var allBremsstrahlung: [ReconstructedBremsstrahlung] = []
  private var allNeutralHadrons: [ReconstructedNeutralHadron] = []
  private var allHypotheses: [HypothesisFit] = []
  private var hypothesisFits: [FittedHypothesis] = []
  private var rows: [Row] = []
  /// Wires of the tracks, in the order of `allTracks`; empty unless `keepsWires`.
  private var allWires: [[UInt16]] = []

  /// Whether the wires of each track are kept for validation; the decisions do not need them.
  public var keepsWires = false

  private struct Row {
    var steps: ReconstructionSteps = []
    var tracks = 0..<0
    var clusters = 0..<0
    var vertices = 0..<0
    var candidates = 0..<0
    var identifications = 0..<0
    var photonPairs = 0..<0
    var bremsstrahlung = 0..<0
    var neutralHadrons = 0..<0
    var hypotheses = 0..<0
    var eventTime: Float = 0
    /// Tracks at the end of the list that begin in the silicon.
    var siliconTracks = 0
    /// Steps that an earlier stage made: it does not say which tracks begin in the silicon.
    var adopted: ReconstructionSteps = []
    var promptVertex: PromptVertex?
  }

  /// Where collisions happen, as far as vertices know before they see a track; the luminous region of the detector tables unless
  /// set. It applies to events whose vertices are fitted from now on.
  public var interactionRegion: InteractionRegion

  /// How often each step really ran, in the order of ``ReconstructionSteps/table``: what tests and ledgers read.
  public private(set) var executions = [Int](repeating: 0, count: ReconstructionSteps.table.count)

  /// Time that each step took in the same order, in nanoseconds, if somebody gave ``clock``.
  public private(set) var times = [UInt64](repeating: 0, count: ReconstructionSteps.table.count)
  /// Now, in nanoseconds of any start; nil unless steps are to be timed.
  public var clock: (@Sendable () -> UInt64)?

  /// A reconstruction with the geometry of a detector.
  public init(detector: DetectorModel) {
    self.detector = detector
    finder = TrackFinder(detector: detector)
    siliconFinder = SiliconTrackFinder(
      tracker: detector.silicon, material: TrackMaterial(detector.material, silicon: detector.silicon),
      table: finder.table)
    clusterFinder = ClusterFinder(detector.calorimeter)
    matching = ClusterMatching(detector.calorimeter)
    muonMatching = MuonMatching(detector.muonDetector, detector.calorimeter)
    vertexFinder = VertexFinder(detector)
    candidateFinder = CandidateFinder(detector.beams)
    identifier = TrackIdentifier(detector)
    bremsstrahlungFinder = BremsstrahlungFinder(detector)
    neutralHadronFinder = NeutralHadronFinder(detector)
    interactionRegion = InteractionRegion(detector.beams)
    conditions = RunningConditions(detector)
  }

  /// Starts a batch.
  /// - Parameter batch: events with the detector columns; the `l1` column is used if it is there.
  /// - Throws: `ColumnError` if a detector column is missing or of another type.
  public mutating func begin(_ batch: RecordBatch) throws {
    let driftChamber = try DriftChamberHits(batch)
    let vertexDetector = try SiliconHits(batch)
    let calorimeter = try CalorimeterHits(batch)
    let muonDetector = try MuonHits(batch)
    level1 = batch.has("l1") ? try Level1Column(batch) : nil
    regions = batch.has("pid") ? try IdentificationHits(batch) : nil
    chamber = driftChamber
    silicon = vertexDetector
    crystals = calorimeter
    muonHits = muonDetector
    allTracks.removeAll(keepingCapacity: true)
    allWires.removeAll(keepingCapacity: true)
    allClusters.removeAll(keepingCapacity: true)
    allVertices.removeAll(keepingCapacity: true)
    allCandidates.removeAll(keepingCapacity: true)
    allIdentifications.removeAll(keepingCapacity: true)
    allPhotonPairs.removeAll(keepingCapacity: true)
    allBremsstrahlung.removeAll(keepingCapacity: true)
    allNeutralHadrons.removeAll(keepingCapacity: true)
    allHypotheses.removeAll(keepingCapacity: true)
    rows.removeAll(keepingCapacity: true)
    for _ in 0..<batch.count { rows.append(Row()) }
  }

  /// Divides the energies of an event's clusters by the calorimeter scale of the running conditions: once, and before the steps that
  /// use them.
  mutating func scaleClusters(row: Int) {
    let scale = Float(conditions[.calorimeterScale].value)
    for index in rows[row].clusters { allClusters[index].energy /= scale }
  }

  /// Drift-chamber hits of an event.
  func chamberHits(row: Int) -> Int { chamber?.rows[row].count ?? 0 }

  /// Number of events of the current batch.
  public var rowCount: Int { rows.count }

  /// Takes over what the high-level trigger reconstructed, so that no step runs twice.
  public mutating func adopt(_ column: HighLevelColumn) {
    for row in 0..<min(rows.count, column.steps.count) {
      rows[row].steps = ReconstructionSteps(rawValue: column.steps[row]).intersection(.carried)
      rows[row].adopted = rows[row].steps
      let firstTrack = allTracks.count
      for index in column.tracks.rows[row] { allTracks.append(ReconstructedTrack(column.tracks, at: index)) }
      rows[row].tracks = firstTrack..<allTracks.count
      let firstCluster = allClusters.count
      for index in column.clusters.rows[row] { allClusters.append(ReconstructedCluster(column.clusters, at: index)) }
      rows[row].clusters = firstCluster..<allClusters.count
      let firstVertex = allVertices.count
      for index in column.vertices.rows[row] { allVertices.append(ReconstructedVertex(column.vertices, at: index)) }
      rows[row].vertices = firstVertex..<allVertices.count
      let firstIdentification = allIdentifications.count
      for index in column.identifications.rows[row] {
        allIdentifications.append(TrackIdentification(column.identifications, at: index))
      }
      rows[row].identifications = firstIdentification..<allIdentifications.count
      rows[row].promptVertex = PromptVertex(column.promptVertex, at: row)
      rows[row].eventTime = column.eventTime[row]
      // Which wires the tracks of an earlier stage have is not known.
      if keepsWires { allWires.append(contentsOf: repeatElement([], count: allTracks.count - allWires.count)) }
    }
  }

  /// Runs steps of an event, and before them what they need; those already done are left alone.
  public mutating func run(_ steps: ReconstructionSteps, row: Int) {
    precondition(rows.indices.contains(row), "no such row")
    let table = ReconstructionSteps.table
    for index in table.indices where steps.contains(table[index].step) {
      let step = table[index].step
      if rows[row].steps.contains(step) { continue }
      let missing = table[index].needs.subtracting(rows[row].steps)
      if !missing.isEmpty { run(missing, row: row) }
      let start = clock?()
      execute(step, row: row)
      if let start, let now = clock?() { times[index] += now &- start }
      executions[index] += 1
      rows[row].steps.formUnion(step)
    }
  }

  /// How many hits an event has.
  public func size(row: Int) -> EventSize {
    EventSize(
      chamberHits: chamber?.rows[row].count ?? 0, siliconPoints: silicon?.rows[row].count ?? 0,
      calorimeterHits: crystals?.rows[row].count ?? 0)
  }

  /// Steps done for an event.
  public func steps(row: Int) -> ReconstructionSteps { rows[row].steps }
  /// Tracks of an event, in the order of their finding.
  public func tracks(row: Int) -> ArraySlice<ReconstructedTrack> { allTracks[rows[row].tracks] }
  /// Tracks of an event without those that the step `siliconTracks` added: what counts of tracks are about.
  public func tracksOfChamber(row: Int) -> ArraySlice<ReconstructedTrack> {
    tracks(row: row).dropLast(rows[row].siliconTracks)
  }
  /// Wires of the drift-chamber hits of each track of an event; empty unless ``keepsWires`` was set before the tracks were found.
  public func wiresOfTracks(row: Int) -> ArraySlice<[UInt16]> { keepsWires ? allWires[rows[row].tracks] : [] }
  /// Clusters of an event, most energetic first.
  public func clusters(row: Int) -> ArraySlice<ReconstructedCluster> { allClusters[rows[row].clusters] }
  /// Vertices of an event.
  public func vertices(row: Int) -> ArraySlice<ReconstructedVertex> { allVertices[rows[row].vertices] }
  /// The collision point of an event; nil before its vertices are fitted.
  public func promptVertex(row: Int) -> PromptVertex? { rows[row].promptVertex }
  /// Candidates of an event.
  public func candidates(row: Int) -> ArraySlice<ReconstructedCandidate> { allCandidates[rows[row].candidates] }
  /// Likelihoods of the kinds of the tracks of an event, in their order; empty before the step `identification` ran.
  public func identifications(row: Int) -> ArraySlice<TrackIdentification> {
    allIdentifications[rows[row].identifications]
  }
  /// Neutral pions and eta mesons of an event.
  public func photonPairs(row: Int) -> ArraySlice<ReconstructedPhotonPair> { allPhotonPairs[rows[row].photonPairs] }
  /// Photons of an event given back to electrons.
  public func bremsstrahlung(row: Int) -> ArraySlice<ReconstructedBremsstrahlung> {
    allBremsstrahlung[rows[row].bremsstrahlung]
  }
  /// Candidates of K_L and neutrons of an event.
  public func neutralHadrons(row: Int) -> ArraySlice<ReconstructedNeutralHadron> {
    allNeutralHadrons[rows[row].neutralHadrons]
  }
  /// Fits of the tracks of an event as other particles than pions.
  public func hypotheses(row: Int) -> ArraySlice<HypothesisFit> { allHypotheses[rows[row].hypotheses] }
  /// Collision time of an event estimated from its tracks, ns; 0 without tracks.
  public func eventTime(row: Int) -> Float { rows[row].eventTime }

  private mutating func execute(_ step: ReconstructionSteps, row: Int) {
    switch step {
    case .clusters: findClusters(row)
    case .tracks: findTracks(row)
    case .matching: match(row)
    case .muons: findMuons(row)
    case .vertices: findVertices(row)
    case .candidates: findCandidates(row)
    case .identification: identify(row)
    case .photonPairs: pairPhotons(row)
    case .bremsstrahlung: findBremsstrahlung(row)
    case .neutralHadrons: findNeutralHadrons(row)
    case .hypotheses: fitHypotheses(row)
    case .siliconTracks: findSiliconTracks(row)
    case .siliconVertices: findSiliconVertices(row)
    default: break
    }
  }

  private mutating func findClusters(_ row: Int) {
    guard let crystals else { return }
    let range = crystals.rows[row]
    clusterFinder.find(
      crystals: crystals.crystal.span.extracting(range), energies: crystals.energy.span.extracting(range),
      times: crystals.time.span.extracting(range))
    let first = allClusters.count
    allClusters.append(contentsOf: clusterFinder.clusters)
    rows[row].clusters = first..<allClusters.count
  }

  /// Gives the track finder the hits of an event.
  private mutating func loadHits(_ chamber: DriftChamberHits, _ silicon: SiliconHits, row: Int) {
    let range = chamber.rows[row]
    finder.begin()
    finder.hits.load(
      wires: chamber.wire.span.extracting(range), times: chamber.tdc.span.extracting(range), table: finder.table)
    finder.points.load(silicon, row: row, tracker: detector.silicon)
  }

  private mutating func findTracks(_ row: Int) {
    guard let chamber, let silicon else { return }
    loadHits(chamber, silicon, row: row)
    if let level1 {
      let tracks = level1.tracks
      for (number, index) in tracks.rows[row].enumerated() {
        finder.grow(
          omega: Double(tracks.omega[index]), phi0: Double(tracks.phi0[index]),
          segments: tracks.segments.span.extracting((9 * index)..<(9 * index + 9)), number: number, eventTime: 0)
      }
    }
    finder.growRest(eventTime: 0)
    let first = allTracks.count
    for track in finder.tracks { allTracks.append(ReconstructedTrack(track)) }
    rows[row].tracks = first..<allTracks.count
    rows[row].eventTime = Float(finder.eventTime)
    if keepsWires {
      allWires.append(contentsOf: repeatElement([], count: allTracks.count - allWires.count))
      for hit in 0..<finder.hits.count where finder.hits.owner[hit] >= 0 {
        allWires[first + Int(finder.hits.owner[hit])].append(finder.hits.wire[hit])
      }
    }
  }

  private mutating func fitHypotheses(_ row: Int) {
    guard let chamber, let silicon else { return }
    let first = allHypotheses.count
    // The hits may be those of another event by now, and the tracks those of an earlier stage.
    loadHits(chamber, silicon, row: row)
    siliconFinder.points.load(silicon, row: row, tracker: detector.silicon)
    let begunInSilicon = rows[row].tracks.count - rows[row].siliconTracks
    for (number, track) in rows[row].tracks.enumerated() {
      hypothesisFits.removeAll(keepingCapacity: true)
      if number < begunInSilicon {
        finder.fitHypotheses(of: allTracks[track].state, eventTime: 0, into: &hypothesisFits)
      }
      // Those that begin in the silicon leave too little in the chamber.
      if hypothesisFits.isEmpty {
        siliconFinder.fitHypotheses(of: allTracks[track], chamberHits: finder.hits, into: &hypothesisFits)
      }
      for fit in hypothesisFits { allHypotheses.append(HypothesisFit(track: number, fit)) }
    }
    rows[row].hypotheses = first..<allHypotheses.count
  }

  private mutating func findSiliconTracks(_ row: Int) {
    guard let chamber, let silicon else { return }
    let range = chamber.rows[row]
    finder.hits.load(
      wires: chamber.wire.span.extracting(range), times: chamber.tdc.span.extracting(range), table: finder.table)
    siliconFinder.points.load(silicon, row: row, tracker: detector.silicon)
    // The tracks say which points they have: the high-level trigger may have found them in another place.
    for track in allTracks[rows[row].tracks] { siliconFinder.points.use(track.points, of: track.state) }
    siliconFinder.find(beside: allTracks[rows[row].tracks], chamberHits: finder.hits)
    guard !siliconFinder.tracks.isEmpty else { return }
    moveTracksToEnd(row)
    for track in siliconFinder.tracks { allTracks.append(ReconstructedTrack(track)) }
    rows[row].siliconTracks = siliconFinder.tracks.count
    rows[row].tracks = rows[row].tracks.lowerBound..<allTracks.count
    if keepsWires {
      for range in siliconFinder.hitsOfTracks {
        allWires.append(siliconFinder.hits[range].map { finder.hits.wire[Int($0)] })
      }
    }
  }

  /// Puts the tracks of an event behind those of all others, so that it can have more.
  private mutating func moveTracksToEnd(_ row: Int) {
    let range = rows[row].tracks
    guard range.upperBound != allTracks.count else { return }
    let first = allTracks.count
    for index in range {
      allTracks.append(allTracks[index])
      if keepsWires { allWires.append(allWires[index]) }
    }
    rows[row].tracks = first..<allTracks.count
  }

  private mutating func match(_ row: Int) {
    matching.match(&allTracks[rows[row].tracks], &allClusters[rows[row].clusters])
  }

  private mutating func findMuons(_ row: Int) {
    guard let muonHits else { return }
    muonMatching.match(&allTracks[rows[row].tracks], muonHits, muonHits.rows[row])
  }

  private mutating func findVertices(_ row: Int) {
    // The same whether the tracks that begin in the silicon are there by now or not.
    vertexFinder.find(tracksOfChamber(row: row), region: interactionRegion)
    rows[row].promptVertex = PromptVertex(vertexFinder.prompt)
    let first = allVertices.count
    allVertices.append(contentsOf: vertexFinder.vertices)
    rows[row].vertices = first..<allVertices.count
  }

  private mutating func findSiliconVertices(_ row: Int) {
    let tracks = allTracks[rows[row].tracks]
    let first = rows[row].adopted.contains(.siliconTracks) ? 0 : tracks.count - rows[row].siliconTracks
    guard first < tracks.count else { return }
    vertexFinder.findLater(tracks, from: first, beside: allVertices[rows[row].vertices], region: interactionRegion)
    guard !vertexFinder.vertices.isEmpty else { return }
    // The vertices of an event stand together: behind those of all others, so that it can have more.
    let known = rows[row].vertices
    if known.upperBound != allVertices.count {
      rows[row].vertices = allVertices.count..<(allVertices.count + known.count)
      for index in known { allVertices.append(allVertices[index]) }
    }
    allVertices.append(contentsOf: vertexFinder.vertices)
    rows[row].vertices = rows[row].vertices.lowerBound..<allVertices.count
  }

  private mutating func findCandidates(_ row: Int) {
    candidateFinder.find(
      allTracks[rows[row].tracks], allClusters[rows[row].clusters], allVertices[rows[row].vertices],
      identifications: allIdentifications[rows[row].identifications],
      radiated: allBremsstrahlung[rows[row].bremsstrahlung],
      origin: rows[row].promptVertex?.position ?? interactionRegion.centre)
    let first = allCandidates.count
    allCandidates.append(contentsOf: candidateFinder.candidates)
    rows[row].candidates = first..<allCandidates.count
  }

  private mutating func identify(_ row: Int) {
    identifier.identify(
      allTracks[rows[row].tracks], allClusters[rows[row].clusters], eventTime: Double(rows[row].eventTime),
      chamber: chamber, regions: regions, row: row)
    let first = allIdentifications.count
    allIdentifications.append(contentsOf: identifier.identifications)
    rows[row].identifications = first..<allIdentifications.count
  }

  private mutating func pairPhotons(_ row: Int) {
    photonPairFinder.find(allClusters[rows[row].clusters])
    let first = allPhotonPairs.count
    allPhotonPairs.append(contentsOf: photonPairFinder.pairs)
    rows[row].photonPairs = first..<allPhotonPairs.count
  }

  private mutating func findBremsstrahlung(_ row: Int) {
    bremsstrahlungFinder.find(allTracks[rows[row].tracks], allClusters[rows[row].clusters])
    let first = allBremsstrahlung.count
    allBremsstrahlung.append(contentsOf: bremsstrahlungFinder.photons)
    rows[row].bremsstrahlung = first..<allBremsstrahlung.count
  }

  private mutating func findNeutralHadrons(_ row: Int) {
    guard let muonHits else { return }
    neutralHadronFinder.find(
      allTracks[rows[row].tracks], allClusters[rows[row].clusters], muonHits, muonHits.rows[row])
    let first = allNeutralHadrons.count
    allNeutralHadrons.append(contentsOf: neutralHadronFinder.hadrons)
    rows[row].neutralHadrons = first..<allNeutralHadrons.count
  }

  /// Adds tracks, clusters, vertices and identifications of an event to the current event of an `hlt` column.
  public func append(row: Int, to builder: inout HighLevelBuilder) {
    for track in tracks(row: row) { track.append(to: &builder.tracks) }
    for cluster in clusters(row: row) { cluster.append(to: &builder.clusters) }
    for vertex in vertices(row: row) { vertex.append(to: &builder.vertices) }
    rows[row].promptVertex?.append(to: &builder.promptVertex)
    for track in identifications(row: row) { track.append(to: &builder.identifications) }
  }

  /// Adds an event to a `reco` column.
  public func append(row: Int, to builder: inout ReconstructionBuilder) {
    for track in tracks(row: row) { track.append(to: &builder.tracks) }
    for cluster in clusters(row: row) { cluster.append(to: &builder.clusters) }
    for vertex in vertices(row: row) { vertex.append(to: &builder.vertices) }
    rows[row].promptVertex?.append(to: &builder.promptVertex)
    for candidate in candidates(row: row) { candidate.append(to: &builder.candidates) }
    for track in identifications(row: row) { track.append(to: &builder.identifications) }
    for pair in photonPairs(row: row) { pair.append(to: &builder.photonPairs) }
    for photon in bremsstrahlung(row: row) { photon.append(to: &builder.bremsstrahlung) }
    for hadron in neutralHadrons(row: row) { hadron.append(to: &builder.neutralHadrons) }
    for fit in hypotheses(row: row) { fit.append(to: &builder.hypotheses) }
    builder.endEvent(
      steps: rows[row].steps.rawValue, eventTime: rows[row].eventTime - Float(conditions[.eventTime].value),
      conditions: conditions.version)
  }
}
