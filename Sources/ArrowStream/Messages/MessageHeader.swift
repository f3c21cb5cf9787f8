/// Keys this project adds to the custom metadata of Arrow messages. A file that lacks them is unchecked, not wrong.
public enum StreamKey {
  /// CRC-32C of a message's body as stored, eight lower-case hexadecimal digits.
  public static let bodyChecksum = "sluice.crc32c"
  /// CRC-32C of the message's own header (or of the footer), its eight digits taken as zeros.
  public static let headerChecksum = "sluice.header.crc32c"
  /// First and last event number and count of a record batch: `first-last,count`.
  public static let events = "sluice.events"
  /// The hash of the preamble that a message on a link belongs to, sixteen hexadecimal digits.
  public static let schemaHash = "sluice.schema"
}

/// The header of an encapsulated Arrow message.
///
/// ```
/// FF FF FF FF │ int32 length │ flatbuffer `Message` │ padding │ body
///                            └───────── length ─────────────┘
/// ```
struct MessageHeader {
  /// What the message carries.
  enum Content {
    case schema(FlatTable)
    case dictionary(id: Int64, isDelta: Bool, batch: FlatTable)
    case batch(FlatTable)
  }

  /// The bytes before the flatbuffer: continuation marker and length.
  static let prefixLength = 8
  static let continuation: UInt32 = 0xFFFF_FFFF

  let content: Content
  let bodyLength: Int
  let customMetadata: Metadata

  /// Reads the flatbuffer of a message (without its prefix); the header's checksum is verified when it has one.
  init(_ metadata: MetadataBytes) throws(StreamError) {
    let message = try FlatTable(rootOf: metadata)
    var allowance = DecodingAllowance(for: metadata)
    try Self.checkVersion(try message.scalar(0, default: Int16(0)), at: metadata.origin)
    try verifyHeaderChecksum(in: message, slot: 4, of: metadata)
    customMetadata = try SchemaCodec.metadata(message, slot: 4, allowance: &allowance)

    let kind = try message.scalar(1, default: UInt8(0))
    guard let header = try message.table(2) else {
      throw metadata.error(at: 0, "a message without content")
    }
    switch kind {
    case 1: content = .schema(header)
    case 2:
      guard let batch = try header.table(1) else { throw metadata.error(at: 0, "a dictionary batch without values") }
      content = .dictionary(
        id: try header.scalar(0, default: Int64(0)), isDelta: try header.boolean(2), batch: batch)
    case 3: content = .batch(header)
    default:
      throw StreamError(
        .unsupported, "a message of kind \(kind); schemas, dictionaries and record batches are read",
        byteOffset: metadata.origin)
    }
    let length = try message.scalar(3, default: Int64(0))
    guard length >= 0, length <= Int64.max / 4 else {
      throw metadata.error(at: 0, "a body of \(length) bytes")
    }
    bodyLength = Int(length)
  }

  /// Version 5 is current; version 4 differs from it in unions only, which are not read here.
  static func checkVersion(_ version: Int16, at offset: Int) throws(StreamError) {
    guard version == 3 || version == 4 else {
      throw StreamError(
        .unsupported, "Arrow metadata version \(Int(version) + 1); versions 4 and 5 are read", byteOffset: offset)
    }
  }

  /// The checksum of the body, when the message carries one.
  var bodyChecksum: UInt32? {
    guard let text = customMetadata[StreamKey.bodyChecksum], text.utf8.count == 8 else { return nil }
    return UInt32(text, radix: 16)
  }

  /// The events of the batch, when the message names them.
  var events: EventRange? { customMetadata[StreamKey.events].flatMap(EventRange.init) }
}

