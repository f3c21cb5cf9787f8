/// A parsed expression, before names and units are checked. Chains of the same operator are kept flat, so that the
/// depth of the tree is bounded by the nesting the author wrote.
struct Expression: Sendable {
  indirect enum Kind: Sendable {
    case number(value: Double, unit: Unit)
    case boolean(Bool)
    case name(String)
    case not(Expression)
    case negative(Expression)
    case sum([(subtracted: Bool, term: Expression)])
    case product([(divided: Bool, factor: Expression)])
    case comparison(first: Expression, rest: [(comparison: Comparison, operand: Expression)])
    case all([Expression])
    case either([Expression])
    /// `name(arguments)`, or `name(arguments of collection)`.
    case call(name: String, arguments: [Expression], collection: CollectionReference?)
  }

  let kind: Kind
  let span: SourceSpan
}

/// `of clusters` or `of clusters(E > 1 GeV)` in a reduction.
struct CollectionReference: Sendable {
  let name: String
  let cuts: [Expression]
  let span: SourceSpan
}

/// A comparison operator.
enum Comparison: String, Hashable, Sendable, CaseIterable {
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="
  case equal = "=="
  case notEqual = "!="

  /// The operator with its sides exchanged: a < b is b > a.
  var mirrored: Comparison {
    switch self {
    case .less: .greater
    case .lessOrEqual: .greaterOrEqual
    case .greater: .less
    case .greaterOrEqual: .lessOrEqual
    case .equal, .notEqual: self
    }
  }

  /// Compares two numbers. Anything compared with an undefined number (NaN) is false, `!=` too.
  func holds(_ left: Float, _ right: Float) -> Bool {
    switch self {
    case .less: left < right
    case .lessOrEqual: left <= right
    case .greater: left > right
    case .greaterOrEqual: left >= right
    case .equal: left == right
    case .notEqual: left < right || left > right
    }
  }
}
