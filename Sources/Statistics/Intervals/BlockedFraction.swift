/// The shares of several outcomes among trials that depend on each other, such as the losses of a buffer: their errors are
/// taken from the scatter of blocks of trials in a row, which are long compared to the memory of what is counted.
///
/// Memory does not grow with the number of trials: when there are too many blocks, neighbours are joined.
public struct BlockedFraction: Sendable {
  /// Number of trials.
  public private(set) var trials = 0
  private var counts: [Int]
  /// Counts of each complete block, outcome by outcome.
  private var blocks: [[Int]]
  private var current: [Int]
  private var inCurrent = 0
  private var blockSize: Int

  private static let mostBlocks = 128
  private static let fewestBlocks = 16
  /// Fewer events than this say little about their own scatter.
  private static let fewestEvents = 10

  /// No trials yet.
  /// - Parameters:
  ///   - outcomes: number of outcomes that are counted, each by its place from 0.
  ///   - blockSize: trials in a block at first.
  public init(outcomes: Int, blockSize: Int = 256) {
    counts = Array(repeating: 0, count: max(1, outcomes))
    blocks = []
    current = counts
    self.blockSize = max(1, blockSize)
  }

  /// Counts a trial and its outcome; nil for a trial that has none of them.
  public mutating func add(_ outcome: Int?) {
    trials += 1
    inCurrent += 1
    if let outcome {
      counts[outcome] += 1
      current[outcome] += 1
    }
    if inCurrent == blockSize { endBlock() }
  }

  private mutating func endBlock() {
    blocks.append(current)
    for outcome in current.indices { current[outcome] = 0 }
    inCurrent = 0
    guard blocks.count == Self.mostBlocks else { return }
    blocks = stride(from: 0, to: blocks.count, by: 2).map { zip(blocks[$0], blocks[$0 + 1]).map { $0 + $1 } }
    blockSize *= 2
  }

  /// Number of trials with an outcome.
  public func count(_ outcome: Int) -> Int { counts[outcome] }

  /// The share of an outcome, with one standard deviation from the scatter of the blocks; with few blocks or few events the
  /// interval of Clopper and Pearson, which takes trials for independent. Nil without trials.
  public func estimate(_ outcome: Int) -> EstimatedNumber? { estimate(of: [outcome]) }

  /// The share of all outcomes together.
  public func estimateOfAll() -> EstimatedNumber? { estimate(of: Array(counts.indices)) }

  private func estimate(of outcomes: [Int]) -> EstimatedNumber? {
    let events = outcomes.reduce(0) { $0 + counts[$1] }
    guard let independent = Efficiency(passed: events, total: trials).estimate() else { return nil }
    guard blocks.count >= Self.fewestBlocks, events >= Self.fewestEvents, trials - events >= Self.fewestEvents else {
      return independent
    }
    let fractions = blocks.map { block in Double(outcomes.reduce(0) { $0 + block[$1] }) / Double(blockSize) }
    let mean = fractions.reduce(0, +) / Double(fractions.count)
    let squares = fractions.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let error = (squares / Double(fractions.count * (fractions.count - 1))).squareRoot()
    let value = independent.value
    return EstimatedNumber(
      value: value, low: max(0, value - error), high: min(1, value + error), method: "scatter of blocks of trials")
  }
}
