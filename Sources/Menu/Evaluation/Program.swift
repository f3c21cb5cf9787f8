/// A level's computation as a flat list of operations on numbered columns: what the evaluator runs.
///
/// Plain values without references, so that running it costs no reference counting. Node numbers are those of the
/// graph; a node's column is found by its number.
struct Program: Sendable {
  /// What an operation does.
  enum Code: Sendable {
    // A column read in place.
    case scalar
    case attribute
    case bit
    // Numbers.
    case constant
    case spread
    case arithmetic
    case negative
    case magnitude
    case squareRoot
    case count
    case reduce
    // Truth values.
    case truth
    case flag
    case spreadTruth
    case compare
    case compareConstant
    case not
    case all
    case either
    case any
  }

  /// One operation.
  struct Instruction: Sendable {
    let code: Code
    /// The node it computes.
    let node: Int
    /// The nodes it reads, -1 for none; for leaves `first` is the index of the bit, scalar or attribute.
    var first = -1
    var second = -1
    /// The operands of a conjunction or disjunction, in ``Program/parts``.
    var parts = 0..<0
    /// The collection whose objects have a value each; -1 for one value per event.
    let scope: Int
    /// The collection that is counted or reduced.
    var collection = -1
    var constant: Float = 0
    var comparison = Comparison.less
    var arithmetic = ExpressionGraph.Arithmetic.add
    var reduction = ExpressionGraph.Reduction.sum
    /// Where its value is known: index into ``Program/stepSets``, -1 for everywhere.
    let stepSet: Int
    /// Its place among the columns of its kind and scope, -1 for a column read in place.
    var slot = -1
    /// Its place among the columns that say where a condition is known, -1 if that is where its steps have run.
    var knownSlot = -1

    var isTruth: Bool {
      switch code {
      case .bit, .truth, .flag, .spreadTruth, .compare, .compareConstant, .not, .all, .either, .any: true
      default: false
      }
    }
  }

  private(set) var instructions: [Instruction] = []
  private(set) var parts: [Int] = []
  /// The sets of steps that values hang on.
  private(set) var stepSets: [UInt32] = []
  /// How many columns of numbers and truth values the events need, and those per collection of objects.
  private(set) var numberSlots: [Int]
  private(set) var truthSlots: [Int]
  private(set) var knownSlots = 0

  /// The program for the given nodes of a graph, operands first.
  init(_ graph: ExpressionGraph, nodes: [ExpressionGraph.Index], collections: Int) {
    // Entry 0 counts the events' columns, entry c + 1 those of the objects of collection c.
    numberSlots = Array(repeating: 0, count: collections + 1)
    truthSlots = numberSlots
    for index in nodes {
      var instruction = translate(graph, index)
      let place = instruction.scope + 1
      switch instruction.code {
      case .scalar, .attribute, .bit: break
      default:
        if instruction.isTruth {
          instruction.slot = truthSlots[place]
          truthSlots[place] += 1
          let isLogic = instruction.code == .all || instruction.code == .either || instruction.code == .not
          if isLogic && instruction.scope < 0 && instruction.stepSet >= 0 {
            instruction.knownSlot = knownSlots
            knownSlots += 1
          }
        } else {
          instruction.slot = numberSlots[place]
          numberSlots[place] += 1
        }
      }
      instructions.append(instruction)
    }
  }

  private mutating func translate(_ graph: ExpressionGraph, _ index: ExpressionGraph.Index) -> Instruction {
    let node = graph.nodes[index]
    let stepSet = self.stepSet(graph.steps[index])
    func make(_ code: Code, _ first: Int = -1, _ second: Int = -1) -> Instruction {
      Instruction(code: code, node: index, first: first, second: second, scope: node.scope ?? -1, stepSet: stepSet)
    }
    var result: Instruction
    switch node.operation {
    case .constant(let value):
      result = make(.constant)
      result.constant = value
    case .scalar(let scalar): result = make(.scalar, scalar)
    case .attribute(let attribute): result = make(.attribute, attribute)
    case .spread(let inner): result = make(.spread, inner)
    case .arithmetic(let operation, let left, let right):
      result = make(.arithmetic, left, right)
      result.arithmetic = operation
    case .negative(let inner): result = make(.negative, inner)
    case .magnitude(let inner): result = make(.magnitude, inner)
    case .squareRoot(let inner): result = make(.squareRoot, inner)
    case .count(let collection, let cut):
      result = make(.count, cut ?? -1)
      result.collection = collection
    case .reduce(let reduction, let collection, let value, let cut):
      result = make(.reduce, value, cut ?? -1)
      result.collection = collection
      result.reduction = reduction
    case .truth(let value):
      result = make(.truth)
      result.constant = value ? 1 : 0
    case .bit(let bit): result = make(.bit, bit)
    case .flag(let attribute): result = make(.flag, attribute)
    case .spreadTruth(let inner): result = make(.spreadTruth, inner)
    case .compare(let comparison, let left, let right):
      result = make(.compare, left, right)
      result.comparison = comparison
    case .compareConstant(let comparison, let inner, let constant):
      result = make(.compareConstant, inner)
      result.comparison = comparison
      result.constant = constant
    case .not(let inner): result = make(.not, inner)
    case .all(let operands):
      result = make(.all)
      result.parts = append(operands)
    case .either(let operands):
      result = make(.either)
      result.parts = append(operands)
    case .any(let collection, let cut):
      result = make(.any, cut)
      result.collection = collection
    }
    return result
  }

  private mutating func append(_ operands: [Int]) -> Range<Int> {
    let start = parts.count
    parts += operands
    return start..<parts.count
  }

  private mutating func stepSet(_ set: UInt32) -> Int {
    if set == 0 { return -1 }
    if let known = stepSets.firstIndex(of: set) { return known }
    stepSets.append(set)
    return stepSets.count - 1
  }
}
