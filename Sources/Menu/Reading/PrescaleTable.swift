/// Which column of a table of prescales a menu is read with.
public struct PrescaleChoice: Hashable, Sendable {
  /// The column's name.
  public var column: String
  /// The table's file; the one that the menu names with `prescales:` if left out.
  public var file: String?

  /// A column of the menu's own table, or of another.
  public init(column: String, file: String? = nil) {
    self.column = column
    self.file = file
  }
}

/// Prescales of a menu's level-1 lines in columns: one for each luminosity, or for each time they were changed.
///
/// A file of comma-separated values: a head of `line` and the columns' names, then a row for each line. 0 is off, 1 is
/// all, N one in N, and `-` says that the line did not exist in that set. Lines that start with `#` are comments.
struct PrescaleTable {
  /// Most columns of a table.
  static let columnLimit = 1000

  let file: String
  let head: SourceSpan
  /// The names of the columns.
  let columns: [LocatedText]
  /// For each line of the menu its place and one cell per column.
  let rows: [(name: LocatedText, cells: [LocatedText])]

  /// Reads a table; `nil` when its head makes no sense. Rows that do not fit are reported and left out.
  init?(_ source: MenuSource, log: inout DiagnosticLog) {
    file = source.file
    var head: [LocatedText]?
    var rows: [(name: LocatedText, cells: [LocatedText])] = []
    var places: [String: Int] = [:]
    for (index, line) in source.lines.enumerated() {
      let cells = Self.cells(line, file: source.file, number: index + 1)
      guard let first = cells.first, !first.text.hasPrefix("#"), cells.count > 1 || !first.text.isEmpty else {
        continue
      }
      guard let names = head else {
        guard first.text == "line", cells.count > 1, cells.count <= Self.columnLimit else {
          log.error(
            at: first.span, "a table of prescales starts with '\(first.text.prefix(40))'",
            help: "the first row is 'line' and the names of the columns, with commas between them")
          return nil
        }
        head = Array(cells)
        for (place, name) in cells.enumerated() {
          if name.text.isEmpty { log.error(at: name.span, "column \(place + 1) has no name") }
          if cells[..<place].contains(where: { $0.text == name.text }) {
            log.error(at: name.span, "the column '\(name.text.prefix(40))' stands twice")
          }
        }
        continue
      }
      guard cells.count == names.count else {
        log.error(
          at: first.span, "the row has \(cells.count) cells, the head has \(names.count)",
          help: "write 0 where the line is off, - where it did not exist")
        continue
      }
      if let earlier = places.updateValue(index + 1, forKey: first.text) {
        log.error(
          at: first.span, "the line '\(first.text.prefix(60))' stands twice", help: "the other is in row \(earlier)")
        continue
      }
      rows.append((first, Array(cells.dropFirst())))
    }
    guard let head else {
      log.error(
        at: SourceSpan(file: source.file, line: 1, column: 1), "the table of prescales is empty",
        help: "the first row is 'line' and the names of the columns, with commas between them")
      return nil
    }
    self.head = head[0].span
    columns = Array(head.dropFirst())
    self.rows = rows
  }

  /// The cells of a row, blanks around them dropped.
  private static func cells(_ line: [Unicode.Scalar], file: String, number: Int) -> [LocatedText] {
    line.split(separator: ",", omittingEmptySubsequences: false).map { cell in
      let start = cell.firstIndex { !$0.properties.isWhitespace } ?? cell.endIndex
      let end = cell.lastIndex { !$0.properties.isWhitespace }.map { $0 + 1 } ?? start
      var text = String.UnicodeScalarView()
      text.append(contentsOf: cell[start..<end])
      return LocatedText(String(text), file: file, line: number, column: start + 1)
    }
  }
}

extension MenuReader {
  /// Reads the table of prescales that the menu names, or the one that is chosen instead. `nil` when there is none.
  mutating func prescaleTable(_ choice: PrescaleChoice?) -> PrescaleTable? {
    let named = declarations.level1.prescales
    guard let path = choice?.file ?? named.map({ MenuFiles.resolve($0.text, from: $0.file) }) else { return nil }
    let place = choice?.file == nil ? named?.span : nil
    guard let source = read(table: path, namedAt: place ?? SourceSpan(file: path, line: 1, column: 1)) else {
      return nil
    }
    return PrescaleTable(source, log: &log)
  }
}
