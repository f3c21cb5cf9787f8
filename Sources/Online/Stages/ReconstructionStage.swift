import ArrowStream
import EventModel
import Reconstruction
import Statistics
import ZeroMQ

/// Upgrades what the high-level trigger made of accepted events, and hands them to storage and the signal monitor.
struct ReconstructionStage {
  static let stage = "reconstruction"
  let environment: StageEnvironment
  let makeProcessor: @Sendable () throws -> any BatchProcessor

  /// - Returns: the time from an event's verdict to the end of its reconstruction, and the running conditions that were followed, if
  ///   the physics does that.
  func run() throws -> (latency: LatencyHistogram, conditions: [RunningConditions]) {
    var processor = try makeProcessor()
    var latency = LatencyHistogram()
    var turn = LiveBoard.Turn()
    let counter = environment.ledger[Self.stage]
    let inbox = try Inbox(
      of: Self.stage, senders: [(CollectorStage.stage, environment.credits.link)], network: environment.network)
    let storage = try Outbox(from: Self.stage, to: StorageStage.stage, network: environment.network)
    let monitor = try Outbox(from: Self.stage, to: MonitorStage.stage, network: environment.network)
    while case .batch(let sender, let batch) = try inbox.receive() as Inbox.Delivery {
      let rows = batch.header.parts.first.map { Int($0.rows) } ?? 0
      counter.enter(rows)
      do {
        let events = try batch.part(0)
        let column = try processor.process(events)
        let reconstructed = try events.appending(EventSchema.reconstruction, column)
        counter.leave(passed: rows)
        latency.record(
          nanoseconds: UInt64(max(0, environment.clock.now - batch.header.stamps.collector)), count: rows)
        try storage.send(batch.header, [.batch(reconstructed)])
        try monitor.send(batch.header, [.batch(reconstructed)])
      } catch let error as ZeroMQError {
        throw error
      } catch let error as LinkError {
        throw error
      } catch let error as ReplayError {
        throw error
      } catch {
        counter.leave(failed: rows)
        environment.supervisor.report(stage: Self.stage, events: rows, reason: "\(error)")
      }
      try inbox.release(sender: sender)
      if let live = environment.live, turn.isDue(at: environment.clock.now) { live.post(reconstruction: latency) }
    }
    environment.live?.post(reconstruction: latency)
    try storage.sendEnd()
    try monitor.sendEnd()
    try storage.waitForEnd()
    try monitor.waitForEnd()
    try inbox.acknowledgeEnd()
    environment.supervisor.noteFarm { $0.strayMessages += inbox.strays }
    return (latency, (processor as? any CalibratingProcessor)?.conditions ?? [])
  }
}
