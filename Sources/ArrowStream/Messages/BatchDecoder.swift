/// Bounds on what is believed before memory is taken.
public struct ReadLimits: Sendable {
  /// The most bytes one record batch may take in memory.
  public var batchBytes: Int
  /// The most bytes the header of a message may take.
  public var headerBytes: Int

  /// Limits of the given sizes in bytes.
  public init(batchBytes: Int = 1 << 31, headerBytes: Int = 1 << 26) {
    self.batchBytes = batchBytes
    self.headerBytes = headerBytes
  }
}

/// Turns the header and body of a record batch into columns, checking everything typed views rely on: lengths against
/// buffers, offsets against children, bitmaps against null counts, text against UTF-8, indices against their dictionary.
///
/// Buffers are not copied unless they are compressed or lie where their values could not be loaded.
struct BatchDecoder {
  private let header: MetadataBytes
  private let nodes: FlatVector?
  private let buffers: FlatVector?
  private let variadics: FlatVector?
  private let body: Buffer
  private let bodyOrigin: Int
  private let dictionaries: [Int64: [String]]
  private var decompressor: ZstandardDecompressor?
  private var node = 0
  private var buffer = 0
  private var variadic = 0

  /// The number of rows of the batch.
  let count: Int
  /// Buffers copied because they lay at an address their values cannot be loaded from.
  private(set) var realigned = 0

  /// - Parameters:
  ///   - batch: the `RecordBatch` table of the message.
  ///   - bodyOrigin: where the body begins in the file or message, for error messages.
  init(
    _ batch: FlatTable, body: Buffer, bodyOrigin: Int, dictionaries: [Int64: [String]], limits: ReadLimits
  ) throws(StreamError) {
    header = batch.metadata
    let rows = try batch.scalar(0, default: Int64(0))
    guard rows >= 0, rows <= Int64(Int32.max) else {
      throw batch.metadata.error(at: batch.position, "\(rows) rows; at most \(Int32.max) are read in one batch")
    }
    count = Int(rows)
    nodes = try batch.vector(1, elementSize: 16)
    buffers = try batch.vector(2, elementSize: 16)
    variadics = try batch.vector(4, elementSize: 8)
    if let compression = try batch.table(3) {
      let codec = try compression.scalar(0, default: UInt8(0))
      guard codec == 1 else {
        throw StreamError(
          .unsupported, "buffers compressed with \(codec == 0 ? "LZ4" : "codec \(codec)"); zstd and none are read",
          byteOffset: header.origin)
      }
      decompressor = try ZstandardDecompressor(allowance: limits.batchBytes)
    } else {
      decompressor = nil
    }
    self.body = body
    self.bodyOrigin = bodyOrigin
    self.dictionaries = dictionaries
  }

  /// The next column of the batch.
  mutating func column(_ layout: ColumnLayout) throws(StreamError) -> ArrayData {
    guard let field = layout.field else {
      throw StreamError(.unsupported, "a column of type \(layout.unsupported ?? "unknown")", column: layout.name)
    }
    var ids = layout.dictionaries[...]
    return try array(field, expected: count, nullsAllowed: false, &ids)
  }

  /// Steps over a column that is not read.
  mutating func skip(_ layout: ColumnLayout) throws(StreamError) {
    node += layout.nodes
    buffer += layout.buffers
    for _ in 0..<layout.variadics {
      guard let variadics, variadic < variadics.count else {
        throw header.error(at: 0, "a view column without its number of buffers")
      }
      let count = try variadics.load(Int64.self, variadic, at: 0)
      guard count >= 0, count <= Int64(buffers?.count ?? 0) else {
        throw header.error(at: variadics.start, "a view column of \(count) buffers")
      }
      buffer += Int(count)
      variadic += 1
    }
  }

  /// Refuses a batch with more fields or buffers than its schema describes.
  func finish() throws(StreamError) {
    guard node == nodes?.count ?? 0, buffer == buffers?.count ?? 0 else {
      throw header.error(
        at: 0,
        "\(nodes?.count ?? 0) fields and \(buffers?.count ?? 0) buffers, the schema asks for \(node) and \(buffer)")
    }
  }

