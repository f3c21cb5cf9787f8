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

  @OptionGroup var json: JSONOption

  func run() throws {
    let start = Date()
    var run = try PlanRun(contentsOf: plan)
    run.configuration.force = force
    let control = try RunControl(
      run.plan, configuration: run.configuration, program: Executable.path, force: force, log: printToStandardError)
    let signals = SignalStop(run.configuration.stop) { isAbort in
      printToStandardError(isAbort ? "aborting" : "stopping: the chain drains; once more to abort")
    }
    defer { withExtendedLifetime(signals) {} }
    var bar: ProgressBar?
    let result = try control.run { progress in
      if bar == nil { bar = ProgressBar(total: progress.expected, unit: "events") }
      bar?.update(progress.done)
    }
    bar?.finish()
    let report = try run.report(result, start: start)
    if !json.takesStandardOutput {
      print(report.text)
      for file in report.run.files { print("wrote \(file)") }
    }
    try json.write(report)
    try report.judge()
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
