import Foundation
import Testing

@Suite("sluice menu")
struct MenuCommandTests {
  private static func temporaryMenu(_ text: String) throws -> String {
    let path = NSTemporaryDirectory() + "sluice-menu-\(UUID().uuidString).yaml"
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    return path
  }

  @Test("every committed menu is in order, without warnings but those of masked lines")
  func committedMenus() throws {
    let folder = SluiceProgram.root.appending(path: "Menus")
    let menus = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { $0.hasSuffix(".yaml") }.map { folder.appending(path: $0).path }
    #expect(menus.contains { $0.hasSuffix("low-multiplicity.yaml") })
    let outcome = try SluiceProgram.run(["menu", "check"] + menus)
    #expect(outcome.status == 0)
    // The experiment's own menus say that lines on inputs which are not built are masked, and are told which.
    for message in outcome.errors.split(separator: "\n")
    where message.contains("warning:") || message.contains("error:") {
      let isMasked = ["masked, since inputs are not built", "that are off cannot be evaluated"].contains {
        message.contains($0)
      }
      #expect(message.contains("belle2-ftd") && isMasked, "\(message)")
    }
    #expect(outcome.output.split(separator: "\n").count == menus.count)
  }

  @Test("a wrong menu: exit status 2, the source line with a caret, and a line that needs what is not built")
  func wrongMenu() throws {
    let path = try Self.temporaryMenu(
      """
      menu: wrong
      level1:
        lines:
          - name: single_photon
            when: n_clusters(E* > 2) >= 1
          - name: neural
            bits: cdctop>0 and !veto
      """)
    defer { unlink(path) }
    for command in ["check", "show"] {
      let outcome = try SluiceProgram.run(["menu", command, path])
      #expect(outcome.status == 2)
      #expect(outcome.output.isEmpty)
      #expect(outcome.errors.contains("\(path):5:29: error: 'E*' is an energy, 2 has no unit"))
      #expect(outcome.errors.contains("^\n    help: write 2 GeV"))
      #expect(outcome.errors.contains("'cdctop' is known but not built"))
    }
  }

  @Test("the experiment's menus are byte for byte what their script makes of the tables", .enabled(if: hasPython))
  func madeMenus() throws {
    try SluiceProgram.withTemporaryFolder { folder in
      let menus = SluiceProgram.root.appending(path: "Menus")
      let process = Process()
      process.executableURL = Self.python
      process.arguments = [menus.appending(path: "belle2/make-menus.py").path, folder.path]
      try process.run()
      process.waitUntilExit()
      #expect(process.terminationStatus == 0)
      let made = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
      #expect(
        made == [
          "belle2-ftd26-prescales.csv", "belle2-ftd26.yaml", "belle2-ftd36-prescales.csv", "belle2-ftd36.yaml",
        ])
      for name in made {
        let new = try Data(contentsOf: folder.appending(path: name))
        #expect(try new == Data(contentsOf: menus.appending(path: name)), "\(name)")
      }
    }
  }

  private static let python = SluiceProgram.root.appending(path: ".venv/bin/python3")
  private static var hasPython: Bool { FileManager.default.isExecutableFile(atPath: python.path) }

  @Test("the canonical form that show writes is what the hash of check is made of")
  func canonicalForm() throws {
    let menu = SluiceProgram.root.appending(path: "Menus/low-multiplicity.yaml").path
    let check = try SluiceProgram.run(["menu", "check", menu, "--json", "-"])
    let report = try #require(JSONSerialization.jsonObject(with: Data(check.output.utf8)) as? [String: Any])
    let first = try #require((report["menus"] as? [[String: Any]])?.first)
    let show = try SluiceProgram.run(["menu", "show", menu, "--json", "-"])
    let resolved = try #require(JSONSerialization.jsonObject(with: Data(show.output.utf8)) as? [String: Any])
    #expect(resolved["menu"] as? String == first["name"] as? String)
    let level1 = try #require(resolved["level1"] as? [String: Any])
    #expect(level1["budget_hz"] as? Double == 30_000)
    #expect((first["hash"] as? String)?.count == 64)
  }

  @Test("explain says of every line why it fired on an event or did not")
  func explain() throws {
    let stream = SluiceProgram.root.appending(path: "Replay/mumu.arrow").path
    let menu = SluiceProgram.root.appending(path: "Menus/low-multiplicity.yaml").path
    let outcome = try SluiceProgram.run(["menu", "explain", stream, "1", "--menu", menu, "--json", "-"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    let report = try #require(JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    let lines = try #require(report["level1"] as? [[String: Any]])
    #expect(lines.count == 20)
    let any = lines.contains { $0["passes"] as? Bool == true }
    #expect(report["level1_accepted"] as? Bool == any)
    for line in lines {
      let value = line["value"] as? Bool
      #expect(value != nil)
      let parts = try #require(line["when"] as? [String: Any])
      #expect(parts["value"] as? String == (value == true ? "true" : "false"))
    }
    let one = try SluiceProgram.run(
      ["menu", "explain", stream, "1", "--menu", menu, "--line", "single_photon_barrel"])
    #expect(one.output.contains("n_clusters(E* > 2 GeV, trigger_barrel) >= 1"))
    // A muon pair: back to back in the muon detector, and followed down to sectors, tracks and wires.
    let ftd36 = SluiceProgram.root.appending(path: "Menus/belle2-ftd36.yaml").path
    let pair = try SluiceProgram.run(
      ["menu", "explain", stream, "5", "--menu", ftd36, "--line", "mu_b2b", "--line", "ffb", "--line", "hie"])
    #expect(pair.status == 0, "\(pair.errors)")
    #expect(pair.output.contains("mu_b2b: ACCEPTS"))
    for part in [
      "of the barrel backward, centred at", "of the barrel forward, centred at", "track 2: phi0",
      "super-layer 8: segment",
      "first priority", "trigger cells in rings 2-15",
    ] { #expect(pair.output.contains(part), "\(part)") }
    #expect(!one.output.contains("three_tracks"))
  }

  @Test("explaining an event or a line that does not exist is a wrong call that says what there is")
  func explainWrong() throws {
    let stream = SluiceProgram.root.appending(path: "Replay/mumu.arrow").path
    let menu = SluiceProgram.root.appending(path: "Menus/low-multiplicity.yaml").path
    for (arguments, message) in [
      (["99999999"], "has no event 99999999: it goes from 1/1/1 to 1/1/350"), (["one"], "expected a number"),
      (["1", "--line", "single_foton"], "no line 'single_foton'"),
    ] {
      let outcome = try SluiceProgram.run(["menu", "explain", stream, "--menu", menu] + arguments)
      #expect(outcome.status == 2)
      #expect(outcome.errors.contains(message), "\(outcome.errors)")
      #expect(outcome.output.isEmpty)
    }
  }
}
