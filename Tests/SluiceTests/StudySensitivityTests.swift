import Foundation
import Testing

@Suite("sluice study sensitivity")
struct StudySensitivityTests {
  private struct Document: Decodable {
    struct Share: Decodable { var process: String, events: Int, selected: Int, expected: Double }
    struct Limit: Decodable {
      var mass: Double?, background: Double, yieldLimit: Band, published: Double?, ratio: Double?
    }
    struct Band: Decodable { var median: Double, minus1: Double, plus1: Double }
    struct Projection: Decodable {
      var channel: String, luminosity: Double, quantity: String?, backgrounds: [Share], limits: [Limit], ratio: Double?
    }
    var mixture: String
    var projections: [Projection]
  }

  private static let mixture = """
    mixture: two-photons
    luminosity: 5e34
    seconds: 1
    background: 0.2
    processes:
      - process: gammagamma
        events: 500
      - process: bhabha
        events: 200
    """

  @Test(
    "projects a search from simulated background: the same for any number of threads, larger limits with more luminosity"
  )
  func projection() throws {
    try SluiceProgram.withTemporaryFolder { folder in
      let mixture = folder.appending(path: "mixture.yaml")
      try Self.mixture.write(to: mixture, atomically: true, encoding: .utf8)
      func run(_ workers: Int) throws -> (Document, String) {
        let json = folder.appending(path: "sensitivity-\(workers).json")
        let outcome = try SluiceProgram.run([
          "study", "sensitivity", "alp-gamma-gamma", "--mixture", mixture.path, "--luminosity", "0.445/fb,50/ab",
          "--points", "10", "--workers", "\(workers)", "--plots", folder.appending(path: "plots").path, "--csv",
          folder.appending(path: "table.csv").path, "--json", json.path,
        ])
        #expect(outcome.status == 0, "\(outcome.errors)")
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return (try decoder.decode(Document.self, from: Data(contentsOf: json)), outcome.output)
      }
      let (document, output) = try run(1)
      let (again, same) = try run(2)
      #expect(output == same && again.projections.map(\.ratio) == document.projections.map(\.ratio))
      #expect(document.mixture == "two-photons" && output.contains("expected/published"))
      #expect(
        document.projections.map(\.channel) == [
          "alp-gamma-gamma-low", "alp-gamma-gamma-low", "alp-gamma-gamma-high", "alp-gamma-gamma-high",
        ])
      let (low, more) = (document.projections[0], document.projections[1])
      #expect(low.backgrounds.map(\.process) == ["gammagamma", "bhabha_10_170"] && low.backgrounds[0].events == 500)
      #expect(low.backgrounds[0].selected > 10 && low.quantity == "alp_photon")
      #expect(low.limits.filter { $0.published != nil }.count >= 8)
      for (one, other) in zip(low.limits, more.limits) {
        #expect(one.mass == other.mass && other.yieldLimit.median >= one.yieldLimit.median)
        #expect(one.yieldLimit.minus1 <= one.yieldLimit.median && one.yieldLimit.median <= one.yieldLimit.plus1)
        #expect((one.ratio == nil) == (one.published == nil))
      }
      let rows = try String(contentsOf: folder.appending(path: "table.csv"), encoding: .utf8).split(separator: "\n")
      #expect(rows.count == 1 + document.projections.reduce(0) { $0 + $1.limits.count })
      let picture = try String(
        contentsOf: folder.appending(path: "plots/alp-gamma-gamma-low.svg"), encoding: .utf8)
      #expect(picture.contains("published") && picture.contains("0.445/fb"))
    }
  }

  @Test("says what is wrong with names, luminosities and mixtures")
  func mistakes() throws {
    try SluiceProgram.withTemporaryFolder { folder in
      let mixture = folder.appending(path: "mixture.yaml")
      try Self.mixture.write(to: mixture, atomically: true, encoding: .utf8)
      func errors(_ arguments: String...) throws -> String {
        let outcome = try SluiceProgram.run(["study", "sensitivity"] + arguments + ["--mixture", mixture.path])
        #expect(outcome.status == 2)
        return outcome.errors
      }
      #expect(try errors("no-such-search").contains("known channels"))
      #expect(try errors().contains("--all"))
      #expect(try errors("dimuon", "--luminosity", "10").contains("no luminosity"))
      #expect(try errors("dimuon").contains("needs the background 'mumu'"))
      #expect(try errors("dimuon", "--events", "0").contains("expected 1"))
    }
  }
}
