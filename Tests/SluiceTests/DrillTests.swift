import Foundation
import Testing

@Suite("sluice drill", .serialized, .timeLimit(.minutes(5)))
struct DrillTests {
  @Test(
    "killed and stopped workers, stopped stages, pauses and nonsense cost no event; a killed stage leaves a good beginning"
  )
  func drills() throws {
    try SluiceProgram.withTemporaryFolder { folder in
      let root = SluiceProgram.root.path(percentEncoded: false)
      let place = folder.path(percentEncoded: false)
      let file = folder.appending(path: "plan.yaml")
      let text = """
        plan: drill
        streams: [\(root)/Replay/mumu.arrow, \(root)/Replay/BBbar.arrow]
        menu: \(root)/Menus/low-multiplicity.yaml
        channels: \(root)/Menus/channels
        output: \(place)/out
        pace: 500
        silence_limit: 300 ms
        batch: { events: 16, age: 5 ms }
        endpoints: ipc://\(place)/s
        """
      try Data(text.utf8).write(to: file)
      let outcome = try SluiceProgram.run(["drill", "--plan", file.path(percentEncoded: false), "--json", "-"])
      let verdicts = try #require(
        try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [[String: Any]], "\(outcome.errors)")
      #expect(verdicts.count == 6)
      for verdict in verdicts {
        #expect(verdict["passed"] as? Bool == true, "\(verdict)")
        #expect(verdict["faults"] as? [String] != [])
      }
      #expect(outcome.status == 0, "\(outcome.errors)")
    }
  }
}
