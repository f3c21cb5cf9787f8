/// A value of a FlatBuffers table, described before it is laid out.
///
/// Arrow's metadata is small (a few kilobytes), so it is described as a tree and written once, front to back.
indirect enum FlatValue {
  case absent
  case boolean(Bool)
  case byte(UInt8)
  case short(Int16)
  case integer(Int32)
  case long(Int64)
  case string(String)
  /// A string whose place in the finished bytes is remembered, because its content depends on all the others (a checksum).
  case markedString(String)
  case table([FlatValue])
  /// A vector of offsets to tables or strings.
  case vector([FlatValue])
  /// A vector of structs of `count` elements, laid out by the caller with 8-byte alignment.
  case structs(bytes: [UInt8], count: Int)
  /// A table as it stands in another buffer, with all that it refers to.
  case copied(FlatTable)

  /// Bytes the value takes inside its table; what is stored elsewhere takes a 4-byte offset.
  fileprivate var inlineSize: Int {
    switch self {
    case .absent: 0
    case .boolean, .byte: 1
    case .short: 2
    case .integer, .string, .markedString, .table, .vector, .structs, .copied: 4
    case .long: 8
    }
  }
}

/// Writes FlatBuffers front to back: a table, then what it points to.
///
/// ```
/// root offset │ vtable │ table: ─┐ fields by size │ strings, vectors, tables … (padding to their alignment between)
///             └────────▲─────────┘
/// ```
///
/// The usual builders write back to front; both orders are valid, since offsets only have to point forward and a
/// table's vtable may lie on either side of it.
struct FlatBufferBuilder {
  private(set) var bytes: [UInt8] = []
  /// Where the first character of each marked string lies, in the order they were written.
  private(set) var marks: [Int] = []

  /// The bytes of a buffer whose root is a table with these fields, in the order of their slots.
  static func encode(root: [FlatValue]) -> (bytes: [UInt8], marks: [Int]) {
    var builder = FlatBufferBuilder()
    builder.bytes.reserveCapacity(1024)
    builder.append(UInt32(0))
    let position = builder.write(table: root)
    builder.patch(offsetAt: 0, to: position)
    builder.pad(to: 8)
    return (builder.bytes, builder.marks)
  }

  private mutating func append<T: FixedWidthInteger>(_ value: T) {
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }

  private mutating func pad(to alignment: Int) {
    let excess = bytes.count % alignment
    if excess != 0 { bytes.append(contentsOf: repeatElement(0, count: alignment - excess)) }
  }

  /// Stores at `place` how far ahead `target` lies.
  private mutating func patch(offsetAt place: Int, to target: Int) {
    let offset = UInt32(truncatingIfNeeded: target - place).littleEndian
    withUnsafeBytes(of: offset) { source in
      for (index, byte) in source.enumerated() { bytes[place + index] = byte }
    }
  }

  private mutating func write(table fields: [FlatValue]) -> Int {
    pad(to: 4)
    let vtable = bytes.count
    let vtableLength = 4 + 2 * fields.count
    bytes.append(contentsOf: repeatElement(0, count: vtableLength))
    pad(to: 4)
    let table = bytes.count
    append(Int32(truncatingIfNeeded: table - vtable))

    var places: [(place: Int, value: FlatValue)] = []
    // Widest first, so that alignment costs at most four bytes for the whole table.
    for size in [8, 4, 2, 1] {
      for (slot, value) in fields.enumerated() where value.inlineSize == size {
        pad(to: size)
        let place = bytes.count
        setShort(at: vtable + 4 + 2 * slot, to: place - table)
        switch value {
        case .boolean(let flag): bytes.append(flag ? 1 : 0)
        case .byte(let number): bytes.append(number)
        case .short(let number): append(number)
        case .integer(let number): append(number)
        case .long(let number): append(number)
        default:
          append(UInt32(0))
          places.append((place, value))
        }
      }
    }
    setShort(at: vtable, to: vtableLength)
    setShort(at: vtable + 2, to: bytes.count - table)
    for (place, value) in places { patch(offsetAt: place, to: write(value)) }
    return table
  }

  private mutating func setShort(at place: Int, to value: Int) {
    bytes[place] = UInt8(truncatingIfNeeded: value)
    bytes[place + 1] = UInt8(truncatingIfNeeded: value >> 8)
  }

  /// Writes what is stored outside its table and returns where it begins.
  private mutating func write(_ value: FlatValue) -> Int {
    switch value {
    case .string(let text): return write(string: text)
    case .markedString(let text):
      let position = write(string: text)
      marks.append(position + 4)
      return position
    case .table(let fields): return write(table: fields)
    case .vector(let elements):
      pad(to: 4)
      let position = bytes.count
      append(UInt32(truncatingIfNeeded: elements.count))
      bytes.append(contentsOf: repeatElement(0, count: 4 * elements.count))
      for (index, element) in elements.enumerated() {
        let place = position + 4 + 4 * index
        patch(offsetAt: place, to: write(element))
      }
      return position
    case .structs(let content, let count):
      pad(to: 4)
      if (bytes.count + 4) % 8 != 0 { append(UInt32(0)) }
      let position = bytes.count
      append(UInt32(truncatingIfNeeded: count))
      bytes.append(contentsOf: content)
      return position
    case .copied(let table):
      // Offsets count from where they stand, so a buffer keeps its meaning as a whole wherever it is put.
      pad(to: 8)
      let position = bytes.count
      bytes.append(contentsOf: table.metadata.bytes)
      return position + table.position
    case .absent, .boolean, .byte, .short, .integer, .long:
      preconditionFailure("a value stored inside its table has no place of its own")
    }
  }

  private mutating func write(string text: String) -> Int {
    pad(to: 4)
    let position = bytes.count
    append(UInt32(truncatingIfNeeded: text.utf8.count))
    bytes.append(contentsOf: text.utf8)
    bytes.append(0)
    return position
  }
}
