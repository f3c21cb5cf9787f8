import Glibc
import Synchronization

/// How many clients this process has had.
private let clients = Atomic<Int>(0)

/// Asks the run control of a plan that runs elsewhere.
public struct ControlClient {
  private let seat: ControlSeat
  private let plan: RunPlan
  private let answerTime: Duration
  /// A name of its own, since run control takes a second peer of the same name for a stranger.
  private let name = "client.\(getpid()).\(clients.add(1, ordering: .relaxed).newValue)"

  /// A client of a plan.
  /// - Parameter answerTime: how long run control may take to answer: it may be reading a menu.
  /// - Throws: ``ReplayError/invalidArgument(name:found:expected:)`` when nobody can reach the plan's run control.
  public init(_ plan: RunPlan, answerTime: Duration = .seconds(10)) throws {
    guard plan.endpoints.address(of: RunControl.stage) != .inproc else {
      throw ReplayError.invalidArgument(
        name: "endpoints", found: "inproc for control", expected: "'control: ipc:///folder' in \(plan.file)")
    }
    let endpoints = plan.endpoints
    self.plan = plan
    self.answerTime = answerTime
    seat = try ControlSeat(
      as: name, network: Network(stages: 1, keys: plan.keyRing()) { endpoints.endpoint(of: $0, run: 0) })
  }

  /// How the run is getting on; nil when nobody answers.
  public func status() throws -> RunStatus? { try ask(ControlMessage(.status, stage: name)) }

  /// Tells run control to do something.
  /// - Parameters:
  ///   - menu: with `configure`, another menu.
  ///   - prescaleColumn: with `configure` and `prescale`, a column of prescales.
  /// - Returns: how everything is getting on, with the reason if the command was refused; nil when nobody answers.
  public func tell(_ command: RunRequest, menu: String? = nil, prescaleColumn: String? = nil) throws -> RunStatus? {
    var message = ControlMessage(.command, stage: name)
    message.command = command
    message.menu = menu
    message.prescaleColumn = prescaleColumn
    return try ask(message)
  }

  private func ask(_ message: ControlMessage) throws -> RunStatus? {
    // Where that can be seen, nobody waits for an answer of nobody.
    if case .ipc(let folder) = plan.endpoints.address(of: RunControl.stage), !PlanLock.isHeld(in: folder) { return nil }
    try seat.send(message)
    return try seat.receive(RunStatus.self, within: answerTime)
  }
}
