import ArrowStream
import Foundation
import Testing

@Suite("sluice inspect")
struct InspectTests {
  private static func sample(_ name: String) throws -> String {
    let path = NSTemporaryDirectory() + "sluice-inspect-\(UUID().uuidString)-\(name).arrow"
    let schema = Schema(fields: [Field("x", .int32, metadata: ["unit": "cm"])], metadata: ["run": "7"])
    let writer = try StreamFileWriter(path: path, schema: schema)
    for start in [0, 10] as [Int32] {
      let column = ArrayData(copying: (start..<start + 10).map { $0 })
      try writer.write(RecordBatch(schema: schema, columns: [column], count: 10))
    }
    try writer.finish()
    return path
  }

  /// Runs `sluice inspect` and returns its exit status and what it said on standard error.
  private static func run(_ arguments: String...) throws -> (status: Int32, errors: String) {
    let outcome = try SluiceProgram.run(["inspect"] + arguments)
    return (outcome.status, outcome.errors)
  }

  @Test("the JSON names columns, batches and metadata")
  func json() throws {
    let path = try Self.sample("whole")
    defer { unlink(path) }
    let results = path + ".json"
    defer { unlink(results) }
    #expect(try Self.run(path, "--verify", "--json", results).status == 0)
    let data = try Data(contentsOf: URL(fileURLWithPath: results))
    let report = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect(report["rows"] as? Int == 20)
    #expect(report["complete"] as? Bool == true)
    #expect(report["verifiedBatches"] as? Int == 2)
    #expect((report["batches"] as? [Any])?.count == 2)
    #expect((report["metadata"] as? [String: String])?["run"] == "7")
    #expect((report["columns"] as? [[String: Any]])?.first?["unit"] as? String == "cm")
  }

  @Test("a stream that was cut short is an error that says where, and is rescued into a new one")
  func repair() throws {
    let path = try Self.sample("cut")
    defer { unlink(path) }
    let second = try StreamFileReader(path: path).describe(batch: 1)
    try #require(truncate(path, off_t(second.byteOffset + second.byteCount - 1)) == 0)
    let cut = try Self.run(path)
    #expect(cut.status == 2)
    #expect(cut.errors.contains("\(second.byteOffset)"), "the error says where: \(cut.errors)")
    let output = path + ".repaired"
    defer { unlink(output) }
    #expect(try Self.run(path, "--repair", output).status == 0)
    let repaired = try StreamFileReader(path: output)
    #expect(repaired.isComplete && repaired.batchCount == 1)
    #expect(try Self.run(path, "--repair", output).status == 2, "an existing file is kept")
  }

  @Test("--svg draws an event of a recorded stream, and only with --event")
  func picture() throws {
    let stream = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Replay/mumu.arrow").path
    let number = try #require(StreamFileReader(path: stream).describe(batch: 0).events?.first)
    let picture = NSTemporaryDirectory() + "sluice-inspect-\(UUID().uuidString).svg"
    defer { unlink(picture) }
    #expect(try Self.run(stream, "--event", "\(number)", "--svg", picture, "--truth").status == 0)
    let text = try String(contentsOfFile: picture, encoding: .utf8)
    #expect(text.contains("event \(number)") && text.contains("mu+"))
    #expect(try Self.run(stream, "--svg", picture).status == 2)
    #expect(try Self.run(stream, "--event", "\(number)", "--truth").status == 2)
    #expect(try Self.run(stream, "--event", "\(number)", "--svg", "/no/such/folder/x.svg").status == 2)
  }

  @Test("an event that is not there, and calls that contradict themselves, are errors")
  func wrongCalls() throws {
    let path = try Self.sample("calls")
    defer { unlink(path) }
    #expect(try Self.run(path, "--event", "13").status == 0)
    #expect(try Self.run(path, "--event", "20").status == 2)
    #expect(try Self.run(path, "--event", "1", "--verify").status == 2)
    #expect(try Self.run(path, "--event", "minus").status == 2)
    #expect(try Self.run(path + ".absent").status == 2)
  }
}
