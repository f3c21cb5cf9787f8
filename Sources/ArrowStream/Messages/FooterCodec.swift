/// Where a message stands in a file.
struct Block: Hashable, Sendable {
  /// The byte offset of the message's continuation marker.
  let offset: Int
  /// Bytes up to the body, prefix and padding included.
  let headerLength: Int
  let bodyLength: Int

  /// One past the last byte of the message.
  var end: Int { offset + headerLength + bodyLength }
}

/// The footer of an Arrow file: the schema once more, and where every message stands.
struct Footer {
  let layout: StreamLayout
  /// The schema as it stands in the footer.
  let schema: FlatTable
  let dictionaries: [Block]
  let batches: [Block]

  /// The bytes of a footer, checksum included.
  static func encode(schema: FlatValue, dictionaries: [Block], batches: [Block]) -> [UInt8] {
    var (bytes, marks) = FlatBufferBuilder.encode(root: [
      .short(4), schema, blocks(dictionaries), blocks(batches),
      .vector([.table([.string(StreamKey.headerChecksum), .markedString("00000000")])]),
    ])
    sealHeader(&bytes, from: 0, marks: marks)
    return bytes
  }

  private static func blocks(_ blocks: [Block]) -> FlatValue {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(24 * blocks.count)
    for block in blocks {
      let values = (
        Int64(block.offset).littleEndian, Int64(Int32(clamping: block.headerLength)).littleEndian,
        Int64(block.bodyLength).littleEndian
      )
      withUnsafeBytes(of: values) { bytes.append(contentsOf: $0) }
    }
    return .structs(bytes: bytes, count: blocks.count)
  }

  /// Reads a footer; blocks that do not lie before `end` are refused.
  init(_ metadata: MetadataBytes, end: Int) throws(StreamError) {
    let footer = try FlatTable(rootOf: metadata)
    try MessageHeader.checkVersion(try footer.scalar(0, default: Int16(0)), at: metadata.origin)
    try verifyHeaderChecksum(in: footer, slot: 4, of: metadata)
    guard let schema = try footer.table(1) else { throw metadata.error(at: 0, "a footer without schema") }
    self.schema = schema
    layout = try SchemaCodec.decode(schema)
    dictionaries = try Self.blocks(footer, slot: 2, end: end)
    batches = try Self.blocks(footer, slot: 3, end: end)
  }

  private static func blocks(_ footer: FlatTable, slot: Int, end: Int) throws(StreamError) -> [Block] {
    guard let vector = try footer.vector(slot, elementSize: 24) else { return [] }
    var blocks: [Block] = []
    blocks.reserveCapacity(vector.count)
    for index in 0..<vector.count {
      let offset = try vector.load(Int64.self, index, at: 0)
      let header = Int64(try vector.load(Int32.self, index, at: 8))
      let body = try vector.load(Int64.self, index, at: 16)
      guard offset >= 8, header >= 8, body >= 0, offset <= end, header <= Int64(end) - offset,
        body <= Int64(end) - offset - header
      else {
        throw footer.metadata.error(
          at: vector.start + 24 * index,
          "message \(index) of \(header) + \(body) bytes at byte \(offset) does not lie in the file")
      }
      blocks.append(Block(offset: Int(offset), headerLength: Int(header), bodyLength: Int(body)))
    }
    return blocks
  }
}
