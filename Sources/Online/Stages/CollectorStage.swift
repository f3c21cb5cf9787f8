import ArrowStream
import EventModel
import HighLevelTrigger
import Statistics
import ZeroMQ

/// Puts decisions and results back into the order of the stream: one verdict for every event that went in, and the
/// accepted events, the same whatever the number of workers.
final class CollectorStage {
  static let stage = "collector"

  /// What became of an event; written to the verdicts.
  enum Outcome: UInt8 {
    case accepted = 0
    case rejectedByLevel1 = 1
    case rejectedByHighLevel = 2
    case vetoed = 3
    case failed = 4
    case setAside = 5
  }

  /// The column of outcomes that verdicts carry beside those of ``VerdictSchema``.
  static let outcomeField = Field(
    "outcome", .uint8,
    metadata: [
      "comment":
        "0 accepted, 1 rejected by level 1, 2 rejected by the high-level trigger, 3 vetoed (lost to dead time: "
        + "l1.dead_time says why; else chain busy), 4 failed, 5 set aside: a fragment that no detector can have "
        + "sent, or too large for the high-level trigger, or in a batch that has cost too many workers"
    ])

  /// What a run's collector found out.
  struct Report: Sendable {
    var hash = DecisionHash()
    var latency = StageLatencies()
    var verdicts = 0
  }

  private let environment: StageEnvironment
  private let counter: StageCounter
  private let farm: StageCounter
  private let inbox: Inbox
  private let storage: Outbox
  private let reconstruction: Outbox
  private var order = StreamOrder<ReceivedBatch, ReceivedBatch>()
  private var verdicts = VerdictBuilder()
  private var turn = LiveBoard.Turn()
  private(set) var report = Report()
  /// When the last verdict was collected, ns on the clock of the run.
  private var lastVerdict: Int64?

  init(environment: StageEnvironment) throws {
    self.environment = environment
    counter = environment.ledger[Self.stage]
    farm = environment.ledger[WorkerStage.stage]
    inbox = try Inbox(
      of: Self.stage,
      senders: [
        (BuilderStage.stage, environment.credits.window), (BuilderStage.poisonSender, environment.credits.worker),
      ], guestCredits: environment.credits.worker, network: environment.network)
    storage = try Outbox(from: Self.stage, to: StorageStage.stage, network: environment.network)
    reconstruction = try Outbox(from: Self.stage, to: ReconstructionStage.stage, network: environment.network)
  }

  func run() throws {
    while !inbox.hasEnded {
      guard case .batch(let sender, let batch) = try inbox.receive() else { continue }
      if sender == 0 {
        let expectsResult = batch.header.accepted > 0 && batch.reason == nil
        if !order.add(decision: batch, expectsResult: expectsResult, sequence: batch.header.sequence) {
          try inbox.release(sender: 0)
        }
      } else {
        // No worker can be ahead of what the builder has handed out.
        if batch.header.sequence < order.next &+ UInt64(environment.credits.window) {
          _ = order.add(result: batch, sequence: batch.header.sequence)
        }
        // The window of the builder bounds what waits here; a worker need not wait for others to catch up.
        try inbox.release(sender: sender)
      }
      while let complete = order.takeNext() {
        if complete.sequence != environment.faults.droppedBatch { try collect(complete) }
        try inbox.release(sender: 0)
      }
      if let live = environment.live, turn.isDue(at: environment.clock.now) {
        live.post(report.latency, lastVerdict: lastVerdict)
      }
    }
    environment.live?.post(report.latency, lastVerdict: lastVerdict)
    environment.supervisor.noteFarm { [order, inbox] farm in
      farm.duplicateResults += order.duplicates
      farm.strayMessages += inbox.strays
    }
    try storage.sendEnd()
    try reconstruction.sendEnd()
    try storage.waitForEnd()
    try reconstruction.waitForEnd()
    try inbox.acknowledgeEnd()
  }

  private typealias Complete = StreamOrder<ReceivedBatch, ReceivedBatch>.Complete

