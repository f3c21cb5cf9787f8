/// Evaluates a level's lines on batches of events. Holds scratch memory: one per thread, kept for its whole life.
///
/// Every operation runs over the whole batch before the next one starts; conditions are one bit per event, so that
/// logic on 64 events is one machine operation. See ``EventColumns`` for the way of use.
public final class LevelEvaluator {
  /// The program.
  public let level: CompiledLevel
  /// The result of the last evaluation.
  public private(set) var lines: LineMasks

  private let graph: ExpressionGraph
  /// Results of computed nodes; leaves are read in place.
  private var numberScratch: [PaddedColumn<Float>?]
  private var truthScratch: [PaddedColumn<UInt64>?]
  private var knownScratch: [PaddedColumn<UInt64>?]
  /// Where each node's values stand for the current batch.
  private var numbers: [UnsafePointer<Float>?]
  private var truths: [UnsafePointer<UInt64>?]
  private var known: [UnsafePointer<UInt64>?]
  /// Rows where all steps of a set have run, for each set that occurs.
  private var availability: [UInt32: PaddedColumn<UInt64>] = [:]
  private let ones = PaddedColumn<UInt64>()
  /// Capacity up to which constant columns are filled.
  private var filled: [Int]
  private var needs: StepNeeds
  private weak var evaluated: EventColumns?

  init(_ level: CompiledLevel) {
    self.level = level
    graph = level.graph
    let count = graph.nodes.count
    lines = LineMasks(lineCount: level.lines.count)
    numberScratch = Array(repeating: nil, count: count)
    truthScratch = Array(repeating: nil, count: count)
    knownScratch = Array(repeating: nil, count: count)
    numbers = Array(repeating: nil, count: count)
    truths = Array(repeating: nil, count: count)
    known = Array(repeating: nil, count: count)
    filled = Array(repeating: 0, count: count)
    needs = StepNeeds(level)
    for index in level.program {
      let operation = graph.nodes[index].operation
      switch operation {
      case .scalar, .attribute, .bit: break
      default:
        if operation.isTruth {
          truthScratch[index] = PaddedColumn<UInt64>()
          if graph.steps[index] != 0, graph.nodes[index].scope == nil { knownScratch[index] = PaddedColumn<UInt64>() }
        } else {
          numberScratch[index] = PaddedColumn<Float>()
        }
      }
      if graph.steps[index] != 0 { availability[graph.steps[index]] = PaddedColumn<UInt64>() }
    }
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
    let words = columns.wordsPerColumn
    lines.begin(rowCount: columns.rowCount)
    evaluated = columns
    needs.isCurrent = false
    guard words > 0 else { return lines }
    prepare(columns, words: words)
    for index in level.program { run(index, columns, words: words) }
    finish(columns, words: words)
    return lines
  }

  /// The rows for which some line can only be decided once `step` has run, itself or for a step that requires it. Ask
  /// for the cheapest step first, run it there, mark it available and evaluate again.
  public func undecided(step: Int) -> RowMask {
    guard let columns = evaluated, columns.wordsPerColumn > 0 else { return RowMask(rowCount: lines.rowCount) }
    if !needs.isCurrent {
      needs.compute(columns: columns, lines: lines, known: known)
    }
    return RowMask(words: needs.words(of: step), rowCount: lines.rowCount)
  }

  // MARK: - A batch

  private func prepare(_ columns: EventColumns, words: Int) {
    if ones.capacity < words || ones.pointer[0] == 0 {
      ones.reserve(words)
      ones.pointer.update(repeating: .max, count: ones.capacity)
    }
    for (set, column) in availability {
      column.reserve(words)
      for word in 0..<words {
        var all = UInt64.max
        var rest = set
        while rest != 0 {
          all &= columns.stepPointer(rest.trailingZeroBitCount)[word]
          rest &= rest - 1
        }
        column.pointer[word] = all
      }
    }
    for index in level.program {
      let node = graph.nodes[index]
      let length = node.scope.map { columns.objectCount($0) } ?? columns.rowCount
      if let column = numberScratch[index] {
        column.reserve(length)
        numbers[index] = UnsafePointer(column.pointer)
      }
      if let column = truthScratch[index] {
        column.reserve((length + 63) / 64)
        truths[index] = UnsafePointer(column.pointer)
      }
      if let column = knownScratch[index] {
        column.reserve(words)
        known[index] = UnsafePointer(column.pointer)
      } else if node.scope == nil {
        known[index] = UnsafePointer(availability[graph.steps[index]]?.pointer ?? ones.pointer)
      }
      switch node.operation {
      case .scalar(let scalar): numbers[index] = columns.scalarPointer(scalar)
      case .attribute(let attribute):
        if let scope = node.scope { numbers[index] = columns.attributePointer(scope, attribute) }
      case .bit(let bit): truths[index] = columns.bitPointer(bit)
      default: break
      }
    }
  }

  private func run(_ index: ExpressionGraph.Index, _ columns: EventColumns, words: Int) {
    let node = graph.nodes[index]
    let objects = node.scope.map { columns.objectCount($0) } ?? 0
    let length = node.scope == nil ? columns.rowCount : objects
    let blocks = (length + 63) / 64
    if let column = numberScratch[index] {
      runNumber(node, index, columns, into: column.pointer, capacity: column.capacity, padded: blocks * 64)
    } else if let column = truthScratch[index] {
      runTruth(node, columns, into: column.pointer, blocks: blocks)
      if let column = knownScratch[index] { runKnown(index, node, into: column.pointer, words: words) }
    }
  }

