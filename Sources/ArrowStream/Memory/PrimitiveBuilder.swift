/// Grows a column of primitive values in memory that becomes the column without a copy.
///
///     var wires = PrimitiveBuilder<UInt16>()
///     wires.append(17)
///     let column = wires.finish()        // the builder is empty again and may be used on
@frozen
public struct PrimitiveBuilder<Element: ArrowPrimitive>: ~Copyable {
  @usableFromInline var block: MemoryBlock
  @usableFromInline var base: UnsafeMutablePointer<Element>
  @usableFromInline var capacity: Int
  /// Room to take at first: that of the column before.
  private var expected: Int
  /// The number of values so far.
  public private(set) var count: Int

  /// An empty builder with room for a number of values.
  public init(reserving capacity: Int = 256) {
    self.capacity = max(capacity, 16)
    expected = self.capacity
    block = MemoryBlock(byteCount: self.capacity * MemoryLayout<Element>.stride)
    base = block.base.bindMemory(to: Element.self, capacity: self.capacity)
    count = 0
  }

  @usableFromInline mutating func grow(to wanted: Int) {
    let next = Swift.max(wanted, capacity * 2, expected)
    let larger = MemoryBlock(byteCount: next * MemoryLayout<Element>.stride)
    larger.base.copyMemory(from: base, byteCount: count * MemoryLayout<Element>.stride)
    block = larger
    base = larger.base.bindMemory(to: Element.self, capacity: next)
    capacity = next
  }

  @usableFromInline mutating func setCount(_ value: Int) { count = value }

  /// Adds a value.
  @inlinable public mutating func append(_ value: Element) {
    if count == capacity { grow(to: count + 1) }
    base[count] = value
    setCount(count + 1)
  }

  /// Adds the same value a number of times.
  @inlinable public mutating func append(repeating value: Element, count extra: Int) {
    if count + extra > capacity { grow(to: count + extra) }
    for index in count..<(count + extra) { base[index] = value }
    setCount(count + extra)
  }

  /// Adds values.
  @inlinable public mutating func append(contentsOf values: UnsafeBufferPointer<Element>) {
    if count + values.count > capacity { grow(to: count + values.count) }
    if let start = values.baseAddress { (base + count).update(from: start, count: values.count) }
    setCount(count + values.count)
  }

  /// Adds values.
  @inlinable public mutating func append(contentsOf values: Span<Element>) {
    values.withUnsafeBufferPointer { append(contentsOf: $0) }
  }

  /// Adds values.
  @inlinable public mutating func append(contentsOf values: [Element]) {
    values.withUnsafeBufferPointer { append(contentsOf: $0) }
  }

  /// The value at an index; traps outside what was added.
  @inlinable public subscript(index: Int) -> Element {
    get {
      precondition(index >= 0 && index < count, "index outside the column")
      return base[index]
    }
    set {
      precondition(index >= 0 && index < count, "index outside the column")
      base[index] = newValue
    }
  }

  /// Forgets the values beyond the first `newCount`.
  public mutating func truncate(to newCount: Int) {
    precondition(newCount >= 0 && newCount <= count)
    count = newCount
  }

  /// The values as a buffer; the builder is empty afterwards and takes memory of its own again with the next value.
  public mutating func finishBuffer() -> Buffer {
    let buffer = Buffer(block: block, byteCount: count * MemoryLayout<Element>.stride)
    // A little more than this time: batches are of about the same size, and what is too small is copied.
    expected = Swift.max(count + count / 4, 16)
    capacity = 0
    block = MemoryBlock.empty
    base = block.base.bindMemory(to: Element.self, capacity: 0)
    count = 0
    return buffer
  }

  /// The values as a column; the builder is empty afterwards.
  public mutating func finish() -> ArrayData {
    let rows = count
    return ArrayData(type: Element.arrowType, count: rows, values: finishBuffer())
  }
}

/// Grows the offsets of a list column: call ``endRow(at:)`` after the values of each row.
@frozen
public struct OffsetsBuilder: ~Copyable {
  @usableFromInline var offsets: PrimitiveBuilder<Int32>

  /// No rows yet.
  public init(reserving rows: Int = 256) {
    offsets = PrimitiveBuilder(reserving: rows + 1)
    offsets.append(0)
  }

  /// The number of rows ended so far.
  public var count: Int { offsets.count - 1 }

  /// Ends a row: its values are those added to the child since the row before.
  /// - Parameter childCount: how many values the child holds now.
  @inlinable public mutating func endRow(at childCount: Int) {
    offsets.append(Int32(childCount))
  }

  /// A list column over a child; the builder is empty afterwards.
  public mutating func finish(element: Field, child: ArrayData) -> ArrayData {
    let rows = count
    let buffer = offsets.finishBuffer()
    offsets.append(0)
    return ArrayData(type: .list(element: element), count: rows, offsets: buffer, children: [child])
  }
}

/// Grows a column of bits.
public struct BoolBuilder: ~Copyable {
  private var bytes = PrimitiveBuilder<UInt8>()
  /// The number of rows so far.
  public private(set) var count = 0

  /// No rows yet.
  public init() {}

  /// Adds a row.
  public mutating func append(_ value: Bool) {
    if count & 7 == 0 { bytes.append(0) }
    if value { bytes[count >> 3] |= 1 << UInt8(count & 7) }
    count += 1
  }

  /// The bits as a buffer; the builder is empty afterwards.
  public mutating func finishBuffer() -> Buffer {
    count = 0
    return bytes.finishBuffer()
  }

  /// The bits as a column; the builder is empty afterwards.
  public mutating func finish() -> ArrayData {
    let rows = count
    return ArrayData(type: .bool, count: rows, values: finishBuffer())
  }
}
