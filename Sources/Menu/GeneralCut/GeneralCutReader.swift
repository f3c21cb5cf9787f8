/// Reads a cut by recursive descent, with the place of every error.
///
/// ```
/// cut        = [ either ]
/// either     = both { "or" both }
/// both       = condition { "and" condition }
/// condition  = "[" either "]" | operand { comparison operand }
/// operand    = number | name
/// ```
struct GeneralCutReader {
  /// How deeply brackets may nest.
  static let depthLimit = 64

  private struct SyntaxError: Error {
    let span: SourceSpan
    let message: String
    let help: String?
  }

  private enum Kind: Equatable {
    case number(Double)
    case name
    case symbol
    case end
  }

  private struct Token {
    let kind: Kind
    let text: String
    let span: SourceSpan
  }

  private let source: LocatedText
  /// The names that variables may have; `nil` for any.
  private let names: Set<String>?
  private var tokens: [Token] = []
  private var position = 0
  private var depth = 0

  /// Reads a whole text; `nil` after an error, which is in the log then.
  static func read(_ text: LocatedText, names: Set<String>?, log: inout DiagnosticLog) -> GeneralCut? {
    guard text.scalars.count <= ExpressionLexer.lengthLimit else {
      log.error(
        at: text.span(at: ExpressionLexer.lengthLimit),
        "the cut is longer than \(ExpressionLexer.lengthLimit) characters")
      return nil
    }
    var reader = GeneralCutReader(source: text, names: names)
    do throws(SyntaxError) {
      try reader.cutIntoTokens()
      if reader.token.kind == .end { return .always }
      let cut = try reader.either()
      guard reader.token.kind == .end else { throw reader.unexpected("'and', 'or' or the end") }
      return cut
    } catch {
      log.error(at: error.span, error.message, help: error.help)
      return nil
    }
  }

  private init(source: LocatedText, names: Set<String>?) {
    self.source = source
    self.names = names
  }

  // MARK: - Words

  private mutating func cutIntoTokens() throws(SyntaxError) {
    let scalars = source.scalars
    var offset = 0
    func character(_ place: Int) -> Unicode.Scalar? { place < scalars.count ? scalars[place] : nil }
    func text(_ range: Range<Int>) -> String {
      var view = String.UnicodeScalarView()
      view.append(contentsOf: scalars[range])
      return String(view)
    }
    while let scalar = character(offset) {
      let start = offset
      func span() -> SourceSpan { source.span(at: start, length: offset - start) }
      if scalar.properties.isWhitespace {
        offset += 1
      } else if ExpressionLexer.startsName(scalar) {
        while let next = character(offset), ExpressionLexer.continuesName(next) { offset += 1 }
        let name = text(start..<offset)
        let kind: Kind =
          switch name {
          case "inf": .number(.infinity)
          case "nan": .number(.nan)
          default: .name
          }
        tokens.append(Token(kind: kind, text: name, span: span()))
      } else if Self.startsNumber(scalars, offset) {
        offset = Self.endOfNumber(scalars, offset)
        let word = text(start..<offset)
        guard let value = Self.number(word) else {
          throw SyntaxError(
            span: span(), message: "'\(word.prefix(40))' is not a number",
            help: "expected a decimal or hexadecimal number, inf or nan")
        }
        tokens.append(Token(kind: .number(value), text: word, span: span()))
      } else {
        let two = text(start..<min(start + 2, scalars.count))
        let symbol = ["==", "!=", "<=", ">="].contains(two) ? two : String(Character(scalar))
        offset += symbol == two ? 2 : 1
        guard ["==", "!=", "<=", ">=", "<", ">", "[", "]"].contains(symbol) else {
          throw SyntaxError(
            span: span(), message: "unexpected character '\(symbol)' in a cut", help: Self.help(for: scalar))
        }
        tokens.append(Token(kind: .symbol, text: symbol, span: span()))
      }
    }
    tokens.append(Token(kind: .end, text: "the end", span: source.span(at: scalars.count)))
  }

  private static func help(for scalar: Unicode.Scalar) -> String? {
    switch scalar {
    case "=": "equality is '=='"
    case "(", ")": "conditions are grouped with [ and ]"
    case "&", "|": "conditions are joined with 'and' and 'or'"
    case "!": "there is no 'not': compare with 0"
    default: nil
    }
  }

