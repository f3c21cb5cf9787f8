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
