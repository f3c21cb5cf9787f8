import Foundation
import Testing

@Suite("sluice study of lines")
struct StudyRatesTests {
  private static let streams = ["mumu", "bhabha", "zero_bias"].map {
    SluiceProgram.root.appending(path: "Replay/\($0).arrow").path
  }
  private static let menu = SluiceProgram.root.appending(path: "Menus/low-multiplicity.yaml").path

  private func rates(_ arguments: [String]) throws -> [String: Any] {
    let outcome = try SluiceProgram.run(["study", "rates", "--json", "-"] + arguments)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let document = try #require(JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    #expect(document["schema_version"] as? Int == 1)
    return try #require(document["rates"] as? [String: Any])
  }

  /// Value of a rate before prescale, by line.
  private func before(_ rates: [String: Any]) throws -> [String: Double] {
    let lines = try #require(rates["level1"] as? [[String: Any]])
    return Dictionary(
      uniqueKeysWithValues: try lines.map { line in
        let rate = try #require((line["before_prescale"] as? [String: Any])?["rate_hz"] as? [String: Any])
        return (try #require(line["line"] as? String), try #require(rate["value"] as? Double))
      })
  }

  @Test("streams decided here and the verdicts of their replay give the same rates; parts add up to the whole")
  func verdictsAndStreams() throws {
    try SluiceProgram.withTemporaryFolder { folder in
      let output = folder.appending(path: "out").path
      let replay = try SluiceProgram.run(["replay", "--menu", Self.menu, "--output", output] + Self.streams)
      #expect(replay.status == 0, "\(replay.errors)")
      let fromStreams = try rates(Self.streams + ["--menu", Self.menu])
      let fromVerdicts = try rates([output])
      #expect(try before(fromStreams) == before(fromVerdicts))
      for (name, rates) in [("streams", fromStreams), ("verdicts", fromVerdicts)] {
        let total = try #require((rates["level1_total"] as? [String: Any])?["after_prescale"] as? [String: Any])
        func value(_ key: String) -> Double { ((total[key] as? [String: Any])?["value"] as? Double) ?? .nan }
        #expect(
          abs(value("rate_hz") - value("physics_hz") - value("background_hz")) < 1e-6 * value("rate_hz"), "\(name)")
        let processes = try #require(rates["processes"] as? [[String: Any]])
        let kept = processes.reduce(0) { $0 + ((($1["kept_hz"] as? [String: Any])?["value"] as? Double) ?? .nan) }
        #expect(abs(kept - value("rate_hz")) < 1e-6 * kept, "\(name)")
      }
    }
  }

  @Test("a combination of lines is counted by the rules of logic")
  func expression() throws {
    let all = try rates(
      Self.streams + [
        "--menu", Self.menu, "--expression", "high_energy", "--expression", "high_energy and single_track",
        "--expression", "high_energy and not single_track",
      ])
    let combinations = try #require(all["expressions"] as? [[String: Any]])
    let events = combinations.map { ($0["before_prescale"] as? [String: Any])?["events"] as? Int ?? -1 }
    #expect(events.count == 3 && events[0] == events[1] + events[2] && events[1] > 0)
  }

  @Test("wrong calls and inputs are refused with a reason and exit status 2")
  func wrongCalls() throws {
    for (arguments, message) in [
      ([], "Give either verdicts or streams"),
      ([Self.streams[0], "--mixture", "Replay/mixtures/built-in.yaml"], "Give either verdicts or streams"),
      ([Self.streams[0], "--expression", "high_enrgy"], "high_energy"),
      ([Self.streams[0], "--expression", "high_energy and"], "--expression"),
      ([Self.streams[0], "--expression", "'; drop"], "--expression"),
      ([Self.menu], "low-multiplicity.yaml"), (["nowhere.arrow"], "nowhere.arrow"),
      ([Self.streams[0], Self.streams[0]], "each stream once"),
      (["--mixture", Self.menu], "unknown key"),
      ([Self.streams[0], "--csv", "/nowhere/rates.csv"], "/nowhere"),
    ] {
      for study in ["rates"] + (arguments.contains("--csv") ? [] : ["efficiency", "overlap"]) {
        let outcome = try SluiceProgram.run(["study", study] + arguments)
        #expect(outcome.status == 2, "\(study) \(arguments): \(outcome.errors)")
        #expect(outcome.errors.contains(message), "\(study) \(arguments): \(outcome.errors)")
        #expect(outcome.output.isEmpty)
      }
    }
  }
}
