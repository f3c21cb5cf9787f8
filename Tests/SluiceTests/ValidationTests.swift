import Foundation
import Testing

/// `sluice study tracking`, `vertexing`, `calorimetry` and `identification` as they are called.
@Suite("sluice study: the reconstruction beside the truth")
struct ValidationTests {
  private static let stream = SluiceProgram.root.appending(path: "Replay/mumu.arrow").path

  @Test(
    "tables come out in the same form for each, beside references, also as CSV and picture",
    arguments: ["tracking", "vertexing", "calorimetry", "identification"])
  func tables(study: String) throws {
    let base = NSTemporaryDirectory() + "sluice-validation-\(UUID().uuidString)"
    let files = [base + ".json", base + ".csv", base + ".svg"]
    defer { for file in files { unlink(file) } }
    let outcome = try SluiceProgram.run([
      "study", study, Self.stream, "--events", "30", "--json", files[0], "--csv", files[1], "--plot", files[2],
    ])
    #expect(outcome.status == 0, "\(outcome.errors)")
    let data = try Data(contentsOf: URL(filePath: files[0]))
    let report = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect(report["events"] as? Int == 30)
    #expect(report["background"] as? [String] == ["0.2"])
    let tables = try #require(report["tables"] as? [[String: Any]])
    #expect(!tables.isEmpty && tables.allSatisfy { $0["quantities"] != nil && $0["rows"] != nil })
    let lines = try String(contentsOfFile: files[1], encoding: .utf8).split(separator: "\n")
    #expect(lines.count > 10 && lines[0].hasPrefix("table,variable,low,high"))
    #expect(try String(contentsOfFile: files[2], encoding: .utf8).hasPrefix("<svg"))
  }

  @Test("a stream without truth, and numbers that cannot be, are refused")
  func refusals() throws {
    for study in ["tracking", "vertexing", "calorimetry", "identification"] {
      #expect(try SluiceProgram.run(["study", study, Self.stream, "--events", "0"]).status == 2)
      #expect(try SluiceProgram.run(["study", study]).status == 2)
      #expect(try SluiceProgram.run(["study", study, "/no/such/stream.arrow"]).status == 2)
    }
  }
}
