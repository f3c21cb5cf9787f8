import ArrowStream
import Foundation
import Testing

@Suite("Files that others wrote", .enabled(if: Referee.isPresent, "needs .venv with pyarrow"))
struct ForeignFileTests {
  /// Every supported type, with nulls, slices, empty batches and labels that grow from batch to batch.
  private static let writing = """
    import numpy as np
    rng = np.random.default_rng(7)
    hit = pa.struct([pa.field("wire", pa.uint16(), nullable=False), pa.field("charge", pa.float32())])
    schema = pa.schema([
        pa.field("flag", pa.bool_()), pa.field("i8", pa.int8()), pa.field("i16", pa.int16()),
        pa.field("i32", pa.int32()), pa.field("i64", pa.int64(), nullable=False), pa.field("u8", pa.uint8()),
        pa.field("u16", pa.uint16()), pa.field("u32", pa.uint32()), pa.field("u64", pa.uint64()),
        pa.field("f32", pa.float32(), metadata={"unit": "GeV"}), pa.field("f64", pa.float64()),
        pa.field("text", pa.utf8()), pa.field("digest", pa.binary(4)), pa.field("words", pa.list_(pa.uint32(), 10)),
        pa.field("hits", pa.list_(hit)), pa.field("nested", pa.struct([("inner", pa.list_(pa.list_(pa.int8())))])),
        pa.field("process", pa.dictionary(pa.int16(), pa.utf8())), pa.field("label", pa.dictionary(pa.uint8(), pa.utf8())),
    ], metadata={"run": "7"})

    def maybe(value):
        return None if rng.integers(5) == 0 else value

    def batch(rows, labels):
        integer = lambda low, high: [maybe(int(x)) for x in rng.integers(low, high, rows)]
        columns = [
            [maybe(bool(x)) for x in rng.integers(0, 2, rows)], integer(-128, 128), integer(-2**15, 2**15),
            integer(-2**31, 2**31), [int(x) for x in rng.integers(-2**63, 2**63 - 1, rows)], integer(0, 256),
            integer(0, 2**16), integer(0, 2**32), integer(0, 2**63),
            [maybe(float(np.float32(x))) for x in rng.normal(size=rows)], [maybe(float(x)) for x in rng.normal(size=rows)],
            [maybe("μ" * int(x)) for x in rng.integers(0, 6, rows)],
            [maybe(bytes(rng.integers(0, 256, 4, dtype=np.uint8))) for _ in range(rows)],
            [maybe([int(x) for x in rng.integers(0, 2**32, 10)]) for _ in range(rows)],
            [maybe([{"wire": int(x), "charge": maybe(1.5)} for x in rng.integers(0, 14336, rng.integers(0, 5))])
             for _ in range(rows)],
            [maybe({"inner": maybe([maybe([1, None, 3]) for _ in range(rng.integers(0, 3))])}) for _ in range(rows)],
        ]
        arrays = [pa.array(values, type=field.type) for values, field in zip(columns, schema)]
        for index_type in (pa.int16(), pa.uint8()):
            arrays.append(pa.DictionaryArray.from_arrays(
                pa.array([maybe(int(x)) for x in rng.integers(0, len(labels), rows)], type=index_type), pa.array(labels)))
        return pa.RecordBatch.from_arrays(arrays, schema=schema)

    batches = [batch(40, ["mumu"]), batch(0, ["mumu"]), batch(300, ["mumu", "τ"]).slice(101, 57),
               batch(1, ["mumu", "τ", "e"])]

    """

  private func compare(_ batches: [RecordBatch], with path: String, in folder: TemporaryFolder, opener: String) throws {
    try RowValue.json(of: batches).write(toFile: folder.file("rows.json"), atomically: true, encoding: .utf8)
    try Referee.run("check_rows(\(opener).read_all(), sys.argv[2])", path, folder.file("rows.json"))
  }

  @Test("files of pyarrow read as pyarrow reads them", arguments: ["None", "'zstd'"])
  func files(compression: String) throws {
    let folder = try TemporaryFolder()
    let path = folder.file("foreign.arrow")
    try Referee.run(
      Self.writing + """
        options = pa.ipc.IpcWriteOptions(compression=\(compression), emit_dictionary_deltas=True)
        with pa.ipc.new_file(sys.argv[1], schema, options=options) as writer:
            for number, one in enumerate(batches):
                writer.write_batch(one, custom_metadata={"sluice.events": f"{number}-{number + 1},2"})
        """, path)
    let reader = try StreamFileReader(path: path)
    #expect(reader.isComplete && reader.batchCount == 4)
    #expect(reader.schema.metadata["run"] == "7")
    #expect(reader.schema.fields[reader.schema.index(of: "f32") ?? 0].unit == "GeV")
    let batches = try (0..<4).map { try reader.batch($0) }
    #expect(batches.map(\.count) == [40, 0, 57, 1])
    #expect(try batches[3].column("process").labels == ["mumu", "τ", "e"])
    #expect(try reader.describe(batch: 2).events == EventRange(first: 2, last: 3, count: 2))
    #expect(try reader.describe(batch: 2).checksum == nil)
    #expect(try !reader.verify(batch: 2), "absent means unchecked, never an error")
    try compare(batches, with: path, in: folder, opener: "pa.ipc.open_file(sys.argv[1])")

    // What comes in goes out again unchanged, columns this project has no name for included.
    let copy = folder.file("copy.arrow")
    let writer = try StreamFileWriter(path: copy, schema: reader.schema)
    for batch in batches { try writer.write(batch) }
    try writer.finish()
    try Referee.run(
      """
      before, after = (pa.ipc.open_file(path).read_all() for path in sys.argv[1:3])
      after.validate(full=True)
      assert before.schema.equals(after.schema, check_metadata=True), (before.schema, after.schema)
      assert before.to_pylist() == after.to_pylist()
      """, path, copy)
  }

