import EventModel
import Statistics

/// Prescales by hashing: whether an event passes depends on seed, event key and line name alone, so the decision is
/// the same at any number of workers and in any order. One event in N passes on average; N need not be whole.
public struct PrescaleHash: Sendable {
  /// Keep one in this many, for each line: 0 = off, 1 = all.
  public let prescales: [Double]
  private let seed: UInt64
  private let purposes: [RandomPurpose]
  /// Hashes below this pass; `nil` for those that always do.
  private let thresholds: [UInt64?]
  private var hashes: [EventHash] = []
  private var run: (experiment: UInt16, run: UInt32)?

  /// Prescales of named lines. A name's prescale decisions do not change when other lines come or go.
  /// - Parameter purpose: what the draws are for, so that lines of the same name at both levels draw apart.
  public init(names: [String], prescales: [Double], seed: UInt64, purpose: String = "prescale") {
    precondition(names.count == prescales.count, "one prescale per line")
    self.prescales = prescales.map { $0 >= 1 ? $0 : 0 }
    self.seed = seed
    purposes = names.map { RandomPurpose(named: "\(purpose) of \($0)") }
    thresholds = self.prescales.map { prescale in
      prescale == 1 ? nil : prescale == 0 ? 0 : UInt64(0x1p64 / prescale)
    }
  }

  /// Prescales of a level's lines.
  public init(_ level: CompiledLevel, seed: UInt64) {
    self.init(
      names: level.lines.map(\.name), prescales: level.lines.map(\.prescale), seed: seed,
      purpose: level.kind == .level1 ? "level-1 prescale" : "prescale")
  }

  /// Whether an event that fired a line passes its prescale.
  public mutating func passes(line: Int, event: EventKey) -> Bool {
    guard let threshold = thresholds[line] else { return true }
    if threshold == 0 { return false }
    let isSameRun = run.map { $0 == (event.experiment, event.run) } ?? false
    if !isSameRun {
      hashes = purposes.map {
        EventHash(seed: seed, experiment: event.experiment, run: event.run, purpose: $0)
      }
      run = (event.experiment, event.run)
    }
    return hashes[line](event: event.number) < threshold
  }

  /// Prescales a batch; `key` gives the key of a row.
  public mutating func apply(to before: LineMasks, key: (Int) -> EventKey, into after: inout LineMasks) {
    precondition(before.lineCount == prescales.count && after.lineCount == before.lineCount, "other lines")
    after.begin(rowCount: before.rowCount)
    for line in prescales.indices {
      for word in 0..<before.wordsPerLine {
        let index = line * before.wordsPerLine + word
        after.known[index] = before.known[index]
        guard thresholds[line] != nil else {
          after.values[index] = before.values[index]
          continue
        }
        var result: UInt64 = 0
        var rest = thresholds[line] == 0 ? 0 : before.values[index]
        while rest != 0 {
          if passes(line: line, event: key(word * 64 + rest.trailingZeroBitCount)) { result |= rest & (~rest &+ 1) }
          rest &= rest - 1
        }
        after.values[index] = result
      }
    }
  }
}
