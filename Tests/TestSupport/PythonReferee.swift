import Foundation

/// Runs Python code of the test environment (`make test` creates `.venv` in the project's root) and gives back what it
/// prints: one list of numbers in JSON.
package enum PythonReferee {
  /// The interpreter of the test environment.
  package static let interpreter: URL = {
    var root = URL(fileURLWithPath: #filePath)
    for _ in 0..<3 { root.deleteLastPathComponent() }
    return root.appendingPathComponent(".venv/bin/python3")
  }()

  /// The file of another program in the test environment.
  package static func program(_ name: String) -> String {
    interpreter.deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent(name).path
  }

  /// Whether the environment is there; without it tests that need it are skipped and counted as such.
  package static var isInstalled: Bool { FileManager.default.isExecutableFile(atPath: interpreter.path) }

  /// Code that ended with an error.
  package struct Failure: Error, CustomStringConvertible {
    package let description: String
  }

  /// Runs code that reads `input` and prints numbers.
  package static func numbers(_ code: String, input: [[Double]]) throws -> [Double] {
    let process = Process()
    process.executableURL = interpreter
    process.arguments = ["-c", "import sys, json\ninput = json.load(sys.stdin)\n" + code]
    let standardInput = Pipe()
    let standardOutput = Pipe()
    process.standardInput = standardInput
    process.standardOutput = standardOutput
    try process.run()
    let encoder = JSONEncoder()
    try standardInput.fileHandleForWriting.write(contentsOf: encoder.encode(input))
    try standardInput.fileHandleForWriting.close()
    let output = try standardOutput.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Failure(description: "python3 failed on:\n\(code)") }
    return try JSONDecoder().decode([Double].self, from: output)
  }
}
