import Menu
import Yams

/// A value in a channel file with its position, read with errors that say what was found and what was expected.
struct ChannelNode {
  let node: Node
  let file: String
  let name: String

  func error(_ problem: String) -> ChannelError {
    ChannelError(file: file, line: node.mark?.line ?? 0, column: node.mark?.column ?? 0, problem: problem)
  }

  /// The members of a mapping; every key must be one of `keys`.
  func members(_ keys: [String]) throws(ChannelError) -> ChannelMembers {
    guard let mapping = node.mapping else { throw error("'\(name)' is \(kind), expected a mapping") }
    var members: [String: ChannelNode] = [:]
    for (keyNode, value) in mapping {
      let key = keyNode.string ?? "?"
      let keyPosition = ChannelNode(node: keyNode, file: file, name: key)
      guard keys.contains(key) else {
        let hint = nearestName(to: key, among: keys).map { "did you mean '\($0)'?" }
        throw keyPosition.error(
          "unknown key '\(key)' in '\(name)'; " + (hint ?? "known keys: \(keys.joined(separator: ", "))"))
      }
      members[key] = ChannelNode(node: value, file: file, name: key)
    }
    return ChannelMembers(owner: self, members: members)
  }

  var elements: [ChannelNode] {
    get throws(ChannelError) {
      guard let sequence = node.sequence else { throw error("'\(name)' is \(kind), expected a list") }
      return sequence.map { ChannelNode(node: $0, file: file, name: name) }
    }
  }

  var text: String {
    get throws(ChannelError) {
      guard let scalar = node.scalar, !scalar.string.isEmpty else { throw error("'\(name)' is \(kind), expected text") }
      return scalar.string
    }
  }

  /// A number without unit, or in percent.
  func number(_ range: ClosedRange<Double>) throws(ChannelError) -> Double {
    let words = try text.split(separator: " ").map(String.init)
    let percent = words.count == 2 && words[1] == "%"
    guard words.count == 1 || percent, let value = Double(words[0]) else {
      throw error("'\(name)' is '\(try text)', expected a number")
    }
    let number = percent ? value / 100 : value
    guard range.contains(number) else {
      throw error("'\(name)' is \(try text), expected \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  func integer(_ range: ClosedRange<Int>) throws(ChannelError) -> Int {
    guard let value = Int(try text), range.contains(value) else {
      throw error("'\(name)' is '\(try text)', expected a whole number, \(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }

  /// A number with a unit of the attribute's dimension, converted to the attribute's unit.
  func quantity(of attribute: CandidateAttribute) throws(ChannelError) -> Double {
    try Self.quantity(try text, of: attribute) { (problem) in self.error("'\(self.name)': " + problem) }
  }

  static func quantity(
    _ text: String, of attribute: CandidateAttribute, _ error: (String) -> ChannelError
  ) throws(ChannelError) -> Double {
    let words = text.split(separator: " ").map(String.init)
    guard let first = words.first, let value = Double(first), value.isFinite else {
      throw error("found '\(text)', expected a number with a unit, as in '1 \(attribute.unit)'")
    }
    if attribute.quantity == .number {
      guard words.count == 1 else { throw error("'\(text)': \(attribute.rawValue) is a number without unit") }
      return value
    }
    guard words.count == 2 else {
      throw error("'\(text)' has no unit; did you mean '\(first) \(attribute.unit)'?")
    }
    guard let factor = factor(of: words[1], attribute.quantity) else {
      throw error("'\(words[1])' is no unit of \(attribute.rawValue), expected \(attribute.unit)")
    }
    return value * factor
  }

  /// The size of a unit: of energy to a power (`GeV`, `MeV2`), of length or of angle.
  private static func factor(of symbol: String, _ quantity: CandidateAttribute.Quantity) -> Double? {
    var name = symbol
    var power = 1
    let expected: Dimension
    switch quantity {
    case .energy(let exponent):
      power = exponent
      expected = Dimension(energy: 1)
    case .length: expected = Dimension(length: 1)
    case .angle: expected = Dimension(angle: 1)
    case .number: return nil
    }
    if power > 1 {
      guard name.hasSuffix("\(power)") else { return nil }
      name = String(name.dropLast())
      if name.hasSuffix("^") { name = String(name.dropLast()) }
    }
    guard let unit = Menu.Unit.named[name], unit.dimension == expected else { return nil }
    return (0..<power).reduce(1) { size, _ in size * unit.factor }
  }

  private var kind: String {
    if node.mapping != nil { return "a mapping" }
    if node.sequence != nil { return "a list" }
    guard let scalar = node.scalar else { return "an alias" }
    return scalar.string.isEmpty ? "empty" : "'\(scalar.string)'"
  }
}

/// The members of a mapping in a channel file.
struct ChannelMembers {
  let owner: ChannelNode
  let members: [String: ChannelNode]

  func optional(_ key: String) -> ChannelNode? { members[key] }

  func required(_ key: String) throws(ChannelError) -> ChannelNode {
    guard let node = members[key] else { throw owner.error("'\(owner.name)' has no '\(key)'") }
    return node
  }
}
