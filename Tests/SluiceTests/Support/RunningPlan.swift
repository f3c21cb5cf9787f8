import Foundation
import Testing

/// A plan that `sluice run` runs while a test looks at it.
final class RunningPlan {
  private let process = Process()
  private let file: String
  private let folder: URL
  private let errorFile: URL
  private let outputFile: URL

  /// Starts `sluice run`; its report goes to `report.json` in the folder of the plan.
  init(_ file: String, in folder: URL, options: [String] = []) throws {
    self.file = file
    self.folder = folder
    errorFile = folder.appending(path: "errors")
    outputFile = folder.appending(path: "output")
    for file in [outputFile, errorFile] { try Data().write(to: file) }
    process.executableURL = SluiceProgram.executable
    let report = folder.appending(path: "report.json").path(percentEncoded: false)
    process.arguments = ["run", file, "--json", report] + options
    process.currentDirectoryURL = SluiceProgram.root
    process.standardOutput = try FileHandle(forWritingTo: outputFile)
    process.standardError = try FileHandle(forWritingTo: errorFile)
    process.standardInput = FileHandle.nullDevice
    try process.run()
  }

  deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

  /// What it has said on standard error.
  var errors: String { (try? String(contentsOf: errorFile, encoding: .utf8)) ?? "" }

  /// What it has printed.
  var output: String { (try? String(contentsOf: outputFile, encoding: .utf8)) ?? "" }

  /// What `sluice control status` says; nil as long as nobody answers.
  func status() throws -> [String: Any]? {
    let outcome = try SluiceProgram.run(["control", "status", "--plan", file, "--json", "-"])
    guard outcome.status == 0 else { return nil }
    return try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any]
  }

  /// Waits until the status is as wanted.
  func wait(_ isReached: ([String: Any]) -> Bool) throws {
    while process.isRunning {
      if let status = try status(), isReached(status) { return }
    }
    Issue.record("the run ended too early: \(errors)")
  }

  /// Waits until run control answers.
  func waitForAnswer() throws { try wait { _ in true } }

  /// Events that have been decided on.
  func decided(_ status: [String: Any]) -> Int {
    let ledger = status["ledger"] as? [[String: Any]] ?? []
    return ledger.first { $0["stage"] as? String == "collector" }?["entered"] as? Int ?? 0
  }

  /// The processes of the stages by name.
  func stageProcesses() throws -> [String: pid_t] {
    var processes: [String: pid_t] = [:]
    for stage in try status()?["stages"] as? [[String: Any]] ?? [] {
      if let name = stage["stage"] as? String, let process = stage["process"] as? Int {
        processes[name] = pid_t(process)
      }
    }
    return processes
  }

  /// Waits until a number of events have been decided on.
  /// - Returns: the processes of the stages by name.
  func wait(forDecisions wanted: Int) throws -> [String: pid_t] {
    try wait { decided($0) >= wanted }
    return try stageProcesses()
  }

  func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

  /// Waits for its end.
  /// - Returns: the exit status; negative when it was killed.
  func waitForEnd() -> Int32 {
    process.waitUntilExit()
    return process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
  }

  /// The processes of this machine that have the plan in their call.
  var processes: [pid_t] {
    let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return all.compactMap { pid_t($0) }.filter { number in
      guard let call = FileManager.default.contents(atPath: "/proc/\(number)/cmdline") else { return false }
      return String(decoding: call, as: UTF8.self).contains(file)
    }
  }
}
