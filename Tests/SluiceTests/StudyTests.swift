import Foundation
import Testing

@Suite("sluice study deadtime")
struct StudyTests {
  private struct Document: Decodable {
    struct Estimate: Decodable { var value: Double, low: Double, high: Double }
    struct Point: Decodable {
      var samples: String
      var requested: Int
      var accepted: Int
      var lost: Estimate
      var causes: [Cause]
    }
    struct Cause: Decodable { var cause: String, events: Int }
    var deadtime: [Point]
  }

  @Test("answers at rates that stand in no table, the same for the same seed, as JSON, CSV and picture")
  func answers() throws {
    try SluiceProgram.withTemporaryFolder { folder in
      func call(_ seed: String) throws -> Data {
        let json = folder.appending(path: "\(seed).json")
        let outcome = try SluiceProgram.run([
          "study", "deadtime", "--rate", "27.3kHz,41kHz", "--samples", "6,mixed", "--triggers", "20000", "--seed", seed,
          "--csv", folder.appending(path: "loss.csv").path, "--plot", folder.appending(path: "loss.svg").path, "--json",
          json.path,
        ])
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.output.contains("27.30") && outcome.output.contains("4.40 us"))
        return try Data(contentsOf: json)
      }
      let document = try JSONDecoder().decode(Document.self, from: call("1"))
      #expect(document.deadtime.map(\.samples) == ["6", "6", "mixed", "mixed"])
      for point in document.deadtime {
        #expect(point.requested == 20_000)
        #expect(point.requested - point.accepted == point.causes.reduce(0) { $0 + $1.events })
      }
      // Between 1.6 % at 25 and 3.7 % at 30 kHz, between 13 and 26 %.
      #expect((0.016...0.037).contains(document.deadtime[0].lost.value))
      #expect((0.12...0.26).contains(document.deadtime[1].lost.value))
      let csv = try String(contentsOf: folder.appending(path: "loss.csv"), encoding: .utf8)
      #expect(csv.split(separator: "\n").count == 5)
      #expect(try String(contentsOf: folder.appending(path: "loss.svg"), encoding: .utf8).contains("<svg"))
    }
  }

  @Test(
    "weighted streams have no dead time: refused, in a study as in a replay",
    arguments: [["study", "deadtime", "--stream"], ["replay", "--deadtime", "mixed"]])
  func weighted(call: [String]) throws {
    let outcome = try SluiceProgram.run(call + ["Replay/mumu.arrow"])
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains("weight 1") && outcome.errors.contains("mumu.arrow"), "\(outcome.errors)")
    #expect(outcome.output.isEmpty)
  }

  @Test(
    "options that make no sense are refused",
    arguments: [
      ["--deadtime", "5"], ["--farm-rate", "1kHz"], ["--random-rate", "2MHz"], ["--bhabha-delay", "0"],
      ["--injection", "missing.tsv"],
    ])
  func options(options: [String]) throws {
    let outcome = try SluiceProgram.run(["replay", "Replay/mumu.arrow"] + options)
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains(options[0] == "--injection" ? "missing.tsv" : options[0]), "\(outcome.errors)")
    #expect(outcome.output.isEmpty)
  }
}

@Suite("sluice study latency")
struct StudyLatencyTests {
  private struct Document: Decodable {
    struct Step: Decodable { var stage: String, name: String, runs: Int, us: Double, share: Double? }
    struct Line: Decodable { var name: String, share: Double? }
    struct Costs: Decodable { var events: Int, decided: Int, accepted: Int, steps: [Step], lines: [Line] }
    var costs: Costs
  }

  @Test("times every step of trigger and reconstruction, and shares them among the lines that asked")
  func byStep() throws {
    try SluiceProgram.withTemporaryFolder { folder in
      let json = folder.appending(path: "costs.json")
      let outcome = try SluiceProgram.run([
        "study", "latency", "--by-step", "Replay/tautau.arrow", "--batches", "1", "--json", json.path,
      ])
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(outcome.output.contains("us a run") && outcome.output.contains("variables and lines"))
      let costs = try JSONDecoder().decode(Document.self, from: Data(contentsOf: json)).costs
      #expect(costs.events >= costs.decided && costs.decided >= costs.accepted && costs.accepted > 10)
      for stage in ["high level", "reconstruction"] {
        let share = costs.steps.filter { $0.stage == stage }.reduce(0) { $0 + ($1.share ?? 0) }
        #expect(abs(share - 1) < 1e-6)
      }
      // What the trigger ran on an event the reconstruction does not run again: together every accepted event has each step once.
      for name in ["clusters", "tracks", "matching", "vertices"] {
        let runs = costs.steps.filter { $0.name == name }.map(\.runs)
        #expect(runs.count == 2 && runs[0] + runs[1] >= costs.accepted && runs[0] <= costs.decided)
      }
      #expect(abs(costs.lines.reduce(0) { $0 + ($1.share ?? 0) } - 1) < 1e-6)
      let missing = try SluiceProgram.run(["study", "latency", "Replay/tautau.arrow"])
      #expect(missing.status != 0 && missing.errors.contains("--by-step"))
    }
  }
}
