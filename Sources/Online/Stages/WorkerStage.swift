import ArrowStream
import EventModel
import HighLevelTrigger
import ZeroMQ

/// One worker of the high-level trigger farm: takes accepted events from the builder, decides, and sends the results,
/// and the events that stay, to the collector.
struct WorkerStage {
  /// The stage all workers are counted under.
  static let stage = "hlt"
  let name: String
  let keep: KeepRejected
  let environment: StageEnvironment
  let makeProcessor: @Sendable () throws -> any BatchProcessor

  func run() throws {
    var processor = try makeProcessor()
    let collector = try Outbox(from: name, to: CollectorStage.stage, network: environment.network)
    let seat = try FarmSeat(of: name, credits: environment.credits.worker, network: environment.network)
    var taken = 0
    while let work = try seat.receive() {
      taken += 1
      if environment.faults.dyingWorkers[name] == taken || environment.faults.lethalBatch == work.header.sequence {
        // Why it died is known before its connections break.
        return withExtendedLifetime((collector, seat)) { environment.supervisor.lose(worker: name, .crashed) }
      }
      let rows = work.header.parts.first.map { Int($0.rows) } ?? 0
      var header = work.header
      do {
        let parts = try decide(work, with: &processor, &header.tally)
        header.stamps.highLevel = environment.clock.now
        try collector.send(header, parts)
      } catch let error as ZeroMQError {
        throw error
      } catch let error as LinkError {
        throw error
      } catch let error as ReplayError {
        throw error
      } catch {
        header.tally = MessageHeader.Tally()
        environment.supervisor.report(stage: name, events: rows, reason: "\(error)")
        header.stamps.highLevel = environment.clock.now
        try collector.send(header, [], reason: "\(name): \(error)")
      }
      try seat.release(work.header.sequence)
    }
    // Workers are sent home when every batch has its result: what else they have sent, nobody is in need of.
    try seat.acknowledgeEnd()
  }

  /// Decides on the events of a batch.
  /// - Returns: the decisions on all events; those accepted, with their columns; those rejected that are kept.
  private func decide(
    _ work: ReceivedBatch, with processor: inout any BatchProcessor, _ tally: inout MessageHeader.Tally
  ) throws -> [MessageWriter.Part] {
    let received = try work.part(0)
    let row = try received.column(BuilderStage.rowField.name)
    let events = received.dropping([BuilderStage.rowField.name])
    let column = try processor.process(events)
    guard column.count == events.count else {
      throw StageFailure("\(column.count) results for \(events.count) events")
    }
    let decisions = try HighLevelColumn(column)
    let accepted = (0..<events.count).filter { decisions.verdict[$0] == 1 }
    let decided = try RecordBatch(
      schema: Schema(fields: [BuilderStage.rowField, EventSchema.highLevel]), columns: [row, column],
      count: events.count)
    var forgotten = accepted
    if environment.faults.forgottenEvent == work.header.sequence { _ = forgotten.popLast() }
    let passed = try events.appending(EventSchema.highLevel, column).appending(BuilderStage.rowField, row)
    var parts: [MessageWriter.Part] = [.batch(decided), .batch(passed.taking(rows: forgotten))]
    if keep.isOn {
      let keys = try EventKeyColumn(events)
      let kept = (0..<events.count).filter { decisions.verdict[$0] != 1 && keep.keeps(keys.key($0)) }
      let rejected = try events.appending(BuilderStage.rowField, row).taking(rows: kept)
      if !kept.isEmpty { parts.append(.batch(rejected)) }
    }
    let tooLarge = decisions.verdict.count { $0 == HighLevelTrigger.Verdict.tooLarge.rawValue }
    tally.accepted = UInt32(accepted.count)
    tally.rejected = UInt32(events.count - accepted.count - tooLarge)
    tally.setAside = UInt32(tooLarge)
    return parts
  }
}
