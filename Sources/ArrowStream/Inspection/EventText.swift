/// One event in full as text: values with their units, lists of structures as tables.
public enum EventText {
  /// The lines of one column's value.
  public static func lines(_ field: Field, _ value: RowValue) -> [String] {
    lines(name: field.name, field, value, indent: "")
  }

  private static func lines(name: String, _ field: Field, _ value: RowValue, indent: String) -> [String] {
    let unit = field.unit.map { " \($0)" } ?? ""
    switch (field.type, value) {
    case (_, .null): return ["\(indent)\(name): none"]
    case (.structure(let fields), .structure(let members)):
      return ["\(indent)\(name)"]
        + zip(fields, members).flatMap { lines(name: $0.name, $0, $1.value, indent: indent + "  ") }
    case (.list(let element), .list(let values)), (.fixedSizeList(let element, _), .list(let values)):
      if case .structure(let fields) = element.type {
        return ["\(indent)\(name): \(values.count)"] + table(fields, values, indent: indent + "  ")
      }
      let unit = element.unit.map { " \($0)" } ?? unit
      if values.contains(where: { if case .list = $0 { true } else { false } }) {
        return ["\(indent)\(name): \(values.count)"]
          + values.enumerated().flatMap { lines(name: "[\($0)]", element, $1, indent: indent + "  ") }
      }
      return ["\(indent)\(name): [\(values.map(text).joined(separator: ", "))]\(unit)"]
    default: return ["\(indent)\(name): \(text(value))\(unit)"]
    }
  }

  /// A table with one row for each structure of a list.
  private static func table(_ fields: [Field], _ values: [RowValue], indent: String) -> [String] {
    if values.isEmpty { return [] }
    var columns: [[String]] = fields.map { field in
      [field.unit.map { "\(field.name) [\($0)]" } ?? field.name]
    }
    for value in values {
      guard case .structure(let members) = value else {
        for column in columns.indices { columns[column].append("none") }
        continue
      }
      for (column, member) in members.enumerated() where column < columns.count {
        columns[column].append(text(member.value))
      }
    }
    let widths = columns.map { $0.map(\.count).max() ?? 0 }
    return (0...values.count).map { row in
      let cells = zip(columns, widths).map { column, width in
        String(repeating: " ", count: width - column[row].count) + column[row]
      }
      return indent + cells.joined(separator: "  ")
    }
  }

  /// A value on one line.
  static func text(_ value: RowValue) -> String {
    switch value {
    case .null: "none"
    case .text(let text): text
    case .float32(let number): "\(number)"
    case .float64(let number): "\(number)"
    case .list(let values): "[\(values.map(text).joined(separator: ", "))]"
    case .structure(let members): "{\(members.map { "\($0.name): \(text($0.value))" }.joined(separator: ", "))}"
    default: value.json
    }
  }

  /// The lines that describe a column: its name, type and unit, and those of its parts.
  public static func description(of field: Field) -> [String] {
    var rows: [(name: String, type: String, note: String)] = []
    describe(field, indent: "", &rows)
    let nameWidth = rows.map(\.name.count).max() ?? 0
    let typeWidth = rows.map(\.type.count).max() ?? 0
    return rows.map { row in
      let line =
        row.name + String(repeating: " ", count: nameWidth - row.name.count + 2) + row.type
        + String(repeating: " ", count: typeWidth - row.type.count + 2) + row.note
      return String(line.reversed().drop { $0 == " " }.reversed())
    }
  }

  private static func describe(
    _ field: Field, indent: String, _ rows: inout [(name: String, type: String, note: String)]
  ) {
    var words: [String] = []
    var type = field.type
    // The chain of lists around a structure or a flat value.
    chain: while true {
      switch type {
      case .list(let element):
        words.append("list of")
        type = element.type
      case .fixedSizeList(let element, let count):
        words.append("\(count) x")
        type = element.type
      default: break chain
      }
    }
    var members: [Field] = []
    switch type {
    case .structure(let fields):
      words.append("structure")
      members = fields
    case .dictionary(let index): words.append("label (\(index.dataType))")
    default: words.append("\(type)")
    }
    if field.nullable { words.append("or none") }
    let note = [field.unit, field.metadata["comment"]].compactMap { $0 }.joined(separator: ": ")
    rows.append((indent + field.name, words.joined(separator: " "), note))
    for member in members { describe(member, indent: indent + "  ", &rows) }
  }
}

extension RowValue: Encodable {
  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  /// Structures become objects, lists arrays; numbers that JSON cannot express become text.
  public func encode(to encoder: any Encoder) throws {
    switch self {
    case .structure(let members):
      var container = encoder.container(keyedBy: Key.self)
      for member in members { try container.encode(member.value, forKey: Key(stringValue: member.name)) }
    case .list(let values):
      var container = encoder.unkeyedContainer()
      for value in values { try container.encode(value) }
    default:
      var container = encoder.singleValueContainer()
      switch self {
      case .bool(let flag): try container.encode(flag)
      case .signed(let number): try container.encode(number)
      case .unsigned(let number): try container.encode(number)
      case .float32(let number) where number.isFinite: try container.encode(number)
      case .float64(let number) where number.isFinite: try container.encode(number)
      case .float32(let number): try container.encode("\(number)")
      case .float64(let number): try container.encode("\(number)")
      case .text(let text): try container.encode(text)
      case .bytes(let bytes): try container.encode(bytes.map(hexadecimal).joined())
      default: try container.encodeNil()
      }
    }
  }
}
