import ArrowStream
import EventModel
import Foundation
import Online
import Statistics
import Testing

@Suite("Several streams of one run", .serialized)
struct TimeOrderTests {
  /// Deals the events of a stream out to several, as a recording per process would have them.
  private func deal(_ events: Int, to paths: [String], chunk: Int, liveTimes: [String]? = nil) throws {
    let whole = try SampleStream.batch(first: 0, count: events)
    var random = CounterRandom(seed: 3, experiment: 0, run: 0, event: 0, purpose: .generation)
    var rows = paths.map { _ in [Int]() }
    for row in 0..<events { rows[Int(random.integer(below: UInt64(paths.count)))].append(row) }
    for (index, path) in paths.enumerated() {
      var part = whole.taking(rows: rows[index])
      if let liveTimes {
        var metadata = part.schema.metadata
        metadata[StreamMetadata.liveTime] = liveTimes[index]
        part = part.with(metadata: metadata)
      }
      let writer = try StreamFileWriter(path: path, schema: part.schema)
      for start in stride(from: 0, to: part.count, by: chunk) {
        try writer.write(part.slice(start..<min(start + chunk, part.count)))
      }
      try writer.finish()
    }
  }

  private func replay(_ streams: [String], output: String, repeats: Int = 1) throws -> ReplayResult {
    var configuration = ReplayConfiguration(streams: streams, chain: SampleChain.make())
    configuration.output = output
    configuration.repeats = repeats
    return try Replay.run(configuration)
  }

  @Test("are played in the order of their events' times: decisions are those of the undivided stream")
  func merged() throws {
    let folder = try TemporaryFolder()
    try SampleStream.write(folder.file("whole.arrow"), events: 2000)
    let parts = ["a", "b", "c"].map { folder.file("\($0).arrow") }
    try deal(2000, to: parts, chunk: 97)
    let whole = try replay([folder.file("whole.arrow")], output: folder.file("whole"))
    for order in [parts, parts.reversed()] {
      let merged = try replay(order, output: folder.file("merged-\(order == parts)"))
      #expect(merged.condition == .good)
      #expect(merged.events == 2000)
      #expect(merged.decisionHash == whole.decisionHash)
      #expect(merged.study.byProcess.keys.sorted() == whole.study.byProcess.keys.sorted())
      #expect(merged.liveTime == 2.0, "streams of one run share its live time")
    }
  }

  @Test("are played again in the same order when repeated")
  func repeated() throws {
    let folder = try TemporaryFolder()
    let parts = ["a", "b"].map { folder.file("\($0).arrow") }
    try deal(500, to: parts, chunk: 64)
    try SampleStream.write(folder.file("whole.arrow"), events: 500)
    let whole = try replay([folder.file("whole.arrow")], output: folder.file("whole"), repeats: 3)
    let merged = try replay(parts, output: folder.file("merged"), repeats: 3)
    #expect(merged.events == 1500)
    #expect(merged.decisionHash == whole.decisionHash)
  }

  @Test("that stand for different times are refused: their weights do not add up")
  func differentLiveTimes() throws {
    let folder = try TemporaryFolder()
    let parts = ["a", "b"].map { folder.file("\($0).arrow") }
    try deal(200, to: parts, chunk: 64, liveTimes: ["2.0", "3.0"])
    #expect(throws: ReplayError.self) { try replay(parts, output: folder.file("out")) }
    #expect(!FileManager.default.fileExists(atPath: folder.file("out/accepted.arrow")))
  }
}
