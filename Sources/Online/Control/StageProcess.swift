import CProcess
import Dispatch
import EventModel
import Foundation
import Glibc
import TriggerStudies

/// One stage of a plan as a process of its own: asks run control what to do, runs the stage on a thread, and says how it
/// is getting on until it is dismissed.
public struct StageProcess {
  /// How often a stage says how it is getting on.
  static let reportInterval = Duration.milliseconds(100)
  /// How long a stage waits for run control to answer.
  static let answerTime = Duration.seconds(30)

  private let stage: String
  private let plan: RunPlan
  private let configuration: ReplayConfiguration
  private let parent: Int32?

  /// A stage of a plan.
  /// - Parameters:
  ///   - configuration: what the plan says, with the physics.
  ///   - parent: the process with which this one ends, however that ends; nil if nobody started it.
  /// - Throws: ``ReplayError/invalidArgument(name:found:expected:)`` for a name that is no stage.
  public init(stage: String, plan: RunPlan, configuration: ReplayConfiguration, parent: Int32?) throws {
    let known = StageRunner.stages(frontends: [], workers: 1).filter { !WorkerName.isValid($0) }
    guard known.contains(stage) || WorkerName.isValid(stage) || Endpoints.inputs.contains(stage) else {
      throw ReplayError.invalidArgument(
        name: "stage", found: stage, expected: "\(known.joined(separator: ", ")), hlt.0 or frontend.cdc")
    }
    self.stage = stage
    self.plan = plan
    self.configuration = configuration
    self.parent = parent
  }

  /// Runs the stage.
  /// - Throws: what kept it from its end; run control has been told.
  public func run() throws {
    // Ctrl-C goes to all processes of a terminal; run control sees to it that the run ends in order.
    signal(SIGINT, SIG_IGN)
    if let parent, sluice_end_with_parent(parent) != 0 { throw StageFailure("run control is gone") }
    let endpoints = plan.endpoints
    let network = try Network(stages: 8) { endpoints.endpoint(of: $0) }
    // A context of its own: breaking the stage off must not cut the link to run control.
    let seat = try ControlSeat(as: stage, network: Network(stages: 1) { endpoints.endpoint(of: $0) })
    do { try run(network, seat) } catch {
      var message = ControlMessage(.failed, stage: stage)
      message.reason = "\(error)"
      message.isRefusal = error is ReplayError
      try? seat.send(message)
      throw error
    }
  }

  private func run(_ network: Network, _ seat: borrowing ControlSeat) throws {
    var hello = ControlMessage(.hello, stage: stage)
    hello.process = getpid()
    try seat.send(hello)
    guard let order = try wait(for: .configure, seat) else { return }
    let frontends = order.frontends ?? []
    let supervisor = Supervisor(network: network, stop: configuration.stop)
    let isReader = stage == SourceStage.stage || stage == StorageStage.stage
    let inputs = isReader ? UncheckedTransfer(try ReplayInputs(paths: configuration.streams)) : nil
    if let inputs { try inputs.value.check(against: configuration) }
    var files: UncheckedTransfer<OutputFiles?>?
    if stage == StorageStage.stage, let inputs {
      files = UncheckedTransfer(try OutputFiles(configuration, inputs: inputs.value, frontends: frontends))
    }
    try seat.send(ControlMessage(.configured, stage: stage))

    guard let start = try wait(for: .start, seat) else { return discard(files) }
    let environment = StageEnvironment(
      configuration, network: network, clock: RunClock(start: start.origin ?? RunClock.monotonic()),
      ledger: LedgerBook(frontends: frontends), supervisor: supervisor)
    let configuration = configuration
    let findings = FindingsBook()
    let runner = StageRunner(
      configuration: configuration, frontends: frontends, environment: environment, findings: findings,
      makeStorage: { [files] in
        StorageStage(files: files?.value, study: MenuStudy(configuration.chain), environment: environment)
      },
      makeFeed: { [inputs] in
        EventFeed(
          inputs: inputs?.value.inputs ?? [], repeats: configuration.repeats, check: configuration.chain.checkInput)
      })
    let group = DispatchGroup()
    let stage = stage
    StageThread.start(stage, in: environment, group: group) { try runner.run(stage) }
    var isDismissed = false
    var discards = false
    while group.wait(timeout: .now()) == .timedOut {
      if let order = try seat.receive(ControlOrder.self, within: Self.reportInterval) {
        isDismissed = isDismissed || order.kind == .dismiss
        obey(order, environment)
        discards = discards || order.discards == true
      }
      try seat.send(report(environment))
    }
    try seat.send(report(environment))
    if discards { discard(files) }
    if isDismissed { return }
    if let refusal = supervisor.refusal { throw refusal }
    if let breakdown = supervisor.breakdown { throw StageFailure(breakdown) }
    var finished = ControlMessage(.finished, stage: stage)
    finished.findings = findings.state.withLock(\.findings)
    finished.findings?.files = files?.value?.all.filter(\.isComplete).map(\.path) ?? []
    try seat.send(finished)
    _ = try? wait(for: .dismiss, seat)
  }

  private func discard(_ files: UncheckedTransfer<OutputFiles?>?) { files?.value?.discard() }

  /// Waits for an order.
  /// - Returns: nil when the stage is not needed any more.
  private func wait(for kind: ControlOrder.Kind, _ seat: borrowing ControlSeat) throws -> ControlOrder? {
    let deadline = ContinuousClock.now + Self.answerTime
    while ContinuousClock.now < deadline {
      guard let order = try seat.receive(ControlOrder.self, within: Self.reportInterval) else { continue }
      if order.kind == kind { return order }
      if order.kind == .dismiss || order.kind == .abort { return nil }
    }
    throw StageFailure("run control has not said '\(kind.rawValue)' within 30 s")
  }

  private func obey(_ order: ControlOrder, _ environment: StageEnvironment) {
    switch order.kind {
    case .stop: environment.supervisor.stop.request()
    case .abort:
      while !environment.supervisor.stop.isAbort { environment.supervisor.stop.request() }
      environment.supervisor.abort()
    case .lose:
      if let worker = order.worker, let loss = order.loss { environment.supervisor.lose(worker: worker, loss) }
    case .dismiss: environment.supervisor.abort()
    case .configure, .start: break
    }
  }

  private func report(_ environment: StageEnvironment) -> ControlMessage {
    var message = ControlMessage(.report, stage: stage)
    let supervisor = environment.supervisor
    message.report = StageReport(
      balances: environment.ledger.snapshot().stages.filter { $0.entered > 0 }, failures: supervisor.failures,
      farm: supervisor.farm, setAside: supervisor.setAside)
    return message
  }
}
