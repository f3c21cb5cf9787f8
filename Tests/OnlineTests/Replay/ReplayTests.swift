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
}
