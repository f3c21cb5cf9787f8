import ArgumentParser
import Foundation

/// Where the machine form of a command's results goes.
struct JSONOption: ParsableArguments {
  @Option(
    name: .customLong("json"), help: "Write the results as JSON to FILE, - for standard output.", completion: .file())
  var file: String?

  /// Whether standard output belongs to the JSON, so that tables must go elsewhere.
  var takesStandardOutput: Bool { file == "-" }

  /// Writes the results, if asked to. Keys are sorted, so that the same results are the same bytes.
  /// - Throws: an error that names the file when it cannot be written; nothing half-written stays under its name.
  func write(_ results: some Encodable) throws {
    guard let file else { return }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    var data = try encoder.encode(results)
    data.append(UInt8(ascii: "\n"))
    if file == "-" {
      FileHandle.standardOutput.write(data)
      return
    }
    do {
      try data.write(to: URL(filePath: file), options: .atomic)
    } catch {
      throw OutputError(file: file, reason: error.localizedDescription)
    }
  }
}

/// A result that cannot be written.
struct OutputError: Error, CustomStringConvertible {
  let file: String
  let reason: String
  var description: String { "\(file): cannot be written: \(reason)" }
}