  private static func startsNumber(_ scalars: [Unicode.Scalar], _ offset: Int) -> Bool {
    var place = offset
    if scalars[place] == "-" || scalars[place] == "+" { place += 1 }
    guard place < scalars.count else { return false }
    if place > offset, scalars[place] == "i" || scalars[place] == "n" { return true }
    if ExpressionLexer.isDigit(scalars[place]) { return true }
    return scalars[place] == "." && place + 1 < scalars.count && ExpressionLexer.isDigit(scalars[place + 1])
  }

  private static func endOfNumber(_ scalars: [Unicode.Scalar], _ offset: Int) -> Int {
    var place = offset + 1
    while place < scalars.count {
      let scalar = scalars[place]
      let isExponentSign =
        (scalar == "-" || scalar == "+") && (scalars[place - 1] == "e" || scalars[place - 1] == "E")
        && !scalars[offset..<place].contains { $0 == "x" || $0 == "X" }
      guard ExpressionLexer.continuesName(scalar) || scalar == "." || isExponentSign else { break }
      place += 1
    }
    return place
  }

  private static func number(_ word: String) -> Double? {
    let sign: Double = word.hasPrefix("-") ? -1 : 1
    let digits = word.hasPrefix("-") || word.hasPrefix("+") ? String(word.dropFirst()) : word
    if digits == "inf" { return sign * .infinity }
    if digits == "nan" { return .nan }
    if digits.hasPrefix("0x") || digits.hasPrefix("0X") {
      return UInt64(digits.dropFirst(2), radix: 16).map { sign * Double($0) }
    }
    guard digits.unicodeScalars.allSatisfy({ ExpressionLexer.isDigit($0) || ".eE+-".unicodeScalars.contains($0) }),
      let value = Double(digits), value.isFinite
    else { return nil }
    return sign * value
  }

  // MARK: - Grammar

  private var token: Token { tokens[position] }

  private func unexpected(_ expected: String) -> SyntaxError {
    let found = token.kind == .end ? "the cut ends here" : "unexpected '\(token.text.prefix(40))'"
    return SyntaxError(span: token.span, message: "\(found), expected \(expected)", help: nil)
  }

  private mutating func take(_ word: String) -> Bool {
    guard token.text == word, token.kind != .end else { return false }
    position += 1
    return true
  }

  private mutating func either() throws(SyntaxError) -> GeneralCut {
    var parts = [try both()]
    while take("or") { parts.append(try both()) }
    return .joined(either: parts)
  }

  private mutating func both() throws(SyntaxError) -> GeneralCut {
    var parts = [try condition()]
    while take("and") { parts.append(try condition()) }
    return .joined(all: parts)
  }

  private mutating func condition() throws(SyntaxError) -> GeneralCut {
    let opening = token
    if take("[") {
      if token.text == "]", token.kind == .symbol {
        throw SyntaxError(
          span: opening.span, message: "'[ ]' holds no condition", help: "leave the brackets out, or fill them")
      }
      guard depth < Self.depthLimit else {
        throw SyntaxError(span: opening.span, message: "the cut nests deeper than \(Self.depthLimit) levels", help: nil)
      }
      depth += 1
      let inner = try either()
      depth -= 1
      if token.kind == .end {
        throw SyntaxError(
          span: opening.span, message: "'[' is never closed", help: "add ']' at the end of what it groups")
      }
      guard take("]") else { throw unexpected("']', 'and' or 'or'") }
      return inner
    }
    let first = try operand()
    var rest: [GeneralCut.Link] = []
    while token.kind == .symbol, let comparison = Comparison(rawValue: token.text) {
      position += 1
      rest.append(GeneralCut.Link(comparison: comparison, operand: try operand()))
    }
    return rest.isEmpty ? .notZero(first) : .comparison(first: first, rest: rest)
  }

  private mutating func operand() throws(SyntaxError) -> GeneralCut.Operand {
    let found = token
    switch found.kind {
    case .number(let value):
      position += 1
      return .number(value)
    case .name:
      if found.text == "and" || found.text == "or" { throw unexpected("a number or a variable") }
      if found.text == "not" {
        throw SyntaxError(
          span: found.span, message: "a cut has no 'not'", help: "compare with 0, or turn the comparison round")
      }
      position += 1
      if found.text == "true" || found.text == "True" { return .number(1) }
      if found.text == "false" || found.text == "False" { return .number(0) }
      if let names, !names.contains(found.text) {
        throw SyntaxError(
          span: found.span, message: "there is no variable '\(found.text.prefix(60))'",
          help: Suggestion.question(for: found.text, among: Array(names)))
      }
      return .variable(found.text)
    case .symbol, .end: throw unexpected("a number or a variable")
    }
  }
}
