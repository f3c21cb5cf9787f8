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

  /// A number with a unit of a dimension, converted to base units (GeV, cm, ns, rad).
  func quantity(_ dimension: Dimension, of what: String) throws(ChannelError) -> Double {
    let text = try text
    let words = text.split(separator: " ").map(String.init)
    let unit = dimension.channelUnit
    guard let first = words.first, let value = Double(first), value.isFinite else {
      throw error("'\(name)': found '\(text)', expected a number with a unit, as in '1 \(unit)'")
    }
    if dimension.isNone {
      guard words.count == 1 else { throw error("'\(name)': '\(text)': \(what) is a number without unit") }
      return value
    }
    guard words.count == 2 else {
      throw error("'\(name)': '\(text)' has no unit; did you mean '\(first) \(unit)'?")
    }
    guard let known = Menu.Unit.named[words[1]], known.dimension == dimension else {
      throw error("'\(name)': '\(words[1])' is no unit of \(what), expected \(unit)")
    }
    return value * known.factor
  }

  /// A number with a unit of somebody's choice; the unit is only looked at.
  func measured() throws(ChannelError) -> (value: Double, unit: String) {
    let words = try text.split(separator: " ").map(String.init)
    guard (1...2).contains(words.count), let value = Double(words[0]), value.isFinite else {
      throw error("'\(name)': found '\(try text)', expected a number and perhaps a unit")
    }
    return (value, words.count == 2 ? words[1] : "")
  }

  /// A number whose unit must be the one named.
  func quantity(in unit: String) throws(ChannelError) -> Double {
    let (value, found) = try measured()
    guard found == unit else {
      throw error("'\(name)': '\(try text)', expected a number in \(unit), as in '1 \(unit)'")
    }
    return value
  }

  /// A word of a list.
  func word(_ what: String, among known: [String]) throws(ChannelError) -> String {
    let word = try text
    guard known.contains(word) else {
      let hint = nearestName(to: word, among: known).map { "did you mean '\($0)'?" }
      throw error("unknown \(what) '\(word)'; " + (hint ?? "known: \(known.joined(separator: ", "))"))
    }
    return word
  }

  /// Several texts; one text stands for a list of one.
  var texts: [String] {
    get throws(ChannelError) {
      if node.sequence == nil { return [try text] }
      var texts: [String] = []
      for element in try elements { texts.append(try element.text) }
      return texts
    }
  }

  /// Whether it says `not measured`.
  var isNotMeasured: Bool { node.scalar?.string == "not measured" }

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
