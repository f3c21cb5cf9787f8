import EventModel

/// How level-1 prescales choose the events that pass.
public enum Level1Prescaling: String, Sendable, CaseIterable {
  /// By counting: of the events a line fires on, in stream order, the N-th, 2N-th, … pass.
  case counter
  /// At random, one in N on average: a hash of seed, event and line, the same in any order.
  case random
}

/// Level-1 prescales of either kind, applied batch by batch.
public struct Level1Prescales: Sendable {
  /// How events are chosen.
  public let kind: Level1Prescaling
  /// Events each line has fired on before prescale.
  public private(set) var counters: PrescaleCounters
  private var hash: PrescaleHash

  /// Prescales of a level's lines; `seed` is used by the random kind alone.
  public init(_ level: CompiledLevel, _ kind: Level1Prescaling, seed: UInt64) {
    self.kind = kind
    counters = PrescaleCounters(level)
    hash = PrescaleHash(level, seed: seed)
  }

  /// Starts from the counts of the part of the stream before this one; missing lines start at zero.
  public mutating func start(from counts: [UInt64]) { counters.start(from: counts) }

  /// Prescales a batch whose rows are in stream order.
  /// - Parameter key: the key of a row, for the random kind.
  public mutating func apply(to before: LineMasks, key: (Int) -> EventKey, into after: inout LineMasks) {
    // Both kinds count, so that the numbers of fired events are there in either case.
    counters.apply(to: before, into: &after)
    if kind == .random { hash.apply(to: before, key: key, into: &after) }
  }
}

/// Evaluates the level-1 lines of a menu on input words: what decision logic does, without a detector.
public final class WordEvaluator {
  /// The menu's level-1 lines.
  public let level: CompiledLevel
  /// What the lines said about the last batch before prescale: ``EventWords/wordsPerEvent`` words an event.
  public private(set) var before: [UInt32] = []
  /// What they said after prescale.
  public private(set) var after: [UInt32] = []

  private let columns: EventColumns
  private let evaluator: LevelEvaluator
  private var prescales: Level1Prescales
  private var linesAfter: LineMasks
  private let experiment: UInt16
  private let run: UInt32
  private var position: UInt64 = 0

  /// An evaluator of a menu whose vocabularies are ``MenuVocabularies/withGivenBits()``.
  /// - Parameters:
  ///   - experiment: of the events' keys, for random prescales; events are numbered from 1.
  ///   - run: likewise.
  public init(
    _ menu: TriggerMenu, prescaling: Level1Prescaling = .counter, seed: UInt64 = 1, experiment: UInt16 = 0,
    run: UInt32 = 0
  ) {
    level = menu.level1.compile()
    columns = EventColumns(vocabulary: level.vocabulary)
    evaluator = level.makeEvaluator()
    prescales = Level1Prescales(level, prescaling, seed: seed)
    linesAfter = LineMasks(lineCount: level.lines.count)
    self.experiment = experiment
    self.run = run
  }

  /// Events each line has fired on so far, before prescale.
  public var lineCounts: [UInt64] { prescales.counters.counts }

  /// Evaluates the next events of the stream; ``before`` and ``after`` hold the result.
  /// - Parameter words: ``EventWords/wordsPerEvent`` words for each event.
  public func evaluate(_ words: ArraySlice<UInt32>) {
    let width = EventWords.wordsPerEvent
    let rows = words.count / width
    columns.begin(rowCount: rows)
    words.withUnsafeBufferPointer { columns.setBits($0, wordsPerRow: width) }
    let masks = evaluator.evaluate(columns)
    let first = position + 1
    prescales.apply(
      to: masks,
      key: { EventKey(experiment: self.experiment, run: self.run, number: first + UInt64($0)) }, into: &linesAfter)
    position += UInt64(rows)
    Self.write(masks, rows, width, to: &before)
    Self.write(linesAfter, rows, width, to: &after)
  }

  /// Writes the words of a batch, into the memory of the batch before where it is large enough.
  private static func write(_ masks: LineMasks, _ rows: Int, _ width: Int, to words: inout [UInt32]) {
    if words.count != rows * width { words = [UInt32](repeating: 0, count: rows * width) }
    words.withUnsafeMutableBufferPointer { masks.writeRows(into: $0, wordsPerRow: width) }
  }
}
