import Foundation
import TestSupport
import Testing

/// Programs that look at a run while it goes, as users write them.
@Suite("Looking on", .timeLimit(.minutes(3)))
struct LookingOnTests {
  private static let client = "Documentation/clients/watch-run.py"

  @Test("the Python client of the documentation has fewer than 60 lines")
  func size() throws {
    let text = try String(contentsOf: SluiceProgram.root.appending(path: Self.client), encoding: .utf8)
    #expect(text.split(separator: "\n", omittingEmptySubsequences: false).count < 60)
  }

  @Test(
    "the Python client sees accepted events and counters of a run, and its end", .enabled(if: PythonReferee.isInstalled)
  )
  func pythonClient() throws {
    try SluiceProgram.withTemporaryFolder { folder in
      let endpoint = "ipc://\(folder.path(percentEncoded: false))express"
      let seen = folder.appending(path: "seen")
      try Data().write(to: seen)
      let client = Process()
      client.executableURL = PythonReferee.interpreter
      client.arguments = [Self.client, endpoint]
      client.currentDirectoryURL = SluiceProgram.root
      client.standardOutput = try FileHandle(forWritingTo: seen)
      try client.run()
      defer { client.terminate() }
      let outcome = try SluiceProgram.run([
        "replay", "Replay/mumu.arrow", "Replay/BBbar.arrow", "--pace", "2000", "--repeat", "10", "--express", endpoint,
        "--express-every", "1",
      ])
      #expect(outcome.status == 0, "\(outcome.errors)")
      client.waitUntilExit()
      #expect(client.terminationStatus == 0)
      let lines = try String(contentsOf: seen, encoding: .utf8).split(separator: "\n").map(String.init)
      let last = try #require(lines.last { $0.hasPrefix("good") })
      let events = try #require(last.split(separator: " ").last.flatMap { Int($0) })
      #expect(events > 0)
      let counted = lines.drop { !$0.hasPrefix("tracks") }.dropFirst().compactMap {
        $0.split(separator: " ").last.flatMap { Int($0) }
      }
      #expect(counted.reduce(0, +) == events)
    }
  }

  @Test("an address that cannot be had is refused before the run")
  func refusedAddress() throws {
    try SluiceProgram.withTemporaryFolder { folder in
      let refused = try SluiceProgram.run([
        "replay", "Replay/mumu.arrow", "--dashboard-address", "nowhere.invalid:8470", "--output", folder.path,
      ])
      #expect(refused.status == 2)
      #expect(refused.errors.contains("cannot listen on http://nowhere.invalid:8470/"))
    }
  }

  private static let chromium = "/usr/bin/chromium"

  @Test(
    "a browser shows a run while it goes, asks no other host, can change nothing, and marks data that stopped coming",
    .enabled(if: FileManager.default.isExecutableFile(atPath: chromium) && PythonReferee.isInstalled))
  func browser() throws {
    try SluiceProgram.withTemporaryFolder { folder in
      let errors = folder.appending(path: "errors")
      try Data().write(to: errors)
      let replay = Process()
      replay.executableURL = SluiceProgram.executable
      replay.arguments = [
        "replay", "Replay/mumu.arrow", "Replay/BBbar.arrow", "--pace", "500", "--repeat", "1000", "--dashboard-address",
        "127.0.0.1:0",
      ]
      replay.currentDirectoryURL = SluiceProgram.root
      replay.standardOutput = FileHandle.nullDevice
      replay.standardError = try FileHandle(forWritingTo: errors)
      try replay.run()
      defer { kill(replay.processIdentifier, SIGKILL) }
      var port: Int?
      while port == nil && replay.isRunning {
        let text = try String(contentsOf: errors, encoding: .utf8)
        port = text.firstMatch(of: /http:..127.0.0.1:([0-9]+)\//).flatMap { Int($0.1) }
      }
      let script = try String(contentsOf: Self.script, encoding: .utf8)
      let found = try PythonReferee.numbers(
        script, input: [[Double(try #require(port)), Double(replay.processIdentifier)]])
      try #require(found.count == 11)
      #expect(found[0] == 0, "paths whose answer was not as it should be")
      #expect(found[1] < 100_000, "bytes of the page")
      #expect(found[2] > 3, "lines that fired, below their head")
      #expect(found[3] > 8, "stages in the ledger")
      #expect(found[4] > 8, "stages on the map")
      #expect(found[5] == 1, "lines are filtered, and the address says so")
      #expect(found[6] == 1, "the view can be frozen")
      #expect(found[7] == 0, "requests to other hosts")
      #expect(found[8] == 0, "errors in the browser")
      #expect(found[9] == 1, "both plots are drawn")
      #expect(found[10] == 1, "data that stopped coming look so")
    }
  }

  /// What the browser does.
  private static var script: URL { SluiceProgram.root.appending(path: "Tests/SluiceTests/Support/browse-run.py") }
}
