/// Why a generator file cannot be read, and where.
public struct GeneratorFileError: Error, CustomStringConvertible, Sendable, Equatable {
  /// What kind of trouble it is.
  public enum Kind: Sendable, Equatable {
    /// The file cannot be opened or its bytes cannot be read.
    case unreadable
    /// The compressed bytes are damaged or cut short.
    case damagedCompression
    /// The file is not in a format read here.
    case unknownFormat
    /// A line does not say what its first letter promises.
    case malformedLine
    /// The lines of an event contradict each other.
    case inconsistentEvent
    /// The file ends before its closing line.
    case truncated
    /// The event is not in the laboratory frame of the detector.
    case wrongFrame
  }

  /// What kind of trouble it is.
  public let kind: Kind
  /// Path of the file.
  public let file: String
  /// Line of the decompressed text, counted from 1; 0 if the trouble is the file as a whole.
  public let line: Int
  /// What was found and what was expected.
  public let reason: String
  /// Events read whole before the trouble.
  public let wholeEvents: Int

  /// Where and why, in one line.
  public var description: String {
    let place = line > 0 ? "\(file):\(line)" : file
    let before = wholeEvents == 1 ? "1 whole event before it" : "\(wholeEvents) whole events before it"
    return "\(place): \(reason)" + (line > 0 ? " (\(before))" : "")
  }
}

/// What is wrong with one line or one event, before it is known which file and line that is.
struct ListingProblem: Error {
  var kind: GeneratorFileError.Kind = .malformedLine
  let reason: String
}
