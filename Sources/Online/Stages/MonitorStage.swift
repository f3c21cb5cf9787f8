import ArrowStream
import Dispatch
import EventModel

/// Shows reconstructed events to the signal monitor.
struct MonitorStage {
  static let stage = "signal-monitor"
  let environment: StageEnvironment
  let makeMonitor: @Sendable () throws -> any EventMonitor
  /// Publishes fits while events come; nil for a run without an audience.
  let publisher: FitPublisher?
  /// Looks at the counts at fixed points of the stream.
  let watch: LiveWatch
  /// Copies events to those who look on; nil for a run without an audience.
  let express: ExpressPublisher?

  /// - Returns: the monitor with all events in it.
  func run() throws -> any EventMonitor {
    // Whatever ends this stage must leave neither publisher nor watch waiting; after the counts of the end this does nothing.
    defer { publisher?.abandon() }
    defer { watch.end() }
    let looks = DispatchGroup()
    StageThread.start("watch", in: environment, group: looks) { [watch] in try watch.run() }
    var monitor = try makeMonitor()
    watch.begin(try monitor.makeWatch())
    let counter = environment.ledger[Self.stage]
    let inbox = try Inbox(
      of: Self.stage, senders: [(ReconstructionStage.stage, environment.credits.link)], network: environment.network)
    while case .batch(let sender, let batch) = try inbox.receive() as Inbox.Delivery {
      let rows = batch.header.parts.first.map { Int($0.rows) } ?? 0
      counter.enter(rows)
      do {
        let events = try batch.part(0)
        try monitor.fill(events)
        watch.offer(monitor.takeDue(isLast: false))
        counter.leave(passed: rows)
        express?.offer(events)
        if let publisher, publisher.isAsking, let reporting = monitor as? any ReportingMonitor {
          publisher.offer(reporting)
        }
      } catch let error as LinkError {
        throw error
      } catch {
        counter.leave(failed: rows)
        environment.supervisor.report(stage: Self.stage, events: rows, reason: "\(error)")
      }
      try inbox.release(sender: sender)
    }
    try inbox.acknowledgeEnd()
    watch.offer(monitor.takeDue(isLast: true))
    watch.end()
    environment.supervisor.noteFarm { $0.strayMessages += inbox.strays }
    if let publisher, let reporting = monitor as? any ReportingMonitor { publisher.offer(reporting, isFinal: true) }
    return monitor
  }
}
