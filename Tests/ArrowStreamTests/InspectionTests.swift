import ArrowStream
import Foundation
import Testing

@Suite("What a stream holds")
struct InspectionTests {
  @Test("events are counted by process, and a damaged batch is named and not counted")
  func summary() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("sample.arrow")
    let writer = try StreamFileWriter(path: path, schema: Samples.schema)
    let batches = [
      try Samples.batch(rows: 40, seed: 1),
      try Samples.batch(rows: 25, seed: 2, firstNumber: 1040, labels: ["mumu", "x"]),
    ]
    for batch in batches { try writer.write(batch) }
    try writer.finish()
    let summary = try StreamSummary(path: path, verify: true)
    #expect(summary.rows == 65 && summary.verified == 2 && summary.unchecked == 0 && summary.damaged.isEmpty)
    var expected: [String?: Int] = [:]
    for batch in batches {
      let process = try #require(batch.column("event").child("process"))
      for row in 0..<batch.count { expected[process.label(row), default: 0] += 1 }
    }
    #expect(Dictionary(uniqueKeysWithValues: summary.processes.map { ($0.process, $0.events) }) == expected)

    var bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    let second = summary.batches[1]
    bytes[second.byteOffset + second.byteCount - 65] ^= 1
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    let damaged = try StreamSummary(path: path, verify: true)
    #expect(damaged.rows == 40 && damaged.verified == 1 && damaged.damaged.map(\.batch) == [1])
    #expect(try StreamSummary(path: path, verify: false).rows == 65, "headers alone say nothing of the body")
  }

  @Test("an event is found by its number, also behind a damaged batch")
  func events() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("sample.arrow")
    let writer = try StreamFileWriter(path: path, schema: Samples.schema, options: .init(compression: .none))
    let batches = [try Samples.batch(rows: 4, seed: 1), try Samples.batch(rows: 4, seed: 2, firstNumber: 1004)]
    for batch in batches { try writer.write(batch) }
    try writer.finish()
    let reader = try StreamFileReader(path: path)
    let found = try reader.events(numbered: 1006)
    #expect(found.map(\.batch) == [1] && found.map(\.row) == [2])
    #expect(found.first?.columns.map(\.value) == batches[1].rows[2])
    #expect(try reader.events(numbered: 7).isEmpty)
    let first = try reader.describe(batch: 0)
    var bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    bytes[first.byteOffset + first.byteCount - 65] ^= 1
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    let damaged = try StreamFileReader(path: path)
    #expect(try damaged.events(numbered: 1006).count == 1)
    #expect(throws: StreamError.self) { try damaged.events(numbered: 1001) }
  }

  @Test("an event prints as text with units, its lists as tables")
  func text() throws {
    let hits = Field("hits", .list(element: Field("item", .structure(Samples.hit))))
    let value = RowValue.list([
      .structure([.init("wire", .unsigned(7)), .init("tdc", .signed(-12)), .init("charge", .float32(1.5))]),
      .structure([.init("wire", .unsigned(14335)), .init("tdc", .signed(3)), .init("charge", .float32(0.25))]),
    ])
    #expect(
      EventText.lines(hits, value) == [
        "hits: 2", "   wire  tdc [count]  charge [ke]", "      7          -12          1.5",
        "  14335            3         0.25",
      ])
    let event = Field("event", .structure(Samples.event))
    let key = RowValue.structure([
      .init("number", .unsigned(9)), .init("time", .signed(33)), .init("weight", .float32(1)), .init("process", .null),
    ])
    #expect(
      EventText.lines(event, key) == ["event", "  number: 9", "  time: 33 ns", "  weight: 1.0", "  process: none"])
    #expect(
      EventText.description(of: hits) == [
        "hits      list of structure", "  wire    uint16             global wire number",
        "  tdc     int16              count", "  charge  float32            ke",
      ])
  }

  @Test("nulls where the schema allows none are refused before they are written")
  func nulls() throws {
    let schema = Schema(fields: [Field("x", .int32)])
    let column = ArrayData(
      type: .int32, count: 2, nullCount: 1, validity: Buffer(copying: [UInt8(1)]),
      values: Buffer(copying: [Int32(1), 2]))
    let batch = try RecordBatch(schema: schema, columns: [column], count: 2)
    let folder = try TemporaryFolder()
    let writer = try StreamFileWriter(path: folder.file("nulls.arrow"), schema: schema)
    let error = #expect(throws: StreamError.self) { try writer.write(batch) }
    #expect(error?.kind == .schema && error?.column == "x" && error?.batch == 0)
    let sound = ArrayData(copying: [Int32(4)])
    try writer.write(RecordBatch(schema: schema, columns: [sound], count: 1))
    try writer.finish()
    #expect(try StreamFileReader(path: folder.file("nulls.arrow")).batch(0).rows == [[.signed(4)]])
    #expect(throws: StreamError.self) { try BatchMessage(batch, preamble: StreamPreamble(describing: batch)) }
  }
}
