import EventModel

/// A run of an experiment.
public struct RunNumber: Sendable, Hashable {
  /// Number of the experiment.
  public let experiment: UInt16
  /// Number of the run.
  public let run: UInt32

  /// A run of its numbers.
  public init(experiment: UInt16, run: UInt32) {
    self.experiment = experiment
    self.run = run
  }
}

/// Prescales by counting: of the events a line fires on, one in N passes.
///
/// Counting belongs to an order of events: the stream's. The state is the number of events each line has fired on so
/// far, so parts of a split stream give the same decisions as the whole when each starts from the counts of the parts
/// before it, and counts of parts add up.
public struct PrescaleCounters: Sendable, Equatable {
  /// Which event of each N passes.
  public enum Phase: Sendable {
    /// The N-th, 2N-th, …: level 1.
    case last
    /// The first, (N + 1)-th, …: the counter mode of the Belle II software trigger (basf2, `SoftwareTriggerCut`).
    case first
  }

  /// Keep one in this many, for each line: 0 = off, 1 = all. Those of the high-level trigger need not be whole.
  public let prescales: [Double]
  /// Which event of each N passes.
  public let phase: Phase
  /// Events each line has fired on before prescale.
  public private(set) var counts: [UInt64]

  /// Counters at zero for lines with these prescales.
  public init(prescales: [Double], phase: Phase = .last) {
    self.prescales = prescales.map { $0 >= 1 ? $0 : 0 }
    self.phase = phase
    counts = Array(repeating: 0, count: prescales.count)
  }

  /// Counters at zero for the lines of a level.
  public init(_ level: CompiledLevel, phase: Phase = .last) {
    self.init(prescales: level.lines.map(\.prescale), phase: phase)
  }

  /// Starts from the counts of the part of the stream before this one; missing lines start at zero.
  public mutating func start(from counts: [UInt64]) {
    for line in self.counts.indices { self.counts[line] = line < counts.count ? counts[line] : 0 }
  }

  /// Counts one event for a line that fired, and says whether it passes.
  public mutating func passes(line: Int) -> Bool {
    let seen = counts[line]
    counts[line] = seen &+ 1
    let prescale = prescales[line]
    if prescale == 1 { return true }
    if prescale == 0 { return false }
    if let whole = UInt64(exactly: prescale) {
      switch phase {
      case .last: return (seen % whole) + 1 == whole
      case .first: return seen % whole == 0
      }
    }
    // A prescale of 2.5 passes whenever the number of whole prescales in the count rises.
    let before = phase == .last ? Double(seen) : Double(seen) - 1
    return ((before + 1) / prescale).rounded(.down) > (before / prescale).rounded(.down)
  }

  /// Prescales a batch whose rows are in stream order.
  ///
  /// - Parameters:
  ///   - before: what the lines say before prescale.
  ///   - live: rows to count; vetoed rows are not counted and never pass. All rows if left out.
  ///   - after: the result, reused between batches.
  public mutating func apply(to before: LineMasks, live: RowMask? = nil, into after: inout LineMasks) {
    precondition(before.lineCount == prescales.count && after.lineCount == before.lineCount, "other lines")
    after.begin(rowCount: before.rowCount)
    let words = before.wordsPerLine
    after.withUnsafeWords { values, known in
      before.values.withUnsafeBufferPointer { fired in
        before.known.withUnsafeBufferPointer { knownBefore in
          for line in prescales.indices {
            let first = line * words
            let prescale = prescales[line]
            // The rest of the way to the next event that passes is kept through the batch: one division a line.
            var rest = untilNext(line: line)
            var count: UInt64 = 0
            for word in first..<first + words {
              known[word] = knownBefore[word]
              let bits = live.map { fired[word] & $0.words[word - first] } ?? fired[word]
              if prescale <= 1 {
                count &+= UInt64(bits.nonzeroBitCount)
                values[word] = prescale == 1 ? bits : 0
              } else if let whole = rest?.prescale {
                values[word] = Self.passing(bits, each: whole, &rest)
                count &+= UInt64(bits.nonzeroBitCount)
              } else {
                values[word] = passing(bits, line: line)
              }
            }
            counts[line] &+= count
          }
        }
      }
    }
  }

  /// Prescales a batch whose rows are in stream order, counting from zero in every run.
  ///
  /// - Parameters:
  ///   - before: what the lines say before prescale.
  ///   - live: rows to count; others never pass.
  ///   - run: the run of the event counted last, kept from batch to batch.
  ///   - key: the key of a row.
  ///   - after: the result, reused between batches.
  public mutating func apply(
    to before: LineMasks, live: RowMask, run: inout RunNumber?, key: (Int) -> EventKey, into after: inout LineMasks
  ) {
    precondition(before.lineCount == prescales.count && after.lineCount == before.lineCount, "other lines")
    after.begin(rowCount: before.rowCount)
    for line in prescales.indices {
      for word in 0..<before.wordsPerLine {
        after.known[line * before.wordsPerLine + word] = before.known[line * before.wordsPerLine + word]
      }
    }
    live.forEachRow { row in
      let event = key(row)
      let now = RunNumber(experiment: event.experiment, run: event.run)
      if now != run {
        start(from: [])
        run = now
      }
      for line in prescales.indices where before.isTrue(line: line, row: row) && passes(line: line) {
        after.values[line * before.wordsPerLine + (row >> 6)] |= 1 << UInt64(row & 63)
      }
    }
  }

  /// A whole prescale above 1, and how many more events of its line fire before one passes.
  private func untilNext(line: Int) -> (prescale: UInt64, skipped: UInt64)? {
    guard prescales[line] > 1, let whole = UInt64(exactly: prescales[line]) else { return nil }
    let seen = counts[line] % whole
    return (whole, phase == .last ? whole - 1 - seen : (whole - seen) % whole)
  }

  /// The events that pass of those that fired.
  private static func passing(
    _ fired: UInt64, each whole: UInt64, _ rest: inout (prescale: UInt64, skipped: UInt64)?
  ) -> UInt64 {
    guard var skipped = rest?.skipped else { return 0 }
    let count = UInt64(fired.nonzeroBitCount)
    guard skipped < count else {
      rest?.skipped = skipped - count
      return 0
    }
    var result: UInt64 = 0
    var bits = fired
    while bits != 0 {
      if skipped == 0 {
        result |= bits & (~bits &+ 1)
        skipped = whole
      }
      skipped -= 1
      bits &= bits - 1
    }
    rest?.skipped = skipped
    return result
  }

  /// Prescales that are not whole: event by event.
  private mutating func passing(_ fired: UInt64, line: Int) -> UInt64 {
    var result: UInt64 = 0
    var rest = fired
    while rest != 0 {
      if passes(line: line) { result |= rest & (~rest &+ 1) }
      rest &= rest - 1
    }
    return result
  }
}
