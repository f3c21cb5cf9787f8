import ArrowStream
import Foundation
import Testing

@Suite("Recorded streams on disk")
struct FileTests {
  @Test(
    "pyarrow reads, validates and agrees with what is written",
    .enabled(if: Referee.isPresent, "needs .venv with pyarrow"),
    arguments: [StreamFileWriter.Compression.none, .zstandard(level: 1)])
  func refereeReads(compression: StreamFileWriter.Compression) throws {
    let folder = try TemporaryFolder()
    let path = folder.file("sample.arrow")
    let batches = [
      try Samples.batch(rows: 37, seed: 1), try Samples.batch(rows: 0, seed: 2), try Samples.batch(rows: 1, seed: 3),
      try Samples.batch(rows: 500, seed: 4, firstNumber: 5000).slice(133..<431),
      try Samples.batch(rows: 20, seed: 5, labels: ["tautau", "mumu", "new"]),
    ]
    let writer = try StreamFileWriter(
      path: path, schema: Samples.schema, options: .init(compression: compression))
    for batch in batches { try writer.write(batch) }
    try writer.finish()
    try RowValue.json(of: batches).write(toFile: folder.file("rows.json"), atomically: true, encoding: .utf8)
    try Referee.run(
      """
      file = pa.ipc.open_file(sys.argv[1])
      assert file.num_record_batches == 5
      for index in range(5):
          file.get_batch(index).validate(full=True)
      table = file.read_all()
      table.validate(full=True)
      check_rows(table, sys.argv[2])
      assert file.schema.metadata["näme".encode()].decode() == "μ → e γ \\"quoted\\"\\n"
      hit = file.schema.field("hits").type.value_type
      assert hit.field("charge").metadata == {b"unit": b"ke"}, hit.field("charge").metadata
      assert not file.schema.field("i8").nullable and file.schema.field("flag").nullable
      custom = file.get_batch_with_custom_metadata(3).custom_metadata
      assert custom[b"sluice.events"] == b"5133-5430,298", custom
      assert len(custom[b"sluice.crc32c"]) == 8
      stream = pa.ipc.open_stream(open(sys.argv[1], "rb").read()[8:])
      assert stream.read_all().num_rows == table.num_rows
      """, path, folder.file("rows.json"))
  }

  @Test("a file reads back as it was written", arguments: [StreamFileWriter.Compression.none, .zstandard(level: 3)])
  func roundTrip(compression: StreamFileWriter.Compression) throws {
    let folder = try TemporaryFolder()
    let path = folder.file("sample.arrow")
    let batches = [
      try Samples.batch(rows: 100, seed: 1), try Samples.batch(rows: 0, seed: 2),
      try Samples.batch(rows: 64, seed: 4).slice(3..<61),
    ]
    let writer = try StreamFileWriter(path: path, schema: Samples.schema, options: .init(compression: compression))
    for batch in batches { try writer.write(batch) }
    try writer.finish()
    let reader = try StreamFileReader(path: path)
    #expect(reader.isComplete)
    #expect(reader.schema == Samples.schema)
    #expect(reader.batchCount == 3)
    for (index, batch) in batches.enumerated() {
      let read = try reader.batch(index)
      #expect(read.rows == batch.rows)
      #expect(try reader.verify(batch: index))
    }
    #expect(try reader.describe(batch: 2).events == EventRange(first: 1003, last: 1060, count: 58))
  }
}
