/// Turns a file of decision logic into the declarations of a menu, with the place of everything.
struct LogicReader {
  private var reader: MenuReader
  private let options: MenuImport.Options
  private let vocabularies: MenuVocabularies
  private(set) var declarations = MenuDeclarations()
  /// Sums of products of lines that are given in words too: both must mean the same.
  private var sums: [(line: MenuDeclarations.Line, sum: LocatedText)] = []

  /// The lines of a software trigger, if the file is a table of those.
  private(set) var cuts: CutTable?

  var log: DiagnosticLog { reader.log }

  init(files: MenuFiles, options: MenuImport.Options, vocabularies: MenuVocabularies) {
    reader = MenuReader(files: files, log: DiagnosticLog())
    self.options = options
    self.vocabularies = vocabularies
  }

  /// Reads the file and those it needs.
  mutating func read(_ path: String) {
    declarations.files = [path]
    declarations.name = LocatedText(options.name, file: path, line: 1, column: 1)
    readInputs(path)
    guard let source = reader.read(table: path, namedAt: SourceSpan(file: path, line: 1, column: 1)) else { return }
    let rows = Self.rows(source)
    if let head = rows.first, let columns = CutTable.Columns(head, prescaleColumn: options.prescaleColumn) {
      readCuts(rows, columns)
      return
    }
    if let head = rows.first, let columns = LogicTable.Columns(head) {
      readTable(rows, columns)
    } else {
      readLines(rows)
    }
    settleInputs()
    checkSums()
  }

  /// Sums of products beside words are not what the menu is made of, and must be right nevertheless.
  private mutating func checkSums() {
    let known = vocabularies.level1.first { $0.name == declarations.level1.inputs?.text } ?? vocabularies.level1[0]
    let count = declarations.level1.inputBits?.count ?? known.bits.count
    sums = sums.filter { line, sum in
      if !SumOfProductsReader.isSum(sum) {
        reader.log.error(
          at: sum.span, "'\(sum.text.prefix(40))' is no sum of products",
          help: "expected input numbers, '!', '+' and blanks")
        return false
      }
      return SumOfProductsReader.read(sum, bitCount: count, log: &reader.log) != nil
    }
  }

  /// The rows of a file without comments; empty lines are kept, since they may be conditions.
  private static func rows(_ source: MenuSource) -> [TabbedRow] {
    var rows: [TabbedRow] = []
    for (index, line) in source.lines.enumerated() {
      if line.first(where: { !$0.properties.isWhitespace }) == "#" { continue }
      rows.append(TabbedRow(line, file: source.file, line: index + 1))
    }
    return rows
  }

  // MARK: - Inputs

  /// A set by its name, or a file of names: one a line, or the column `name` of a table.
  private mutating func readInputs(_ path: String) {
    guard let inputs = options.inputs else { return }
    let place = LocatedText(inputs, file: path, line: 1, column: 1)
    if vocabularies.level1.contains(where: { $0.name == inputs }) {
      declarations.level1.inputs = place
    } else if let names = names(in: inputs, of: "input bits") {
      declarations.level1.inputBits = names
    }
  }

  private mutating func names(in path: String, of what: String) -> [LocatedText]? {
    guard let source = reader.read(table: path, namedAt: SourceSpan(file: path, line: 1, column: 1)) else { return nil }
    let rows = Self.rows(source).filter { !$0.isEmpty }
    guard let head = rows.first else {
      reader.log.error(at: SourceSpan(file: path, line: 1, column: 1), "the file holds no names of \(what)")
      return nil
    }
    if let column = head.cells.firstIndex(where: { $0.text == "name" }) {
      return rows.dropFirst().compactMap { column < $0.cells.count ? $0.cells[column].trimmed : nil }
    }
    return rows.flatMap { $0.cells.flatMap(\.words) }
  }

  /// Uses the name of a known set where the bits are its bits.
  private mutating func settleInputs() {
    guard let bits = declarations.level1.inputBits else { return }
    let place = bits.first ?? LocatedText("", file: declarations.files[0], line: 1, column: 1)
    if let known = vocabularies.level1.first(where: { $0.bits.map(\.name) == bits.map(\.text) }) {
      declarations.level1.inputBits = nil
      declarations.level1.inputs = LocatedText(known.name, file: place.file, line: 1, column: 1)
    } else {
      let name = "\(options.name)-inputs"
      declarations.level1.inputs = LocatedText(name, file: place.file, line: 1, column: 1)
    }
  }

  // MARK: - A table

  private mutating func readTable(_ rows: [TabbedRow], _ columns: LogicTable.Columns) {
    let table = LogicTable(rows, columns, options: options, log: &reader.log)
    if options.inputs == nil, !table.inputs.isEmpty { declarations.level1.inputBits = table.inputs }
    for line in table.lines {
      var declared = MenuDeclarations.Line(name: line.name, span: line.name.span, isReject: false)
      declared.isBitAlgebra = true
      declared.condition = line.words ?? line.sum
      declared.prescale = line.prescale
      declarations.level1.lines.append(declared)
      if line.words != nil, let sum = line.sum { sums.append((declared, sum)) }
    }
  }

  // MARK: - Cuts of a software trigger

