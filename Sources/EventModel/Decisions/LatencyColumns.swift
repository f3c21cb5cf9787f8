import ArrowStream

/// When the events of a batch of verdicts left each stage, in us since they should have arrived; NaN where they never got
/// (``VerdictSchema/latency``).
public struct LatencyColumns: Sendable {
  /// Decision of level 1.
  public let level1: ColumnView<Float>
  /// Event built.
  public let builder: ColumnView<Float>
  /// Decision of the high-level trigger.
  public let highLevel: ColumnView<Float>
  /// Verdict collected.
  public let total: ColumnView<Float>

  /// The `latency` column of a batch of verdicts.
  /// - Throws: ``ColumnError`` when it is missing or of another type.
  public init(_ batch: RecordBatch) throws {
    let latency = try batch.column("latency")
    level1 = try latency.memberView("level1", of: "latency")
    builder = try latency.memberView("builder", of: "latency")
    highLevel = try latency.memberView("hlt", of: "latency")
    total = try latency.memberView("total", of: "latency")
  }
}
