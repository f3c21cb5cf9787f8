/// The body of a record batch before it is written: which bytes go where.
///
/// Most buffers are written as they lie in memory. Offsets that do not begin at zero (slices) are moved to zero first, as
/// other implementations do.
struct BodyPlan {
  /// Rows and nulls of every field, depth first.
  private(set) var nodes: [(length: Int, nulls: Int)] = []
  /// The bytes of every buffer, in the order of the format.
  private(set) var pieces: [Buffer] = []

  /// The body of a batch.
  /// - Throws: ``StreamError`` when a column has nulls where its field allows none.
  init(_ batch: RecordBatch) throws(StreamError) {
    try self.init(fields: batch.schema.fields, columns: batch.columns)
  }

  /// The body of columns that belong to fields one by one.
  init(fields: [Field], columns: [ArrayData]) throws(StreamError) {
    nodes.reserveCapacity(4 * columns.count)
    pieces.reserveCapacity(8 * columns.count)
    for (field, column) in zip(fields, columns) { try add(column, field, nullsAllowed: false) }
  }

  /// The body of a dictionary batch: one column of labels.
  init(labels: some Collection<String>) throws(StreamError) {
    try add(Self.column(of: labels), Field("labels", .utf8), nullsAllowed: false)
  }

  /// - Parameter nullsAllowed: whether a parent may be null, so that nulls here are no contradiction.
  private mutating func add(_ array: ArrayData, _ field: Field, nullsAllowed: Bool) throws(StreamError) {
    let count = array.count
    guard array.nullCount == 0 || field.nullable || nullsAllowed else {
      throw StreamError(.schema, "\(array.nullCount) nulls where the schema allows none", column: field.name)
    }
    let nullsBelow = nullsAllowed || array.nullCount > 0
    nodes.append((count, array.nullCount))
    func addValidity() {
      guard array.nullCount > 0, let validity = array.validity else {
        pieces.append(.empty)
        return
      }
      pieces.append(validity.slice(0, (count + 7) / 8))
    }
    addValidity()
    switch field.type {
    case .bool:
      pieces.append(array.values.slice(0, (count + 7) / 8))
    case .utf8:
      let (offsets, range) = Self.offsetsFromZero(array)
      pieces.append(offsets)
      pieces.append(array.values.slice(range.lowerBound, range.upperBound))
    case .list(let element):
      let (offsets, range) = Self.offsetsFromZero(array)
      pieces.append(offsets)
      try add(Self.part(array.children[0], range), element, nullsAllowed: nullsBelow)
    case .fixedSizeList(let element, let width):
      try add(Self.part(array.children[0], 0..<count * width), element, nullsAllowed: nullsBelow)
    case .structure(let fields):
      for (member, child) in zip(fields, array.children) {
        try add(Self.part(child, 0..<count), member, nullsAllowed: nullsBelow)
      }
    default:
      pieces.append(array.values.slice(0, count * (array.type.byteWidth ?? 0)))
    }
  }

  private static func part(_ array: ArrayData, _ rows: Range<Int>) -> ArrayData {
    rows == 0..<array.count ? array : array.slice(rows)
  }

  /// The offsets of a list or string column, beginning at zero, and the range of the child that they span.
  private static func offsetsFromZero(_ array: ArrayData) -> (Buffer, Range<Int>) {
    guard array.count > 0 else { return (zeroOffset, 0..<0) }
    let length = (array.count + 1) * 4
    let offsets = array.offsets.slice(0, length)
    let first = offsets.bytes.loadUnaligned(fromByteOffset: 0, as: Int32.self)
    let last = offsets.bytes.loadUnaligned(fromByteOffset: length - 4, as: Int32.self)
    if first == 0 { return (offsets, 0..<Int(last)) }
    let block = MemoryBlock(byteCount: length)
    let moved = block.base.bindMemory(to: Int32.self, capacity: array.count + 1)
    for row in 0...array.count {
      moved[row] = offsets.bytes.loadUnaligned(fromByteOffset: 4 * row, as: Int32.self) &- first
    }
    return (Buffer(block: block, byteCount: length), Int(first)..<Int(last))
  }

  /// One offset of zero: what a column without rows has.
  private static let zeroOffset = Buffer(copying: [Int32(0)])

