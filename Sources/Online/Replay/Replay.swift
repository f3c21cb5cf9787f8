import ArrowStream
import Dispatch
import EventModel
import Reconstruction
import Synchronization
import TriggerStudies

/// Plays recorded streams through the whole chain: source, frontends, level 1, builder, a farm of high-level trigger
/// workers, collector, reconstruction, storage and signal monitor, each on a thread of its own, linked by ZeroMQ.
///
/// Same streams, menu and seed give the same decisions and the same bytes in `accepted.arrow` at any number of workers.
public enum Replay {
  /// Runs a replay to its end.
  /// - Parameter progress: called about ten times a second, on the calling thread.
  /// - Returns: the result, also of a run that was interrupted or failed; see ``ReplayResult/condition``.
  /// - Throws: ``ReplayError`` when the call or an input is wrong; then no output is left behind.
  public static func run(
    _ configuration: ReplayConfiguration, progress: (ReplayProgress) -> Void = { _ in }
  ) throws -> ReplayResult {
    try configuration.validate()
    return try run(configuration, inputs: ReplayInputs(paths: configuration.streams), progress: progress)
  }

  static func run(
    _ configuration: ReplayConfiguration, inputs: ReplayInputs, progress: (ReplayProgress) -> Void = { _ in }
  ) throws -> ReplayResult {
    let run = try ReplayRun(configuration, inputs: inputs)
    return try run.execute(progress)
  }
}

/// One replay: its stages, and what they found out.
private final class ReplayRun {
  private let configuration: ReplayConfiguration
  private let inputs: ReplayInputs
  private let frontends: [FrontendPlan]
  private let environment: StageEnvironment
  private let files: OutputFiles?
  private let storage: StorageStage
  private let findings = Findings()

  /// What the stages' threads leave behind when they end.
  private final class Findings: Sendable {
    struct State {
      var collector = CollectorStage.Report()
      var reconstruction: StageLatencies?
      var monitor: (any EventMonitor)?
      var time: Level1TimeSummary?
      var conditions: [RunningConditions] = []
      var firstTime: Int64?
    }
    let state = Mutex(State())
  }

  init(_ configuration: ReplayConfiguration, inputs: ReplayInputs) throws {
    self.configuration = configuration
    self.inputs = inputs
    frontends = FrontendPlan.plans(for: inputs.schema.fields.map(\.name))
    guard frontends.contains(where: \.feedsLevel1) else {
      throw ReplayError.missingColumn(
        path: inputs.inputs.first?.path ?? "", column: "cdc", existing: inputs.schema.fields.map(\.name))
    }
    try inputs.check(against: configuration)
    try Self.rehearse(configuration.chain, inputs: inputs, frontends: frontends)

    let schemas = OutputSchemas(input: inputs.schema, frontends: frontends, chain: configuration.chain.metadata)
    files = try configuration.output.map {
      try OutputFiles(
        folder: $0, schemas: schemas, keepsRejected: configuration.keepRejected > 0, force: configuration.force,
        faults: configuration.faults)
    }
    let network = try Network(stages: frontends.count + configuration.workers + 8)
    environment = StageEnvironment(
      network: network, clock: RunClock(), ledger: Self.ledger(frontends: frontends),
      supervisor: Supervisor(network: network, stop: configuration.stop),
      credits: CreditPlan(workers: configuration.workers), faults: configuration.faults,
      patience: Int64(configuration.patience * 1e6), batchLimit: Int64(configuration.batchLimit * 1e6))
    storage = StorageStage(
      files: files,
      study: MenuStudy(
        level1Lines: configuration.chain.level1Lines, highLevelLines: configuration.chain.highLevelLines,
        skimCount: configuration.chain.skimCount),
      environment: environment)
  }

  /// Lets every processor see a batch without events: a column that a menu needs and the stream lacks is found before
  /// the run begins.
  private static func rehearse(_ chain: TriggerChain, inputs: ReplayInputs, frontends: [FrontendPlan]) throws {
    let path = inputs.inputs.first?.path ?? ""
    func empty(_ fields: [Field]) throws -> RecordBatch {
      try RecordBatch(schema: Schema(fields: fields), columns: fields.map { .empty($0.type) }, count: 0)
    }
    func fields(_ names: [String]) -> [Field] {
      names.compactMap { name in inputs.schema.index(of: name).map { inputs.schema.fields[$0] } }
    }
    do {
      let seen = ["event"] + frontends.filter(\.feedsLevel1).flatMap(\.columns)
      var level1 = try chain.makeLevel1()
      let l1 = try level1.process(try empty(fields(seen)))
      var batch = try empty(fields(["event"] + frontends.flatMap(\.columns))).appending(EventSchema.level1, l1)
      var highLevel = try chain.makeHighLevel()
      batch = try batch.appending(EventSchema.highLevel, try highLevel.process(batch))
      var reconstruction = try chain.makeReconstruction()
      _ = try reconstruction.process(batch)
    } catch let error as ColumnError {
      if case .missing(let column, _) = error {
        // The batch of the rehearsal has the columns of one level only; the reader wants to know those of the stream.
        throw ReplayError.missingColumn(
          path: path, column: column, existing: inputs.schema.fields.map(\.name))
      }
      throw ReplayError.unreadableStream(path: path, reason: "\(error)")
    }
  }

