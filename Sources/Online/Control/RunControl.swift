import EventModel
import Foundation
import Glibc
import TriggerStudies
import ZeroMQ

/// Runs a plan: starts the stages that are processes of their own, runs the others on threads, watches over all of
/// them, obeys commands, and puts together what the stages found. Runs may follow each other in one tree of processes.
public final class RunControl {
  /// The name of run control among the endpoints of a plan.
  public static let stage = "control"
  /// How long stages may take to end when a run is broken off, or when everything has been said, ns.
  static let farewellTime: Int64 = 2_000_000_000

  /// How run control is to work, beside what the plan says.
  public struct Options: Sendable {
    /// Whether files that exist are replaced.
    public var force: Bool
    /// The folder of the outputs, if it is another than the plan's.
    public var output: String?
    /// Whether it waits for commands and makes one run after the other, each with a folder of its own in the plan's output.
    public var staysIdle: Bool
    /// The executable whose `stage` command runs a stage.
    public var program: String

    /// Options of a single run.
    public init(program: String, force: Bool = false, output: String? = nil, staysIdle: Bool = false) {
      self.program = program
      self.output = output
      self.force = force
      self.staysIdle = staysIdle
    }
  }

  /// A command that is being carried out.
  struct Pending {
    var command: RunRequest
    var menu: String?
    var prescaleColumn: String?
  }

  let plan: RunPlan
  let options: Options
  let desk: ControlDesk
  let log: (String) -> Void
  /// Asked by signals: ends the run that is on its way, and run control itself.
  private let stopRequest: StopRequest
  private let makeConfiguration: (RunPlan) throws -> ReplayConfiguration
  private let lock: PlanLock?
  private let keys: KeyRing?

  /// The plan with what was configured since.
  var configured: RunPlan
  var tree = StageTree()
  var run: RunUnderWay?
  /// What run control is doing.
  public internal(set) var state = RunState.idle
  var pending: Pending?
  var isLeaving = false
  private var serial = 0
  private(set) var ended = 0
  private(set) var lastCondition: String?
  /// The version of the prescales in force, as level 1 says.
  var prescaleVersion = 0
  /// When the time-out of the present state was said.
  private var hasComplained = false
  /// Messages without meaning in earlier runs.
  private var straysBefore = 0
  private var stateSince = RunClock.monotonic()

  /// - Parameters:
  ///   - makeConfiguration: the physics and the settings of a plan.
  ///   - stop: asks everything to end; asked twice, at once.
  ///   - log: what happened, in a line each.
  /// - Throws: ``ReplayError`` when run control cannot be reached as the plan says, or is there already.
  public init(
    _ plan: RunPlan, options: Options, stop: StopRequest, log: @escaping (String) -> Void,
    makeConfiguration: @escaping (RunPlan) throws -> ReplayConfiguration
  ) throws {
    self.plan = plan
    self.options = options
    self.log = log
    self.makeConfiguration = makeConfiguration
    stopRequest = stop
    configured = plan
    keys = try plan.keyRing()
    let endpoints = plan.endpoints
    let address = endpoints.address(of: Self.stage)
    if options.staysIdle && address == .inproc {
      throw ReplayError.invalidArgument(
        name: "endpoints", found: "inproc for control",
        expected: "'control: ipc:///folder', since commands come from outside")
    }
    try endpoints.makeFolders(run: nil)
    if case .ipc(let folder) = address { lock = try PlanLock(folder: folder, plan: plan.name) } else { lock = nil }
    // A context of its own: breaking a run off must not cut the links to those who have to be told.
    desk = try ControlDesk(network: Network(stages: 8, keys: keys) { endpoints.endpoint(of: $0, run: 0) })
  }

  // MARK: One run, or many

  /// Makes one run, to its end.
  /// - Parameter progress: called about ten times a second.
  /// - Throws: ``ReplayError`` when the plan or an input is wrong, or a stage refuses to begin; then no output is left behind.
  public func runOnce(progress: (ReplayProgress) -> Void = { _ in }) throws -> ReplayResult {
    defer { tree.killAll() }
    do {
      try configure()
      let result = try runToEnd(progress)
      try dismiss()
      return result
    } catch {
      try? dismiss()
      throw error
    }
  }

