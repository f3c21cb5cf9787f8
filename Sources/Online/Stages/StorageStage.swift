import ArrowStream
import EventModel
import Statistics
import TriggerStudies
import ZeroMQ

/// Writes accepted events and verdicts, and adds the verdicts up.
final class StorageStage: @unchecked Sendable {
  // Sendable: made by the run, used by the stage's thread alone, and read by the run after that thread has ended.
  static let stage = "storage"
  /// The name under which verdicts are counted.
  static let verdictStage = "verdicts"

  private let environment: StageEnvironment
  private let files: OutputFiles?
  private let counter: StageCounter
  private let verdictCounter: StageCounter
  private var hasReported = false
  /// Whether everything was written and files have their final names.
  private(set) var hasFinished = false
  /// What the lines did.
  private(set) var study: MenuStudy
  private var waiting = Rechunker()
  private var turn = LiveBoard.Turn()

  init(files: OutputFiles?, study: MenuStudy, environment: StageEnvironment) {
    self.files = files
    self.study = study
    self.environment = environment
    counter = environment.ledger[Self.stage]
    verdictCounter = environment.ledger[Self.verdictStage]
  }

  /// The files that are complete.
  var completeFiles: [String] { files?.all.filter(\.isComplete).map(\.path) ?? [] }

  /// Removes what is not complete.
  func discard() { files?.discard() }

  func run() throws {
    let inbox = try Inbox(
      of: Self.stage,
      senders: [
        (CollectorStage.stage, environment.credits.link), (ReconstructionStage.stage, environment.credits.link),
      ], network: environment.network)
    while !inbox.hasEnded {
      guard case .batch(let sender, let batch) = try inbox.receive() else { continue }
      if batch.header.flags.contains(.poison) {
        try storeErrors(batch)
      } else if sender == 0 {
        try storeVerdicts(batch)
      } else {
        try storeAccepted(batch)
      }
      try inbox.release(sender: sender)
      try reportFailures()
      if let live = environment.live, turn.isDue(at: environment.clock.now) { post(to: live) }
    }
    if environment.supervisor.stop.isAbort {
      // Broken off while the chain was already empty: still no file gets its final name.
      try inbox.acknowledgeEnd()
      return
    }
    if let files {
      count(try files.accepted.flush(), counter)
      count(try files.verdicts.flush(add), verdictCounter)
      for kept in [files.rejected, files.errors].compactMap({ $0 }) { _ = try kept.flush() }
      for store in files.all { store.finish() }
    } else {
      try addWaiting(waiting.count)
    }
    try reportFailures()
    if let live = environment.live { post(to: live) }
    hasFinished = true
    environment.supervisor.noteFarm { $0.strayMessages += inbox.strays }
    try inbox.acknowledgeEnd()
  }

  private func post(to live: LiveBoard) {
    live.post(study, bytesWritten: files.map { $0.accepted.bytesWritten + $0.verdicts.bytesWritten } ?? 0)
  }

  private func storeVerdicts(_ batch: ReceivedBatch) throws {
    let verdicts = try batch.part(0)
    verdictCounter.enter(verdicts.count)
    if environment.faults.forgottenVerdicts { return }
    guard let files else {
      waiting.append(verdicts)
      while waiting.count >= StreamStore.batchSize { try addWaiting(StreamStore.batchSize) }
      return
    }
    count(try files.verdicts.append(verdicts, add), verdictCounter)
    if batch.header.parts.count > 1, let rejected = files.rejected { _ = try rejected.append(try batch.part(1)) }
  }

  /// Events that no worker could process; they have their verdicts, and here their bytes.
  private func storeErrors(_ batch: ReceivedBatch) throws {
    if let errors = try files?.openErrors() { _ = try errors.append(try batch.part(0)) }
  }

  private func storeAccepted(_ batch: ReceivedBatch) throws {
    let events = try batch.part(0)
    counter.enter(events.count)
    guard let files else {
      counter.leave(passed: events.count)
      return
    }
    count(try files.accepted.append(events), counter)
  }

  private func addWaiting(_ rows: Int) throws {
    guard let batch = try waiting.take(rows) else { return }
    try add(batch)
    verdictCounter.leave(passed: batch.count)
  }

  private func add(_ verdicts: RecordBatch) throws { try study.add(VerdictColumns(verdicts)) }

  private func count(_ rows: (written: Int, failed: Int), _ counter: StageCounter) {
    counter.leave(passed: rows.written, failed: rows.failed)
  }

  /// A full disk ends the run in order; what could not be written is booked as failed.
  private func reportFailures() throws {
    guard !hasReported, let store = files?.all.first(where: { $0.failure != nil }), let failure = store.failure else {
      return
    }
    hasReported = true
    environment.supervisor.report(
      stage: Self.stage, events: 0, reason: "\(failure); what was written is \(store.temporaryPath)")
  }
}
