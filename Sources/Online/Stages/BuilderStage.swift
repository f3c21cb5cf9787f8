import ArrowStream
import EventModel
import Statistics
import ZeroMQ

/// Joins the fragments of all frontends and the decision of level 1 into events, tells the collector what level 1
/// decided on every event, and deals the accepted ones to the farm.
final class BuilderStage {
  static let stage = "builder"
  /// The name under which the builder gives results in place of workers that a batch has cost.
  static let poisonSender = "builder.poison"
  /// The column by which rows that travel on are found again in their batch.
  static let rowField = Field(
    "batch_row", .uint32, metadata: ["comment": "position of the event in the batch it came in"])

  private let frontends: [FrontendPlan]
  private let environment: StageEnvironment
  private let keep: KeepRejected
  private let counter: StageCounter
  private let inbox: Inbox
  private let collector: Outbox
  private let poison: Outbox
  private let farm: Farm
  private var join: FragmentJoin<ReceivedBatch>
  private var distributor = Distributor<Work>()
  private var patience = PatienceClock()
  /// How long a worker may be at one batch, ns.
  private let limit: Int64
  /// When the farm was last seen with somebody in it, on the clock of patience.
  private var lastWorker: Int64 = 0
  /// Workers whose connection broke, and when, on the same clock.
  private var unreachable: [Int: Int64] = [:]

  private struct Work {
    let header: MessageHeader
    let events: RecordBatch
  }

  init(frontends: [FrontendPlan], workers: [String], keep: KeepRejected, environment: StageEnvironment) throws {
    self.frontends = frontends
    self.environment = environment
    self.keep = keep
    limit = environment.batchLimit
    counter = environment.ledger[Self.stage]
    inbox = try Inbox(
      of: Self.stage,
      senders: frontends.map { ($0.stage, environment.credits.link) } + [(Level1Stage.stage, environment.credits.link)],
      network: environment.network)
    farm = try Farm(workers: workers, network: environment.network)
    collector = try Outbox(from: Self.stage, to: CollectorStage.stage, network: environment.network)
    poison = try Outbox(from: Self.poisonSender, to: CollectorStage.stage, network: environment.network)
    join = FragmentJoin(
      producers: frontends.count + 1, window: 2 * environment.credits.link + 1, patience: environment.patience)
  }

  func run() throws {
    var poller = Poller()
    _ = inbox.watch(in: &poller)
    _ = collector.watch(in: &poller)
    _ = farm.watch(in: &poller)
    while true {
      patience.look(at: environment.clock.now)
      try collector.takeAnswers()
      distributor.finish(before: collector.acknowledged)
      while let request = try farm.tryReceive() { take(request) }
      while let delivery = try inbox.tryReceive() { try take(delivery) }
      // Without a credit of the collector nothing is built: a slow farm pushes back to the frontends and level 1.
      while collector.credits.canSend, let joined = join.takeNext(now: patience.now) {
        try build(joined)
        for (sender, fragment) in joined.fragments.enumerated() where fragment != nil {
          try inbox.release(sender: sender)
        }
      }
      try recover()
      while let assignment = distributor.next(now: patience.now) {
        let isSent = try farm.send(
          assignment.work.header, [.batch(assignment.work.events)], to: assignment.worker)
        if !isSent { notice(unreachable: assignment.worker) }
      }
      // A worker that has not yet asked for work cannot be told that there is none, and as long as a result may still
      // die with its worker nobody is sent home.
      if join.isFinished && distributor.outstandingCount == 0 && farm.hasEverybody { break }
      let deadline = collector.credits.canSend ? join.deadline : nil
      _ = try poller.wait(for: min(patience.wait(until: deadline) ?? Self.look, Self.look))
    }
    try farm.sendEnd()
    try collector.sendEnd()
    try poison.sendEnd()
    // Every event has its result, so nobody waits for workers; who joins only now is sent home too.
    _ = poison.watch(in: &poller)
    while !(collector.isEnded && poison.isEnded) {
      _ = try poller.wait(for: Self.look)
      try collector.takeAnswers()
      try poison.takeAnswers()
      while let request = try farm.tryReceive() { take(request) }
      for (worker, loss) in environment.supervisor.takeLosses() { try lose(worker, loss) }
    }
    try collector.waitForEnd()
    try poison.waitForEnd()
    try inbox.acknowledgeEnd()
    environment.supervisor.noteFarm { $0.strayMessages += farm.strays + inbox.strays }
  }