  private static func column(of labels: some Collection<String>) throws(StreamError) -> ArrayData {
    var offsets = PrimitiveBuilder<Int32>(reserving: labels.count + 1)
    var bytes = PrimitiveBuilder<UInt8>()
    offsets.append(0)
    for label in labels {
      bytes.append(contentsOf: Array(label.utf8))
      guard let end = Int32(exactly: bytes.count) else {
        throw StreamError(.tooLarge, "a dictionary with more than \(Int32.max) bytes of labels")
      }
      offsets.append(end)
    }
    return ArrayData(type: .utf8, count: labels.count, offsets: offsets.finishBuffer(), values: bytes.finishBuffer())
  }
}

/// A message ready to be written: its header, and the pieces of its body with their places.
struct PlannedMessage {
  /// What a message carries, beside its body.
  enum Kind {
    case batch(events: EventRange?)
    case dictionary(id: Int64, isDelta: Bool)
  }

  let kind: Kind
  let rows: Int
  let nodes: [(length: Int, nulls: Int)]
  /// The buffers as stored, each written at a multiple of 64 bytes and padded with zeros to the next.
  let pieces: [Buffer]
  let isCompressed: Bool
  let bodyLength: Int

  init(_ kind: Kind, rows: Int, plan: BodyPlan, compressor: ZstandardCompressor?) throws(StreamError) {
    self.kind = kind
    self.rows = rows
    nodes = plan.nodes
    if let compressor {
      pieces = try compressor.compress(plan.pieces)
    } else {
      pieces = plan.pieces
    }
    isCompressed = compressor != nil
    bodyLength = pieces.reduce(0) { $0 + roundUp($1.count, to: MemoryBlock.alignment) }
  }

  /// Zeros to fill up a piece to the next multiple of 64.
  static let padding: [UInt8] = Array(repeating: 0, count: MemoryBlock.alignment)

  /// The checksum of the body, padding included.
  func bodyChecksum() -> UInt32 {
    var checksum: UInt32 = 0
    Self.padding.withUnsafeBytes { zeros in
      for piece in pieces {
        checksum = crc32c(piece.bytes, continuing: checksum)
        let gap = roundUp(piece.count, to: MemoryBlock.alignment) - piece.count
        checksum = crc32c(UnsafeRawBufferPointer(rebasing: zeros[..<gap]), continuing: checksum)
      }
    }
    return checksum
  }

  /// Writes the body into memory of at least ``bodyLength`` bytes.
  func writeBody(into target: UnsafeMutableRawBufferPointer) {
    precondition(target.count >= bodyLength)
    guard let base = target.baseAddress else { return }
    var offset = 0
    for piece in pieces {
      if let start = piece.bytes.baseAddress { (base + offset).copyMemory(from: start, byteCount: piece.count) }
      let end = roundUp(piece.count, to: MemoryBlock.alignment)
      if end > piece.count {
        (base + offset + piece.count).initializeMemory(as: UInt8.self, repeating: 0, count: end - piece.count)
      }
      offset += end
    }
  }

  /// The header of the message when it begins at `start`, up to the body.
  func header(checksum: UInt32, start: Int, metadata more: [(key: String, value: String)] = []) -> [UInt8] {
    var batch = recordBatch()
    var metadata = more
    metadata.append((StreamKey.bodyChecksum, hexadecimal(checksum)))
    switch kind {
    case .batch(let events):
      if let events { metadata.append((StreamKey.events, events.description)) }
      return encodeMessage(kind: 3, content: .table(batch), bodyLength: bodyLength, metadata: metadata, start: start)
    case .dictionary(let id, let isDelta):
      batch = [.long(id), .table(batch), .boolean(isDelta)]
      return encodeMessage(kind: 2, content: .table(batch), bodyLength: bodyLength, metadata: metadata, start: start)
    }
  }

  private func recordBatch() -> [FlatValue] {
    var nodeBytes: [UInt8] = []
    nodeBytes.reserveCapacity(16 * nodes.count)
    for node in nodes { appendPair(node.length, node.nulls, to: &nodeBytes) }
    var bufferBytes: [UInt8] = []
    bufferBytes.reserveCapacity(16 * pieces.count)
    var offset = 0
    for piece in pieces {
      appendPair(offset, piece.count, to: &bufferBytes)
      offset += roundUp(piece.count, to: MemoryBlock.alignment)
    }
    return [
      .long(Int64(rows)), .structs(bytes: nodeBytes, count: nodes.count),
      .structs(bytes: bufferBytes, count: pieces.count),
      isCompressed ? .table([.byte(1), .byte(0)]) : .absent,
    ]
  }

  private func appendPair(_ first: Int, _ second: Int, to bytes: inout [UInt8]) {
    withUnsafeBytes(of: (Int64(first).littleEndian, Int64(second).littleEndian)) { bytes.append(contentsOf: $0) }
  }
}
