/// The Arrow types a recorded stream may hold (Arrow columnar format 1.x).
public indirect enum DataType: Hashable, Sendable {
  case bool
  case int8, int16, int32, int64
  case uint8, uint16, uint32, uint64
  case float32, float64
  case utf8
  /// Values of a fixed number of bytes.
  case fixedSizeBinary(Int)
  /// Each row holds exactly `count` values of `element`.
  case fixedSizeList(element: Field, count: Int)
  /// Each row holds any number of values of `element`, found through 32-bit offsets.
  case list(element: Field)
  /// Each row holds one value of every field.
  case structure([Field])
  /// UTF-8 labels, each row an integer index of type `index` into a table of labels that travels apart.
  case dictionary(index: IndexType)

  /// The integer types a dictionary's indices may have.
  public enum IndexType: Hashable, Sendable {
    case int8, int16, int32, int64, uint8, uint16, uint32, uint64

    /// The primitive type of the index values.
    public var dataType: DataType {
      switch self {
      case .int8: .int8
      case .int16: .int16
      case .int32: .int32
      case .int64: .int64
      case .uint8: .uint8
      case .uint16: .uint16
      case .uint32: .uint32
      case .uint64: .uint64
      }
    }
  }

  /// Bytes of one value in the values buffer, for types whose values have a fixed width in bytes.
  public var byteWidth: Int? {
    switch self {
    case .int8, .uint8: 1
    case .int16, .uint16: 2
    case .int32, .uint32, .float32: 4
    case .int64, .uint64, .float64: 8
    case .fixedSizeBinary(let width): width
    case .dictionary(let index): index.dataType.byteWidth
    case .bool, .utf8, .fixedSizeList, .list, .structure: nil
    }
  }

  /// The fields of the children, in order: none, one for lists, all for structures.
  public var children: [Field] {
    switch self {
    case .fixedSizeList(let element, _), .list(let element): [element]
    case .structure(let fields): fields
    default: []
    }
  }
}

extension DataType: CustomStringConvertible {
  /// The type in Arrow's own words, `list<struct<wire: uint16, …>>`.
  public var description: String {
    switch self {
    case .bool: "bool"
    case .int8: "int8"
    case .int16: "int16"
    case .int32: "int32"
    case .int64: "int64"
    case .uint8: "uint8"
    case .uint16: "uint16"
    case .uint32: "uint32"
    case .uint64: "uint64"
    case .float32: "float32"
    case .float64: "float64"
    case .utf8: "utf8"
    case .fixedSizeBinary(let width): "fixed_size_binary[\(width)]"
    case .fixedSizeList(let element, let count): "fixed_size_list<\(element.type)>[\(count)]"
    case .list(let element): "list<\(element.type)>"
    case .structure(let fields): "struct<\(fields.map { "\($0.name): \($0.type)" }.joined(separator: ", "))>"
    case .dictionary(let index): "dictionary<utf8, \(index.dataType)>"
    }
  }
}

/// Swift types whose values lie in an Arrow values buffer as they are.
public protocol ArrowPrimitive: BitwiseCopyable, Sendable {
  /// The Arrow type of a column of these values.
  static var arrowType: DataType { get }
  /// The value that stands in memory where a row is null or unset.
  static var zeroValue: Self { get }
}

extension ArrowPrimitive where Self: ExpressibleByIntegerLiteral {
  /// Zero.
  @inlinable public static var zeroValue: Self { 0 }
}

extension Int8: ArrowPrimitive {
  /// Its type in Arrow.
  @inlinable public static var arrowType: DataType { .int8 }
}

extension Int16: ArrowPrimitive {
  /// Its type in Arrow.
  @inlinable public static var arrowType: DataType { .int16 }
}

extension Int32: ArrowPrimitive {
  /// Its type in Arrow.
  @inlinable public static var arrowType: DataType { .int32 }
}

extension Int64: ArrowPrimitive {
  /// Its type in Arrow.
  @inlinable public static var arrowType: DataType { .int64 }
}

extension UInt8: ArrowPrimitive {
  /// Its type in Arrow.
  @inlinable public static var arrowType: DataType { .uint8 }
}

extension UInt16: ArrowPrimitive {
  /// Its type in Arrow.
  @inlinable public static var arrowType: DataType { .uint16 }
}

extension UInt32: ArrowPrimitive {
  /// Its type in Arrow.
  @inlinable public static var arrowType: DataType { .uint32 }
}

extension UInt64: ArrowPrimitive {
  /// Its type in Arrow.
  @inlinable public static var arrowType: DataType { .uint64 }
}

extension Float: ArrowPrimitive {
  /// Its type in Arrow.
  @inlinable public static var arrowType: DataType { .float32 }
}

extension Double: ArrowPrimitive {
  /// Its type in Arrow.
  @inlinable public static var arrowType: DataType { .float64 }
}
