/// Cuts in our language and back.
///
/// Our numbers carry units and are of single precision; a comparison with an undefined number is false, `!=` too. Infinities
/// become the largest number there is, which no value exceeds; comparisons with `nan` become what they always are.
extension GeneralCut {
  /// The cut as a condition of a menu, with units where the vocabulary's variables have them.
  public func condition(_ vocabulary: Vocabulary) -> String {
    switch self {
    case .always: return "true"
    case .notZero(.number(let number)): return number != 0 ? "true" : "false"
    case .notZero(.variable(let name)): return "\(name) != \(Self.number(0, like: name, vocabulary))"
    case .comparison(let first, let rest): return Self.condition(first, rest, vocabulary)
    case .all(let parts):
      return parts.map { part in
        if case .either = part { "(\(part.condition(vocabulary)))" } else { part.condition(vocabulary) }
      }.joined(separator: " and ")
    case .either(let parts): return parts.map { $0.condition(vocabulary) }.joined(separator: " or ")
    }
  }

  /// A chain stays one where its numbers are plain and stand between variables; else its comparisons are written one by one.
  private static func condition(_ first: Operand, _ rest: [Link], _ vocabulary: Vocabulary) -> String {
    let operands = [first] + rest.map(\.operand)
    let variables = operands.compactMap { operand -> String? in
      if case .variable(let name) = operand { name } else { nil }
    }
    let isPlain = operands.indices.dropLast().allSatisfy { index in
      switch (operands[index], operands[index + 1]) {
      case (.number, .number): false
      case (.number(let number), _), (_, .number(let number)): abs(number) <= largest
      default: true
      }
    }
    if isPlain, let model = variables.first {
      return operands[0].written(like: model, vocabulary)
        + rest.map { " \($0.comparison.rawValue) \($0.operand.written(like: model, vocabulary))" }.joined()
    }
    return rest.indices.map { index in
      single(operands[index], rest[index].comparison, operands[index + 1], vocabulary)
    }.joined(separator: " and ")
  }

  private static let largest = Double(Float.greatestFiniteMagnitude)

  private static func single(
    _ left: Operand, _ comparison: Comparison, _ right: Operand, _ vocabulary: Vocabulary
  ) -> String {
    switch (left, right) {
    case (.number(let left), .number(let right)): return comparison.holds(left, right) ? "true" : "false"
    case (.number(let number), .variable(let name)):
      return single(name, comparison.mirrored, number, vocabulary)
    case (.variable(let name), .number(let number)): return single(name, comparison, number, vocabulary)
    case (.variable(let left), .variable(let right)): return "\(left) \(comparison.rawValue) \(right)"
    }
  }

  private static func single(
    _ name: String, _ comparison: Comparison, _ number: Double, _ vocabulary: Vocabulary
  ) -> String {
    if number.isNaN { return comparison == .notEqual ? "true" : "false" }
    guard abs(number) > largest else {
      return "\(name) \(comparison.rawValue) \(Self.number(number, like: name, vocabulary))"
    }
    // No value lies beyond the largest number: every defined one is smaller, or none is as large.
    let isBelow = number > 0
    switch comparison {
    case .equal: return "false"
    case .notEqual:
      return "\(name) \(isBelow ? "<=" : ">=") \(Self.number(isBelow ? largest : -largest, like: name, vocabulary))"
    case .less, .lessOrEqual: return isBelow ? "\(name) <= \(Self.number(largest, like: name, vocabulary))" : "false"
    case .greater, .greaterOrEqual:
      return isBelow ? "false" : "\(name) >= \(Self.number(-largest, like: name, vocabulary))"
    }
  }

  /// A number with the unit of a variable.
  fileprivate static func number(_ value: Double, like name: String, _ vocabulary: Vocabulary) -> String {
    let unit = vocabulary.scalar(named: name).map { vocabulary.scalars[$0].unit } ?? .dimensionless
    return Expression.number(value) + (unit.symbol.isEmpty ? "" : " \(unit.symbol)")
  }

