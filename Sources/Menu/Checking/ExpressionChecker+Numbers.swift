/// Arithmetic and comparisons.
extension ExpressionChecker {
  // MARK: - Arithmetic

  /// Checks an expression that must be a number.
  mutating func number(_ expression: Expression, scope: Scope) -> CheckedExpression? {
    guard let checked = check(expression, scope: scope) else { return nil }
    switch checked.result {
    case .number, .constant: return checked
    case .truth:
      log.error(
        at: expression.span, "'\(expression.text())' is a condition, expected a number")
      return nil
    case .multiplicity:
      log.error(
        at: expression.span, "'\(expression.text())' is a multiplicity and cannot be calculated with",
        help: "compare it with a whole number: \(expression.text()) > 0")
      return nil
    }
  }

  func dimension(_ result: CheckedExpression.Result) -> Dimension {
    switch result {
    case .number(_, let dimension), .constant(_, let dimension): dimension
    case .truth, .multiplicity: .none
    }
  }

  /// The node of a number; literals become constants.
  mutating func node(
    _ checked: CheckedExpression, at span: SourceSpan, scope: Scope
  ) -> ExpressionGraph.Index? {
    switch checked.result {
    case .number(let node, _): spread(node, scope: scope)
    case .constant(let value, _): constantNode(value, at: span, scope: scope)
    case .truth, .multiplicity: nil
    }
  }

  mutating func negative(_ operand: Expression, of expression: Expression, scope: Scope) -> CheckedExpression? {
    guard let checked = number(operand, scope: scope) else { return nil }
    let text = expression.text()
    if case .constant(let value, let dimension) = checked.result {
      return CheckedExpression(text: text, result: .constant(-value, dimension))
    }
    guard let inner = node(checked, at: operand.span, scope: scope) else { return nil }
    return CheckedExpression(
      text: text, result: .number(graph.insert(.negative(inner), scope: scope), dimension(checked.result)),
      children: [checked])
  }

  mutating func sum(
    _ terms: [(subtracted: Bool, term: Expression)], of expression: Expression, scope: Scope
  ) -> CheckedExpression? {
    let checked = terms.map { number($0.term, scope: scope) }
    let parts = checked.compactMap { $0 }
    guard parts.count == terms.count else { return nil }
    var result = parts[0].result
    for (index, part) in parts.enumerated().dropFirst() {
      guard dimension(part.result) == dimension(result) else {
        refuseUnlike(
          (parts[0], terms[0].term), (part, terms[index].term), at: expression.span,
          verb: terms[index].subtracted ? "subtracted" : "added")
        return nil
      }
      let operation = terms[index].subtracted ? ExpressionGraph.Arithmetic.subtract : .add
      guard
        let next = combine(
          operation, result, part.result, dimension(result), at: expression.span, scope: scope)
      else { return nil }
      result = next
    }
    return CheckedExpression(text: expression.text(), result: result, children: parts)
  }

  mutating func product(
    _ factors: [(divided: Bool, factor: Expression)], of expression: Expression, scope: Scope
  ) -> CheckedExpression? {
    let checked = factors.map { number($0.factor, scope: scope) }
    let parts = checked.compactMap { $0 }
    guard parts.count == factors.count else { return nil }
    var result = parts[0].result
    for (index, part) in parts.enumerated().dropFirst() {
      let divided = factors[index].divided
      if divided, case .constant(0, _) = part.result {
        log.error(at: factors[index].factor.span, "division by zero")
        return nil
      }
      let unit =
        divided ? dimension(result) / dimension(part.result) : dimension(result) * dimension(part.result)
      guard
        let next = combine(
          divided ? .divide : .multiply, result, part.result, unit, at: expression.span, scope: scope)
      else { return nil }
      result = next
    }
    return CheckedExpression(text: expression.text(), result: result, children: parts)
  }

  mutating func combine(
    _ operation: ExpressionGraph.Arithmetic, _ left: CheckedExpression.Result, _ right: CheckedExpression.Result,
    _ dimension: Dimension, at span: SourceSpan, scope: Scope
  ) -> CheckedExpression.Result? {
    if case .constant(let first, _) = left, case .constant(let second, _) = right {
      let value: Double
      switch operation {
      case .add: value = first + second
      case .subtract: value = first - second
      case .multiply: value = first * second
      case .divide: value = first / second
      case .minimum: value = min(first, second)
      case .maximum: value = max(first, second)
      }
      return .constant(value, dimension)
    }
    guard
      let first = node(CheckedExpression(text: "", result: left), at: span, scope: scope),
      let second = node(CheckedExpression(text: "", result: right), at: span, scope: scope)
    else { return nil }
    return .number(graph.insert(.arithmetic(operation, first, second), scope: scope), dimension)
  }

