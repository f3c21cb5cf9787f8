import Dispatch
import EventModel
import Foundation
import Glibc
import TriggerStudies
import ZeroMQ

/// Runs a plan: starts the stages that are processes of their own, runs the others on threads, watches over all of
/// them, and puts together what they found.
public final class RunControl {
  /// The name of run control among the endpoints of a plan.
  public static let stage = "control"
  /// How long stages may take until they are ready.
  static let configurationTime: Int64 = 60_000_000_000
  /// How long stages may take to end when the run is broken off, or when everything has been said.
  static let farewellTime: Int64 = 2_000_000_000
  /// How often in a row the process in a worker's place may die before it has begun.
  static let mostFailedStarts = 3

  private let plan: RunPlan
  private let configuration: ReplayConfiguration
  private let inputs: ReplayInputs
  private let frontends: [FrontendPlan]
  private let network: Network
  private let desk: ControlDesk?
  private let supervisor: Supervisor
  private let findings = FindingsBook()
  private let launch: (_ stage: String) throws -> ChildProcess
  private let log: (String) -> Void

  private var members: [String: StageMember] = [:]
  /// The processes in the order in which they were started.
  private var order: [String] = []
  private var incarnations: [Int: Int] = [:]
  private var failedStarts: [Int: Int] = [:]
  private let lock: PlanLock?
  private var origin: Int64?
  private var localLedger: LedgerBook
  private var collected = StageFindings()
  private var breakdown: String?
  /// Why the input is to blame, so that no output may be left behind.
  private var refusal: String?
  private var hasAborted = false
  private var state = "starting"
  private var hasStopped = false
  private let threads = DispatchGroup()
  private let threadWorkers = DispatchGroup()

  /// Checks everything that can be wrong with a plan before anything is started.
  /// - Parameters:
  ///   - configuration: what the plan says, with the physics.
  ///   - program: the executable whose `stage` command runs a stage.
  ///   - force: whether files that exist are replaced.
  ///   - log: what happened, in a line each.
  /// - Throws: ``ReplayError`` when the plan or an input is wrong.
  public init(
    _ plan: RunPlan, configuration: ReplayConfiguration, program: String, force: Bool = false,
    log: @escaping (String) -> Void
  ) throws {
    try configuration.validate()
    self.plan = plan
    self.configuration = configuration
    self.log = log
    inputs = try ReplayInputs(paths: configuration.streams)
    frontends = try inputs.frontends(for: configuration)
    localLedger = LedgerBook(frontends: frontends)
    let endpoints = plan.endpoints
    let all = [endpoints.all] + endpoints.exceptions.values
    for case .ipc(let folder) in all {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }
    if case .ipc(let folder) = endpoints.address(of: Self.stage) {
      lock = try PlanLock(folder: folder, plan: plan.name)
    } else {
      lock = nil
    }
    network = try Network(stages: frontends.count + configuration.workers + 8) { endpoints.endpoint(of: $0) }
    supervisor = Supervisor(network: network, stop: configuration.stop)
    // A context of its own: breaking the run off must not cut the links to those who have to be told.
    desk = try ControlDesk(network: Network(stages: 8) { endpoints.endpoint(of: $0) })
    launch = {
      try ChildProcess(
        program, ["stage", $0, "--plan", plan.file, "--parent", "\(getpid())"] + (force ? ["--force"] : []))
    }
  }

  private var stages: [String] { StageRunner.stages(frontends: frontends, workers: configuration.workers) }

  /// Runs the plan to its end.
  /// - Parameter progress: called about ten times a second.
  /// - Throws: ``ReplayError`` when a stage refuses to begin; then no output is left behind.
  public func run(progress: (ReplayProgress) -> Void = { _ in }) throws -> ReplayResult {
    defer { for member in members.values where member.isRunning { member.child.kill() } }
    let storage: StorageStage?
    do {
      try configure()
      storage = try begin()
    } catch {
      state = "finished"
      try? dismiss()
      throw error
    }
    return try watch(storage, progress)
  }

  // MARK: The beginning

