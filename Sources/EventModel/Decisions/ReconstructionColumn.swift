import ArrowStream

/// What the reconstruction made of the events of a batch.
public struct ReconstructionColumn: Sendable {
  /// Reconstruction steps done, one bit each.
  public let steps: ColumnView<UInt32>
  /// Collision time in ns, estimated from tracks and clusters.
  public let eventTime: ColumnView<Float>
  /// Tracks.
  public let tracks: TrackColumn
  /// Calorimeter clusters.
  public let clusters: ClusterColumn
  /// Vertices of two tracks.
  public let vertices: VertexColumn
  /// Candidates of the search channels.
  public let candidates: CandidateColumn
  /// The collision points.
  public let promptVertex: PromptVertexColumn
  /// Likelihoods of the tracks' kinds, one row per track, none where the step did not run.
  public let identifications: TrackIdentificationColumn
  /// Neutral pions and eta mesons.
  public let photonPairs: PhotonPairColumn
  /// Photons given back to electrons.
  public let bremsstrahlung: BremsstrahlungColumn
  /// Candidates of K_L and neutrons.
  public let neutralHadrons: NeutralHadronColumn
  /// Version of the running conditions it was made with.
  public let conditions: ColumnView<UInt32>
  /// Fits of the tracks as other particles than pions, none where the step did not run.
  public let hypotheses: HypothesisColumn

  /// The `reco` column of a batch.
  /// - Throws: ``ColumnError`` when it is missing or of another type.
  public init(_ batch: RecordBatch) throws { try self.init(batch.column("reco")) }

  /// A column as the reconstruction returns it.
  /// - Throws: ``ColumnError`` when it is of another type.
  public init(_ array: ArrayData) throws {
    steps = try array.memberView("steps", of: "reco")
    eventTime = try array.memberView("event_time", of: "reco")
    tracks = try TrackColumn(array.member("tracks", of: "reco"), "reco.tracks")
    clusters = try ClusterColumn(array.member("clusters", of: "reco"), "reco.clusters")
    vertices = try VertexColumn(array.member("vertices", of: "reco"), "reco.vertices")
    candidates = try CandidateColumn(array.member("candidates", of: "reco"), "reco.candidates")
    promptVertex = try PromptVertexColumn(array.member("prompt_vertex", of: "reco"), "reco.prompt_vertex")
    identifications = try TrackIdentificationColumn(array.member("identification", of: "reco"), "reco.identification")
    photonPairs = try PhotonPairColumn(array.member("photon_pairs", of: "reco"), "reco.photon_pairs")
    bremsstrahlung = try BremsstrahlungColumn(array.member("bremsstrahlung", of: "reco"), "reco.bremsstrahlung")
    neutralHadrons = try NeutralHadronColumn(array.member("neutral_hadrons", of: "reco"), "reco.neutral_hadrons")
    conditions = try array.memberView("conditions", of: "reco")
    hypotheses = try HypothesisColumn(array.member("hypotheses", of: "reco"), "reco.hypotheses")
  }
}

/// Grows a `reco` column event by event: add an event's objects, then ``endEvent(steps:eventTime:conditions:)``.
public struct ReconstructionBuilder: ~Copyable {
  /// Tracks of the current event.
  public var tracks = TrackBuilder()
  /// Clusters of the current event.
  public var clusters = ClusterBuilder()
  /// Vertices of the current event.
  public var vertices = VertexBuilder()
  /// Candidates of the current event.
  public var candidates = CandidateBuilder()
  /// The collision points: one value before each event ends.
  public var promptVertex = PromptVertexBuilder()
  /// Likelihoods of the tracks' kinds, one row per track, none where the step did not run.
  public var identifications = TrackIdentificationBuilder()
  /// Neutral pions and eta mesons.
  public var photonPairs = PhotonPairBuilder()
  /// Photons given back to electrons.
  public var bremsstrahlung = BremsstrahlungBuilder()
  /// Candidates of K_L and neutrons.
  public var neutralHadrons = NeutralHadronBuilder()
  /// Fits of the tracks as other particles than pions, none where the step did not run.
  public var hypotheses = HypothesisBuilder()
  private var steps = PrimitiveBuilder<UInt32>()
  private var eventTime = PrimitiveBuilder<Float>()
  private var conditions = PrimitiveBuilder<UInt32>()

  /// No events yet.
  public init() {}

  /// Ends the current event, also of all objects. An event without a collision point gets an undefined one.
  public mutating func endEvent(steps done: UInt32, eventTime time: Float, conditions version: UInt32 = 0) {
    conditions.append(version)
    steps.append(done)
    eventTime.append(time)
    tracks.endEvent()
    clusters.endEvent()
    vertices.endEvent()
    candidates.endEvent()
    promptVertex.fill(upTo: steps.count)
    identifications.endEvent()
    photonPairs.endEvent()
    bremsstrahlung.endEvent()
    neutralHadrons.endEvent()
    hypotheses.endEvent()
  }

  /// The column of all events; the builder is empty afterwards.
  public mutating func finish() -> ArrayData {
    let rows = steps.count
    guard case .structure(let fields) = EventSchema.reconstruction.type else { preconditionFailure() }
    return ArrayData(
      structureOf: fields,
      [
        steps.finish(), eventTime.finish(), tracks.finish(), clusters.finish(), vertices.finish(),
        candidates.finish(), promptVertex.finish(), identifications.finish(), photonPairs.finish(),
        bremsstrahlung.finish(), neutralHadrons.finish(), conditions.finish(), hypotheses.finish(),
      ], count: rows)
  }
}