  // MARK: One array

  /// - Parameters:
  ///   - expected: the rows the parent needs; more are cut off.
  ///   - nullsAllowed: whether a parent may be null, so that nulls here are no contradiction.
  private mutating func array(
    _ field: Field, expected: Int?, nullsAllowed: Bool, _ ids: inout ArraySlice<Int64>
  ) throws(StreamError) -> ArrayData {
    do throws(StreamError) {
      let whole = try untrimmed(field, nullsAllowed: nullsAllowed, &ids)
      guard let expected else { return whole }
      guard whole.count >= expected else {
        throw header.error(at: 0, "\(whole.count) rows, expected \(expected)")
      }
      return whole.count == expected ? whole : whole.slice(0..<expected)
    } catch {
      throw error.inside(field.name)
    }
  }

  private mutating func untrimmed(
    _ field: Field, nullsAllowed: Bool, _ ids: inout ArraySlice<Int64>
  ) throws(StreamError) -> ArrayData {
    let (count, nullCount) = try nextNode()
    let validity = try validity(count: count, nullCount: nullCount)
    guard nullCount == 0 || field.nullable || nullsAllowed else {
      throw header.error(at: 0, "\(nullCount) nulls where the schema allows none")
    }
    let nullsBelow = nullsAllowed || nullCount > 0
    func make(
      offsets: Buffer = .empty, values: Buffer = .empty, children: [ArrayData] = [], labels: [String] = []
    ) -> ArrayData {
      ArrayData(
        type: field.type, count: count, nullCount: nullCount, validity: validity, offsets: offsets, values: values,
        children: children, labels: labels)
    }
    switch field.type {
    case .bool:
      return make(values: try nextBuffer(required: (count + 7) / 8, alignment: 1))
    case .utf8:
      let offsets = try nextOffsets(count: count)
      let (values, place) = try nextPlacedBuffer(required: Int(lastOffset(offsets, count)), alignment: 1)
      if let wrong = firstInvalidText(offsets: offsets, values: values, count: count) {
        throw StreamError(.malformed, "row \(wrong) is not valid UTF-8", byteOffset: place)
      }
      return make(offsets: offsets, values: values)
    case .list(let element):
      let offsets = try nextOffsets(count: count)
      let child = try array(element, expected: nil, nullsAllowed: nullsBelow, &ids)
      let last = lastOffset(offsets, count)
      guard child.count >= Int(last) else {
        throw header.error(at: 0, "offsets reach \(last), the values are \(child.count)")
      }
      return make(offsets: offsets, children: [child])
    case .fixedSizeList(let element, let width):
      let needed = count.multipliedReportingOverflow(by: width)
      guard !needed.overflow else { throw header.error(at: 0, "\(count) lists of \(width) values") }
      return make(children: [try array(element, expected: needed.partialValue, nullsAllowed: nullsBelow, &ids)])
    case .structure(let fields):
      var children: [ArrayData] = []
      children.reserveCapacity(fields.count)
      for child in fields {
        children.append(try array(child, expected: count, nullsAllowed: nullsBelow, &ids))
      }
      return make(children: children)
    case .dictionary(let index):
      let width = index.dataType.byteWidth ?? 1
      let (values, place) = try nextPlacedBuffer(required: count * width, alignment: width)
      guard let id = ids.popFirst(), let labels = dictionaries[id] else {
        throw StreamError(.malformed, "the labels of this column are not among the dictionaries", byteOffset: place)
      }
      let column = make(values: values, labels: labels)
      if let wrong = column.firstIndexOutsideLabels(index) {
        throw StreamError(
          .malformed, "row \(wrong) refers to a label that does not exist; there are \(labels.count)",
          byteOffset: place + wrong * width)
      }
      return column
    case .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64, .float32, .float64, .fixedSizeBinary:
      let width = field.type.byteWidth ?? 0
      let needed = count.multipliedReportingOverflow(by: width)
      guard !needed.overflow else { throw header.error(at: 0, "\(count) values of \(width) bytes") }
      var alignment = width
      if case .fixedSizeBinary = field.type { alignment = 1 }
      return make(values: try nextBuffer(required: needed.partialValue, alignment: alignment))
    }
  }

