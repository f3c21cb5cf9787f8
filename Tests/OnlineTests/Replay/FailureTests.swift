import ArrowStream
import EventModel
import Foundation
import Online
import Synchronization
import Testing

@Suite("What goes wrong in a replay", .serialized)
struct FailureTests {
  private func configuration(
    _ folder: TemporaryFolder, events: Int = 4000, chain: TriggerChain = SampleChain.make()
  ) throws -> ReplayConfiguration {
    try SampleStream.write(folder.file("in.arrow"), events: events)
    var configuration = ReplayConfiguration(streams: [folder.file("in.arrow")], chain: chain)
    configuration.output = folder.file("out")
    return configuration
  }

  private func reasons(_ result: ReplayResult) -> String {
    if case .failed(let reasons) = result.condition { return reasons.joined(separator: "\n") }
    return ""
  }

  @Test("an accepted event that a worker forgets makes the run fail, named by the ledger")
  func forgottenEvent() throws {
    let folder = try TemporaryFolder()
    var configuration = try configuration(folder)
    configuration.faults.forgottenEvent = 3
    let result = try Replay.run(configuration)
    #expect(result.condition.name == "failed")
    #expect(reasons(result).contains("1 lost between them"))
    #expect(reasons(result).contains("accepted.arrow holds"))
  }

  @Test("verdicts that the storage forgets make the run fail")
  func forgottenVerdicts() throws {
    let folder = try TemporaryFolder()
    var configuration = try configuration(folder)
    configuration.faults.forgottenVerdicts = true
    let result = try Replay.run(configuration)
    #expect(reasons(result).contains("verdicts: "))
    #expect(reasons(result).contains("unaccounted"))
  }

  @Test("a batch that vanishes between builder and collector makes the run fail")
  func droppedBatch() throws {
    let folder = try TemporaryFolder()
    var configuration = try configuration(folder)
    configuration.faults.droppedBatch = 5
    let result = try Replay.run(configuration)
    #expect(reasons(result).contains("256 lost between them"))
  }

