// The checks of values, each one pass over a buffer whose length has been checked before.

/// How many of the first `count` bits are set.
func countSetBits(_ bits: Buffer, _ count: Int) -> Int {
  let bytes = bits.bytes
  var ones = 0
  var byte = 0
  let wholeBytes = count / 8
  while byte + 8 <= wholeBytes {
    ones += bytes.loadUnaligned(fromByteOffset: byte, as: UInt64.self).nonzeroBitCount
    byte += 8
  }
  while byte < wholeBytes {
    ones += bytes[byte].nonzeroBitCount
    byte += 1
  }
  let rest = count % 8
  if rest > 0 { ones += (bytes[byte] & ((1 << UInt8(rest)) - 1)).nonzeroBitCount }
  return ones
}

/// The first row whose offsets fall, or begin below zero; nil when there is none. `count` is at least 1.
func firstFallingOffset(_ offsets: Buffer, _ count: Int) -> Int? {
  let values = offsets.bytes.assumingMemoryBound(to: Int32.self)
  if values[0] < 0 { return 0 }
  // Without an early way out, so that the loop becomes vector instructions; the row is looked for only after a failure.
  var wrong: Int32 = 0
  for row in 0..<count { wrong |= values[row + 1] < values[row] ? 1 : 0 }
  if wrong == 0 { return nil }
  return (0..<count).first { values[$0 + 1] < values[$0] }
}

/// The first row whose bytes are not UTF-8; nil when there is none. Offsets have been checked.
func firstInvalidText(offsets: Buffer, values: Buffer, count: Int) -> Int? {
  if count == 0 { return nil }
  let ends = offsets.bytes.assumingMemoryBound(to: Int32.self)
  let text = UnsafeRawBufferPointer(rebasing: values.bytes[Int(ends[0])..<Int(ends[count])])
  let isAscii = text.allSatisfy { $0 < 0x80 }
  if isAscii { return nil }
  return (0..<count).first { row in
    let bytes = values.bytes[Int(ends[row])..<Int(ends[row + 1])]
    return String(validating: bytes, as: UTF8.self) == nil
  }
}

extension ArrayData {
  /// The first row that holds a value and refers to no label; nil when there is none.
  func firstIndexOutsideLabels(_ index: DataType.IndexType) -> Int? {
    func search<Value: FixedWidthInteger & BitwiseCopyable>(_: Value.Type) -> Int? {
      let indices = values.bytes.assumingMemoryBound(to: Value.self)
      let limit = Value(clamping: labels.count)
      let limitFits = Int(limit) == labels.count
      return (0..<count).first { row in
        let position = indices[row]
        if position >= 0, !limitFits || position < limit { return false }
        return !isNull(row)
      }
    }
    return switch index {
    case .int8: search(Int8.self)
    case .int16: search(Int16.self)
    case .int32: search(Int32.self)
    case .int64: search(Int64.self)
    case .uint8: search(UInt8.self)
    case .uint16: search(UInt16.self)
    case .uint32: search(UInt32.self)
    case .uint64: search(UInt64.self)
    }
  }
}
