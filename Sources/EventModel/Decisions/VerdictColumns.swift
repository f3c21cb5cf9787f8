import ArrowStream

/// The verdicts of a batch of events: ``VerdictSchema``.
public struct VerdictColumns: Sendable {
  /// Key, time, weight and process of each event.
  public let event: EventKeyColumn
  /// Level-1 lines before prescale: ``EventSchema/level1Words`` words an event.
  public let level1BeforePrescale: ColumnView<UInt32>
  /// Level-1 lines after prescale: ``EventSchema/level1Words`` words an event.
  public let level1AfterPrescale: ColumnView<UInt32>
  /// Whether level 1 accepted each event.
  public let level1Accepted: BoolView
  /// The range of each event's high-level results: one per line, none for events that were not seen.
  public let resultRows: ListOffsets
  /// Result of each high-level line: 1 accept, 0 no result, -1 reject.
  public let results: ColumnView<Int8>
  /// The range of each event's high-level words.
  public let wordRows: ListOffsets
  /// High-level lines before prescale, 32 a word.
  public let highLevelBeforePrescale: ColumnView<UInt32>
  /// 1 accepted, 0 not accepted, -1 rejected by a reject line, -2 too large to be reconstructed.
  public let verdict: ColumnView<Int8>

  /// The columns of a batch of verdicts.
  /// - Throws: ``ColumnError`` when one is missing or of another type.
  public init(_ batch: RecordBatch) throws {
    event = try EventKeyColumn(batch)
    let level1 = try batch.column("l1")
    let words = EventSchema.level1Words
    level1BeforePrescale = try fixedSizeView(
      level1.member("before_prescale", of: "l1"), each: words, named: "l1.before_prescale")
    level1AfterPrescale = try fixedSizeView(
      level1.member("after_prescale", of: "l1"), each: words, named: "l1.after_prescale")
    level1Accepted = try BoolView(level1.member("accepted", of: "l1"), named: "l1.accepted")
    let highLevel = try batch.column("hlt")
    let results = try highLevel.member("results", of: "hlt")
    resultRows = try ListOffsets(results, named: "hlt.results")
    self.results = try ColumnView(results.children[0], named: "hlt.results")
    let before = try highLevel.member("before_prescale", of: "hlt")
    wordRows = try ListOffsets(before, named: "hlt.before_prescale")
    highLevelBeforePrescale = try ColumnView(before.children[0], named: "hlt.before_prescale")
    verdict = try highLevel.memberView("verdict", of: "hlt")
  }

  /// The number of events.
  public var count: Int { event.count }
}

/// Grows a batch of verdicts in stream order from what level 1 and the high-level trigger decided.
public struct VerdictBuilder: ~Copyable {
  private var results = PrimitiveBuilder<Int8>()
  private var resultRows = OffsetsBuilder()
  private var words = PrimitiveBuilder<UInt32>()
  private var wordRows = OffsetsBuilder()
  private var verdict = PrimitiveBuilder<Int8>()
  private var level1Latency = PrimitiveBuilder<Float>()
  private var builderLatency = PrimitiveBuilder<Float>()
  private var highLevelLatency = PrimitiveBuilder<Float>()
  private var totalLatency = PrimitiveBuilder<Float>()

  /// When an event left each stage, in microseconds since it should have arrived; NaN where it never got.
  public struct Latency: Sendable {
    /// Decision of level 1.
    public var level1: Float
    /// Event built.
    public var builder: Float
    /// Decision of the high-level trigger.
    public var highLevel: Float
    /// Verdict collected.
    public var total: Float

    /// The four times.
    public init(level1: Float, builder: Float = .nan, highLevel: Float = .nan, total: Float) {
      self.level1 = level1
      self.builder = builder
      self.highLevel = highLevel
      self.total = total
    }
  }

  /// No events yet.
  public init() {}

  /// The number of events so far.
  public var count: Int { verdict.count }

  /// Adds an event that the high-level trigger did not see.
  public mutating func appendUnseen(_ latency: Latency) {
    verdict.append(0)
    endEvent(latency)
  }

  /// Adds an event that the high-level trigger decided.
  public mutating func append(_ column: HighLevelColumn, row: Int, _ latency: Latency) {
    for index in column.resultRows[row] { results.append(column.results[index]) }
    for index in column.wordRows[row] { words.append(column.beforePrescale[index]) }
    verdict.append(column.verdict[row])
    endEvent(latency)
  }

  private mutating func endEvent(_ latency: Latency) {
    resultRows.endRow(at: results.count)
    wordRows.endRow(at: words.count)
    level1Latency.append(latency.level1)
    builderLatency.append(latency.builder)
    highLevelLatency.append(latency.highLevel)
    totalLatency.append(latency.total)
  }

  /// The batch of all events; the builder is empty afterwards.
  /// - Parameters:
  ///   - event: the `event` column of the same events.
  ///   - level1: the `l1` column of the same events; only the decision is kept.
  /// - Throws: ``ColumnError`` when lengths or types do not fit.
  public mutating func finish(event: ArrayData, level1: ArrayData, metadata: Metadata) throws -> RecordBatch {
    let rows = count
    func fields(_ field: Field) -> [Field] { field.type.children }
    let level1Fields = fields(VerdictSchema.level1)
    let level1Members = try level1Fields.map { try level1.member($0.name, of: "l1") }
    let highLevelFields = fields(VerdictSchema.highLevel)
    let highLevel = ArrayData(
      structureOf: highLevelFields,
      [
        resultRows.finish(element: Field("item", .int8), child: results.finish()),
        wordRows.finish(element: Field("item", .uint32), child: words.finish()), verdict.finish(),
      ], count: rows)
    let latency = ArrayData(
      structureOf: fields(VerdictSchema.latency),
      [level1Latency.finish(), builderLatency.finish(), highLevelLatency.finish(), totalLatency.finish()], count: rows)
    guard level1.count == rows else {
      throw ColumnError.length(column: "l1", found: level1.count, expected: rows)
    }
    return try RecordBatch(
      schema: Schema(fields: VerdictSchema.columns, metadata: metadata),
      columns: [event, ArrayData(structureOf: level1Fields, level1Members, count: rows), highLevel, latency],
      count: rows)
  }
}
