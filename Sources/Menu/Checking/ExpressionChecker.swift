/// Checks names, units and kinds of an expression against a vocabulary and enters it into the computation graph.
///
/// One checker serves all lines of a level, so that they share subexpressions.
struct ExpressionChecker {
  /// What a menu calls with `define:`.
  typealias Definitions = [String: Expression]

  /// Most parts a level may expand to, definitions counted at each use. The full Belle II menu has about 3000.
  static let sizeLimit = 200_000
  /// How deeply expressions may nest once definitions are put in.
  static let depthLimit = 200

  let vocabulary: Vocabulary
  let definitions: Definitions
  var graph: ExpressionGraph
  var log: DiagnosticLog
  /// Names of definitions that some expression used.
  private(set) var used: Set<String> = []
  /// Columns that are kept in another than the base unit: their converted form, the column, the conversion factor.
  private(set) var scaled: [ExpressionGraph.Index: (column: ExpressionGraph.Index, factor: Double)] = [:]
  private var size = 0
  private var depth = 0
  private var expanding: [String] = []
  private var reportedSize = false
  /// Words of the current line that are not built, with the reasons; only gathered where that is no error.
  private(set) var unbuilt: [MissingInput] = []
  private var toleratesUnbuilt = false

  init(vocabulary: Vocabulary, definitions: Definitions, log: DiagnosticLog) {
    self.vocabulary = vocabulary
    self.definitions = definitions
    self.log = log
    graph = ExpressionGraph(vocabulary: vocabulary)
  }

  /// Where an expression is read: for the whole event, or for each object of a collection.
  typealias Scope = Int?

  /// Starts a line: says whether words that are not built are errors, or gathered in ``unbuilt``.
  mutating func beginLine(toleratesUnbuilt: Bool) {
    self.toleratesUnbuilt = toleratesUnbuilt
    unbuilt = []
  }

  // MARK: - Conditions

  /// Checks an expression that must be a condition of the event. `nil` after an error.
  mutating func condition(_ expression: Expression) -> CheckedExpression? {
    condition(expression, scope: nil)
  }

  mutating func condition(_ expression: Expression, scope: Scope) -> CheckedExpression? {
    guard let checked = check(expression, scope: scope) else { return nil }
    if case .truth = checked.result { return checked }
    let what = describe(checked.result)
    let example = expression.text()
    switch checked.result {
    case .multiplicity:
      log.error(
        at: expression.span, "'\(example)' is a multiplicity, expected a condition",
        help: "compare it: \(example) > 0")
    default:
      log.error(
        at: expression.span, "'\(example)' is \(what), expected a condition",
        help: "compare it: \(example) > \(exampleValue(of: checked.result))")
    }
    return nil
  }

  /// The graph node of a condition.
  func truth(_ checked: CheckedExpression) -> ExpressionGraph.Index? {
    if case .truth(let node) = checked.result { return node }
    return nil
  }

  // MARK: - Any expression

  mutating func check(_ expression: Expression, scope: Scope) -> CheckedExpression? {
    size += 1
    guard size <= Self.sizeLimit && depth < Self.depthLimit else {
      if !reportedSize {
        log.error(
          at: expression.span,
          size > Self.sizeLimit
            ? "the level's expressions have more than \(Self.sizeLimit) parts with all definitions put in"
            : "the expression nests deeper than \(Self.depthLimit) levels with all definitions put in")
        reportedSize = true
      }
      return nil
    }
    depth += 1
    defer { depth -= 1 }
    switch expression.kind {
    case .number(let value, let unit):
      let inBase = value * unit.factor
      return CheckedExpression(text: expression.text(), result: .constant(inBase, unit.dimension))
    case .boolean(let value):
      return CheckedExpression(
        text: expression.text(), result: .truth(graph.insert(.truth(value), scope: scope)))
    case .name(let name): return self.name(name, at: expression.span, scope: scope)
    case .not(let operand):
      guard let checked = condition(operand, scope: scope), let node = truth(checked) else { return nil }
      return CheckedExpression(
        text: expression.text(), result: .truth(graph.not(node, scope: scope)), children: [checked])
    case .all(let parts): return logical(parts, of: expression, isAll: true, scope: scope)
    case .either(let parts): return logical(parts, of: expression, isAll: false, scope: scope)
    case .negative(let operand): return negative(operand, of: expression, scope: scope)
    case .sum(let terms): return sum(terms, of: expression, scope: scope)
    case .product(let factors): return product(factors, of: expression, scope: scope)
    case .comparison(let first, let rest): return comparison(first, rest, of: expression, scope: scope)
    case .call(let name, let arguments, let collection):
      return call(name, arguments, collection, of: expression, scope: scope)
    }
  }

