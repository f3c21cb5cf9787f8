/// The head of level 1: which inputs its lines speak of, what becomes of inputs that are not built, and prescales.
extension MenuBuilder {
  mutating func vocabulary(_ level: MenuDeclarations.Level, among known: [Vocabulary]) -> Vocabulary {
    guard let inputs = level.inputs else { return known[0] }
    if let bits = level.inputBits { return ownSet(named: inputs, bits, among: known) }
    if let found = known.first(where: { $0.name == inputs.text }) { return found }
    let names = known.map(\.name)
    log.error(
      at: inputs.span, "unknown set of inputs '\(inputs.text)'",
      help: Suggestion.question(for: inputs.text, among: names) ?? "there is \(names.joined(separator: ", "))")
    return known[0]
  }

  /// A set of inputs that the menu lists itself.
  private mutating func ownSet(
    named name: LocatedText, _ bits: [LocatedText], among known: [Vocabulary]
  ) -> Vocabulary {
    var isFine = true
    var seen: Set<String> = []
    func refuse(_ span: SourceSpan, _ message: String, help: String? = nil) {
      log.error(at: span, message, help: help)
      isFine = false
    }
    if let other = known.first(where: { $0.name == name.text }), other.bits.map(\.name) != bits.map(\.text) {
      refuse(
        name.span, "'\(name.text)' is a set of inputs already, with other bits",
        help: "leave out 'bits:', or choose another name")
    }
    if bits.isEmpty { refuse(name.span, "the set of inputs has no bits") }
    if bits.count > Vocabulary.bitLimit {
      refuse(
        bits[Vocabulary.bitLimit].span, "an event has \(Vocabulary.bitLimit) input bits at most, found \(bits.count)")
    }
    for bit in bits {
      if !Self.isName(bit.text) {
        refuse(
          bit.span, "'\(bit.text.prefix(40))' cannot be the name of an input bit",
          help: "use letters, digits and _, starting with a letter; not and, or, not, of, true, false")
      } else if !known[0].allowsBit(named: bit.text) || Unit.named[bit.text] != nil
        || ExpressionChecker.functions.contains(bit.text)
      {
        refuse(bit.span, "'\(bit.text)' already has a meaning in expressions", help: "choose another name for the bit")
      } else if !seen.insert(bit.text).inserted {
        refuse(bit.span, "the input bit '\(bit.text)' stands twice")
      }
    }
    return isFine ? known[0].arranged(as: name.text, bits: bits.map(\.text)) : known[0]
  }

  /// What becomes of lines whose inputs are not built.
  mutating func masksUnknown(_ level: MenuDeclarations.Level) -> Bool {
    guard let text = level.unknown else { return false }
    switch text.text {
    case "masked": return true
    case "refused": return false
    default:
      log.error(
        at: text.span, "'unknown:' is '\(text.text.prefix(40))'",
        help: Suggestion.question(for: text.text, among: ["masked", "refused"])
          ?? "'refused' makes a line with inputs that are not built an error, 'masked' switches it off and says so")
      return false
    }
  }

  /// Says which lines cannot be evaluated: once, since menus of the experiment have many.
  mutating func reportMasked(_ lines: [MenuLine], _ level: MenuDeclarations.Level) {
    let masked = lines.filter(\.isMasked)
    guard let place = level.unknown?.span, !masked.isEmpty else { return }
    let on = masked.filter { $0.prescale > 0 }
    let off = masked.count - on.count
    var parts: [String] = []
    if !on.isEmpty {
      parts.append(
        "\(on.count) line\(on.count == 1 ? " is" : "s are") masked, since inputs are not built: "
          + on.map(\.name).joined(separator: ", "))
    }
    if off > 0 {
      parts.append("\(off)\(on.isEmpty ? " lines" : " more") that \(off == 1 ? "is" : "are") off cannot be evaluated")
    }
    log.warning(
      at: place, parts.joined(separator: "; "),
      help: MissingInput.text((on.isEmpty ? masked : on).flatMap(\.missingInputs)))
  }

  // MARK: - Prescales in columns

  /// The chosen column of the table of prescales: for each line its cell. `nil` when the lines' own prescales hold.
  mutating func chosenPrescales(_ lines: [MenuDeclarations.Line]) -> [String: LocatedText]? {
    let top = SourceSpan(file: path, line: 1, column: 1)
    guard let table = prescaleTable else {
      if let choice, !log.hasErrors {
        log.error(
          at: top, "the menu has no table of prescales to take the column '\(choice.column)' from",
          help: "add 'prescales: FILE' to level1, or name the table")
      }
      return nil
    }
    let names = Set(lines.map(\.name.text))
    for row in table.rows {
      if !names.contains(row.name.text) {
        log.warning(at: row.name.span, "'\(row.name.text.prefix(60))' is no level-1 line of the menu")
      }
      for cell in row.cells where cell.text != "-" { _ = prescale(cell, .level1, &log) }
    }
    let given = Dictionary(table.rows.map { ($0.name.text, $0.cells) }, uniquingKeysWith: { first, _ in first })
    for line in lines where given[line.name.text] == nil {
      log.error(
        at: table.head, "the table of prescales has no row for the line '\(line.name.text)'",
        help: "write 0 where it is off")
    }
    guard let choice else { return nil }
    guard let column = table.columns.firstIndex(where: { $0.text == choice.column }) else {
      let columns = table.columns.map(\.text)
      log.error(
        at: table.head, "there is no column '\(choice.column.prefix(40))'",
        help: Suggestion.question(for: choice.column, among: columns) ?? "there is \(columns.joined(separator: ", "))")
      return nil
    }
    let absent = lines.filter { given[$0.name.text]?[column].text == "-" }.map(\.name.text)
    if !absent.isEmpty {
      log.warning(
        at: table.columns[column].span,
        "\(absent.count) line\(absent.count == 1 ? "" : "s") did not exist in the set \(choice.column) and "
          + "\(absent.count == 1 ? "is" : "are") off: \(absent.joined(separator: ", "))")
    }
    return given.compactMapValues { column < $0.count ? $0[column] : nil }
  }

  /// The prescale of a line: of the chosen column, else its own, else 1.
  func prescale(
    _ line: MenuDeclarations.Line, _ level: MenuLevel.Kind, chosen: [String: LocatedText]?, _ log: inout DiagnosticLog
  ) -> Double {
    let own = line.prescale.map { prescale($0, level, &log) ?? 1 } ?? 1
    if line.isReject, own != 1, let text = line.prescale {
      log.warning(at: text.span, "the reject line '\(line.name.text)' ignores its prescale", help: "remove it")
    }
    guard let chosen else { return own }
    guard let cell = chosen[line.name.text] else { return own }
    return cell.text == "-" ? 0 : prescale(cell, level, &log) ?? own
  }
}
