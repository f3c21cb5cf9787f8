import ArrowStream
import Detector
import EventModel
import Menu
import Reconstruction

/// The second trigger level: runs the reconstruction that the undecided lines of an event need until every line is decided, and
/// writes the `hlt` column.
///
/// Events larger than the menu allows are set aside before any step. Skims are asked about events that are kept, and never change that.
///
/// Decisions depend on the event, the menu and the seed alone, not on the other events of the batch: lines are
/// three-valued per event, prescales hash the event's key. Results follow the Belle II software trigger: an accept line
/// that is true gives 1 if its prescale lets it and 0 otherwise, a reject line that is true gives -1 whatever its prescale.
///
/// One value belongs to one thread.
public struct HighLevelTrigger {
  /// Verdicts of the `hlt` column.
  public enum Verdict: Int8, Sendable {
    /// The event is kept.
    case accepted = 1
    /// No line accepts it.
    case notAccepted = 0
    /// A reject line rejects it.
    case rejected = -1
    /// It is too large to be reconstructed, and no line was asked.
    case tooLarge = -2
  }

  /// The lines that decide.
  public var level: CompiledLevel { filter.level }
  /// The skims, which sort what is kept.
  public var skimLevel: CompiledLevel { skims.level }
  /// Names of the lines in the order of `results`: those that decide, then the skims.
  public var lineNames: [String] { (level.lines + skimLevel.lines).map(\.name) }
  /// Names of the variables in the order of `variables`: those that some line reads.
  public var variableNames: [String] { variables.map { level.vocabulary.scalars[$0].name } }
  /// The reconstruction with its counts of steps run.
  public private(set) var events: EventReconstruction
  /// What steps and lines cost, if somebody wants to know. Measuring lines is slow.
  public private(set) var profile: StepProfile?

  private let words = HighLevelVocabulary.belle2
  /// What the menu read for the batch processed last: the values behind `menu explain`.
  public let columns: EventColumns

  private let variables: [Int]
  private let limits: EventSizeLimits
  private let level1Variables: Level1Variables
  private var filter: LinesAtWork
  private var skims: LinesAtWork
  private var filler: ColumnFiller
  private var seeds: [UInt32] = []
  private var lineWords: [UInt32] = []
  private let output = KeptBuilder<HighLevelBuilder>()

  /// The trigger of a menu.
  /// - Parameters:
  ///   - menu: checked with ``HighLevelVocabulary/belle2`` among its high-level vocabularies.
  ///   - seed: of the prescales.
  ///   - prescaling: how prescales choose the events that pass.
  ///   - injection: how the rings are topped up, for the prefilter; nil if they are not.
  /// - Throws: ``HighLevelTriggerError`` if the menu's high-level lines use another vocabulary, or read variables that stand for
  ///   level-1 lines it has not.
  public init(
    detector: DetectorModel, menu: TriggerMenu, seed: UInt64, prescaling: HighLevelPrescaling = .hash,
    injection: InjectionPlan? = nil
  ) throws(HighLevelTriggerError) {
    guard menu.highLevel.vocabulary.name == words.vocabulary.name,
      menu.highLevel.vocabulary.scalars == words.vocabulary.scalars,
      menu.highLevel.vocabulary.collections == words.vocabulary.collections
    else {
      throw HighLevelTriggerError(
        problem: "menu \"\(menu.name)\" uses the inputs \"\(menu.highLevel.vocabulary.name)\" at the high level",
        expected: "the inputs \"\(words.vocabulary.name)\" of this program")
    }
    filter = LinesAtWork(menu.highLevel.compile(), seed: seed, prescaling: prescaling)
    skims = LinesAtWork(menu.skims.compile(), seed: seed, prescaling: prescaling)
    limits = menu.highLevel.largestEvent
    columns = EventColumns(vocabulary: filter.level.vocabulary)
    let read = filter.level.usedScalars.union(skims.level.usedScalars)
    variables = read.sorted()
    let scalars = words.scalars
    level1Variables = try Level1Variables(
      menu, strip: injection.map { InjectionStrip($0, clock: detector.clock) }
    ) { read.contains(scalars[$0.rawValue]) }
    filler = ColumnFiller(words: words, beams: detector.beams, levels: [filter.level, skims.level])
    events = EventReconstruction(detector: detector)
  }

