/// Writing expressions back as text.
extension Expression {
  /// How literals are written.
  enum Style {
    /// In the author's units.
    case asWritten
    /// In base units (GeV, cm, ns, rad), so that `2000 MeV` and `2 GeV` read the same.
    case canonical
  }

  /// How tightly a part binds; a part that binds less tightly than its surroundings needs brackets.
  private enum Binding: Int {
    case either
    case all
    case not
    case comparison
    case sum
    case product
    case factor
  }

  /// The expression as text, with the fewest brackets that keep its meaning.
  func text(_ style: Style = .asWritten, definitions: [String: Expression] = [:]) -> String {
    var writer = Writer(style: style, definitions: definitions)
    writer.write(self, inside: .either)
    return writer.text
  }

  private struct Writer {
    let style: Style
    let definitions: [String: Expression]
    var text = ""

    mutating func write(_ expression: Expression, inside outer: Binding) {
      if case .name(let name) = expression.kind, let definition = definitions[name] {
        write(definition, inside: outer)
        return
      }
      let own = binding(of: expression)
      let bracketed = own.rawValue < outer.rawValue
      if bracketed { text += "(" }
      writeBare(expression, own: own)
      if bracketed { text += ")" }
    }

    private func binding(of expression: Expression) -> Binding {
      switch expression.kind {
      case .either: .either
      case .all: .all
      case .not: .not
      case .comparison: .comparison
      case .sum: .sum
      case .product: .product
      case .negative: .product
      case .number, .boolean, .name, .call: .factor
      }
    }

    private mutating func writeBare(_ expression: Expression, own: Binding) {
      // Operands of a chain bind one step tighter than the chain, so (a - b) - c and a - (b - c) stay apart.
      let tighter = Binding(rawValue: own.rawValue + 1) ?? .factor
      switch expression.kind {
      case .number(let value, let unit): text += Self.literal(value, unit, style)
      case .boolean(let value): text += value ? "true" : "false"
      case .name(let name): text += name
      case .not(let operand):
        text += "not "
        write(operand, inside: .not)
      case .negative(let operand):
        text += "-"
        write(operand, inside: .factor)
      case .sum(let terms):
        for (index, term) in terms.enumerated() {
          if index > 0 { text += term.subtracted ? " - " : " + " }
          write(term.term, inside: tighter)
        }
      case .product(let factors):
        for (index, factor) in factors.enumerated() {
          if index > 0 { text += factor.divided ? " / " : " * " }
          write(factor.factor, inside: tighter)
        }
      case .comparison(let first, let rest):
        write(first, inside: tighter)
        for (comparison, operand) in rest {
          text += " \(comparison.rawValue) "
          write(operand, inside: tighter)
        }
      case .all(let parts): join(parts, " and ", inside: tighter)
      case .either(let parts): join(parts, " or ", inside: tighter)
      case .call(let name, let arguments, let collection):
        text += name + "("
        join(arguments, ", ", inside: .either)
        if let collection {
          text += " of \(collection.name)"
          if !collection.cuts.isEmpty {
            text += "("
            join(collection.cuts, ", ", inside: .either)
            text += ")"
          }
        }
        text += ")"
      }
    }

    private mutating func join(_ parts: [Expression], _ separator: String, inside outer: Binding) {
      for (index, part) in parts.enumerated() {
        if index > 0 { text += separator }
        write(part, inside: outer)
      }
    }

    static func literal(_ value: Double, _ unit: Unit, _ style: Style) -> String {
      switch style {
      case .asWritten:
        return unit.symbol.isEmpty ? number(value) : "\(number(value)) \(unit.symbol)"
      case .canonical:
        let inBase = number(value * unit.factor)
        return unit.dimension.isNone ? inBase : "\(inBase) \(unit.dimension.baseUnits)"
      }
    }
  }

  /// A number as short as it can be read back exactly: `2`, `0.3`, `1e-05`.
  static func number(_ value: Double) -> String {
    if let whole = Int64(exactly: value), abs(value) < 1e15 { return String(whole) }
    return String(value)
  }
}
