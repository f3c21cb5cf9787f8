/// The computation behind all lines of a level: every distinct subexpression once, operands before their users.
///
/// Lines share nodes (common subexpressions are found by hashing), so a condition that twenty lines repeat is computed
/// once per batch. A node has one value per event, or one per object of a collection.
struct ExpressionGraph: Sendable {
  /// Index of a node.
  typealias Index = Int

  /// How a collection is reduced to one number per event.
  enum Reduction: Hashable, Sendable {
    case maximum
    case minimum
    case sum
  }

  /// Arithmetic on two numbers.
  enum Arithmetic: Hashable, Sendable {
    case add
    case subtract
    case multiply
    case divide
    case minimum
    case maximum

    /// The result, in single precision as everywhere in trigger decisions.
    func apply(_ left: Float, _ right: Float) -> Float {
      switch self {
      case .add: left + right
      case .subtract: left - right
      case .multiply: left * right
      case .divide: left / right
      case .minimum: left < right ? left : right
      case .maximum: left > right ? left : right
      }
    }
  }

  enum Operation: Hashable, Sendable {
    // One number.
    case constant(Float)
    case scalar(Int)
    case attribute(Int)
    case spread(Index)
    case arithmetic(Arithmetic, Index, Index)
    case negative(Index)
    case magnitude(Index)
    case squareRoot(Index)
    case count(collection: Int, where: Index?)
    case reduce(Reduction, collection: Int, Index, where: Index?)
    // One truth value.
    case truth(Bool)
    case bit(Int)
    case flag(Int)
    case spreadTruth(Index)
    case compare(Comparison, Index, Index)
    case compareConstant(Comparison, Index, Float)
    case not(Index)
    case all([Index])
    case either([Index])
    case any(collection: Int, where: Index)
  }

  /// A subexpression.
  struct Node: Hashable, Sendable {
    let operation: Operation
    /// `nil`: one value per event; otherwise the collection whose objects have a value each.
    let scope: Int?
  }

  private(set) var nodes: [Node] = []
  /// For each node the reconstruction steps its value hangs on, as a bit set without step 0.
  private(set) var steps: [UInt32] = []
  private var lookup: [Node: Index] = [:]
  private let vocabulary: Vocabulary

  init(vocabulary: Vocabulary) {
    self.vocabulary = vocabulary
  }

  /// The index of a node with this operation, a new one if there is none yet.
  mutating func insert(_ operation: Operation, scope: Int?) -> Index {
    let node = Node(operation: operation, scope: scope)
    if let known = lookup[node] { return known }
    nodes.append(node)
    steps.append(stepsOf(operation, scope: scope))
    lookup[node] = nodes.count - 1
    return nodes.count - 1
  }

  /// A conjunction: flattened, without repetitions and constants, operands in a fixed order.
  mutating func all(_ operands: [Index], scope: Int?) -> Index {
    var parts: Set<Index> = []
    for operand in operands {
      switch nodes[operand].operation {
      case .truth(true): continue
      case .truth(false): return operand
      case .all(let inner): parts.formUnion(inner)
      default: parts.insert(operand)
      }
    }
    if parts.isEmpty { return insert(.truth(true), scope: scope) }
    let sorted = parts.sorted()
    return sorted.count == 1 ? sorted[0] : insert(.all(sorted), scope: scope)
  }

  /// A disjunction, treated likewise.
  mutating func either(_ operands: [Index], scope: Int?) -> Index {
    var parts: Set<Index> = []
    for operand in operands {
      switch nodes[operand].operation {
      case .truth(false): continue
      case .truth(true): return operand
      case .either(let inner): parts.formUnion(inner)
      default: parts.insert(operand)
      }
    }
    if parts.isEmpty { return insert(.truth(false), scope: scope) }
    let sorted = parts.sorted()
    return sorted.count == 1 ? sorted[0] : insert(.either(sorted), scope: scope)
  }

  /// A negation; a double one cancels.
  mutating func not(_ operand: Index, scope: Int?) -> Index {
    switch nodes[operand].operation {
    case .truth(let value): insert(.truth(!value), scope: scope)
    case .not(let inner): inner
    default: insert(.not(operand), scope: scope)
    }
  }

  private func stepsOf(_ operation: Operation, scope: Int?) -> UInt32 {
    func own(_ step: Int) -> UInt32 { step == 0 ? 0 : 1 << UInt32(step) }
    switch operation {
    case .constant, .truth: return 0
    case .bit(let bit): return own(vocabulary.bits[bit].step)
    case .scalar(let scalar): return own(vocabulary.scalars[scalar].step)
    case .attribute(let attribute), .flag(let attribute):
      return scope.map { collection in
        let known = vocabulary.collections[collection]
        return own(known.step) | own(known.attributes[attribute].step)
      } ?? 0
    case .spread(let inner), .spreadTruth(let inner), .negative(let inner), .magnitude(let inner),
      .squareRoot(let inner), .not(let inner), .compareConstant(_, let inner, _):
      return steps[inner]
    case .arithmetic(_, let left, let right), .compare(_, let left, let right): return steps[left] | steps[right]
    case .all(let parts), .either(let parts): return parts.reduce(0) { $0 | steps[$1] }
    case .count(let collection, let cut):
      return own(vocabulary.collections[collection].step) | (cut.map { steps[$0] } ?? 0)
    case .reduce(_, let collection, let value, let cut):
      return own(vocabulary.collections[collection].step) | steps[value] | (cut.map { steps[$0] } ?? 0)
    case .any(let collection, let cut): return own(vocabulary.collections[collection].step) | steps[cut]
    }
  }
}
