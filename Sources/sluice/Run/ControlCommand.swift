import ArgumentParser
import Online
import TriggerStudies

/// `sluice control`: says what a running plan does, and ends it.
struct ControlCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "control", abstract: "Asks a running plan how it is getting on, or to end.",
    discussion: "The plan must have an endpoint for control that other processes can reach (ipc or tcp).")

  /// What run control can be asked.
  enum Request: String, CaseIterable, ExpressibleByArgument {
    case status, stop, abort
  }

  @Argument(help: "status; stop: the source stops and the chain drains; abort: the run is broken off.")
  var command: Request

  @Option(help: "The run plan.", completion: .file(extensions: ["yaml"]))
  var plan: String

  @OptionGroup var json: JSONOption

  func run() throws {
    let plan = try RunPlan(contentsOf: plan)
    let client = try ControlClient(plan)
    let status =
      switch command {
      case .status: try client.status()
      case .stop: try client.stop()
      case .abort: try client.abort()
      }
    guard let status else { throw RunFailure("nobody runs plan '\(plan.name)' (no answer within 2 s)") }
    if !json.takesStandardOutput { print(status.text) }
    try json.write(status)
  }
}

extension RunStatus {
  /// The status as tables for a terminal.
  var text: String {
    var table = TextTable([("stage", .left), ("state", .left), ("process", .right), ("heard of", .right)])
    for stage in stages {
      let silence = stage.silentFor.map { "\(Int($0)) ms ago" } ?? "–"
      table.add([stage.stage, stage.state, "\(stage.process)", silence])
    }
    var counts = TextTable([("stage", .left), ("in", .right), ("passed", .right), ("in flight", .right)])
    for stage in ledger where stage.entered > 0 {
      counts.add([stage.stage] + [stage.entered, stage.passed, stage.inFlight].map(NumberText.count))
    }
    return "Plan \(plan): \(state) for \(NumberText.significant(elapsed, 3)) s, \(farm.lost.count) workers lost\n"
      + table.text + "\n" + counts.text
  }
}
