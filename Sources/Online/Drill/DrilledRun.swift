import Foundation
import Glibc

/// A run of a plan by `sluice run`, in a process of its own, that a drill may disturb.
final class DrilledRun {
  private let process = Process()
  private let folder: URL
  private let client: ControlClient
  private let start = ContinuousClock.now

  /// Starts the run.
  /// - Parameters:
  ///   - program: the executable.
  ///   - folder: where outputs, report and log go.
  init(_ plan: RunPlan, program: String, folder: URL) throws {
    self.folder = folder
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    client = try ControlClient(plan)
    func handle(_ name: String) throws -> FileHandle {
      let file = folder.appending(path: name)
      try Data().write(to: file)
      return try FileHandle(forWritingTo: file)
    }
    process.executableURL = URL(filePath: program)
    process.arguments = [
      "run", plan.file, "--force", "--output", folder.path(percentEncoded: false), "--json",
      folder.appending(path: "report.json").path(percentEncoded: false),
    ]
    process.standardOutput = try handle("output")
    process.standardError = try handle("log")
    process.standardInput = FileHandle.nullDevice
    try process.run()
  }

  deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

  var isRunning: Bool { process.isRunning }

  /// How the run is getting on; nil as long as nobody answers.
  func status() throws -> RunStatus? { process.isRunning ? try client.status() : nil }

  /// Tells run control to do something.
  func tell(_ request: RunRequest) throws { _ = try client.tell(request) }

  /// Waits until a number of events have been decided on.
  /// - Returns: the status then; nil when the run has ended before.
  func wait(forDecisions wanted: Int) throws -> RunStatus? {
    while process.isRunning {
      if let status = try status(), status.state == .running || status.state == .paused,
        let collector = status.ledger.first(where: { $0.stage == CollectorStage.stage }), collector.entered >= wanted
      {
        return status
      }
      usleep(5000)
    }
    return nil
  }

  /// Waits for the end.
  /// - Returns: the exit status; negative if it was killed.
  func finish() -> (status: Int32, seconds: Double) {
    process.waitUntilExit()
    let duration = (ContinuousClock.now - start).components
    let seconds = Double(duration.seconds) + Double(duration.attoseconds) / 1e18
    return (
      process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus, seconds
    )
  }

  /// What it has said on standard error.
  var log: String { (try? String(contentsOf: folder.appending(path: "log"), encoding: .utf8)) ?? "" }

  /// A file that it has written; nil if it is not there.
  func bytes(_ name: String) -> Data? { try? Data(contentsOf: folder.appending(path: name)) }

  /// What a drill has to know of a report.
  struct Report: Decodable {
    struct Run: Decodable {
      var condition: String
      var events: Int
      var decisionHash: String

      enum CodingKeys: String, CodingKey {
        case condition, events
        case decisionHash = "decision_hash"
      }
    }
    struct Ledger: Decodable { var balanced: Bool }
    var run: Run
    var ledger: Ledger
    var farm: FarmSummary
  }

  /// The report of the run; nil if there is none.
  var report: Report? { bytes("report.json").flatMap { try? JSONDecoder().decode(Report.self, from: $0) } }
}
