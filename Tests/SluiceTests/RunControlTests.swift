import Foundation
import Testing

@Suite("sluice control", .serialized, .timeLimit(.minutes(5)))
struct RunControlTests {
  private func plan(_ folder: URL, more: String = "") throws -> String {
    let root = SluiceProgram.root.path(percentEncoded: false)
    let place = folder.path(percentEncoded: false)
    let text = """
      plan: test
      streams: [\(root)/Replay/mumu.arrow]
      menu: \(root)/Menus/low-multiplicity.yaml
      channels: \(root)/Menus/channels
      output: \(place)/out
      batch: { events: 16, age: 5 ms }
      endpoints: ipc://\(place)/s
      \(more)
      """
    let file = folder.appending(path: "plan.yaml")
    try Data(text.utf8).write(to: file)
    return file.path(percentEncoded: false)
  }

  private func control(_ file: String, _ words: String...) throws -> SluiceProgram.Outcome {
    try SluiceProgram.run(["control"] + words + ["--plan", file])
  }

  private func verdicts(_ folder: URL, run: Int) throws -> Data {
    try Data(contentsOf: folder.appending(path: "out/run-000\(run)/accepted.arrow"))
  }

  @Test("runs follow each other in one tree of processes, with the same bytes; commands twice are commands once")
  func runs() throws {
    try SluiceProgram.withTemporaryFolder { folder in
      let file = try plan(folder)
      let run = try RunningPlan(file, in: folder, options: ["--stay"])
      try run.waitForAnswer()
      #expect(try control(file, "start").errors.contains("nothing is configured"))
      for _ in 0..<2 { #expect(try control(file, "configure").status == 0, "\(run.errors)") }
      var processes: [[String: pid_t]] = []
      for number in 1...2 {
        #expect(try control(file, "start").status == 0, "\(run.errors)")
        try run.wait { $0["ended"] as? Int == number }
        processes.append(try run.stageProcesses())
        #expect(try control(file, "stop").status == 0)
      }
      #expect(try verdicts(folder, run: 1) == verdicts(folder, run: 2))
      // Workers that came too late for the end of a short run are started anew.
      func lasting(_ processes: [String: pid_t]) -> [String: pid_t] { processes.filter { !$0.key.hasPrefix("hlt.") } }
      #expect(lasting(processes[0]) == lasting(processes[1]) && processes[0].count > 10)
      #expect(try control(file, "shutdown").status == 0)
      #expect(run.waitForEnd() == 0, "\(run.errors)")
      #expect(run.processes.isEmpty)
    }
  }

  @Test("a pause holds events back and loses none, a stop ends the run in order, an abort at once")
  func pause() throws {
    try SluiceProgram.withTemporaryFolder { folder in
      let file = try plan(folder, more: "pace: 100")
      let run = try RunningPlan(file, in: folder, options: ["--stay"])
      try run.waitForAnswer()
      #expect(try control(file, "configure").status == 0, "\(run.errors)")
      #expect(try control(file, "start").status == 0, "\(run.errors)")
      try run.wait { run.decided($0) > 0 }
      for _ in 0..<2 { #expect(try control(file, "pause").status == 0) }
      #expect(try control(file, "configure").errors.contains("a run is paused"))
      // What was under way is decided on; after that nothing more comes.
      var before = -1
      try run.wait { status in
        defer { before = run.decided(status) }
        return run.decided(status) == before
      }
      #expect(try control(file, "resume").status == 0)
      try run.wait { run.decided($0) > before }
      #expect(try control(file, "stop").status == 0)
      let status = try #require(try run.status())
      #expect(status["condition"] as? String == "interrupted" && status["state"] as? String == "configured")
      #expect(try control(file, "start").status == 0, "\(run.errors)")
      #expect(try control(file, "abort").status == 0)
      try run.wait { $0["ended"] as? Int == 2 }
      #expect(try #require(try run.status())["condition"] as? String == "aborted")
      #expect(try control(file, "shutdown").status == 0)
      #expect(run.waitForEnd() == 0, "\(run.errors)")
      #expect(run.output.contains("0 unaccounted"))
      #expect(run.processes.isEmpty)
    }
  }

  @Test("stages that somebody else starts, in any order and before run control, find each other")
  func elsewhere() throws {
    try SluiceProgram.withTemporaryFolder { folder in
      let file = try plan(folder, more: "launch: elsewhere")
      let names = [
        "hlt.1", "source", "frontend.cdc", "frontend.ecl", "storage", "builder", "frontend.klm", "level1", "hlt.0",
        "collector", "frontend.pid", "signal-monitor", "frontend.svd", "reconstruction", "frontend.truth",
      ]
      let stages = try names.map { name in
        let process = Process()
        process.executableURL = SluiceProgram.executable
        process.arguments = ["stage", name, "--plan", file]
        process.currentDirectoryURL = SluiceProgram.root
        try process.run()
        return process
      }
      defer { for stage in stages where stage.isRunning { kill(stage.processIdentifier, SIGKILL) } }
      let run = try RunningPlan(file, in: folder)
      #expect(run.waitForEnd() == 0, "\(run.errors)")
      #expect(run.output.contains("0 unaccounted"))
      for stage in stages { stage.waitUntilExit() }
      #expect(stages.allSatisfy { $0.terminationStatus == 0 })
    }
  }

  @Test("a stage that does not come is named")
  func missing() throws {
    try SluiceProgram.withTemporaryFolder { folder in
      let run = try RunningPlan(plan(folder, more: "launch: elsewhere\nstart_limit: 200 ms"), in: folder)
      #expect(run.waitForEnd() == 2)
      #expect(run.errors.contains("builder") && run.errors.contains("not ready within 200 ms"), "\(run.errors)")
    }
  }
}
