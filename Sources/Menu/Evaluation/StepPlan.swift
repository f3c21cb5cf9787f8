/// Chooses for each event the reconstruction steps to run next, from what its undecided lines need and not from a fixed order.
///
/// A step is *sure* to run on an event if some undecided line cannot be decided without it: a comparison cannot be without any of
/// the steps it reads; a conjunction or disjunction cannot be without what all of its undecided parts have in common.
/// Running sure steps first never wastes one, and it may decide lines that a cheaper but avoidable step would have been
/// run for. Only where no step is sure does cost choose.
struct StepPlan {
  /// The steps to run next on each row, one bit each.
  private(set) var next: [UInt32] = []

  private let level: CompiledLevel
  /// Steps of the level from cheap to costly.
  private let byCost: [Int]
  /// For each step and node the rows in which the node cannot be known without the step.
  private var sure: [UInt64] = []
  /// For each step the rows in which some line cannot.
  private var sureRows: [UInt64] = []

  init(_ level: CompiledLevel) {
    self.level = level
    byCost = level.steps.sorted {
      (level.vocabulary.steps[$0].cost, $0) < (level.vocabulary.steps[$1].cost, $1)
    }
  }

  /// Makes the plan; false if there is nothing to run.
  mutating func make(
    columns: EventColumns, lines: LineMasks, needs: StepNeeds,
    known: UnsafeMutablePointer<UnsafeMutablePointer<UInt64>?>, rows: RowMask
  ) -> Bool {
    let words = columns.wordsPerColumn
    findSure(columns, lines, known, words)
    next.removeAll(keepingCapacity: true)
    for _ in 0..<columns.rowCount { next.append(0) }
    var isAnything = false
    for word in 0..<words {
      // Events for which something is sure, and for the others the cheapest step that is ready.
      var rest = word < rows.words.count ? rows.words[word] : 0
      for (position, step) in level.steps.enumerated() {
        let chosen = sureRows[position * words + word] & (word < rows.words.count ? rows.words[word] : 0)
        rest &= ~chosen
        add(step, chosen, word)
        isAnything = isAnything || chosen != 0
      }
      for step in byCost where rest != 0 {
        let chosen = needs.words(of: step)[word] & rest & ready(step, columns, word)
        rest &= ~chosen
        add(step, chosen, word)
        isAnything = isAnything || chosen != 0
      }
    }
    return isAnything
  }

  private mutating func add(_ step: Int, _ rows: UInt64, _ word: Int) {
    var rest = rows
    while rest != 0 {
      next[word << 6 + rest.trailingZeroBitCount] |= 1 << UInt32(step)
      rest &= rest - 1
    }
  }

  /// The rows in which everything that a step requires has run.
  private func ready(_ step: Int, _ columns: EventColumns, _ word: Int) -> UInt64 {
    var ready = UInt64.max
    for required in level.vocabulary.steps[step].requires { ready &= columns.stepPointer(required)[word] }
    return ready
  }

  private mutating func findSure(
    _ columns: EventColumns, _ lines: LineMasks, _ known: UnsafeMutablePointer<UnsafeMutablePointer<UInt64>?>,
    _ words: Int
  ) {
    let graph = level.graph
    let size = level.steps.count * words
    if sure.count < graph.nodes.count * size { sure = Array(repeating: 0, count: graph.nodes.count * size) }
    sureRows.removeAll(keepingCapacity: true)
    for _ in 0..<size { sureRows.append(0) }
    for node in level.nodes where graph.steps[node] != 0 && graph.nodes[node].scope == nil {
      guard let own = known[node] else { continue }
      switch graph.nodes[node].operation {
      case .not(let inner):
        for index in 0..<size { sure[node * size + index] = sure[inner * size + index] }
      case .all(let parts), .either(let parts):
        for index in 0..<size { sure[node * size + index] = .max }
        for part in parts where graph.steps[part] != 0 {
          guard let partKnown = known[part] else { continue }
          for index in 0..<size { sure[node * size + index] &= sure[part * size + index] | partKnown[index % words] }
        }
        for index in 0..<size { sure[node * size + index] &= ~own[index % words] }
      default:
        let closed = closure(graph.steps[node])
        for (position, step) in level.steps.enumerated() {
          let available = columns.stepPointer(step)
          for word in 0..<words {
            let isNeeded = closed >> UInt32(step) & 1 == 1
            sure[node * size + position * words + word] = isNeeded ? ~available[word] & ~own[word] : 0
          }
        }
      }
    }
    for (line, output) in level.outputs.enumerated() where graph.steps[output.node] != 0 {
      for index in 0..<size {
        sureRows[index] |= sure[output.node * size + index] & ~lines.known[line * words + index % words]
      }
    }
  }

  private func closure(_ steps: UInt32) -> UInt32 {
    var closed: UInt32 = 0
    var rest = steps
    while rest != 0 {
      closed |= level.vocabulary.closure(of: rest.trailingZeroBitCount)
      rest &= rest - 1
    }
    return closed
  }
}
