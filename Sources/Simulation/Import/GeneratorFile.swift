/// A file of generator events: HepMC3 ascii (Asciiv3) or HepMC2 ascii (IO_GenEvent), plain, gzip or zstd.
///
/// Events come out in the laboratory frame as the file has them, in GeV, cm and ns, mothers before daughters. Vertices
/// without a position have that of their nearest ancestor. A file is complete only if it ends with its closing line.
///
///     let file = try GeneratorFile(path: "tautau.hepmc3.zst")
///     var event = GeneratedEvent()
///     while try file.next(into: &event) { … }
public final class GeneratorFile {
  /// Path of the file.
  public let path: String
  /// Generators named in the file's header: name and version.
  public private(set) var generators: [String] = []
  /// Events read whole so far.
  public private(set) var wholeEvents = 0
  /// Line of the last event's `E` line, counted from 1.
  public private(set) var eventLine = 0

  private let lines: LineSource
  private var listing: EventListing?
  /// The `E` line that ended the event before it.
  private var heldLine: [CChar]?
  private var heldNumber = 0
  private var closed = false
  private var anyListing = false

  /// Opens a file.
  ///
  /// - Throws: ``GeneratorFileError`` if it cannot be opened.
  public init(path: String) throws(GeneratorFileError) {
    self.path = path
    lines = try LineSource(path: path)
  }

  /// A file whose bytes, plain or zstd, are in memory.
  ///
  /// - Parameters:
  ///   - contents: The bytes.
  ///   - name: What errors call the file.
  public init(contents: [UInt8], name: String) throws(GeneratorFileError) {
    path = name
    lines = try LineSource(contents: contents, name: name)
  }

  /// Reads the next event over whatever `event` holds; its number, process and time stay as they are.
  ///
  /// - Returns: false after the closing line of the last listing.
  /// - Throws: ``GeneratorFileError`` with the line and the reason; the events before it were whole.
  public func next(into event: inout GeneratedEvent) throws(GeneratorFileError) -> Bool {
    do {
      guard try collectEvent() else { return false }
      try listing?.write(to: &event)
      wholeEvents += 1
      return true
    } catch {
      let isCut = lines.isCut && error.kind == .malformedLine
      throw GeneratorFileError(
        kind: isCut ? .truncated : error.kind, file: path, line: lines.line,
        reason: isCut ? "the file is cut short in the middle of this line" : error.reason, wholeEvents: wholeEvents)
    }
  }

  /// Reads the lines of one event into the listing.
  private func collectEvent() throws(ListingProblem) -> Bool {
    var inEvent = false
    if let held = heldLine {
      heldLine = nil
      eventLine = heldNumber
      try held.withUnsafeBufferPointer { (line) throws(ListingProblem) in try check(line.prefixWithoutZero) }
      inEvent = true
    }
    while let line = try lines.next() {
      guard let first = line.first else { continue }
      if first == 0x48 {  // H: HepMC's own lines, or HepMC2's heavy ions
        let word = String(decoding: UnsafeRawBufferPointer(line), as: UTF8.self)
        if word.hasPrefix("HepMC") {
          let ended = try header(word)
          if inEvent {
            guard ended else {
              throw ListingProblem(
                kind: .truncated, reason: "found '\(word.prefix(60))' inside event \(wholeEvents + 1)")
            }
            try listing?.end()
            return true
          }
          continue
        }
      }
      guard listing != nil else { throw unknownFormat(line) }
      if first == 0x45 {  // E
        if inEvent {
          try listing?.end()
          heldLine = Array(line) + [0]
          heldNumber = lines.line
          return true
        }
        eventLine = lines.line
        inEvent = true
        try check(line)
      } else if inEvent {
        try check(line)
      } else {
        try run(line)
      }
    }
    if inEvent || !closed {
      guard anyListing else {
        throw ListingProblem(kind: .unknownFormat, reason: "the file is empty or has no HepMC event listing")
      }
      let last = wholeEvents == 0 ? "no event is whole" : "the last whole event is number \(wholeEvents) of the file"
      throw ListingProblem(
        kind: .truncated, reason: "the file ends without its END_EVENT_LISTING line: it is cut short, \(last)")
    }
    return false
  }

