import Glibc

/// Asks the run control of a plan that runs elsewhere.
public struct ControlClient {
  private let network: Network
  private let name = "client.\(getpid())"

  /// A client of a plan.
  /// - Throws: ``ReplayError/invalidArgument(name:found:expected:)`` when nobody can reach the plan's run control.
  public init(_ plan: RunPlan) throws {
    guard plan.endpoints.address(of: RunControl.stage) != .inproc else {
      throw ReplayError.invalidArgument(
        name: "endpoints", found: "inproc for control", expected: "'control: ipc:///folder' in \(plan.file)")
    }
    let endpoints = plan.endpoints
    network = try Network(stages: 1) { endpoints.endpoint(of: $0) }
  }

  /// How the run is getting on; nil when nobody answers.
  public func status() throws -> RunStatus? { try ask(.status) }

  /// Asks the run to end in order; asked twice it is broken off.
  public func stop() throws -> RunStatus? { try ask(.stop) }

  /// Asks the run to be broken off.
  public func abort() throws -> RunStatus? { try ask(.abort) }

  private func ask(_ kind: ControlMessage.Kind) throws -> RunStatus? {
    let seat = try ControlSeat(as: name, network: network)
    try seat.send(ControlMessage(kind, stage: name))
    return try seat.receive(RunStatus.self, within: .seconds(2))
  }
}
