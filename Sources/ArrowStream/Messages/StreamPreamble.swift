/// What a receiver has to know before it can read the batches of a link: schema, stream metadata and the labels of
/// dictionaries, as Arrow stream messages one after the other.
///
/// It travels once per connection (and again after a reconnect or when another receiver takes over). Each batch names
/// the ``hash`` of the preamble it belongs to, and a receiver refuses one that belongs to another.
public struct StreamPreamble: Sendable {
  /// The messages; followed by messages of batches they are an Arrow IPC stream.
  public let bytes: [UInt8]
  /// 64-bit FNV-1a of the bytes.
  public let hash: UInt64
  private let schema: Schema
  private let labels: [[String]]

  /// The preamble of batches like this one: of this schema, metadata and labels.
  /// - Throws: ``StreamError`` when the labels are too many for their indices.
  public init(describing batch: RecordBatch) throws(StreamError) {
    schema = batch.schema
    labels = batch.columns.flatMap(\.allLabels)
    var bytes = encodeMessage(
      kind: 1, content: SchemaCodec.encode(batch.schema), bodyLength: 0, metadata: [], start: 0)
    for (id, labels) in labels.enumerated() {
      let message = try PlannedMessage(
        .dictionary(id: Int64(id), isDelta: false), rows: labels.count, plan: BodyPlan(labels: labels),
        compressor: nil)
      bytes += message.header(checksum: message.bodyChecksum(), start: bytes.count)
      let start = bytes.count
      bytes.append(contentsOf: repeatElement(0, count: message.bodyLength))
      bytes.withUnsafeMutableBytes {
        message.writeBody(into: UnsafeMutableRawBufferPointer(rebasing: $0[start...]))
      }
    }
    self.bytes = bytes
    hash = bytes.withUnsafeBytes(Self.hash(of:))
  }

  /// Whether a batch can be read with this preamble: the same columns, metadata and labels. Costs next to nothing for
  /// batches that share their schema and labels.
  public func describes(_ batch: RecordBatch) -> Bool {
    guard batch.schema == schema else { return false }
    var next = 0
    for column in batch.columns {
      guard column.sharesLabels(labels, &next) else { return false }
    }
    return next == labels.count
  }

  static func hash(of bytes: UnsafeRawBufferPointer) -> UInt64 {
    var hash = ContentHash()
    hash.add(bytes)
    return hash.value
  }
}

/// A record batch as it travels on a link: a header frame, and a body frame of its own that the receiver reads in place.
///
///     let message = try BatchMessage(batch, preamble: preamble)
///     let header = message.write(into: memory)      // memory of message.bodyLength bytes
///
/// The body is not compressed; header and body one after the other are one Arrow IPC message.
public struct BatchMessage {
  private let message: PlannedMessage
  private let metadata: [(key: String, value: String)]

  /// The size of the body in bytes, a multiple of 64.
  public var bodyLength: Int { message.bodyLength }

  /// A message of a batch; nothing is copied before ``write(into:)``.
  /// - Throws: ``StreamError`` when the preamble does not describe the batch.
  public init(_ batch: RecordBatch, preamble: StreamPreamble) throws(StreamError) {
    guard preamble.describes(batch) else {
      throw StreamError(.schema, "the batch has other columns, metadata or labels than were announced on the link")
    }
    metadata = [(StreamKey.schemaHash, hexadecimal(preamble.hash))]
    message = try PlannedMessage(
      .batch(events: nil), rows: batch.count, plan: BodyPlan(batch), compressor: nil)
  }

  /// Writes the body and gives the header that belongs to it.
  /// - Parameter target: at least ``bodyLength`` bytes, which should begin at a multiple of 8.
  public func write(into target: UnsafeMutableRawBufferPointer) -> [UInt8] {
    message.writeBody(into: target)
    let body = UnsafeRawBufferPointer(rebasing: target[..<bodyLength])
    return message.header(checksum: crc32c(body), start: 0, metadata: metadata)
  }

  /// Header and body in memory of their own.
  public func encoded() -> (header: [UInt8], body: Buffer) {
    let block = MemoryBlock(byteCount: bodyLength)
    let header = write(into: UnsafeMutableRawBufferPointer(start: block.base, count: bodyLength))
    return (header, Buffer(block: block, byteCount: bodyLength))
  }
}

extension ArrayData {
  /// The labels of every dictionary in this column, depth first.
  fileprivate var allLabels: [[String]] {
    if case .dictionary = type { return [labels] }
    return children.isEmpty ? [] : children.flatMap(\.allLabels)
  }

  /// Whether the dictionaries in this column have the labels from `next` on, depth first; moves `next` on.
  fileprivate func sharesLabels(_ labels: [[String]], _ next: inout Int) -> Bool {
    if case .dictionary = type {
      guard next < labels.count, labels[next] == self.labels else { return false }
      next += 1
      return true
    }
    for child in children {
      guard child.sharesLabels(labels, &next) else { return false }
    }
    return true
  }
}
