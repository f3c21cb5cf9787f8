import Yams

/// The text of a YAML scalar together with the place of each of its characters in the file.
///
/// YAML folds lines, drops indentation and undoes escapes; the checker wants to put its caret under the character the
/// author typed. The value is laid along the source from the scalar's mark on, which gives the exact place for plain,
/// quoted and block scalars alike; where an escape makes the two differ the nearest place before it is used.
struct LocatedText: Sendable {
  let text: String
  let scalars: [Unicode.Scalar]
  let file: String
  private let lines: [Int32]
  private let columns: [Int32]
  private let start: (line: Int, column: Int)

  /// Text that stands in the file exactly as it is, on one line.
  init(_ text: String, file: String, line: Int, column: Int) {
    self.text = text
    scalars = Array(text.unicodeScalars)
    self.file = file
    start = (line, column)
    lines = scalars.map { _ in Int32(clamping: line) }
    columns = scalars.indices.map { Int32(clamping: column + $0) }
  }

  /// The text of a YAML scalar.
  init(_ scalar: Node.Scalar, in source: MenuSource) {
    text = scalar.string
    scalars = Array(text.unicodeScalars)
    file = source.file
    start = (scalar.mark?.line ?? 1, scalar.mark?.column ?? 1)
    (lines, columns) = Self.align(scalars, style: scalar.style, start: start, source: source)
  }

  /// The place of the characters at `offset ..< offset + length`; at the end of the text, the place just after it.
  func span(at offset: Int, length: Int = 1) -> SourceSpan {
    guard !scalars.isEmpty else { return SourceSpan(file: file, line: start.line, column: start.column) }
    if offset >= scalars.count {
      return SourceSpan(file: file, line: Int(lines[scalars.count - 1]), column: Int(columns[scalars.count - 1]) + 1)
    }
    let first = max(0, offset)
    let last = min(first + max(length, 1), scalars.count) - 1
    let width = lines[first] == lines[last] ? Int(columns[last]) - Int(columns[first]) + 1 : 1
    return SourceSpan(file: file, line: Int(lines[first]), column: Int(columns[first]), length: width)
  }

  /// The words between white space, each with its place.
  var words: [LocatedText] {
    var result: [LocatedText] = []
    var start: Int?
    for offset in 0...scalars.count {
      let isSpace = offset == scalars.count || scalars[offset].properties.isWhitespace
      if let first = start, isSpace {
        let place = span(at: first)
        var word = String.UnicodeScalarView()
        word.append(contentsOf: scalars[first..<offset])
        result.append(LocatedText(String(word), file: file, line: place.line, column: place.column))
        start = nil
      } else if start == nil, !isSpace {
        start = offset
      }
    }
    return result
  }

  /// The place of the whole text.
  var span: SourceSpan { span(at: 0, length: scalars.count) }

  private static func align(
    _ value: [Unicode.Scalar], style: Node.Scalar.Style, start: (line: Int, column: Int), source: MenuSource
  ) -> (lines: [Int32], columns: [Int32]) {
    var cursor = SourceCursor(source: source, line: start.line, column: start.column)
    switch style {
    case .literal, .folded:
      cursor.skipLine()  // the header: | or >, with indicators
    case .singleQuoted, .doubleQuoted:
      cursor.advance()
    case .any, .plain:
      break
    }
    var lines: [Int32] = []
    var columns: [Int32] = []
    lines.reserveCapacity(value.count)
    columns.reserveCapacity(value.count)
    for scalar in value {
      if style == .doubleQuoted { cursor.skipEscapedLineEnds() }
      let isEscape = style == .doubleQuoted && cursor.scalar == "\\"
      if !scalar.properties.isWhitespace {
        // Folded line ends, indentation and comments between block lines are all white space here.
        while let here = cursor.scalar, here.properties.isWhitespace { cursor.advance() }
      }
      lines.append(Int32(clamping: cursor.line))
      columns.append(Int32(clamping: cursor.column))
      if isEscape {
        cursor.skipEscape()
      } else if scalar.properties.isWhitespace {
        if let here = cursor.scalar, here.properties.isWhitespace, here != "\n" { cursor.advance() }
      } else if style == .singleQuoted, scalar == "'" {
        cursor.advance()
        cursor.advance()
      } else {
        cursor.advance()
      }
    }
    return (lines, columns)
  }
}

/// A place that walks forward through a source file.
private struct SourceCursor {
  let source: MenuSource
  var line: Int
  var column: Int

  init(source: MenuSource, line: Int, column: Int) {
    self.source = source
    self.line = max(1, line)
    self.column = max(1, column)
  }

  /// The character here; a line feed at the end of a line, `nil` at the end of the file.
  var scalar: Unicode.Scalar? {
    guard line <= source.lines.count else { return nil }
    let text = source.lines[line - 1]
    return column <= text.count ? text[column - 1] : "\n"
  }

  mutating func advance() {
    guard line <= source.lines.count else { return }
    column += 1
    if column > source.lines[line - 1].count + 1 {
      line += 1
      column = 1
    }
  }

  /// Passes over `\n`, `\x41`, `\u00e9`, … in a double-quoted text.
  mutating func skipEscape() {
    advance()
    let digits =
      switch scalar {
      case "x": 2
      case "u": 4
      case "U": 8
      default: 0
      }
    for _ in 0...digits { advance() }
  }

  /// Passes over backslashes at the end of a line, which join it to the next one, and over that one's indentation.
  mutating func skipEscapedLineEnds() {
    while scalar == "\\", line <= source.lines.count, column == source.lines[line - 1].count {
      line += 1
      column = 1
      while let here = scalar, here == " " || here == "\t" { advance() }
    }
  }

  mutating func skipLine() {
    line += 1
    column = 1
  }
}

/// One menu file in memory.
final class MenuSource: Sendable {
  /// The name errors use.
  let file: String
  /// The whole text.
  let text: String
  /// Its lines as Unicode scalars, the unit in which YAML counts columns.
  let lines: [[Unicode.Scalar]]

  init(file: String, text: String) {
    self.file = file
    self.text = text
    var lines: [[Unicode.Scalar]] = [[]]
    for scalar in text.unicodeScalars {
      if scalar == "\n" { lines.append([]) } else { lines[lines.count - 1].append(scalar) }
    }
    self.lines = lines
  }
}
