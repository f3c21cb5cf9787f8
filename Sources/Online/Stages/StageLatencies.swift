import Statistics

/// How long events spent in each stage, waiting for it included, and from their arrival to their verdict.
public struct StageLatencies: Sendable, Codable {
  /// From the time an event should have arrived until the source sent it.
  public internal(set) var source = LatencyHistogram()
  /// From there to the decision of level 1.
  public internal(set) var level1 = LatencyHistogram()
  /// From there until the event was built.
  public internal(set) var builder = LatencyHistogram()
  /// From there to the decision of the high-level trigger; only for events it saw.
  public internal(set) var highLevel = LatencyHistogram()
  /// From the last decision until the verdict was collected.
  public internal(set) var collector = LatencyHistogram()
  /// From the verdict to the end of the reconstruction; only for accepted events.
  public internal(set) var reconstruction = LatencyHistogram()
  /// From the time an event should have arrived to its verdict.
  public internal(set) var total = LatencyHistogram()

  /// Nothing measured yet.
  public init() {}

  /// The stages by name, in the order of the chain, then `total`.
  public var byStage: [(stage: String, latency: LatencyHistogram)] {
    [
      ("source", source), ("level1", level1), ("builder", builder), ("hlt", highLevel), ("collector", collector),
      ("reconstruction", reconstruction), ("total", total),
    ]
  }

  /// Adds the latencies of other stages, or of parts of a run.
  mutating func merge(_ other: StageLatencies) {
    source.merge(other.source)
    level1.merge(other.level1)
    builder.merge(other.builder)
    highLevel.merge(other.highLevel)
    collector.merge(other.collector)
    reconstruction.merge(other.reconstruction)
    total.merge(other.total)
  }

  /// Records the stages' shares of a batch.
  /// - Parameter farmed: how many of the events the high-level trigger saw.
  mutating func record(_ stamps: MessageHeader.Stamps, events: Int, farmed: Int) {
    func record(_ histogram: inout LatencyHistogram, from start: Int64, to end: Int64, _ count: Int) {
      guard start >= 0, end >= start else { return }
      histogram.record(nanoseconds: UInt64(end - start), count: count)
    }
    record(&level1, from: stamps.source, to: stamps.level1, events)
    record(&builder, from: stamps.level1, to: stamps.builder, events)
    if farmed > 0 { record(&highLevel, from: stamps.builder, to: stamps.highLevel, farmed) }
    record(&collector, from: max(stamps.builder, stamps.highLevel), to: stamps.collector, events)
  }
}
