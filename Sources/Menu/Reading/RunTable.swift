/// Which version of the decision logic was in force in which runs, and which menu file holds it.
///
/// A tab-separated file with the columns `from`, `to`, `version`, `menu`, `note`. A run is `experiment.run`, both ends of
/// a range included; the last run of an experiment may be `end`, and the last range may be `open`. A menu is named
/// relative to the table, `-` where there is none.
public struct RunTable: Sendable {
  /// A run of an experiment.
  public struct Run: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Data-taking period.
    public let experiment: UInt16
    /// Run within the experiment.
    public let run: UInt32

    /// A run by its numbers.
    public init(experiment: UInt16, run: UInt32) {
      self.experiment = experiment
      self.run = run
    }

    /// Reads `12.6373`, also `12/6373` and `e12r6373`; `nil` for anything else.
    public init?(_ text: some StringProtocol) {
      let isNamed = text.hasPrefix("e")
      let parts = text.dropFirst(isNamed ? 1 : 0).split(
        omittingEmptySubsequences: false, whereSeparator: { isNamed ? $0 == "r" : $0 == "." || $0 == "/" })
      guard parts.count == 2, parts.allSatisfy({ $0.allSatisfy { $0.isASCII && $0.isNumber } }),
        let experiment = UInt16(parts[0]), let run = UInt32(parts[1])
      else { return nil }
      self.init(experiment: experiment, run: run)
    }

    /// Order by experiment, then run.
    public static func < (left: Run, right: Run) -> Bool {
      (left.experiment, left.run) < (right.experiment, right.run)
    }

    /// `experiment.run`.
    public var description: String { "\(experiment).\(run)" }
  }

  /// Runs with one version of the logic.
  public struct Range: Sendable {
    /// The first run.
    public let first: Run
    /// The last run, itself included; `nil` while it goes on.
    public let last: Run?
    /// The version of the decision logic.
    public let version: Int
    /// The menu file, from the caller's folder; `nil` if there is none.
    public let menu: String?
    /// The range as the table writes it.
    public let text: String

    /// Whether a run lies in it.
    public func contains(_ run: Run) -> Bool { run >= first && last.map { run <= $0 } ?? true }
  }

  /// The ranges, in the order of the table.
  public let ranges: [Range]

  /// Reads a table.
  /// - Throws: ``MenuError`` with line and column of everything that is wrong.
  public init(contentsOf path: String, files: MenuFiles = .disk) throws(MenuError) {
    var reader = MenuReader(files: files, log: DiagnosticLog())
    var ranges: [Range] = []
    var isHead = true
    if let source = reader.read(table: path, namedAt: SourceSpan(file: path, line: 1, column: 1)) {
      for (index, line) in source.lines.enumerated() {
        let cells = TabbedRow(line, file: path, line: index + 1).cells
        guard let start = cells.first, !start.text.isEmpty, !start.text.hasPrefix("#") else { continue }
        if isHead {
          isHead = false
          guard cells.map(\.text) == ["from", "to", "version", "menu", "note"] else {
            reader.log.error(at: start.span, "expected the columns from, to, version, menu, note")
            break
          }
          continue
        }
        if let range = Self.range(cells, file: path, &reader.log) { ranges.append(range) }
      }
    }
    if ranges.isEmpty && !reader.log.hasErrors {
      reader.log.error(at: SourceSpan(file: path, line: 1, column: 1), "the table of runs is empty")
    }
    guard !reader.log.hasErrors else { throw MenuError(reader.log.sorted) }
    self.ranges = ranges
  }

  private static func range(_ cells: [LocatedText], file: String, _ log: inout DiagnosticLog) -> Range? {
    guard cells.count == 5 else {
      log.error(at: cells[0].span, "the row has \(cells.count) cells, expected 5")
      return nil
    }
    guard let first = Run(cells[0].text) else {
      log.error(at: cells[0].span, "'\(cells[0].text.prefix(40))' is not a run", help: "write experiment.run")
      return nil
    }
    var last: Run?
    if cells[1].text.hasSuffix(".end"), let experiment = UInt16(cells[1].text.dropLast(4)) {
      last = Run(experiment: experiment, run: .max)
    } else if cells[1].text != "open" {
      last = Run(cells[1].text)
      if last == nil {
        log.error(
          at: cells[1].span, "'\(cells[1].text.prefix(40))' is not a run", help: "write experiment.run, 13.end or open")
        return nil
      }
    }
    guard let version = Int(cells[2].text), version >= 0 else {
      log.error(at: cells[2].span, "the version '\(cells[2].text.prefix(40))' is not a whole number")
      return nil
    }
    return Range(
      first: first, last: last, version: version,
      menu: cells[3].text == "-" ? nil : MenuFiles.resolve(cells[3].text, from: file),
      text: "\(cells[0].text) to \(cells[1].text)")
  }

  /// The range a run lies in; `nil` if none.
  public func range(of run: Run) -> Range? { ranges.first { $0.contains(run) } }

  /// The set of prescales in force in a run: the last of those named after the run from which they were in force
  /// (`e12r6373`) that is not later. `nil` if all are later.
  public static func prescaleSet(for run: Run, among columns: [String]) -> String? {
    columns.compactMap { column in Run(column).map { (run: $0, column: column) } }
      .filter { $0.run <= run }.max { $0.run < $1.run }?.column
  }
}

/// A row of a tab-separated table, with the place of each cell.
struct TabbedRow {
  let cells: [LocatedText]

  init(_ scalars: [Unicode.Scalar], file: String, line: Int) {
    let content = scalars.last == "\r" ? scalars.dropLast() : scalars[...]
    cells = content.split(separator: "\t", omittingEmptySubsequences: false).map { cell in
      var text = String.UnicodeScalarView()
      text.append(contentsOf: cell)
      return LocatedText(String(text), file: file, line: line, column: cell.startIndex + 1)
    }
  }
}
