// Slices, selections and joins of rows: what a stage needs to pass events on in other groups than they came in.

extension ArrayData {
  /// The rows of a range: the same memory, but for bitmaps, which are copied to begin at a byte.
  public func slice(_ rows: Range<Int>) -> ArrayData {
    precondition(rows.lowerBound >= 0 && rows.upperBound <= count)
    let validity = validity.map { copyBits($0, [rows], count: rows.count) }
    let nulls = validity.map { rows.count - countSetBits($0, rows.count) } ?? 0
    func make(offsets: Buffer = .empty, values: Buffer = .empty, children: [ArrayData] = []) -> ArrayData {
      ArrayData(
        type: type, count: rows.count, nullCount: nulls, validity: nulls == 0 ? nil : validity, offsets: offsets,
        values: values, children: children, labels: labels)
    }
    switch type {
    case .bool: return make(values: copyBits(values, [rows], count: rows.count))
    case .utf8, .list:
      // An empty list column may come without offsets.
      let sliced = offsets.count == 0 ? offsets : offsets.slice(rows.lowerBound * 4, (rows.upperBound + 1) * 4)
      return make(offsets: sliced, values: values, children: children)
    case .fixedSizeList(_, let width):
      return make(children: [children[0].slice(rows.lowerBound * width..<rows.upperBound * width)])
    case .structure: return make(children: children.map { $0.slice(rows) })
    default:
      let width = type.byteWidth ?? 0
      return make(values: values.slice(rows.lowerBound * width, rows.upperBound * width))
    }
  }

  /// The rows of all arrays, one after the other. All must have the same type; dictionaries are joined by label.
  public static func concatenating(_ arrays: [ArrayData]) -> ArrayData {
    guard let first = arrays.first else { preconditionFailure("nothing to concatenate") }
    if arrays.count == 1 { return first }
    return joining(arrays.map { ($0, 0..<$0.count) }, type: first.type)
  }

  /// One array of pieces of others, copied.
  static func joining(_ pieces: [(array: ArrayData, rows: Range<Int>)], type: DataType) -> ArrayData {
    let count = pieces.reduce(0) { $0 + $1.rows.count }
    var validity: Buffer?
    if pieces.contains(where: { $0.array.validity != nil }) {
      var bits = BoolBuilder()
      for (array, rows) in pieces { for row in rows { bits.append(!array.isNull(row)) } }
      validity = bits.finishBuffer()
    }
    let nulls = validity.map { count - countSetBits($0, count) } ?? 0
    func make(
      offsets: Buffer = .empty, values: Buffer = .empty, children: [ArrayData] = [], labels: [String] = []
    ) -> ArrayData {
      ArrayData(
        type: type, count: count, nullCount: nulls, validity: nulls == 0 ? nil : validity, offsets: offsets,
        values: values, children: children, labels: labels)
    }
    switch type {
    case .bool:
      var bits = BoolBuilder()
      for (array, rows) in pieces { for row in rows { bits.append(bit(row, in: array.values.bytes)) } }
      return make(values: bits.finishBuffer())
    case .utf8:
      let (offsets, ranges) = joinOffsets(pieces, count)
      return make(offsets: offsets, values: joinBytes(zip(pieces, ranges).map { ($0.0.array.values, $0.1) }))
    case .list(let element):
      let (offsets, ranges) = joinOffsets(pieces, count)
      let children = zip(pieces, ranges).map { (array: $0.0.array.children[0], rows: $0.1) }
      return make(offsets: offsets, children: [joining(children, type: element.type)])
    case .fixedSizeList(let element, let width):
      let children = pieces.map {
        (array: $0.array.children[0], rows: $0.rows.lowerBound * width..<$0.rows.upperBound * width)
      }
      return make(children: [joining(children, type: element.type)])
    case .structure(let fields):
      return make(
        children: fields.indices.map { index in
          joining(pieces.map { (array: $0.array.children[index], rows: $0.rows) }, type: fields[index].type)
        })
    case .dictionary(let index):
      return joinDictionary(pieces, index, make)
    default:
      let width = type.byteWidth ?? 0
      return make(
        values: joinBytes(
          pieces.map { ($0.array.values, $0.rows.lowerBound * width..<$0.rows.upperBound * width) }))
    }
  }

