/// A level's lines as a program over columns: immutable, shared between threads.
///
/// Each thread makes itself an evaluator, which holds the scratch memory.
public struct CompiledLevel: Sendable {
  /// Which level it is.
  public let kind: MenuLevel.Kind
  /// The words its expressions use; ``EventColumns`` are made for it.
  public let vocabulary: Vocabulary
  /// How the lines make the decision.
  public let mode: DecisionMode
  /// The lines.
  public let lines: [MenuLine]
  /// The table of network weights that the menu names; nil for those of the detector.
  public let networks: MenuAttachment?
  /// The reconstruction steps that lines use, with what those steps require, cheapest first but none before those it requires.
  /// Which of them run on an event, and in which order, its undecided lines say. Step 0 (`inputs`) is not among them.
  public let steps: [Int]
  /// Indices of the input bits that lines read: what nobody reads need not be computed.
  public let usedBits: Set<Int>
  /// Indices of the collections that lines read.
  public let usedCollections: Set<Int>
  /// For each collection the indices of the attributes that lines read.
  public let usedAttributes: [Set<Int>]
  /// Indices of the numbers of the event that lines read.
  public let usedScalars: Set<Int>
  /// Number of distinct operations all lines together need.
  public var operationCount: Int { program.instructions.count }

  let graph: ExpressionGraph
  /// The nodes to compute, operands first.
  let nodes: [ExpressionGraph.Index]
  /// The same as instructions.
  let program: Program
  /// Each line's node and what it listens to, without the rest of the line.
  let outputs: [(node: ExpressionGraph.Index, seeds: [Int]?)]
  /// Nodes of numbers that are wanted as such; menus have none.
  let numbers: [ExpressionGraph.Index]

  init(_ level: MenuLevel, numbers: [ExpressionGraph.Index] = []) {
    kind = level.kind
    vocabulary = level.vocabulary
    mode = level.mode
    lines = level.lines
    networks = level.networks
    graph = level.graph
    self.numbers = numbers
    var isNeeded = [Bool](repeating: false, count: graph.nodes.count)
    for line in lines { isNeeded[line.node] = true }
    for node in numbers { isNeeded[node] = true }
    for index in graph.nodes.indices.reversed() where isNeeded[index] {
      graph.nodes[index].operation.forEachOperand { isNeeded[$0] = true }
    }
    nodes = graph.nodes.indices.filter { isNeeded[$0] }
    program = Program(graph, nodes: nodes, collections: vocabulary.collections.count)
    var usedBits: Set<Int> = []
    var usedCollections: Set<Int> = []
    var usedScalars: Set<Int> = []
    var usedAttributes = [Set<Int>](repeating: [], count: vocabulary.collections.count)
    for index in nodes {
      switch graph.nodes[index].operation {
      case .bit(let bit): usedBits.insert(bit)
      case .scalar(let scalar): usedScalars.insert(scalar)
      case .any(let collection, _), .count(let collection, _), .reduce(_, let collection, _, _):
        usedCollections.insert(collection)
      case .attribute(let attribute), .flag(let attribute):
        if let collection = graph.nodes[index].scope { usedAttributes[collection].insert(attribute) }
      default: break
      }
    }
    self.usedBits = usedBits
    self.usedCollections = usedCollections
    self.usedScalars = usedScalars
    self.usedAttributes = usedAttributes
    outputs = lines.map { ($0.node, $0.seeds) }
    var used: UInt32 = 0
    for line in lines { used |= graph.steps[line.node] }
    var closed: UInt32 = 0
    for step in vocabulary.steps.indices where used >> UInt32(step) & 1 == 1 { closed |= vocabulary.closure(of: step) }
    steps = Self.ordered(closed & ~1, vocabulary)
  }

  /// Makes the working state of one thread.
  public func makeEvaluator() -> LevelEvaluator { LevelEvaluator(self) }

  /// Steps by cost, but none before those it requires.
  private static func ordered(_ set: UInt32, _ vocabulary: Vocabulary) -> [Int] {
    var rest = vocabulary.steps.indices.filter { set >> UInt32($0) & 1 == 1 }
    var order: [Int] = []
    while !rest.isEmpty {
      let ready = rest.filter { step in vocabulary.steps[step].requires.allSatisfy { !rest.contains($0) } }
      // Steps may require earlier ones only, so some step is always ready.
      guard let next = ready.min(by: { (vocabulary.steps[$0].cost, $0) < (vocabulary.steps[$1].cost, $1) }) else {
        return order + rest
      }
      order.append(next)
      rest.removeAll { $0 == next }
    }
    return order
  }
}

extension ExpressionGraph.Operation {
  /// Calls `body` with each node this operation reads.
  func forEachOperand(_ body: (ExpressionGraph.Index) -> Void) {
    switch self {
    case .constant, .scalar, .attribute, .truth, .bit, .flag: return
    case .spread(let inner), .negative(let inner), .magnitude(let inner), .squareRoot(let inner),
      .spreadTruth(let inner), .compareConstant(_, let inner, _), .not(let inner), .any(_, let inner):
      body(inner)
    case .arithmetic(_, let left, let right), .compare(_, let left, let right):
      body(left)
      body(right)
    case .all(let parts), .either(let parts): parts.forEach(body)
    case .count(_, let cut): cut.map(body)
    case .reduce(_, _, let value, let cut):
      body(value)
      cut.map(body)
    }
  }

  /// Whether the operation gives a truth value rather than a number.
  var isTruth: Bool {
    switch self {
    case .truth, .bit, .flag, .spreadTruth, .compare, .compareConstant, .not, .all, .either, .any: true
    case .constant, .scalar, .attribute, .spread, .arithmetic, .negative, .magnitude, .squareRoot, .count, .reduce:
      false
    }
  }
}
