/// The first frame of every message between stages.
///
///     offset  size
///          0     4  magic "SLUI"
///          4     1  version of this layout, 2
///          5     1  kind
///          6     2  flags
///          8     8  sequence: the batch's place in the stream; of an end, the number of batches sent;
///                   of a credit, the number of batches done with, counted from the beginning; of a worker's
///                   request for work, 1 + the sequence of the batch it is done with, 0 for none
///         16     4  events of the input the message stands for; of a credit, the credits granted
///         20     4  number of parts
///         24    40  stamps: when source, level 1, builder, HLT and collector finished, ns since the start, -1 unset
///         64     4  events that level 1 accepted
///         68    12  of a worker's result: events it accepted, rejected, set aside; the others it was given failed
///         80    16  for each part: schema hash (8), rows (4), zero (4)
///
/// All numbers are little-endian. Behind the header follow, for each part, the Arrow metadata frame and the body frame;
/// a failed batch ends with a frame of text, the reason.
package struct MessageHeader: Equatable {
  package enum Kind: UInt8 {
    /// A sender introduces itself and asks for credits.
    case hello = 1
    /// Credits from a receiver.
    case credit = 2
    /// Announces a schema (and its dictionaries) before the first batch that uses it.
    case schema = 3
    /// A batch of events.
    case batch = 4
    /// The sender has sent everything.
    case end = 5
    /// The receiver has dealt with everything, and so has everybody behind it.
    case ended = 6
  }

  package struct Flags: OptionSet {
    package let rawValue: UInt16
    package init(rawValue: UInt16) { self.rawValue = rawValue }
    /// The chain was busy: the events were not looked at, only their keys travel.
    package static let vetoed = Flags(rawValue: 1)
    /// A stage could not process the batch; the last frame says why.
    package static let failed = Flags(rawValue: 2)
    /// Fragments that no detector can have sent: the events were not looked at further, only their keys travel.
    package static let setAside = Flags(rawValue: 4)
    /// Stands for the result of a batch that has cost workers: its events follow, and nobody looks at them further.
    package static let poison = Flags(rawValue: 8)

    /// Whether only keys travel: nobody behind the source looks at the events.
    package var isKeysOnly: Bool { !isDisjoint(with: [.vetoed, .setAside]) }
  }

  package struct Part: Equatable {
    package var schema: UInt64
    package var rows: UInt32
    package init(schema: UInt64, rows: UInt32) {
      self.schema = schema
      self.rows = rows
    }
  }

  /// When each stage had finished with a batch, in ns since the start of the replay; -1 where it has not.
  package struct Stamps: Equatable {
    package var source: Int64 = -1
    package var level1: Int64 = -1
    package var builder: Int64 = -1
    package var highLevel: Int64 = -1
    package var collector: Int64 = -1
  }

  /// What a worker says became of the events it was given. It travels with the result and is booked when the result is
  /// kept: a worker that dies takes no counts with it, and a result that comes twice counts once.
  package struct Tally: Equatable {
    package var accepted: UInt32 = 0
    package var rejected: UInt32 = 0
    package var setAside: UInt32 = 0
    package init() {}
  }

  package var kind: Kind
  package var flags: Flags = []
  package var sequence: UInt64 = 0
  package var events: UInt32 = 0
  package var stamps = Stamps()
  package var accepted: UInt32 = 0
  package var tally = Tally()
  package var parts: [Part] = []

  private static let magic: UInt32 = 0x4955_4C53
  private static let version: UInt8 = 2
  private static let fixedSize = 80
  private static let partSize = 16
  /// More parts than any stage sends; a larger count is not believed.
  package static let mostParts = 8

  /// The header as bytes.
  package func encoded() -> [UInt8] {
    precondition(parts.count <= Self.mostParts)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Self.fixedSize + parts.count * Self.partSize)
    func put<Number: FixedWidthInteger>(_ number: Number) {
      withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
    }
    put(Self.magic)
    put(Self.version)
    put(kind.rawValue)
    put(flags.rawValue)
    put(sequence)
    put(events)
    put(UInt32(parts.count))
    for stamp in [stamps.source, stamps.level1, stamps.builder, stamps.highLevel, stamps.collector] { put(stamp) }
    for count in [accepted, tally.accepted, tally.rejected, tally.setAside] { put(count) }
    for part in parts {
      put(part.schema)
      put(part.rows)
      put(UInt32(0))
    }
    return bytes
  }

  package init(_ kind: Kind, sequence: UInt64 = 0, events: Int = 0) {
    self.kind = kind
    self.sequence = sequence
    self.events = UInt32(clamping: events)
  }

  /// Reads a header; everything is checked before it is believed.
  /// - Throws: ``LinkError/malformedMessage(link:reason:)``.
  package init(_ bytes: UnsafeRawBufferPointer, link: String) throws {
    func fail(_ reason: String) -> LinkError { .malformedMessage(link: link, reason: reason) }
    guard bytes.count >= Self.fixedSize else {
      throw fail("a header of \(bytes.count) bytes, at least \(Self.fixedSize) expected")
    }
    func get<Number: FixedWidthInteger & BitwiseCopyable>(_ offset: Int, as: Number.Type) -> Number {
      Number(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Number.self))
    }
    guard get(0, as: UInt32.self) == Self.magic else { throw fail("not a message of this project") }
    let version = bytes[4]
    guard version == Self.version else { throw fail("message version \(version), \(Self.version) expected") }
    guard let kind = Kind(rawValue: bytes[5]) else { throw fail("unknown kind \(bytes[5])") }
    self.kind = kind
    flags = Flags(rawValue: get(6, as: UInt16.self))
    sequence = get(8, as: UInt64.self)
    events = get(16, as: UInt32.self)
    let partCount = get(20, as: UInt32.self)
    guard partCount <= Self.mostParts else { throw fail("\(partCount) parts") }
    guard bytes.count == Self.fixedSize + Int(partCount) * Self.partSize else {
      throw fail("a header of \(bytes.count) bytes for \(partCount) parts")
    }
    stamps = Stamps(
      source: get(24, as: Int64.self), level1: get(32, as: Int64.self), builder: get(40, as: Int64.self),
      highLevel: get(48, as: Int64.self), collector: get(56, as: Int64.self))
    accepted = get(64, as: UInt32.self)
    tally.accepted = get(68, as: UInt32.self)
    tally.rejected = get(72, as: UInt32.self)
    tally.setAside = get(76, as: UInt32.self)
    parts = (0..<Int(partCount)).map { part in
      let offset = Self.fixedSize + part * Self.partSize
      return Part(schema: get(offset, as: UInt64.self), rows: get(offset + 8, as: UInt32.self))
    }
  }
}