  /// Starts the processes and waits until each has what it needs.
  private func configure() throws {
    for stage in stages where !plan.endpoints.isThread(stage) { try start(stage) }
    let deadline = RunClock.monotonic() + Self.configurationTime
    while members.values.contains(where: { $0.state == .starting }) {
      try attend(within: .milliseconds(50))
      if let breakdown { throw ReplayError.stageRefused(reason: breakdown) }
      if configuration.stop.isRequested { throw ReplayError.stageRefused(reason: "asked to stop before the run began") }
      guard RunClock.monotonic() < deadline else {
        let late = members.values.filter { $0.state == .starting }.map(\.stage).sorted()
        throw ReplayError.stageRefused(reason: "\(late.joined(separator: ", ")) not ready within 60 s")
      }
    }
  }

  private func start(_ stage: String) throws {
    let child = try launch(stage)
    members[stage] = StageMember(stage: stage, child: child)
    order.append(stage)
  }

  /// Starts the run in all processes and threads.
  /// - Returns: the storage, if it is a thread.
  private func begin() throws -> StorageStage? {
    let origin = RunClock.monotonic()
    self.origin = origin
    let environment = StageEnvironment(
      configuration, network: network, clock: RunClock(start: origin), ledger: localLedger, supervisor: supervisor)
    var storage: StorageStage?
    if plan.endpoints.isThread(StorageStage.stage) {
      storage = StorageStage(
        files: try OutputFiles(configuration, inputs: inputs, frontends: frontends),
        study: MenuStudy(configuration.chain), environment: environment)
    }
    for member in members.values where member.state == .configured { try sendStart(to: member.stage) }
    let feed = UncheckedTransfer(
      EventFeed(inputs: inputs.inputs, repeats: configuration.repeats, check: configuration.chain.checkInput))
    let runner = StageRunner(
      configuration: configuration, frontends: frontends, environment: environment, findings: findings,
      makeStorage: { [storage] in
        guard let storage else { throw StageFailure("the storage is a process of its own") }
        return storage
      }, makeFeed: { feed.value })
    for stage in stages where plan.endpoints.isThread(stage) {
      let group = WorkerName.isValid(stage) ? threadWorkers : threads
      StageThread.start(stage, in: environment, group: group) { try runner.run(stage) }
    }
    state = "running"
    return storage
  }

  private func sendStart(to stage: String) throws {
    var start = ControlOrder(.start)
    start.origin = origin
    members[stage]?.state = .running
    members[stage]?.hasBegun = true
    try tell(stage, start)
  }

  private func tell(_ stage: String, _ order: ControlOrder) throws {
    guard let peer = members[stage]?.peer else { return }
    try desk?.send(order, to: peer)
  }

  // MARK: The run

  private func watch(_ storage: StorageStage?, _ progress: (ReplayProgress) -> Void) throws -> ReplayResult {
    let expected = inputs.events(repeats: configuration.repeats)
    var endsAt: Int64?
    var lastProgress: Int64 = 0
    while !isOver {
      try attend(within: .milliseconds(20))
      let now = RunClock.monotonic()
      if configuration.stop.isRequested || !supervisor.failures.isEmpty { try stop() }
      if configuration.stop.isAbort || breakdown != nil || supervisor.breakdown != nil { try abort() }
      if hasAborted && endsAt == nil { endsAt = now + Self.farewellTime }
      if let endsAt, now >= endsAt { break }
      if now - lastProgress > 100_000_000 {
        lastProgress = now
        let ledger = ledger
        progress(
          ReplayProgress(
            ledger: ledger, done: ledger[CollectorStage.stage]?.entered ?? 0, expected: expected,
            elapsed: Double(now - (origin ?? now)) / 1e9))
      }
    }
    let wallTime = Double(RunClock.monotonic() - (origin ?? 0)) / 1e9
    state = "finished"
    try dismiss()
    // Every worker has been sent home; those that were lost keep nobody waiting.
    if hasAborted || !farm.lost.isEmpty { supervisor.abort() } else { threadWorkers.wait() }
    if hasAborted { _ = threads.wait(timeout: .now() + .nanoseconds(Int(Self.farewellTime))) }
    return try result(storage, wallTime: wallTime)
  }

