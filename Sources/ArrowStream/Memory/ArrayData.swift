/// One column, or one child of a nested column: a tree of buffers as the Arrow columnar format lays them out.
///
/// What stands where, by type:
///
///     primitive, fixed-size binary   values: one value after the other
///     bool                           values: one bit a row, least significant first
///     utf8                           offsets: rows + 1 int32; values: the bytes
///     list                           offsets: rows + 1 int32 into child 0
///     fixed-size list                child 0, `count` values a row
///     structure                      children, one value a row each
///     dictionary                     values: the indices; labels: the table
///
/// `validity` has one bit a row, 1 where there is a value; nil when every row has one. Arrays have no offset of their
/// own: a slice points into the same memory, so that the first offset of a sliced list need not be zero.
public struct ArrayData: Sendable {
  /// The type of the values.
  public let type: DataType
  /// The number of rows.
  public let count: Int
  /// The number of rows without a value.
  public let nullCount: Int
  /// One bit a row, 1 where there is a value; nil when no row is null.
  public let validity: Buffer?
  /// Offsets of lists and strings, else empty.
  public let offsets: Buffer
  /// Values of flat types, else empty.
  public let values: Buffer
  /// The children of nested types.
  public let children: [ArrayData]
  /// The labels of a dictionary, else empty.
  public let labels: [String]

  /// An array of parts that fit together; whoever makes it from untrusted bytes validates it first.
  public init(
    type: DataType, count: Int, nullCount: Int = 0, validity: Buffer? = nil, offsets: Buffer = .empty,
    values: Buffer = .empty, children: [ArrayData] = [], labels: [String] = []
  ) {
    self.type = type
    self.count = count
    self.nullCount = validity == nil ? 0 : nullCount
    self.validity = validity
    self.offsets = offsets
    self.values = values
    self.children = children
    self.labels = labels
  }

  /// A column of primitive values, copied.
  public init<Element: ArrowPrimitive>(copying elements: [Element]) {
    self.init(type: Element.arrowType, count: elements.count, values: Buffer(copying: elements))
  }

  /// A structure of children of equal length.
  public init(structureOf fields: [Field], _ children: [ArrayData], count: Int) {
    precondition(fields.count == children.count && children.allSatisfy { $0.count == count })
    self.init(type: .structure(fields), count: count, children: children)
  }

  /// The child of a structure, or of a list of structures, by name.
  public func child(_ name: String) -> ArrayData? {
    switch type {
    case .structure(let fields):
      fields.firstIndex { $0.name == name }.map { children[$0] }
    case .list, .fixedSizeList:
      children[0].child(name)
    default: nil
    }
  }

  /// Whether a row holds no value.
  public func isNull(_ row: Int) -> Bool {
    guard let validity else { return false }
    return !bit(row, in: validity.bytes)
  }
}

@inlinable
func bit(_ index: Int, in bytes: UnsafeRawBufferPointer) -> Bool {
  bytes[index >> 3] & (1 << UInt8(truncatingIfNeeded: index & 7)) != 0
}