  private func runNumber(
    _ node: ExpressionGraph.Node, _ index: ExpressionGraph.Index, _ columns: EventColumns,
    into result: UnsafeMutablePointer<Float>, capacity: Int, padded: Int
  ) {
    switch node.operation {
    case .constant(let value):
      if filled[index] != capacity {
        result.update(repeating: value, count: capacity)
        filled[index] = capacity
      }
    case .spread(let inner):
      if let values = numbers[inner], let scope = node.scope {
        ColumnKernels.spread(
          values, rows: columns.rowPointer(scope), objects: columns.objectCount(scope), into: result)
      }
    case .arithmetic(let operation, let left, let right):
      if let left = numbers[left], let right = numbers[right] {
        ColumnKernels.arithmetic(operation, left, right, count: padded, into: result)
      }
    case .negative(let inner):
      if let values = numbers[inner] { for position in 0..<padded { result[position] = -values[position] } }
    case .magnitude(let inner):
      if let values = numbers[inner] { for position in 0..<padded { result[position] = abs(values[position]) } }
    case .squareRoot(let inner):
      if let values = numbers[inner] {
        for position in 0..<padded { result[position] = values[position].squareRoot() }
      }
    case .count(let collection, let cut):
      ColumnKernels.count(
        cut.flatMap { truths[$0] }, rows: columns.rowPointer(collection), objects: columns.objectCount(collection),
        into: result, rowCount: padded)
    case .reduce(let reduction, let collection, let value, let cut):
      if let values = numbers[value] {
        ColumnKernels.reduce(
          reduction, values, cut.flatMap { truths[$0] }, rows: columns.rowPointer(collection),
          objects: columns.objectCount(collection), into: result, rowCount: padded)
      }
    default: break
    }
  }

  private func runTruth(
    _ node: ExpressionGraph.Node, _ columns: EventColumns, into result: UnsafeMutablePointer<UInt64>, blocks: Int
  ) {
    switch node.operation {
    case .truth(let value): result.update(repeating: value ? .max : 0, count: blocks)
    case .flag(let attribute):
      if let scope = node.scope {
        ColumnKernels.compare(
          .notEqual, columns.attributePointer(scope, attribute), 0, blocks: blocks, into: result)
      }
    case .spreadTruth(let inner):
      if let values = truths[inner], let scope = node.scope {
        ColumnKernels.spread(
          values, rows: columns.rowPointer(scope), objects: columns.objectCount(scope), into: result)
      }
    case .compare(let comparison, let left, let right):
      if let left = numbers[left], let right = numbers[right] {
        ColumnKernels.compare(comparison, left, right, blocks: blocks, into: result)
      }
    case .compareConstant(let comparison, let inner, let constant):
      if let values = numbers[inner] {
        ColumnKernels.compare(comparison, values, constant, blocks: blocks, into: result)
      }
    case .not(let inner):
      if let values = truths[inner] { for word in 0..<blocks { result[word] = ~values[word] } }
    case .all(let parts):
      result.update(repeating: .max, count: blocks)
      for part in parts {
        if let values = truths[part] { for word in 0..<blocks { result[word] &= values[word] } }
      }
    case .either(let parts):
      result.update(repeating: 0, count: blocks)
      for part in parts {
        if let values = truths[part] { for word in 0..<blocks { result[word] |= values[word] } }
      }
    case .any(let collection, let cut):
      if let cut = truths[cut] {
        ColumnKernels.any(
          cut, rows: columns.rowPointer(collection), objects: columns.objectCount(collection), into: result,
          words: blocks)
      }
    default: break
    }
  }

  /// Where a condition is known, by Kleene's logic: a conjunction is known where all parts are, or where one is known to
  /// be false. What is not known counts as neither: its value bit is zero.
  private func runKnown(
    _ index: ExpressionGraph.Index, _ node: ExpressionGraph.Node, into result: UnsafeMutablePointer<UInt64>,
    words: Int
  ) {
    guard let values = truthScratch[index]?.pointer else { return }
    switch node.operation {
    case .not(let inner):
      if let operand = known[inner] { for word in 0..<words { result[word] = operand[word] } }
    case .all(let parts):
      for word in 0..<words {
        var all = UInt64.max
        var someFalse: UInt64 = 0
        for part in parts {
          guard let known = known[part], let value = truths[part] else { continue }
          all &= known[word]
          someFalse |= known[word] & ~value[word]
        }
        result[word] = all | someFalse
      }
    case .either(let parts):
      for word in 0..<words {
        var all = UInt64.max
        var someTrue: UInt64 = 0
        for part in parts {
          guard let known = known[part], let value = truths[part] else { continue }
          all &= known[word]
          someTrue |= known[word] & value[word]
        }
        result[word] = all | someTrue
      }
    default:
      if let available = availability[graph.steps[index]]?.pointer {
        for word in 0..<words { result[word] = available[word] }
      }
    }
    for word in 0..<words { values[word] &= result[word] }
  }

  private func finish(_ columns: EventColumns, words: Int) {
    let rows = columns.rowCount
    for (position, line) in level.lines.enumerated() {
      guard let value = truths[line.node], let known = known[line.node] else { continue }
      let first = position * words
      for word in 0..<words {
        let left = rows - word * 64
        let inBatch: UInt64 = left >= 64 ? .max : (1 << UInt64(left)) - 1
        let seeded = Self.seeds(of: line, columns, word)
        let isKnown = (known[word] | ~seeded) & inBatch
        lines.known[first + word] = isKnown
        lines.values[first + word] = value[word] & known[word] & seeded & inBatch
      }
    }
  }

  /// The rows a line listens to.
  static func seeds(of line: MenuLine, _ columns: EventColumns, _ word: Int) -> UInt64 {
    guard let seeds = line.seeds, columns.seedCount > 0 else { return .max }
    var any: UInt64 = 0
    for seed in seeds { if let column = columns.seedPointer(seed) { any |= column[word] } }
    return any
  }
}
