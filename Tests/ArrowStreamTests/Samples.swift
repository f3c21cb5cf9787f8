import ArrowStream
import Foundation

/// Numbers for samples: the same at every run.
struct SampleNumbers {
  private var state: UInt64
  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
}

/// Batches that hold every supported type, with nulls where the schema allows them.
enum Samples {
  static let hit: [Field] = [
    Field("wire", .uint16, metadata: ["comment": "global wire number"]),
    Field("tdc", .int16, metadata: ["unit": "count"]),
    Field("charge", .float32, metadata: ["unit": "ke"]),
  ]

  static let event: [Field] = [
    Field("number", .uint64), Field("time", .int64, metadata: ["unit": "ns"]), Field("weight", .float32),
    Field("process", .dictionary(index: .int16), nullable: true),
  ]

  static let schema = Schema(
    fields: [
      Field("event", .structure(event)),
      Field("flag", .bool, nullable: true),
      Field("i8", .int8), Field("i16", .int16), Field("i32", .int32, nullable: true), Field("i64", .int64),
      Field("u8", .uint8), Field("u16", .uint16, nullable: true), Field("u32", .uint32), Field("u64", .uint64),
      Field("f32", .float32, metadata: ["unit": "GeV"]), Field("f64", .float64, nullable: true),
      Field("text", .utf8, nullable: true),
      Field("digest", .fixedSizeBinary(5), nullable: true),
      Field("words", .fixedSizeList(element: Field("item", .uint32), count: 3)),
      Field("hits", .list(element: Field("item", .structure(hit)))),
      Field(
        "ragged", .list(element: Field("item", .list(element: Field("item", .int32, nullable: true)))), nullable: true),
      Field("label", .dictionary(index: .uint8)),
    ],
    metadata: ["version": "1", "generator": "sample", "empty": "", "näme": "μ → e γ \"quoted\"\n"])

  static let texts = ["", "e+e-", "μ⁺μ⁻", "a longer text than fits in a few bytes", "\u{1F600}", "tab\tand \"quotes\""]

  private static func validity(_ rows: Int, _ numbers: inout SampleNumbers) -> (Buffer?, Int) {
    var bits = BoolBuilder()
    var nulls = 0
    for _ in 0..<rows {
      let valid = numbers.below(3) != 0
      bits.append(valid)
      if !valid { nulls += 1 }
    }
    return nulls == 0 ? (nil, 0) : (bits.finishBuffer(), nulls)
  }

  private static func primitive<Element: ArrowPrimitive>(
    _ rows: Int, nullable: Bool, _ numbers: inout SampleNumbers, _ make: (UInt64) -> Element
  ) -> ArrayData {
    var builder = PrimitiveBuilder<Element>()
    for _ in 0..<rows { builder.append(make(numbers.next())) }
    let (bits, nulls) = nullable ? validity(rows, &numbers) : (nil, 0)
    return ArrayData(
      type: Element.arrowType, count: rows, nullCount: nulls, validity: bits, values: builder.finishBuffer())
  }

  private static func dictionary(
    _ type: DataType, _ rows: Int, labels: [String], nullable: Bool, _ numbers: inout SampleNumbers
  ) -> ArrayData {
    let (bits, nulls) = nullable ? validity(rows, &numbers) : (nil, 0)
    let values: Buffer =
      switch type {
      case .dictionary(.uint8): Buffer(copying: (0..<rows).map { _ in UInt8(numbers.below(labels.count)) })
      default: Buffer(copying: (0..<rows).map { _ in Int16(numbers.below(labels.count)) })
      }
    return ArrayData(type: type, count: rows, nullCount: nulls, validity: bits, values: values, labels: labels)
  }

  private static func lists(_ field: Field, _ rows: Int, nullable: Bool, _ numbers: inout SampleNumbers) -> ArrayData {
    guard case .list(let element) = field.type else { preconditionFailure("a list is asked for") }
    var offsets = PrimitiveBuilder<Int32>()
    offsets.append(0)
    var total = 0
    for _ in 0..<rows {
      total += numbers.below(4)
      offsets.append(Int32(total))
    }
    let (bits, nulls) = nullable ? validity(rows, &numbers) : (nil, 0)
    return ArrayData(
      type: field.type, count: rows, nullCount: nulls, validity: bits, offsets: offsets.finishBuffer(),
      children: [column(element, total, firstNumber: 0, labels: ["x"], &numbers)])
  }

