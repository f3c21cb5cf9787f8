/// What a reader of columns finds wrong: the column is missing or has another type than its user needs.
public enum ColumnError: Error, Equatable, CustomStringConvertible {
  /// No such column; `nearest` are names that exist.
  case missing(column: String, existing: [String])
  /// The column has another type.
  case type(column: String, found: DataType, expected: String)
  /// Columns of one batch that belong together have unlike lengths.
  case length(column: String, found: Int, expected: Int)

  /// The error as a sentence for a person.
  public var description: String {
    switch self {
    case .missing(let column, let existing):
      "column '\(column)' is missing; the stream has \(existing.joined(separator: ", "))"
    case .type(let column, let found, let expected):
      "column '\(column)' has type \(found), expected \(expected)"
    case .length(let column, let found, let expected):
      "column '\(column)' has \(found) rows, expected \(expected)"
    }
  }
}

/// The values of a flat column as an array of `Element`, without a copy; keeps the memory alive.
@frozen
public struct ColumnView<Element: ArrowPrimitive>: @unchecked Sendable, RandomAccessCollection {
  // Sendable: buffers are never written after they were made.

  @usableFromInline let base: UnsafePointer<Element>
  /// The number of values.
  public let count: Int
  @usableFromInline let owner: AnyObject?

  /// A view of a column of exactly this type.
  /// - Parameter name: the column's name for the error message.
  /// - Throws: ``ColumnError`` when the column has another type.
  public init(_ array: ArrayData, named name: String = "") throws {
    guard array.type == Element.arrowType else {
      throw ColumnError.type(column: name, found: array.type, expected: "\(Element.arrowType)")
    }
    self.init(buffer: array.values, count: array.count)
  }

  /// A view of the first `count` values of a buffer, which must be aligned for them.
  @usableFromInline init(buffer: Buffer, count: Int) {
    precondition(buffer.count >= count * MemoryLayout<Element>.stride)
    let start = UnsafeRawPointer(buffer.bytes.baseAddress) ?? UnsafeRawPointer(bitPattern: MemoryBlock.alignment)!
    precondition(Int(bitPattern: start) % MemoryLayout<Element>.alignment == 0)
    self.base = start.assumingMemoryBound(to: Element.self)
    self.count = count
    self.owner = buffer.owner
  }

  /// The first index.
  @inlinable public var startIndex: Int { 0 }
  /// One past the last index.
  @inlinable public var endIndex: Int { count }

  /// The value at an index; traps outside the column.
  @inlinable public subscript(index: Int) -> Element {
    precondition(index >= 0 && index < count, "index outside the column")
    return base[index]
  }

  /// The values as a span.
  @inlinable public var span: Span<Element> {
    @_lifetime(borrow self)
    get {
      let span = Span(_unsafeStart: base, count: count)
      return unsafe _overrideLifetime(span, borrowing: self)
    }
  }

  /// The values as a pointer, for kernels; valid for as long as this view lives.
  @inlinable public var unsafeBuffer: UnsafeBufferPointer<Element> {
    UnsafeBufferPointer(start: base, count: count)
  }
}

/// The rows of a list column as ranges of its child's values.
@frozen
public struct ListOffsets: Sendable {
  /// Row r spans `offsets[r] ..< offsets[r + 1]`.
  public let offsets: ColumnView<Int32>

  /// The offsets of a list column.
  /// - Throws: ``ColumnError`` when the column is no list.
  public init(_ array: ArrayData, named name: String = "") throws {
    guard case .list = array.type else {
      throw ColumnError.type(column: name, found: array.type, expected: "list")
    }
    // Arrow allows a column without rows to come without offsets.
    let buffer = array.count == 0 && array.offsets.count == 0 ? Buffer(copying: [Int32(0)]) : array.offsets
    offsets = ColumnView(buffer: buffer, count: array.count + 1)
  }

  /// The number of rows.
  @inlinable public var count: Int { offsets.count - 1 }

  /// The range of a row's values.
  @inlinable public subscript(row: Int) -> Range<Int> {
    Int(offsets[row])..<Int(offsets[row + 1])
  }
}

/// One bit a row.
public struct BoolView: Sendable {
  private let bits: Buffer
  /// The number of rows.
  public let count: Int

  /// A view of a boolean column.
  /// - Throws: ``ColumnError`` when the column has another type.
  public init(_ array: ArrayData, named name: String = "") throws {
    guard array.type == .bool else {
      throw ColumnError.type(column: name, found: array.type, expected: "bool")
    }
    precondition(array.values.count * 8 >= array.count)
    bits = array.values
    count = array.count
  }

  /// The value of a row; traps outside the column.
  public subscript(row: Int) -> Bool {
    precondition(row >= 0 && row < count, "row outside the column")
    return bit(row, in: bits.bytes)
  }
}
