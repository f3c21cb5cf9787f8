import ArgumentParser
import Foundation
import Online
import TriggerStudies

/// `sluice drill`: makes faults on purpose in a plan that runs, and says whether anything was lost.
struct DrillCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "drill",
    abstract: "Kills, stops and disturbs stages of a running plan, and checks that nothing was lost.",
    discussion: """
      Runs the plan once undisturbed, then once for each drill, with outputs in a folder of their own, and compares decisions, \
      bytes, ledger and log. Stages must be processes (ipc or tcp endpoints); a pace that lets the run last some seconds \
      gives faults something to hit. Drills: \(Drill.allCases.map(\.rawValue).joined(separator: ", ")).
      """)

  @Argument(help: "The drills; all if left out.")
  var drills: [Drill] = Drill.allCases

  @Option(help: "The run plan.", completion: .file(extensions: ["yaml"]))
  var plan = "Replay/plans/drill.yaml"

  @Option(help: "Chooses the moments and the victims.")
  var seed: UInt64 = 1

  @Option(help: "How many workers kill-worker kills in one run.")
  var kills = 3

  @OptionGroup var json: JSONOption

  func validate() throws {
    guard (1...10_000).contains(kills) else { throw ValidationError("--kills is \(kills), expected 1 to 10000.") }
  }

  func run() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "sluice-drill-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let master = try DrillMaster(
      RunPlan(contentsOf: plan), program: Executable.path, folder: folder, seed: seed, count: kills)
    var verdicts: [DrillVerdict] = []
    try master.run(drills) { verdict in
      verdicts.append(verdict)
      guard !json.takesStandardOutput else { return }
      print(
        "\(verdict.passed ? "passed" : "FAILED")  \(verdict.drill), \(NumberText.significant(verdict.seconds, 3)) s")
      print("        \(Drill(rawValue: verdict.drill)?.promise ?? "")")
      for fault in verdict.faults { print("        did: \(fault)") }
      for problem in verdict.problems { print("        found: \(problem)") }
    }
    try json.write(verdicts)
    let failed = verdicts.filter { !$0.passed }
    if !failed.isEmpty { throw RunFailure("\(failed.map(\.drill).joined(separator: ", ")) failed") }
  }
}

extension Drill: ExpressibleByArgument {}
