import ArrowStream
import EventModel
import Foundation
import Online
import Statistics
import Synchronization
import Testing

@Suite("Replay", .serialized)
struct ReplayTests {
  @Test("every event that goes in gets one verdict in stream order, and the ledger balances")
  func everyEvent() throws {
    let folder = try TemporaryFolder()
    try SampleStream.write(folder.file("in.arrow"), events: 5000, chunks: [700])
    var configuration = ReplayConfiguration(streams: [folder.file("in.arrow")], chain: SampleChain.make())
    configuration.output = folder.file("out")
    let result = try Replay.run(configuration)
    #expect(result.condition == .good)
    #expect(result.events == 5000)
    #expect(result.ledger.imbalances(whenFinished: true).isEmpty)

    let verdicts = try StreamFileReader(path: #require(result.verdicts))
    let accepted = try StreamFileReader(path: #require(result.accepted))
    var number: UInt64 = 0
    var acceptedKeys: [UInt64] = []
    for index in 0..<verdicts.batchCount {
      let batch = try verdicts.batch(index)
      let columns = try VerdictColumns(batch)
      let outcome = try ColumnView<UInt8>(batch.column("outcome"))
      for row in 0..<batch.count {
        #expect(columns.event.number[row] == number)
        number += 1
        #expect((outcome[row] == 1) == !columns.level1Accepted[row])
        #expect((outcome[row] == 0) == (columns.verdict[row] == 1))
        if outcome[row] == 0 { acceptedKeys.append(columns.event.number[row]) }
      }
    }
    #expect(number == 5000)
    var written: [UInt64] = []
    for index in 0..<accepted.batchCount {
      let batch = try accepted.batch(index)
      let keys = try EventKeyColumn(batch)
      _ = try ReconstructionColumn(batch)
      #expect(index == accepted.batchCount - 1 || batch.count == StreamStore.batchSize)
      for row in 0..<batch.count { written.append(keys.number[row]) }
    }
    #expect(written == acceptedKeys)
    #expect(!written.isEmpty && written.count < 4000)
    #expect(accepted.schema.fields.map(\.name) == EventSchema.columns.map(\.name).filter { $0 != "hit_truth" })
    #expect(accepted.schema.metadata["sluice.menu"] == "sample")
    #expect((result.monitor as? SampleMonitor)?.events == written.count)
    #expect(result.latency.total.count == 5000)
    #expect(result.study.all.accepted.events == written.count)
    #expect(result.study.byProcess.keys.sorted() == SampleStream.processes.sorted())
    #expect(result.liveTime == 2.0)
  }

  /// Replays a stream and gives what must not depend on how.
  private func outcome(
    _ streams: [String], _ folder: String, workers: Int, batchSize: Int = 256, pace: Pace = .maximum,
    delay: @escaping @Sendable () -> Void = {}
  ) throws -> (hash: DecisionHash, accepted: Int, rejected: Int) {
    var configuration = ReplayConfiguration(streams: streams, chain: SampleChain.make(delay: delay))
    configuration.workers = workers
    configuration.output = folder
    configuration.keepRejected = 10
    configuration.batchSize = batchSize
    configuration.pace = pace
    let result = try Replay.run(configuration)
    #expect(result.condition == .good)
    return (
      result.decisionHash, try fingerprint(#require(result.accepted)), try fingerprint("\(folder)/rejected.arrow")
    )
  }

  @Test("the same decisions and bytes with 1, 2 and 4 workers, one of them slow, other chunks, batches and pacing")
  func deterministic() throws {
    let folder = try TemporaryFolder()
    let stream = folder.file("in.arrow")
    let rechunked = folder.file("rechunked.arrow")
    try SampleStream.write(stream, events: 6000, chunks: [1000])
    try SampleStream.write(rechunked, events: 6000, chunks: [1, 700, 3, 64, 129, 513])
    let reference = try outcome([stream], folder.file("1"), workers: 1)
    #expect(try outcome([stream], folder.file("2"), workers: 2) == reference)
    #expect(try outcome([stream], folder.file("4"), workers: 4) == reference)
    #expect(try outcome([rechunked], folder.file("rechunked"), workers: 2) == reference)
    #expect(try outcome([stream], folder.file("small"), workers: 3, batchSize: 17) == reference)
    #expect(try outcome([stream], folder.file("large"), workers: 2, batchSize: 5000) == reference)
    let pace = Pace.rate(200_000, spacing: .poisson)
    #expect(try outcome([stream], folder.file("paced"), workers: 2, pace: pace) == reference)
    // Workers that are slow at random: each batch takes up to 4 ms on whichever worker has it.
    let draws = Mutex(CounterRandom(seed: 5, experiment: 0, run: 0, event: 0, purpose: .generation))
    let slow = try outcome([stream], folder.file("slow"), workers: 4) {
      usleep(UInt32(draws.withLock { $0.integer(below: 4000) }))
    }
    #expect(slow == reference)
    // The comparison can fail: another stream gives other decisions.
    try SampleStream.write(folder.file("other.arrow"), events: 6000, chunks: [1000], run: 2)
    let other = try outcome([folder.file("other.arrow")], folder.file("other"), workers: 2)
    #expect(other.hash != reference.hash && other.accepted != reference.accepted)
  }

  @Test("no stage reads truth: without it every decision is the same, and level 1 and the HLT never see it needed")
  func truthIsNotRead() throws {
    let folder = try TemporaryFolder()
    try SampleStream.write(folder.file("with.arrow"), events: 2000)
    try SampleStream.write(folder.file("without.arrow"), events: 2000, truth: false)
    let seen = Mutex<Set<String>>([])
    let chain = SampleChain.make(onProcess: { stage, batch in
      seen.withLock { $0.formUnion(batch.schema.fields.map { "\(stage):\($0.name)" }) }
    })
    let with = try Replay.run(ReplayConfiguration(streams: [folder.file("with.arrow")], chain: chain))
    #expect(seen.withLock { $0.contains("level1:truth") } == false)
    let without = try Replay.run(
      ReplayConfiguration(streams: [folder.file("without.arrow")], chain: SampleChain.make()))
    #expect(with.decisionHash == without.decisionHash)
    #expect(with.condition == .good && without.condition == .good)
  }

  @Test("an accepted stream is replayed again with the same decisions on its events")
  func again() throws {
    let folder = try TemporaryFolder()
    try SampleStream.write(folder.file("in.arrow"), events: 3000)
    var configuration = ReplayConfiguration(streams: [folder.file("in.arrow")], chain: SampleChain.make())
    configuration.output = folder.file("first")
    let first = try Replay.run(configuration)
    configuration.streams = [folder.file("first/accepted.arrow")]
    configuration.output = folder.file("second")
    let second = try Replay.run(configuration)
    #expect(second.condition == .good)
    #expect(second.events == first.ledger["collector"]?.passed)
    let schema = try StreamFileReader(path: folder.file("second/accepted.arrow")).schema
    #expect(
      schema.fields.map(\.name)
        == (try StreamFileReader(path: folder.file("first/accepted.arrow"))).schema.fields.map(\.name))
  }

  @Test("repeated passes are renumbered, and every event keeps a key of its own")
  func repeated() throws {
    let folder = try TemporaryFolder()
    try SampleStream.write(folder.file("in.arrow"), events: 900)
    var configuration = ReplayConfiguration(streams: [folder.file("in.arrow")], chain: SampleChain.make())
    configuration.output = folder.file("out")
    configuration.repeats = 3
    let result = try Replay.run(configuration)
    #expect(result.condition == .good)
    #expect(result.events == 2700)
    #expect(result.liveTime == 6.0)
    let verdicts = try StreamFileReader(path: #require(result.verdicts))
    var numbers: [UInt64] = []
    var times: [Int64] = []
    for index in 0..<verdicts.batchCount {
      let keys = try EventKeyColumn(verdicts.batch(index))
      for row in 0..<keys.count {
        numbers.append(keys.number[row])
        times.append(keys.time[row])
      }
    }
    #expect(numbers == Array(0..<2700))
    #expect(zip(times, times.dropFirst()).allSatisfy { $0 < $1 })
  }
}
