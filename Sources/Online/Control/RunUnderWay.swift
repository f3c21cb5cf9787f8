import Dispatch
import EventModel
import Glibc
import TriggerStudies

/// One run of a plan, as run control knows it, with the stages that are threads of its process.
final class RunUnderWay {
  /// Number of the run, from 1.
  let number: Int
  /// Which configuration the stages must have for it.
  let serial: Int
  let configuration: ReplayConfiguration
  let inputs: ReplayInputs
  let frontends: [FrontendPlan]
  let supervisor: Supervisor
  let ledger: LedgerBook

  /// What stages in processes of their own have found out.
  var collected = StageFindings()
  /// What ended the run, with the name of the stage.
  var breakdown: String?
  /// Why the input is to blame, so that no output may be left behind.
  var refusal: String?
  /// Whether the source has been told to stop.
  var hasStopped = false
  /// Whether the run is broken off.
  var hasAborted = false
  /// When the run began, on the machine's monotonic clock, ns.
  private(set) var origin: Int64?

  /// Those who look on.
  let audience: AudienceDesk
  private var live: LiveBoard?
  private let network: Network
  private let findings = FindingsBook()
  private var storage: StorageStage?
  private let threads = DispatchGroup()
  private let workers = DispatchGroup()

  /// Checks everything that can be wrong with a run before anything is started.
  init(number: Int, serial: Int, configuration: ReplayConfiguration, endpoints: Endpoints, keys: KeyRing?) throws {
    try configuration.validate()
    self.number = number
    self.serial = serial
    self.configuration = configuration
    inputs = try ReplayInputs(paths: configuration.streams)
    frontends = try inputs.frontends(for: configuration)
    ledger = LedgerBook(frontends: frontends)
    try endpoints.makeFolders(run: serial)
    network = try Network(stages: frontends.count + configuration.workers + 8, keys: keys) {
      endpoints.endpoint(of: $0, run: serial)
    }
    supervisor = Supervisor(network: network, stop: configuration.stop)
    audience = try AudienceDesk(configuration, events: endpoints.isThread(MonitorStage.stage), counts: true)
  }

  deinit { audience.leave() }

  /// The stages of the run, those behind first.
  var stages: [String] { StageRunner.stages(frontends: frontends, workers: configuration.workers) }

  /// Events that will go in; nil when the inputs do not say.
  var expected: Int? { inputs.events(repeats: configuration.repeats) }

  /// ns since the run began; 0 before.
  var elapsed: Int64 { origin.map { RunClock.monotonic() - $0 } ?? 0 }

  /// Begins the run with the stages that are threads.
  /// - Parameter started: tells the others when the run began, after everything that can be refused here has been done.
  func begin(_ endpoints: Endpoints, started: () throws -> Void) throws {
    let origin = RunClock.monotonic()
    self.origin = origin
    let environment = StageEnvironment(
      configuration, network: network, clock: RunClock(start: origin), ledger: ledger, supervisor: supervisor)
    live = environment.live
    if endpoints.isThread(StorageStage.stage) {
      storage = StorageStage(
        files: try OutputFiles(configuration, inputs: inputs, frontends: frontends),
        study: MenuStudy(configuration.chain), environment: environment)
    }
    try started()
    let feed = UncheckedTransfer(
      EventFeed(inputs: inputs.inputs, repeats: configuration.repeats, check: configuration.chain.checkInput))
    let runner = StageRunner(
      configuration: configuration, frontends: frontends, environment: environment, findings: findings,
      express: audience.express,
      makeStorage: { [storage] in
        guard let storage else { throw StageFailure("the storage is a process of its own") }
        return storage
      }, makeFeed: { feed.value })
    for stage in stages where endpoints.isThread(stage) {
      let group = WorkerName.isValid(stage) ? workers : threads
      StageThread.start(stage, in: environment, group: group) { try runner.run(stage) }
    }
  }

  /// Whether every thread that is no worker has ended.
  var haveThreadsEnded: Bool { threads.wait(timeout: .now()) == .success }

  /// Waits until the threads have ended, unless they hang.
  /// - Parameter limit: ns for those of a run that was broken off.
  func join(within limit: Int64) {
    // Every worker has been sent home; those that were lost keep nobody waiting.
    if hasAborted || !supervisor.farm.lost.isEmpty { supervisor.abort() } else { workers.wait() }
    if hasAborted { _ = threads.wait(timeout: .now() + .nanoseconds(Int(limit))) }
  }

  /// Puts together what came out.
  /// - Parameters:
  ///   - reports: what the stages in processes of their own said last.
  ///   - isInterrupted: whether somebody asked the run to end early.
  /// - Throws: ``ReplayError`` when the input is to blame; then no output is left behind.
  func result(_ reports: [StageReport]) throws -> ReplayResult {
    if let refusal = supervisor.refusal.map({ "\(inputs.naming($0))" }) ?? refusal {
      storage?.discard()
      throw ReplayError.stageRefused(reason: refusal)
    }
    let wallTime = Double(elapsed) / 1e9
    let local = findings.state.withLock { $0 }
    var all = collected
    all.merge(local.findings)
    all.files += storage?.completeFiles ?? []
    var setAside = supervisor.setAside
    for report in reports { setAside.merge(report.setAside) }
    var outcome = RunOutcome(
      ledger: ledger(with: reports), findings: all, failures: supervisor.failures + reports.flatMap(\.failures),
      breakdown: breakdown ?? supervisor.breakdown, farm: farm(with: reports), setAside: setAside)
    outcome.monitor = local.monitor
    outcome.wallTime = wallTime
    outcome.isAborted = hasAborted && breakdown == nil && supervisor.breakdown == nil
    var study = storage?.study
    if study == nil, let verdicts = all.files.first(where: { $0.hasSuffix("/verdicts.arrow") }) {
      study = try MenuStudy(configuration.chain, verdicts: verdicts)
    }
    return outcome.result(configuration, inputs: inputs, study: study ?? MenuStudy(configuration.chain))
  }

  /// The ledger of all stages, as last reported.
  func ledger(with reports: [StageReport]) -> Ledger {
    let local = ledger.snapshot()
    return local.replacing(stages: [local.stages] + reports.map(\.balances))
  }

  /// What happened in the farm, as last reported.
  func farm(with reports: [StageReport]) -> FarmSummary {
    reports.reduce(into: supervisor.farm) { $0.merge($1.farm) }
  }

  /// What the stages have measured, as last reported.
  func figures(with reports: [StageReport]) -> LiveFigures {
    reports.reduce(into: live?.figures ?? LiveFigures()) { figures, report in
      if let measured = report.figures { figures.merge(measured) }
    }
  }
}
