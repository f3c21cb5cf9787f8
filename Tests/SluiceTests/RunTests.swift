import Foundation
import Testing

@Suite("sluice run", .serialized, .timeLimit(.minutes(5)))
struct RunTests {
  /// A plan in a folder, whose sockets lie there too.
  private func plan(_ folder: URL, endpoints: String, more: String = "") throws -> String {
    let root = SluiceProgram.root.path(percentEncoded: false)
    let text = """
      plan: test
      streams: [\(root)/Replay/mumu.arrow, \(root)/Replay/BBbar.arrow]
      menu: \(root)/Menus/low-multiplicity.yaml
      channels: \(root)/Menus/channels
      output: \(folder.path(percentEncoded: false))/out
      batch: { events: 16, age: 5 ms }
      endpoints: \(endpoints)
      \(more)
      """
    let file = folder.appending(path: "plan.yaml")
    try Data(text.utf8).write(to: file)
    return file.path(percentEncoded: false)
  }

  private func sockets(_ folder: URL) -> String { "ipc://" + folder.path(percentEncoded: false) + "/s" }

  private func report(_ folder: URL) throws -> [String: Any] {
    let data = try Data(contentsOf: folder.appending(path: "report.json"))
    return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  private func hash(_ folder: URL) throws -> String {
    try #require((try report(folder)["run"] as? [String: Any])?["decision_hash"] as? String)
  }

  @Test("threads, processes, and processes of workers alone decide alike and write the same accepted events")
  func sameDecisions() throws {
    try SluiceProgram.withTemporaryFolder { outer in
      var hashes: [String] = []
      var bytes: [Data] = []
      for (name, form) in [("threads", 0), ("processes", 1), ("workers", 2)] {
        let folder = outer.appending(path: name)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let ipc = sockets(folder)
        let endpoints = [
          "inproc", ipc, "{ all: inproc, control: \"\(ipc)\", farm: \"\(ipc)\", collector: \"\(ipc)\" }",
        ][form]
        let file = try plan(folder, endpoints: endpoints)
        let outcome = try SluiceProgram.run([
          "run", file, "--json", folder.appending(path: "report.json").path(percentEncoded: false),
        ])
        #expect(outcome.status == 0, "\(name): \(outcome.errors)")
        #expect(outcome.output.contains("0 unaccounted"))
        hashes.append(try hash(folder))
        bytes.append(try Data(contentsOf: folder.appending(path: "out/accepted.arrow")))
      }
      #expect(Set(hashes).count == 1)
      #expect(Set(bytes).count == 1)
    }
  }

  /// A run that nobody disturbs.
  private func undisturbed(_ folder: URL) throws -> (hash: String, bytes: Data) {
    let folder = folder.appending(path: "undisturbed")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let outcome = try SluiceProgram.run([
      "run", try plan(folder, endpoints: "inproc"), "--json",
      folder.appending(path: "report.json").path(percentEncoded: false),
    ])
    #expect(outcome.status == 0, "\(outcome.errors)")
    return (try hash(folder), try Data(contentsOf: folder.appending(path: "out/accepted.arrow")))
  }

  @Test("a worker that is killed is replaced and costs no event; nobody is left behind")
  func killedWorker() throws {
    try SluiceProgram.withTemporaryFolder { folder in
      let expected = try undisturbed(folder)
      let run = try RunningPlan(plan(folder, endpoints: sockets(folder), more: "pace: 1000"), in: folder)
      let worker = try #require(try run.wait(forDecisions: 1)["hlt.0"])
      kill(worker, SIGKILL)
      #expect(run.waitForEnd() == 0, "\(run.errors)")
      #expect(run.errors.contains("hlt.0: process \(worker) was killed by signal 9"))
      #expect(run.output.contains("0 unaccounted"))
      #expect(try hash(folder) == expected.hash)
      #expect(try Data(contentsOf: folder.appending(path: "out/accepted.arrow")) == expected.bytes)
      let farm = try #require(try report(folder)["farm"] as? [String: Any])
      let lost = try #require((farm["lost"] as? [[String: Any]])?.first)
      #expect(lost["worker"] as? String == "hlt.0" && lost["cause"] as? String == "killed")
      #expect(run.processes.isEmpty)
    }
  }

  @Test(
    "the death of any other stage ends the run with its name",
    arguments: ["builder", "storage"])
  func killedStage(_ stage: String) throws {
    try SluiceProgram.withTemporaryFolder { folder in
      let run = try RunningPlan(plan(folder, endpoints: sockets(folder), more: "pace: 500"), in: folder)
      let process = try #require(try run.wait(forDecisions: 1)[stage])
      kill(process, SIGKILL)
      #expect(run.waitForEnd() == 1)
      #expect(run.errors.contains("the run failed: \(stage): process \(process) was killed by signal 9"))
      #expect(run.processes.isEmpty)
      // What was written is there under a name that says that it is not complete.
      let files = try FileManager.default.contentsOfDirectory(
        atPath: folder.appending(path: "out").path(percentEncoded: false))
      #expect(files.contains("verdicts.arrow.partial") && !files.contains("verdicts.arrow"), "\(files)")
    }
  }

  @Test("SIGINT lets the chain drain, a second one breaks the run off; nobody is left behind", arguments: [1, 2])
  func signals(_ count: Int) throws {
    try SluiceProgram.withTemporaryFolder { folder in
      let run = try RunningPlan(plan(folder, endpoints: sockets(folder), more: "pace: 200"), in: folder)
      _ = try run.wait(forDecisions: 1)
      for number in 1...count {
        run.send(SIGINT)
        // A second signal before the first was taken in would be one.
        while number < count, !run.errors.contains("stopping") { usleep(1000) }
      }
      #expect(run.waitForEnd() == (count == 1 ? 0 : 1), "\(run.errors)")
      let condition = (try report(folder)["run"] as? [String: Any])?["condition"] as? String
      #expect(condition == (count == 1 ? "interrupted" : "aborted"))
      if count == 1 { #expect(run.output.contains("0 unaccounted")) }
      #expect(run.processes.isEmpty)
    }
  }

  @Test("when run control itself is killed its stages end too, also one that is stopped")
  func killedControl() throws {
    try SluiceProgram.withTemporaryFolder { folder in
      let run = try RunningPlan(plan(folder, endpoints: sockets(folder), more: "pace: 200"), in: folder)
      let processes = try run.wait(forDecisions: 1)
      kill(try #require(processes["collector"]), SIGSTOP)
      run.send(SIGKILL)
      #expect(run.waitForEnd() == -SIGKILL)
      // The kernel has killed them; they may take a moment to vanish.
      while !run.processes.isEmpty { usleep(1000) }
    }
  }

  @Test("a plan that runs already is not run again beside itself")
  func twice() throws {
    try SluiceProgram.withTemporaryFolder { folder in
      let file = try plan(folder, endpoints: sockets(folder), more: "pace: 200")
      let run = try RunningPlan(file, in: folder)
      _ = try run.wait(forDecisions: 1)
      let second = try SluiceProgram.run(["run", file, "--force"])
      #expect(second.status == 2 && second.errors.contains("plan 'test' runs already"), "\(second.errors)")
      run.send(SIGINT)
      #expect(run.waitForEnd() == 0)
    }
  }

  @Test("a plan that is wrong is refused with line and column, a stage that does not exist by name")
  func refused() throws {
    try SluiceProgram.withTemporaryFolder { folder in
      let file = try plan(folder, endpoints: "inproc", more: "wrokers: 3")
      let wrong = try SluiceProgram.run(["run", file])
      #expect(wrong.status == 2)
      #expect(wrong.errors.contains("plan.yaml:8:1") && wrong.errors.contains("did you mean 'workers'"))
      let good = try plan(folder, endpoints: "inproc")
      let stage = try SluiceProgram.run(["stage", "levle1", "--plan", good])
      #expect(stage.status == 2 && stage.errors.contains("levle1"))
      let control = try SluiceProgram.run(["control", "status", "--plan", good])
      #expect(control.status == 2 && control.errors.contains("control: ipc"))
    }
  }
}
