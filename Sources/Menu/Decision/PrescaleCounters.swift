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
    for line in prescales.indices {
      for word in 0..<before.wordsPerLine {
        let index = line * before.wordsPerLine + word
        after.known[index] = before.known[index]
        let fired = before.values[index] & (live.map { $0.words[word] } ?? .max)
        after.values[index] = passing(fired, line: line)
      }
    }
  }

  private mutating func passing(_ fired: UInt64, line: Int) -> UInt64 {
    switch prescales[line] {
    case 1:
      counts[line] &+= UInt64(fired.nonzeroBitCount)
      return fired
    case 0:
      counts[line] &+= UInt64(fired.nonzeroBitCount)
      return 0
    default:
      var result: UInt64 = 0
      var rest = fired
      while rest != 0 {
        let lowest = rest & (~rest &+ 1)
        if passes(line: line) { result |= lowest }
        rest &= rest - 1
      }
      return result
    }
  }
}
