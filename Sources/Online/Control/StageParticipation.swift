import Dispatch
import EventModel
import TriggerStudies

/// What a stage in a process of its own has for one run.
final class StageParticipation {
  let run: RunOrder
  private let stage: String
  private let configuration: ReplayConfiguration
  private let network: Network
  private let supervisor: Supervisor
  private let ledger: LedgerBook
  private let book = FindingsBook()
  private let audience: AudienceDesk
  private var live: LiveBoard?
  private var inputs: UncheckedTransfer<ReplayInputs>?
  private var files: UncheckedTransfer<OutputFiles?>?

  /// Makes what the stage needs.
  /// - Throws: ``ReplayError`` when an input is wrong or an output is in the way; then nothing is left behind.
  init(stage: String, run: RunOrder, configuration: ReplayConfiguration, endpoints: Endpoints, keys: KeyRing?) throws {
    self.stage = stage
    self.run = run
    self.configuration = configuration
    try endpoints.makeFolders(run: run.serial)
    network = try Network(stages: 8, keys: keys) { endpoints.endpoint(of: $0, run: run.serial) }
    supervisor = Supervisor(network: network, stop: configuration.stop)
    ledger = LedgerBook(frontends: run.frontends)
    audience = try AudienceDesk(configuration, events: stage == MonitorStage.stage, counts: false)
    guard stage == SourceStage.stage || stage == StorageStage.stage else { return }
    let inputs = try ReplayInputs(paths: configuration.streams)
    try inputs.check(against: configuration)
    self.inputs = UncheckedTransfer(inputs)
    guard stage == StorageStage.stage else { return }
    files = UncheckedTransfer(try OutputFiles(configuration, inputs: inputs, frontends: run.frontends))
  }

  deinit { audience.leave() }

  /// Begins the stage on a thread.
  func begin(origin: Int64, group: DispatchGroup) {
    let environment = StageEnvironment(
      configuration, network: network, clock: RunClock(start: origin), ledger: ledger, supervisor: supervisor)
    live = environment.live
    let runner = StageRunner(
      configuration: configuration, frontends: run.frontends, environment: environment, findings: book,
      express: audience.express,
      makeStorage: { [files, configuration] in
        StorageStage(files: files?.value, study: MenuStudy(configuration.chain), environment: environment)
      },
      makeFeed: { [inputs, configuration] in
        EventFeed(
          inputs: inputs?.value.inputs ?? [], repeats: configuration.repeats, check: configuration.chain.checkInput)
      })
    StageThread.start(stage, in: environment, group: group) { [stage] in try runner.run(stage) }
  }

  /// Does what run control says during the run.
  func obey(_ order: ControlOrder) {
    switch order.kind {
    case .stop: supervisor.stop.request()
    case .pause, .resume: supervisor.pause(order.kind == .pause)
    case .prescale: if let version = order.version { supervisor.usePrescales(version) }
    case .abort:
      while !supervisor.stop.isAbort { supervisor.stop.request() }
      supervisor.abort()
    case .dismiss: supervisor.abort()
    case .lose: if let worker = order.worker, let loss = order.loss { supervisor.lose(worker: worker, loss) }
    case .alive, .configure, .start: break
    }
  }

  /// Ends the stage with a reason.
  func breakDown(_ reason: String) { supervisor.breakDown(stage: stage, error: StageFailure(reason)) }

  /// How the stage is getting on.
  var report: StageReport {
    StageReport(
      balances: ledger.snapshot().stages.filter { $0.entered > 0 }, failures: supervisor.failures,
      farm: supervisor.farm,
      setAside: supervisor.setAside, isPaused: stage == SourceStage.stage ? supervisor.isPaused : nil,
      prescaleVersion: stage == Level1Stage.stage ? supervisor.prescaleVersion : nil, figures: live?.figures)
  }

  /// What the stage found out, after it has ended.
  /// - Throws: why it could not go on.
  func findings() throws -> StageFindings {
    if let refusal = supervisor.refusal { throw refusal }
    if let breakdown = supervisor.breakdown { throw StageFailure(breakdown) }
    var findings = book.state.withLock(\.findings)
    findings.files = files?.value?.all.filter(\.isComplete).map(\.path) ?? []
    return findings
  }

  /// Removes outputs that are not complete.
  func discard() { files?.value?.discard() }
}
