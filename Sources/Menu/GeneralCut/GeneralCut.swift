/// A cut in the language of the Belle II software (`GeneralCut`), in which the lines of its software trigger are written:
/// `nTrkLoose >= 3 and [ee2leg == 0 or 0.8 < maximumPCMS < 4.5]`.
///
/// Comparisons `== != < <= > >=` may be chained; `and` binds tighter than `or`; square brackets group; a number or a variable by
/// itself is true if it is not zero; nothing at all is true. Numbers are decimal or hexadecimal, `inf` or `nan`.
public indirect enum GeneralCut: Hashable, Sendable {
  /// Nothing at all.
  case always
  /// A number or a variable that must not be zero.
  case notZero(Operand)
  /// A chain of comparisons, each of neighbours.
  case comparison(first: Operand, rest: [Link])
  /// All of these.
  case all([GeneralCut])
  /// One of these.
  case either([GeneralCut])

  /// A number or a variable.
  public enum Operand: Hashable, Sendable {
    /// A number in the units of the experiment's software: GeV, cm, ns, rad.
    case number(Double)
    /// A variable by its name.
    case variable(String)
  }

  /// A comparison with what is on its left.
  public struct Link: Hashable, Sendable {
    let comparison: Comparison
    let operand: Operand
  }

  /// Reads a cut.
  /// - Throws: ``MenuError`` with line, column, what was found and what was expected.
  public init(_ text: String, file: String = "cut") throws(MenuError) {
    var log = DiagnosticLog()
    let located = LocatedText(text, file: file, line: 1, column: 1)
    guard let cut = GeneralCutReader.read(located, names: nil, log: &log) else { throw MenuError(log.sorted) }
    self = cut
  }

  /// The cut as text that reads back as the same cut.
  public var text: String {
    switch self {
    case .always: ""
    case .notZero(let operand): operand.text
    case .comparison(let first, let rest):
      first.text + rest.map { " \($0.comparison.rawValue) \($0.operand.text)" }.joined()
    case .all(let parts):
      parts.map { if case .either = $0 { "[\($0.text)]" } else { $0.text } }.joined(separator: " and ")
    case .either(let parts): parts.map(\.text).joined(separator: " or ")
    }
  }

  /// Whether an event passes whose variables have these values.
  /// - Throws: what `value` throws, for a variable that it does not know.
  public func isTrue<Failure>(
    _ value: (String) throws(Failure) -> Double
  ) throws(Failure) -> Bool {
    func number(_ operand: Operand) throws(Failure) -> Double {
      switch operand {
      case .number(let number): number
      case .variable(let name): try value(name)
      }
    }
    switch self {
    case .always: return true
    case .notZero(let operand): return try number(operand) != 0
    case .comparison(let first, let rest):
      var left = try number(first)
      for link in rest {
        let right = try number(link.operand)
        guard link.comparison.holds(left, right) else { return false }
        left = right
      }
      return true
    case .all(let parts):
      for part in parts where try !part.isTrue(value) { return false }
      return true
    case .either(let parts):
      for part in parts where try part.isTrue(value) { return true }
      return false
    }
  }

  /// A conjunction without conjunctions in it; one part stands for itself.
  static func joined(all parts: [GeneralCut]) -> GeneralCut {
    let flat = parts.flatMap { part -> [GeneralCut] in if case .all(let inner) = part { inner } else { [part] } }
    return flat.count == 1 ? flat[0] : .all(flat)
  }

  /// A disjunction, likewise.
  static func joined(either parts: [GeneralCut]) -> GeneralCut {
    let flat = parts.flatMap { part -> [GeneralCut] in if case .either(let inner) = part { inner } else { [part] } }
    return flat.count == 1 ? flat[0] : .either(flat)
  }
}

extension GeneralCut.Operand {
  var text: String {
    switch self {
    case .variable(let name): return name
    case .number(let number):
      if number.isNaN { return "nan" }
      if number.isInfinite { return number < 0 ? "-inf" : "inf" }
      return Expression.number(number)
    }
  }
}

extension Comparison {
  /// Compares as C++ does: of undefined numbers only `!=` is true.
  func holds(_ left: Double, _ right: Double) -> Bool {
    switch self {
    case .less: left < right
    case .lessOrEqual: left <= right
    case .greater: left > right
    case .greaterOrEqual: left >= right
    case .equal: left == right
    case .notEqual: left != right
    }
  }
}
