import Foundation
import TestSupport

/// `pyarrow` as the referee, run in the environment that `make test` sets up.
enum Referee {
  /// Whether the environment is there; without it the tests that need it are skipped and counted as such.
  static let isPresent = PythonReferee.isInstalled

  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  /// Runs a script, whose text is prefixed with what all of them use, and gives what it prints.
  @discardableResult
  static func run(_ script: String, _ arguments: String...) throws -> String {
    let process = Process()
    process.executableURL = PythonReferee.interpreter
    process.arguments = ["-c", prelude + script] + arguments
    let output = Pipe()
    let errors = Pipe()
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    let complaint = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Failure(description: complaint) }
    return text
  }

  private static let prelude = """
    import json, math, sys
    import pyarrow as pa

    def plain(value):
        "A value in the form that JSON gives back."
        if isinstance(value, dict):
            return {key: plain(inner) for key, inner in value.items()}
        if isinstance(value, (list, tuple)):
            return [plain(inner) for inner in value]
        if isinstance(value, bytes):
            return value.hex()
        if isinstance(value, float) and not math.isfinite(value):
            return str(value)
        return value

    def narrow(value, expected):
        "Compares values; 32-bit floats may be written with fewer digits than Python gives them."
        if isinstance(value, dict) and isinstance(expected, dict):
            return value.keys() == expected.keys() and all(narrow(value[key], expected[key]) for key in value)
        if isinstance(value, list) and isinstance(expected, list):
            return len(value) == len(expected) and all(narrow(a, b) for a, b in zip(value, expected))
        if isinstance(value, float) and isinstance(expected, (int, float)) and not isinstance(expected, bool):
            import numpy as np
            return value == expected or np.float32(value) == np.float32(expected)
        return type(value) == type(expected) and value == expected

    def check_rows(table, path):
        expected = json.load(open(path))
        rows = plain(table.to_pylist())
        assert len(rows) == len(expected), (len(rows), len(expected))
        for number, (row, wanted) in enumerate(zip(rows, expected)):
            for key in wanted:
                assert narrow(row[key], wanted[key]), (number, key, row[key], wanted[key])


    """
}
