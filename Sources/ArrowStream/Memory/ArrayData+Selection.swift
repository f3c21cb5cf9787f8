// Rows picked out of a column, such as the accepted events of a batch.

extension ArrayData {
  /// The given rows, copied, in the order given.
  public func taking(rows: [Int]) -> ArrayData {
    taking(ranges: Self.ranges(of: rows, below: count), count: rows.count)
  }

  /// Rows as ranges: neighbours are copied as one piece, since accepted events often follow each other.
  static func ranges(of rows: [Int], below count: Int) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    ranges.reserveCapacity(rows.count)
    var start = 0
    var end = 0
    for row in rows {
      precondition(row >= 0 && row < count, "row outside the column")
      if row == end, end > start {
        end += 1
      } else {
        if end > start { ranges.append(start..<end) }
        start = row
        end = row + 1
      }
    }
    if end > start { ranges.append(start..<end) }
    return ranges
  }

  /// The rows of ranges that lie inside the column and together hold `count` rows.
  func taking(ranges: [Range<Int>], count: Int) -> ArrayData {
    let validity = validity.map { copyBits($0, ranges, count: count) }
    let nulls = validity.map { count - countSetBits($0, count) } ?? 0
    func make(offsets: Buffer = .empty, values: Buffer = .empty, children: [ArrayData] = []) -> ArrayData {
      ArrayData(
        type: type, count: count, nullCount: nulls, validity: nulls == 0 ? nil : validity, offsets: offsets,
        values: values, children: children, labels: labels)
    }
    switch type {
    case .bool: return make(values: copyBits(values, ranges, count: count))
    case .utf8:
      let (offsets, inner, total) = takingOffsets(ranges, count)
      return make(offsets: offsets, values: copyBytes(values, inner, width: 1, count: total))
    case .list:
      let (offsets, inner, total) = takingOffsets(ranges, count)
      return make(offsets: offsets, children: [children[0].taking(ranges: inner, count: total)])
    case .fixedSizeList(_, let width):
      let inner = ranges.map { $0.lowerBound * width..<$0.upperBound * width }
      return make(children: [children[0].taking(ranges: inner, count: count * width)])
    case .structure:
      return make(children: children.map { $0.taking(ranges: ranges, count: count) })
    default:
      return make(values: copyBytes(values, ranges, width: type.byteWidth ?? 0, count: count))
    }
  }

  /// The offsets of the taken rows, the ranges of the child that they span, and how many values those hold.
  private func takingOffsets(
    _ ranges: [Range<Int>], _ count: Int
  ) -> (offsets: Buffer, inner: [Range<Int>], total: Int) {
    guard self.count > 0 else { return (.empty, [], 0) }
    let view = ColumnView<Int32>(buffer: offsets, count: self.count + 1)
    let source = view.unsafeBuffer
    let block = MemoryBlock(byteCount: (count + 1) * 4)
    let target = block.base.bindMemory(to: Int32.self, capacity: count + 1)
    target[0] = 0
    var row = 0
    var end: Int32 = 0
    var inner: [Range<Int>] = []
    inner.reserveCapacity(ranges.count)
    for range in ranges {
      let first = source[range.lowerBound]
      // What was valid as a whole cannot overflow in part, unless rows are taken more than once.
      for index in range {
        row += 1
        target[row] = end + (source[index + 1] - first)
      }
      let last = source[range.upperBound]
      end += last - first
      if last > first { inner.append(Int(first)..<Int(last)) }
    }
    withExtendedLifetime(view) {}
    return (Buffer(block: block, byteCount: (count + 1) * 4), inner, Int(end))
  }
}

/// The values of ranges, `width` bytes each, one after the other.
func copyBytes(_ buffer: Buffer, _ ranges: [Range<Int>], width: Int, count: Int) -> Buffer {
  let block = MemoryBlock(byteCount: count * width)
  if let source = buffer.bytes.baseAddress {
    var target = block.base
    for range in ranges {
      precondition(range.lowerBound >= 0 && range.upperBound * width <= buffer.count, "row outside the column")
      target.copyMemory(from: source + range.lowerBound * width, byteCount: range.count * width)
      target += range.count * width
    }
  }
  withExtendedLifetime(buffer) {}
  return Buffer(block: block, byteCount: count * width)
}

/// The bits of ranges, one after the other from the first bit of the first byte; those behind the last are zero.
func copyBits(_ bits: Buffer, _ ranges: [Range<Int>], count: Int) -> Buffer {
  let byteCount = (count + 7) / 8
  let block = MemoryBlock(byteCount: byteCount)
  let target = block.base.bindMemory(to: UInt8.self, capacity: byteCount)
  target.initialize(repeating: 0, count: byteCount)
  let source = bits.bytes
  var place = 0
  for range in ranges {
    var row = range.lowerBound
    while row < range.upperBound {
      // As many bits as lie in one byte of the source and fit in one byte of the target.
      let taken = min(8 - row & 7, 8 - place & 7, range.upperBound - row)
      let mask = UInt8(truncatingIfNeeded: (1 << taken) - 1)
      let piece = (source[row >> 3] >> UInt8(row & 7)) & mask
      target[place >> 3] |= piece << UInt8(place & 7)
      row += taken
      place += taken
    }
  }
  withExtendedLifetime(bits) {}
  return Buffer(block: block, byteCount: byteCount)
}
