/// Why a line fired on an event or did not: the value of every part of its expression, as a tree.
public struct Explanation: Sendable {
  /// The part in words.
  public let text: String
  /// Its value in words: `true`, `2.31 GeV`, `3`, `unknown`.
  public let value: String
  /// For conditions, whether it holds; `nil` for numbers and for conditions not decided yet.
  public let isTrue: Bool?
  /// The parts it is made of.
  public let children: [Explanation]

  /// A part of an explanation.
  public init(text: String, value: String = "", isTrue: Bool? = nil, children: [Explanation] = []) {
    self.text = text
    self.value = value
    self.isTrue = isTrue
    self.children = children
  }

  /// The tree as indented lines of text, values aligned in front.
  public var rendered: String {
    var lines: [String] = []
    write(into: &lines, depth: 0)
    return lines.joined(separator: "\n")
  }

  private func write(into lines: inout [String], depth: Int) {
    let padded = value + String(repeating: " ", count: max(0, 12 - value.count))
    lines.append(String(repeating: "  ", count: depth) + padded + "  " + text)
    for child in children { child.write(into: &lines, depth: depth + 1) }
  }
}

/// Why one line fired on an event or did not.
public struct LineExplanation: Sendable {
  /// The line.
  public let line: MenuLine
  /// Its value before prescale; `nil` if it hangs on steps that have not run.
  public let isTrue: Bool?
  /// Whether a level-1 line it listens to accepted the event; true for lines that listen to all.
  public let isSeeded: Bool
  /// The expression's value and those of its parts.
  public let expression: Explanation
}

/// What an explanation can go further down from: a word of the vocabulary that stands for more than the menu knows.
public enum EvidenceSubject: Hashable, Sendable {
  /// An input bit that is set, by its name.
  case bit(String)
  /// An input bit that is not set, by its name.
  case unsetBit(String)
  /// A number said by several bits, not 0, by its name.
  case number(String)
  /// An object of a collection, by the collection's name and its place in the event from 0.
  case object(collection: String, place: Int)
}

extension CompiledLevel {
  /// Says for every line why it fired on a row of a batch or did not.
  ///
  /// - Parameters:
  ///   - isEvidenceShown: for which lines to go further down, given whether they fired.
  ///   - evidence: what lies below a word of the vocabulary: the parts of an explanation that stand under it.
  public func explain(
    _ columns: EventColumns, row: Int, isEvidenceShown: (MenuLine, Bool?) -> Bool = { _, _ in true },
    evidence: ((EvidenceSubject) -> [Explanation])? = nil
  ) -> [LineExplanation] {
    precondition(row >= 0 && row < columns.rowCount, "no such row")
    var explainer = Explainer(
      interpreter: RowInterpreter(graph: graph, columns: columns, row: row), vocabulary: vocabulary, columns: columns,
      row: row)
    return lines.map { line in
      let isSeeded = line.seeds.map { $0.contains { columns.seed($0, row: row) } } ?? true
      let isTrue = explainer.interpreter.truth(line.node, nil)
      explainer.isEvidenceShown = evidence != nil && isEvidenceShown(line, isTrue)
      return LineExplanation(
        line: line, isTrue: isSeeded ? isTrue : false, isSeeded: isSeeded,
        expression: explainer.explain(line.checked, object: nil, evidence ?? { _ in [] }))
    }
  }
}

private struct Explainer {
  /// Objects shown one by one in a count or reduction; more are summed up in a line.
  static let objectLimit = 20

  var interpreter: RowInterpreter
  let vocabulary: Vocabulary
  let columns: EventColumns
  let row: Int
  var isEvidenceShown = false

  typealias Evidence = (EvidenceSubject) -> [Explanation]

  mutating func explain(_ part: CheckedExpression, object: Int?, _ evidence: Evidence) -> Explanation {
    let (value, isTrue) = describe(part.result, object)
    var children = part.children.filter { !isLiteral($0) }.map { explain($0, object: object, evidence) }
    if let collection = part.collection { children += objects(of: collection, part, evidence) }
    if isEvidenceShown, let subject = subject(of: part, isTrue) { children += evidence(subject) }
    return Explanation(text: part.text, value: value, isTrue: isTrue, children: children)
  }

