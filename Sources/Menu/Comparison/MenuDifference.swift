/// What distinguishes two menus: lines that are in one alone, and lines that changed.
public struct MenuDifference: Sendable, Encodable {
  /// A value in both menus.
  public struct Change: Sendable, Encodable {
    /// In the first menu.
    public let from: String
    /// In the second menu.
    public let to: String
  }

  /// A line that is in one menu alone.
  public struct Line: Sendable, Encodable {
    /// Its name.
    public let name: String
    /// Its condition.
    public let condition: String
    /// Its prescale.
    public let prescale: Double
  }

  /// A line of both menus that is not the same in them.
  public struct ChangedLine: Sendable, Encodable {
    /// Its name.
    public let name: String
    /// Its conditions, if they are written otherwise.
    public var condition: Change?
    /// Whether conditions that are written otherwise decide alike; nil where that cannot be told from the menus.
    public var decidesAlike: Bool?
    /// Its prescales, if others.
    public var prescale: Change?
    /// Its place among the lines of its level, which is its bit, if another.
    public var bit: Change?
    /// Its stream, the lines it listens to, its kind, whether it is masked: whatever else changed, by the key in the menu.
    public var other: [String: Change] = [:]

    enum CodingKeys: String, CodingKey {
      case name, condition, prescale, bit, other
      case decidesAlike = "decides_alike"
    }
  }

  /// The differences of one trigger level.
  public struct Level: Sendable, Encodable {
    /// Lines of the second menu alone.
    public fileprivate(set) var added: [Line] = []
    /// Lines of the first menu alone.
    public fileprivate(set) var removed: [Line] = []
    /// Lines of both, changed.
    public fileprivate(set) var changed: [ChangedLine] = []
    /// Number of lines that are the same in both, bit included.
    public fileprivate(set) var unchanged = 0
    /// What changed in the head of the level, by the key in the menu.
    public fileprivate(set) var head: [String: Change] = [:]

    /// Whether nothing changed.
    public var isEmpty: Bool { added.isEmpty && removed.isEmpty && changed.isEmpty && head.isEmpty }
  }

  /// Level 1.
  public let level1: Level
  /// The high-level trigger.
  public let highLevel: Level

  /// The skims.
  public let skims: Level

  /// Whether the menus decide alike as far as their texts say.
  public var isEmpty: Bool { level1.isEmpty && highLevel.isEmpty && skims.isEmpty }

  enum CodingKeys: String, CodingKey {
    case level1, skims
    case highLevel = "high_level"
  }

  /// Compares two menus; lines are told by their names.
  public init(_ first: TriggerMenu, _ second: TriggerMenu) {
    level1 = Self.compare(first.level1, second.level1, (first.level1, second.level1))
    highLevel = Self.compare(first.highLevel, second.highLevel, (first.level1, second.level1))
    skims = Self.compare(first.skims, second.skims, (first.highLevel, second.highLevel))
  }

