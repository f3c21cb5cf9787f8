import EventModel

/// Why a replay could not be started or has to be refused; the command line answers these with exit status 2.
public enum ReplayError: Error, Equatable, CustomStringConvertible {
  /// A value of the call makes no sense.
  case invalidArgument(name: String, found: String, expected: String)
  /// A stream cannot be read.
  case unreadableStream(path: String, reason: String)
  /// Two streams were recorded with different geometry.
  case differentGeometry(first: String, firstGeometry: String, second: String, secondGeometry: String)
  /// A stream was recorded with another geometry than the trigger's.
  case foreignGeometry(path: String, found: String, expected: String)
  /// An event has the key of one before it, in the same stream or in others.
  case duplicateKey(path: String, row: Int, key: EventKey, others: [String])
  /// Two streams have different columns.
  case differentSchema(first: String, second: String, reason: String)
  /// Two streams of the same run stand for different times, so that their weights do not add up.
  case differentLiveTime(first: String, firstTime: Double, second: String, secondTime: Double)
  /// A column that the chain needs is missing.
  case missingColumn(path: String, column: String, existing: [String])
  /// An event holds what no detector can have measured.
  case impossibleInput(reason: String, event: EventKey, paths: [String])
  /// A file is in the way.
  case outputExists(path: String)
  /// The output cannot be written.
  case unwritableOutput(path: String, reason: String)
  /// A stage in a process of its own could not begin.
  case stageRefused(reason: String)

  /// One line: the file, what was found, what was expected.
  public var description: String {
    switch self {
    case .invalidArgument(let name, let found, let expected): "\(name): found '\(found)', expected \(expected)"
    case .unreadableStream(let path, let reason): "\(path): \(reason)"
    case .differentGeometry(let first, let firstGeometry, let second, let secondGeometry):
      "\(second): geometry '\(secondGeometry)', but \(first) has '\(firstGeometry)'; streams of different geometry "
        + "cannot be replayed together"
    case .foreignGeometry(let path, let found, let expected):
      "\(path): geometry '\(found)', but the trigger is made for '\(expected)'; its decisions would mean nothing"
    case .duplicateKey(let path, let row, let key, let others):
      "\(path): event \(row) has the key \(key) (experiment/run/number), which "
        + (others.isEmpty ? "an event before it" : others.joined(separator: ", "))
        + " has too; every key may occur once"
    case .differentSchema(let first, let second, let reason): "\(second): not the same columns as \(first): \(reason)"
    case .differentLiveTime(let first, let firstTime, let second, let secondTime):
      "\(second): live time \(secondTime) s, but \(first) of the same run has \(firstTime) s; their weights do not add up"
    case .missingColumn(let path, let column, let existing):
      "\(path): no column '\(column)', which the replay needs; there is \(existing.joined(separator: ", "))"
    case .impossibleInput(let reason, let event, let paths):
      (paths.isEmpty ? "" : paths.joined(separator: ", ") + ": ") + "event \(event): \(reason)"
    case .outputExists(let path): "\(path): exists already; give --force to replace it"
    case .unwritableOutput(let path, let reason): "\(path): cannot be written: \(reason)"
    case .stageRefused(let reason): reason
    }
  }
}
