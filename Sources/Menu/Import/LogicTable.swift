/// The rows of a table of decision logic.
struct LogicTable {
  /// Where the columns stand. Names count up to an opening bracket, so that they may carry notes.
  struct Columns {
    let head: TabbedRow
    let names: [String]
    let name: Int
    let sum: Int?
    let words: Int?
    let place: Int?
    let kind: Int?
    let version: Int?

    /// The columns of a head; `nil` for a row that is none.
    init?(_ head: TabbedRow) {
      let names = head.cells.map { cell in
        cell.trimmed.text.split(separator: "(", omittingEmptySubsequences: false).first.map(String.init) ?? ""
      }
      func column(_ candidates: String...) -> Int? {
        candidates.lazy.compactMap { names.firstIndex(of: $0) }.first
      }
      let sum = column("sum_of_products", "sop")
      let words = column("logic", "logic_text")
      guard let name = column("name", "line"), sum != nil || words != nil else { return nil }
      self.head = head
      self.names = names
      self.name = name
      self.sum = sum
      self.words = words
      place = column("index", "bit")
      kind = column("kind")
      version = column("ftd_version", "version")
    }
  }

  struct Line {
    let name: LocatedText
    let words: LocatedText?
    let sum: LocatedText?
    let prescale: LocatedText?
  }

  private(set) var inputs: [LocatedText] = []
  private(set) var lines: [Line] = []

  init(_ rows: [TabbedRow], _ columns: Columns, options: MenuImport.Options, log: inout DiagnosticLog) {
    let prescale = Self.prescaleColumn(rows, columns, options, &log)
    let versions = Self.versions(rows, columns)
    if options.logicVersion == nil, versions.count > 1 {
      log.error(
        at: columns.head.cells[columns.version ?? 0].span,
        "the table holds the versions \(versions.joined(separator: ", "))", help: "say which one is meant")
      return
    }
    if let wanted = options.logicVersion, !versions.contains(wanted) {
      log.error(
        at: columns.head.cells[columns.version ?? 0].span, "the table holds no version '\(wanted.prefix(40))'",
        help: versions.isEmpty ? "it does not name versions" : "it holds \(versions.joined(separator: ", "))")
      return
    }
    var blank = 0
    for row in rows.dropFirst() where !row.isEmpty {
      guard row.cells.count <= columns.names.count else {
        log.error(at: row.cells[0].span, "the row has \(row.cells.count) cells, the head has \(columns.names.count)")
        continue
      }
      func cell(_ column: Int?) -> LocatedText? {
        guard let column, column < row.cells.count else { return nil }
        let text = row.cells[column].trimmed
        return text.text.isEmpty ? nil : text
      }
      if let wanted = options.logicVersion, cell(columns.version)?.text != wanted { continue }
      let kind = cell(columns.kind)?.text ?? "output"
      guard kind == "input" || kind == "output" else {
        log.error(
          at: cell(columns.kind)?.span ?? row.cells[0].span, "unknown kind '\(kind.prefix(40))'",
          help: "expected input or output")
        continue
      }
      guard let name = cell(columns.name) else {
        log.error(at: row.cells[0].span, "the row has no name")
        continue
      }
      let expected = kind == "input" ? inputs.count : lines.count
      if let place = cell(columns.place), place.text != "\(expected)" {
        log.error(
          at: place.span,
          "\(kind) '\(name.text.prefix(60))' is given bit \(place.text.prefix(20)), expected \(expected)",
          help: "rows stand in bit order, from 0, without gaps")
      }
      if kind == "input" {
        inputs.append(name)
        continue
      }
      let value = cell(prescale)
      if prescale != nil, value == nil { blank += 1 }
      let empty = row.cells[min(columns.sum ?? columns.words ?? 0, row.cells.count - 1)].trimmed
      let words = cell(columns.words)
      lines.append(
        Line(
          name: name, words: words, sum: cell(columns.sum) ?? (words == nil ? empty.part(0..<0) : nil), prescale: value)
      )
    }
    if blank > 0, let prescale {
      log.warning(
        at: columns.head.cells[prescale].span,
        "\(blank) line\(blank == 1 ? " has" : "s have") no prescale in this column: all events pass")
    }
  }

  /// The column of prescales: the one that is asked for, else the first of that name.
  private static func prescaleColumn(
    _ rows: [TabbedRow], _ columns: Columns, _ options: MenuImport.Options, _ log: inout DiagnosticLog
  ) -> Int? {
    guard let wanted = options.prescaleColumn else {
      if let plain = columns.names.firstIndex(where: { $0 == "prescale" || $0 == "prescales" }) { return plain }
      // Tables also have columns such as prescale_history, which are no prescales.
      return columns.names.indices.first { column in
        columns.names[column].hasPrefix("prescale")
          && rows.dropFirst().allSatisfy { row in
            column >= row.cells.count || row.cells[column].trimmed.scalars.allSatisfy(ExpressionLexer.isDigit)
          }
      }
    }
    if let column = columns.names.firstIndex(of: wanted) { return column }
    log.error(
      at: columns.head.cells[0].span, "there is no column '\(wanted.prefix(40))'",
      help: Suggestion.question(for: wanted, among: columns.names)
        ?? "there is \(columns.names.joined(separator: ", "))")
    return nil
  }

  private static func versions(_ rows: [TabbedRow], _ columns: Columns) -> [String] {
    guard let column = columns.version else { return [] }
    return rows.dropFirst().reduce(into: [String]()) { versions, row in
      guard !row.isEmpty, column < row.cells.count else { return }
      let version = row.cells[column].trimmed.text
      if !versions.contains(version) { versions.append(version) }
    }
  }
}
