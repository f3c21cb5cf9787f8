/// The menu as a table for people.
extension TriggerMenu {
  /// One line that says what the menu is: name, version, lines, budgets, hash.
  public var summary: String {
    func lines(_ level: MenuLevel, _ name: String) -> String {
      let on = level.lines.count { $0.prescale > 0 }
      let rejecting = level.lines.count { $0.kind == .reject }
      var text = "\(level.lines.count) \(name) line\(level.lines.count == 1 ? "" : "s")"
      if on < level.lines.count { text += " (\(level.lines.count - on) off)" }
      let masked = level.lines.count { $0.isMasked && $0.prescale > 0 }
      if masked > 0 { text += " (\(masked) masked)" }
      if rejecting > 0 { text += " (\(rejecting) rejecting)" }
      return text + (level.budget.map { " for \(Self.rate($0))" } ?? "")
    }
    return "\(name), version \(version): \(lines(level1, "level-1")), \(lines(highLevel, "high-level"))"
      + (skims.lines.isEmpty ? "" : ", \(lines(skims, "skim"))") + "; hash \(contentHash.prefix(12))"
  }

  /// Both levels, a row per line: bit, name, prescale, stream, seeds, condition; and the definitions they use.
  public var table: String {
    var text = summary + "\n"
    if !title.isEmpty { text += title + "\n" }
    text += "\nLevel 1, inputs \(level1.vocabulary.name)\n"
    text += Self.table(
      head: ["bit", "line", "prescale", "when"],
      rows: level1.lines.enumerated().map { index, line in
        [String(index), line.name, Self.prescale(line), line.expression]
      })
    text += "\nHigh level, inputs \(highLevel.vocabulary.name), decision mode \(highLevel.mode.rawValue)\n"
    text += Self.table(highLevel, seeds: level1, first: 0)
    if !skims.lines.isEmpty {
      text += "\nSkims of kept events, decision mode \(skims.mode.rawValue)\n"
      text += Self.table(skims, seeds: highLevel, first: highLevel.lines.count)
    }
    if !definitions.isEmpty {
      text += "\nDefinitions\n"
      text += Self.table(head: ["name", "when"], rows: definitions.map { [$0.name, $0.expression] })
    }
    return text
  }

  private static func table(_ level: MenuLevel, seeds: MenuLevel, first: Int) -> String {
    table(
      head: ["bit", "line", "prescale", "stream", "after", "when"],
      rows: level.lines.enumerated().map { index, line in
        let after = line.seeds.map { $0.map { seeds.lines[$0].name }.joined(separator: ", ") } ?? "all"
        let name = line.kind == .reject ? "\(line.name) (reject)" : line.name
        return [String(first + index), name, prescale(line), line.stream, after, line.expression]
      })
  }

  private static func prescale(_ line: MenuLine) -> String {
    let prescale = line.prescale == 0 ? "off" : Expression.number(line.prescale)
    return line.isMasked ? "\(prescale), masked" : prescale
  }

  private static func rate(_ hertz: Double) -> String {
    hertz >= 1000 ? "\(Expression.number(hertz / 1000)) kHz" : "\(Expression.number(hertz)) Hz"
  }

  /// Columns as wide as they need, the last two wrapped to fit a wide terminal.
  private static func table(head: [String], rows: [[String]]) -> String {
    let limits = head.map { name in name == "when" ? 76 : name == "after" ? 30 : Int.max }
    var widths = head.map(\.count)
    let wrapped = rows.map { row in
      zip(row, limits).map { cell, limit in limit == .max ? [cell] : wrap(cell, to: limit) }
    }
    for row in wrapped {
      for (column, lines) in row.enumerated() { widths[column] = max(widths[column], lines.map(\.count).max() ?? 0) }
    }
    var text = line(head, widths)
    for row in wrapped {
      for index in 0..<(row.map(\.count).max() ?? 0) {
        text += line(row.map { index < $0.count ? $0[index] : "" }, widths)
      }
    }
    return text
  }

  private static func line(_ cells: [String], _ widths: [Int]) -> String {
    var text = ""
    for (cell, width) in zip(cells, widths) {
      text += "  " + cell + String(repeating: " ", count: max(0, width - cell.count))
    }
    while text.last == " " { text.removeLast() }
    return text + "\n"
  }

  private static func wrap(_ text: String, to width: Int) -> [String] {
    var lines: [String] = []
    var current = ""
    for word in text.split(separator: " ") {
      if !current.isEmpty && current.count + 1 + word.count > width {
        lines.append(current)
        current = ""
      }
      current += (current.isEmpty ? "" : " ") + word
    }
    lines.append(current)
    return lines
  }
}