  private static func joinOffsets(
    _ pieces: [(array: ArrayData, rows: Range<Int>)], _ count: Int
  ) -> (Buffer, [Range<Int>]) {
    var joined = PrimitiveBuilder<Int32>(reserving: count + 1)
    joined.append(0)
    var end: Int32 = 0
    var ranges: [Range<Int>] = []
    ranges.reserveCapacity(pieces.count)
    for (array, rows) in pieces {
      guard !rows.isEmpty else {
        ranges.append(0..<0)
        continue
      }
      let offsets = ColumnView<Int32>(buffer: array.offsets, count: array.count + 1)
      let lower = offsets[rows.lowerBound]
      for row in rows { joined.append(end + offsets[row + 1] - lower) }
      ranges.append(Int(lower)..<Int(offsets[rows.upperBound]))
      end += offsets[rows.upperBound] - lower
    }
    return (joined.finishBuffer(), ranges)
  }

  private static func joinBytes(_ pieces: [(Buffer, Range<Int>)]) -> Buffer {
    let total = pieces.reduce(0) { $0 + $1.1.count }
    let block = MemoryBlock(byteCount: total)
    var end = 0
    for (buffer, range) in pieces where !range.isEmpty {
      let piece = buffer.slice(range.lowerBound, range.upperBound)
      if let start = piece.bytes.baseAddress { (block.base + end).copyMemory(from: start, byteCount: range.count) }
      end += range.count
    }
    return Buffer(block: block, byteCount: total)
  }

  private static func joinDictionary(
    _ pieces: [(array: ArrayData, rows: Range<Int>)], _ index: DataType.IndexType,
    _ make: (Buffer, Buffer, [ArrayData], [String]) -> ArrayData
  ) -> ArrayData {
    let width = index.dataType.byteWidth ?? 0
    guard let first = pieces.first else { return make(.empty, .empty, [], []) }
    if pieces.allSatisfy({ $0.array.labels == first.array.labels }) {
      let bytes = joinBytes(
        pieces.map { ($0.array.values, $0.rows.lowerBound * width..<$0.rows.upperBound * width) })
      return make(.empty, bytes, [], first.array.labels)
    }
    var labels: [String] = []
    var position: [String: Int] = [:]
    let block = MemoryBlock(byteCount: pieces.reduce(0) { $0 + $1.rows.count } * width)
    var row = 0
    for (array, rows) in pieces {
      let translated = array.labels.map { label -> Int in
        if let known = position[label] { return known }
        position[label] = labels.count
        labels.append(label)
        return labels.count - 1
      }
      for source in rows {
        let old = array.dictionaryIndex(source)
        let new = old.map { translated[$0] } ?? 0
        withUnsafeBytes(of: Int64(new).littleEndian) { bytes in
          (block.base + row * width).copyMemory(from: bytes.baseAddress!, byteCount: width)
        }
        row += 1
      }
    }
    return make(.empty, Buffer(block: block, byteCount: row * width), [], labels)
  }
}

extension ArrayData {
  /// The position of a row's label in ``labels``; nil where the row is null or the column no dictionary.
  public func dictionaryIndex(_ row: Int) -> Int? {
    guard case .dictionary(let index) = type, !isNull(row) else { return nil }
    let bytes = values.bytes
    func load<Value: FixedWidthInteger & BitwiseCopyable>(_: Value.Type) -> Int? {
      let offset = row * MemoryLayout<Value>.stride
      guard offset + MemoryLayout<Value>.size <= bytes.count else { return nil }
      return Int(exactly: bytes.loadUnaligned(fromByteOffset: offset, as: Value.self))
    }
    let position: Int? =
      switch index {
      case .int8: load(Int8.self)
      case .int16: load(Int16.self)
      case .int32: load(Int32.self)
      case .int64: load(Int64.self)
      case .uint8: load(UInt8.self)
      case .uint16: load(UInt16.self)
      case .uint32: load(UInt32.self)
      case .uint64: load(UInt64.self)
      }
    guard let position, labels.indices.contains(position) else { return nil }
    return position
  }

  /// A row's label; nil where the row is null or the column no dictionary.
  public func label(_ row: Int) -> String? { dictionaryIndex(row).map { labels[$0] } }

  /// The text of a row of a UTF-8 column; nil where the row is null or the column has another type.
  public func text(_ row: Int) -> String? {
    guard type == .utf8, !isNull(row) else { return nil }
    let offsets = ColumnView<Int32>(buffer: offsets, count: count + 1)
    return String(decoding: values.bytes[Int(offsets[row])..<Int(offsets[row + 1])], as: UTF8.self)
  }
}
