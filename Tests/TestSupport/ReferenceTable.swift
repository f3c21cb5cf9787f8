import Foundation

/// A table of `Tests/SignalMonitorTests/Tables`: comma-separated, the first line names the columns, fields with commas in quotes.
package struct ReferenceTable {
  /// The rows, as text by column name.
  package let rows: [[String: String]]

  /// Reads a table by its file name without the extension.
  package init(_ name: String) throws {
    var folder = URL(fileURLWithPath: #filePath)
    for _ in 0..<2 { folder.deleteLastPathComponent() }
    let file = folder.appendingPathComponent("SignalMonitorTests/Tables/\(name).csv")
    let text = try String(contentsOf: file, encoding: .utf8)
    let lines = text.split(whereSeparator: \.isNewline).map(Self.fields)
    guard let header = lines.first else { throw Malformed(name) }
    rows = try lines.dropFirst().map { fields in
      guard fields.count == header.count else { throw Malformed("\(name): \(fields)") }
      return Dictionary(uniqueKeysWithValues: zip(header, fields))
    }
  }

  /// A number of a row.
  package static func number(_ row: [String: String], _ column: String) throws -> Double {
    guard let text = row[column], let value = Double(text) else { throw Malformed("\(column) of \(row)") }
    return value
  }

  /// A table that cannot be read.
  package struct Malformed: Error {
    package let what: String
    package init(_ what: String) { self.what = what }
  }

  private static func fields(_ line: Substring) -> [String] {
    var fields = [""]
    var quoted = false
    for character in line {
      if character == "\"" {
        quoted.toggle()
      } else if character == ",", !quoted {
        fields.append("")
      } else {
        fields[fields.count - 1].append(character)
      }
    }
    return fields
  }
}
