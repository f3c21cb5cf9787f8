/// Counts, reductions and functions.
extension ExpressionChecker {
  mutating func call(
    _ name: String, _ arguments: [Expression], _ reference: CollectionReference?, of expression: Expression,
    scope: Scope
  ) -> CheckedExpression? {
    if name.hasPrefix("n_"), definitions[name] == nil, vocabulary.entries[name] == nil {
      guard reference == nil else {
        log.error(at: expression.span, "a count takes cuts only", help: "write \(name)(cut, cut)")
        return nil
      }
      return count(name, arguments, at: expression.span, text: expression.text(), scope: scope)
    }
    switch name {
    case "any", "all": return quantifier(name, arguments, reference, of: expression, scope: scope)
    case "max", "min", "sum":
      let isPlain = reference == nil && arguments.count == 2 && name != "sum"
      if isPlain { return extreme(name, arguments, of: expression, scope: scope) }
      return reduction(name, arguments, reference, of: expression, scope: scope)
    case "abs", "sqrt": return function(name, arguments, reference, of: expression, scope: scope)
    default: break
    }
    if let pairs = pairCollection(name, arguments) {
      return pairFunction(name, pairs, of: expression, scope: scope)
    }
    refuseCall(name, arguments, of: expression, scope: scope)
    return nil
  }

