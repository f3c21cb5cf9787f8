import ArrowStream
import EventModel
import Foundation
import Online
import Synchronization
import Testing

@Suite("Paced replays", .serialized)
struct PacedReplayTests {
  @Test("a stall shows in the latency of every event that should have arrived meanwhile")
  func stall() throws {
    let folder = try TemporaryFolder()
    try SampleStream.write(folder.file("in.arrow"), events: 1000)
    let hasStalled = Atomic<Bool>(false)
    let chain = SampleChain.make(onProcess: { stage, batch in
      guard stage == "level1", batch.count > 0 else { return }
      if !hasStalled.exchange(true, ordering: .relaxed) { Thread.sleep(forTimeInterval: 0.2) }
    })
    var configuration = ReplayConfiguration(streams: [folder.file("in.arrow")], chain: chain)
    configuration.pace = .rate(2000, spacing: .even)
    let result = try Replay.run(configuration)
    #expect(result.condition == .good)
    #expect(result.wallTime > 0.49, "an open loop takes its time")
    let total = result.latency.total
    #expect(total.count == 1000)
    // 400 events should have arrived during the stall; a slow machine can only add to that.
    #expect(try #require(total.quantile(0.99)) > 150_000_000)
    #expect(try #require(total.quantile(0.9)) > 100_000_000)
    #expect(result.ledger["level1"]?.vetoed == 0)
  }

  @Test("in real time a busy chain vetoes events, and each still gets its verdict")
  func vetoed() throws {
    let folder = try TemporaryFolder()
    try SampleStream.write(folder.file("in.arrow"), events: 6000, interval: 50_000)
    let chain = SampleChain.make(delay: { Thread.sleep(forTimeInterval: 0.02) })
    var configuration = ReplayConfiguration(streams: [folder.file("in.arrow")], chain: chain)
    configuration.pace = .realTime
    configuration.busyAfter = 5
    configuration.batchSize = 40
    configuration.workers = 1
    configuration.output = folder.file("out")
    let result = try Replay.run(configuration)
    #expect(result.condition == .good)
    let vetoed = try #require(result.ledger["level1"]).vetoed
    #expect(vetoed > 0 && vetoed < 6000)
    let verdicts = try StreamFileReader(path: #require(result.verdicts))
    var seen = 0
    var number: UInt64 = 0
    for index in 0..<verdicts.batchCount {
      let batch = try verdicts.batch(index)
      let outcome = try ColumnView<UInt8>(batch.column("outcome"))
      let columns = try VerdictColumns(batch)
      for row in 0..<batch.count {
        if outcome[row] == 3 {
          seen += 1
          #expect(!columns.level1Accepted[row])
        }
        #expect(columns.event.number[row] == number)
        number += 1
      }
    }
    #expect(seen == vetoed)
    #expect(number == 6000)
  }

  @Test("real time keeps the stored distances")
  func realTime() throws {
    let folder = try TemporaryFolder()
    try SampleStream.write(folder.file("in.arrow"), events: 300, interval: 1_000_000)
    var configuration = ReplayConfiguration(streams: [folder.file("in.arrow")], chain: SampleChain.make())
    configuration.pace = .realTime
    configuration.busyAfter = 60_000
    let result = try Replay.run(configuration)
    #expect(result.condition == .good)
    #expect(result.wallTime > 0.299)
    #expect(result.ledger["level1"]?.vetoed == 0)
  }
}