  /// The error for quantities of different kinds meeting in a sum or comparison; a bare literal gets its unit offered.
  mutating func refuseUnlike(
    _ left: (checked: CheckedExpression, expression: Expression),
    _ right: (checked: CheckedExpression, expression: Expression), at span: SourceSpan, verb: String
  ) {
    for (bare, other) in [(right, left), (left, right)] {
      if let (value, isNegative) = bareLiteral(bare.expression), !dimension(other.checked.result).isNone {
        let wanted = dimension(other.checked.result)
        let unit = preferredUnit(wanted, for: value)
        let written = (isNegative ? "-" : "") + Expression.number(value)
        log.error(
          at: bare.expression.span,
          "'\(other.expression.text())' is \(wanted.description), \(written) has no unit",
          help: "write \(written) \(unit)")
        return
      }
    }
    log.error(
      at: span,
      "'\(left.expression.text())' is \(describe(left.checked.result)) and '\(right.expression.text())' is "
        + "\(describe(right.checked.result)): they cannot be \(verb)",
      help: nil)
  }

  private func bareLiteral(_ expression: Expression) -> (value: Double, isNegative: Bool)? {
    switch expression.kind {
    case .number(let value, let unit) where unit.symbol.isEmpty: (value, false)
    case .negative(let inner):
      if case .number(let value, let unit) = inner.kind, unit.symbol.isEmpty { (value, true) } else { nil }
    default: nil
    }
  }

  /// The unit somebody who left it out most likely meant.
  private func preferredUnit(_ dimension: Dimension, for value: Double) -> String {
    switch dimension {
    case Dimension(angle: 1): abs(value) > 2 * Double.pi ? "deg" : "rad"
    case Dimension(time: -1): "Hz"
    default: dimension.baseUnits
    }
  }

  // MARK: - Comparisons

  mutating func comparison(
    _ first: Expression, _ rest: [(comparison: Comparison, operand: Expression)], of expression: Expression,
    scope: Scope
  ) -> CheckedExpression? {
    let operands = [first] + rest.map(\.operand)
    let checked = operands.map { check($0, scope: scope) }
    let parts = checked.compactMap { $0 }
    guard parts.count == operands.count else { return nil }
    var conditions: [ExpressionGraph.Index] = []
    for (index, link) in rest.enumerated() {
      let left = (checked: parts[index], expression: operands[index])
      let right = (checked: parts[index + 1], expression: operands[index + 1])
      guard let node = compare(left, link.comparison, right, at: expression.span, scope: scope) else { continue }
      conditions.append(node)
    }
    guard conditions.count == rest.count else { return nil }
    return CheckedExpression(
      text: expression.text(), result: .truth(graph.all(conditions, scope: scope)), children: parts)
  }

  private typealias Operand = (checked: CheckedExpression, expression: Expression)

  private mutating func compare(
    _ left: Operand, _ comparison: Comparison, _ right: Operand, at span: SourceSpan, scope: Scope
  ) -> ExpressionGraph.Index? {
    switch (left.checked.result, right.checked.result) {
    case (.truth, _), (_, .truth):
      let condition = if case .truth = left.checked.result { left } else { right }
      log.error(
        at: condition.expression.span,
        "'\(condition.expression.text())' is a condition and cannot be compared",
        help: "conditions are joined with and, or, not")
      return nil
    case (.multiplicity(let index), .constant(let value, let dimension)) where dimension.isNone:
      return multiplicity(index, comparison, value, at: right.expression.span, scope: scope)
    case (.constant(let value, let dimension), .multiplicity(let index)) where dimension.isNone:
      return multiplicity(index, comparison.mirrored, value, at: left.expression.span, scope: scope)
    case (.multiplicity, _), (_, .multiplicity):
      let group = if case .multiplicity = left.checked.result { left } else { right }
      log.error(
        at: group.expression.span, "'\(group.expression.text())' can only be compared with a whole number",
        help: "\(group.expression.text()) > 0")
      return nil
    default: break
    }
    guard dimension(left.checked.result) == dimension(right.checked.result) else {
      refuseUnlike(left, right, at: span, verb: "compared")
      return nil
    }
    switch (left.checked.result, right.checked.result) {
    case (.constant(let first, _), .constant(let second, _)):
      guard let first = single(first, at: span), let second = single(second, at: span) else { return nil }
      return graph.insert(.truth(comparison.holds(first, second)), scope: scope)
    case (.number(let node, _), .constant(let value, _)):
      return compare(spread(node, scope: scope), comparison, value, at: span, scope: scope)
    case (.constant(let value, _), .number(let node, _)):
      return compare(spread(node, scope: scope), comparison.mirrored, value, at: span, scope: scope)
    default:
      guard let first = node(left.checked, at: span, scope: scope),
        let second = node(right.checked, at: span, scope: scope)
      else { return nil }
      return graph.insert(.compare(comparison, first, second), scope: scope)
    }
  }