  private static func column(
    _ field: Field, _ rows: Int, firstNumber: UInt64, labels: [String], _ numbers: inout SampleNumbers
  ) -> ArrayData {
    let nullable = field.nullable
    switch field.type {
    case .bool:
      var bits = BoolBuilder()
      for _ in 0..<rows { bits.append(numbers.below(2) == 1) }
      let (valid, nulls) = nullable ? validity(rows, &numbers) : (nil, 0)
      return ArrayData(type: .bool, count: rows, nullCount: nulls, validity: valid, values: bits.finishBuffer())
    case .int8: return primitive(rows, nullable: nullable, &numbers) { Int8(truncatingIfNeeded: $0) }
    case .int16: return primitive(rows, nullable: nullable, &numbers) { Int16(truncatingIfNeeded: $0) }
    case .int32: return primitive(rows, nullable: nullable, &numbers) { Int32(truncatingIfNeeded: $0) }
    case .int64: return primitive(rows, nullable: nullable, &numbers) { Int64(truncatingIfNeeded: $0) }
    case .uint8: return primitive(rows, nullable: nullable, &numbers) { UInt8(truncatingIfNeeded: $0) }
    case .uint16: return primitive(rows, nullable: nullable, &numbers) { UInt16(truncatingIfNeeded: $0) }
    case .uint32: return primitive(rows, nullable: nullable, &numbers) { UInt32(truncatingIfNeeded: $0) }
    case .uint64:
      if field.name == "number" { return ArrayData(copying: (0..<rows).map { firstNumber + UInt64($0) }) }
      return primitive(rows, nullable: nullable, &numbers) { $0 }
    case .float32:
      return primitive(rows, nullable: nullable, &numbers) { $0 % 11 == 0 ? .infinity : Float($0 % 100_000) / 7 }
    case .float64: return primitive(rows, nullable: nullable, &numbers) { $0 % 13 == 0 ? -.infinity : Double($0) / 3 }
    case .utf8:
      var offsets = PrimitiveBuilder<Int32>()
      var bytes = PrimitiveBuilder<UInt8>()
      offsets.append(0)
      for _ in 0..<rows {
        bytes.append(contentsOf: Array(texts[numbers.below(texts.count)].utf8))
        offsets.append(Int32(bytes.count))
      }
      let (bits, nulls) = nullable ? validity(rows, &numbers) : (nil, 0)
      return ArrayData(
        type: .utf8, count: rows, nullCount: nulls, validity: bits, offsets: offsets.finishBuffer(),
        values: bytes.finishBuffer())
    case .fixedSizeBinary(let width):
      let (bits, nulls) = nullable ? validity(rows, &numbers) : (nil, 0)
      return ArrayData(
        type: field.type, count: rows, nullCount: nulls, validity: bits,
        values: Buffer(copying: (0..<rows * width).map { _ in UInt8(truncatingIfNeeded: numbers.next()) }))
    case .fixedSizeList(let element, let width):
      return ArrayData(
        type: field.type, count: rows,
        children: [column(element, rows * width, firstNumber: 0, labels: labels, &numbers)])
    case .list: return lists(field, rows, nullable: nullable, &numbers)
    case .structure(let fields):
      return ArrayData(
        structureOf: fields, fields.map { column($0, rows, firstNumber: firstNumber, labels: labels, &numbers) },
        count: rows)
    case .dictionary: return dictionary(field.type, rows, labels: labels, nullable: nullable, &numbers)
    }
  }

  /// A batch of a number of rows with values that depend on the seed alone.
  static func batch(
    rows: Int, seed: UInt64 = 1, firstNumber: UInt64 = 1000, labels: [String] = ["mumu", "tautau", "B⁰B̄⁰"]
  ) throws -> RecordBatch {
    var numbers = SampleNumbers(seed: seed)
    let columns = schema.fields.map { column($0, rows, firstNumber: firstNumber, labels: labels, &numbers) }
    return try RecordBatch(schema: schema, columns: columns, count: rows)
  }
}

/// A folder that is gone after the test.
final class TemporaryFolder {
  let path: String
  init() throws {
    path = NSTemporaryDirectory() + "sluice-arrow-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }
  deinit { try? FileManager.default.removeItem(atPath: path) }
  func file(_ name: String) -> String { path + "/" + name }
}

extension RecordBatch {
  /// All rows, for comparisons.
  var rows: [[RowValue]] { (0..<count).map { row in columns.map { $0.value(row) } } }
}

extension RowValue {
  /// Rows of a batch as JSON, one object a row.
  static func json(of batches: [RecordBatch]) -> String {
    let rows = batches.flatMap { batch in
      (0..<batch.count).map { row in
        RowValue.structure(zip(batch.schema.fields, batch.columns).map { Member($0.name, $1.value(row)) }).json
      }
    }
    return "[" + rows.joined(separator: ",\n") + "]"
  }
}
