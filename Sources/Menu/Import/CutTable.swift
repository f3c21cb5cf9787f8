/// A table of the lines of a software trigger, their cuts written as the experiment writes them.
///
/// A tab-separated table with a head: `line` (or `name`) and `cut`, also `base` (`filter` or `skim`), `prescale` and `reject`
/// (`yes` or `no`). Rows without a cut are lines whose cut is not known: they are named in the menu, and are no lines.
struct CutTable {
  struct Columns {
    let head: TabbedRow
    let name: Int
    let cut: Int
    let base: Int?
    let prescale: Int?
    let reject: Int?
    let note: Int?

    /// The columns of a head; `nil` for a row that is none.
    init?(_ head: TabbedRow, prescaleColumn: String?) {
      let names = head.cells.map { $0.trimmed.text }
      guard let name = names.firstIndex(of: "line") ?? names.firstIndex(of: "name"),
        let cut = names.firstIndex(of: "cut")
      else { return nil }
      self.head = head
      self.name = name
      self.cut = cut
      base = names.firstIndex(of: "base")
      prescale = names.firstIndex(of: prescaleColumn ?? "prescale")
      reject = names.firstIndex(of: "reject")
      note = names.firstIndex(of: "note")
    }
  }

  /// A line of the table.
  struct Line {
    let name: LocatedText
    let cut: GeneralCut
    let place: SourceSpan
    let prescale: LocatedText?
    let isReject: Bool
    let isSkim: Bool
  }

  private(set) var lines: [Line] = []
  /// Lines that are none, with the reason.
  private(set) var absent: [(name: LocatedText, isSkim: Bool, reason: String)] = []

  init(_ rows: [TabbedRow], _ columns: Columns, vocabulary: Vocabulary, log: inout DiagnosticLog) {
    let names = Set(vocabulary.scalars.map(\.name))
    let missing = Dictionary(
      vocabulary.scalars.compactMap { scalar in
        if case .notBuilt(let reason) = scalar.availability { (scalar.name, reason) } else { nil }
      }, uniquingKeysWith: { first, _ in first })
    for row in rows.dropFirst() where !row.isEmpty {
      func cell(_ column: Int?) -> LocatedText? {
        guard let column, column < row.cells.count else { return nil }
        let text = row.cells[column].trimmed
        return text.text.isEmpty ? nil : text
      }
      guard row.cells.count <= columns.head.cells.count else {
        log.error(
          at: row.cells[0].span, "the row has \(row.cells.count) cells, the head has \(columns.head.cells.count)")
        continue
      }
      guard let name = cell(columns.name) else {
        log.error(at: row.cells[0].span, "the row has no name")
        continue
      }
      let base = cell(columns.base)
      if let base, base.text != "filter", base.text != "skim" {
        log.error(at: base.span, "unknown base '\(base.text.prefix(40))'", help: "expected filter or skim")
      }
      let isSkim = base?.text == "skim"
      let reject = cell(columns.reject)
      if let reject, reject.text != "yes", reject.text != "no" {
        log.error(at: reject.span, "'\(reject.text.prefix(40))' says neither yes nor no")
      }
      guard let text = cell(columns.cut) else {
        absent.append((name, isSkim, cell(columns.note)?.text ?? "its cut is not given"))
        continue
      }
      guard let cut = GeneralCutReader.read(text, names: names, log: &log) else { continue }
      let lacking = cut.variables.compactMap { variable in missing[variable].map { "\(variable): \($0)" } }
      if !lacking.isEmpty {
        absent.append((name, isSkim, lacking.joined(separator: "; ")))
        log.warning(
          at: text.span, "the line '\(name.text.prefix(80))' is left out: \(lacking.joined(separator: "; "))")
        continue
      }
      lines.append(
        Line(
          name: name, cut: cut, place: text.span, prescale: cell(columns.prescale), isReject: reject?.text == "yes",
          isSkim: isSkim))
    }
  }
}

extension GeneralCut {
  /// The variables of the cut, each once, in the order of their names.
  public var variables: [String] {
    var found: Set<String> = []
    func visit(_ cut: GeneralCut) {
      switch cut {
      case .always: break
      case .notZero(let operand): add(operand)
      case .comparison(let first, let rest):
        add(first)
        for link in rest { add(link.operand) }
      case .all(let parts), .either(let parts): parts.forEach(visit)
      }
    }
    func add(_ operand: Operand) { if case .variable(let name) = operand { found.insert(name) } }
    visit(self)
    return found.sorted()
  }
}
