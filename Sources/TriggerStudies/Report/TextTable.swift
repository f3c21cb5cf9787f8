/// A table in plain text: a header, rows, columns as wide as they must be.
public struct TextTable: Sendable {
  /// How a column's cells stand.
  public enum Alignment: Sendable {
    /// At the left edge: names.
    case left
    /// At the right edge: numbers.
    case right
  }

  private let header: [String]
  private let alignments: [Alignment]
  private var rows: [[String]] = []
  private var rules: Set<Int> = []

  /// A table with a header and no rows.
  public init(_ columns: [(String, Alignment)]) {
    header = columns.map(\.0)
    alignments = columns.map(\.1)
  }

  /// Adds a row; missing cells are empty.
  public mutating func add(_ cells: [String]) {
    rows.append(Array(cells.prefix(header.count)) + Array(repeating: "", count: max(0, header.count - cells.count)))
  }

  /// Draws a line below the rows so far.
  public mutating func rule() { rules.insert(rows.count) }

  /// The table as text, each line indented by two spaces.
  public var text: String {
    let widths = header.indices.map { column in
      ([header] + rows).map { $0[column].count }.max() ?? 0
    }
    let rule = "  " + String(repeating: "─", count: widths.reduce(0, +) + 2 * (widths.count - 1)) + "\n"
    var text = line(header, widths) + rule
    for (index, row) in rows.enumerated() {
      if index > 0, rules.contains(index) { text += rule }
      text += line(row, widths)
    }
    return text
  }

  private func line(_ cells: [String], _ widths: [Int]) -> String {
    var line = "  "
    for (column, cell) in cells.enumerated() {
      let padding = String(repeating: " ", count: widths[column] - cell.count)
      line += alignments[column] == .left ? cell + padding : padding + cell
      if column < cells.count - 1 { line += "  " }
    }
    while line.last == " " { line.removeLast() }
    return line + "\n"
  }
}
