import ArrowStream
import Foundation
import Testing

@Suite("Batches as messages")
struct MessageTests {
  @Test("a batch reads back in place from its header and body")
  func roundTrip() throws {
    for rows in [0, 1, 7, 64, 1000] {
      let batch = try Samples.batch(rows: rows)
      let preamble = try StreamPreamble(describing: batch)
      let reader = try preamble.bytes.withUnsafeBytes { try BatchMessageReader(preamble: $0) }
      #expect(reader.hash == preamble.hash)
      let (header, body) = try BatchMessage(batch, preamble: preamble).encoded()
      let read = try header.withUnsafeBytes { try reader.batch(header: $0, body: body) }
      #expect(read.schema == batch.schema)
      #expect(read.rows == batch.rows)
      #expect(reader.copiedBodies == 0)
      let numbers = try #require(read.column("event").child("number"))
      if rows > 0 {
        let start = try #require(numbers.values.bytes.baseAddress)
        let first = try #require(body.bytes.baseAddress)
        #expect(start >= first && start < first + body.count)
      }
    }
  }

  @Test("a body at an odd address is copied once and counted")
  func misaligned() throws {
    let batch = try Samples.batch(rows: 50)
    let preamble = try StreamPreamble(describing: batch)
    let reader = try preamble.bytes.withUnsafeBytes { try BatchMessageReader(preamble: $0) }
    let message = try BatchMessage(batch, preamble: preamble)
    let block = MemoryBlock(byteCount: message.bodyLength + 3)
    let target = UnsafeMutableRawBufferPointer(start: block.base + 3, count: message.bodyLength)
    let header = message.write(into: target)
    let body = Buffer(bytes: UnsafeRawBufferPointer(target), owner: block)
    let read = try header.withUnsafeBytes { try reader.batch(header: $0, body: body) }
    #expect(read.rows == batch.rows)
    #expect(reader.copiedBodies == 1)
  }

  @Test("a batch of another stream is refused by its hash")
  func otherStream() throws {
    let batch = try Samples.batch(rows: 5)
    let other = batch.with(metadata: ["run": "2"])
    let preamble = try StreamPreamble(describing: batch)
    let otherPreamble = try StreamPreamble(describing: other)
    #expect(preamble.hash != otherPreamble.hash)
    #expect(!preamble.describes(other))
    #expect(throws: StreamError.self) { try BatchMessage(other, preamble: preamble) }
    let reader = try preamble.bytes.withUnsafeBytes { try BatchMessageReader(preamble: $0) }
    let (header, body) = try BatchMessage(other, preamble: otherPreamble).encoded()
    let error = #expect(throws: StreamError.self) {
      try header.withUnsafeBytes { try reader.batch(header: $0, body: body) }
    }
    #expect(error?.kind == .schema)
  }

  @Test("the body's owner lives as long as a column of it")
  func ownership() throws {
    final class Owner {
      let block: MemoryBlock
      init(_ block: MemoryBlock) { self.block = block }
    }
    let batch = try Samples.batch(rows: 20)
    let preamble = try StreamPreamble(describing: batch)
    let reader = try preamble.bytes.withUnsafeBytes { try BatchMessageReader(preamble: $0) }
    weak var owner: Owner?
    func column() throws -> ArrayData {
      let message = try BatchMessage(batch, preamble: preamble)
      let held = Owner(MemoryBlock(byteCount: message.bodyLength))
      owner = held
      let memory = UnsafeMutableRawBufferPointer(start: held.block.base, count: message.bodyLength)
      let header = message.write(into: memory)
      let body = Buffer(bytes: UnsafeRawBufferPointer(memory), owner: held)
      return try header.withUnsafeBytes { try reader.batch(header: $0, body: body) }.column("f32")
    }
    var kept: ArrayData? = try column()
    #expect(owner != nil)
    #expect(try kept?.value(3) == batch.column("f32").value(3))
    kept = nil
    #expect(owner == nil)
  }

  @Test(
    "preamble and messages one after the other are an Arrow stream for pyarrow",
    .enabled(if: Referee.isPresent, "needs .venv with pyarrow"))
  func refereeReads() throws {
    let folder = try TemporaryFolder()
    let batches = [try Samples.batch(rows: 30, seed: 1), try Samples.batch(rows: 0, seed: 2)]
    let preamble = try StreamPreamble(describing: batches[0])
    var bytes = Data(preamble.bytes)
    for batch in batches {
      let (header, body) = try BatchMessage(batch, preamble: preamble).encoded()
      bytes.append(contentsOf: header)
      bytes.append(contentsOf: body.bytes)
    }
    try bytes.write(to: URL(fileURLWithPath: folder.file("link.arrows")))
    try RowValue.json(of: batches).write(toFile: folder.file("rows.json"), atomically: true, encoding: .utf8)
    try Referee.run(
      """
      table = pa.ipc.open_stream(open(sys.argv[1], "rb")).read_all()
      table.validate(full=True)
      check_rows(table, sys.argv[2])
      """, folder.file("link.arrows"), folder.file("rows.json"))
  }
}
