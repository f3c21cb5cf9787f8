/// Reads an expression by recursive descent.
///
/// ```
/// expression  = both { "or" both }
/// both        = negation { "and" negation }
/// negation    = ("not" | "!") negation | comparison
/// comparison  = sum { ("<" | "<=" | ">" | ">=" | "==" | "=" | "!=") sum }
/// sum         = product { ("+" | "-") product }
/// product     = factor { ("*" | "/") factor }
/// factor      = "-" factor | number [unit] | "true" | "false" | "(" expression ")"
///             | name [ "(" [ expression { "," expression } ] [ "of" name [ "(" cuts ")" ] ] ")" ]
/// ```
struct ExpressionParser {
  /// How deeply an expression may nest; deeper ones are refused rather than followed.
  static let depthLimit = 64

  private struct SyntaxError: Error {
    let span: SourceSpan
    let message: String
    let help: String?
  }

  private let tokens: [Token]
  private var position = 0
  private var depth = 0

  private static let reserved: Set<String> = ["and", "or", "not", "of", "true", "false"]

  /// Reads a whole text; `nil` after a syntax error, which is in the log then.
  static func parse(_ text: LocatedText, log: inout DiagnosticLog) -> Expression? {
    let errorsBefore = log.diagnostics.count
    let tokens = ExpressionLexer.tokens(of: text, log: &log)
    guard log.diagnostics.count == errorsBefore else { return nil }
    if case .end = tokens[0].kind {
      log.error(at: text.span, "the expression is empty", help: "write 'true' for a line that always fires")
      return nil
    }
    var parser = ExpressionParser(tokens: tokens)
    do {
      let expression = try parser.expression()
      try parser.expectEnd()
      return expression
    } catch {
      log.error(at: error.span, error.message, help: error.help)
      return nil
    }
  }

  private init(tokens: [Token]) {
    self.tokens = tokens
  }

  // MARK: - Words

  private var token: Token { tokens[position] }

  private mutating func advance() {
    if position < tokens.count - 1 { position += 1 }
  }

  private func isSymbol(_ symbol: String) -> Bool { token.kind == .symbol(symbol) }

  private func isWord(_ word: String) -> Bool { token.kind == .name(word) }

  private mutating func take(symbol: String) -> Bool {
    guard isSymbol(symbol) else { return false }
    advance()
    return true
  }

  private mutating func take(word: String) -> Bool {
    guard isWord(word) else { return false }
    advance()
    return true
  }

  private func unexpected(expected: String, help: String? = nil) -> SyntaxError {
    let found = token.kind == .end ? "the expression ends here" : "unexpected '\(token.text)'"
    return SyntaxError(span: token.span, message: "\(found), expected \(expected)", help: help)
  }

  private mutating func expectClosing(_ opening: Token, expected: String) throws(SyntaxError) {
    guard !take(symbol: ")") else { return }
    if token.kind == .end {
      throw SyntaxError(
        span: opening.span, message: "'(' is never closed", help: "add ')' at the end of what it groups")
    }
    throw unexpected(expected: expected)
  }

  private func expectEnd() throws(SyntaxError) {
    switch token.kind {
    case .end: return
    case .symbol(")"):
      throw SyntaxError(span: token.span, message: "')' without '('", help: "remove it")
    case .number, .name:
      throw unexpected(expected: "an operator", help: "join conditions with 'and' or 'or'")
    default:
      throw unexpected(expected: "the end or an operator")
    }
  }

  /// Follows one more level of nesting, or refuses.
  private mutating func nested<Result>(
    _ body: (inout ExpressionParser) throws(SyntaxError) -> Result
  ) throws(SyntaxError) -> Result {
    guard depth < Self.depthLimit else {
      throw SyntaxError(
        span: token.span, message: "the expression nests deeper than \(Self.depthLimit) levels",
        help: "name inner parts with define:")
    }
    depth += 1
    defer { depth -= 1 }
    return try body(&self)
  }

  private func span(from start: SourceSpan) -> SourceSpan {
    position > 0 ? start.joined(with: tokens[position - 1].span) : start
  }

  // MARK: - Grammar

  private mutating func expression() throws(SyntaxError) -> Expression {
    try nested { (parser) throws(SyntaxError) in try parser.either() }
  }

  private mutating func either() throws(SyntaxError) -> Expression {
    let start = token.span
    var parts = [try both()]
    while take(word: "or") { parts.append(try both()) }
    return parts.count == 1 ? parts[0] : Expression(kind: .either(parts), span: span(from: start))
  }

  private mutating func both() throws(SyntaxError) -> Expression {
    let start = token.span
    var parts = [try negation()]
    while take(word: "and") { parts.append(try negation()) }
    return parts.count == 1 ? parts[0] : Expression(kind: .all(parts), span: span(from: start))
  }

