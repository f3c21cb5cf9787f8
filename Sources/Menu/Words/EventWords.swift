/// Input words of events, as another program wrote them down: one event a line, 6 to 10 words of 32 bits in hexadecimal,
/// least significant word first.
///
/// Bit i of an event is bit i % 32 of word i / 32. Words are separated by blanks, tabs or commas, upper or lower case,
/// with or without `0x`; `#` starts a comment; empty lines are passed over. Words that a line leaves out are zero.
public struct EventWords: Sendable, Equatable {
  /// Words kept for each event.
  public static let wordsPerEvent = 10
  /// Fewest words of a line: fewer are taken for a mistake.
  public static let fewestWords = 6
  /// Errors that are reported of one file.
  static let errorLimit = 20

  /// The words of all events, ``wordsPerEvent`` each.
  public private(set) var words: [UInt32] = []
  /// How many words each event's line had.
  public private(set) var wordCounts: [UInt8] = []
  /// The number of events.
  public var count: Int { wordCounts.count }

  /// No events.
  public init() {}

  /// The events of a file's bytes; `file` is the name errors use.
  ///
  /// - Throws: ``MenuError`` with line and column of what is wrong.
  public init(bytes: some Collection<UInt8>, file: String) throws(MenuError) {
    let content = ContiguousArray(bytes)
    var errors: [MenuDiagnostic] = []
    content.withUnsafeBufferPointer { content in
      var reader = EventWordReader(content: content, file: file)
      while let line = reader.next(&errors) {
        guard errors.count < Self.errorLimit else { break }
        if !line.isEmpty { append(line) }
      }
      if count == 0 && errors.isEmpty {
        errors.append(
          MenuDiagnostic(
            .error, at: SourceSpan(file: file, line: 1, column: 1), "the file holds no events",
            help: "write \(Self.fewestWords) to \(Self.wordsPerEvent) hexadecimal words a line"))
      }
    }
    guard errors.isEmpty else { throw MenuError(errors) }
  }

  /// Adds an event. Words it leaves out are zero.
  public mutating func append(_ event: some Collection<UInt32>) {
    precondition(event.count <= Self.wordsPerEvent, "an event has \(Self.wordsPerEvent) words at most")
    words.append(contentsOf: event)
    words.append(contentsOf: repeatElement(0, count: Self.wordsPerEvent - event.count))
    wordCounts.append(UInt8(event.count))
  }

  /// The words of an event.
  public subscript(event: Int) -> ArraySlice<UInt32> {
    words[event * Self.wordsPerEvent..<(event + 1) * Self.wordsPerEvent]
  }

  /// Number of events in which a bit from `bitCount` on is set: bits that a set of inputs of that size does not know.
  public func eventsBeyond(bitCount: Int) -> Int {
    (0..<count).count { event in
      self[event].enumerated().contains { place, word in
        let known = bitCount - place * 32
        return word & (known >= 32 ? 0 : known <= 0 ? .max : .max << UInt32(known)) != 0
      }
    }
  }

  /// Words of events with their bits in another order, ``wordsPerEvent`` an event. Bits that the other order does not
  /// have are left out, and those that this one does not have are zero.
  public static func arranged(_ words: [UInt32], from names: [String], to other: [String]) -> [UInt32] {
    if names == other { return words }
    let places = Dictionary(names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    let moves = other.prefix(wordsPerEvent * 32).enumerated().compactMap { place, name in
      places[name].map { (from: $0, to: place) }
    }
    var arranged = [UInt32](repeating: 0, count: words.count)
    for event in stride(from: 0, to: words.count, by: wordsPerEvent) {
      for move in moves where words[event + move.from / 32] >> UInt32(move.from % 32) & 1 == 1 {
        arranged[event + move.to / 32] |= 1 << UInt32(move.to % 32)
      }
    }
    return arranged
  }

  /// Words as people write them: eight lower-case hexadecimal digits each.
  public static func text(_ words: some Sequence<UInt32>) -> String {
    words.map { word in
      let digits = String(word, radix: 16)
      return String(repeating: "0", count: 8 - digits.count) + digits
    }.joined(separator: " ")
  }
}

/// Cuts a file into lines of words.
private struct EventWordReader {
  let content: UnsafeBufferPointer<UInt8>
  let file: String
  private var offset = 0
  private var line = 0
  private var found: [UInt32] = []

