import ArgumentParser
import Foundation

/// Where the machine form of a command's results goes.
struct JSONOption: ParsableArguments {
  @Option(
    name: .customLong("json"), help: "Write the results as JSON to FILE, - for standard output.", completion: .file())
  var file: String?

  /// Whether standard output belongs to the JSON, so that tables must go elsewhere.
  var takesStandardOutput: Bool { file == "-" }

  /// Known before the command has worked and printed.
  func validate() throws {
    if let file, file != "-" { try OutputError.check(file, option: "--json") }
  }

  /// Writes the results, if asked to. Keys are sorted, so that the same results are the same bytes.
  /// - Throws: an error that names the file when it cannot be written; nothing half-written stays under its name.
  func write(_ results: some Encodable) throws {
    guard let file else { return }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    var data = try encoder.encode(results)
    data.append(UInt8(ascii: "\n"))
    if file == "-" {
      try OutputError.writeStandardOutput(data)
      return
    }
    try OutputError.write(data, to: file)
  }
}

/// A result that cannot be written.
struct OutputError: Error, CustomStringConvertible {
  let file: String
  let reason: String
  var description: String { "\(file): cannot be written: \(reason)" }

  /// Writes a file in one step: it is whole or not there.
  static func write(_ data: Data, to file: String) throws {
    do {
      try data.write(to: URL(filePath: file), options: .atomic)
    } catch {
      throw OutputError(file: file, reason: reason(of: error))
    }
  }

  /// Writes to standard output, which may be a full disk or closed.
  static func writeStandardOutput(_ data: Data) throws {
    do {
      try FileHandle.standardOutput.write(contentsOf: data)
    } catch {
      throw OutputError(file: "standard output", reason: reason(of: error))
    }
  }

  /// Refuses a path at which no file can be made, before any work is done for it.
  /// - Throws: `ValidationError`, which says what is wrong with the value of the option.
  static func check(_ file: String, option: String) throws {
    var isFolder: ObjCBool = false
    let folder = URL(filePath: file).deletingLastPathComponent().path
    let problem: String? =
      if file.isEmpty {
        "no file is named"
      } else if FileManager.default.fileExists(atPath: file, isDirectory: &isFolder), isFolder.boolValue {
        "it is a folder"
      } else if !FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder) || !isFolder.boolValue {
        "there is no folder \(folder)"
      } else if !FileManager.default.isWritableFile(atPath: folder) {
        "the folder \(folder) cannot be written to"
      } else {
        nil
      }
    if let problem { throw ValidationError("\(option) '\(file)': cannot be written: \(problem)") }
  }

  /// The system's own words, where Foundation knows them.
  private static func reason(of error: any Error) -> String {
    let error = error as NSError
    let system = error.domain == NSPOSIXErrorDomain ? error : error.userInfo[NSUnderlyingErrorKey] as? NSError
    guard let system, system.domain == NSPOSIXErrorDomain else { return error.localizedDescription }
    return String(cString: strerror(Int32(truncatingIfNeeded: system.code)))
  }
}
