/// Evaluates a level's lines on batches of events. Holds scratch memory: one per thread, kept for its whole life.
///
/// Every operation runs over the whole batch before the next one starts; conditions are one bit per event, so that
/// logic on 64 events is one machine operation. See ``EventColumns`` for the way of use.
public final class LevelEvaluator {
  /// The program.
  public let level: CompiledLevel
  /// The result of the last evaluation.
  public private(set) var lines: LineMasks

  private let workspace: Workspace
  private var needs: StepNeeds
  private var plan: StepPlan
  private weak var evaluated: EventColumns?

  init(_ level: CompiledLevel) {
    self.level = level
    lines = LineMasks(lineCount: level.lines.count)
    workspace = Workspace(
      program: level.program, nodeCount: level.graph.nodes.count, collections: level.vocabulary.collections.count)
    needs = StepNeeds(level)
    plan = StepPlan(level)
  }

  /// Evaluates every line on every event of the batch, as far as the available steps let it. May be called again after
  /// more steps have run on some rows.
  ///
  /// - Returns: the lines' values before any prescale, also kept in ``lines``.
  @discardableResult
  public func evaluate(_ columns: EventColumns) -> LineMasks {
    precondition(
      columns.vocabulary.name == level.vocabulary.name
        && columns.vocabulary.bits.count == level.vocabulary.bits.count
        && columns.vocabulary.scalars.count == level.vocabulary.scalars.count
        && columns.vocabulary.collections.count == level.vocabulary.collections.count,
      "the columns belong to another vocabulary than the menu level")
    lines.begin(rowCount: columns.rowCount)
    evaluated = columns
    needs.isCurrent = false
    guard columns.wordsPerColumn > 0 else { return lines }
    workspace.prepare(columns)
    let program = level.program
    program.instructions.withUnsafeBufferPointer { instructions in
      program.parts.withUnsafeBufferPointer { parts in
        for instruction in instructions {
          if instruction.isTruth {
            runTruth(instruction, parts, columns)
          } else {
            runNumber(instruction, columns)
          }
        }
      }
    }
    finish(columns)
    return lines
  }

  /// The rows for which some line can only be decided once `step` has run, itself or for a step that requires it. Ask
  /// for the cheapest step first, run it there, mark it available and evaluate again.
  public func undecided(step: Int) -> RowMask {
    guard let columns = evaluated, columns.wordsPerColumn > 0 else { return RowMask(rowCount: lines.rowCount) }
    if !needs.isCurrent { needs.compute(columns: columns, lines: lines, known: workspace.known) }
    return RowMask(words: needs.words(of: step), rowCount: lines.rowCount)
  }

  /// The steps to run next on each row of the last batch, as bits; see ``planSteps(within:)``.
  public var nextSteps: [UInt32] { plan.next }

  /// Finds, for each event by itself, the reconstruction steps to run next.
  ///
  /// All steps without which some undecided line of the event can never be decided come at once, in rising order of
  /// their indices, which is an order in which each finds what it requires. If there is none, because every undecided line
  /// could be decided in more than one way, the cheapest step that may help comes alone. Run them, mark them available,
  /// evaluate, and ask again.
  ///
  /// - Parameter rows: the events that are to be decided at all.
  /// - Returns: false when no event needs any step any more.
  public func planSteps(within rows: RowMask) -> Bool {
    guard let columns = evaluated, columns.wordsPerColumn > 0 else { return false }
    if !needs.isCurrent { needs.compute(columns: columns, lines: lines, known: workspace.known) }
    return plan.make(columns: columns, lines: lines, needs: needs, known: workspace.known, rows: rows)
  }

  /// The steps that one line alone would ask for now on each row, as bits: what profiles of lines are made of. Slow.
  public func stepsAsked(byLine line: Int) -> [UInt32] {
    guard let columns = evaluated, columns.wordsPerColumn > 0 else { return [] }
    var single = StepNeeds(level, line: line)
    single.compute(columns: columns, lines: lines, known: workspace.known)
    var result = [UInt32](repeating: 0, count: columns.rowCount)
    for step in level.steps {
      RowMask(words: single.words(of: step), rowCount: columns.rowCount).forEachRow { result[$0] |= 1 << UInt32(step) }
    }
    return result
  }

  /// The values of a wanted number after an evaluation, one a row; nil when the batch had no rows.
  func number(_ position: Int) -> UnsafePointer<Float>? {
    guard let columns = evaluated, columns.wordsPerColumn > 0 else { return nil }
    return UnsafePointer(workspace.numbers[level.numbers[position]])
  }

  // MARK: - Operations

  private func runNumber(_ instruction: Program.Instruction, _ columns: EventColumns) {
    guard instruction.slot >= 0, let result = workspace.numbers[instruction.node] else { return }
    let padded = (workspace.lengths[instruction.scope + 1] + 63) / 64 * 64
    let collection = instruction.collection
    switch instruction.code {
    case .constant: result.update(repeating: instruction.constant, count: padded)
    case .spread:
      if let values = workspace.numbers[instruction.first] {
        ColumnKernels.spread(
          values, rows: columns.rowPointer(instruction.scope), objects: workspace.lengths[instruction.scope + 1],
          into: result)
      }
    case .arithmetic:
      if let left = workspace.numbers[instruction.first], let right = workspace.numbers[instruction.second] {
        ColumnKernels.arithmetic(instruction.arithmetic, left, right, count: padded, into: result)
      }
    case .negative:
      if let values = workspace.numbers[instruction.first] {
        for position in 0..<padded { result[position] = -values[position] }
      }
    case .magnitude:
      if let values = workspace.numbers[instruction.first] {
        for position in 0..<padded { result[position] = abs(values[position]) }
      }
    case .squareRoot:
      if let values = workspace.numbers[instruction.first] {
        for position in 0..<padded { result[position] = values[position].squareRoot() }
      }
    case .count:
      ColumnKernels.count(
        cut(instruction.first), rows: columns.rowPointer(collection), objects: workspace.lengths[collection + 1],
        into: result, rowCount: padded)
    case .reduce:
      if let values = workspace.numbers[instruction.first] {
        ColumnKernels.reduce(
          instruction.reduction, values, cut(instruction.second), rows: columns.rowPointer(collection),
          objects: workspace.lengths[collection + 1], into: result, rowCount: padded)
      }
    default: break
    }
  }