  private mutating func logical(
    _ parts: [Expression], of expression: Expression, isAll: Bool, scope: Scope
  ) -> CheckedExpression? {
    // Every part is checked even after an error in one, so that all errors come in one pass.
    let checked = parts.map { condition($0, scope: scope) }
    let children = checked.compactMap { $0 }
    guard children.count == parts.count else { return nil }
    let nodes = children.compactMap { truth($0) }
    let node = isAll ? graph.all(nodes, scope: scope) : graph.either(nodes, scope: scope)
    return CheckedExpression(text: expression.text(), result: .truth(node), children: children)
  }

  // MARK: - Names

  private mutating func name(_ name: String, at span: SourceSpan, scope: Scope) -> CheckedExpression? {
    if let scope, let attribute = vocabulary.collections[scope].attributes.firstIndex(where: { $0.name == name }) {
      return self.attribute(attribute, of: scope, at: span)
    }
    if let definition = definitions[name] { return expand(definition, named: name, at: span, scope: scope) }
    switch vocabulary.entries[name] {
    case .bit(let bit)?:
      guard isBuilt(vocabulary.bits[bit].availability, name, at: span) else { return nil }
      let node = graph.insert(.bit(bit), scope: nil)
      return CheckedExpression(text: name, result: .truth(spreadTruth(node, scope: scope)))
    case .multiplicity(let index)?:
      for bit in vocabulary.multiplicities[index].bits {
        guard isBuilt(vocabulary.bits[bit].availability, name, at: span) else { return nil }
      }
      return CheckedExpression(text: name, result: .multiplicity(index))
    case .scalar(let index)?:
      let scalar = vocabulary.scalars[index]
      guard isBuilt(scalar.availability, name, at: span) else { return nil }
      let node = graph.insert(.scalar(index), scope: nil)
      return number(name, spread(node, scope: scope), in: scalar.unit, scope: scope)
    case .collection?:
      log.error(
        at: span, "'\(name)' are objects, not a condition or a number",
        help: "count them: n_\(name)(…) >= 1")
      return nil
    case nil: break
    }
    if name.hasPrefix("n_") { return count(name, [], at: span, text: name, scope: scope) }
    if let unit = Unit.named[name] {
      return CheckedExpression(text: name, result: .constant(unit.factor, unit.dimension))
    }
    unknown(name, at: span, scope: scope)
    return nil
  }

  private mutating func attribute(_ index: Int, of collection: Int, at span: SourceSpan) -> CheckedExpression? {
    let attribute = vocabulary.collections[collection].attributes[index]
    guard isBuilt(attribute.availability, attribute.name, at: span) else { return nil }
    if attribute.isFlag {
      return CheckedExpression(
        text: attribute.name, result: .truth(graph.insert(.flag(index), scope: collection)))
    }
    let node = graph.insert(.attribute(index), scope: collection)
    return number(attribute.name, node, in: attribute.unit, scope: collection)
  }

  /// A column's values in base units.
  private mutating func number(
    _ text: String, _ node: ExpressionGraph.Index, in unit: Unit, scope: Scope
  ) -> CheckedExpression {
    var node = node
    if unit.factor != 1 {
      let column = node
      let factor = graph.insert(.constant(Float(unit.factor)), scope: scope)
      node = graph.insert(.arithmetic(.multiply, column, factor), scope: scope)
      scaled[node] = (column, unit.factor)
    }
    return CheckedExpression(text: text, result: .number(node, unit.dimension))
  }

  private mutating func expand(
    _ definition: Expression, named name: String, at span: SourceSpan, scope: Scope
  ) -> CheckedExpression? {
    used.insert(name)
    guard !expanding.contains(name) else {
      log.error(
        at: span, "the definition '\(name)' uses itself: \((expanding + [name]).joined(separator: " -> "))")
      return nil
    }
    expanding.append(name)
    defer { expanding.removeLast() }
    guard let checked = check(definition, scope: scope) else { return nil }
    return CheckedExpression(text: name, result: checked.result, children: [checked])
  }

