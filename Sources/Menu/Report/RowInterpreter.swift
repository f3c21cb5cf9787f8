/// Computes the value of any subexpression for one event, one node at a time: slow, for `menu explain`.
struct RowInterpreter {
  /// A value; `nil` inside means that a reconstruction step it needs has not run.
  enum Value: Equatable {
    case truth(Bool?)
    case number(Float?)
  }

  private let graph: ExpressionGraph
  private let columns: EventColumns
  private let row: Int
  private var values: [ExpressionGraph.Index: Value] = [:]
  /// The event's objects in each collection, as indices in the batch.
  private var objects: [[Int]]

  init(graph: ExpressionGraph, columns: EventColumns, row: Int) {
    self.graph = graph
    self.columns = columns
    self.row = row
    objects = columns.vocabulary.collections.indices.map { collection in
      (0..<columns.objectCount(collection)).filter { columns.row(ofObject: $0, in: collection) == row }
    }
  }

  /// The event's objects in a collection.
  func objects(of collection: Int) -> [Int] { objects[collection] }

  /// The value of a node, for an object if it has one value per object.
  mutating func value(of index: ExpressionGraph.Index, object: Int? = nil) -> Value {
    if graph.nodes[index].scope == nil, let known = values[index] { return known }
    let value = isAvailable(index) ? compute(index, object) : computePartly(index, object)
    if graph.nodes[index].scope == nil { values[index] = value }
    return value
  }

  mutating func truth(_ index: ExpressionGraph.Index, _ object: Int?) -> Bool? {
    if case .truth(let value) = value(of: index, object: object) { value } else { nil }
  }

  mutating func number(_ index: ExpressionGraph.Index, _ object: Int?) -> Float? {
    if case .number(let value) = value(of: index, object: object) { value } else { nil }
  }

  private func isAvailable(_ index: ExpressionGraph.Index) -> Bool {
    let steps = graph.steps[index]
    return columns.vocabulary.steps.indices.allSatisfy { step in
      steps >> UInt32(step) & 1 == 0 || columns.isAvailable(step: step, row: row)
    }
  }

  /// A condition may be decided though some of its parts are not known.
  private mutating func computePartly(_ index: ExpressionGraph.Index, _ object: Int?) -> Value {
    let operation = graph.nodes[index].operation
    switch operation {
    case .not, .all, .either: return compute(index, object)
    default: return operation.isTruth ? .truth(nil) : .number(nil)
    }
  }

  private mutating func compute(_ index: ExpressionGraph.Index, _ object: Int?) -> Value {
    let node = graph.nodes[index]
    switch node.operation {
    case .constant(let value): return .number(value)
    case .scalar(let scalar): return .number(columns.scalar(scalar, row: row))
    case .attribute(let attribute):
      guard let scope = node.scope, let object else { return .number(nil) }
      return .number(columns.attribute(scope, attribute, object: object))
    case .spread(let inner): return .number(number(inner, nil))
    case .negative(let inner): return .number(number(inner, object).map { -$0 })
    case .magnitude(let inner): return .number(number(inner, object).map { abs($0) })
    case .squareRoot(let inner): return .number(number(inner, object).map { $0.squareRoot() })
    case .arithmetic(let operation, let left, let right):
      guard let left = number(left, object), let right = number(right, object) else { return .number(nil) }
      return .number(operation.apply(left, right))
    case .count(let collection, let cut):
      let selected = objects[collection].filter { object in cut.map { truth($0, object) == true } ?? true }
      return .number(Float(selected.count))
    case .reduce(let reduction, let collection, let value, let cut):
      return .number(reduce(reduction, collection, value, cut))
    case .truth(let value): return .truth(value)
    case .bit(let bit): return .truth(columns.bit(bit, row: row))
    case .flag(let attribute):
      guard let scope = node.scope, let object else { return .truth(nil) }
      return .truth(Comparison.notEqual.holds(columns.attribute(scope, attribute, object: object), 0))
    case .spreadTruth(let inner): return .truth(truth(inner, nil))
    case .compare(let comparison, let left, let right):
      guard let left = number(left, object), let right = number(right, object) else { return .truth(nil) }
      return .truth(comparison.holds(left, right))
    case .compareConstant(let comparison, let inner, let constant):
      return .truth(number(inner, object).map { comparison.holds($0, constant) })
    case .not(let inner): return .truth(truth(inner, object).map { !$0 })
    case .all(let parts):
      let values = parts.map { truth($0, object) }
      return .truth(values.contains(false) ? false : values.contains(nil) ? nil : true)
    case .either(let parts):
      let values = parts.map { truth($0, object) }
      return .truth(values.contains(true) ? true : values.contains(nil) ? nil : false)
    case .any(let collection, let cut):
      return .truth(objects[collection].contains { truth(cut, $0) == true })
    }
  }

  private mutating func reduce(
    _ reduction: ExpressionGraph.Reduction, _ collection: Int, _ value: ExpressionGraph.Index,
    _ cut: ExpressionGraph.Index?
  ) -> Float {
    var result: Float =
      switch reduction {
      case .maximum: -.infinity
      case .minimum: .infinity
      case .sum: 0
      }
    for object in objects[collection] {
      if let cut, truth(cut, object) != true { continue }
      guard let value = number(value, object) else { continue }
      switch reduction {
      case .maximum: if value > result { result = value }
      case .minimum: if value < result { result = value }
      case .sum: result += value
      }
    }
    return result
  }
}
