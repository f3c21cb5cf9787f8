/// The resolved menu in one form, and its hash: written into every output, so that results and menu stay together.
extension TriggerMenu {
  /// The menu as JSON without white space, keys in alphabetical order, definitions and includes put in, numbers in base
  /// units. Comments, layout, titles and names of definitions do not show; anything that can change a decision does.
  public var canonicalJSON: String {
    var json = CanonicalJSON()
    var members: [(String, CanonicalJSON.Value)] = [
      ("format", .number(1)), ("high_level", level(highLevel)), ("level1", level(level1)), ("menu", .text(name)),
      ("version", .number(Double(version))),
    ]
    if !skims.lines.isEmpty { members.append(("skims", level(skims, seeds: highLevel))) }
    json.object(members)
    return json.text
  }

  /// The SHA-256 of ``canonicalJSON`` as 64 hexadecimal digits: the content hash of the menu.
  public var contentHash: String { SHA256.hexadecimalDigest(of: canonicalJSON.utf8) }

  private func level(_ level: MenuLevel, seeds: MenuLevel? = nil) -> CanonicalJSON.Value {
    var members: [(String, CanonicalJSON.Value)] = [
      ("budget_hz", level.budget.map { .number($0) } ?? .null),
      ("inputs", .text(level.vocabulary.name)),
      ("lines", .list(level.lines.map { line($0, seeds: seeds ?? level1) })),
      ("mode", .text(level.mode.rawValue)),
    ]
    if level.hasOwnInputs { members.append(("input_bits", .list(level.vocabulary.bits.map { .text($0.name) }))) }
    if level.kind == .highLevel, level.largestEvent != EventSizeLimits() {
      members.append(
        (
          "largest_event",
          .object([
            ("cdc_hits", .number(Double(level.largestEvent.chamberHits))),
            ("svd_points", .number(Double(level.largestEvent.siliconPoints))),
          ])
        ))
    }
    if level.masksUnknown { members.append(("unknown", .text("masked"))) }
    if let networks = level.networks {
      members.append(("networks", .text(SHA256.hexadecimalDigest(of: networks.text.utf8))))
    }
    return .object(members)
  }

  private func line(_ line: MenuLine, seeds: MenuLevel) -> CanonicalJSON.Value {
    .object([
      ("after", line.seeds.map { .list($0.map { .text(seeds.lines[$0].name) }) } ?? .null),
      ("kind", .text(line.kind.rawValue)),
      ("name", .text(line.name)),
      ("prescale", .number(line.prescale)),
      ("stream", .text(line.stream)),
      ("when", .text(line.canonicalExpression)),
    ])
  }
}

/// A JSON writer whose output depends on the values alone.
struct CanonicalJSON {
  indirect enum Value {
    case null
    case number(Double)
    case text(String)
    case list([Value])
    case object([(String, Value)])
  }

  private(set) var text = ""

  mutating func object(_ members: [(String, Value)]) { write(.object(members)) }

  private mutating func write(_ value: Value) {
    switch value {
    case .null: text += "null"
    case .number(let number): text += Expression.number(number)
    case .text(let string): write(string)
    case .list(let values):
      text += "["
      for (index, value) in values.enumerated() {
        if index > 0 { text += "," }
        write(value)
      }
      text += "]"
    case .object(let members):
      text += "{"
      for (index, member) in members.sorted(by: { $0.0 < $1.0 }).enumerated() {
        if index > 0 { text += "," }
        write(member.0)
        text += ":"
        write(member.1)
      }
      text += "}"
    }
  }

  private mutating func write(_ string: String) {
    text += "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}
