/// A line of decision logic as trigger hardware is told it: a sum of products of input bits.
///
/// `10 !105 + 11 !105`: `+` is or, a blank is and, `!` directly in front of a number is not, and a number is the position
/// of an input bit in the input words. An empty sum is always true. This is the form in which the Belle II experiment
/// publishes its final trigger decision logic.
public struct SumOfProducts: Hashable, Sendable {
  /// An input bit that must be set, or must not be.
  public struct Factor: Hashable, Sendable {
    /// Position in the input words.
    public let bit: Int
    /// Whether the bit must be zero.
    public let isNegated: Bool
  }

  /// The products; the sum is true when all factors of one of them hold. Without products it is always true.
  public let products: [[Factor]]

  /// Reads a sum of products of bits 0 to `bitCount` - 1.
  ///
  /// - Throws: ``MenuError`` with line and column of everything that is wrong.
  public init(_ text: String, bitCount: Int, file: String = "sum of products") throws(MenuError) {
    var log = DiagnosticLog()
    let located = LocatedText(text, file: file, line: 1, column: 1)
    guard let read = SumOfProductsReader.read(located, bitCount: bitCount, log: &log) else {
      throw MenuError(log.sorted)
    }
    products = read.products.map { $0.map(\.factor) }
  }

  /// The value for an event's input words: bit i is bit i % 32 of word i / 32. Bits beyond the words are zero.
  public func isTrue(_ words: some RandomAccessCollection<UInt32>) -> Bool {
    if products.isEmpty { return true }
    return products.contains { product in
      product.allSatisfy { factor in
        let word = factor.bit / 32
        let isSet =
          word < words.count && words[words.index(words.startIndex, offsetBy: word)] >> UInt32(factor.bit % 32) & 1 == 1
        return isSet != factor.isNegated
      }
    }
  }
}

/// Reads sums of products, with the place of every factor.
struct SumOfProductsReader {
  struct Factor {
    let factor: SumOfProducts.Factor
    let span: SourceSpan
  }

  private(set) var products: [[Factor]] = []

  /// Whether a text is meant as a sum of products rather than as algebra with names: numbers, `!`, `+` and blanks only.
  static func isSum(_ text: LocatedText) -> Bool {
    text.scalars.allSatisfy {
      ExpressionLexer.isDigit($0) || $0 == "!" || $0 == "+" || $0.properties.isWhitespace
    }
  }

  /// Reads a whole text; `nil` after an error, which is in the log then.
  static func read(_ text: LocatedText, bitCount: Int, log: inout DiagnosticLog) -> SumOfProductsReader? {
    guard text.scalars.count <= ExpressionLexer.lengthLimit else {
      log.error(
        at: text.span(at: ExpressionLexer.lengthLimit),
        "the sum of products is longer than \(ExpressionLexer.lengthLimit) characters")
      return nil
    }
    var reader = SumOfProductsReader()
    var product: [Factor] = []
    var isFine = true
    var offset = 0
    var plus: Int?
    func refuse(_ place: Int, _ length: Int = 1, _ message: String, _ help: String? = nil) {
      log.error(at: text.span(at: place, length: length), message, help: help)
      isFine = false
    }
    while offset < text.scalars.count {
      let scalar = text.scalars[offset]
      if scalar.properties.isWhitespace {
        offset += 1
      } else if scalar == "+" {
        if product.isEmpty { refuse(offset, 1, "'+' without a product before it", "remove it") }
        reader.products.append(product)
        product = []
        plus = offset
        offset += 1
      } else if scalar == "!" || ExpressionLexer.isDigit(scalar) {
        let start = offset
        if scalar == "!" { offset += 1 }
        let digits = offset
        var bit = 0
        while offset < text.scalars.count, ExpressionLexer.isDigit(text.scalars[offset]) {
          bit = min(bit * 10 + Int(text.scalars[offset].value - 0x30), 1_000_000)
          offset += 1
        }
        let length = offset - start
        guard offset > digits else {
          refuse(start, 1, "'!' without an input number directly behind it", "write !105")
          continue
        }
        guard bit < bitCount else {
          refuse(
            start, length, "there is no input bit \(bit < 1_000_000 ? String(bit) : "of so large a number")",
            "the inputs are bits 0 to \(bitCount - 1)")
          continue
        }
        product.append(
          Factor(
            factor: SumOfProducts.Factor(bit: bit, isNegated: scalar == "!"),
            span: text.span(at: start, length: length)))
      } else {
        refuse(offset, 1, "unexpected character in a sum of products", "expected input numbers, '!', '+' and blanks")
        offset += 1
      }
    }
    if let plus, product.isEmpty { refuse(plus, 1, "'+' without a product behind it", "remove it") }
    if !product.isEmpty { reader.products.append(product) }
    return isFine ? reader : nil
  }

  /// The same condition as an expression of bit names.
  func expression(at span: SourceSpan, name: (Int) -> String) -> Expression {
    if products.isEmpty { return Expression(kind: .boolean(true), span: span) }
    let parts = products.map { product -> Expression in
      let factors = product.map { factor -> Expression in
        let bit = Expression(kind: .name(name(factor.factor.bit)), span: factor.span)
        return factor.factor.isNegated ? Expression(kind: .not(bit), span: factor.span) : bit
      }
      return factors.count == 1 ? factors[0] : Expression(kind: .all(factors), span: span)
    }
    return parts.count == 1 ? parts[0] : Expression(kind: .either(parts), span: span)
  }
}