  /// Checks what the menu language cannot: that variables which stand for level-1 lines find them.
  /// - Throws: ``HighLevelTriggerError`` if a line or a skim reads a variable whose level-1 line the menu has not.
  public static func check(_ menu: TriggerMenu) throws(HighLevelTriggerError) {
    let scalars = HighLevelVocabulary.belle2.scalars
    guard menu.highLevel.vocabulary.name == HighLevelVocabulary.belle2.vocabulary.name else { return }
    let read = menu.highLevel.compile().usedScalars.union(menu.skims.compile().usedScalars)
    _ = try Level1Variables(menu) { read.contains(scalars[$0.rawValue]) }
  }

  /// Measures from now on what steps and lines cost.
  /// - Parameter clock: now, in nanoseconds of any start.
  public mutating func measure(clock: @escaping @Sendable () -> UInt64) {
    var profile = StepProfile(clock: clock)
    profile.steps = level.vocabulary.steps.map { StepProfile.Step(name: $0.name) }
    profile.lines = lineNames.map { StepProfile.Line(name: $0) }
    self.profile = profile
  }

  /// Decides the events of a batch.
  /// - Parameter batch: events with key, detector columns and the `l1` column. Events that level 1 did not accept are not
  ///   reconstructed; they get verdict 0 and no line.
  /// - Returns: the `hlt` column, one row per row of the batch.
  /// - Throws: `ColumnError` if a column that is needed is missing or of another type.
  public mutating func process(_ batch: RecordBatch) throws -> ArrayData {
    let start = profile?.clock()
    let before = profile?.accounted ?? 0
    let keys = try EventKeyColumn(batch)
    let level1 = try Level1Column(batch)
    try events.begin(batch)
    columns.begin(rowCount: batch.count)
    filler.begin(rowCount: batch.count)
    var wanted = RowMask(rowCount: batch.count)
    var tooLarge = RowMask(rowCount: batch.count)
    for row in 0..<batch.count where level1.accepted[row] {
      let size = events.size(row: row)
      guard limits.allow(chamberHits: size.chamberHits, siliconPoints: size.siliconPoints) else {
        tooLarge[row] = true
        continue
      }
      wanted[row] = true
      filler.fillInputs(
        level1, level1Variables, size: size, row: row, key: keys.key(row), time: keys.time[row], into: columns)
    }
    listen(to: level1)
    decide(filter.evaluator, within: wanted, firstLine: 0)
    filter.prescale(keys, live: wanted)
    let kept = RowMask(words: zip(filter.kept.words, wanted.words).map { $0 & $1 }, rowCount: batch.count)
    if !skims.kinds.isEmpty {
      listenToFilter(rowCount: batch.count)
      decide(skims.evaluator, within: kept, firstLine: filter.kinds.count)
      skims.prescale(keys, live: kept)
      // Explanations of the filter ask for its own seeds.
      listen(to: level1)
    }
    let column = makeColumn(rowCount: batch.count, wanted: wanted, kept: kept, tooLarge: tooLarge)
    if let start, let now = profile?.clock(), let accounted = profile?.accounted {
      profile?.steps[0].time += now &- start &- (accounted - before)
      profile?.steps[0].runs += wanted.count
      profile?.events += wanted.count
    }
    return column
  }

  /// Runs steps until every line is decided on every wanted event.
  private mutating func decide(_ evaluator: LevelEvaluator, within wanted: RowMask, firstLine: Int) {
    evaluator.evaluate(columns)
    while evaluator.planSteps(within: wanted) {
      if profile != nil { noteAsked(evaluator, firstLine: firstLine, within: wanted) }
      let next = evaluator.nextSteps
      for row in 0..<wanted.rowCount {
        var steps = next[row]
        while steps != 0 {
          run(steps.trailingZeroBitCount, row: row)
          steps &= steps - 1
        }
      }
      evaluator.evaluate(columns)
    }
  }

  /// Lines with `after:` listen to the level-1 lines as they are after prescale.
  private mutating func listen(to level1: Level1Column) {
    seeds.removeAll(keepingCapacity: true)
    for word in level1.afterPrescale { seeds.append(word) }
    let perRow = EventSchema.level1Words
    seeds.withUnsafeBufferPointer { columns.setSeeds($0, wordsPerRow: perRow, lineCount: 32 * perRow) }
  }

