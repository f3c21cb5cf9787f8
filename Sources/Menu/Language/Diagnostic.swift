/// A place in a menu file. Lines and columns count from 1, columns in Unicode scalars.
public struct SourceSpan: Hashable, Sendable {
  /// The file as it was named by the caller or by `include:`.
  public let file: String
  /// Line, from 1.
  public let line: Int
  /// Column, from 1.
  public let column: Int
  /// How many columns the caret line marks, at least 1.
  public let length: Int

  /// A place in a file.
  public init(file: String, line: Int, column: Int, length: Int = 1) {
    self.file = file
    self.line = line
    self.column = column
    self.length = max(1, length)
  }

  /// The span from the start of this one to the end of another; only the first line of it is marked.
  func joined(with end: SourceSpan) -> SourceSpan {
    guard file == end.file && line == end.line && end.column >= column else { return self }
    return SourceSpan(file: file, line: line, column: column, length: end.column + end.length - column)
  }
}

/// One thing the menu checker has to say: where, what was found, what was expected.
public struct MenuDiagnostic: Hashable, Sendable, CustomStringConvertible {
  /// An error makes the menu unusable, a warning does not.
  public enum Severity: String, Sendable {
    /// The menu cannot be used.
    case error
    /// The menu can be used, but is perhaps not what was meant.
    case warning
  }

  /// How bad it is.
  public let severity: Severity
  /// Where it is.
  public let span: SourceSpan
  /// What was found and why it cannot be.
  public let message: String
  /// What to write instead, or what was expected.
  public let help: String?
  /// The line of the file, for showing it with a caret; empty if there is none.
  public let sourceLine: String

  /// Makes a diagnostic.
  public init(
    _ severity: Severity, at span: SourceSpan, _ message: String, help: String? = nil, sourceLine: String = ""
  ) {
    self.severity = severity
    self.span = span
    self.message = message
    self.help = help
    self.sourceLine = sourceLine
  }

  /// One line: `menu.yaml:12:17: error: message; help`.
  public var description: String {
    let head = "\(span.file):\(span.line):\(span.column): \(severity.rawValue): \(message)"
    return help.map { "\(head); \($0)" } ?? head
  }

  /// As a compiler shows it: the message, the source line, a caret under the place, the help.
  public var rendered: String {
    var text = "\(span.file):\(span.line):\(span.column): \(severity.rawValue): \(message)\n"
    if !sourceLine.isEmpty {
      let (shown, offset) = Self.window(of: sourceLine, around: span.column)
      text += "    \(shown)\n    "
      let before = span.column - 1 - offset
      // Tabs are kept, so that the caret stands under its character in any terminal.
      for (index, scalar) in shown.unicodeScalars.enumerated() where index < before {
        text += scalar == "\t" ? "\t" : " "
      }
      let room = max(1, shown.unicodeScalars.count - before)
      text += "^" + String(repeating: "~", count: min(span.length, room) - 1) + "\n"
    }
    if let help { text += "    help: \(help)\n" }
    return text
  }

  /// Very long lines are shown as a window around the place.
  private static func window(of line: String, around column: Int) -> (text: String, offset: Int) {
    let scalars = Array(line.unicodeScalars)
    let limit = 160
    guard scalars.count > limit else { return (line, 0) }
    let start = max(0, min(column - 1 - limit / 2, scalars.count - limit))
    var text = String.UnicodeScalarView()
    text.append(contentsOf: scalars[start..<min(start + limit, scalars.count)])
    return (String(text), start)
  }
}

/// A menu that cannot be used, with everything the checker found wrong in one pass.
public struct MenuError: Error, Sendable, CustomStringConvertible {
  /// Errors and warnings in the order of the file.
  public let diagnostics: [MenuDiagnostic]

  /// Makes an error from what the checker found.
  public init(_ diagnostics: [MenuDiagnostic]) {
    self.diagnostics = diagnostics
  }

  /// Every diagnostic on a line of its own.
  public var description: String { diagnostics.map(\.description).joined(separator: "\n") }

  /// Every diagnostic with its source line and caret, and a count at the end.
  public var rendered: String {
    let errors = diagnostics.count { $0.severity == .error }
    let warnings = diagnostics.count - errors
    var summary = "\(errors) error\(errors == 1 ? "" : "s")"
    if warnings > 0 { summary += ", \(warnings) warning\(warnings == 1 ? "" : "s")" }
    return diagnostics.map(\.rendered).joined() + summary
  }
}

/// Collects diagnostics while a menu is read, without stopping at the first.
struct DiagnosticLog {
  /// After this many errors reading goes on but nothing more is kept: a hostile file must not fill the terminal.
  static let limit = 100

  private(set) var diagnostics: [MenuDiagnostic] = []
  private var seen: Set<MenuDiagnostic> = []
  private var sources: [String: MenuSource] = [:]

  var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

  /// Remembers a file's text, so that diagnostics can show its lines.
  mutating func register(_ source: MenuSource) { sources[source.file] = source }

  mutating func error(at span: SourceSpan, _ message: String, help: String? = nil) {
    add(.error, at: span, message, help)
  }

  mutating func warning(at span: SourceSpan, _ message: String, help: String? = nil) {
    add(.warning, at: span, message, help)
  }

  private mutating func add(
    _ severity: MenuDiagnostic.Severity, at span: SourceSpan, _ message: String, _ help: String?
  ) {
    guard diagnostics.count < Self.limit else { return }
    var sourceLine = ""
    if let lines = sources[span.file]?.lines, span.line >= 1, span.line <= lines.count {
      var view = String.UnicodeScalarView()
      view.append(contentsOf: lines[span.line - 1].prefix(10_000).filter { $0 != "\r" })
      sourceLine = String(view)
    }
    let diagnostic = MenuDiagnostic(severity, at: span, message, help: help, sourceLine: sourceLine)
    // A definition used by ten lines is wrong once, not ten times.
    if seen.insert(diagnostic).inserted { diagnostics.append(diagnostic) }
  }

  /// The diagnostics in the order of the files' lines; files in the order they were met.
  var sorted: [MenuDiagnostic] {
    var order: [String: Int] = [:]
    for diagnostic in diagnostics where order[diagnostic.span.file] == nil {
      order[diagnostic.span.file] = order.count
    }
    return diagnostics.enumerated().sorted { left, right in
      let keyOfLeft = (
        order[left.element.span.file] ?? 0, left.element.span.line, left.element.span.column, left.offset
      )
      let keyOfRight = (
        order[right.element.span.file] ?? 0, right.element.span.line, right.element.span.column, right.offset
      )
      return keyOfLeft < keyOfRight
    }.map(\.element)
  }
}