  @Test(
    "a processor that fails ends the run in order: the reason is given, every event is accounted for",
    arguments: ["level1", "hlt", "reconstruction"])
  func failingProcessor(stage: String) throws {
    let folder = try TemporaryFolder()
    // The event is one that all stages see.
    let event = try acceptedEvent()
    let chain = SampleChain.make(failing: (stage, event))
    var configuration = try configuration(folder, events: 20_000, chain: chain)
    configuration.batchSize = 64
    let result = try Replay.run(configuration)
    #expect(reasons(result).contains("planted failure at event \(event)"))
    #expect(reasons(result).contains(stage))
    #expect(result.ledger.imbalances(whenFinished: true).isEmpty)
    let counted = try #require(result.ledger[stage == "level1" ? "level1" : stage])
    #expect(counted.failed > 0 && counted.failed <= 64)
    // What was not touched by the failure is complete and readable.
    let verdicts = try StreamFileReader(path: #require(result.verdicts))
    var failed = 0
    var rows = 0
    for index in 0..<verdicts.batchCount {
      let outcome = try ColumnView<UInt8>(verdicts.batch(index).column("outcome"))
      for row in 0..<outcome.count where outcome[row] == 4 { failed += 1 }
      rows += outcome.count
    }
    #expect(rows == result.events)
    #expect(failed == result.ledger["collector"]?.failed)
    #expect(stage == "reconstruction" || failed > 0)
  }

  private func acceptedEvent() throws -> UInt64 {
    let folder = try TemporaryFolder()
    let result = try Replay.run(try configuration(folder, events: 1000))
    let accepted = try StreamFileReader(path: #require(result.accepted))
    return try EventKeyColumn(accepted.batch(0)).number[40]
  }

  @Test("asked to stop, the source stops, the chain drains, and the outputs are complete")
  func stop() throws {
    let folder = try TemporaryFolder()
    let stop = StopRequest()
    let batches = Atomic<Int>(0)
    let chain = SampleChain.make(onProcess: { stage, batch in
      if stage == "level1", batch.count > 0, batches.add(1, ordering: .relaxed).newValue == 10 { stop.request() }
    })
    var configuration = try configuration(folder, events: 20_000, chain: chain)
    configuration.stop = stop
    configuration.batchSize = 50
    let result = try Replay.run(configuration)
    #expect(result.condition == .interrupted)
    #expect(result.events >= 500 && result.events < 5000)
    #expect(result.ledger.imbalances(whenFinished: true).isEmpty)
    let verdicts = try FileInput(path: #require(result.verdicts))
    #expect(verdicts.rows == result.events)
    #expect(result.liveTime == 2.0 * Double(result.events) / 20_000)
  }

  @Test("asked twice, the run is broken off, and no file gets its final name")
  func abort() throws {
    let folder = try TemporaryFolder()
    let stop = StopRequest()
    let chain = SampleChain.make(onProcess: { stage, batch in
      if stage == "hlt", batch.count > 0 {
        stop.request()
        stop.request()
        Thread.sleep(forTimeInterval: 0.05)
      }
    })
    var configuration = try configuration(folder, events: 20_000, chain: chain)
    configuration.stop = stop
    let result = try Replay.run(configuration)
    #expect(result.condition == .aborted)
    #expect(result.files.isEmpty)
    #expect(!FileManager.default.fileExists(atPath: folder.file("out/accepted.arrow")))
  }

  @Test("a disk that is full at the start is a refused call, and nothing has the final name")
  func fullAtStart() throws {
    let folder = try TemporaryFolder()
    try FileManager.default.createDirectory(atPath: folder.file("out"), withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(
      atPath: folder.file("out/accepted.arrow.partial"), withDestinationPath: "/dev/full")
    var configuration = try configuration(folder)
    configuration.force = true
    let error = #expect(throws: ReplayError.self) { try Replay.run(configuration) }
    #expect(error?.description.contains("No space left") == true)
    #expect(!FileManager.default.fileExists(atPath: folder.file("out/accepted.arrow")))
  }

  @Test("a disk that fills up ends the run in order: the lost events are booked, what was written can be rescued")
  func fullInBetween() throws {
    let folder = try TemporaryFolder()
    var configuration = try configuration(folder, events: 20_000)
    configuration.faults.diskFullAfter = 1200
    let result = try Replay.run(configuration)
    #expect(reasons(result).contains("No space left"))
    #expect(result.ledger.imbalances(whenFinished: true).isEmpty)
    #expect(try #require(result.ledger["verdicts"]).failed > 0)
    #expect(result.verdicts == nil)
    #expect(!FileManager.default.fileExists(atPath: folder.file("out/verdicts.arrow")))
    let rescued = try StreamFileReader(path: folder.file("out/verdicts.arrow.partial"))
    #expect(!rescued.isComplete && rescued.batchCount == 2)
  }

  @Test("files that exist are not overwritten without force, and an impossible folder is refused")
  func outputs() throws {
    let folder = try TemporaryFolder()
    var configuration = try configuration(folder, events: 600)
    _ = try Replay.run(configuration)
    let before = try fingerprint(folder.file("out/accepted.arrow"))
    #expect(throws: ReplayError.outputExists(path: folder.file("out/accepted.arrow"))) { try Replay.run(configuration) }
    #expect(try fingerprint(folder.file("out/accepted.arrow")) == before)
    configuration.force = true
    #expect(try Replay.run(configuration).condition == .good)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.file("out")).sorted() == [
        "accepted.arrow", "verdicts.arrow",
      ])
    configuration.output = "/proc/nowhere"
    let error = #expect(throws: ReplayError.self) { try Replay.run(configuration) }
    #expect(error?.description.contains("/proc/nowhere") == true)
  }

  @Test("inputs that share a key, differ in geometry or columns, or lack a needed column are refused with a reason")
  func refusedInputs() throws {
    let folder = try TemporaryFolder()
    try SampleStream.write(folder.file("a.arrow"), events: 500)
    try SampleStream.write(folder.file("b.arrow"), events: 500, first: 400)
    try SampleStream.write(folder.file("c.arrow"), events: 500, first: 1000, geometry: "other")
    try SampleStream.write(folder.file("d.arrow"), events: 500, first: 1000, truth: false)
    try SampleStream.write(folder.file("e.arrow"), events: 500, first: 1000)
    func run(_ names: [String]) throws -> ReplayResult {
      var configuration = ReplayConfiguration(streams: names.map(folder.file), chain: SampleChain.make())
      configuration.output = folder.file("out-" + names.joined(separator: "-"))
      return try Replay.run(configuration)
    }
    func reason(_ names: [String]) -> String {
      do {
        return "accepted: \(try run(names).condition)"
      } catch { return "\(error)" }
    }
    #expect(reason(["a.arrow", "b.arrow"]).contains("b.arrow: event 0 has the key 1/1/400"))
    #expect(reason(["a.arrow", "b.arrow"]).contains("a.arrow has too"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.file("out-a.arrow-b.arrow")).isEmpty)
    #expect(reason(["a.arrow", "c.arrow"]).contains("geometry 'other'"))
    #expect(reason(["a.arrow", "d.arrow"]).contains("not the same columns"))
    #expect(reason(["a.arrow", "a.arrow"]).contains("once"))
    #expect(reason(["missing.arrow"]).contains("missing.arrow"))
    #expect(try run(["a.arrow", "e.arrow"]).events == 1000)

    let batch = try SampleStream.batch(first: 0, count: 10).dropping(["ecl"])
    let writer = try StreamFileWriter(path: folder.file("f.arrow"), schema: batch.schema)
    try writer.write(batch)
    try writer.finish()
    #expect(reason(["f.arrow"]).contains("no column 'ecl'"))
    let heavy = try SampleStream.batch(first: 0, count: 10, weight: .nan)
    let third = try StreamFileWriter(path: folder.file("h.arrow"), schema: heavy.schema)
    try third.write(heavy)
    try third.finish()
    #expect(reason(["h.arrow"]).contains("h.arrow: event 1/1/0: the weight is nan"))
    try Data("not arrow at all".utf8).write(to: URL(fileURLWithPath: folder.file("g.arrow")))
    #expect(reason(["g.arrow"]).contains("g.arrow"))
  }

  @Test("values that make no sense are refused by name")
  func refusedValues() throws {
    let folder = try TemporaryFolder()
    let good = try configuration(folder, events: 10)
    func refused(_ change: (inout ReplayConfiguration) -> Void) -> String {
      var changed = good
      change(&changed)
      let error = #expect(throws: ReplayError.self) { try Replay.run(changed) }
      return error?.description ?? ""
    }
    #expect(refused { $0.streams = [] }.contains("streams"))
    #expect(refused { $0.workers = 0 }.contains("workers"))
    #expect(refused { $0.repeats = 0 }.contains("repeat"))
    #expect(refused { $0.keepRejected = -1 }.contains("keep-rejected"))
    #expect(refused { $0.batchAge = .nan }.contains("batch age"))
  }

  @Test("an empty stream is a good run without events")
  func empty() throws {
    let folder = try TemporaryFolder()
    let result = try Replay.run(try configuration(folder, events: 0))
    #expect(result.condition == .good)
    #expect(result.events == 0)
    #expect(try FileInput(path: #require(result.verdicts)).rows == 0)
  }
}
