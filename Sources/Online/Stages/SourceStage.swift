import ArrowStream
import EventModel
import Glibc
import ZeroMQ

/// Reads the inputs batch by batch, gives every event its arrival time, and sends each frontend its columns.
final class SourceStage {
  static let stage = "source"
  /// When each event should have arrived; travels with the keys, never into a file.
  static let arrivalField = Field(
    "arrival", .int64, metadata: ["unit": "ns", "comment": "time at which the event should arrive, since the start"])

  private let environment: StageEnvironment
  private let frontends: [FrontendPlan]
  private let pace: Pace
  private let flush: FlushRule
  private let busyAfter: Int64?
  private let counter: StageCounter
  private let outboxes: [Outbox]
  private var feed: EventFeed
  private var clock: ArrivalClock
  private var chunks = Rechunker()
  private var sequence: UInt64 = 0
  private var vetoed = Rechunker()

  /// - Parameter busyAfter: in real time, how long a batch waits for the chain before its events are vetoed, in ns.
  init(
    feed: EventFeed, frontends: [FrontendPlan], pace: Pace, flush: FlushRule, busyAfter: Int64?, seed: UInt64,
    environment: StageEnvironment
  ) throws {
    self.environment = environment
    self.frontends = frontends
    self.pace = pace
    self.flush = flush
    self.busyAfter = busyAfter
    self.feed = feed
    clock = ArrivalClock(pace: pace, seed: seed)
    counter = environment.ledger[Self.stage]
    outboxes = try frontends.map { try Outbox(from: Self.stage, to: $0.stage, network: environment.network) }
  }

  func run() throws {
    if pace == .maximum { try runAsFastAsPossible() } else { try runPaced() }
    if vetoed.count > 0 { try sendVetoed() }
    for outbox in outboxes { try outbox.sendEnd() }
    for outbox in outboxes { try outbox.waitForEnd() }
  }

  private var isStopped: Bool { environment.supervisor.shouldStop }

  // MARK: Pacing

  /// Every batch is taken up when the chain has room for it, and that is when its events arrive.
  private func runAsFastAsPossible() throws {
    while !isStopped {
      while chunks.count < flush.size, let batch = try feed.next() { chunks.append(batch) }
      guard chunks.count > 0 else { return }
      for outbox in outboxes { try outbox.waitForCredit() }
      if isStopped { return }
      guard let batch = try chunks.take(flush.size) else { return }
      let now = environment.clock.now
      try send(try stamped(batch, [Int64](repeating: now, count: batch.count)), flags: [])
    }
  }

  /// Events arrive at their own times, whatever the chain does.
  private func runPaced() throws {
    var arrivals: [Int64] = []
    var isEnd = false
    while !isStopped {
      while chunks.count <= flush.size && !isEnd {
        guard let batch = try feed.next() else {
          isEnd = true
          break
        }
        let keys = try EventKeyColumn(batch)
        for row in 0..<keys.count { arrivals.append(clock.next(eventTime: keys.time[row], now: 0)) }
        chunks.append(batch)
      }
      guard let plan = flush.nextBatch(of: arrivals, isEnd: isEnd) else {
        if isEnd { return }
        // Not a full batch yet, and none of what follows is late: read on.
        guard let batch = try feed.next() else {
          isEnd = true
          continue
        }
        let keys = try EventKeyColumn(batch)
        for row in 0..<keys.count { arrivals.append(clock.next(eventTime: keys.time[row], now: 0)) }
        chunks.append(batch)
        continue
      }
      guard environment.clock.sleep(until: plan.leaves, isStopped: { isStopped }) else { return }
      guard let batch = try chunks.take(plan.count) else { return }
      let stamped = try stamped(batch, Array(arrivals.prefix(plan.count)))
      arrivals.removeFirst(plan.count)
      if try hasRoom(by: busyAfter.map { plan.leaves.addingReportingOverflow($0).partialValue }) {
        if vetoed.count > 0 {
          try sendVetoed()
          for outbox in outboxes { try outbox.waitForCredit() }
        }
        try send(stamped, flags: [])
      } else {
        counter.enter(batch.count)
        vetoed.append(stamped.selecting(["event", Self.arrivalField.name]))
      }
    }
  }

  /// Waits until every frontend can take a batch, or until a time.
  private func hasRoom(by deadline: Int64?) throws -> Bool {
    guard let deadline else {
      for outbox in outboxes { try outbox.waitForCredit() }
      return true
    }
    for outbox in outboxes {
      try outbox.takeAnswers()
      while !outbox.credits.canSend {
        let remaining = deadline - environment.clock.now
        if remaining <= 0 { return false }
        var poller = Poller()
        _ = outbox.watch(in: &poller)
        _ = try poller.wait(for: .nanoseconds(min(remaining, 20_000_000)))
        try outbox.takeAnswers()
      }
    }
    return true
  }

  // MARK: Sending

  private func stamped(_ batch: RecordBatch, _ arrivals: [Int64]) throws -> RecordBatch {
    try batch.appending(Self.arrivalField, ArrayData(copying: arrivals))
  }

  private func send(_ batch: RecordBatch, flags: MessageHeader.Flags) throws {
    counter.enter(batch.count)
    try sendCounted(batch, flags: flags)
  }

  /// The events that the chain was too busy for: their keys travel on, so that each still gets its verdict.
  private func sendVetoed() throws {
    guard let keys = try vetoed.take(vetoed.count) else { return }
    try sendCounted(keys, flags: .vetoed)
  }

  private func sendCounted(_ batch: RecordBatch, flags: MessageHeader.Flags) throws {
    var header = MessageHeader(.batch, sequence: sequence, events: batch.count)
    header.flags = flags
    header.stamps.source = environment.clock.now
    counter.leave(passed: batch.count)
    // Stream metadata is the run's, not the batch's.
    let bare = batch.with(metadata: [:])
    for (outbox, frontend) in zip(outboxes, frontends) {
      let columns = flags.contains(.vetoed) ? [] : frontend.columns
      do {
        try outbox.send(header, [.batch(bare.selecting(["event", Self.arrivalField.name] + columns))])
      } catch let error as StreamError where error.kind == .schema {
        // A value that the schema does not allow is the stream's fault, not the run's.
        throw ReplayError.unreadableStream(path: "the streams", reason: "\(error)")
      }
    }
    sequence += 1
  }
}