  /// Carries out commands until it is told to shut down.
  /// - Parameters:
  ///   - progress: called about ten times a second during a run.
  ///   - finished: called with the plan, the number and the result of each run.
  public func serve(
    progress: (ReplayProgress) -> Void = { _ in }, finished: (RunPlan, Int, ReplayResult) throws -> Void
  ) throws {
    defer { tree.killAll() }
    while !isLeaving && !stopRequest.isRequested {
      try attend(within: .milliseconds(50))
      guard let command = pending else { continue }
      do {
        if command.command == .configure {
          var wanted = configured
          if let menu = command.menu { wanted.menu = menu }
          if command.menu != nil || command.prescaleColumn != nil { wanted.prescaleColumn = command.prescaleColumn }
          let before = configured
          configured = wanted
          do { try configure() } catch {
            configured = before
            throw error
          }
        } else {
          let number = run?.number ?? nextNumber
          let result = try runToEnd(progress)
          ended += 1
          lastCondition = result.condition.name
          log("run \(number): \(result.condition.name)")
          try finished(configured, number, result)
        }
      } catch {
        enter(.error)
        run = nil
        lastCondition = "failed"
        log("\(command.command.rawValue): \(error)")
      }
      pending = nil
    }
    try dismiss()
  }

  func enter(_ new: RunState) {
    state = new
    stateSince = RunClock.monotonic()
    hasComplained = false
  }