  /// Reads a line that begins with `HepMC`; true if it closes a listing.
  private func header(_ line: String) throws(ListingProblem) -> Bool {
    if line.hasPrefix("HepMC::Version") { return false }
    switch line {
    case "HepMC::Asciiv3-START_EVENT_LISTING": try begin(.asciiv3)
    case "HepMC::IO_GenEvent-START_EVENT_LISTING": try begin(.ioGenEvent)
    case "HepMC::Asciiv3-END_EVENT_LISTING", "HepMC::IO_GenEvent-END_EVENT_LISTING":
      guard let listing, line.contains("Asciiv3") == (listing.format == .asciiv3), !closed else {
        throw ListingProblem(kind: .unknownFormat, reason: "found '\(line)', which closes no open listing")
      }
      closed = true
      return true
    default:
      throw ListingProblem(
        kind: .unknownFormat,
        reason: "found '\(line.prefix(60))', expected HepMC::Asciiv3-START_EVENT_LISTING (HepMC3) "
          + "or HepMC::IO_GenEvent-START_EVENT_LISTING (HepMC2)")
    }
    return false
  }

  private func begin(_ format: EventListing.Format) throws(ListingProblem) {
    guard closed || !anyListing else {
      throw ListingProblem(kind: .truncated, reason: "a listing begins before the last one was closed")
    }
    anyListing = true
    closed = false
    listing = EventListing(format: format)
  }

  private func unknownFormat(_ line: UnsafeBufferPointer<CChar>) -> ListingProblem {
    let start = printable(line)
    let hint =
      start.hasPrefix("<LesHouchesEvents") || start.hasPrefix("<?xml") ? "; Les Houches event files are not read" : ""
    return ListingProblem(
      kind: .unknownFormat, reason: "found '\(start)', expected a HepMC3 or HepMC2 ascii file\(hint)")
  }

  /// A line of the run: names of weights, generators, attributes.
  private func run(_ line: UnsafeBufferPointer<CChar>) throws(ListingProblem) {
    guard !closed else {
      throw ListingProblem(kind: .malformedLine, reason: "found text after the END_EVENT_LISTING line")
    }
    switch line[0] {
    case 0x54:  // T: name, version and description, separated by a backslash and a bar
      let parts = String(decoding: UnsafeRawBufferPointer(line).dropFirst(2), as: UTF8.self).split(
        separator: "\\|", omittingEmptySubsequences: false)
      let name = parts.prefix(2).joined(separator: " ")
      if !generators.contains(name) { generators.append(name) }
    case 0x57, 0x41, 0x4e, 0x43, 0x46, 0x55: break
    default: throw unknownLine(line)
    }
  }

  private func unknownLine(_ line: UnsafeBufferPointer<CChar>) -> ListingProblem {
    let start = printable(line)
    return ListingProblem(reason: "found '\(start)', which is not a line of a HepMC event listing")
  }

  /// Reads one line of an event.
  private func check(_ line: UnsafeBufferPointer<CChar>) throws(ListingProblem) {
    guard let base = line.baseAddress, line.count > 1, base[1] == 0x20 else { throw unknownLine(line) }
    var fields = LineFields(line: base + 1, length: line.count - 1)
    switch base[0] {
    case 0x45: try listing?.begin(&fields)
    case 0x55: try listing?.units(&fields)
    case 0x56: try listing?.vertex(&fields)
    case 0x50: try listing?.particle(&fields)
    case 0x57 where listing?.format == .asciiv3: try listing?.weights(&fields)
    // Attributes, names, parton densities: nothing the event needs.
    case 0x41, 0x54, 0x4e, 0x43, 0x46, 0x48, 0x57: return
    default: throw unknownLine(line)
    }
  }
}

extension UnsafeBufferPointer<CChar> {
  /// The buffer without its closing zero.
  fileprivate var prefixWithoutZero: UnsafeBufferPointer<CChar> { UnsafeBufferPointer(rebasing: dropLast()) }
}

/// The first characters of a line for an error message; bytes that are no printable ASCII show as question marks.
private func printable(_ line: UnsafeBufferPointer<CChar>) -> String {
  String(decoding: line.prefix(40).map { $0 >= 0x20 && $0 < 0x7f ? UInt8($0) : 0x3f }, as: UTF8.self)
}
