import Menu
import Yams

/// A value in a run plan with its position, read with errors that say what was found and what was expected.
struct PlanNode {
  let node: Node
  let file: String
  let name: String

  var isMapping: Bool { node.mapping != nil }

  func error(_ problem: String) -> RunPlanError {
    RunPlanError(file: file, line: node.mark?.line ?? 1, column: node.mark?.column ?? 1, problem: problem)
  }

  /// The members of a mapping, in the order of the file; every key must be one of `keys`.
  func members(_ keys: [String]) throws -> PlanMembers {
    guard let mapping = node.mapping else { throw error("'\(name)' is \(kind), expected a mapping") }
    var members: [(String, PlanNode)] = []
    for (keyNode, value) in mapping {
      let key = keyNode.string ?? "?"
      guard keys.contains(key) else {
        let hint = Suggestion.question(for: key, among: keys) ?? "known keys: \(keys.joined(separator: ", "))"
        throw PlanNode(node: keyNode, file: file, name: key).error("unknown key '\(key)' in '\(name)'; \(hint)")
      }
      members.append((key, PlanNode(node: value, file: file, name: key)))
    }
    return PlanMembers(owner: self, all: members)
  }

  /// The elements of a list that is not empty.
  var elements: [PlanNode] {
    get throws {
      guard let sequence = node.sequence, !sequence.isEmpty else {
        throw error("'\(name)' is \(kind), expected a list")
      }
      return sequence.map { PlanNode(node: $0, file: file, name: name) }
    }
  }

  var text: String {
    get throws {
      guard let scalar = node.scalar, !scalar.string.isEmpty else { throw error("'\(name)' is \(kind), expected text") }
      return scalar.string
    }
  }

  func integer(_ range: ClosedRange<Int>) throws -> Int {
    guard let value = Int(try text), range.contains(value) else {
      throw error("'\(name)' is '\(try text)', expected a whole number, \(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }

  var flag: Bool {
    get throws {
      switch try text {
      case "true", "yes": true
      case "false", "no": false
      default: throw error("'\(name)' is '\(try text)', expected true or false")
      }
    }
  }

  /// A time with its unit, in ms.
  func milliseconds(_ range: ClosedRange<Double>) throws -> Double {
    let words = try text.split(separator: " ").map(String.init)
    guard words.count == 2, let value = Double(words[0]), let unit = Menu.Unit.named[words[1]],
      unit.dimension == Menu.Unit.second.dimension
    else { throw error("'\(name)' is '\(try text)', expected a time with its unit, such as 5 ms") }
    let time = value * unit.factor / Menu.Unit.millisecond.factor
    guard range.contains(time) else {
      throw error("'\(name)' is \(try text), expected \(range.lowerBound) to \(range.upperBound) ms")
    }
    return time
  }

  private var kind: String {
    if node.mapping != nil { return "a mapping" }
    if let sequence = node.sequence { return sequence.isEmpty ? "an empty list" : "a list" }
    guard let scalar = node.scalar else { return "an alias" }
    return scalar.string.isEmpty ? "empty" : "'\(scalar.string)'"
  }
}

/// The members of a mapping in a plan.
struct PlanMembers {
  let owner: PlanNode
  let all: [(String, PlanNode)]

  subscript(key: String) -> PlanNode? { all.first { $0.0 == key }?.1 }

  func required(_ key: String) throws -> PlanNode {
    guard let node = self[key] else { throw owner.error("'\(owner.name)' has no '\(key)'") }
    return node
  }
}