  /// The source stops, the chain drains.
  private func stop() throws {
    guard !hasStopped else { return }
    hasStopped = true
    state = "stopping"
    supervisor.stopSource()
    try tell(SourceStage.stage, ControlOrder(.stop))
  }

  /// The run is broken off.
  private func abort() throws {
    guard !hasAborted else { return }
    hasAborted = true
    state = "aborting"
    var abort = ControlOrder(.abort)
    abort.discards = refusal != nil || supervisor.refusal != nil
    for stage in order { try tell(stage, abort) }
    supervisor.abort()
  }

  /// Whether every stage but the workers has come to its end.
  private var isOver: Bool {
    guard threads.wait(timeout: .now()) == .success else { return false }
    return members.values.allSatisfy { $0.isWorker || $0.state == .finished || (hasAborted && !$0.isRunning) }
  }

  /// Takes in what stages and others say, and looks after the processes.
  private func attend(within time: Duration) throws {
    var wait = time
    while let (peer, message) = try desk?.receive(within: wait) {
      wait = .zero
      try take(message, from: peer)
    }
    for stage in order { try look(after: stage) }
  }

  private func take(_ message: ControlMessage, from peer: Frame) throws {
    switch message.kind {
    case .status: try desk?.send(status, to: peer)
    case .stop, .abort:
      configuration.stop.request()
      if message.kind == .abort { while !configuration.stop.isAbort { configuration.stop.request() } }
      try desk?.send(status, to: peer)
    case .hello, .configured, .report, .finished, .failed:
      // Only a process that this run started may speak for a stage.
      guard peer.text == message.stage, members[message.stage] != nil else { return }
      try hear(message, from: peer)
    }
  }

  private func hear(_ message: ControlMessage, from peer: Frame) throws {
    let stage = message.stage
    if members[stage]?.isSilent == true { log("\(stage): heard again") }
    members[stage]?.hear(at: RunClock.monotonic())
    switch message.kind {
    case .hello:
      members[stage]?.peer = peer
      var order = ControlOrder(.configure)
      order.frontends = frontends
      try tell(stage, order)
    case .configured:
      members[stage]?.state = .configured
      if origin != nil { try sendStart(to: stage) }
    case .report:
      guard let report = message.report else { return }
      members[stage]?.report = report
      if !report.failures.isEmpty && state == "running" { try stop() }
    case .finished:
      members[stage]?.state = .finished
      if let found = message.findings { collected.merge(found) }
    case .failed:
      members[stage]?.state = .failed
      let reason = "\(stage): \(message.reason ?? "no reason given")"
      log(reason)
      guard members[stage]?.isWorker != true || message.isRefusal == true else { return }
      if message.isRefusal == true && refusal == nil { refusal = message.reason }
      if breakdown == nil, state != "aborting" { breakdown = reason }
    default: break
    }
  }

  /// Notices that a process has died or has not been heard of.
  private func look(after stage: String) throws {
    guard let member = members[stage], member.isRunning else { return }
    if let end = member.child.reap() {
      members[stage]?.isRunning = false
      guard member.state != .finished, member.state != .failed || member.isWorker else { return }
      members[stage]?.state = .lost
      try lose(member, end.loss, "process \(member.child.process) \(end)")
    } else if member.state == .running, !member.isSilent,
      Double(RunClock.monotonic() - member.lastHeard) > plan.silenceLimit * 1e6
    {
      members[stage]?.isSilent = true
      let reason = "nothing heard for \(Int(plan.silenceLimit)) ms"
      // Others cannot be replaced: the run waits for them.
      if member.isWorker { try lose(member, .silent, reason) } else { log("\(stage): \(reason); the run waits") }
    }
  }

