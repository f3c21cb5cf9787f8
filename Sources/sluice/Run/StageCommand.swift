import ArgumentParser
import Online

/// `sluice stage`: one stage of a plan as a process of its own; run control and batch systems start it.
struct StageCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stage", abstract: "Runs one stage of a plan as a process of its own.",
    discussion: """
      It waits for run control ('sluice run' of the same plan), takes part in one run after the other, and ends when run \
      control does. Stages may be started in any order, before run control or after it.
      """)

  @Argument(help: "The stage: source, frontend.cdc, level1, builder, hlt.0, collector, storage, reconstruction, …")
  var stage: String

  @Option(help: "The run plan.", completion: .file(extensions: ["yaml"]))
  var plan: String

  @Option(help: "A process that has started this one: it ends with it, however that ends.")
  var parent: Int32?

  @Flag(help: "Replace output files that exist.")
  var force = false

  func run() throws {
    let plan = try RunPlan(contentsOf: plan)
    let process = try StageProcess(stage: stage, plan: plan, parent: parent, force: force) {
      try PlanRun($0).configuration
    }
    do { try process.run() } catch {
      // Run control names the stage and the reason; here it would be said twice.
      throw ExitCode(ExitStatus.failed)
    }
  }
}