  /// How often the builder looks for workers that were lost.
  private static let look = Duration.milliseconds(50)

  private func take(_ request: Farm.Request) {
    guard case .credits(let worker, let count, let done) = request else { return }
    if !distributor.workers.contains(worker) { environment.supervisor.noteFarm { $0.joined += 1 } }
    distributor.ready(worker: worker, credits: count, done: done, now: patience.now)
  }

  // MARK: Lost workers

  /// Gives the batches of workers that are lost, or at one batch for too long, to others.
  private func recover() throws {
    let losses = environment.supervisor.takeLosses()
    // What a worker said before it died tells which batch it was at.
    if !losses.isEmpty { while let request = try farm.tryReceive() { take(request) } }
    for (worker, loss) in losses { try lose(worker, loss) }
    for (worker, since) in unreachable where patience.now - since > Self.explanationTime {
      try lose(farm.name(of: worker), .unreachable)
    }
    for worker in distributor.overdue(now: patience.now, limit: limit) { try lose(farm.name(of: worker), .hung) }
    guard farm.isDeserted, distributor.queuedCount > 0 else {
      lastWorker = patience.now
      return
    }
    guard patience.now - lastWorker <= environment.patience else {
      throw StageFailure("no worker is left, and none came within \(environment.patience / 1_000_000) ms")
    }
  }

  /// The connection breaks before anybody can say why the worker died; that decides whether its batch is to blame.
  private static let explanationTime: Int64 = 500_000_000

  private func notice(unreachable worker: Int) {
    distributor.suspend(worker: worker)
    if unreachable[worker] == nil { unreachable[worker] = patience.now }
  }

  private func lose(_ name: String, _ loss: WorkerLoss) throws {
    guard let worker = farm.lose(name, isForGood: loss.isForGood) else { return }
    unreachable[worker] = nil
    let recovery = distributor.lose(worker: worker, loss)
    let events = recovery.returned.reduce(0) { $0 + (distributor.work(of: $1)?.events.count ?? 0) }
    environment.supervisor.noteFarm { farm in
      farm.lost.append(
        FarmSummary.LostWorker(
          worker: name, cause: loss, batches: recovery.returned.count + recovery.setAside.count))
      farm.batchesReturned += recovery.returned.count
      farm.eventsReturned += events
    }
    for (_, work) in recovery.setAside {
      let reason = "too many workers were lost at it; the last, \(name), \(loss.rawValue)"
      var header = work.header
      header.flags.insert(.poison)
      header.stamps.highLevel = environment.clock.now
      try poison.send(header, [.batch(work.events)], reason: reason)
    }
  }

  private func take(_ delivery: Inbox.Delivery) throws {
    switch delivery {
    case .batch(let sender, let batch):
      let arrival = join.add(batch, from: sender, sequence: batch.header.sequence, now: patience.now)
      if arrival != .joining { try inbox.release(sender: sender) }
    case .end(let sender): join.end(sender)
    }
  }

  private func build(_ joined: FragmentJoin<ReceivedBatch>.Joined) throws {
    // A batch of which nothing came is lost, and the ledger will say so; the collector must not wait for it.
    guard let any = joined.fragments.lazy.compactMap({ $0 }).first else {
      var header = MessageHeader(.batch, sequence: joined.sequence)
      header.flags = .failed
      return try collector.send(header, [], reason: "all fragments are lost")
    }
    counter.enter(any.events)
    var header = any.header
    let decision = joined.fragments[frontends.count]
    header.stamps.level1 = decision?.header.stamps.level1 ?? -1
    do {
      if let cause = joined.incomplete {
        let names = frontends.map(\.name) + [Level1Stage.stage]
        let missing = names.indices.filter { joined.fragments[$0] == nil }.map { names[$0] }
        let reason = "fragments of \(missing.joined(separator: ", ")) \(cause == .lost ? "are lost" : "timed out")"
        environment.supervisor.report(stage: Self.stage, events: any.events, reason: reason)
        throw StageFailure("\(Self.stage): \(reason)")
      }
      if header.flags.isKeysOnly {
        counter.leave(undecided: any.events, header.flags)
        header.stamps.builder = environment.clock.now
        return try collector.send(header, [.batch(try keys(of: any))])
      }
      if let reason = decision?.reason { throw StageFailure(reason) }
      try forward(joined, header, events: any.events)
    } catch let error as ZeroMQError {
      throw error
    } catch let error as LinkError {
      throw error
    } catch {
      counter.leave(failed: any.events)
      if !(error is StageFailure) {
        environment.supervisor.report(stage: Self.stage, events: any.events, reason: "\(error)")
      }
      header.stamps.builder = environment.clock.now
      try collector.send(header, [.batch(try keys(of: any))], reason: "\(error)")
    }
  }

