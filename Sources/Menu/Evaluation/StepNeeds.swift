/// Finds the events that still need a reconstruction step: walks back from undecided lines to the operands that keep
/// them undecided.
struct StepNeeds {
  private let level: CompiledLevel
  private var perNode: [[UInt64]]
  private var perStep: [[UInt64]]
  /// The only line that counts; `nil` for all.
  private let line: Int?
  /// Whether the last result belongs to the last evaluation.
  var isCurrent = false

  init(_ level: CompiledLevel, line: Int? = nil) {
    self.level = level
    self.line = line
    perNode = Array(repeating: [], count: level.graph.nodes.count)
    perStep = Array(repeating: [], count: level.vocabulary.steps.count)
  }

  /// The rows that need a step, after ``compute(columns:lines:known:)``.
  func words(of step: Int) -> [UInt64] { perStep.indices.contains(step) ? perStep[step] : [] }

  mutating func compute(
    columns: EventColumns, lines: LineMasks, known: UnsafeMutablePointer<UnsafeMutablePointer<UInt64>?>
  ) {
    let words = columns.wordsPerColumn
    let graph = level.graph
    for index in level.nodes where graph.steps[index] != 0 { clear(&perNode[index], words) }
    for step in perStep.indices { clear(&perStep[step], words) }
    let everyRow = RowMask.all(rowCount: columns.rowCount).words
    for (position, line) in level.outputs.enumerated() where graph.steps[line.node] != 0 {
      if let only = self.line, only != position { continue }
      for word in 0..<words {
        perNode[line.node][word] |= ~lines.known[position * words + word] & everyRow[word]
      }
    }
    for index in level.nodes.reversed() where graph.steps[index] != 0 && graph.nodes[index].scope == nil {
      guard perNode[index].contains(where: { $0 != 0 }) else { continue }
      switch graph.nodes[index].operation {
      case .not(let inner): pass(from: index, to: inner, known[inner], words)
      case .all(let parts), .either(let parts):
        for part in parts where graph.steps[part] != 0 { pass(from: index, to: part, known[part], words) }
      default: ask(index, columns, words)
      }
    }
    isCurrent = true
  }

  private func clear(_ words: inout [UInt64], _ count: Int) {
    if words.count != count {
      words = Array(repeating: 0, count: count)
    } else {
      for index in words.indices { words[index] = 0 }
    }
  }

  private mutating func pass(
    from index: ExpressionGraph.Index, to part: ExpressionGraph.Index, _ known: UnsafeMutablePointer<UInt64>?,
    _ words: Int
  ) {
    guard let known else { return }
    for word in 0..<words { perNode[part][word] |= perNode[index][word] & ~known[word] }
  }

  /// A comparison, count or bit that hangs on steps asks for those that have not run, and for what they require.
  private mutating func ask(_ index: ExpressionGraph.Index, _ columns: EventColumns, _ words: Int) {
    var closed: UInt32 = 0
    var rest = level.graph.steps[index]
    while rest != 0 {
      closed |= level.vocabulary.closure(of: rest.trailingZeroBitCount)
      rest &= rest - 1
    }
    for step in perStep.indices where step > 0 && closed >> UInt32(step) & 1 == 1 {
      let available = columns.stepPointer(step)
      for word in 0..<words { perStep[step][word] |= perNode[index][word] & ~available[word] }
    }
  }
}
