import ArrowStream
import Detector
import EventModel
import Menu
import Reconstruction

/// The second trigger level: runs the reconstruction that the undecided lines of an event need until every line is decided, and
/// writes the `hlt` column.
///
/// Decisions depend on the event, the menu and the seed alone, not on the other events of the batch: lines are
/// three-valued per event, prescales hash the event's key. Results follow the Belle II software trigger: an accept line
/// that is true gives 1 if its prescale lets it and 0 otherwise, a reject line that is true gives -1 whatever its prescale.
///
/// One value belongs to one thread.
public struct HighLevelTrigger {
  /// The lines.
  public let level: CompiledLevel
  /// Names of the lines in the order of `results`.
  public var lineNames: [String] { level.lines.map(\.name) }
  /// Names of the variables in the order of `variables`: those that some line reads.
  public var variableNames: [String] { variables.map { level.vocabulary.scalars[$0].name } }
  /// The reconstruction with its counts of steps run.
  public private(set) var events: EventReconstruction

  private let words = HighLevelVocabulary.belle2
  /// What the menu read for the batch processed last: the values behind `menu explain`.
  public let columns: EventColumns

  private let variables: [Int]
  private let evaluator: LevelEvaluator
  private var filler: ColumnFiller
  private var prescales: PrescaleHash
  private var after: LineMasks
  private var seeds: [UInt32] = []
  private var lineWords: [UInt32] = []

  /// The trigger of a menu.
  /// - Parameters:
  ///   - menu: checked with ``HighLevelVocabulary/belle2`` among its high-level vocabularies.
  ///   - seed: of the prescales.
  /// - Throws: ``HighLevelTriggerError`` if the menu's high-level lines use another vocabulary.
  public init(detector: DetectorModel, menu: TriggerMenu, seed: UInt64) throws(HighLevelTriggerError) {
    guard menu.highLevel.vocabulary.name == words.vocabulary.name,
      menu.highLevel.vocabulary.scalars == words.vocabulary.scalars,
      menu.highLevel.vocabulary.collections == words.vocabulary.collections
    else {
      throw HighLevelTriggerError(
        problem: "menu \"\(menu.name)\" uses the inputs \"\(menu.highLevel.vocabulary.name)\" at the high level",
        expected: "the inputs \"\(words.vocabulary.name)\" of this program")
    }
    level = menu.highLevel.compile()
    evaluator = level.makeEvaluator()
    columns = EventColumns(vocabulary: level.vocabulary)
    let read = level.usedScalars
    variables = read.sorted()
    filler = ColumnFiller(words: words, beams: detector.beams, isRead: read.contains)
    prescales = PrescaleHash(level, seed: seed)
    after = LineMasks(lineCount: level.lines.count)
    events = EventReconstruction(detector: detector)
  }

  /// Decides the events of a batch.
  /// - Parameter batch: events with key, detector columns and the `l1` column. Events that level 1 did not accept are not
  ///   reconstructed; they get verdict 0 and no line.
  /// - Returns: the `hlt` column, one row per row of the batch.
  /// - Throws: `ColumnError` if a column that is needed is missing or of another type.
  public mutating func process(_ batch: RecordBatch) throws -> ArrayData {
    let keys = try EventKeyColumn(batch)
    let level1 = try Level1Column(batch)
    try events.begin(batch)
    columns.begin(rowCount: batch.count)
    filler.begin(rowCount: batch.count)
    var accepted = RowMask(rowCount: batch.count)
    for row in 0..<batch.count where level1.accepted[row] {
      accepted[row] = true
      filler.fillLevel1(level1, row: row, into: columns)
    }
    listen(to: level1)
    evaluator.evaluate(columns)
    while evaluator.planSteps(within: accepted) {
      for row in 0..<batch.count {
        var steps = evaluator.nextSteps[row]
        while steps != 0 {
          run(steps.trailingZeroBitCount, row: row)
          steps &= steps - 1
        }
      }
      evaluator.evaluate(columns)
    }
    let before = evaluator.lines
    prescales.apply(to: before, key: { keys.key($0) }, into: &after)
    return column(batch, accepted: accepted, before: before)
  }

  /// Lines with `after:` listen to the level-1 lines as they are after prescale.
  private mutating func listen(to level1: Level1Column) {
    seeds.removeAll(keepingCapacity: true)
    for word in level1.afterPrescale { seeds.append(word) }
    let perRow = EventSchema.level1Words
    seeds.withUnsafeBufferPointer { columns.setSeeds($0, wordsPerRow: perRow, lineCount: 32 * perRow) }
  }

  /// Runs one step of the vocabulary on one event.
  private mutating func run(_ step: Int, row: Int) {
    events.run(words.reconstruction[step], row: row)
    filler.fill(step, events, row: row, into: columns)
    columns.markAvailable(step: step, row: row)
  }

  private mutating func column(_ batch: RecordBatch, accepted: RowMask, before: LineMasks) -> ArrayData {
    let kept = level.decision(before: before, after: after)
    let wordsPerRow = max(1, (level.lines.count + 31) / 32)
    lineWords.removeAll(keepingCapacity: true)
    lineWords.append(contentsOf: repeatElement(0, count: batch.count * wordsPerRow))
    lineWords.withUnsafeMutableBufferPointer { before.writeRows(into: $0, wordsPerRow: wordsPerRow) }
    var builder = HighLevelBuilder()
    for row in 0..<batch.count {
      var isRejected = false
      for line in level.lines.indices {
        let isIn = accepted[row]
        let result = isIn ? level.result(line: line, row: row, before: before, after: after) : .none
        if result == .reject { isRejected = true }
        builder.results.append(result.rawValue)
      }
      for word in 0..<(level.lines.count + 31) / 32 {
        builder.beforePrescale.append(accepted[row] ? lineWords[row * wordsPerRow + word] : 0)
      }
      for scalar in variables {
        builder.variables.append(columns.scalar(scalar, row: row))
      }
      events.append(row: row, to: &builder)
      let isKept = accepted[row] && kept[row]
      builder.endEvent(verdict: isKept ? 1 : (isRejected ? -1 : 0), steps: events.steps(row: row).rawValue)
    }
    return builder.finish()
  }
}

/// Why a high-level trigger cannot be made.
public struct HighLevelTriggerError: Error, CustomStringConvertible, Equatable {
  /// What was found.
  public var problem: String
  /// What would have been right.
  public var expected: String

  /// Problem and expectation in one line.
  public var description: String { "\(problem); expected \(expected)" }
}