  private static func compare(
    _ first: MenuLevel, _ second: MenuLevel, _ seeds: (MenuLevel, MenuLevel)
  ) -> Level {
    var result = Level()
    func note(_ key: String, _ from: String, _ to: String) {
      if from != to { result.head[key] = Change(from: from, to: to) }
    }
    note("inputs", first.vocabulary.name, second.vocabulary.name)
    note("mode", first.mode.rawValue, second.mode.rawValue)
    note("budget_hz", Self.number(first.budget), Self.number(second.budget))
    let places = Dictionary(
      second.lines.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    let names = Set(first.lines.map(\.name))
    for (place, line) in first.lines.enumerated() {
      guard let other = places[line.name] else {
        result.removed.append(Line(name: line.name, condition: line.expression, prescale: line.prescale))
        continue
      }
      let changed = compare(line, place, second.lines[other], other, (first, second), seeds)
      if let changed { result.changed.append(changed) } else { result.unchanged += 1 }
    }
    for line in second.lines where !names.contains(line.name) {
      result.added.append(Line(name: line.name, condition: line.expression, prescale: line.prescale))
    }
    return result
  }

  private static func compare(
    _ first: MenuLine, _ firstPlace: Int, _ second: MenuLine, _ secondPlace: Int, _ levels: (MenuLevel, MenuLevel),
    _ seeds: (MenuLevel, MenuLevel)
  ) -> ChangedLine? {
    var result = ChangedLine(name: first.name)
    func change(_ from: String, _ to: String) -> Change? { from == to ? nil : Change(from: from, to: to) }
    if first.canonicalExpression != second.canonicalExpression {
      result.condition = Change(from: first.expression, to: second.expression)
      result.decidesAlike = decideAlike(first, second, levels)
    }
    result.prescale = change(number(first.prescale), number(second.prescale))
    result.bit = change("\(firstPlace)", "\(secondPlace)")
    func names(_ line: MenuLine, _ level: MenuLevel) -> String {
      line.seeds.map { $0.map { level.lines[$0].name }.joined(separator: ", ") } ?? "all"
    }
    result.other["after"] = change(names(first, seeds.0), names(second, seeds.1))
    result.other["stream"] = change(first.stream, second.stream)
    result.other["kind"] = change(first.kind.rawValue, second.kind.rawValue)
    result.other["masked"] = change(first.maskReason ?? "no", second.maskReason ?? "no")
    let isSame =
      result.condition == nil && result.prescale == nil && result.bit == nil && result.other.isEmpty
    return isSame ? nil : result
  }

  /// Whether two conditions on bits are true for the same events; nil for conditions that speak of more than bits.
  private static func decideAlike(
    _ first: MenuLine, _ second: MenuLine, _ levels: (MenuLevel, MenuLevel)
  ) -> Bool? {
    guard first.isBitAlgebra, second.isBitAlgebra else { return nil }
    for vocabulary in [levels.0.vocabulary, levels.1.vocabulary] {
      // A condition with a bit that only the other menu's inputs have is no condition here.
      if let comparison = try? ConditionComparison(first.canonicalExpression, second.canonicalExpression, vocabulary) {
        return comparison.isSame ? (comparison.isExhaustive ? true : nil) : false
      }
    }
    return nil
  }

  private static func number(_ value: Double?) -> String { value.map { Expression.number($0) } ?? "none" }

  // MARK: - For people

  /// The differences as text, a line each.
  public var text: String {
    guard !isEmpty else { return "the menus decide alike\n" }
    return Self.text("Level 1", level1) + Self.text("High level", highLevel) + Self.text("Skims", skims)
  }

  private static func text(_ title: String, _ level: Level) -> String {
    guard !level.isEmpty else { return "" }
    var text =
      "\(title): \(level.added.count) added, \(level.removed.count) removed, \(level.changed.count) changed, "
      + "\(level.unchanged) the same\n"
    for (key, change) in level.head.sorted(by: { $0.key < $1.key }) {
      text += "  \(key): \(change.from) -> \(change.to)\n"
    }
    for line in level.added { text += "  + \(line.name), prescale \(number(line.prescale)): \(line.condition)\n" }
    for line in level.removed { text += "  - \(line.name), prescale \(number(line.prescale)): \(line.condition)\n" }
    let moved = level.changed.filter {
      $0.bit != nil && $0.condition == nil && $0.prescale == nil && $0.other.isEmpty
    }
    for line in level.changed where !moved.contains(where: { $0.name == line.name }) {
      var parts: [String] = []
      if let prescale = line.prescale { parts.append("prescale \(prescale.from) -> \(prescale.to)") }
      if let bit = line.bit { parts.append("bit \(bit.from) -> \(bit.to)") }
      for (key, change) in line.other.sorted(by: { $0.key < $1.key }) {
        parts.append("\(key) \(change.from) -> \(change.to)")
      }
      if let condition = line.condition {
        let alike = line.decidesAlike == true ? ", which decides alike" : ""
        parts.append("condition\(alike)\n      from: \(condition.from)\n      to:   \(condition.to)")
      }
      text += "  ~ \(line.name): \(parts.joined(separator: "; "))\n"
    }
    if !moved.isEmpty {
      let shown = moved.prefix(8).map { "\($0.name) \($0.bit?.from ?? "") -> \($0.bit?.to ?? "")" }
      text +=
        "  moved to other bits: \(shown.joined(separator: ", "))\(moved.count > 8 ? " and \(moved.count - 8) more" : "")\n"
    }
    return text
  }
}