  /// The word of the vocabulary that a part is, if something in the event decided it.
  private func subject(of part: CheckedExpression, _ isTrue: Bool?) -> EvidenceSubject? {
    guard part.children.isEmpty, part.collection == nil else { return nil }
    switch part.result {
    case .truth:
      let isBit = vocabulary.bits.contains { $0.name == part.text }
      guard isBit, let isTrue else { return nil }
      return isTrue ? .bit(part.text) : .unsetBit(part.text)
    case .multiplicity(let index):
      let group = vocabulary.multiplicities[index]
      return group.bits.contains { columns.bit($0, row: row) } ? .number(group.name) : nil
    case .number, .constant: return nil
    }
  }

  private func isLiteral(_ part: CheckedExpression) -> Bool {
    if case .constant = part.result { true } else { false }
  }

  /// The objects a count or reduction runs over, each with its cuts.
  private mutating func objects(
    of collection: Int, _ part: CheckedExpression, _ evidence: Evidence
  ) -> [Explanation] {
    guard !part.cuts.isEmpty else { return [] }
    let description = vocabulary.collections[collection]
    let all = interpreter.objects(of: collection)
    var shown: [Explanation] = []
    for (number, object) in all.prefix(Self.objectLimit).enumerated() {
      let cuts = part.cuts.map { explain($0, object: object, evidence) }
      let conditions = cuts.compactMap(\.isTrue)
      let passes: Bool? = conditions.isEmpty ? nil : conditions.allSatisfy { $0 }
      shown.append(
        Explanation(
          text: "\(description.singular) \(number + 1)", value: passes.map { $0 ? "passes" : "fails" } ?? "",
          isTrue: passes,
          children: cuts
            + (isEvidenceShown ? evidence(.object(collection: description.name, place: number)) : [])))
    }
    if all.count > Self.objectLimit {
      shown.append(
        Explanation(
          text: "… and \(all.count - Self.objectLimit) more \(description.name)", value: "", isTrue: nil,
          children: []))
    }
    return shown
  }

  private mutating func describe(_ result: CheckedExpression.Result, _ object: Int?) -> (String, Bool?) {
    switch result {
    case .truth(let node):
      let truth = interpreter.truth(node, object)
      return (truth.map { $0 ? "true" : "false" } ?? "unknown", truth)
    case .number(let node, let dimension):
      return (interpreter.number(node, object).map { Self.quantity($0, dimension) } ?? "unknown", nil)
    case .constant(let value, let dimension): return (Self.quantity(Float(value), dimension), nil)
    case .multiplicity(let index): return (multiplicity(vocabulary.multiplicities[index]), nil)
    }
  }

  private func multiplicity(_ group: Vocabulary.Multiplicity) -> String {
    guard group.bits.allSatisfy({ columns.isAvailable(step: vocabulary.bits[$0].step, row: row) }) else {
      return "unknown"
    }
    let set = group.bits.indices.filter { columns.bit(group.bits[$0], row: row) }
    switch group.coding {
    case .oneHot:
      guard let highest = set.max() else { return "0" }
      return highest == group.bits.count - 1 ? "\(highest + 1) or more" : "\(highest + 1)"
    case .packed: return String(set.reduce(0) { $0 + 1 << $1 })
    }
  }

  /// A number with its unit; angles in degrees, which physicists read.
  static func quantity(_ value: Float, _ dimension: Dimension) -> String {
    if value.isNaN { return "undefined" }
    if value == .infinity || value == -.infinity { return "none" }
    let isAngle = dimension == Dimension(angle: 1)
    let shown = isAngle ? Double(value) * 180 / Double.pi : Double(value)
    let unit = isAngle ? "deg" : dimension.isNone ? "" : dimension.baseUnits
    return significant(shown) + (unit.isEmpty ? "" : " \(unit)")
  }

  /// About five significant digits.
  private static func significant(_ value: Double) -> String {
    if let whole = Int64(exactly: value), abs(value) < 1e9 { return String(whole) }
    let digits = max(0, min(9, 4 - log10Floor(abs(value))))
    var scale = 1.0
    for _ in 0..<digits { scale *= 10 }
    let rounded = (value * scale).rounded() / scale
    return abs(value) < 1e-4 || abs(value) >= 1e9 ? String(value) : String(rounded)
  }

  private static func log10Floor(_ value: Double) -> Int {
    var exponent = 0
    var rest = value
    while rest >= 10 && exponent < 300 {
      rest /= 10
      exponent += 1
    }
    while rest < 1 && rest > 0 && exponent > -300 {
      rest *= 10
      exponent -= 1
    }
    return exponent
  }
}
