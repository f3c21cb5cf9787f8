import ArrowStream
import Dispatch
import EventModel
import Glibc
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
  private let findings = FindingsBook()
  private let audience: AudienceDesk

  init(_ configuration: ReplayConfiguration, inputs: ReplayInputs) throws {
    self.configuration = configuration
    self.inputs = inputs
    frontends = try inputs.frontends(for: configuration)
    files = try OutputFiles(configuration, inputs: inputs, frontends: frontends)
    let network = try Network(stages: frontends.count + configuration.workers + 8)
    environment = StageEnvironment(
      configuration, network: network, clock: RunClock(), ledger: LedgerBook(frontends: frontends),
      supervisor: Supervisor(network: network, stop: configuration.stop))
    storage = StorageStage(files: files, study: MenuStudy(configuration.chain), environment: environment)
    do { audience = try AudienceDesk(configuration, events: true, counts: true) } catch {
      files?.discard()
      throw error
    }
  }

  // MARK: Running

  func execute(_ progress: (ReplayProgress) -> Void) throws -> ReplayResult {
    let group = DispatchGroup()
    let farm = DispatchGroup()
    startStages(group, farm: farm)
    var isAborted = false
    var imbalances: [String] = []
    let expected = inputs.events(repeats: configuration.repeats)
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
      audience.post(at: environment.clock.now) { status(configuration.stop.isRequested ? .stopping : .running) }
    }
    defer { audience.leave() }
    // The builder has sent every worker home; only one that was lost may hang, or have come back when everybody had gone, and
    // keeps nobody waiting.
    if environment.supervisor.farm.lost.isEmpty { farm.wait() } else { environment.supervisor.abort() }
    // Asked to abort between two looks at the request: the storage saw it, or it came too late to matter.
    if configuration.stop.isAbort && !storage.hasFinished { isAborted = true }
    let wallTime = Double(environment.clock.now) / 1e9
    if let refusal = environment.supervisor.refusal {
      files?.discard()
      throw inputs.naming(refusal)
    }
    let result = result(wallTime: wallTime, isAborted: isAborted, imbalances: imbalances)
    audience.close(status(.idle).ended(result, runs: 1))
    return result
  }

  private func status(_ state: RunState) -> RunStatus {
    let stages = StageRunner.stages(frontends: frontends, workers: configuration.workers).map {
      RunStatus.Stage(stage: $0, state: state.rawValue, process: getpid())
    }
    let audience = configuration.audience
    return RunStatus(
      plan: audience.plan, menu: audience.menu, prescaleColumn: audience.prescaleColumn, state: state, run: 1,
      elapsed: Double(environment.clock.now) / 1e9, stages: stages, ledger: environment.ledger.snapshot(),
      failures: environment.supervisor.failures, farm: environment.supervisor.farm,
      figures: environment.live?.figures ?? LiveFigures())
  }

  private func startStages(_ group: DispatchGroup, farm: DispatchGroup) {
    let storage = storage
    let watch = LiveWatch()
    let publisher = configuration.publish.map { FitPublisher($0, watch: watch) }
    if let publisher {
      StageThread.start("fit-publisher", in: environment, group: group) { try publisher.run() }
    }
    let feed = UncheckedTransfer(
      EventFeed(inputs: inputs.inputs, repeats: configuration.repeats, check: configuration.chain.checkInput))
    let runner = StageRunner(
      configuration: configuration, frontends: frontends, environment: environment, findings: findings,
      publisher: publisher, watch: watch, express: audience.express, makeStorage: { storage },
      makeFeed: { feed.value })
    for stage in StageRunner.stages(frontends: frontends, workers: configuration.workers) {
      let isWorker = WorkerName.isValid(stage)
      StageThread.start(stage, in: environment, group: isWorker ? farm : group) { try runner.run(stage) }
    }
  }

  // MARK: Result

  private func result(wallTime: Double, isAborted: Bool, imbalances: [String]) -> ReplayResult {
    let supervisor = environment.supervisor
    let state = findings.state.withLock { $0 }
    var outcome = RunOutcome(
      ledger: environment.ledger.snapshot(), findings: state.findings, failures: supervisor.failures,
      breakdown: supervisor.breakdown, farm: supervisor.farm, setAside: supervisor.setAside)
    outcome.monitor = state.monitor
    outcome.findings.files = storage.completeFiles
    outcome.wallTime = wallTime
    outcome.isAborted = isAborted
    outcome.imbalances = imbalances
    return outcome.result(configuration, inputs: inputs, study: storage.study)
  }
}