  private func keys(of fragment: ReceivedBatch) throws -> RecordBatch {
    try fragment.part(0).selecting(["event", SourceStage.arrivalField.name])
  }

  /// Sends the decisions of a whole batch to the collector and its accepted events to the farm.
  private func forward(_ joined: FragmentJoin<ReceivedBatch>.Joined, _ header: MessageHeader, events: Int) throws {
    let fragments = joined.fragments.compactMap { $0 }
    let decision = try fragments[frontends.count].part(0)
    let level1 = try Level1Column(decision)
    var built: RecordBatch
    do {
      built = try joinColumns(Array(fragments.dropLast()), of: frontends)
      guard sameKeys(try EventKeyColumn(decision), try EventKeyColumn(built)) else {
        throw StageFailure("\(Self.stage): the decision of level 1 belongs to other events")
      }
    } catch let error as StageFailure {
      environment.supervisor.report(stage: Self.stage, events: events, reason: error.description)
      throw error
    }
    built = try built.appending(EventSchema.level1, try decision.column("l1"))

    let accepted = level1.acceptedRows
    var header = header
    header.stamps.builder = environment.clock.now
    let summary = try keys(of: fragments[0]).appending(VerdictSchema.level1, try level1Summary(of: decision))
    var parts = [MessageWriter.Part.batch(summary)]
    if keep.isOn {
      let keys = try EventKeyColumn(built)
      let kept = (0..<events).filter { !level1.accepted[$0] && keep.keeps(keys.key($0)) }
      if !kept.isEmpty { parts.append(.batch(try rows(kept, of: built))) }
    }
    let lost = level1.lostCount
    counter.leave(passed: accepted.count, rejected: events - accepted.count - lost, vetoed: lost)
    // The collector learns from the count whether a result of the farm is to come.
    var decided = header
    decided.accepted = UInt32(accepted.count)
    try collector.send(decided, parts)
    if !accepted.isEmpty {
      distributor.submit(Work(header: decided, events: try rows(accepted, of: built)), sequence: joined.sequence)
    }
  }

  private func rows(_ rows: [Int], of batch: RecordBatch) throws -> RecordBatch {
    try batch.taking(rows: rows).appending(Self.rowField, ArrayData(copying: rows.map { UInt32($0) }))
  }

  /// What the verdict needs of level 1: the words, without the objects.
  private func level1Summary(of decision: RecordBatch) throws -> ArrayData {
    let column = try decision.column("l1")
    let fields = VerdictSchema.level1.type.children
    let members = try fields.map { field in
      guard let child = column.child(field.name) else { throw StageFailure("level 1 gave no '\(field.name)'") }
      return child
    }
    return ArrayData(structureOf: fields, members, count: decision.count)
  }
}

/// Which rejected events are kept: one in so many, chosen by their key, so that the choice does not depend on what
/// else is in the stream.
struct KeepRejected: Sendable, Equatable {
  /// One in this many; 0 keeps none.
  let oneIn: Int
  let seed: UInt64

  var isOn: Bool { oneIn > 0 }

  /// Whether a rejected event of this key is kept.
  func keeps(_ key: EventKey) -> Bool {
    guard oneIn > 0 else { return false }
    let word = CounterRandom.hash(
      seed: seed, experiment: key.experiment, run: key.run, event: key.number, purpose: .keepRejected)
    return word.multipliedFullWidth(by: UInt64(oneIn)).high == 0
  }
}
