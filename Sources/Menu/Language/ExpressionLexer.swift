/// One word of an expression.
struct Token: Sendable {
  enum Kind: Hashable, Sendable {
    case number(Double)
    /// A name; quantities in the centre-of-mass frame carry their star: `E*`.
    case name(String)
    case symbol(String)
    case end
  }

  let kind: Kind
  let text: String
  let span: SourceSpan
}

/// Cuts an expression into words.
struct ExpressionLexer {
  /// Longest expression read, in characters; the longest line of the Belle II menu has 150.
  static let lengthLimit = 20_000

  private let source: LocatedText
  private var offset = 0
  private(set) var tokens: [Token] = []

  /// Cuts the whole text. Characters that belong to no word are reported and skipped.
  static func tokens(of source: LocatedText, log: inout DiagnosticLog) -> [Token] {
    guard source.scalars.count <= lengthLimit else {
      log.error(
        at: source.span(at: lengthLimit), "the expression is longer than \(lengthLimit) characters",
        help: "cut it into named pieces with define:")
      return [Token(kind: .end, text: "the end", span: source.span(at: 0))]
    }
    var lexer = ExpressionLexer(source: source)
    lexer.run(&log)
    return lexer.tokens
  }

  private init(source: LocatedText) {
    self.source = source
  }

  private func peek(_ distance: Int = 0) -> Unicode.Scalar? {
    offset + distance < source.scalars.count ? source.scalars[offset + distance] : nil
  }

  private mutating func run(_ log: inout DiagnosticLog) {
    while let scalar = peek() {
      if scalar.properties.isWhitespace {
        offset += 1
      } else if Self.isDigit(scalar) || (scalar == "." && peek(1).map(Self.isDigit) == true) {
        number(&log)
      } else if Self.startsName(scalar) {
        name()
      } else {
        symbol(scalar, &log)
      }
    }
    tokens.append(Token(kind: .end, text: "the end", span: source.span(at: source.scalars.count)))
  }

  private mutating func number(_ log: inout DiagnosticLog) {
    let start = offset
    func digits() { while let scalar = peek(), Self.isDigit(scalar) { offset += 1 } }
    digits()
    if peek() == ".", peek(1) != "." {
      offset += 1
      digits()
    }
    if peek() == "e" || peek() == "E" {
      let signed = peek(1) == "+" || peek(1) == "-"
      if let scalar = peek(signed ? 2 : 1), Self.isDigit(scalar) {
        offset += signed ? 2 : 1
        digits()
      }
    }
    let text = string(start..<offset)
    let span = source.span(at: start, length: offset - start)
    guard let value = Double(text), value.isFinite else {
      log.error(at: span, "the number \(text) is too large to be stored")
      tokens.append(Token(kind: .number(0), text: text, span: span))
      return
    }
    tokens.append(Token(kind: .number(value), text: text, span: span))
  }

  private mutating func name() {
    let start = offset
    while let scalar = peek(), Self.continuesName(scalar) { offset += 1 }
    // A star directly behind a name belongs to it (E*, theta*), unless an operand follows without a space (E*2).
    if peek() == "*" {
      let next = peek(1)
      let isProduct = next.map { Self.continuesName($0) || $0 == "." || ($0 == "(" && !opensMembers(at: offset + 1)) }
      if isProduct != true { offset += 1 }
    }
    let text = string(start..<offset)
    tokens.append(Token(kind: .name(text), text: text, span: source.span(at: start, length: offset - start)))
  }

  /// Whether `(name,` stands here: the members of a pair, as in `angle*(muon, muon)`, and not a factor.
  private func opensMembers(at opening: Int) -> Bool {
    var place = opening + 1
    func skipSpace() {
      while place < source.scalars.count, source.scalars[place].properties.isWhitespace { place += 1 }
    }
    skipSpace()
    guard place < source.scalars.count, Self.startsName(source.scalars[place]) else { return false }
    while place < source.scalars.count, Self.continuesName(source.scalars[place]) { place += 1 }
    skipSpace()
    return place < source.scalars.count && source.scalars[place] == ","
  }

  private mutating func symbol(_ scalar: Unicode.Scalar, _ log: inout DiagnosticLog) {
    let start = offset
    let pair = string(start..<min(start + 2, source.scalars.count))
    let repairs = ["&&": "and", "||": "or", "=>": ">=", "=<": "<=", "<>": "!="]
    if let repair = repairs[pair] {
      log.error(at: source.span(at: start, length: 2), "'\(pair)' is not an operator", help: "write '\(repair)'")
      offset += 2
      let kind: Token.Kind = pair == "&&" || pair == "||" ? .name(repair) : .symbol(repair)
      tokens.append(Token(kind: kind, text: pair, span: source.span(at: start, length: 2)))
      return
    }
    let symbols = ["<=", ">=", "==", "!=", "<", ">", "=", "!", "(", ")", ",", "+", "-", "*", "/"]
    if let symbol = symbols.first(where: { pair.hasPrefix($0) }) {
      let length = symbol.unicodeScalars.count
      offset += length
      // bits: algebra writes bha_theta=3
      let kind = Token.Kind.symbol(symbol == "=" ? "==" : symbol)
      tokens.append(Token(kind: kind, text: symbol, span: source.span(at: start, length: length)))
      return
    }
    offset += 1
    let help: String? =
      switch scalar {
      case "[", "]", "{", "}": "group with ( and )"
      case "&": "write 'and'"
      case "|": "write 'or', or abs(…) for a magnitude"
      case "^": "write a product"
      default: nil
      }
    log.error(at: source.span(at: start), "unexpected character '\(Self.printable(scalar))'", help: help)
  }

  private func string(_ range: Range<Int>) -> String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: source.scalars[range])
    return String(view)
  }

  private static func printable(_ scalar: Unicode.Scalar) -> String {
    scalar.value < 0x20 || scalar.value == 0x7F || scalar.properties.generalCategory == .format
      ? "U+" + String(scalar.value, radix: 16, uppercase: true) : String(Character(scalar))
  }

  static func isDigit(_ scalar: Unicode.Scalar) -> Bool { scalar >= "0" && scalar <= "9" }

  static func startsName(_ scalar: Unicode.Scalar) -> Bool {
    (scalar >= "a" && scalar <= "z") || (scalar >= "A" && scalar <= "Z") || scalar == "_"
  }

  static func continuesName(_ scalar: Unicode.Scalar) -> Bool { startsName(scalar) || isDigit(scalar) }
}
