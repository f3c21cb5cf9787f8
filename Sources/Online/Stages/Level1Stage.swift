import ArrowStream
import EventModel
import TriggerStudies
import ZeroMQ

/// Joins the fragments that level 1 looks at, in stream order, and sends its decision to the builder.
struct Level1Stage {
  static let stage = "level1"
  let frontends: [FrontendPlan]
  let environment: StageEnvironment
  let makeProcessor: @Sendable () throws -> any BatchProcessor

  /// Runs until the end of the stream.
  /// - Returns: what the processor says about time.
  func run() throws -> Level1TimeSummary? {
    var processor = try makeProcessor()
    let counter = environment.ledger[Self.stage]
    let inbox = try Inbox(
      of: Self.stage, senders: frontends.map { ($0.stage, environment.credits.link) }, network: environment.network)
    let builder = try Outbox(from: Self.stage, to: BuilderStage.stage, network: environment.network)
    var join = FragmentJoin<ReceivedBatch>(
      producers: frontends.count, window: 2 * environment.credits.link + 1, patience: environment.patience)
    var poller = Poller()
    _ = inbox.watch(in: &poller)

    var patience = PatienceClock()
    var turn = LiveBoard.Turn()
    while true {
      patience.look(at: environment.clock.now)
      while let delivery = try inbox.tryReceive() {
        switch delivery {
        case .batch(let sender, let batch):
          let arrival = join.add(batch, from: sender, sequence: batch.header.sequence, now: patience.now)
          if arrival != .joining { try inbox.release(sender: sender) }
        case .end(let sender): join.end(sender)
        }
      }
      while let joined = join.takeNext(now: patience.now) {
        try changePrescales(of: &processor)
        try decide(joined, with: &processor, counter, builder)
        for (sender, fragment) in joined.fragments.enumerated() where fragment != nil {
          try inbox.release(sender: sender)
        }
      }
      if let live = environment.live, turn.isDue(at: environment.clock.now),
        let deadtime = (processor as? any TimedProcessor)?.timeSummary.deadtime
      {
        live.post(deadtime)
      }
      if join.isFinished { break }
      _ = try poller.wait(for: patience.wait(until: join.deadline))
    }
    try builder.sendEnd()
    try builder.waitForEnd()
    try inbox.acknowledgeEnd()
    environment.supervisor.noteFarm { $0.strayMessages += inbox.strays }
    return (processor as? any TimedProcessor)?.timeSummary
  }

  /// Changes to other prescales between two batches, if somebody has asked for it; events carry the version.
  private func changePrescales(of processor: inout any BatchProcessor) throws {
    let wanted = environment.supervisor.wantedPrescales
    guard wanted != environment.supervisor.prescaleVersion, var prescaling = processor as? any PrescalingProcessor
    else { return }
    try prescaling.usePrescales(version: wanted)
    processor = prescaling
    environment.supervisor.notePrescales(wanted)
  }

  private func decide(
    _ joined: FragmentJoin<ReceivedBatch>.Joined, with processor: inout any BatchProcessor, _ counter: StageCounter,
    _ builder: Outbox
  ) throws {
    // A batch of which nothing came is lost; the ledger will say so.
    guard let fragment = joined.fragments.lazy.compactMap({ $0 }).first else { return }
    var header = fragment.header
    let events = fragment.events
    counter.enter(events)
    if header.flags.isKeysOnly {
      counter.leave(undecided: events, header.flags)
      header.stamps.level1 = environment.clock.now
      return try builder.send(header, [])
    }
    do {
      if let cause = joined.incomplete {
        let missing = frontends.indices.filter { joined.fragments[$0] == nil }.map { frontends[$0].name }
        throw StageFailure(
          "fragments of \(missing.joined(separator: ", ")) \(cause == .lost ? "are lost" : "timed out")")
      }
      let batch = try joinColumns(joined.fragments.compactMap { $0 }, of: frontends)
      let column = try processor.process(batch)
      let level1 = try Level1Column(column)
      let (accepted, lost) = (level1.acceptedCount, level1.lostCount)
      guard column.count == events else {
        throw StageFailure("level 1 returned \(column.count) decisions for \(events) events")
      }
      counter.leave(passed: accepted, rejected: events - accepted - lost, vetoed: lost)
      header.stamps.level1 = environment.clock.now
      let decision = try RecordBatch(
        schema: Schema(fields: [batch.schema.fields[0], EventSchema.level1]), columns: [batch.columns[0], column],
        count: events)
      try builder.send(header, [.batch(decision)])
    } catch let error as ZeroMQError {
      throw error
    } catch let error as LinkError {
      throw error
    } catch let error as ReplayError {
      throw error
    } catch {
      counter.leave(failed: events)
      environment.supervisor.report(stage: Self.stage, events: events, reason: "\(error)")
      header.stamps.level1 = environment.clock.now
      try builder.send(header, [], reason: "\(Self.stage): \(error)")
    }
  }
}

extension StageCounter {
  /// Counts events out of which only the keys travel.
  func leave(undecided events: Int, _ flags: MessageHeader.Flags) {
    if flags.contains(.setAside) { leave(setAside: events) } else { leave(vetoed: events) }
  }
}

/// Why a stage could not process a batch.
struct StageFailure: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

extension Level1Column {
  /// Number of accepted events.
  var acceptedCount: Int { (0..<accepted.count).reduce(0) { $0 + (accepted[$1] ? 1 : 0) } }

  /// Number of events lost to dead time.
  var lostCount: Int { (0..<deadTime.count).reduce(0) { $0 + (deadTime[$1] != 0 ? 1 : 0) } }

  /// The accepted events.
  var acceptedRows: [Int] { (0..<accepted.count).filter { accepted[$0] } }
}

/// Puts the fragments of one batch side by side: the key, then each frontend's columns.
/// - Throws: ``StageFailure`` when the fragments are not of the same events.
func joinColumns(_ fragments: [ReceivedBatch], of frontends: [FrontendPlan]) throws -> RecordBatch {
  let parts = try fragments.map { try $0.part(0) }
  guard let first = parts.first else { throw StageFailure("no fragments") }
  let keys = try EventKeyColumn(first)
  var fields = [EventSchema.event]
  fields[0] = first.schema.fields[first.schema.index(of: "event") ?? 0]
  var columns = [try first.column("event")]
  for (part, plan) in zip(parts, frontends) {
    guard part.count == first.count, sameKeys(try EventKeyColumn(part), keys) else {
      throw StageFailure("the fragment of \(plan.name) belongs to other events")
    }
    for name in plan.columns {
      guard let index = part.schema.index(of: name) else {
        throw StageFailure("the fragment of \(plan.name) lacks the column '\(name)'")
      }
      fields.append(part.schema.fields[index])
      columns.append(part.columns[index])
    }
  }
  return try RecordBatch(schema: Schema(fields: fields), columns: columns, count: first.count)
}

/// Whether two columns of keys name the same events.
func sameKeys(_ left: EventKeyColumn, _ right: EventKeyColumn) -> Bool {
  left.count == right.count
    && left.number.unsafeBuffer.elementsEqual(right.number.unsafeBuffer)
    && left.run.unsafeBuffer.elementsEqual(right.run.unsafeBuffer)
    && left.experiment.unsafeBuffer.elementsEqual(right.experiment.unsafeBuffer)
}
