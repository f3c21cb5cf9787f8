import Foundation
import Testing

@Suite("sluice study displaced")
struct StudyDisplacedTests {
  private struct Estimate: Decodable { var value: Double, low: Double, high: Double }

  private struct GunDocument: Decodable {
    struct Point: Decodable {
      struct Place: Decodable { var radiusCm: Double?, d0Cm: Double? }
      var place: Place
      var events: Int
      var found: [Estimate?]
    }
    struct Scan: Decodable { var target: String, names: [String], points: [Point] }
    var gun: Scan
  }

  private struct Document: Decodable {
    struct Pair: Decodable { var generated: Estimate?, inAcceptance: Estimate? }
    struct Line: Decodable { var name: String, efficiency: Pair, won: Pair }
    struct Signal: Decodable { var process: String, generated: Int, inAcceptance: Int, others: Pair, lines: [Line] }
    struct Report: Decodable { var signals: [Signal] }
    var displaced: Report
  }

  private func shoot(_ options: [String]) throws -> GunDocument.Scan {
    try SluiceProgram.withTemporaryFolder { folder in
      let json = folder.appending(path: "scan.json")
      let csv = folder.appending(path: "scan.csv")
      let outcome = try SluiceProgram.run(
        ["study", "displaced"] + options + ["--json", json.path, "--csv", csv.path])
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(outcome.output.contains("percent of all events"))
      let decoder = JSONDecoder()
      decoder.keyDecodingStrategy = .convertFromSnakeCase
      let scan = try decoder.decode(GunDocument.self, from: Data(contentsOf: json)).gun
      // A head, and a row for every place and name, with the numbers of the JSON.
      let rows = try String(contentsOf: csv, encoding: .utf8).split(separator: "\n")
        .map { $0.split(separator: ",", omittingEmptySubsequences: false) }
      #expect(rows.count == 1 + scan.points.count * scan.names.count && rows.allSatisfy { $0.count == 7 })
      let values = scan.points.flatMap { $0.found.map { $0?.value } }
      #expect(rows.dropFirst().map { Double($0[4]) } == values)
      return scan
    }
  }

  @Test("shoots tracks past the beam line without any file: prompt ones are 2-D tracks, those 14 cm off displaced ones")
  func tracks() throws {
    let scan = try shoot([
      "--gun", "track", "--d0", "0,14", "--pt", "0.6:3", "--theta", "60:110", "--events", "150",
    ])
    #expect(scan.target == "track" && scan.points.map(\.place.d0Cm) == [0, 14])
    #expect(scan.points.allSatisfy { $0.events == 150 && $0.found.count == scan.names.count })
    let planar = try #require(scan.names.firstIndex(of: "2-D track"))
    let displaced = try #require(scan.names.firstIndex(of: "displaced track"))
    func value(_ point: Int, _ name: Int) -> Double { scan.points[point].found[name]?.value ?? .nan }
    #expect(value(0, planar) > 0.95 && value(0, displaced) < 0.1)
    #expect(value(1, planar) < 0.6 && value(1, displaced) > 0.9)
    let estimate = try #require(scan.points[1].found[displaced])
    #expect(estimate.low < estimate.value && estimate.value <= estimate.high)
  }

  @Test("shoots pairs from a vertex: most at 25 cm are found, nearly none at 1 cm, the same for the same seed")
  func pairs() throws {
    let options = [
      "--gun", "pair", "--radius", "1,25", "--pt", "0.6:2", "--theta", "60:110", "--opening-angle", "0.6:1.2",
      "--events",
      "120", "--seed", "3",
    ]
    let scan = try shoot(options)
    let vertex = try #require(scan.names.firstIndex(of: "dv"))
    let line = try #require(scan.names.firstIndex { $0.hasPrefix("displaced") && $0 != "displaced track" })
    let values = scan.points.map { $0.found[vertex]?.value ?? .nan }
    #expect(values[0] < 0.1 && values[1] > 0.5, "\(values)")
    #expect(scan.points[1].found[line]?.value ?? 0 > 0.3)
    #expect(try shoot(options).points.map { $0.found[vertex]?.value } == scan.points.map { $0.found[vertex]?.value })
  }

  @Test("plays a stream of a signal: efficiencies of generated and accepted events, and what is won")
  func stream() throws {
    try SluiceProgram.withTemporaryFolder { folder in
      let stream = folder.appending(path: "signal.arrow").path
      let made = try SluiceProgram.run([
        "simulate", "--process", "inelastic_dark_matter", "--events", "150", "--background", "0", "-o", stream,
      ])
      #expect(made.status == 0, "\(made.errors)")
      let json = folder.appending(path: "study.json")
      let plot = folder.appending(path: "study.svg")
      let csv = folder.appending(path: "study.csv")
      let outcome = try SluiceProgram.run([
        "study", "displaced", stream, "--json", json.path, "--plot", plot.path, "--csv", csv.path,
      ])
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(outcome.output.contains("inelastic_dark_matter: 150 events"))
      let decoder = JSONDecoder()
      decoder.keyDecodingStrategy = .convertFromSnakeCase
      let document = try decoder.decode(Document.self, from: Data(contentsOf: json))
      let signal = try #require(document.displaced.signals.first)
      #expect(signal.generated == 150 && signal.inAcceptance > 20 && signal.inAcceptance < 150)
      for line in signal.lines {
        let efficiency = try #require(line.efficiency.generated)
        #expect(line.won.generated?.value ?? 1 <= efficiency.value)
      }
      #expect(signal.lines.last?.efficiency.inAcceptance?.value ?? 0 > 0.2)
      #expect(try String(contentsOf: plot, encoding: .utf8).contains("<svg"))
      let table = try String(contentsOf: csv, encoding: .utf8)
      let efficiency = try #require(signal.lines.last?.efficiency.generated)
      #expect(table.contains("inelastic_dark_matter,efficiency,any of them,,,,\(efficiency.value),"))
    }
  }

  @Test(
    "calls that contradict themselves or ask for what does not exist are refused by name",
    arguments: [
      ([], "No stream is named"), (["Replay/mumu.arrow", "--gun", "pair"], "either streams or --gun"),
      (["--gun", "track", "F"], "'F' was taken for a stream"),
      (["--gun", "track", "--csv", "/nowhere/F"], "--csv"),
      (["Replay/mumu.arrow", "--d0", "4"], "--d0 has a meaning with --gun only"),
      (["--gun", "pair", "--d0", "4"], "--d0 has a meaning with --gun track only"),
      (["--gun", "track", "--d0", "4,x"], "--d0 '4,x': expected numbers"), (["--gun", "cannon"], "cannon"),
      (["--gun", "track", "--d0", "400"], "d0: 400.0 lies outside 0 to 110 cm"),
      (["--gun", "track", "--gun-particle", "gamma"], "leaves no track"),
      (["--gun", "pair", "--events", "0"], "--events 0: expected 1 to 1000000"),
      (["--gun", "pair", "--background", "nan"], "--background nan"),
      (["--gun", "pair", "--plot", "x.svg"], "--plot draws what streams give"),
      (["--gun", "pair", "--line", "displaced_vertx"], "no level-1 line 'displaced_vertx'"),
    ])
  func refused(options: [String], expected: String) throws {
    let outcome = try SluiceProgram.run(["study", "displaced"] + options)
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains(expected), "\(outcome.errors)")
    #expect(outcome.output.isEmpty)
  }
}