  /// Whether a word has values here. What has none is an error, or gathered where the line tolerates it.
  mutating func isBuilt(
    _ availability: Vocabulary.Availability, _ name: String, at span: SourceSpan, areObjects: Bool = false
  ) -> Bool {
    guard case .notBuilt(let reason) = availability else { return true }
    if toleratesUnbuilt {
      let input = MissingInput(name: name, reason: reason)
      if !unbuilt.contains(input) { unbuilt.append(input) }
      return true
    }
    log.error(
      at: span, "'\(name)' \(areObjects ? "are" : "is") known but not built: \(reason)",
      help: areObjects
        ? "leave them out until they are; they are never taken as none"
        : "leave it out until it is; it is never taken as false")
    return false
  }

  // MARK: - Helpers shared with the other parts of the checker

  /// An event-wide number, made readable inside a collection's cuts.
  mutating func spread(_ node: ExpressionGraph.Index, scope: Scope) -> ExpressionGraph.Index {
    guard scope != nil, graph.nodes[node].scope == nil else { return node }
    return graph.insert(.spread(node), scope: scope)
  }

  /// An event-wide truth value, made readable inside a collection's cuts.
  mutating func spreadTruth(_ node: ExpressionGraph.Index, scope: Scope) -> ExpressionGraph.Index {
    guard scope != nil, graph.nodes[node].scope == nil else { return node }
    return graph.insert(.spreadTruth(node), scope: scope)
  }

  /// A literal as a node; refused if single precision cannot hold it.
  mutating func constantNode(_ value: Double, at span: SourceSpan, scope: Scope) -> ExpressionGraph.Index? {
    guard let single = single(value, at: span) else { return nil }
    return graph.insert(.constant(single), scope: scope)
  }

  mutating func single(_ value: Double, at span: SourceSpan) -> Float? {
    let single = Float(value)
    guard single.isFinite else {
      log.error(at: span, "the value \(Expression.number(value)) in base units is too large")
      return nil
    }
    return single
  }

  func describe(_ result: CheckedExpression.Result) -> String {
    switch result {
    case .truth: "a condition"
    case .number(_, let dimension), .constant(_, let dimension): dimension.description
    case .multiplicity: "a multiplicity"
    }
  }

  private func exampleValue(of result: CheckedExpression.Result) -> String {
    switch result {
    case .number(_, let dimension), .constant(_, let dimension):
      dimension.isNone ? "0" : "1 \(dimension.baseUnits)"
    case .truth, .multiplicity: "0"
    }
  }

  private mutating func unknown(_ name: String, at span: SourceSpan, scope: Scope) {
    if name.hasSuffix("*") {
      let plain = String(name.dropLast())
      let exists =
        scope.map { vocabulary.collections[$0].attributes.contains { $0.name == plain } } ?? false
        || vocabulary.entries[plain] != nil
      if exists {
        log.error(
          at: span, "there is no '\(name)': '\(plain)' has no centre-of-mass form",
          help: "write '\(plain)', or put a space before * to multiply")
        return
      }
    }
    if let scope {
      let collection = vocabulary.collections[scope]
      let candidates =
        collection.attributes.map(\.name) + Array(vocabulary.entries.keys) + Array(definitions.keys)
      log.error(
        at: span, "unknown name '\(name)' in a cut on \(collection.name)",
        help: Suggestion.question(for: name, among: collection.attributes.map(\.name))
          ?? Suggestion.question(for: name, among: candidates)
          ?? "\(collection.name) have \(collection.attributes.map(\.name).joined(separator: ", "))")
      return
    }
    let owners = vocabulary.collections.filter { $0.attributes.contains { $0.name == name } }
    if let owner = owners.first {
      let counts = owners.map { "n_\($0.name)(\(name) …) >= 1" }.joined(separator: " or ")
      log.error(
        at: span, "'\(name)' belongs to each of the \(owner.name), not to the event",
        help: "write \(counts), or max(\(name) of \(owner.name))")
      return
    }
    log.error(at: span, "unknown name '\(name)'", help: Suggestion.question(for: name, among: eventNames))
  }

  /// Every name an event-wide expression may use, for suggestions.
  var eventNames: [String] {
    Array(vocabulary.entries.keys) + vocabulary.collections.map { "n_\($0.name)" } + Array(definitions.keys)
      + Self.functions
  }

  static let functions = ["abs", "sqrt", "min", "max", "sum", "any", "all"]
}