  private static func ledger(frontends: [FrontendPlan]) -> LedgerBook {
    let readout = frontends.map(\.stage)
    var handovers: [Handover] = []
    for (frontend, plan) in zip(readout, frontends) {
      handovers.append(Handover(SourceStage.stage, .passed, to: frontend))
      if plan.feedsLevel1 { handovers.append(Handover(frontend, .passed, to: Level1Stage.stage)) }
      handovers.append(Handover(frontend, .passed, to: BuilderStage.stage))
    }
    handovers += [
      Handover(Level1Stage.stage, .entered, to: BuilderStage.stage),
      Handover(BuilderStage.stage, .passed, to: WorkerStage.stage),
      Handover(BuilderStage.stage, .entered, to: CollectorStage.stage),
      Handover(WorkerStage.stage, .passed, to: CollectorStage.stage, .passed),
      Handover(CollectorStage.stage, .passed, to: ReconstructionStage.stage),
      Handover(ReconstructionStage.stage, .passed, to: StorageStage.stage),
      Handover(ReconstructionStage.stage, .passed, to: MonitorStage.stage),
      Handover(CollectorStage.stage, .entered, to: StorageStage.verdictStage),
    ]
    return LedgerBook(
      stages: [SourceStage.stage] + readout + [
        Level1Stage.stage, BuilderStage.stage, WorkerStage.stage, CollectorStage.stage, ReconstructionStage.stage,
        StorageStage.stage, StorageStage.verdictStage, MonitorStage.stage,
      ], handovers: handovers)
  }

  // MARK: Running

  func execute(_ progress: (ReplayProgress) -> Void) throws -> ReplayResult {
    let group = DispatchGroup()
    let farm = DispatchGroup()
    startStages(group, farm: farm)
    var isAborted = false
    var imbalances: [String] = []
    let expected = expectedEvents
    while group.wait(timeout: .now() + .milliseconds(100)) == .timedOut {
      let ledger = environment.ledger.snapshot()
      if imbalances.isEmpty { imbalances = ledger.imbalances(whenFinished: false) }
      if !imbalances.isEmpty && !isAborted {
        isAborted = true
        environment.supervisor.abort()
      }
      if configuration.stop.isAbort && !isAborted {
        isAborted = true
        environment.supervisor.abort()
      }
      progress(
        ReplayProgress(
          ledger: ledger, done: ledger[CollectorStage.stage]?.entered ?? 0, expected: expected,
          elapsed: Double(environment.clock.now) / 1e9))
    }
    // A worker that hangs, or came back when everybody had gone, keeps nobody waiting.
    if farm.wait(timeout: .now() + (environment.supervisor.farm.lost.isEmpty ? .seconds(3600) : .milliseconds(200)))
      == .timedOut
    {
      environment.supervisor.abort()
    }
    // Asked to abort between two looks at the request: the storage saw it, or it came too late to matter.
    if configuration.stop.isAbort && !storage.hasFinished { isAborted = true }
    let wallTime = Double(environment.clock.now) / 1e9
    if let refusal = environment.supervisor.refusal {
      files?.discard()
      throw inputs.naming(refusal)
    }
    return result(wallTime: wallTime, isAborted: isAborted, imbalances: imbalances)
  }

  private var expectedEvents: Int? {
    var rows = 0
    for case let input as FileInput in inputs.inputs {
      guard let count = input.rows else { return nil }
      rows += count
    }
    let total = rows.multipliedReportingOverflow(by: configuration.repeats)
    return total.overflow || rows == 0 ? nil : total.partialValue
  }

