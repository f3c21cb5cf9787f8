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
  let detector: DetectorModel
  var finder: TrackFinder
  var siliconFinder: SiliconTrackFinder
  var clusterFinder: ClusterFinder
  var matching: ClusterMatching
  var muonMatching: MuonMatching
  var vertexFinder: VertexFinder
  var candidateFinder: CandidateFinder
  var identifier: TrackIdentifier
  var photonPairFinder = PhotonPairFinder()
  var bremsstrahlungFinder: BremsstrahlungFinder
  var neutralHadronFinder: NeutralHadronFinder

  /// What is taken for granted about machine and detector by the steps after acceptance; the constants of the detector model unless
  /// somebody follows the running conditions.
  public var conditions: RunningConditions {
    didSet {
      interactionRegion = conditions.interactionRegion(detector.beams)
      if conditions[.momentumX].error.isFinite { candidateFinder.setCollisionMomentum(conditions.collisionMomentum) }
    }
  }

  /// The current batch.
  var inputs: BatchInputs?

  // Objects of all events, in the order in which they were made; every event has a range in each list.
  var allTracks: [ReconstructedTrack] = []
  var allClusters: [ReconstructedCluster] = []
  var allVertices: [ReconstructedVertex] = []
  var allCandidates: [ReconstructedCandidate] = []
  var allIdentifications: [TrackIdentification] = []
  var allPhotonPairs: [ReconstructedPhotonPair] = []
  var allBremsstrahlung: [ReconstructedBremsstrahlung] = []
  var allNeutralHadrons: [ReconstructedNeutralHadron] = []
  var allHypotheses: [HypothesisFit] = []
  var hypothesisFits: [FittedHypothesis] = []
  var rows: [Row] = []
  /// Wires of the tracks, in the order of `allTracks`; empty unless `keepsWires`.
  var allWires: [[UInt16]] = []

  /// Whether the wires of each track are kept for validation; the decisions do not need them.
  public var keepsWires = false

  /// What is known of one event: steps done, ranges in the lists, and what there is one of.
  struct Row {
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
    inputs = try BatchInputs(batch, tracker: detector.silicon)
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
  func chamberHits(row: Int) -> Int { inputs?.chamber.rows[row].count ?? 0 }

  /// Number of events of the current batch.
  public var rowCount: Int { rows.count }

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
    guard let inputs else { return EventSize(chamberHits: 0, siliconPoints: 0, calorimeterHits: 0) }
    return EventSize(
      chamberHits: inputs.chamber.rows[row].count, siliconPoints: inputs.silicon.rows[row].count,
      calorimeterHits: inputs.crystals.rows[row].count)
  }

  /// Steps done for an event.
  public func steps(row: Int) -> ReconstructionSteps { rows[row].steps }
}
