import Synchronization

/// Reads the batches that arrive on a link. Made from the link's preamble; used from any thread.
public final class BatchMessageReader: Sendable {
  /// The columns and metadata of the batches.
  public let schema: Schema
  /// The hash of the preamble, which every batch must name.
  public let hash: UInt64
  /// Bodies that began where their values cannot be read in place, and were copied.
  public var copiedBodies: Int { copies.load(ordering: .relaxed) }

  private let layout: StreamLayout
  private let labels: [Int64: [String]]
  private let limits: ReadLimits
  private let copies = Atomic<Int>(0)

  /// - Parameter preamble: the bytes of ``StreamPreamble/bytes``, as received.
  /// - Throws: ``StreamError`` when they are not a schema and dictionaries, or have columns of unsupported types.
  public init(preamble: UnsafeRawBufferPointer, limits: ReadLimits = ReadLimits()) throws(StreamError) {
    self.limits = limits
    hash = StreamPreamble.hash(of: preamble)
    // Aligned memory of its own: the preamble is small, and may have arrived anywhere.
    let bytes = Buffer(copyingBytes: preamble)
    guard let (first, end) = try Self.message(in: bytes, at: 0), case .schema(let table) = first.content else {
      throw StreamError(.malformed, "the announcement of a link does not begin with a schema", byteOffset: 0)
    }
    layout = try SchemaCodec.decode(table)
    for column in layout.columns where column.field == nil {
      throw StreamError(
        .unsupported, "has a type that is not read (\(column.unsupported ?? "unknown"))", column: column.name)
    }
    schema = Schema(fields: layout.columns.compactMap(\.field), metadata: layout.metadata)
    var known = LabelTable(layout: layout)
    var offset = end
    while let (header, end) = try Self.message(in: bytes, at: offset) {
      let bodyOrigin = end - header.bodyLength
      let body = bytes.slice(bodyOrigin, end)
      do throws(StreamError) {
        try verifyBody(body, header)
        try known.add(header, body: body, bodyOrigin: bodyOrigin, limits: limits)
      } catch { throw error.located(byteOffset: offset) }
      offset = end
    }
    labels = known.labels
  }

  /// The message at an offset and where it ends; nil at the end of the bytes.
  private static func message(in bytes: Buffer, at offset: Int) throws(StreamError) -> (MessageHeader, Int)? {
    if offset == bytes.count { return nil }
    let rest = bytes.slice(offset, bytes.count)
    let header = try FileContents.header(
      in: rest, block: Block(offset: offset, headerLength: rest.count, bodyLength: 0))
    let length = Int(Int32(littleEndian: rest.bytes.loadUnaligned(fromByteOffset: 4, as: Int32.self)))
    let bodyOrigin = offset + MessageHeader.prefixLength + length
    guard header.bodyLength <= bytes.count - bodyOrigin else {
      throw StreamError(.truncated, "a body of \(header.bodyLength) bytes does not fit", byteOffset: offset)
    }
    return (header, bodyOrigin + header.bodyLength)
  }

  /// The batch of a message, read in place: its columns point into the body and keep `body.owner` alive.
  ///
  /// Everything is checked before it is used: hash, checksum, lengths, offsets, bitmaps, text, indices. A body that does
  /// not begin at a multiple of 8 is copied once and counted.
  /// - Throws: ``StreamError`` when anything is wrong; the receiver is unharmed.
  public func batch(header: UnsafeRawBufferPointer, body: Buffer) throws(StreamError) -> RecordBatch {
    let headerBytes = Buffer(bytes: header, owner: nil)
    let block = Block(offset: 0, headerLength: header.count, bodyLength: body.count)
    let message = try FileContents.header(in: headerBytes, block: block)
    guard case .batch(let table) = message.content else {
      throw StreamError(.malformed, "no record batch where one is expected", byteOffset: 0)
    }
    if let named = message.customMetadata[StreamKey.schemaHash], named != hexadecimal(hash) {
      throw StreamError(
        .schema, "the batch belongs to the stream \(named), announced on the link was \(hexadecimal(hash))")
    }
    guard message.bodyLength == body.count else {
      throw StreamError(
        .truncated, "a body of \(body.count) bytes, announced were \(message.bodyLength)", byteOffset: header.count)
    }
    var body = body
    if let start = body.bytes.baseAddress, Int(bitPattern: start) % 8 != 0 {
      body = Buffer(copyingBytes: body.bytes)
      copies.add(1, ordering: .relaxed)
    }
    try verifyBody(body, message)
    var decoder = try BatchDecoder(
      table, body: body, bodyOrigin: header.count, dictionaries: labels, limits: limits)
    var columns: [ArrayData] = []
    columns.reserveCapacity(layout.columns.count)
    for column in layout.columns { columns.append(try decoder.column(column)) }
    try decoder.finish()
    return RecordBatch(validated: schema, columns: columns, count: decoder.count)
  }
}