  private func collect(_ complete: Complete) throws {
    let decision = complete.decision
    // Nothing is known of a batch of which every fragment was lost.
    guard !decision.header.parts.isEmpty else { return }
    let summary = try decision.part(0)
    let events = summary.count
    counter.enter(events)
    var header = decision.header
    if let result = complete.result { header.stamps.highLevel = result.header.stamps.highLevel }
    header.stamps.collector = environment.clock.now
    lastVerdict = header.stamps.collector

    var outcomes = [Outcome](repeating: .rejectedByLevel1, count: events)
    if header.flags.contains(.vetoed) { outcomes = Array(repeating: .vetoed, count: events) }
    if header.flags.contains(.setAside) { outcomes = Array(repeating: .setAside, count: events) }
    if decision.reason != nil { outcomes = Array(repeating: .failed, count: events) }
    let unprocessed = complete.result.flatMap(Self.unprocessed)
    let verdicts = try self.verdicts(
      of: summary, result: complete.result, header: header, unprocessed: unprocessed, &outcomes)
    book(complete)
    func count(_ outcome: Outcome) -> Int { outcomes.reduce(0) { $0 + ($1 == outcome ? 1 : 0) } }
    let accepted = count(.accepted)
    counter.leave(
      passed: accepted, rejected: count(.rejectedByLevel1) + count(.rejectedByHighLevel), vetoed: count(.vetoed),
      setAside: count(.setAside), failed: count(.failed))
    report.verdicts += events
    try digest(verdicts)

    var parts = [MessageWriter.Part.batch(verdicts)]
    if let kept = try keptRows(complete) { parts.append(.batch(kept)) }
    try storage.send(header, parts)
    if unprocessed == .setAside, let result = complete.result { try setAside(result, header) }
    if let result = complete.result, result.header.parts.count > 1, result.header.parts[1].rows > 0 {
      let events = try result.part(1)
      try reconstruction.send(header, [.batch(events.dropping([BuilderStage.rowField.name]))])
    }
  }

  /// A batch that has cost too many workers goes to the error stream with its bytes.
  private func setAside(_ result: ReceivedBatch, _ header: MessageHeader) throws {
    let events = try result.part(0).dropping([BuilderStage.rowField.name])
    let first = try EventKeyColumn(events).key(0)
    environment.supervisor.noteFarm {
      $0.setAside.append(
        FarmSummary.PoisonBatch(firstEvent: "\(first)", events: events.count, reason: result.reason ?? ""))
    }
    var header = header
    header.flags.insert(.poison)
    try storage.send(header, [.batch(events)])
  }

  /// What became of events that no worker decided on; nil for a result.
  private static func unprocessed(_ result: ReceivedBatch) -> Outcome? {
    if result.header.flags.contains(.poison) { return .setAside }
    return result.reason == nil ? nil : .failed
  }

  /// Books what the worker says it did with the batch whose result is kept.
  private func book(_ complete: Complete) {
    guard let result = complete.result else { return }
    let events = Int(complete.decision.header.accepted)
    let tally = result.header.tally
    farm.enter(events)
    if result.header.flags.contains(.poison) { return farm.leave(setAside: events) }
    let failed = events - Int(tally.accepted) - Int(tally.rejected) - Int(tally.setAside)
    farm.leave(
      passed: Int(tally.accepted), rejected: Int(tally.rejected), setAside: Int(tally.setAside), failed: failed)
  }

