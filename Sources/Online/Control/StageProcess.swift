import CProcess
import Dispatch
import EventModel
import Foundation
import Glibc
import TriggerStudies

/// One stage of a plan as a process of its own: asks run control what to do, runs the stage on a thread in one run after the
/// other, and says how it is getting on until it is dismissed.
public final class StageProcess {
  /// How often a stage says how it is getting on.
  static let reportInterval = Duration.milliseconds(100)
  /// How often a stage says that it is there while it waits for a run.
  static let greetingInterval = Duration.seconds(1)
  /// After how long without a word run control counts as gone, while a run is on.
  static let absence = Duration.seconds(10)

  private let stage: String
  private let plan: RunPlan
  private let parent: Int32?
  private let force: Bool
  private let makeConfiguration: (RunPlan) throws -> ReplayConfiguration
  /// A context of its own: breaking the stage off must not cut the link to run control.
  private let seat: ControlSeat
  private let keys: KeyRing?
  private var lastHeard = ContinuousClock.now

  /// Whether there is a stage of a name, other than a worker.
  static func isStage(_ name: String) -> Bool {
    StageRunner.stages(frontends: [], workers: 0).contains(name) || Endpoints.frontends.contains(name)
  }

  /// A stage of a plan.
  /// - Parameters:
  ///   - parent: the process with which this one ends, however that ends; nil if nobody started it.
  ///   - force: whether files that exist are replaced.
  ///   - makeConfiguration: the physics and the settings of a plan.
  /// - Throws: ``ReplayError/invalidArgument(name:found:expected:)`` for a name that is no stage.
  public init(
    stage: String, plan: RunPlan, parent: Int32?, force: Bool,
    makeConfiguration: @escaping (RunPlan) throws -> ReplayConfiguration
  ) throws {
    guard Self.isStage(stage) || WorkerName.isValid(stage) else {
      let known = StageRunner.stages(frontends: [], workers: 0).joined(separator: ", ")
      throw ReplayError.invalidArgument(name: "stage", found: stage, expected: "\(known), hlt.0 or frontend.cdc")
    }
    let endpoints = plan.endpoints
    guard endpoints.address(of: RunControl.stage) != .inproc else {
      throw ReplayError.invalidArgument(
        name: "endpoints", found: "inproc for control", expected: "'control: ipc:///folder' in \(plan.file)")
    }
    self.stage = stage
    self.plan = plan
    self.parent = parent
    self.force = force
    self.makeConfiguration = makeConfiguration
    try endpoints.makeFolders(run: nil)
    keys = try plan.keyRing()
    seat = try ControlSeat(as: stage, network: Network(stages: 1, keys: keys) { endpoints.endpoint(of: $0, run: 0) })
  }

  /// Takes part in runs until it is dismissed.
  /// - Throws: what kept it from its end; run control has been told.
  public func run() throws {
    // Ctrl-C goes to all processes of a terminal; run control sees to it that the run ends in order.
    signal(SIGINT, SIG_IGN)
    if let parent, sluice_end_with_parent(parent) != 0 { throw StageFailure("run control is gone") }
    var participation: StageParticipation?
    var serial = 0
    while true {
      let order = try nextOrder()
      do {
        switch order.kind {
        case .configure:
          guard let run = order.run, run.serial > serial else { continue }
          participation?.discard()
          participation = nil
          serial = run.serial
          participation = try configure(run)
          try say(.configured, serial)
        case .start where order.serial == serial:
          guard let current = participation else { continue }
          participation = nil
          guard try take(part: current, start: order) else { return }
        case .abort:
          participation?.discard()
          participation = nil
        case .dismiss:
          participation?.discard()
          return
        default: continue
        }
      } catch {
        var message = ControlMessage(.failed, stage: stage)
        message.serial = serial
        message.reason = "\(error)"
        message.isRefusal = error is ReplayError
        try? seat.send(message)
        throw error
      }
    }
  }

  /// Waits for an order; says that it is there as long as none comes.
  private func nextOrder() throws -> ControlOrder {
    var greeting = ContinuousClock.now
    while true {
      if ContinuousClock.now >= greeting {
        try say(.hello, nil)
        greeting = .now + Self.greetingInterval
      }
      let wait = max(greeting - ContinuousClock.now, .zero)
      if let order = try seat.receive(ControlOrder.self, within: wait), order.kind != .alive { return order }
    }
  }

  private func say(_ kind: ControlMessage.Kind, _ serial: Int?) throws {
    var message = ControlMessage(kind, stage: stage)
    message.process = getpid()
    message.serial = serial
    try seat.send(message)
  }

  // MARK: One run

  private func configure(_ run: RunOrder) throws -> StageParticipation {
    var configuration = try makeConfiguration(run.applied(to: plan))
    configuration.force = force
    configuration.stop = StopRequest()
    return try StageParticipation(
      stage: stage, run: run, configuration: configuration, endpoints: plan.endpoints, keys: keys)
  }

  /// Takes part in a run, to its end.
  /// - Returns: false when this process is dismissed.
  private func take(part: StageParticipation, start: ControlOrder) throws -> Bool {
    let group = DispatchGroup()
    part.begin(origin: start.origin ?? RunClock.monotonic(), group: group)
    lastHeard = .now
    var isDismissed = false
    var discards = false
    var nextReport = ContinuousClock.now
    while group.wait(timeout: .now()) == .timedOut {
      if ContinuousClock.now >= nextReport {
        try report(part)
        nextReport = .now + Self.reportInterval
      }
      if let order = try seat.receive(ControlOrder.self, within: max(nextReport - .now, .zero)) {
        lastHeard = .now
        isDismissed = isDismissed || order.kind == .dismiss
        discards = discards || order.discards == true
        part.obey(order)
      }
      if ContinuousClock.now - lastHeard > Self.absence { part.breakDown("run control is gone") }
    }
    try report(part)
    if discards { part.discard() }
    if isDismissed { return false }
    var finished = ControlMessage(.finished, stage: stage)
    finished.serial = part.run.serial
    finished.findings = try part.findings()
    try seat.send(finished)
    return true
  }

  private func report(_ part: StageParticipation) throws {
    var message = ControlMessage(.report, stage: stage)
    message.serial = part.run.serial
    message.report = part.report
    try seat.send(message)
  }
}
