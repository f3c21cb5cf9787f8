import ArrowStream
import EventModel
import Foundation
import Online
import Synchronization
import Testing

@Suite("Workers that are lost", .serialized)
struct LostWorkersTests {
  private func configuration(_ folder: TemporaryFolder, chain: TriggerChain = SampleChain.make()) throws
    -> ReplayConfiguration
  {
    let input = folder.file("in.arrow")
    if !FileManager.default.fileExists(atPath: input) { try SampleStream.write(input, events: 20_000) }
    var configuration = ReplayConfiguration(streams: [input], chain: chain)
    configuration.workers = 4
    configuration.batchSize = 100
    configuration.keepRejected = 3
    return configuration
  }

  /// The outputs of a run without any fault.
  private func undisturbed(_ folder: TemporaryFolder) throws -> ReplayResult {
    var configuration = try configuration(folder)
    configuration.output = folder.file("undisturbed")
    let result = try Replay.run(configuration)
    #expect(result.farm == FarmSummary(joined: 4))
    return result
  }

  @Test("workers that die in the middle of a run cost nothing: same decisions, same bytes, all accounted for")
  func dyingWorkers() throws {
    let folder = try TemporaryFolder()
    let expected = try undisturbed(folder)
    var configuration = try configuration(folder)
    configuration.output = folder.file("out")
    configuration.faults.dyingWorkers = ["hlt.0": 1, "hlt.1": 5, "hlt.3": 9]
    let result = try Replay.run(configuration)
    #expect(result.condition == .good)
    #expect(result.decisionHash == expected.decisionHash)
    #expect(
      try fingerprint(folder.file("out/accepted.arrow")) == fingerprint(folder.file("undisturbed/accepted.arrow")))
    #expect(
      try fingerprint(folder.file("out/rejected.arrow")) == fingerprint(folder.file("undisturbed/rejected.arrow")))
    #expect(result.ledger == expected.ledger)
    #expect(Set(result.farm.lost.map(\.worker)) == ["hlt.0", "hlt.1", "hlt.3"])
    #expect(result.farm.lost.allSatisfy { $0.cause == .crashed && $0.batches >= 1 })
    #expect(result.farm.batchesReturned >= 3 && result.farm.eventsReturned > 0)
    #expect(result.farm.setAside.isEmpty)
  }

  @Test("a batch that kills two workers is set aside with its bytes, and the run goes on without it")
  func lethalBatch() throws {
    let folder = try TemporaryFolder()
    let expected = try undisturbed(folder)
    var configuration = try configuration(folder)
    configuration.output = folder.file("out")
    configuration.faults.lethalBatch = 17
    let result = try Replay.run(configuration)
    #expect(result.condition == .good)
    #expect(result.ledger.imbalances(whenFinished: true).isEmpty)
    #expect(result.farm.lost.count == 2)
    let poison = try #require(result.farm.setAside.first)
    #expect(result.farm.setAside.count == 1)
    #expect(poison.events == result.ledger["hlt"]?.setAside && poison.events > 0)

    let errors = try StreamFileReader(path: folder.file("out/errors.arrow"))
    let lost = try (0..<errors.batchCount).flatMap { index in
      let keys = try EventKeyColumn(errors.batch(index))
      return (0..<keys.count).map { keys.key($0) }
    }
    #expect(lost.count == poison.events)
    #expect(lost.allSatisfy { (1700..<1800).contains($0.number) })
    #expect(errors.schema.fields.map(\.name).contains("cdc"))
    let verdicts = try StreamFileReader(path: #require(result.verdicts))
    var setAside: [EventKey] = []
    for index in 0..<verdicts.batchCount {
      let batch = try verdicts.batch(index)
      let keys = try EventKeyColumn(batch)
      let outcome = try ColumnView<UInt8>(batch.column("outcome"))
      for row in 0..<outcome.count where outcome[row] == 5 { setAside.append(keys.key(row)) }
    }
    #expect(setAside == lost)
    let missing = try #require(expected.ledger["collector"]).passed - #require(result.ledger["collector"]).passed
    #expect(missing > 0 && missing <= lost.count)
  }

  @Test("a worker that hangs past the time limit loses its batch to another; its late result counts once")
  func hangingWorker() throws {
    let folder = try TemporaryFolder()
    let expected = try undisturbed(folder)
    let seen = Mutex<[UInt64: Int]>([:])
    let released = DispatchSemaphore(value: 0)
    let chain = SampleChain.make(onProcess: { stage, batch in
      guard stage == "hlt", batch.count > 0, let keys = try? EventKeyColumn(batch) else { return }
      let number = keys.number[0]
      let times = seen.withLock { seen in
        seen[number, default: 0] += 1
        return seen[number] ?? 0
      }
      guard (1000..<1100).contains(number) else { return }
      // The first to have this batch is held until another has it.
      if times == 1 { released.wait() } else { released.signal() }
    })
    var configuration = try configuration(folder, chain: chain)
    configuration.output = folder.file("out")
    configuration.batchLimit = 100
    let result = try Replay.run(configuration)
    #expect(result.condition == .good)
    #expect(result.decisionHash == expected.decisionHash)
    #expect(result.ledger == expected.ledger)
    #expect(result.farm.lost.contains { $0.cause == .hung })
    #expect(
      try fingerprint(folder.file("out/accepted.arrow")) == fingerprint(folder.file("undisturbed/accepted.arrow")))
  }

  @Test("a farm in which nobody is left ends the run with that reason, and no file gets its final name")
  func desertedFarm() throws {
    let folder = try TemporaryFolder()
    var configuration = try configuration(folder)
    configuration.workers = 1
    configuration.output = folder.file("out")
    configuration.patience = 50
    configuration.faults.dyingWorkers = ["hlt.0": 2]
    let result = try Replay.run(configuration)
    guard case .failed(let reasons) = result.condition else {
      Issue.record("the run ended as \(result.condition)")
      return
    }
    #expect(reasons.contains { $0.contains("no worker is left") })
    #expect(result.files.isEmpty)
  }
}
