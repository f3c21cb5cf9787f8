import ArgumentParser
import ArrowStream
import Foundation
import Testing

@testable import sluice

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

  private static func run(_ arguments: String...) throws {
    let command = try InspectCommand.parse(arguments)
    try command.run()
  }

  @Test("the JSON names columns, batches and metadata")
  func json() throws {
    let path = try Self.sample("whole")
    defer { unlink(path) }
    let results = path + ".json"
    defer { unlink(results) }
    try Self.run(path, "--verify", "--json", results)
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
    let error = #expect(throws: StreamError.self) { try Self.run(path) }
    #expect(error?.kind == .truncated && error?.byteOffset == second.byteOffset)
    let output = path + ".repaired"
    defer { unlink(output) }
    try Self.run(path, "--repair", output)
    let repaired = try StreamFileReader(path: output)
    #expect(repaired.isComplete && repaired.batchCount == 1)
    #expect(throws: StreamError.self, "an existing file is kept") { try Self.run(path, "--repair", output) }
  }

  @Test("an event that is not there, and calls that contradict themselves, are errors")
  func wrongCalls() throws {
    let path = try Self.sample("calls")
    defer { unlink(path) }
    try Self.run(path, "--event", "13")
    #expect(throws: (any Error).self) { try Self.run(path, "--event", "20") }
    #expect(throws: (any Error).self) { try InspectCommand.parse([path, "--event", "1", "--verify"]) }
    #expect(throws: (any Error).self) { try InspectCommand.parse([path, "--event", "minus"]) }
    #expect(throws: StreamError.self) { try Self.run(path + ".absent") }
  }
}