  /// One verdict for every event of a batch; corrects the outcomes of those that the farm decided on.
  private func verdicts(
    of summary: RecordBatch, result: ReceivedBatch?, header: MessageHeader, unprocessed: Outcome?,
    _ outcomes: inout [Outcome]
  ) throws -> RecordBatch {
    let events = summary.count
    let arrival = try ColumnView<Int64>(summary.column(SourceStage.arrivalField.name))
    let level1 = try summary.has("l1") ? summary.column("l1") : Self.undecided(events)
    let accepted = try BoolView(level1.child("accepted") ?? ArrayData(copying: [UInt8]()), named: "l1.accepted")
    let deadTime = try ColumnView<UInt8>(
      level1.child("dead_time") ?? ArrayData(copying: [UInt8]()), named: "l1.dead_time")
    var rows: ColumnView<UInt32>?
    var decisions: HighLevelColumn?
    if let result, unprocessed == nil {
      let decided = try result.part(0)
      rows = try ColumnView(decided.column(BuilderStage.rowField.name))
      decisions = try HighLevelColumn(decided)
    }
    var next = 0
    let stamps = header.stamps
    for row in 0..<events {
      var latency = VerdictBuilder.Latency(
        level1: microseconds(stamps.level1, since: arrival[row]),
        builder: microseconds(stamps.builder, since: arrival[row]),
        total: microseconds(stamps.collector, since: arrival[row]))
      report.latency.total.record(nanoseconds: UInt64(max(0, stamps.collector - arrival[row])))
      report.latency.source.record(nanoseconds: UInt64(max(0, stamps.source - arrival[row])))
      if deadTime[row] != 0 && outcomes[row] == .rejectedByLevel1 { outcomes[row] = .vetoed }
      if accepted[row] && outcomes[row] == .rejectedByLevel1 {
        if let unprocessed {
          outcomes[row] = unprocessed
        } else if let rows, let decisions, next < rows.count, Int(rows[next]) == row {
          latency.highLevel = microseconds(stamps.highLevel, since: arrival[row])
          switch HighLevelTrigger.Verdict(rawValue: decisions.verdict[next]) {
          case .accepted: outcomes[row] = .accepted
          case .tooLarge: outcomes[row] = .setAside
          default: outcomes[row] = .rejectedByHighLevel
          }
          verdicts.append(decisions, row: next, latency)
          next += 1
          continue
        } else {
          throw StageFailure("the farm gave no result for event \(row) of batch \(header.sequence)")
        }
      }
      verdicts.appendUnseen(latency)
    }
    guard next == rows?.count ?? 0 else {
      throw StageFailure(
        "the farm gave \(rows?.count ?? 0) results for batch \(header.sequence), \(next) were asked for")
    }
    report.latency.record(stamps, events: events, farmed: next)
    let batch = try verdicts.finish(event: summary.column("event"), level1: level1, metadata: [:])
    return try batch.appending(Self.outcomeField, ArrayData(copying: outcomes.map(\.rawValue)))
  }

  private func microseconds(_ stamp: Int64, since arrival: Int64) -> Float {
    stamp < 0 ? .nan : Float(Double(stamp - arrival) / 1000)
  }

  /// The level-1 part of verdicts on events that level 1 did not decide on.
  static func undecided(_ events: Int) -> ArrayData {
    let fields = VerdictSchema.level1.type.children
    let children = fields.map { field -> ArrayData in
      switch field.type {
      case .bool:
        var bits = BoolBuilder()
        for _ in 0..<events { bits.append(false) }
        return bits.finish()
      case .fixedSizeList(_, let count):
        return ArrayData(
          type: field.type, count: events,
          children: [ArrayData(copying: [UInt32](repeating: 0, count: count * events))])
      case .uint8: return ArrayData(copying: [UInt8](repeating: 0, count: events))
      default: return ArrayData(copying: [UInt32](repeating: 0, count: events))
      }
    }
    return ArrayData(structureOf: fields, children, count: events)
  }

  /// The rejected events of a batch that are kept, in stream order, with the same columns wherever they were rejected.
  private func keptRows(_ complete: Complete) throws -> RecordBatch? {
    var kept: [RecordBatch] = []
    if complete.decision.header.parts.count > 1 { kept.append(try complete.decision.part(1)) }
    if let result = complete.result, result.header.parts.count > 2 { kept.append(try result.part(2)) }
    guard !kept.isEmpty else { return nil }
    let joined = try RecordBatch.concatenating(kept)
    let rows = try ColumnView<UInt32>(joined.column(BuilderStage.rowField.name))
    let sorted = (0..<joined.count).sorted { rows[$0] < rows[$1] }
    return joined.taking(rows: sorted).dropping([BuilderStage.rowField.name])
  }

  /// Adds the decisions of a batch to the fingerprint of the run; no times go in.
  private func digest(_ batch: RecordBatch) throws {
    let verdicts = try VerdictColumns(batch)
    let words = EventSchema.level1Words
    for row in 0..<verdicts.count {
      let key = verdicts.event.key(row)
      report.hash.add(UInt64(key.experiment) << 32 | UInt64(key.run))
      report.hash.add(key.number)
      for word in row * words..<(row + 1) * words {
        report.hash.add(
          UInt64(verdicts.level1BeforePrescale[word]) << 32 | UInt64(verdicts.level1AfterPrescale[word]))
      }
      for index in verdicts.wordRows[row] { report.hash.add(UInt64(verdicts.highLevelBeforePrescale[index])) }
      for index in verdicts.resultRows[row] { report.hash.add(UInt64(UInt8(bitPattern: verdicts.results[index]))) }
      report.hash.add(UInt64(UInt8(bitPattern: verdicts.verdict[row])))
    }
  }
}
