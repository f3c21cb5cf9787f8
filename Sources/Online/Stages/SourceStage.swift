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
  /// Events taken from the feed and dealt with.
  private var position = 0
  private var withheld: [Withheld] = []

  /// Events with the same flags, one after the other in the stream, whose keys wait for room in the chain.
  private struct Withheld {
    let flags: MessageHeader.Flags
    var keys = Rechunker()
  }

  /// Events of a batch that travel alike.
  private struct Piece {
    let batch: RecordBatch
    var flags: MessageHeader.Flags = []
  }

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
    try sendWithheld()
    for outbox in outboxes { try outbox.sendEnd() }
    for outbox in outboxes { try outbox.waitForEnd() }
  }

  private var isStopped: Bool { environment.supervisor.shouldStop }

  // MARK: Pacing

  /// Every batch is taken up when the chain has room for it, and that is when its events arrive.
  private func runAsFastAsPossible() throws {
    while !isStopped {
      _ = standStill()
      while chunks.count < flush.size, let batch = try feed.next() { chunks.append(batch) }
      guard chunks.count > 0 else { return }
      for outbox in outboxes { try outbox.waitForCredit() }
      if isStopped { return }
      guard let batch = try chunks.take(flush.size) else { return }
      let now = environment.clock.now
      for piece in try pieces(stamped(batch, [Int64](repeating: now, count: batch.count))) {
        for outbox in outboxes { try outbox.waitForCredit() }
        try send(piece)
      }
    }
  }

  /// Events arrive at their own times, whatever the chain does.
  private func runPaced() throws {
    var arrivals: [Int64] = []
    var isEnd = false
    // How long events have been held back; it does not count as lateness.
    var shift: Int64 = 0
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
      repeat {
        shift += standStill()
      } while !environment.clock.sleep(
        until: plan.leaves + shift, isStopped: { isStopped || environment.supervisor.isPauseWanted }) && !isStopped
      if isStopped { return }
      guard let batch = try chunks.take(plan.count) else { return }
      let stamped = try stamped(batch, arrivals.prefix(plan.count).map { $0 + shift })
      arrivals.removeFirst(plan.count)
      for piece in try pieces(stamped) {
        if try hasRoom(by: busyAfter.map { (plan.leaves + shift).addingReportingOverflow($0).partialValue }) {
          try sendWithheld()
          for outbox in outboxes { try outbox.waitForCredit() }
          try send(piece)
        } else {
          withhold(piece)
        }
      }
    }
  }

  /// Holds events back as long as the run is paused.
  /// - Returns: for how long, ns.
  private func standStill() -> Int64 {
    let supervisor = environment.supervisor
    guard supervisor.isPauseWanted else { return 0 }
    let start = environment.clock.now
    supervisor.notePause(true)
    while supervisor.isPauseWanted && !isStopped {
      _ = environment.clock.sleep(until: environment.clock.now + 5_000_000, isStopped: { false })
    }
    supervisor.notePause(false)
    return environment.clock.now - start
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

  /// Cuts a batch so that events that nobody may look at travel apart from the others.
  private func pieces(_ batch: RecordBatch) throws -> [Piece] {
    let first = position
    position += batch.count
    let found = feed.impossibleHits(in: first..<position)
    guard !found.isEmpty else { return [Piece(batch: batch)] }
    let keys = try EventKeyColumn(batch)
    environment.supervisor.setAside(found.map { (keys.key($0.place - first), $0.hit) })
    var pieces: [Piece] = []
    var done = 0
    var index = 0
    while done < batch.count {
      let isSetAside = index < found.count && found[index].place - first == done
      var end = done
      if isSetAside {
        while index < found.count, found[index].place - first == end {
          index += 1
          end += 1
        }
      } else {
        end = index < found.count ? found[index].place - first : batch.count
      }
      pieces.append(Piece(batch: batch.taking(rows: Array(done..<end)), flags: isSetAside ? .setAside : []))
      done = end
    }
    return pieces
  }

  private func send(_ piece: Piece) throws {
    counter.enter(piece.batch.count)
    try sendCounted(piece.batch, flags: piece.flags)
  }

  /// The chain is too busy for these events: their keys travel on later, so that each still gets its verdict.
  private func withhold(_ piece: Piece) {
    counter.enter(piece.batch.count)
    let flags = piece.flags.isEmpty ? .vetoed : piece.flags
    if withheld.last?.flags != flags { withheld.append(Withheld(flags: flags)) }
    withheld[withheld.count - 1].keys.append(piece.batch.selecting(["event", Self.arrivalField.name]))
  }

  private func sendWithheld() throws {
    for var waiting in withheld {
      guard let keys = try waiting.keys.take(waiting.keys.count) else { continue }
      for outbox in outboxes { try outbox.waitForCredit() }
      try sendCounted(keys, flags: waiting.flags)
    }
    withheld.removeAll()
  }

  private func sendCounted(_ batch: RecordBatch, flags: MessageHeader.Flags) throws {
    var header = MessageHeader(.batch, sequence: sequence, events: batch.count)
    header.flags = flags
    header.stamps.source = environment.clock.now
    counter.leave(passed: batch.count)
    // Stream metadata is the run's, not the batch's.
    let bare = batch.with(metadata: [:])
    for (outbox, frontend) in zip(outboxes, frontends) {
      let columns = flags.isKeysOnly ? [] : frontend.columns
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