  init(content: UnsafeBufferPointer<UInt8>, file: String) {
    self.content = content
    self.file = file
    // Some editors start files with a byte-order mark; it is no part of the text.
    if content.starts(with: [0xEF, 0xBB, 0xBF]) { offset = 3 }
  }

  /// The words of the next line, none for an empty line or after an error; `nil` at the end of the file.
  mutating func next(_ errors: inout [MenuDiagnostic]) -> [UInt32]? {
    guard offset < content.count else { return nil }
    line += 1
    let start = offset
    let end = content[offset...].firstIndex(of: UInt8(ascii: "\n")) ?? content.count
    offset = end + 1
    found.removeAll(keepingCapacity: true)
    var place = start
    while place < end {
      let byte = content[place]
      if byte == UInt8(ascii: "#") { break }
      if Self.separates(byte) {
        place += 1
        continue
      }
      let first = place
      while place < end, !Self.separates(content[place]), content[place] != UInt8(ascii: "#") { place += 1 }
      if let problem = take(first..<place) {
        errors.append(diagnostic(problem, first - start, place - first, start..<end))
        return []
      }
    }
    if !found.isEmpty && (found.count < EventWords.fewestWords || found.count > EventWords.wordsPerEvent) {
      errors.append(
        diagnostic(
          "the line has \(found.count) word\(found.count == 1 ? "" : "s"), expected \(EventWords.fewestWords) to "
            + "\(EventWords.wordsPerEvent)", 0, 1, start..<end))
      return []
    }
    return found
  }

  private static func separates(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\r")
  }

  /// Reads one word; what is wrong with it otherwise.
  private mutating func take(_ range: Range<Int>) -> String? {
    var place = range.lowerBound
    let isPrefixed =
      range.count > 2 && content[place] == UInt8(ascii: "0") && content[place + 1] | 0x20 == UInt8(ascii: "x")
    if isPrefixed { place += 2 }
    guard range.upperBound - place <= 8 else {
      return "a word has 32 bits, 8 hexadecimal digits at most, found \(range.upperBound - place) characters"
    }
    var value: UInt32 = 0
    for index in place..<range.upperBound {
      guard let digit = Self.digit(content[index]) else { return "'\(text(range))' is not a hexadecimal word" }
      value = value << 4 | digit
    }
    // A line with more words than there can be is counted, not kept.
    if found.count <= 1000 { found.append(value) }
    return nil
  }

  private static func digit(_ byte: UInt8) -> UInt32? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte - UInt8(ascii: "a")) + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte - UInt8(ascii: "A")) + 10
    default: nil
    }
  }

  /// A part of the file that can be shown: characters that are not plain text become dots.
  private func text(_ range: Range<Int>) -> String {
    String(
      decoding: content[range.lowerBound..<min(range.upperBound, range.lowerBound + 200)].map {
        $0 >= 0x20 && $0 < 0x7F || $0 == 0x09 ? $0 : UInt8(ascii: ".")
      },
      as: UTF8.self)
  }

  private func diagnostic(_ message: String, _ column: Int, _ length: Int, _ range: Range<Int>) -> MenuDiagnostic {
    MenuDiagnostic(
      .error, at: SourceSpan(file: file, line: line, column: column + 1, length: length), message,
      help: "write \(EventWords.fewestWords) to \(EventWords.wordsPerEvent) hexadecimal words, least significant first",
      sourceLine: column < 200 ? text(range) : "")
  }
}
