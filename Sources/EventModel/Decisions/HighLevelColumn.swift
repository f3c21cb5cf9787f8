import ArrowStream

/// What the high-level trigger found and decided for the events of a batch.
public struct HighLevelColumn: Sendable {
  /// The range of each event's line results: one per line of the menu.
  public let resultRows: ListOffsets
  /// Result of each line: 1 accept, 0 no result, -1 reject.
  public let results: ColumnView<Int8>
  /// The range of each event's words.
  public let wordRows: ListOffsets
  /// Lines before prescale, 32 a word.
  public let beforePrescale: ColumnView<UInt32>
  /// 1 accepted, 0 not accepted, -1 rejected by a reject line, -2 too large to be reconstructed.
  public let verdict: ColumnView<Int8>
  /// Reconstruction steps done, one bit each.
  public let steps: ColumnView<UInt32>
  /// The range of each event's variables.
  public let variableRows: ListOffsets
  /// Values of the menu's variables; NaN where a value was not needed.
  public let variables: ColumnView<Float>
  /// Tracks found so far.
  public let tracks: TrackColumn
  /// Clusters found so far.
  public let clusters: ClusterColumn
  /// Vertices found so far.
  public let vertices: VertexColumn
  /// The collision points found so far.
  public let promptVertex: PromptVertexColumn
  /// Collision time found by the tracks in ns, 0 without.
  public let eventTime: ColumnView<Float>
  /// Likelihoods of the tracks' kinds, one row per track, none where no line asked for them.
  public let identifications: TrackIdentificationColumn

  /// The `hlt` column of a batch.
  /// - Throws: ``ColumnError`` when it is missing or of another type.
  public init(_ batch: RecordBatch) throws { try self.init(batch.column("hlt")) }

  /// A column as the high-level trigger returns it.
  /// - Throws: ``ColumnError`` when it is of another type.
  public init(_ array: ArrayData) throws {
    func list(_ name: String) throws -> (ListOffsets, ArrayData) {
      let member = try array.member(name, of: "hlt")
      return (try ListOffsets(member, named: "hlt.\(name)"), member.children[0])
    }
    let (resultRows, results) = try list("results")
    let (wordRows, words) = try list("before_prescale")
    let (variableRows, variables) = try list("variables")
    self.resultRows = resultRows
    self.results = try ColumnView(results, named: "hlt.results")
    self.wordRows = wordRows
    beforePrescale = try ColumnView(words, named: "hlt.before_prescale")
    verdict = try array.memberView("verdict", of: "hlt")
    steps = try array.memberView("steps", of: "hlt")
    self.variableRows = variableRows
    self.variables = try ColumnView(variables, named: "hlt.variables")
    tracks = try TrackColumn(array.member("tracks", of: "hlt"), "hlt.tracks")
    clusters = try ClusterColumn(array.member("clusters", of: "hlt"), "hlt.clusters")
    vertices = try VertexColumn(array.member("vertices", of: "hlt"), "hlt.vertices")
    promptVertex = try PromptVertexColumn(array.member("prompt_vertex", of: "hlt"), "hlt.prompt_vertex")
    eventTime = try array.memberView("event_time", of: "hlt")
    identifications = try TrackIdentificationColumn(array.member("identification", of: "hlt"), "hlt.identification")
  }

  /// The field of a member of the column.
  static func memberField(_ name: String) -> Field {
    guard case .structure(let fields) = EventSchema.highLevel.type, let field = fields.first(where: { $0.name == name })
    else { preconditionFailure("'hlt' has no member '\(name)'") }
    return field
  }
}

/// Grows an `hlt` column event by event: add an event's values to every member, then ``endEvent(verdict:steps:eventTime:)``.
public struct HighLevelBuilder: ~Copyable {
  /// Results of the current event's lines, one per line.
  public var results = PrimitiveBuilder<Int8>()
  /// Words of the current event's lines before prescale.
  public var beforePrescale = PrimitiveBuilder<UInt32>()
  /// Values of the current event's variables.
  public var variables = PrimitiveBuilder<Float>()
  /// Tracks of the current event.
  public var tracks = TrackBuilder()
  /// Clusters of the current event.
  public var clusters = ClusterBuilder()
  /// Vertices of the current event.
  public var vertices = VertexBuilder()
  /// The collision points: one value before each event ends.
  public var promptVertex = PromptVertexBuilder()
  /// Identifications of the tracks of the current event.
  public var identifications = TrackIdentificationBuilder()
  private var verdicts = PrimitiveBuilder<Int8>()
  private var steps = PrimitiveBuilder<UInt32>()
  private var eventTime = PrimitiveBuilder<Float>()
  private var resultRows = OffsetsBuilder()
  private var wordRows = OffsetsBuilder()
  private var variableRows = OffsetsBuilder()

  /// No events yet.
  public init() {}

  /// Ends the current event, also of tracks, clusters, vertices and identifications. An event without a collision point gets an undefined one.
  public mutating func endEvent(verdict: Int8, steps done: UInt32, eventTime time: Float = 0) {
    eventTime.append(time)
    verdicts.append(verdict)
    steps.append(done)
    resultRows.endRow(at: results.count)
    wordRows.endRow(at: beforePrescale.count)
    variableRows.endRow(at: variables.count)
    tracks.endEvent()
    clusters.endEvent()
    vertices.endEvent()
    promptVertex.fill(upTo: steps.count)
    identifications.endEvent()
  }

  /// The column of all events; the builder is empty afterwards.
  public mutating func finish() -> ArrayData {
    let rows = verdicts.count
    guard case .structure(let fields) = EventSchema.highLevel.type else { preconditionFailure() }
    return ArrayData(
      structureOf: fields,
      [
        resultRows.finish(element: Field("item", .int8), child: results.finish()),
        wordRows.finish(element: Field("item", .uint32), child: beforePrescale.finish()),
        verdicts.finish(), steps.finish(),
        variableRows.finish(element: Field("item", .float32), child: variables.finish()),
        tracks.finish(), clusters.finish(), vertices.finish(), promptVertex.finish(),
        eventTime.finish(), identifications.finish(),
      ], count: rows)
  }
}