/// The header of a message as bytes: prefix, flatbuffer, and padding so that the body begins at a multiple of 64 when the
/// message itself begins at `start`.
func encodeMessage(
  kind: UInt8, content: FlatValue, bodyLength: Int, metadata: [(key: String, value: String)], start: Int
) -> [UInt8] {
  let pairs = metadata.map { FlatValue.table([.string($0.key), .string($0.value)]) }
  let checksum = FlatValue.table([.string(StreamKey.headerChecksum), .markedString("00000000")])
  let (flat, marks) = FlatBufferBuilder.encode(root: [
    .short(4), .byte(kind), content, .long(Int64(bodyLength)), .vector(pairs + [checksum]),
  ])
  let end = roundUp(start + MessageHeader.prefixLength + flat.count, to: MemoryBlock.alignment)
  let length = end - start - MessageHeader.prefixLength
  var bytes: [UInt8] = []
  bytes.reserveCapacity(end - start)
  withUnsafeBytes(of: MessageHeader.continuation.littleEndian) { bytes.append(contentsOf: $0) }
  withUnsafeBytes(of: Int32(truncatingIfNeeded: length).littleEndian) { bytes.append(contentsOf: $0) }
  bytes.append(contentsOf: flat)
  bytes.append(contentsOf: repeatElement(0, count: length - flat.count))
  sealHeader(&bytes, from: MessageHeader.prefixLength, marks: marks)
  return bytes
}

/// Writes the checksum of `bytes[from...]` into the digits left for it.
func sealHeader(_ bytes: inout [UInt8], from start: Int, marks: [Int]) {
  guard let mark = marks.first else { return }
  let digits = bytes.withUnsafeBytes { hexadecimal(crc32c(UnsafeRawBufferPointer(rebasing: $0[start...]))) }
  for (index, digit) in digits.utf8.enumerated() { bytes[start + mark + index] = digit }
}

/// Compares a header with the checksum it carries, if it carries one.
func verifyHeaderChecksum(in table: FlatTable, slot: Int, of metadata: MetadataBytes) throws(StreamError) {
  guard let pairs = try table.vector(slot, elementSize: 4) else { return }
  var allowance = DecodingAllowance(for: metadata)
  for index in 0..<pairs.count {
    let pair = try pairs.table(index, allowance: &allowance)
    guard let key = try pair.stringRange(0), key.count == StreamKey.headerChecksum.utf8.count,
      metadata.bytes[key].elementsEqual(StreamKey.headerChecksum.utf8)
    else { continue }
    guard let place = try pair.stringRange(1), place.count == 8 else {
      throw metadata.error(at: pair.position, "a header checksum that has not eight digits")
    }
    let zeros: [UInt8] = Array(repeating: UInt8(ascii: "0"), count: 8)
    var found = crc32c(UnsafeRawBufferPointer(rebasing: metadata.bytes[..<place.lowerBound]))
    found = zeros.withUnsafeBytes { crc32c($0, continuing: found) }
    found = crc32c(UnsafeRawBufferPointer(rebasing: metadata.bytes[place.upperBound...]), continuing: found)
    let expected = String(decoding: metadata.bytes[place], as: UTF8.self)
    guard hexadecimal(found) == expected else {
      throw StreamError(
        .checksum, "the header's checksum is \(hexadecimal(found)), written was \(expected)",
        byteOffset: metadata.origin)
    }
    return
  }
}

/// CRC-32C of some bytes, or of a further piece after `continuing`.
func crc32c(_ bytes: UnsafeRawBufferPointer, continuing previous: UInt32 = 0) -> UInt32 {
  Checksum.crc32c(bytes, continuing: previous)
}

/// All digits of a number in lower-case hexadecimal: eight for 32 bits, sixteen for 64.
func hexadecimal<Value: FixedWidthInteger & UnsignedInteger>(_ value: Value) -> String {
  let digits = String(value, radix: 16)
  return String(repeating: "0", count: Value.bitWidth / 4 - digits.utf8.count) + digits
}

/// The next multiple of an alignment.
@inline(__always) func roundUp(_ value: Int, to alignment: Int) -> Int {
  (value + alignment - 1) / alignment * alignment
}
