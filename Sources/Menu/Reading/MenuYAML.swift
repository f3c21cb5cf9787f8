import Yams

/// Turns the bytes of a menu file into YAML nodes, with bounds on what a hostile file can cost.
enum MenuYAML {
  /// Deepest nesting of brackets or indentation accepted; a menu needs five levels.
  static let depthLimit = 160

  /// The text of a menu file, or `nil` with an error in the log.
  static func text(of bytes: [UInt8], file: String, log: inout DiagnosticLog) -> MenuSource? {
    guard bytes.count <= MenuFiles.sizeLimit else {
      log.error(
        at: SourceSpan(file: file, line: 1, column: 1),
        "the file is larger than \(MenuFiles.sizeLimit) bytes, which no menu is")
      return nil
    }
    // Some editors start UTF-8 files with a byte-order mark; it is no part of the text.
    let bytes = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
    guard let text = String(validating: bytes, as: UTF8.self) else {
      let good = validPrefix(of: bytes)
      let source = MenuSource(file: file, text: good)
      let line = source.lines.count
      log.error(
        at: SourceSpan(file: file, line: line, column: source.lines[line - 1].count + 1),
        "byte \(good.utf8.count) is not UTF-8 text", help: "save the file as UTF-8")
      return nil
    }
    let source = MenuSource(file: file, text: text)
    log.register(source)
    return source
  }

  /// The root node of a file; `nil` for an empty file or with an error in the log.
  static func root(of source: MenuSource, log: inout DiagnosticLog) -> Node? {
    guard isHarmless(source, log: &log) else { return nil }
    do {
      guard let node = try Yams.compose(yaml: source.text, .basic, .default, .utf8) else {
        log.error(at: SourceSpan(file: source.file, line: 1, column: 1), "the file is empty")
        return nil
      }
      return node
    } catch let error as YamlError {
      report(error, in: source, log: &log)
    } catch {
      log.error(at: SourceSpan(file: source.file, line: 1, column: 1), "not YAML: \(error)")
    }
    return nil
  }

  /// Refuses what could make the YAML library work without bound: anchors (a few lines of aliases can stand for
  /// billions of nodes) and nesting beyond reason. Menus share conditions with `define:` instead.
  private static func isHarmless(_ source: MenuSource, log: inout DiagnosticLog) -> Bool {
    for (index, line) in source.lines.enumerated() {
      var previous: Unicode.Scalar = " "
      for (column, scalar) in line.enumerated() {
        defer { previous = scalar }
        guard scalar == "&", column + 1 < line.count else { continue }
        let next = line[column + 1]
        let opensNode = previous.properties.isWhitespace || "[{,:?-!\"']}".unicodeScalars.contains(previous)
        guard opensNode && (ExpressionLexer.continuesName(next) || next == "-") else { continue }
        log.error(
          at: SourceSpan(file: source.file, line: index + 1, column: column + 1),
          "YAML anchors (&name) are not part of the menu language",
          help: "name a condition with define:, and write 'and' for a logical and")
        return false
      }
    }
    return isShallow(source, log: &log)
  }

  /// Brackets opened and not closed, counted over the whole file without regard to quotes, and indentations.
  private static func isShallow(_ source: MenuSource, log: inout DiagnosticLog) -> Bool {
    var open = 0
    var indentations: [Int] = []
    for (index, line) in source.lines.enumerated() {
      let indentation = line.prefix { $0 == " " }.count
      if indentation < line.count {
        while let last = indentations.last, last >= indentation { indentations.removeLast() }
        indentations.append(indentation)
      }
      var markers = 0
      for (column, scalar) in line.enumerated() {
        switch scalar {
        case "[", "{": open += 1
        case "]", "}": open = max(0, open - 1)
        case "-", "?", ":": if column + 1 == line.count || line[column + 1] == " " { markers += 1 }
        default: break
        }
        if open > depthLimit {
          log.error(
            at: SourceSpan(file: source.file, line: index + 1, column: column + 1),
            "brackets nest deeper than \(depthLimit) levels")
          return false
        }
      }
      if indentations.count + markers > depthLimit {
        log.error(
          at: SourceSpan(file: source.file, line: index + 1, column: 1), "the file nests too deeply to be a menu")
        return false
      }
    }
    return true
  }

  private static func report(_ error: YamlError, in source: MenuSource, log: inout DiagnosticLog) {
    func span(_ mark: Mark) -> SourceSpan {
      SourceSpan(file: source.file, line: max(1, mark.line), column: max(1, mark.column))
    }
    func describe(_ context: YamlError.Context?, _ problem: String, _ mark: Mark) {
      if problem.contains("another document") {
        log.error(at: span(mark), "a second YAML document starts here", help: "a menu is one document: remove '---'")
        return
      }
      let during = context.map { " (\($0.text) that starts in line \($0.mark.line))" } ?? ""
      log.error(at: span(mark), "not YAML: \(problem)\(during)", help: advice(problem, mark, source))
    }
    switch error {
    case .scanner(let context, let problem, let mark, _): describe(context, problem, mark)
    case .parser(let context, let problem, let mark, _): describe(context, problem, mark)
    case .composer(let context, let problem, let mark, _): describe(context, problem, mark)
    case .reader(let problem, let offset, _, let yaml):
      let before = String(yaml.prefix(offset ?? 0))
      let lines = MenuSource(file: source.file, text: before).lines
      let place = SourceSpan(file: source.file, line: lines.count, column: (lines.last?.count ?? 0) + 1)
      log.error(at: place, "not YAML: \(problem)")
    case .duplicatedKeysInMapping(let keys, let context):
      log.error(
        at: span(context.mark), "the key '\(keys.first ?? "")' stands twice in one mapping",
        help: "each key stands once; in a list every item starts with '-'")
    default:
      log.error(at: SourceSpan(file: source.file, line: 1, column: 1), "not YAML: \(error)")
    }
  }

  private static func advice(_ problem: String, _ mark: Mark, _ source: MenuSource) -> String? {
    let line = mark.line >= 1 && mark.line <= source.lines.count ? source.lines[mark.line - 1] : []
    if line.prefix(while: { $0 == " " || $0 == "\t" }).contains("\t") {
      return "indent with spaces, not with tabs"
    }
    if problem.contains("mapping values are not allowed") {
      return "put the value in quotes if it holds ': ', and check the indentation"
    }
    if problem.contains("did not find expected") { return "check the indentation and the quotes just before" }
    return nil
  }

  /// The beginning of bytes up to the first that is not UTF-8.
  private static func validPrefix(of bytes: [UInt8]) -> String {
    var text = String.UnicodeScalarView()
    var decoder = Unicode.UTF8()
    var iterator = bytes.makeIterator()
    while case .scalarValue(let scalar) = decoder.decode(&iterator) { text.append(scalar) }
    return String(text)
  }
}

/// The root node of any file in the project's YAML, under the same bounds as a menu.
/// - Throws: ``MenuError`` with line and column.
package func composeYAML(_ bytes: [UInt8], file: String) throws(MenuError) -> Node {
  var log = DiagnosticLog()
  let root = MenuYAML.text(of: bytes, file: file, log: &log).flatMap { MenuYAML.root(of: $0, log: &log) }
  guard let root, !log.hasErrors else { throw MenuError(log.sorted) }
  return root
}