  @Test("labels that are replaced within a stream hold from there on")
  func replacedLabels() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("foreign.arrow")
    // An unfinished file: the magic, then a stream.
    try Referee.run(
      """
      sink = pa.BufferOutputStream()
      def one(labels):
          return pa.record_batch({"process": pa.array(labels).dictionary_encode()})
      with pa.ipc.new_stream(sink, one(["a"]).schema) as writer:
          for labels in (["a", "b"], ["c", "a"], ["c", None, "c"]):
              writer.write_batch(one(labels))
      open(sys.argv[1], "wb").write(b"ARROW1\\0\\0" + sink.getvalue().to_pybytes())
      """, path)
    let reader = try StreamFileReader(path: path)
    #expect(!reader.isComplete && reader.batchCount == 3)
    let labels = try (0..<3).map { try reader.batch($0).column("process") }.map { column in
      (0..<column.count).map { column.label($0) }
    }
    #expect(labels == [["a", "b"], ["c", "a"], ["c", nil, "c"]])
  }

  @Test("a column of an unsupported type is named, and stepped over when it is not asked for")
  func unsupportedTypes() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("foreign.arrow")
    try Referee.run(
      """
      import datetime, decimal
      date = datetime.datetime(2026, 11, 21)
      odd = {
          "when": pa.array([date, None]), "large": pa.array(["a", "b"], pa.large_utf8()), "bytes": pa.array([b"a", b"bb"]),
          "view": pa.array(["short", "a long text that needs a buffer of its own"], pa.string_view()),
          "null": pa.nulls(2), "half": pa.array([1.0, 2.0], pa.float16()),
          "amount": pa.array([decimal.Decimal("1.25"), None]), "map": pa.array([[("k", 1)], []], pa.map_(pa.utf8(), pa.int8())),
          "dense": pa.UnionArray.from_dense(pa.array([0, 1], pa.int8()), pa.array([0, 0], pa.int32()), [pa.array([1]), pa.array(["x"])]),
          "sparse": pa.UnionArray.from_sparse(pa.array([0, 1], pa.int8()), [pa.array([1, 2]), pa.array(["x", "y"])]),
          "codes": pa.array([5, 7]).dictionary_encode(), "lists": pa.array([[date], []]), "big": pa.array([[1], [2, 3]], pa.large_list(pa.int8())),
          "runs": pa.RunEndEncodedArray.from_arrays(pa.array([2], pa.int32()), pa.array([1.0])),
          "deep": pa.array([{"a": 1, "b": date}, None]), "span": pa.array([datetime.timedelta(1), None]),
      }
      table = {}
      for number, (name, column) in enumerate(odd.items()):
          table[name] = column
          table[f"plain{number}"] = pa.array([number, -number], pa.int32())
      table["text"] = pa.array(["e", "μ"])
      one = pa.record_batch(table)
      with pa.ipc.new_file(sys.argv[1], one.schema) as writer:
          writer.write_batch(one)
      """, path)
    let error = #expect(throws: StreamError.self) { try StreamFileReader(path: path) }
    #expect(error?.kind == .unsupported && error?.column == "when")
    #expect(throws: StreamError.self) {
      try StreamFileReader(path: path, options: .init(columns: .named(["large"])))
    }
    let missing = #expect(throws: StreamError.self) {
      try StreamFileReader(path: path, options: .init(columns: .named(["absent"])))
    }
    #expect(missing?.kind == .schema && missing?.column == "absent")
    let reader = try StreamFileReader(path: path, options: .init(columns: .supported))
    #expect(reader.unread.count == 16)
    let batch = try reader.batch(0)
    #expect(batch.columns.count == 17)
    for number in 0..<16 {
      let column = try batch.column("plain\(number)")
      #expect(column.value(0) == .signed(Int64(number)) && column.value(1) == .signed(Int64(-number)))
    }
    #expect(try batch.column("text").text(1) == "μ")
    let some = try StreamFileReader(path: path, options: .init(columns: .named(["text", "plain3"]))).batch(0)
    #expect(some.schema.fields.map(\.name) == ["plain3", "text"])
  }

  @Test("buffers compressed with LZ4 are refused by name")
  func otherCompression() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("lz4.arrow")
    try Referee.run(
      """
      one = pa.record_batch({"x": pa.array(range(1000))})
      with pa.ipc.new_file(sys.argv[1], one.schema, options=pa.ipc.IpcWriteOptions(compression="lz4")) as writer:
          writer.write_batch(one)
      """, path)
    let error = #expect(throws: StreamError.self) { try StreamFileReader(path: path).batch(0) }
    #expect(error?.kind == .unsupported)
    #expect(error?.description.contains("LZ4") == true)
  }

  @Test("a file that pyarrow rewrites through a table, with a column less, reads as unchecked")
  func rewritten() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("sample.arrow")
    let writer = try StreamFileWriter(path: path, schema: Samples.schema)
    try writer.write(Samples.batch(rows: 100))
    try writer.finish()
    let copy = folder.file("copy.arrow")
    try Referee.run(
      """
      table = pa.ipc.open_file(sys.argv[1]).read_all().drop(["hits"])
      with pa.ipc.new_file(sys.argv[2], table.schema) as writer:
          writer.write_table(table)
      """, path, copy)
    let reader = try StreamFileReader(path: copy)
    #expect(try !reader.verify(batch: 0))
    let expected = try Samples.batch(rows: 100).dropping(["hits"])
    #expect(try reader.batch(0).rows == expected.rows)
  }
}
