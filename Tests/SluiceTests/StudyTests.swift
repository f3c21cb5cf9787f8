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

  private struct Latency: Decodable {
    struct Estimate: Decodable { var value: Double, low: Double, high: Double }
    struct Quantiles: Decodable {
      var events: Int, p50: Estimate?, p99: Estimate?, p999: Estimate?, maximum: Double?

      enum CodingKeys: String, CodingKey {
        case events
        case p50 = "p50_us"
        case p99 = "p99_us"
        case p999 = "p99.9_us"
        case maximum = "max_us"
      }
    }
    struct Stage: Decodable { var stage: String, latency: Quantiles }
    struct Line: Decodable { var line: String, hlt: Quantiles, total: Quantiles }
    struct Report: Decodable { var events: Int, stages: [Stage], lines: [Line] }
    var latency: Report
  }

  @Test("reads the times of a replay: stages and lines with errors, as text, JSON, CSV and picture")
  func replay() throws {
    try SluiceProgram.withTemporaryFolder { folder in
      let played = try SluiceProgram.run([
        "replay", "Replay/tautau.arrow", "--output", folder.path, "--workers", "1", "--hlt-prescales", "counter",
        "--json", folder.appending(path: "replay.json").path,
      ])
      #expect(played.status == 0, "\(played.errors)")
      #expect(
        try String(contentsOf: folder.appending(path: "replay.json"), encoding: .utf8).contains("\"hlt\" : \"counter\"")
      )
      let verdicts = folder.appending(path: "verdicts.arrow").path
      let files = ["json", "csv", "svg"].map { folder.appending(path: "latency.\($0)") }
      let outcome = try SluiceProgram.run([
        "study", "latency", verdicts, "--json", files[0].path, "--csv", files[1].path, "--plot", files[2].path,
      ])
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(outcome.output.contains("menu low-multiplicity") && outcome.output.contains("±"))
      let report = try JSONDecoder().decode(Latency.self, from: Data(contentsOf: files[0])).latency
      #expect(report.stages.map(\.stage) == ["level1", "builder", "hlt", "collector", "total"])
      let total = try #require(report.stages.last?.latency)
      #expect(total.events == report.events && report.stages[2].latency.events < report.events)
      for quantiles in report.stages.map(\.latency) + report.lines.map(\.total) {
        for number in [quantiles.p50, quantiles.p99].compactMap(\.self) {
          #expect(number.low <= number.value && number.value <= number.high && number.value <= quantiles.maximum ?? 0)
        }
        #expect(quantiles.events >= 1000 || quantiles.p99 == nil)
        #expect(quantiles.events >= 10_000 || quantiles.p999 == nil)
      }
      #expect(
        !report.lines.isEmpty && report.lines.allSatisfy { $0.hlt.events == $0.total.events && $0.total.events > 0 })
      let csv = try String(contentsOf: files[1], encoding: .utf8).split(separator: "\n")
      #expect(csv.count == 1 + 5 + 2 * report.lines.count)
      #expect(try String(contentsOf: files[2], encoding: .utf8).contains("arrival to verdict"))
    }
  }

  @Test(
    "calls that make no sense are refused",
    arguments: [
      (["Replay/tautau.arrow"], "no column 'latency'"), (["v.arrow", "--menu", "m.yaml"], "--by-step only"),
      (["v.arrow", "--by-step", "--plot", "l.svg"], "--plot shows the latencies of a replay"), ([], "No stream"),
      (["v.arrow", "--by-step", "--batches", "0"], "--batches is 0"),
    ])
  func refused(options: [String], expected: String) throws {
    let outcome = try SluiceProgram.run(["study", "latency"] + options)
    #expect(outcome.status == 2 && outcome.output.isEmpty)
    #expect(outcome.errors.contains(expected), "\(outcome.errors)")
  }

  @Test("prescales of the high-level trigger that count need one worker")
  func counting() throws {
    let outcome = try SluiceProgram.run([
      "replay", "Replay/tautau.arrow", "--hlt-prescales", "counter", "--workers", "2",
    ])
    #expect(outcome.status == 2 && outcome.errors.contains("--workers 1"), "\(outcome.errors)")
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