  private mutating func refuseCall(
    _ name: String, _ arguments: [Expression], of expression: Expression, scope: Scope
  ) {
    let span = SourceSpan(
      file: expression.span.file, line: expression.span.line, column: expression.span.column,
      length: name.unicodeScalars.count)
    if definitions[name] != nil || vocabulary.entries[name] != nil {
      let isCollection = if case .collection? = vocabulary.entries[name] { true } else { false }
      log.error(
        at: span, "'\(name)' cannot be called",
        help: isCollection ? "count with n_\(name)(…)" : "write it without brackets")
      return
    }
    let pairs = vocabulary.collections.filter { !$0.pairOf.isEmpty }
    let pairNames = pairs.flatMap { pair in
      pair.attributes.map { "\($0.name)(\(pair.pairOf.joined(separator: ", ")))" }
    }
    let functions = Self.functions + vocabulary.collections.map { "n_\($0.name)" }
    if pairs.contains(where: { $0.attributes.contains { $0.name == name } }) {
      log.error(
        at: span, "'\(name)' is not a function of these objects",
        help: "there is \(pairNames.filter { $0.hasPrefix(name + "(") }.joined(separator: ", "))")
      return
    }
    log.error(
      at: span, "unknown function '\(name)'",
      help: Suggestion.question(for: name, among: functions) ?? "functions are \(functions.joined(separator: ", "))")
  }

  // MARK: - Counting

  mutating func count(
    _ name: String, _ cuts: [Expression], at span: SourceSpan, text: String, scope: Scope
  ) -> CheckedExpression? {
    let plural = String(name.dropFirst(2))
    guard let collection = collection(plural, at: span, written: name) else { return nil }
    guard let checked = conditions(cuts, scope: collection) else { return nil }
    let cut = checked.isEmpty ? nil : graph.all(checked.compactMap { truth($0) }, scope: collection)
    let node = graph.insert(.count(collection: collection, where: cut), scope: nil)
    var result = CheckedExpression(text: text, result: .number(spread(node, scope: scope), .none))
    result.collection = collection
    result.cuts = checked
    return result
  }

  /// The collection of this name, or an error. `written` is how the author referred to it.
  private mutating func collection(_ name: String, at span: SourceSpan, written: String) -> Int? {
    if case .collection(let index)? = vocabulary.entries[name] {
      return isBuilt(vocabulary.collections[index].availability, name, at: span, areObjects: true) ? index : nil
    }
    let isCount = written.hasPrefix("n_")
    let place = SourceSpan(
      file: span.file, line: span.line, column: span.column, length: min(span.length, written.unicodeScalars.count))
    let names = vocabulary.collections.map { isCount ? "n_\($0.name)" : $0.name }
    log.error(
      at: place, isCount ? "unknown count '\(written)'" : "unknown collection '\(written)'",
      help: Suggestion.question(for: written, among: isCount ? eventNames : names)
        ?? (names.isEmpty ? "there are no collections here" : "there are \(names.joined(separator: ", "))"))
    return nil
  }

  private mutating func conditions(_ cuts: [Expression], scope: Scope) -> [CheckedExpression]? {
    let checked = cuts.map { condition($0, scope: scope) }
    let parts = checked.compactMap { $0 }
    return parts.count == cuts.count ? parts : nil
  }

  // MARK: - any, all

  private mutating func quantifier(
    _ name: String, _ arguments: [Expression], _ reference: CollectionReference?, of expression: Expression,
    scope: Scope
  ) -> CheckedExpression? {
    var tests = arguments
    let target: Int?
    var cuts: [CheckedExpression] = []
    if let reference {
      target = collection(reference.name, at: reference.span, written: reference.name)
      guard let target, let checked = conditions(reference.cuts, scope: target) else { return nil }
      cuts = checked
    } else if case .name(let first)? = arguments.first?.kind, case .collection? = vocabulary.entries[first] {
      target = collection(first, at: arguments[0].span, written: first)
      tests.removeFirst()
    } else {
      target = pairCollection(inside: arguments)
    }
    guard let target else {
      if reference == nil { refuseWithoutCollection(name, of: expression) }
      return nil
    }
    guard !tests.isEmpty else {
      log.error(
        at: expression.span, "'\(name)' has no condition",
        help: "write \(name)(condition of \(vocabulary.collections[target].name))")
      return nil
    }
    guard let checked = conditions(tests, scope: target) else { return nil }
    let selected = cuts.compactMap { truth($0) }
    let condition = graph.all(checked.compactMap { truth($0) }, scope: target)
    let node: ExpressionGraph.Index
    if name == "any" {
      let both = graph.all([condition] + selected, scope: target)
      node = graph.insert(.any(collection: target, where: both), scope: nil)
    } else {
      let failing = graph.all([graph.not(condition, scope: target)] + selected, scope: target)
      let exception = graph.insert(.any(collection: target, where: failing), scope: nil)
      node = graph.not(exception, scope: nil)
    }
    var result = CheckedExpression(text: expression.text(), result: .truth(spreadTruth(node, scope: scope)))
    result.collection = target
    result.cuts = checked + cuts
    return result
  }

  private mutating func refuseWithoutCollection(_ name: String, of expression: Expression) {
    let example = vocabulary.collections.first?.name ?? "clusters"
    log.error(
      at: expression.span, "'\(name)' does not say over which objects",
      help: "write \(name)(… of \(example))")
  }

  // MARK: - max, min, sum

  private mutating func reduction(
    _ name: String, _ arguments: [Expression], _ reference: CollectionReference?, of expression: Expression,
    scope: Scope
  ) -> CheckedExpression? {
    guard arguments.count == 1 else {
      log.error(
        at: expression.span, "'\(name)' takes one value\(reference == nil ? "" : " before 'of'")",
        help: "write \(name)(E of clusters(cut, cut))")
      return nil
    }
    let target: Int?
    if let reference {
      target = collection(reference.name, at: reference.span, written: reference.name)
      guard target != nil else { return nil }
    } else {
      target = pairCollection(inside: arguments)
    }
    guard let target else {
      refuseWithoutCollection(name, of: expression)
      return nil
    }
    let cuts = conditions(reference?.cuts ?? [], scope: target)
    guard let value = number(arguments[0], scope: target), let cuts,
      let inner = node(value, at: arguments[0].span, scope: target)
    else { return nil }
    let selected = cuts.isEmpty ? nil : graph.all(cuts.compactMap { truth($0) }, scope: target)
    let kind: ExpressionGraph.Reduction = name == "max" ? .maximum : name == "min" ? .minimum : .sum
    let node = graph.insert(.reduce(kind, collection: target, inner, where: selected), scope: nil)
    var result = CheckedExpression(
      text: expression.text(), result: .number(spread(node, scope: scope), dimension(value.result)))
    result.collection = target
    result.cuts = [value] + cuts
    return result
  }

  /// `max(a, b)` and `min(a, b)` of two numbers.
  private mutating func extreme(
    _ name: String, _ arguments: [Expression], of expression: Expression, scope: Scope
  ) -> CheckedExpression? {
    let first = number(arguments[0], scope: scope)
    let second = number(arguments[1], scope: scope)
    guard let first, let second else { return nil }
    guard dimension(first.result) == dimension(second.result) else {
      refuseUnlike((first, arguments[0]), (second, arguments[1]), at: expression.span, verb: "compared")
      return nil
    }
    guard
      let result = combine(
        name == "max" ? .maximum : .minimum, first.result, second.result, dimension(first.result),
        at: expression.span, scope: scope)
    else { return nil }
    return CheckedExpression(text: expression.text(), result: result, children: [first, second])
  }

  // MARK: - Functions of one number

  private mutating func function(
    _ name: String, _ arguments: [Expression], _ reference: CollectionReference?, of expression: Expression,
    scope: Scope
  ) -> CheckedExpression? {
    guard arguments.count == 1, reference == nil else {
      log.error(at: expression.span, "'\(name)' takes one number, found \(arguments.count)")
      return nil
    }
    guard let checked = number(arguments[0], scope: scope) else { return nil }
    var unit = dimension(checked.result)
    if name == "sqrt" {
      let powers = [unit.energy, unit.length, unit.time, unit.angle]
      guard powers.allSatisfy({ $0 % 2 == 0 }) else {
        log.error(
          at: arguments[0].span, "'\(arguments[0].text())' is \(unit.description), which has no square root",
          help: "take the root of a square, or of a plain number")
        return nil
      }
      unit = Dimension(
        energy: unit.energy / 2, length: unit.length / 2, time: unit.time / 2, angle: unit.angle / 2)
    }
    if case .constant(let value, _) = checked.result {
      guard name == "abs" || value >= 0 else {
        log.error(at: arguments[0].span, "the square root of a negative number")
        return nil
      }
      let folded = name == "abs" ? abs(value) : value.squareRoot()
      return CheckedExpression(text: expression.text(), result: .constant(folded, unit))
    }
    guard let inner = node(checked, at: arguments[0].span, scope: scope) else { return nil }
    let node = graph.insert(name == "abs" ? .magnitude(inner) : .squareRoot(inner), scope: scope)
    return CheckedExpression(text: expression.text(), result: .number(node, unit), children: [checked])
  }

  // MARK: - Pairs

  /// The collection of pairs that `mass(track, track)` speaks of.
  private func pairCollection(_ name: String, _ arguments: [Expression]) -> Int? {
    let members = arguments.compactMap { argument -> String? in
      if case .name(let member) = argument.kind { member } else { nil }
    }
    guard members.count == arguments.count, !members.isEmpty else { return nil }
    return vocabulary.collections.firstIndex { collection in
      collection.pairOf == members && collection.attributes.contains { $0.name == name }
    }
  }

  /// The collection of the first pair function inside a reduction's arguments. Nesting is bounded by the parser.
  private func pairCollection(inside arguments: [Expression]) -> Int? {
    for argument in arguments {
      let found: Int? =
        switch argument.kind {
        case .call(let name, let inner, nil):
          pairCollection(name, inner) ?? (name == "abs" || name == "sqrt" ? pairCollection(inside: inner) : nil)
        case .not(let inner), .negative(let inner): pairCollection(inside: [inner])
        case .sum(let terms): pairCollection(inside: terms.map(\.term))
        case .product(let factors): pairCollection(inside: factors.map(\.factor))
        case .comparison(let first, let rest): pairCollection(inside: [first] + rest.map(\.operand))
        case .all(let parts), .either(let parts): pairCollection(inside: parts)
        case .name(let name): definitions[name].flatMap { pairCollectionOfDefinition($0) }
        case .number, .boolean, .call: nil
        }
      if let found { return found }
    }
    return nil
  }

  /// One level of definitions is looked through, so that cycles cannot trap the search.
  private func pairCollectionOfDefinition(_ definition: Expression) -> Int? {
    guard case .comparison(let first, let rest) = definition.kind else { return nil }
    for operand in [first] + rest.map(\.operand) {
      if case .call(let name, let inner, nil) = operand.kind, let found = pairCollection(name, inner) { return found }
    }
    return nil
  }

  private mutating func pairFunction(
    _ name: String, _ pairs: Int, of expression: Expression, scope: Scope
  ) -> CheckedExpression? {
    let collection = vocabulary.collections[pairs]
    guard scope == pairs else {
      log.error(
        at: expression.span, "'\(expression.text())' has a value for every pair, not one for the event",
        help: "say which: any(\(expression.text()) > …), max(\(expression.text())), n_\(collection.name)(\(name) > …)")
      return nil
    }
    return check(Expression(kind: .name(name), span: expression.span), scope: scope)
  }
}
