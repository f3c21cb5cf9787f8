/// What is wrong with a recorded stream or a message, and where.
///
/// The kind says what may be done about it: a file that is cut short can be repaired, a batch whose checksum differs
/// can be skipped, an unsupported column can be left unread.
public struct StreamError: Error, Sendable, CustomStringConvertible {
  /// What went wrong, in a bounded set of words (fit for the label of a counter).
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// The operating system refused: no such file, no permission, disk full.
    case inputOutput = "input-output"
    /// The file to be written exists already.
    case exists
    /// The bytes are no Arrow file or message at all.
    case notArrow = "not-arrow"
    /// The file or message ends before it is complete.
    case truncated
    /// Offsets, lengths or counts contradict each other.
    case malformed
    /// Valid Arrow that this implementation does not read.
    case unsupported
    /// The bytes are not those that were written.
    case checksum
    /// A length beyond what the reader was told to accept.
    case tooLarge = "too-large"
    /// A batch does not have the columns of the stream it is to join.
    case schema
  }

  /// What went wrong.
  public let kind: Kind
  /// What was found and what was expected.
  public let reason: String
  /// The file, when there is one.
  public var file: String?
  /// Where in the file or message, counted from its first byte.
  public var byteOffset: Int?
  /// The record batch, counted from 0.
  public var batch: Int?
  /// The events of that batch, when it says so.
  public var events: EventRange?
  /// The column, with its parents: `cdc.item.wire`.
  public var column: String?

  /// An error of a kind, with what was found and what was expected.
  public init(
    _ kind: Kind, _ reason: String, file: String? = nil, byteOffset: Int? = nil, batch: Int? = nil,
    events: EventRange? = nil, column: String? = nil
  ) {
    self.kind = kind
    self.reason = reason
    self.file = file
    self.byteOffset = byteOffset
    self.batch = batch
    self.events = events
    self.column = column
  }

  /// Place and reason: `FILE: byte N: batch B: column: reason`.
  public var description: String {
    var text = ""
    if let file { text += "\(file): " }
    if let byteOffset { text += "byte \(byteOffset): " }
    if let batch {
      text += "batch \(batch)"
      if let events { text += " (events \(events.first) to \(events.last))" }
      text += ": "
    }
    if let column { text += "column '\(column)': " }
    return text + reason
  }

  /// The same error with the place it happened at, where that was not known yet.
  func located(file: String? = nil, byteOffset: Int? = nil, batch: Int? = nil, events: EventRange? = nil) -> StreamError
  {
    var located = self
    located.file = self.file ?? file
    located.byteOffset = self.byteOffset ?? byteOffset
    located.batch = self.batch ?? batch
    located.events = self.events ?? events
    return located
  }

  /// The same error one level further up the tree of columns.
  func inside(_ parent: String) -> StreamError {
    var outer = self
    outer.column = column.map { "\(parent).\($0)" } ?? parent
    return outer
  }
}

/// The event numbers of a record batch: what is lost when it cannot be read.
public struct EventRange: Hashable, Sendable, CustomStringConvertible {
  /// The number of the batch's first event.
  public let first: UInt64
  /// The number of its last event.
  public let last: UInt64
  /// How many events the batch holds.
  public let count: Int

  /// A range of events.
  public init(first: UInt64, last: UInt64, count: Int) {
    self.first = first
    self.last = last
    self.count = count
  }

  /// The form kept in a batch's metadata under `sluice.events`: `first-last,count`.
  public var description: String { "\(first)-\(last),\(count)" }

  /// A range from its description; nil when the text is none.
  public init?(_ text: String) {
    let halves = text.split(separator: ",", omittingEmptySubsequences: false)
    guard halves.count == 2, let count = Int(halves[1]), count >= 0 else { return nil }
    let numbers = halves[0].split(separator: "-", omittingEmptySubsequences: false)
    guard numbers.count == 2, let first = UInt64(numbers[0]), let last = UInt64(numbers[1]) else { return nil }
    self.init(first: first, last: last, count: count)
  }
}
