/// The bytes of a FlatBuffers structure, and where they stand in the file or message for error messages.
///
/// Every load is checked against the extent and unaligned, so that nothing is asked of hostile input.
struct MetadataBytes {
  private let buffer: Buffer
  /// The byte offset of the first byte in the file or message.
  let origin: Int

  /// - Parameter buffer: the bytes, kept alive by every table found in them.
  init(_ buffer: Buffer, origin: Int) {
    self.buffer = buffer
    self.origin = origin
  }

  var bytes: UnsafeRawBufferPointer { buffer.bytes }
  var count: Int { buffer.count }

  /// An integer at any position, or an error when it is not wholly inside.
  func load<T: FixedWidthInteger & BitwiseCopyable>(_ type: T.Type, at position: Int) throws(StreamError) -> T {
    guard position >= 0, count >= MemoryLayout<T>.size, position <= count - MemoryLayout<T>.size else {
      throw error(at: position, "an offset points outside the \(count) bytes of the metadata")
    }
    return T(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: T.self))
  }

  func error(at position: Int, _ reason: String) -> StreamError {
    StreamError(.malformed, reason, byteOffset: origin &+ position)
  }
}

/// How much of a buffer may still be decoded.
///
/// Offsets may point anywhere, so a few bytes can describe a tree of any size in which every branch is the same table.
/// Whoever decodes a buffer spends from this allowance, which honest buffers never use up.
struct DecodingAllowance {
  private var bytes: Int
  /// Levels of nesting a decoded schema may have.
  static let depth = 64

  init(for buffer: MetadataBytes) {
    bytes = 16 * buffer.count + 1024
  }

  /// Spends some of the allowance on a table or string that stands at an absolute byte offset.
  mutating func spend(_ count: Int, at offset: Int) throws(StreamError) {
    bytes -= count
    if bytes < 0 {
      throw StreamError(.malformed, "the metadata refers to the same bytes over and over", byteOffset: offset)
    }
  }
}

/// A table of a FlatBuffers buffer, read with every offset and length checked against the buffer.
///
struct FlatTable {
  let metadata: MetadataBytes
  let position: Int
  private let vtable: Int
  private let vtableLength: Int
  private let tableLength: Int

  /// The buffer's root table.
  init(rootOf metadata: MetadataBytes) throws(StreamError) {
    let offset = try metadata.load(UInt32.self, at: 0)
    try self.init(in: metadata, at: Int(offset))
  }

  init(in metadata: MetadataBytes, at position: Int) throws(StreamError) {
    let distance = try metadata.load(Int32.self, at: position)
    let vtable = position - Int(distance)
    let vtableLength = Int(try metadata.load(UInt16.self, at: vtable))
    let tableLength = Int(try metadata.load(UInt16.self, at: vtable &+ 2))
    guard vtableLength >= 4, vtableLength <= metadata.count - vtable else {
      throw metadata.error(at: vtable, "a vtable of \(vtableLength) bytes does not fit")
    }
    guard tableLength >= 4, tableLength <= metadata.count - position else {
      throw metadata.error(at: position, "a table of \(tableLength) bytes does not fit")
    }
    self.metadata = metadata
    self.position = position
    self.vtable = vtable
    self.vtableLength = vtableLength
    self.tableLength = tableLength
  }

  /// Where the field of `slot` lies, or nil when the table leaves it out.
  private func place(_ slot: Int, size: Int) throws(StreamError) -> Int? {
    let entry = 4 + 2 * slot
    guard entry + 2 <= vtableLength else { return nil }
    let offset = Int(try metadata.load(UInt16.self, at: vtable + entry))
    if offset == 0 { return nil }
    guard offset >= 4, offset + size <= tableLength else {
      throw metadata.error(at: vtable + entry, "field \(slot) lies outside its table")
    }
    return position + offset
  }

  func scalar<T: FixedWidthInteger & BitwiseCopyable>(_ slot: Int, default missing: T) throws(StreamError) -> T {
    guard let place = try place(slot, size: MemoryLayout<T>.size) else { return missing }
    return try metadata.load(T.self, at: place)
  }

  func boolean(_ slot: Int) throws(StreamError) -> Bool {
    try scalar(slot, default: UInt8(0)) != 0
  }

  /// Where what the field refers to begins.
  private func target(_ slot: Int) throws(StreamError) -> Int? {
    guard let place = try place(slot, size: 4) else { return nil }
    return place + Int(try metadata.load(UInt32.self, at: place))
  }

  func table(_ slot: Int) throws(StreamError) -> FlatTable? {
    guard let target = try target(slot) else { return nil }
    return try FlatTable(in: metadata, at: target)
  }

  /// The range of a string's bytes in the buffer.
  func stringRange(_ slot: Int) throws(StreamError) -> Range<Int>? {
    guard let target = try target(slot) else { return nil }
    let length = Int(try metadata.load(UInt32.self, at: target))
    guard length <= metadata.count - target - 4 else {
      throw metadata.error(at: target, "a string of \(length) bytes does not fit")
    }
    return target + 4..<target + 4 + length
  }

  func string(_ slot: Int, allowance: inout DecodingAllowance) throws(StreamError) -> String? {
    guard let range = try stringRange(slot) else { return nil }
    try allowance.spend(range.count, at: metadata.origin + range.lowerBound)
    guard let text = String(validating: metadata.bytes[range], as: UTF8.self) else {
      throw metadata.error(at: range.lowerBound, "a string is not valid UTF-8")
    }
    return text
  }

  /// The vector a field refers to, whose elements take `elementSize` bytes each.
  func vector(_ slot: Int, elementSize: Int) throws(StreamError) -> FlatVector? {
    guard let target = try target(slot) else { return nil }
    let count = Int(try metadata.load(UInt32.self, at: target))
    guard count <= (metadata.count - target - 4) / elementSize else {
      throw metadata.error(at: target, "a vector of \(count) elements does not fit")
    }
    return FlatVector(metadata: metadata, start: target + 4, count: count, elementSize: elementSize)
  }
}

/// A vector of a FlatBuffers buffer; its extent has been checked when it was found.
struct FlatVector {
  let metadata: MetadataBytes
  let start: Int
  let count: Int
  let elementSize: Int

  /// The table that element `index` of a vector of offsets refers to.
  func table(_ index: Int, allowance: inout DecodingAllowance) throws(StreamError) -> FlatTable {
    let place = start + index * elementSize
    let offset = try metadata.load(UInt32.self, at: place)
    try allowance.spend(16, at: metadata.origin + place)
    return try FlatTable(in: metadata, at: place + Int(offset))
  }

  /// The integer `byteOffset` bytes into element `index` of a vector of structs.
  func load<T: FixedWidthInteger & BitwiseCopyable>(_ type: T.Type, _ index: Int, at byteOffset: Int)
    throws(StreamError)
    -> T
  {
    try metadata.load(T.self, at: start + index * elementSize + byteOffset)
  }
}
