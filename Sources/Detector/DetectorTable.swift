import ArrowStream
import Foundation

/// What is wrong with a detector table, and where.
public struct DetectorTableError: Error, Equatable, CustomStringConvertible, Sendable {
  /// File name of the table.
  public let file: String
  /// Line in the file, counted from 1; nil if the whole file is meant.
  public let line: Int?
  /// Name of the column; nil if the whole line is meant.
  public let column: String?
  /// What was found and what was expected.
  public let problem: String

  /// An error at a place of a table.
  public init(file: String, line: Int? = nil, column: String? = nil, problem: String) {
    self.file = file
    self.line = line
    self.column = column
    self.problem = problem
  }

  /// `file:line: column "name": problem`.
  public var description: String {
    var text = file
    if let line { text += ":\(line)" }
    if let column { text += ": column \"\(column)\"" }
    return text + ": " + problem
  }
}

/// A tab-separated table with comment lines (`#`) and one header line, read by column name.
struct DetectorTable {
  let file: String
  let columns: [String]
  /// Fields of each row and the line it stands on.
  let rows: [(line: Int, fields: [Substring])]

  /// Parses the text of a table; every row must have as many fields as the header.
  init(file: String, text: String) throws(DetectorTableError) {
    self.file = file
    var header: [String]?
    var rows: [(line: Int, fields: [Substring])] = []
    var number = 0
    for rawLine in text.split(separator: "\n", omittingEmptySubsequences: false) {
      number += 1
      let line = rawLine.hasSuffix("\r") ? rawLine.dropLast() : rawLine
      if line.isEmpty || line.hasPrefix("#") { continue }
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
      guard let header else {
        header = fields.map(String.init)
        continue
      }
      guard fields.count == header.count else {
        throw DetectorTableError(
          file: file, line: number, problem: "\(fields.count) fields, but the header names \(header.count) columns")
      }
      rows.append((number, fields))
    }
    guard let header else { throw DetectorTableError(file: file, problem: "no header line") }
    guard !rows.isEmpty else { throw DetectorTableError(file: file, problem: "no rows") }
    columns = header
    self.rows = rows
  }

  /// Position of a column.
  func column(_ name: String) throws(DetectorTableError) -> Int {
    guard let index = columns.firstIndex(of: name) else {
      throw DetectorTableError(
        file: file, column: name, problem: "missing; the header has " + columns.joined(separator: ", "))
    }
    return index
  }

  /// Field of a row as text.
  func text(_ row: Int, _ name: String) throws(DetectorTableError) -> String {
    String(rows[row].fields[try column(name)])
  }

  /// Field of a row as a finite number.
  func number(_ row: Int, _ name: String, in range: ClosedRange<Double> = -1e12...1e12) throws(DetectorTableError)
    -> Double
  {
    let field = rows[row].fields[try column(name)]
    guard let value = Double(field), value.isFinite else {
      throw DetectorTableError(
        file: file, line: rows[row].line, column: name, problem: "\"\(field)\" where a number is expected")
    }
    guard range.contains(value) else {
      throw DetectorTableError(
        file: file, line: rows[row].line, column: name,
        problem: "\(field) is outside \(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }

  /// Field of a row as a whole number in a range.
  func integer(_ row: Int, _ name: String, in range: ClosedRange<Int>) throws(DetectorTableError) -> Int {
    let field = rows[row].fields[try column(name)]
    guard let value = Int(field) else {
      throw DetectorTableError(
        file: file, line: rows[row].line, column: name, problem: "\"\(field)\" where a whole number is expected")
    }
    guard range.contains(value) else {
      throw DetectorTableError(
        file: file, line: rows[row].line, column: name,
        problem: "\(value) is outside \(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }

  /// An error about a row.
  func error(_ row: Int, _ name: String, _ problem: String) -> DetectorTableError {
    DetectorTableError(file: file, line: rows[row].line, column: name, problem: problem)
  }

  /// An error about the table.
  func error(_ problem: String) -> DetectorTableError { DetectorTableError(file: file, problem: problem) }

  /// Adds the header and the fields to a hash: comments and line ends may change without making another geometry.
  func fold(into hash: inout ContentHash) {
    func add(_ text: some StringProtocol) {
      hash.add(text.utf8)
      hash.add(0xFF)
    }
    for name in columns { add(name) }
    for row in rows { for field in row.fields { add(field) } }
  }
}

/// The folder of tables a detector model is read from.
struct DetectorTables {
  let folder: URL

  /// Reads a table of the folder.
  func read(_ file: String) throws(DetectorTableError) -> DetectorTable {
    let url = folder.appendingPathComponent(file)
    let data: Data
    do {
      data = try Data(contentsOf: url)
    } catch {
      throw DetectorTableError(file: url.path, problem: "cannot be read: \(error.localizedDescription)")
    }
    guard let text = String(data: data, encoding: .utf8) else {
      throw DetectorTableError(file: file, problem: "not UTF-8 text")
    }
    return try DetectorTable(file: file, text: text)
  }

  /// The committed tables, beside the running executable where the build puts them.
  static func committed() throws(DetectorTableError) -> DetectorTables {
    // `Bundle.module` ends the process when the resources are missing; an error that says where they were looked for is kinder.
    let bundle = "Sluice_Detector.resources"
    var places: [URL] = [Bundle.main.bundleURL.appendingPathComponent(bundle)]
    if let executable = Bundle.main.executableURL?.resolvingSymlinksInPath().deletingLastPathComponent() {
      places.append(executable.appendingPathComponent(bundle))
      places.append(executable.deletingLastPathComponent().appendingPathComponent("share/sluice/" + bundle))
    }
    for place in places {
      let folder = place.appendingPathComponent("Tables")
      if FileManager.default.fileExists(atPath: folder.path) { return DetectorTables(folder: folder) }
    }
    throw DetectorTableError(
      file: "Tables",
      problem: "detector tables not found; looked for " + places.map(\.path).joined(separator: ", ")
        + " (keep \(bundle) beside the executable)")
  }
}