  private mutating func readCuts(_ rows: [TabbedRow], _ columns: CutTable.Columns) {
    let vocabulary = vocabularies.highLevel[0]
    let table = CutTable(rows, columns, vocabulary: vocabulary, log: &reader.log)
    for line in table.lines {
      var declared = MenuDeclarations.Line(name: line.name, span: line.name.span, isReject: line.isReject)
      declared.condition = LocatedText(
        line.cut.condition(vocabulary), file: line.place.file, line: line.place.line, column: line.place.column)
      declared.prescale = line.prescale
      if line.isSkim {
        declarations.skims.lines.append(declared)
      } else {
        declarations.highLevel.lines.append(declared)
      }
    }
    cuts = table
  }

  // MARK: - One condition a line

  private mutating func readLines(_ rows: [TabbedRow]) {
    let given = options.lineNames.flatMap { names(in: $0, of: "lines") }
    // A condition may be empty, and is true then; empty lines behind the last condition are none, unless names count them.
    let written = rows.lastIndex { !$0.isEmpty }.map { $0 + 1 } ?? 0
    let count = given.map { max(written, min($0.count, rows.count)) } ?? written
    for (bit, row) in rows.prefix(count).enumerated() {
      let text = row.joined
      let (own, condition) = Self.split(text)
      let name = given.flatMap { bit < $0.count ? $0[bit] : nil } ?? own
      let place = name ?? LocatedText("line\(bit)", file: text.file, line: row.line, column: 1)
      var line = MenuDeclarations.Line(name: place, span: name?.span ?? condition.span, isReject: false)
      line.isBitAlgebra = true
      line.condition = condition
      if condition.words.isEmpty {
        reader.log.warning(
          at: condition.span, "the line '\(line.name.text)' has an empty condition, which is always true")
      }
      declarations.level1.lines.append(line)
    }
    if let given, given.count != count {
      reader.log.error(
        at: given.last?.span ?? SourceSpan(file: options.lineNames ?? "", line: 1, column: 1),
        "there are \(given.count) names for \(count) conditions")
    }
  }

  /// A name in front of a condition: with a colon, or a word that is followed by something no operator joins it to.
  static func split(_ text: LocatedText) -> (name: LocatedText?, condition: LocatedText) {
    let scalars = text.scalars
    func skip(_ from: Int, _ test: (Unicode.Scalar) -> Bool) -> Int {
      var place = from
      while place < scalars.count, test(scalars[place]) { place += 1 }
      return place
    }
    let start = skip(0) { $0.properties.isWhitespace }
    let end = skip(start, ExpressionLexer.continuesName)
    let next = skip(end) { $0.properties.isWhitespace }
    let name = text.part(start..<end)
    guard end > start, name.text.unicodeScalars.contains(where: { !ExpressionLexer.isDigit($0) }),
      !["not", "true", "false"].contains(name.text)
    else { return (nil, text) }
    if next < scalars.count, scalars[next] == ":" { return (name, text.part(next + 1..<scalars.count)) }
    guard next > end, next < scalars.count else { return (nil, text) }
    let following = text.part(next..<skip(next, ExpressionLexer.continuesName)).text
    let isOperand =
      following.isEmpty
      ? scalars[next] == "(" || (scalars[next] == "!" && (next + 1 == scalars.count || scalars[next + 1] != "="))
      : following != "and" && following != "or"
    return isOperand ? (name, text.part(next..<scalars.count)) : (nil, text)
  }

  // MARK: - Both forms of a line

  /// A warning for each line whose words and sum of products do not mean the same.
  func inconsistentLines(_ vocabulary: Vocabulary) throws(MenuError) -> [MenuDiagnostic] {
    var found: [MenuDiagnostic] = []
    for (line, sum) in sums {
      guard let words = line.condition else { continue }
      let comparison = try ConditionComparison(words.text, sum.text, vocabulary)
      guard !comparison.isSame else { continue }
      found.append(
        MenuDiagnostic(
          .warning, at: words.span,
          "the words of line '\(line.name.text)' do not mean its sum of products: they differ for "
            + "\(comparison.example.isEmpty ? "no bit set" : comparison.example.joined(separator: " "))",
          help: "the menu has the words"))
    }
    return found
  }
}

extension TabbedRow {
  /// Whether nothing but white space stands in it.
  var isEmpty: Bool { cells.allSatisfy { $0.words.isEmpty } }
  /// The line's number in the file.
  var line: Int { cells.first?.span.line ?? 1 }
  /// The cells with tabs between them, as they stood.
  var joined: LocatedText {
    let text = cells.map(\.text).joined(separator: "\t")
    return LocatedText(text, file: cells.first?.file ?? "", line: line, column: 1)
  }
}

extension LocatedText {
  /// A part of a text that stands on one line.
  func part(_ range: Range<Int>) -> LocatedText {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars[range])
    let place = span(at: range.lowerBound)
    return LocatedText(String(view), file: file, line: place.line, column: place.column)
  }

  /// The text without white space around it.
  var trimmed: LocatedText {
    let start = scalars.firstIndex { !$0.properties.isWhitespace } ?? 0
    let end = scalars.lastIndex { !$0.properties.isWhitespace }.map { $0 + 1 } ?? 0
    return part(start..<max(start, end))
  }
}
