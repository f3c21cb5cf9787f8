import ArrowStream
import EventModel
import Menu
import Statistics

/// Which accepted events are copied to whoever looks at a run while it goes, and where they are published.
public struct ExpressPlan: Sendable, Equatable {
  /// The endpoint that a PUB socket binds to: `tcp://127.0.0.1:5561`, `ipc:///run/express`.
  public var endpoint: String
  /// One accepted event in this many is copied; 0 takes none but those of ``lines``.
  public var oneIn: Int
  /// Lines and skims of the high-level trigger whose events are all copied.
  public var lines: [String]

  /// A plan.
  public init(endpoint: String, oneIn: Int = 10, lines: [String] = []) {
    self.endpoint = endpoint
    self.oneIn = oneIn
    self.lines = lines
  }
}

/// Chooses the events of the express path: the same ones whenever a stream is played.
package struct ExpressChoice: Sendable {
  private let oneIn: Int
  private let seed: UInt64
  /// Places of the chosen lines among the results of the high-level trigger.
  private let lines: [Int]

  /// The choice of a plan.
  /// - Parameter highLevelLines: the lines and skims in the order of their results.
  /// - Throws: ``ReplayError`` when the plan names a line that is not there.
  package init(_ plan: ExpressPlan, highLevelLines: [String], seed: UInt64) throws {
    oneIn = plan.oneIn
    self.seed = seed
    lines = try plan.lines.map { name in
      guard let place = highLevelLines.firstIndex(of: name) else {
        throw ReplayError.invalidArgument(
          name: "express lines", found: name,
          expected: "a line or skim of the menu"
            + (Suggestion.question(for: name, among: highLevelLines).map { "; " + $0 } ?? ""))
      }
      return place
    }
  }

  /// The rows of a batch of accepted events that are copied.
  package func rows(of batch: RecordBatch) throws -> [Int] {
    let keys = try EventKeyColumn(batch)
    if lines.isEmpty { return (0..<batch.count).filter { isSampled(keys.key($0)) } }
    let decisions = try HighLevelColumn(batch)
    return (0..<batch.count).filter { row in
      if isSampled(keys.key(row)) { return true }
      let results = decisions.resultRows[row]
      return lines.contains { $0 < results.count && decisions.results[results.lowerBound + $0] == 1 }
    }
  }

  private func isSampled(_ key: EventKey) -> Bool {
    guard oneIn > 0 else { return false }
    let word = CounterRandom.hash(
      seed: seed, experiment: key.experiment, run: key.run, event: key.number, purpose: .express)
    return word.multipliedFullWidth(by: UInt64(oneIn)).high == 0
  }
}
