import ArgumentParser
import Foundation
import Online

/// `sluice run`: a plan, with its stages as threads or as processes.
struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Runs a plan: its stages as threads or as processes of their own, watched over.",
    discussion: """
      Where the stages are follows from the plan's endpoints alone: inproc in this process, ipc and tcp in processes of \
      their own. A worker that dies is replaced and costs no event. SIGINT lets the chain drain; a second one breaks the \
      run off.
      """)

  @Argument(help: "The run plan.", completion: .file(extensions: ["yaml"]))
  var plan: String

  @Flag(help: "Replace output files that exist.")
  var force = false

  @Option(help: "Folder of the outputs, instead of the plan's.", completion: .directory)
  var output: String?

  @Flag(help: "Wait for commands ('sluice control'), make run after run, each with a folder of its own in the output.")
  var stay = false

  @OptionGroup(title: "Looking on") var dashboard: DashboardOptions

  @OptionGroup var json: JSONOption

  func run() throws {
    var run: PlanRun?
    let stop = StopRequest()
    let page = try dashboard.open()
    defer { page?.stop() }
    let control = try RunControl(
      RunPlan(contentsOf: plan),
      options: RunControl.Options(program: Executable.path, force: force, output: output, staysIdle: stay),
      stop: stop, log: printToStandardError
    ) { plan in
      var new = try PlanRun(plan)
      if let page { new.configuration.audience.tell = { page.post($0) } }
      run = new
      return new.configuration
    }
    let signals = SignalStop(stop) { isAbort in
      printToStandardError(isAbort ? "aborting" : "stopping: the chain drains; once more to abort")
    }
    defer { withExtendedLifetime(signals) {} }
    var bar: ProgressBar?
    func show(_ progress: ReplayProgress) {
      if bar == nil { bar = ProgressBar(total: progress.expected, unit: "events") }
      bar?.update(progress.done)
    }
    var start = Date()
    func report(_ result: ReplayResult) throws -> ReplayReport? {
      bar?.finish()
      bar = nil
      guard let report = try run?.report(result, start: start) else { return nil }
      if !json.takesStandardOutput {
        print(report.text)
        for file in report.run.files { print("wrote \(file)") }
      }
      try json.write(report)
      start = Date()
      return report
    }
    guard stay else {
      try report(control.runOnce(progress: show))?.judge()
      return
    }
    try control.serve(progress: show) { _, _, result in _ = try report(result) }
  }
}

/// This program.
enum Executable {
  /// Its path, for starting it again.
  static var path: String {
    (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
  }
}

extension ReplayReport {
  /// Ends with exit status 1 what has failed or was broken off.
  func judge() throws {
    if run.condition == "failed" || !ledger.balanced {
      throw RunFailure("the run failed: \((run.reasons + ledger.imbalances).joined(separator: "; "))")
    }
    if run.condition == "aborted" { throw RunFailure("the run was aborted") }
  }
}