  private func lose(_ member: StageMember, _ loss: WorkerLoss, _ reason: String) throws {
    guard state == "running" || state == "stopping" || state == "starting" else { return }
    log("\(member.stage): \(reason)")
    guard member.isWorker else {
      if breakdown == nil { breakdown = "\(member.stage): \(reason)" }
      return
    }
    if plan.endpoints.isThread(BuilderStage.stage) {
      supervisor.lose(worker: member.stage, loss)
    } else {
      var order = ControlOrder(.lose)
      order.worker = member.stage
      order.loss = loss
      try tell(BuilderStage.stage, order)
    }
    guard loss.isForGood, plan.replacesWorkers, !isOver else { return }
    let number = Int(member.stage.dropFirst(WorkerStage.stage.count + 1).prefix { $0 != "+" }) ?? 0
    failedStarts[number] = member.hasBegun ? 0 : failedStarts[number, default: 0] + 1
    guard failedStarts[number, default: 0] < Self.mostFailedStarts else {
      return log("\(member.stage): \(Self.mostFailedStarts) workers in its place died before they began; not replaced")
    }
    incarnations[number, default: 0] += 1
    try start(WorkerName.of(number, incarnation: incarnations[number] ?? 1))
  }

  /// Sends everybody home, takes in what they have left to say, and ends the processes that hang.
  private func dismiss() throws {
    for stage in order { try tell(stage, ControlOrder(.dismiss)) }
    let lost = Set(farm.lost.map(\.worker))
    let deadline = RunClock.monotonic() + Self.farewellTime
    while members.values.contains(where: \.isRunning) {
      try attend(within: .milliseconds(10))
      let isLate = RunClock.monotonic() >= deadline
      for stage in order where members[stage]?.isRunning == true && (isLate || lost.contains(stage)) {
        members[stage]?.child.kill()
        members[stage]?.isRunning = false
      }
    }
  }

  // MARK: Results

  /// The ledger of all stages, as last reported.
  private var ledger: Ledger {
    let parts = [localLedger.snapshot().stages] + members.values.compactMap { $0.report?.balances }
    return localLedger.snapshot().replacing(stages: parts)
  }

  private var farm: FarmSummary {
    var farm = supervisor.farm
    for stage in order { if let report = members[stage]?.report { farm.merge(report.farm) } }
    return farm
  }

  private var status: RunStatus {
    let now = RunClock.monotonic()
    var all = stages.filter(plan.endpoints.isThread).map {
      RunStatus.Stage(stage: $0, state: state, process: getpid(), silentFor: nil)
    }
    all += order.compactMap { members[$0] }.map { member in
      RunStatus.Stage(
        stage: member.stage, state: member.state.rawValue, process: member.child.process,
        silentFor: Double(now - member.lastHeard) / 1e6)
    }
    return RunStatus(
      plan: plan.name, state: state, elapsed: origin.map { Double(now - $0) / 1e9 } ?? 0, stages: all,
      ledger: ledger.stages, farm: farm)
  }

  private func result(_ storage: StorageStage?, wallTime: Double) throws -> ReplayResult {
    if let refusal = supervisor.refusal.map({ "\(inputs.naming($0))" }) ?? refusal {
      storage?.discard()
      throw ReplayError.stageRefused(reason: refusal)
    }
    // Asked to abort between two looks at the request: the storage saw it, or it came too late to matter.
    let local = findings.state.withLock { $0 }
    var all = collected
    all.merge(local.findings)
    all.files += storage?.completeFiles ?? []
    var failures = supervisor.failures
    var setAside = supervisor.setAside
    for stage in order {
      guard let report = members[stage]?.report else { continue }
      failures += report.failures
      setAside.merge(report.setAside)
    }
    var outcome = RunOutcome(
      ledger: ledger, findings: all, failures: failures, breakdown: breakdown ?? supervisor.breakdown, farm: farm,
      setAside: setAside)
    outcome.monitor = local.monitor
    outcome.wallTime = wallTime
    outcome.isAborted = hasAborted && breakdown == nil && supervisor.breakdown == nil
    var study = storage?.study
    if study == nil, let verdicts = all.files.first(where: { $0.hasSuffix("/verdicts.arrow") }) {
      study = try MenuStudy(configuration.chain, verdicts: verdicts)
    }
    return outcome.result(configuration, inputs: inputs, study: study ?? MenuStudy(configuration.chain))
  }
}