  private func startStages(_ group: DispatchGroup, farm: DispatchGroup) {
    let environment = environment
    let configuration = configuration
    let frontends = frontends
    let chain = configuration.chain
    let findings = findings
    let storage = storage
    let workers = (0..<configuration.workers).map { WorkerName.of($0) }
    let keep = KeepRejected(oneIn: configuration.keepRejected, seed: configuration.seed)
    func start(_ name: String, _ body: @escaping @Sendable () throws -> Void) {
      StageThread.start(name, in: environment, group: group, body: body)
    }
    // Whoever is behind is started first, though any order would do.
    let publisher = configuration.publish.map(FitPublisher.init)
    if let publisher { start("fit-publisher") { try publisher.run() } }
    start(MonitorStage.stage) {
      let monitor = try MonitorStage(
        environment: environment, makeMonitor: chain.makeMonitor, publisher: publisher
      ).run()
      findings.state.withLock { $0.monitor = monitor }
    }
    start(StorageStage.stage) { try storage.run() }
    start(ReconstructionStage.stage) {
      var latency = StageLatencies()
      let found = try ReconstructionStage(environment: environment, makeProcessor: chain.makeReconstruction).run()
      latency.reconstruction = found.latency
      findings.state.withLock { [latency] in
        $0.reconstruction = latency
        $0.conditions = found.conditions
      }
    }
    start(CollectorStage.stage) {
      let collector = try CollectorStage(environment: environment)
      defer { findings.state.withLock { $0.collector = collector.report } }
      try collector.run()
    }
    for worker in workers {
      StageThread.start(worker, in: environment, group: farm) {
        try WorkerStage(name: worker, keep: keep, environment: environment, makeProcessor: chain.makeHighLevel).run()
      }
    }
    start(BuilderStage.stage) {
      try BuilderStage(frontends: frontends, workers: workers, keep: keep, environment: environment).run()
    }
    start(Level1Stage.stage) {
      let time = try Level1Stage(
        frontends: frontends.filter(\.feedsLevel1), environment: environment, makeProcessor: chain.makeLevel1
      ).run()
      findings.state.withLock { $0.time = time }
    }
    for frontend in frontends {
      start(frontend.stage) { try FrontendStage(plan: frontend, environment: environment).run() }
    }
    let feed = UncheckedTransfer(
      EventFeed(inputs: inputs.inputs, repeats: configuration.repeats, check: configuration.chain.checkInput))
    start(SourceStage.stage) {
      let flush = FlushRule(size: configuration.batchSize, age: Int64(configuration.batchAge * 1e6))
      let busyAfter = configuration.pace == .realTime ? Int64(configuration.busyAfter * 1e6) : nil
      try SourceStage(
        feed: feed.value, frontends: frontends, pace: configuration.pace, flush: flush, busyAfter: busyAfter,
        seed: configuration.seed, environment: environment
      ).run()
    }
  }

  // MARK: Result

  private func result(wallTime: Double, isAborted: Bool, imbalances: [String]) -> ReplayResult {
    let ledger = environment.ledger.snapshot()
    let state = findings.state.withLock { $0 }
    var reasons = environment.supervisor.failures
    if let breakdown = environment.supervisor.breakdown { reasons.append(breakdown) }
    let isBroken = isAborted || environment.supervisor.breakdown != nil
    reasons += isBroken ? imbalances : ledger.imbalances(whenFinished: true)
    if !isBroken { reasons += recount(ledger) }

    var condition = RunCondition.good
    if configuration.stop.isRequested { condition = .interrupted }
    if isAborted { condition = .aborted }
    if !reasons.isEmpty { condition = .failed(reasons) }
    var latency = state.collector.latency
    if let reconstruction = state.reconstruction { latency.reconstruction = reconstruction.reconstruction }
    let events = ledger[SourceStage.stage]?.entered ?? 0
    let complete = files?.all.filter(\.isComplete).map(\.path) ?? []
    let (liveTime, liveTimeSource) = liveTime(events: events)
    return ReplayResult(
      condition: condition, ledger: ledger, study: storage.study, decisionHash: state.collector.hash,
      latency: latency, monitor: state.monitor, level1Time: state.time,
      conditions: state.conditions, files: complete,
      verdicts: files.flatMap { $0.verdicts.isComplete ? $0.verdicts.path : nil },
      accepted: files.flatMap { $0.accepted.isComplete ? $0.accepted.path : nil },
      liveTime: liveTime, liveTimeSource: liveTimeSource, wallTime: wallTime, events: events,
      setAside: environment.supervisor.setAside, farm: environment.supervisor.farm,
      metadata: inputs.schema.metadata)
  }

  /// Counts what is in the files, read anew, against the ledger.
  private func recount(_ ledger: Ledger) -> [String] {
    guard let files else { return [] }
    var reasons: [String] = []
    func compare(_ store: StreamStore, _ expected: Int?) {
      guard store.isComplete, let expected else { return }
      let found = (try? FileInput(path: store.path))?.rows
      if found != expected {
        reasons.append("\(store.path) holds \(found.map(String.init) ?? "an unknown number of") rows, not \(expected)")
      }
    }
    compare(files.accepted, ledger[CollectorStage.stage]?.passed)
    compare(files.verdicts, ledger[SourceStage.stage]?.entered)
    return reasons
  }

  /// The time that the replayed events stand for: the share of the streams that was played.
  private func liveTime(events: Int) -> (Double?, String) {
    guard let total = inputs.liveTime else { return (nil, "unknown") }
    guard let expected = expectedEvents, expected > 0 else { return (nil, "unknown") }
    return (total * Double(configuration.repeats) * Double(events) / Double(expected), "metadata")
  }
}

/// Hands a value to another thread that will be its only user.
private struct UncheckedTransfer<Value>: @unchecked Sendable {
  let value: Value
  init(_ value: Value) { self.value = value }
}