  /// A condition of a menu as a cut.
  /// - Throws: ``MenuError`` for what cuts cannot say: objects, arithmetic, negations.
  public init(condition text: String, _ vocabulary: Vocabulary, file: String = "condition") throws(MenuError) {
    var log = DiagnosticLog()
    let located = LocatedText(text, file: file, line: 1, column: 1)
    guard let expression = ExpressionParser.parse(located, log: &log),
      let cut = Self.cut(expression, vocabulary, &log)
    else { throw MenuError(log.sorted) }
    self = cut
  }

  static func cut(_ expression: Expression, _ vocabulary: Vocabulary, _ log: inout DiagnosticLog) -> GeneralCut? {
    switch expression.kind {
    case .boolean(let value): return value ? .always : .notZero(.number(0))
    case .all(let parts), .either(let parts):
      let cuts = parts.compactMap { cut($0, vocabulary, &log) }
      guard cuts.count == parts.count else { return nil }
      // Nothing at all is true only by itself.
      let plain = cuts.map { $0 == .always ? .notZero(.number(1)) : $0 }
      if case .all = expression.kind { return .joined(all: plain) }
      return .joined(either: plain)
    case .comparison(let first, let rest):
      let operands = ([first] + rest.map(\.operand))
      let variable = operands.lazy.compactMap { operand -> Unit? in
        guard case .name(let name) = operand.kind else { return nil }
        return vocabulary.scalar(named: name).map { vocabulary.scalars[$0].unit }
      }.first
      let made = operands.compactMap { Self.operand($0, variable ?? .dimensionless, vocabulary, &log) }
      guard made.count == operands.count else { return nil }
      return .comparison(
        first: made[0], rest: zip(rest, made.dropFirst()).map { Link(comparison: $0.comparison, operand: $1) })
    default:
      refuse(expression, &log)
      return nil
    }
  }

  private static func operand(
    _ expression: Expression, _ unit: Unit, _ vocabulary: Vocabulary, _ log: inout DiagnosticLog
  ) -> Operand? {
    switch expression.kind {
    case .number(let value, let own):
      // The unit it is written in already is the variable's: nothing to round.
      guard own.factor != unit.factor else { return .number(value) }
      // Conversions there and back leave an error in the last place: twelve decimals do not show it.
      let converted = value * own.factor / unit.factor
      let rounded = (converted * 1e12).rounded() / 1e12
      return .number(rounded.isFinite && rounded != 0 ? rounded : converted)
    case .negative(let inner):
      guard case .number(let value)? = operand(inner, unit, vocabulary, &log) else { return nil }
      return .number(-value)
    case .name(let name) where vocabulary.scalar(named: name) != nil: return .variable(name)
    default:
      refuse(expression, &log)
      return nil
    }
  }

  private static func refuse(_ expression: Expression, _ log: inout DiagnosticLog) {
    log.error(
      at: expression.span, "'\(expression.text().prefix(60))' cannot be said in a cut",
      help: "cuts compare variables of the event with numbers, and join comparisons with and, or")
  }
}

extension GeneralCut.Operand {
  fileprivate func written(like model: String, _ vocabulary: Vocabulary) -> String {
    switch self {
    case .variable(let name): name
    case .number(let number): GeneralCut.number(number, like: model, vocabulary)
    }
  }
}

extension TriggerMenu {
  /// The high-level lines and skims as a table of cuts, as `sluice menu import` reads it. A line that no cut can say has an empty
  /// cell for its cut and its condition as a note.
  public var cutTable: String {
    var text = "base\tline\tcut\tprescale\treject\tnote\n"
    for (level, base) in [(highLevel, "filter"), (skims, "skim")] {
      for line in level.lines {
        let cut = try? GeneralCut(condition: line.canonicalExpression, level.vocabulary)
        // An empty cell would be a line without a known cut.
        let written = cut.map { $0 == .always ? "1" : $0.text } ?? ""
        let note = cut == nil ? "no cut can say: \(line.canonicalExpression)" : ""
        let reject = line.kind == .reject ? "yes" : "no"
        text += "\(base)\t\(line.name)\t\(written)\t\(Expression.number(line.prescale))\t\(reject)\t\(note)\n"
      }
    }
    return text
  }
}
