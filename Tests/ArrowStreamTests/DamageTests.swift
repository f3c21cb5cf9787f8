import ArrowStream
import Foundation
import Testing

@Suite("Damaged files")
struct DamageTests {
  /// A small file of three batches, and what its batches hold.
  private static func sample(
    _ folder: TemporaryFolder, compression: StreamFileWriter.Compression = .zstandard(level: 1)
  ) throws -> (path: String, bytes: [UInt8], batches: [RecordBatch]) {
    let path = folder.file("sample.arrow")
    let batches = [
      try Samples.batch(rows: 3, seed: 1), try Samples.batch(rows: 2, seed: 2, firstNumber: 1003),
      try Samples.batch(rows: 4, seed: 3, firstNumber: 1005, labels: ["mumu", "new"]),
    ]
    let writer = try StreamFileWriter(path: path, schema: Samples.schema, options: .init(compression: compression))
    for batch in batches { try writer.write(batch) }
    try writer.finish()
    return (path, Array(try Data(contentsOf: URL(fileURLWithPath: path))), batches)
  }

  private static func write(_ bytes: some Collection<UInt8>, to path: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: path))
  }

  @Test("every truncation point gives the whole batches before it, or an error with a byte offset")
  func truncation() throws {
    let folder = try TemporaryFolder()
    let (path, bytes, batches) = try Self.sample(folder)
    let whole = try StreamFileReader(path: path)
    let ends = try (0..<3).map { index in
      let description = try whole.describe(batch: index)
      return description.byteOffset + description.byteCount
    }
    let expected = batches.map(\.rows)
    let content = Buffer(copying: bytes)
    var opened = 0
    for length in 0..<bytes.count {
      do {
        let reader = try StreamFileReader(content: content.slice(0, length), name: "cut")
        opened += 1
        let wholeBatches = ends.filter { $0 <= length }.count
        #expect(!reader.isComplete && reader.ending?.byteOffset != nil)
        #expect(reader.batchCount == wholeBatches, "cut at \(length)")
        for index in 0..<reader.batchCount { #expect(try reader.batch(index).rows == expected[index]) }
      } catch {
        #expect(error.kind == .truncated && error.byteOffset != nil, "cut at \(length): \(error)")
        #expect(length < whole.contentsStart, "cut at \(length): \(error)")
      }
    }
    #expect(opened == bytes.count - whole.contentsStart)
  }

  @Test(
    "a flipped bit is found wherever it matters, and never changes a value unnoticed",
    arguments: [StreamFileWriter.Compression.none, .zstandard(level: 1)])
  func bitFlips(compression: StreamFileWriter.Compression) throws {
    let folder = try TemporaryFolder()
    var (path, bytes, batches) = try Self.sample(folder, compression: compression)
    let expected = batches.map(\.rows)
    let reader = try StreamFileReader(path: path)
    let first = try reader.describe(batch: 0)
    var found = 0
    var harmless = 0
    // One bit of every byte, another one from byte to byte.
    for place in bytes.indices {
      bytes[place] ^= 1 << UInt8(place % 8)
      let content = Buffer(copying: bytes)
      bytes[place] ^= 1 << UInt8(place % 8)
      do {
        let reader = try StreamFileReader(content: content, name: "broken")
        for index in 0..<reader.batchCount {
          #expect(try reader.batch(index).rows == expected[index], "byte \(place)")
        }
        #expect(reader.schema == Samples.schema)
        #expect(reader.batchCount == 3, "byte \(place)")
        harmless += 1
      } catch {
        found += 1
        if place >= first.byteOffset + 2048, place < first.byteOffset + first.byteCount, error.batch == 0 {
          #expect(error.kind == .checksum)
          #expect(error.events == EventRange(first: 1000, last: 1002, count: 3))
        }
      }
    }
    // Harmless are the padding behind the magic, the first schema (the footer has it once more), the end marker, the last
    // magic (without it the file reads as one that was not finished), and in each of the seven headers and the footer
    // the words that name the checksum: without them the header is unchecked, but its content is what it was.
    #expect(found > bytes.count / 2)
    #expect(harmless < reader.contentsStart + 32 + 8 * 40)
  }

  @Test("a batch that differs from its checksum is named with its events, and left out when asked")
  func checksum() throws {
    let folder = try TemporaryFolder()
    var (path, bytes, batches) = try Self.sample(folder)
    let second = try StreamFileReader(path: path).describe(batch: 1)
    bytes[second.byteOffset + second.byteCount - 65] ^= 4
    try Self.write(bytes, to: path)
    let reader = try StreamFileReader(path: path)
    let error = #expect(throws: StreamError.self) { try reader.batch(1) }
    #expect(error?.kind == .checksum && error?.batch == 1)
    #expect(error?.events == EventRange(first: 1003, last: 1004, count: 2))
    #expect(error?.byteOffset == second.byteOffset)
    #expect(throws: StreamError.self) { try reader.verify(batch: 1) }
    var damaged: [StreamError] = []
    var rows: [[[RowValue]]] = []
    reader.forEachBatch({ rows.append($0.rows) }, damaged: { damaged.append($0) })
    #expect(rows == [batches[0].rows, batches[2].rows])
    #expect(damaged.map(\.batch) == [1])
  }

  @Test("repair keeps every whole batch of a file that is cut short or damaged in the middle")
  func repair() throws {
    let folder = try TemporaryFolder()
    let (path, bytes, batches) = try Self.sample(folder)
    let whole = try StreamFileReader(path: path)
    let places = try (0..<3).map { try whole.describe(batch: $0) }
    let broken = folder.file("broken.arrow")
    let repaired = folder.file("repaired.arrow")

    func rescue(_ bytes: some Collection<UInt8>) throws -> (StreamRepair.Report, [[[RowValue]]]) {
      try Self.write(bytes, to: broken)
      let report = try StreamRepair.repair(path: broken, into: repaired, force: true)
      let reader = try StreamFileReader(path: repaired)
      #expect(reader.isComplete)
      let rows = try (0..<reader.batchCount).map { try reader.batch($0).rows }
      #expect(report.batches == rows.count && report.rows == rows.reduce(0) { $0 + $1.count })
      if Referee.isPresent {
        try Referee.run(
          """
          table = pa.ipc.open_file(sys.argv[1]).read_all()
          table.validate(full=True)
          assert table.num_rows == int(sys.argv[2])
          """, repaired, "\(report.rows)")
      }
      return (report, rows)
    }

    // Cut inside the last batch.
    var (report, rows) = try rescue(bytes[..<(places[2].byteOffset + 700)])
    #expect(rows == [batches[0].rows, batches[1].rows] && report.problems.map(\.kind) == [.truncated, .truncated])
    // A flipped bit in the body of the second.
    var damaged = bytes
    damaged[places[1].byteOffset + places[1].byteCount - 65] ^= 1
    (report, rows) = try rescue(damaged)
    #expect(rows == [batches[0].rows, batches[2].rows] && report.problems.map(\.kind) == [.checksum])
    #expect(report.problems.first?.events == EventRange(first: 1003, last: 1004, count: 2))
    // The header of the second overwritten: labels that came later are not believed, so the third batch is given up
    // too rather than written with a wrong label.
    damaged = bytes
    for index in 0..<200 { damaged[places[1].byteOffset + index] = UInt8(truncatingIfNeeded: index &* 37) }
    (report, rows) = try rescue(damaged)
    #expect(rows.first == batches[0].rows && !report.problems.isEmpty)
    // The first schema overwritten: the footer has it once more.
    damaged = bytes
    for index in 8..<100 { damaged[index] = 0x55 }
    (report, rows) = try rescue(damaged)
    #expect(rows == batches.map(\.rows) || !report.problems.isEmpty)
    // The broken file is never overwritten, whatever is asked.
    #expect(throws: StreamError.self) { try StreamRepair.repair(path: broken, into: broken, force: true) }
    // A whole file.
    (report, rows) = try rescue(bytes)
    #expect(rows == batches.map(\.rows) && report.problems.isEmpty)
  }

  @Test("a writer that is stopped leaves a file that reads up to its last batch, and nothing under the final name")
  func unfinished() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("run.arrow")
    let batch = try Samples.batch(rows: 10)
    do {
      let writer = try StreamFileWriter(path: path, schema: Samples.schema)
      try writer.write(batch)
      try writer.write(batch)
      #expect(throws: StreamError.self, "two writers of one file") {
        try StreamFileWriter(path: path, schema: Samples.schema)
      }
    }
    #expect(!FileManager.default.fileExists(atPath: path))
    let reader = try StreamFileReader(path: path + ".partial")
    #expect(reader.batchCount == 2 && !reader.isComplete)
    #expect(try reader.batch(1).rows == batch.rows)
    let blocked = #expect(throws: StreamError.self) { try StreamFileWriter(path: path, schema: Samples.schema) }
    #expect(blocked?.kind == .exists)
    let writer = try StreamFileWriter(path: path, schema: Samples.schema, options: .init(force: true))
    try writer.finish()
    #expect(!FileManager.default.fileExists(atPath: path + ".partial"))
    #expect(throws: StreamError.self, "finished twice") { try writer.finish() }
    #expect(try StreamFileReader(path: path).batchCount == 0)
    let exists = #expect(throws: StreamError.self) { try StreamFileWriter(path: path, schema: Samples.schema) }
    #expect(exists?.kind == .exists)
    let discarded = try StreamFileWriter(path: folder.file("other.arrow"), schema: Samples.schema)
    discarded.discard()
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["run.arrow"])
  }

  @Test("a writer that is killed leaves every batch it was given")
  func killed() async throws {
    // The process to be killed cannot be told a path; both know the number of the one that waits.
    let path = Self.killedPath(waiting: getpid())
    await #expect(processExitsWith: .signal(SIGKILL)) {
      let writer = try StreamFileWriter(
        path: DamageTests.killedPath(waiting: getppid()), schema: Samples.schema, options: .init(force: true))
      for seed in 1...5 as ClosedRange<UInt64> { try writer.write(Samples.batch(rows: 20, seed: seed)) }
      kill(getpid(), SIGKILL)
    }
    defer { unlink(path + ".partial") }
    #expect(access(path, F_OK) != 0)
    let reader = try StreamFileReader(path: path + ".partial")
    #expect(reader.batchCount == 5 && !reader.isComplete)
    for index in 0..<reader.batchCount {
      #expect(try reader.batch(index).rows == Samples.batch(rows: 20, seed: UInt64(index + 1)).rows)
    }
  }

  static func killedPath(waiting process: pid_t) -> String {
    NSTemporaryDirectory() + "sluice-killed-\(process).arrow"
  }

  @Test("what is no file, no Arrow, or nothing at all gives one clear error")
  func noFile() throws {
    let folder = try TemporaryFolder()
    let kinds: [(String, [UInt8]?, StreamError.Kind)] = [
      ("absent.arrow", nil, .inputOutput), ("empty.arrow", [], .truncated),
      ("text.arrow", Array("event,run\n1,2\n".utf8), .notArrow), ("short.arrow", Array("ARR".utf8), .truncated),
      ("zeros.arrow", Array(repeating: 0, count: 4096), .notArrow),
      ("magic.arrow", Array("ARROW1\0\0".utf8) + Array(repeating: 0, count: 4096), .malformed),
    ]
    for (name, bytes, kind) in kinds {
      if let bytes { try Self.write(bytes, to: folder.file(name)) }
      let error = #expect(throws: StreamError.self) { try StreamFileReader(path: folder.file(name)) }
      #expect(error?.kind == kind, "\(name): \(String(describing: error))")
      #expect(error?.description.hasPrefix(folder.file(name)) == true)
    }
    #expect(throws: StreamError.self) { try StreamFileReader(path: folder.path) }
    let writing = #expect(throws: StreamError.self) {
      try StreamFileWriter(path: folder.file("absent/x.arrow"), schema: Samples.schema)
    }
    #expect(writing?.kind == .inputOutput)
  }

  @Test("a batch of other columns is refused and the file goes on")
  func otherSchema() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("sample.arrow")
    let writer = try StreamFileWriter(path: path, schema: Samples.schema)
    let batch = try Samples.batch(rows: 3)
    try writer.write(batch)
    let error = #expect(throws: StreamError.self) { try writer.write(batch.dropping(["flag"])) }
    #expect(error?.kind == .schema)
    try writer.write(batch)
    try writer.finish()
    #expect(try StreamFileReader(path: path).batchCount == 2)
  }
}

extension StreamFileReader {
  /// Where the first message behind the schema begins: the length of a header is the second word of its prefix.
  var contentsStart: Int {
    guard let data = FileManager.default.contents(atPath: path) else { return 0 }
    return 16 + Int(data[12]) + Int(data[13]) << 8 + Int(data[14]) << 16
  }
}