  private func cut(_ node: Int) -> UnsafePointer<UInt64>? {
    node < 0 ? nil : UnsafePointer(workspace.truths[node])
  }

  private func runTruth(
    _ instruction: Program.Instruction, _ parts: UnsafeBufferPointer<Int>, _ columns: EventColumns
  ) {
    guard instruction.slot >= 0, let result = workspace.truths[instruction.node] else { return }
    let length = workspace.lengths[instruction.scope + 1]
    let blocks = (length + 63) / 64
    switch instruction.code {
    case .truth: result.update(repeating: instruction.constant == 1 ? .max : 0, count: blocks)
    case .flag:
      ColumnKernels.compare(
        .notEqual, columns.attributePointer(instruction.scope, instruction.first), 0, blocks: blocks, into: result)
    case .spreadTruth:
      if let values = workspace.truths[instruction.first] {
        ColumnKernels.spread(
          values, rows: columns.rowPointer(instruction.scope), objects: length, into: result)
      }
    case .compare:
      if let left = workspace.numbers[instruction.first], let right = workspace.numbers[instruction.second] {
        ColumnKernels.compare(instruction.comparison, left, right, blocks: blocks, into: result)
      }
    case .compareConstant:
      if let values = workspace.numbers[instruction.first] {
        ColumnKernels.compare(instruction.comparison, values, instruction.constant, blocks: blocks, into: result)
      }
    case .not:
      if let values = workspace.truths[instruction.first] {
        for word in 0..<blocks { result[word] = ~values[word] }
      }
    case .all:
      result.update(repeating: .max, count: blocks)
      for part in instruction.parts {
        if let values = workspace.truths[parts[part]] { for word in 0..<blocks { result[word] &= values[word] } }
      }
    case .either:
      result.update(repeating: 0, count: blocks)
      for part in instruction.parts {
        if let values = workspace.truths[parts[part]] { for word in 0..<blocks { result[word] |= values[word] } }
      }
    case .any:
      if let cut = workspace.truths[instruction.first] {
        ColumnKernels.any(
          cut, rows: columns.rowPointer(instruction.collection),
          objects: workspace.lengths[instruction.collection + 1], into: result, words: blocks)
      }
    default: break
    }
    if instruction.scope < 0 && instruction.stepSet >= 0 { runKnown(instruction, parts, result, words: blocks) }
  }

  /// Where a condition is known, by Kleene's logic: a conjunction is known where all parts are, or where one is known to
  /// be false. What is not known counts as neither: its value bit is zero.
  private func runKnown(
    _ instruction: Program.Instruction, _ parts: UnsafeBufferPointer<Int>, _ values: UnsafeMutablePointer<UInt64>,
    words: Int
  ) {
    guard let result = workspace.known[instruction.node] else { return }
    switch instruction.code {
    case .not:
      if let operand = workspace.known[instruction.first] { result.update(from: operand, count: words) }
    case .all:
      for word in 0..<words {
        var all = UInt64.max
        var someFalse: UInt64 = 0
        for part in instruction.parts {
          guard let known = workspace.known[parts[part]], let value = workspace.truths[parts[part]] else { continue }
          all &= known[word]
          someFalse |= known[word] & ~value[word]
        }
        result[word] = all | someFalse
      }
    case .either:
      for word in 0..<words {
        var all = UInt64.max
        var someTrue: UInt64 = 0
        for part in instruction.parts {
          guard let known = workspace.known[parts[part]], let value = workspace.truths[parts[part]] else { continue }
          all &= known[word]
          someTrue |= known[word] & value[word]
        }
        result[word] = all | someTrue
      }
    default: break  // known where its steps have run: the column is there already
    }
    for word in 0..<words { values[word] &= result[word] }
  }

  private func finish(_ columns: EventColumns) {
    let words = columns.wordsPerColumn
    let rows = columns.rowCount
    let workspace = workspace
    let outputs = level.outputs
    // One access to the masks for all of them: a write through the property costs more than the word it writes.
    lines.withUnsafeWords { values, known in
      for (position, line) in outputs.enumerated() {
        guard let value = workspace.truths[line.node], let knownValue = workspace.known[line.node] else { continue }
        let first = position * words
        if line.seeds == nil {
          for word in 0..<words {
            known[first + word] = knownValue[word]
            values[first + word] = value[word] & knownValue[word]
          }
        } else {
          for word in 0..<words {
            let seeded = Self.seeds(line.seeds, columns, word)
            known[first + word] = knownValue[word] | ~seeded
            values[first + word] = value[word] & knownValue[word] & seeded
          }
        }
        if rows & 63 != 0 {
          let inBatch: UInt64 = (1 << UInt64(rows & 63)) - 1
          known[first + words - 1] &= inBatch
          values[first + words - 1] &= inBatch
        }
      }
    }
  }

  /// The rows a line listens to.
  private static func seeds(_ seeds: [Int]?, _ columns: EventColumns, _ word: Int) -> UInt64 {
    guard let seeds, columns.seedCount > 0 else { return .max }
    var any: UInt64 = 0
    for seed in seeds { if let column = columns.seedPointer(seed) { any |= column[word] } }
    return any
  }
}