  /// Skims with `after:` listen to the lines as they are before prescale.
  private mutating func listenToFilter(rowCount: Int) {
    let perRow = max(1, (filter.kinds.count + 31) / 32)
    seeds.removeAll(keepingCapacity: true)
    for _ in 0..<rowCount * perRow { seeds.append(0) }
    seeds.withUnsafeMutableBufferPointer { filter.before.writeRows(into: $0, wordsPerRow: perRow) }
    seeds.withUnsafeBufferPointer { columns.setSeeds($0, wordsPerRow: perRow, lineCount: 32 * perRow) }
  }

  /// Runs one step of the vocabulary on one event.
  private mutating func run(_ step: Int, row: Int) {
    let start = profile?.clock()
    events.run(words.reconstruction[step], row: row)
    if let start, let now = profile?.clock() {
      profile?.add(step: step, row: row, time: now &- start)
      if let end = profile?.clock() { profile?.measuring += end &- now }
    }
    filler.fill(step, events, row: row, into: columns)
    columns.markAvailable(step: step, row: row)
  }

  private mutating func noteAsked(_ evaluator: LevelEvaluator, firstLine: Int, within wanted: RowMask) {
    let start = profile?.clock()
    var asked = [[UInt32]](
      repeating: [UInt32](repeating: 0, count: wanted.rowCount), count: filter.kinds.count + skims.kinds.count)
    for line in evaluator.level.lines.indices {
      let steps = evaluator.stepsAsked(byLine: line)
      for row in 0..<wanted.rowCount where wanted[row] { asked[firstLine + line][row] = steps[row] }
    }
    profile?.beginPass(asked)
    if let start, let now = profile?.clock() { profile?.measuring += now &- start }
  }

  private mutating func makeColumn(rowCount: Int, wanted: RowMask, kept: RowMask, tooLarge: RowMask) -> ArrayData {
    // One copy of the masks for all rows: reading them through the properties would count references for every bit.
    let (before, after) = (filter.before, filter.after)
    let (skimsBefore, skimsAfter) = (skims.before, skims.after)
    let (lineCount, skimCount) = (filter.kinds.count, skims.kinds.count)
    let wordsPerRow = (lineCount + skimCount + 31) / 32
    lineWords.removeAll(keepingCapacity: true)
    for _ in 0..<rowCount * wordsPerRow { lineWords.append(0) }
    if lineCount > 0 {
      lineWords.withUnsafeMutableBufferPointer { before.writeRows(into: $0, wordsPerRow: wordsPerRow) }
    }
    var builder = output.take() ?? HighLevelBuilder()
    for row in 0..<rowCount {
      let isWanted = wanted[row]
      let isKept = kept[row]
      var isRejected = false
      for line in 0..<lineCount {
        let result =
          isWanted
          ? LineResult.of(
            filter.kinds[line], isTrue: before.isTrue(line: line, row: row),
            passesPrescale: after.isTrue(line: line, row: row)) : .none
        if result == .reject { isRejected = true }
        builder.results.append(result.rawValue)
      }
      for line in 0..<skimCount {
        let isTrue = isKept && skimsBefore.isTrue(line: line, row: row)
        let passes = isTrue && skimsAfter.isTrue(line: line, row: row)
        builder.results.append(LineResult.of(skims.kinds[line], isTrue: isTrue, passesPrescale: passes).rawValue)
        let bit = lineCount + line
        if isTrue { lineWords[row * wordsPerRow + bit / 32] |= 1 << UInt32(bit % 32) }
      }
      for word in 0..<wordsPerRow {
        builder.beforePrescale.append(isWanted ? lineWords[row * wordsPerRow + word] : 0)
      }
      for scalar in variables { builder.variables.append(columns.scalar(scalar, row: row)) }
      events.append(row: row, to: &builder)
      let totals = TriggerTotals(filter: isKept)
      let verdict: Verdict =
        tooLarge[row] ? .tooLarge : totals.isKept ? .accepted : isRejected ? .rejected : .notAccepted
      builder.endEvent(
        verdict: verdict.rawValue, steps: events.steps(row: row).rawValue, eventTime: events.eventTime(row: row))
    }
    let column = builder.finish()
    output.keep(builder)
    return column
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