  /// The number of the next run: after those whose folders are there.
  var nextNumber: Int {
    guard options.staysIdle else { return 1 }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: output)) ?? []
    return 1 + (names.compactMap { $0.hasPrefix("run-") ? Int($0.dropFirst(4)) : nil }.max() ?? 0)
  }

  private var output: String { options.output ?? plan.output }

  private func folder(of run: Int) -> String {
    guard options.staysIdle else { return output }
    let digits = String(run)
    return "\(output)/run-" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }

  // MARK: Configuring

  /// Makes everything ready for the next run.
  private func configure() throws {
    // What was configured and never began keeps its number.
    let number = run.map(\.number) ?? nextNumber
    run = nil
    enter(.idle)
    serial += 1
    var next = configured
    next.output = folder(of: number)
    var configuration = try makeConfiguration(next)
    configuration.force = options.force
    configuration.stop = StopRequest()
    let run = try RunUnderWay(
      number: number, serial: serial, configuration: configuration, endpoints: plan.endpoints, keys: keys)
    self.run = run
    prescaleVersion = 0
    try gather(run)
    enter(.configured)
  }

  /// What the run under way is about.
  var order: RunOrder? {
    run.map {
      RunOrder(
        number: $0.number, serial: $0.serial, menu: configured.menu, prescaleColumn: configured.prescaleColumn,
        output: folder(of: $0.number), frontends: $0.frontends)
    }
  }

  /// Starts the processes that are missing, tells all what the run is about, and waits until each has what it needs.
  private func gather(_ run: RunUnderWay) throws {
    let wanted = run.stages.filter { !plan.endpoints.isThread($0) }
    tree.keep(wanted)
    for stage in wanted {
      if tree[stage] == nil { if plan.startsStages { try start(stage) } } else { try sendConfiguration(to: stage) }
    }
    let deadline = RunClock.monotonic() + Int64(plan.startLimit * 1e6)
    func missing() -> [String] { wanted.filter { tree[$0]?.state != .configured } }
    while !missing().isEmpty {
      try attend(within: .milliseconds(50))
      if let breakdown = run.breakdown { throw ReplayError.stageRefused(reason: breakdown) }
      if stopRequest.isRequested || isLeaving {
        throw ReplayError.stageRefused(reason: "asked to stop before the run began")
      }
      guard RunClock.monotonic() < deadline else {
        throw ReplayError.stageRefused(
          reason: "\(missing().joined(separator: ", ")) not ready within \(Int(plan.startLimit)) ms")
      }
    }
  }

  // MARK: The run

  private func runToEnd(_ progress: (ReplayProgress) -> Void) throws -> ReplayResult {
    // Configured, but a run has ended since.
    if run == nil { try configure() }
    guard let run else { throw StageFailure("nothing is configured") }
    try run.begin(plan.endpoints) {
      for stage in tree.all where tree[stage]?.state == .configured { try sendStart(to: stage) }
    }
    enter(.running)
    pending = nil
    try watch(run, progress)
    return try finish(run)
  }

  private func watch(_ run: RunUnderWay, _ progress: (ReplayProgress) -> Void) throws {
    let expected = run.expected
    var endsAt: Int64?
    var lastProgress: Int64 = 0
    while !isOver(run) {
      try attend(within: .milliseconds(20))
      let now = RunClock.monotonic()
      if stopRequest.isRequested || isLeaving { run.configuration.stop.request() }
      if run.configuration.stop.isRequested || !run.supervisor.failures.isEmpty { try stop(run) }
      if stopRequest.isAbort || run.breakdown != nil || run.supervisor.breakdown != nil { try abort(run) }
      if run.hasAborted && endsAt == nil { endsAt = now + Self.farewellTime }
      if let endsAt, now >= endsAt { break }
      noteCommands(run)
      if now - lastProgress > 100_000_000 {
        lastProgress = now
        let ledger = run.ledger(with: tree.reports)
        progress(
          ReplayProgress(
            ledger: ledger, done: ledger[CollectorStage.stage]?.entered ?? 0, expected: expected,
            elapsed: Double(run.elapsed) / 1e9))
        run.audience.post(at: now) { status }
        complain(ledger)
      }
    }
  }

  /// Says which stages are behind when a run takes long to end.
  private func complain(_ ledger: Ledger) {
    guard state == .stopping, !hasComplained,
      Double(RunClock.monotonic() - stateSince) > plan.stopLimit * 1e6
    else { return }
    hasComplained = true
    let behind = ledger.stages.filter { $0.inFlight > 0 }.map { "\($0.stage) (\($0.inFlight) events)" }
    let silent = tree.all.filter { tree[$0]?.state == .running && tree[$0]?.isSilent == true }
    log(
      "stopping for \(Int(plan.stopLimit)) ms; still at it: "
        + (behind + silent.map { "\($0) (silent)" }).joined(separator: ", "))
  }

  /// The source stops, the chain drains.
  func stop(_ run: RunUnderWay) throws {
    guard !run.hasStopped else { return }
    run.hasStopped = true
    enter(.stopping)
    run.supervisor.stopSource()
    try tell(SourceStage.stage, ControlOrder(.stop))
  }

  /// The run is broken off.
  func abort(_ run: RunUnderWay) throws {
    guard !run.hasAborted else { return }
    run.hasAborted = true
    enter(.stopping)
    var abort = ControlOrder(.abort)
    abort.discards = run.refusal != nil || run.supervisor.refusal != nil
    for stage in tree.all { try tell(stage, abort) }
    run.supervisor.abort()
  }

  /// Whether every stage but the workers has come to its end.
  func isOver(_ run: RunUnderWay) -> Bool {
    guard run.haveThreadsEnded else { return false }
    return tree.members.values.allSatisfy {
      $0.isWorker || $0.state == .finished || (run.hasAborted && !$0.isRunning)
    }
  }

  /// Ends a run whose stages have ended, apart from workers.
  private func finish(_ run: RunUnderWay) throws -> ReplayResult {
    // Only what has come to its end in order takes part in another run.
    try endStragglers(run)
    run.join(within: Self.farewellTime)
    run.supervisor.noteFarm { $0.strayMessages += desk.strays - straysBefore }
    straysBefore = desk.strays
    let hasAborted = run.hasAborted
    defer {
      plan.endpoints.removeFolders(run: run.serial)
      self.run = nil
    }
    let result = try run.result(tree.reports)
    if hasAborted { tree.killAll() }
    if case .failed = result.condition { enter(.error) } else { enter(.configured) }
    run.audience.close(status.ended(result, runs: ended + 1))
    return result
  }

  /// Sends everybody home, and ends the processes that hang.
  private func dismiss() throws {
    run = nil
    for stage in tree.all { try tell(stage, ControlOrder(.dismiss)) }
    let deadline = RunClock.monotonic() + Self.farewellTime
    while tree.members.values.contains(where: { $0.isRunning && $0.child != nil }), RunClock.monotonic() < deadline {
      try attend(within: .milliseconds(10))
    }
    tree.killAll()
  }
}