  private mutating func negation() throws(SyntaxError) -> Expression {
    let start = token.span
    guard take(word: "not") || take(symbol: "!") else { return try comparison() }
    let operand = try nested { (parser) throws(SyntaxError) in try parser.negation() }
    return Expression(kind: .not(operand), span: span(from: start))
  }

  private mutating func comparison() throws(SyntaxError) -> Expression {
    let start = token.span
    let first = try sum()
    var rest: [(Comparison, Expression)] = []
    while case .symbol(let symbol) = token.kind, let comparison = Comparison(rawValue: symbol) {
      advance()
      rest.append((comparison, try sum()))
    }
    return rest.isEmpty ? first : Expression(kind: .comparison(first: first, rest: rest), span: span(from: start))
  }

  private mutating func sum() throws(SyntaxError) -> Expression {
    let start = token.span
    var terms: [(Bool, Expression)] = [(false, try product())]
    while isSymbol("+") || isSymbol("-") {
      let subtracted = isSymbol("-")
      advance()
      terms.append((subtracted, try product()))
    }
    return terms.count == 1 ? terms[0].1 : Expression(kind: .sum(terms), span: span(from: start))
  }

  private mutating func product() throws(SyntaxError) -> Expression {
    let start = token.span
    var factors: [(Bool, Expression)] = [(false, try factor())]
    while isSymbol("*") || isSymbol("/") {
      let divided = isSymbol("/")
      advance()
      factors.append((divided, try factor()))
    }
    return factors.count == 1 ? factors[0].1 : Expression(kind: .product(factors), span: span(from: start))
  }

  private mutating func factor() throws(SyntaxError) -> Expression {
    let start = token
    switch token.kind {
    case .symbol("-"):
      advance()
      let operand = try nested { (parser) throws(SyntaxError) in try parser.factor() }
      return Expression(kind: .negative(operand), span: span(from: start.span))
    case .symbol("+"):
      throw unexpected(expected: "a value", help: "remove the '+'")
    case .symbol("("):
      advance()
      let inner = try expression()
      try expectClosing(start, expected: "')'")
      return Expression(kind: inner.kind, span: span(from: start.span))
    case .number(let value):
      advance()
      return number(value, start: start.span)
    case .name("true"), .name("false"):
      advance()
      return Expression(kind: .boolean(start.text == "true"), span: start.span)
    case .name(let name):
      if Self.reserved.contains(name) { throw unexpected(expected: "a value") }
      advance()
      if isSymbol("(") { return try call(name, start: start.span) }
      return Expression(kind: .name(name), span: start.span)
    case .symbol, .end:
      throw unexpected(expected: "a value")
    }
  }

  /// A number with the unit behind it: `2 GeV`, `0.02 1/cm`, or a plain one.
  private mutating func number(_ value: Double, start: SourceSpan) -> Expression {
    var unit = Unit.dimensionless
    if case .name(let name) = token.kind, let named = Unit.named[name] {
      unit = named
      advance()
    } else if token.kind == .number(1), token.text == "1", position + 2 < tokens.count,
      tokens[position + 1].kind == .symbol("/"), case .name(let name) = tokens[position + 2].kind,
      let named = Unit.named[name]
    {
      unit = named.inverse
      advance()
      advance()
      advance()
    }
    return Expression(kind: .number(value: value, unit: unit), span: span(from: start))
  }

  private mutating func call(_ name: String, start: SourceSpan) throws(SyntaxError) -> Expression {
    let opening = token
    advance()
    var arguments: [Expression] = []
    var collection: CollectionReference?
    if !isSymbol(")") {
      arguments.append(try expression())
      while take(symbol: ",") { arguments.append(try expression()) }
      if take(word: "of") { collection = try collectionReference() }
    }
    try expectClosing(opening, expected: "',' or ')'")
    return Expression(
      kind: .call(name: name, arguments: arguments, collection: collection), span: span(from: start))
  }

  private mutating func collectionReference() throws(SyntaxError) -> CollectionReference {
    let start = token
    guard case .name(let name) = token.kind, !Self.reserved.contains(name) else {
      throw unexpected(expected: "the name of a collection")
    }
    advance()
    var cuts: [Expression] = []
    if isSymbol("(") {
      let opening = token
      advance()
      if !isSymbol(")") {
        cuts.append(try expression())
        while take(symbol: ",") { cuts.append(try expression()) }
      }
      try expectClosing(opening, expected: "',' or ')'")
    }
    return CollectionReference(name: name, cuts: cuts, span: span(from: start.span))
  }
}
