import ArrowStream
import EventModel
import Statistics

/// Latencies that a replay wrote into its verdicts: of every stage, and of the events that each line of the high-level trigger accepted.
public struct LatencySample: Sendable {
  /// A stage of the chain.
  public enum Stage: String, CaseIterable, Sendable {
    /// From the intended arrival to the decision of level 1: waiting at the source included.
    case level1
    /// From there until the event was built.
    case builder
    /// From there to the decision of the high-level trigger; only for events it saw.
    case highLevel = "hlt"
    /// From the last decision until the verdict was collected.
    case collector
    /// From the intended arrival to the verdict.
    case total
  }

  /// A line of the high-level trigger.
  public struct Line: Sendable {
    /// Its name.
    public let name: String
    /// Times in the high-level trigger of the events that it accepted.
    public internal(set) var highLevel = LatencyDistribution()
    /// Times from arrival to verdict of the same events.
    public internal(set) var total = LatencyDistribution()
  }

  /// By stage, in the order of ``Stage``.
  public private(set) var stages = [LatencyDistribution](repeating: .init(), count: Stage.allCases.count)
  /// In the order of results.
  public private(set) var lines: [Line]
  /// Events read.
  public private(set) var events = 0

  /// No events yet.
  /// - Parameter lines: names of the lines in the order of the results.
  public init(lines: [String]) { self.lines = lines.map { Line(name: $0) } }

  /// Adds a batch of verdicts; they come in the order of the stream.
  /// - Throws: `ColumnError` if results are not one for each line.
  public mutating func add(_ verdicts: VerdictColumns, _ latency: LatencyColumns) throws {
    for row in 0..<verdicts.count {
      events += 1
      let level1 = latency.level1[row]
      let builder = latency.builder[row]
      let highLevel = latency.highLevel[row]
      let total = latency.total[row]
      // What did not get there is not a number, and is left out.
      let last = highLevel.isFinite ? highLevel : builder
      for (stage, time) in [level1, builder - level1, highLevel - builder, total - last, total].enumerated() {
        stages[stage].add(microseconds: time)
      }
      let results = verdicts.resultRows[row]
      guard !results.isEmpty else { continue }
      guard results.count == lines.count else {
        throw ColumnError.length(column: "hlt.results", found: results.count, expected: lines.count)
      }
      for (line, index) in results.enumerated() where verdicts.results[index] > 0 {
        lines[line].highLevel.add(microseconds: highLevel - builder)
        lines[line].total.add(microseconds: total)
      }
    }
  }
}
