import ArrowStream
import EventModel
import Foundation
import Online
import Synchronization
import TestSupport
import Testing

@Suite("Those who look on while a run goes")
struct AudienceTests {
  private func configuration(_ folder: TemporaryFolder) throws -> ReplayConfiguration {
    let input = folder.file("in.arrow")
    if !FileManager.default.fileExists(atPath: input) { try SampleStream.write(input, events: 20_000) }
    var configuration = ReplayConfiguration(streams: [input], chain: SampleChain.make())
    configuration.batchSize = 100
    return configuration
  }

  /// Runs with everything that can look on.
  private func watched(_ folder: TemporaryFolder) throws -> (result: ReplayResult, told: [RunStatus]) {
    var configuration = try configuration(folder)
    configuration.output = folder.file("watched")
    configuration.audience.express = ExpressPlan(endpoint: "ipc://\(folder.file("express"))", oneIn: 2)
    configuration.audience.counters = "ipc://\(folder.file("counters"))"
    let told = Mutex<[RunStatus]>([])
    configuration.audience.tell = { status in told.withLock { $0.append(status) } }
    let result = try Replay.run(configuration)
    return (result, told.withLock { $0 })
  }

  @Test("looking on changes nothing: same decisions, same bytes, same ledger")
  func unchanged() throws {
    let folder = try TemporaryFolder()
    var configuration = try configuration(folder)
    configuration.output = folder.file("alone")
    let alone = try Replay.run(configuration)
    let watched = try watched(folder).result
    #expect(watched.condition == .good)
    #expect(watched.decisionHash == alone.decisionHash)
    #expect(watched.ledger == alone.ledger)
    #expect(try fingerprint(folder.file("watched/accepted.arrow")) == fingerprint(folder.file("alone/accepted.arrow")))
  }

  @Test("the last word has the whole run: ledger, lines, latencies, bytes, and nothing left to do")
  func lastWord() throws {
    let folder = try TemporaryFolder()
    let (result, told) = try watched(folder)
    let last = try #require(told.last)
    #expect(last.ended == 1 && last.condition == "good")
    #expect(last.ledger == result.ledger.stages)
    #expect(last.imbalances.isEmpty && last.failures.isEmpty && last.dataAge == nil)
    let counts = result.study.all
    for (level, names, expected) in [
      ("level1", SampleChain.level1Lines, counts.level1), ("hlt", SampleChain.highLevelLines, counts.highLevel),
    ] {
      let lines = last.figures.lines.filter { $0.level == level }
      #expect(lines.map(\.line) == names)
      #expect(lines.map(\.before) == expected.map(\.beforePrescale.events))
      #expect(lines.map(\.after) == expected.map(\.afterPrescale.events))
    }
    let total = try #require(last.figures.latency.first { $0.stage == "total" })
    #expect(total.count == 20_000)
    #expect(total.p50 <= total.p90 && total.p90 <= total.p99 && total.p99 <= total.maximum)
    #expect(last.figures.decisions.count == LiveFigures.decisionEdges.count)
    #expect(last.figures.decisions == last.figures.decisions.sorted())
    #expect(last.figures.decisions.last.map { $0 <= 20_000 } == true)
    #expect(last.figures.bytesWritten > 0)
    #expect(told.allSatisfy { status in status.imbalances.isEmpty })
  }

  @Test("what is said of a run survives its way through JSON")
  func coding() throws {
    let folder = try TemporaryFolder()
    let last = try #require(try watched(folder).told.last)
    let again = try JSONDecoder().decode(RunStatus.self, from: JSONEncoder().encode(last))
    #expect(again.figures == last.figures && again.ledger == last.ledger && again.menu == last.menu)
  }

