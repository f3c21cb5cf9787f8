/// One value of any column, as a tree: for printing, comparing and tests, not for loops over events.
public indirect enum RowValue: Hashable, Sendable {
  case null
  case bool(Bool)
  case signed(Int64)
  case unsigned(UInt64)
  /// A 32-bit value, kept apart so that it prints with its own digits.
  case float32(Float)
  case float64(Double)
  case text(String)
  case bytes([UInt8])
  case list([RowValue])
  case structure([Member])

  /// A named value of a structure.
  public struct Member: Hashable, Sendable {
    /// The field's name.
    public let name: String
    /// Its value.
    public let value: RowValue

    /// A named value.
    public init(_ name: String, _ value: RowValue) {
      self.name = name
      self.value = value
    }
  }
}

extension ArrayData {
  /// The value of a row; `row` must be below ``count``.
  public func value(_ row: Int) -> RowValue {
    precondition(row >= 0 && row < count, "row outside the column")
    if isNull(row) { return .null }
    func load<Value: BitwiseCopyable>(_: Value.Type) -> Value {
      values.bytes.loadUnaligned(fromByteOffset: row * MemoryLayout<Value>.stride, as: Value.self)
    }
    switch type {
    case .bool: return .bool(bit(row, in: values.bytes))
    case .int8: return .signed(Int64(load(Int8.self)))
    case .int16: return .signed(Int64(load(Int16.self)))
    case .int32: return .signed(Int64(load(Int32.self)))
    case .int64: return .signed(load(Int64.self))
    case .uint8: return .unsigned(UInt64(load(UInt8.self)))
    case .uint16: return .unsigned(UInt64(load(UInt16.self)))
    case .uint32: return .unsigned(UInt64(load(UInt32.self)))
    case .uint64: return .unsigned(load(UInt64.self))
    case .float32: return .float32(load(Float.self))
    case .float64: return .float64(load(Double.self))
    case .utf8: return .text(text(row) ?? "")
    case .fixedSizeBinary(let width): return .bytes(Array(values.bytes[row * width..<(row + 1) * width]))
    case .fixedSizeList(_, let width):
      return .list((row * width..<(row + 1) * width).map { children[0].value($0) })
    case .list:
      let lower = offsets.bytes.loadUnaligned(fromByteOffset: 4 * row, as: Int32.self)
      let upper = offsets.bytes.loadUnaligned(fromByteOffset: 4 * row + 4, as: Int32.self)
      return .list((Int(lower)..<Int(upper)).map { children[0].value($0) })
    case .structure(let fields):
      return .structure(zip(fields, children).map { RowValue.Member($0.name, $1.value(row)) })
    case .dictionary: return label(row).map(RowValue.text) ?? .null
    }
  }
}

extension RowValue {
  /// The value as JSON. Bytes are written in hexadecimal; what JSON has no number for as `"nan"`, `"inf"`, `"-inf"`.
  public var json: String {
    switch self {
    case .null: "null"
    case .bool(let flag): flag ? "true" : "false"
    case .signed(let number): "\(number)"
    case .unsigned(let number): "\(number)"
    case .float32(let number): number.isFinite ? "\(number)" : "\"\(number)\""
    case .float64(let number): number.isFinite ? "\(number)" : "\"\(number)\""
    case .text(let text): Self.quoted(text)
    case .bytes(let bytes): "\"\(bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined())\""
    case .list(let values): "[\(values.map(\.json).joined(separator: ", "))]"
    case .structure(let members):
      "{\(members.map { "\(Self.quoted($0.name)): \($0.value.json)" }.joined(separator: ", "))}"
    }
  }

  /// A JSON string.
  static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\r": quoted += "\\r"
      case "\t": quoted += "\\t"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