  /// Compares a number with a literal. A column kept in another unit is not converted for every event: the literal is.
  private mutating func compare(
    _ node: ExpressionGraph.Index, _ comparison: Comparison, _ value: Double, at span: SourceSpan, scope: Scope
  ) -> ExpressionGraph.Index? {
    if let (column, factor) = scaled[node] {
      guard let threshold = single(value / factor, at: span) else { return nil }
      return graph.insert(.compareConstant(comparison, column, threshold), scope: scope)
    }
    guard let threshold = single(value, at: span) else { return nil }
    return graph.insert(.compareConstant(comparison, node, threshold), scope: scope)
  }

  /// `t2 > 0`, `clst = 2`: logic on the bits that say the number.
  private mutating func multiplicity(
    _ index: Int, _ comparison: Comparison, _ value: Double, at span: SourceSpan, scope: Scope
  ) -> ExpressionGraph.Index? {
    let group = vocabulary.multiplicities[index]
    let largest = group.coding == .oneHot ? group.bits.count : (1 << group.bits.count) - 1
    guard let number = Int(exactly: value), number >= 0, number <= largest else {
      log.error(
        at: span, "'\(group.name)' is compared with \(Expression.number(value)), but counts from 0 to \(largest)",
        help: "use a whole number in that range")
      return nil
    }
    if group.coding == .oneHot, number == largest, comparison == .greater || comparison == .lessOrEqual {
      log.error(
        at: span, "'\(group.name)' cannot tell more than \(largest) apart: its last bit means \(largest) or more",
        help: "use \(group.name) >= \(largest) or \(group.name) < \(largest)")
      return nil
    }
    let node: ExpressionGraph.Index =
      switch comparison {
      case .greaterOrEqual: atLeast(number, group)
      case .greater: atLeast(number + 1, group)
      case .less: graph.not(atLeast(number, group), scope: nil)
      case .lessOrEqual: graph.not(atLeast(number + 1, group), scope: nil)
      case .equal: equals(number, group)
      case .notEqual: graph.not(equals(number, group), scope: nil)
      }
    return spreadTruth(node, scope: scope)
  }

  /// The condition that a multiplicity is at least `number`. One-hot: the value is that of the highest bit set.
  private mutating func atLeast(_ number: Int, _ group: Vocabulary.Multiplicity) -> ExpressionGraph.Index {
    if number <= 0 { return graph.insert(.truth(true), scope: nil) }
    let bits = group.bits.map { graph.insert(.bit($0), scope: nil) }
    switch group.coding {
    case .oneHot:
      return graph.either(Array(bits.dropFirst(number - 1)), scope: nil)
    case .packed:
      if number >= 1 << bits.count { return graph.insert(.truth(false), scope: nil) }
      // From the least significant bit: above so far where the bit is set and not asked for, or still equal.
      var result = graph.insert(.truth(true), scope: nil)
      for (place, bit) in bits.enumerated() {
        let asked = number >> place & 1 == 1
        result = asked ? graph.all([bit, result], scope: nil) : graph.either([bit, result], scope: nil)
      }
      return result
    }
  }

  private mutating func equals(_ number: Int, _ group: Vocabulary.Multiplicity) -> ExpressionGraph.Index {
    let bits = group.bits.map { graph.insert(.bit($0), scope: nil) }
    var parts: [ExpressionGraph.Index] = []
    for (place, bit) in bits.enumerated() {
      let isSet = group.coding == .oneHot ? place == number - 1 : number >> place & 1 == 1
      if isSet {
        parts.append(bit)
      } else if group.coding == .packed || place >= number {
        parts.append(graph.not(bit, scope: nil))
      }
    }
    return graph.all(parts, scope: nil)
  }
}