  // MARK: Nodes and buffers

  private mutating func nextNode() throws(StreamError) -> (count: Int, nulls: Int) {
    guard let nodes, node < nodes.count else {
      throw header.error(at: 0, "the batch describes \(nodes?.count ?? 0) fields, fewer than the schema")
    }
    let count = try nodes.load(Int64.self, node, at: 0)
    let nulls = try nodes.load(Int64.self, node, at: 8)
    guard count >= 0, count <= Int64(1) << 40, nulls >= 0, nulls <= count else {
      throw header.error(at: nodes.start + 16 * node, "\(count) rows of which \(nulls) null")
    }
    node += 1
    return (Int(count), Int(nulls))
  }

  private mutating func nextBuffer(required: Int, alignment: Int) throws(StreamError) -> Buffer {
    try nextPlacedBuffer(required: required, alignment: alignment).buffer
  }

  /// The next buffer, at least `required` bytes long, and where it stands in the file or message.
  private mutating func nextPlacedBuffer(
    required: Int, alignment: Int
  ) throws(StreamError) -> (buffer: Buffer, place: Int) {
    guard let buffers, buffer < buffers.count else {
      throw header.error(at: 0, "the batch describes \(buffers?.count ?? 0) buffers, fewer than the schema")
    }
    let place = buffers.start + 16 * buffer
    let offset = try buffers.load(Int64.self, buffer, at: 0)
    let length = try buffers.load(Int64.self, buffer, at: 8)
    buffer += 1
    guard offset >= 0, length >= 0, offset <= Int64(body.count), length <= Int64(body.count) - offset else {
      // An empty buffer may stand anywhere.
      if length == 0, required == 0 { return (.empty, place) }
      throw header.error(at: place, "a buffer of \(length) bytes at \(offset) in a body of \(body.count) bytes")
    }
    var found = body.slice(Int(offset), Int(offset + length))
    let start = bodyOrigin + Int(offset)
    if decompressor != nil {
      found = try decompressor!.decompress(found, required: required, byteOffset: start)
    }
    guard found.count >= required else {
      throw StreamError(.malformed, "a buffer of \(found.count) bytes, expected \(required)", byteOffset: start)
    }
    if let base = found.bytes.baseAddress, alignment > 1, Int(bitPattern: base) % alignment != 0 {
      let block = MemoryBlock(byteCount: found.count)
      block.base.copyMemory(from: base, byteCount: found.count)
      found = Buffer(block: block, byteCount: found.count)
      realigned += 1
    }
    return (found, start)
  }

  private mutating func validity(count: Int, nullCount: Int) throws(StreamError) -> Buffer? {
    let (bits, place) = try nextPlacedBuffer(required: nullCount > 0 ? (count + 7) / 8 : 0, alignment: 1)
    if bits.count < (count + 7) / 8 { return nil }
    let nulls = count - countSetBits(bits, count)
    guard nulls == nullCount else {
      throw StreamError(.malformed, "\(nulls) nulls, the batch says \(nullCount)", byteOffset: place)
    }
    return nullCount > 0 ? bits : nil
  }

  /// Offsets that rise from row to row; empty only when there are no rows.
  private mutating func nextOffsets(count: Int) throws(StreamError) -> Buffer {
    let (offsets, place) = try nextPlacedBuffer(required: count == 0 ? 0 : 4 * (count + 1), alignment: 4)
    if count == 0 { return .empty }
    if let wrong = firstFallingOffset(offsets, count) {
      throw StreamError(.malformed, "the offsets of row \(wrong) fall", byteOffset: place + 4 * wrong)
    }
    return offsets
  }

  private func lastOffset(_ offsets: Buffer, _ count: Int) -> Int32 {
    count == 0 ? 0 : offsets.bytes.load(fromByteOffset: 4 * count, as: Int32.self)
  }
}
