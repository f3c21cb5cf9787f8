import ArgumentParser
import Foundation
import Online
import TriggerStudies

/// `sluice control`: says what a running plan does, and tells it what to do.
struct ControlCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "control", abstract: "Asks a running plan how it is getting on, or tells it what to do.",
    discussion: """
      The plan must have an endpoint for control that other processes can reach (ipc or tcp). A command waits until what it \
      asks for is so, and names the stages that keep it waiting when that takes too long; asking for what is so already \
      does nothing.
      """)

  /// What run control can be asked.
  enum Request: String, CaseIterable, ExpressibleByArgument {
    case keygen, status, configure, start, pause, resume, prescale, stop, abort, shutdown

    var command: RunRequest? { RunRequest(rawValue: rawValue) }
  }

  @Argument(
    help: """
      keygen: new keys for links over tcp, into the plan's folder 'keys'; status; configure, start, shutdown: of a plan that waits for commands ('sluice run --stay'); pause, resume: the source \
      holds events back; prescale: another column of prescales from the next batch on; stop: the source stops and the chain \
      drains; abort: the run is broken off.
      """)
  var command: Request

  @Option(help: "The run plan.", completion: .file(extensions: ["yaml"]))
  var plan: String

  @Option(help: "With configure: another menu.", completion: .file(extensions: ["yaml"]))
  var menu: String?

  @Option(help: "With configure and prescale: the column of the menu's table of prescales.")
  var prescaleColumn: String?

  @Option(help: "Seconds to wait until it is so.")
  var within = 60.0

  @OptionGroup var json: JSONOption

  func validate() throws {
    if menu != nil && command != .configure { throw ValidationError("--menu goes with configure.") }
    if prescaleColumn != nil && command != .configure && command != .prescale {
      throw ValidationError("--prescale-column goes with configure and prescale.")
    }
    if command == .prescale && prescaleColumn == nil { throw ValidationError("prescale needs --prescale-column NAME.") }
  }

  func run() throws {
    let plan = try RunPlan(contentsOf: plan)
    if command == .keygen { return try makeKeys(plan) }
    let client = try ControlClient(plan, answerTime: .seconds(min(within, 10)))
    // Run control works elsewhere: a path has to mean the same there.
    let menu = menu.map { URL(filePath: $0).standardizedFileURL.path(percentEncoded: false) }
    let before = try client.status()
    guard let command = command.command else { return try show(answer(before, plan)) }
    var status = try answer(client.tell(command, menu: menu, prescaleColumn: prescaleColumn), plan)
    if let refusal = status.refusal { throw RunFailure(refusal) }
    let deadline = ContinuousClock.now + .seconds(within)
    while command != .shutdown, status.pending != nil || !isReached(status, command, before) {
      guard ContinuousClock.now < deadline else { throw RunFailure(status.delay(of: command, within: within)) }
      usleep(20_000)
      guard let now = try client.status() else {
        // A plan that makes a single run ends with it.
        if command == .stop || command == .abort { return }
        return try show(answer(nil, plan))
      }
      status = now
      if status.state == .error && [.configure, .start].contains(command) {
        throw RunFailure("\(command.rawValue) failed; 'sluice run' says why")
      }
    }
    try show(status)
  }

  private func makeKeys(_ plan: RunPlan) throws {
    guard let folder = plan.keys else { throw ValidationError("plan '\(plan.name)' has no 'keys: FOLDER'.") }
    let files = try KeyRing.make(in: folder)
    if !json.takesStandardOutput { for file in files { print("wrote \(file)") } }
    try json.write(files)
  }

  private func isReached(_ status: RunStatus, _ command: RunRequest, _ before: RunStatus?) -> Bool {
    status.state.isReached(by: command, hasEnded: status.ended > before?.ended ?? 0)
  }

  private func answer(_ status: RunStatus?, _ plan: RunPlan) throws -> RunStatus {
    guard let status else { throw RunFailure("nobody runs plan '\(plan.name)' (no answer)") }
    return status
  }

  private func show(_ status: RunStatus) throws {
    if !json.takesStandardOutput { print(status.text) }
    try json.write(status)
  }
}

extension RunStatus {
  /// Which stages keep a command waiting.
  func delay(of command: RunRequest, within seconds: Double) -> String {
    let behind = ledger.filter { $0.inFlight > 0 }.map { "\($0.stage) has \($0.inFlight) events" }
    let wanted = command == .configure ? "configured" : command == .start ? "running" : "finished"
    let late = stages.filter { $0.silentFor != nil && $0.state != wanted }.map { "\($0.stage) is \($0.state)" }
    return "\(command.rawValue): not so within \(seconds) s: "
      + (command == .pause ? ["source is \(state.rawValue)"] : behind + late).joined(separator: ", ")
  }

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
    let doing = pending.map { ", asked to \($0.rawValue)" } ?? ""
    return "Plan \(plan), run \(run): \(state.rawValue)\(doing), \(NumberText.significant(elapsed, 3)) s, "
      + "prescales \(prescaleColumn ?? "of the menu"), \(farm.lost.count) workers lost\n"
      + table.text + "\n" + counts.text
  }
}