  @Test("an endpoint that cannot be bound to, or a line that is not there, is refused before anything is written")
  func refused() throws {
    let folder = try TemporaryFolder()
    for plan in [
      ExpressPlan(endpoint: "ipc:///nowhere/at/all"), ExpressPlan(endpoint: "nonsense"),
      ExpressPlan(endpoint: "ipc://\(folder.file("express"))", lines: ["pionts"]),
    ] {
      var configuration = try configuration(folder)
      configuration.output = folder.file("refused")
      configuration.audience.express = plan
      let error = #expect(throws: ReplayError.self) { try Replay.run(configuration) }
      if !plan.lines.isEmpty { #expect("\(error.map { "\($0)" } ?? "")".contains("did you mean 'points'?")) }
      let left = (try? FileManager.default.contentsOfDirectory(atPath: folder.file("refused"))) ?? []
      #expect(left.isEmpty)
    }
  }

  @Test("the figures of processes add up to those of the run")
  func merge() {
    var collector = LiveFigures()
    collector.decisions = [1, 2]
    collector.lastVerdict = 3
    collector.processorTime = ["collector": 1]
    var storage = LiveFigures()
    storage.lines = [LiveFigures.Line(level: "hlt", line: "points", before: 4, after: 3)]
    storage.bytesWritten = 100
    storage.processorTime = ["storage": 2]
    var sum = collector
    sum.merge(storage)
    #expect(sum.decisions == [1, 2] && sum.lastVerdict == 3 && sum.bytesWritten == 100 && sum.lines == storage.lines)
    #expect(sum.processorTime == ["collector": 1, "storage": 2])
  }
}

@Suite("Express path")
struct ExpressTests {
  /// Accepted events of the sample.
  private func accepted() throws -> RecordBatch {
    let folder = try TemporaryFolder()
    try SampleStream.write(folder.file("in.arrow"), events: 20_000)
    var configuration = ReplayConfiguration(streams: [folder.file("in.arrow")], chain: SampleChain.make())
    configuration.output = folder.file("out")
    _ = try Replay.run(configuration)
    let reader = try StreamFileReader(path: folder.file("out/accepted.arrow"))
    return try RecordBatch.concatenating(try (0..<reader.batchCount).map { try reader.batch($0) })
  }

  private func choice(_ oneIn: Int, _ lines: [String] = [], seed: UInt64 = 1) throws -> ExpressChoice {
    try ExpressChoice(
      ExpressPlan(endpoint: "", oneIn: oneIn, lines: lines), highLevelLines: SampleChain.highLevelLines, seed: seed)
  }

  @Test("a sample is a share of the events by their keys, however they come in batches")
  func sample() throws {
    let events = try accepted()
    #expect(try choice(1).rows(of: events).count == events.count)
    #expect(try choice(0).rows(of: events).isEmpty)
    let rows = try choice(10).rows(of: events)
    let expected = Double(events.count) / 10
    #expect(abs(Double(rows.count) - expected) < 5 * expected.squareRoot())
    let half = events.count / 2
    let first = events.taking(rows: Array(0..<half))
    let second = events.taking(rows: Array(half..<events.count))
    #expect(try choice(10).rows(of: first) + choice(10).rows(of: second).map { $0 + half } == rows)
    #expect(try choice(10, seed: 2).rows(of: events) != rows)
  }

  @Test("of a line every event is taken that it kept, and no other")
  func lines() throws {
    let events = try accepted()
    let decisions = try HighLevelColumn(events)
    for (place, line) in SampleChain.highLevelLines.enumerated() {
      let rows = (0..<events.count).filter { decisions.results[decisions.resultRows[$0].lowerBound + place] == 1 }
      #expect(!rows.isEmpty && rows.count < events.count)
      #expect(try choice(0, [line]).rows(of: events) == rows)
    }
    #expect(throws: ReplayError.self) { _ = try choice(0, ["nothing"]) }
  }

  @Test("events that come while the last ones wait are passed over and counted; the run never waits")
  func skipped() throws {
    let events = try accepted()
    let publisher = ExpressPublisher(endpoint: "ipc:///nowhere", choice: try choice(1))
    for _ in 0..<5 { publisher.offer(events) }
    #expect(publisher.counts.offered == 5 * events.count)
    #expect(publisher.counts.skipped == 4 * events.count)
  }

  @Test("pyarrow reads what is published as it stands", .enabled(if: PythonReferee.isInstalled))
  func pyarrow() throws {
    let events = try accepted()
    let folder = try TemporaryFolder()
    let taken = events.taking(rows: try choice(10).rows(of: events))
    let file = folder.file("events")
    try Data(try ExpressPublisher.stream(of: taken)).write(to: URL(fileURLWithPath: file))
    let found = try PythonReferee.numbers(
      """
      import pyarrow as pa
      table = pa.ipc.open_stream(open("\(file)", "rb").read()).read_all()
      numbers = table["event"].combine_chunks().field("number").to_pylist()
      print([table.num_rows, table.num_columns] + numbers)
      """, input: [])
    let keys = try EventKeyColumn(taken)
    let numbers = (0..<keys.count).map { Double(keys.number[$0]) }
    #expect(found == [Double(taken.count), Double(events.columns.count)] + numbers)
  }
}
