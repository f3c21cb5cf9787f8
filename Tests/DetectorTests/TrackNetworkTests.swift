import Detector
import Foundation
import TestSupport
import Testing

/// The table of network weights: what is committed, and what a physicist may get wrong in one of their own.
@Suite("Weights of the neural track trigger")
struct TrackNetworkTests {
  private static let text: Result<String, any Error> = Result {
    try String(
      contentsOf: DetectorModel.committedTables().appendingPathComponent("cdc_z_networks.tsv"), encoding: .utf8)
  }

  private func error(_ text: String) -> String {
    do throws(DetectorTableError) {
      _ = try TrackNetworks(text: text, file: "mine.tsv")
      return "none"
    } catch { return "\(error)" }
  }

  @Test("are five networks of 27-81-2, with a hash that comments leave and weights change")
  func committed() throws {
    let text = try Self.text.get()
    let networks = try TrackNetworks(text: text, file: "w.tsv")
    #expect(networks == (try DetectorModel.belle2().trackNetworks))
    #expect(networks.networks.count == 5)
    for network in networks.networks {
      #expect(network.biases.count == 81 && network.weights.count == 81 * 27)
      #expect(network.toZ.count == 82 && network.toTheta.count == 82)
      #expect(network.weights.contains { $0 != 0 } && network.toZ.contains { $0 != 0 })
    }
    #expect(networks.contentHash.count == 16)
    #expect(try TrackNetworks(text: "# another comment\n" + text, file: "w.tsv").contentHash == networks.contentHash)
    let other = text.replacing(/none\t0\t[^\t]+/, with: "none\t0\t0.25")
    #expect(try TrackNetworks(text: other, file: "w.tsv").contentHash != networks.contentHash)
    #expect(text.utf8.count < 1_000_000)
  }

  @Test("that are wrong are refused with line and column")
  func errors() throws {
    let text = try Self.text.get()
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let header = try #require(lines.firstIndex { $0.hasPrefix("missing_super_layer") })
    func changed(_ line: Int, _ column: Int, _ field: String) -> String {
      var lines = lines
      var fields = lines[line].split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      fields[column] = field
      lines[line] = fields.joined(separator: "\t")
      return lines.joined(separator: "\n")
    }
    let first = header + 1
    #expect(error(changed(first, 0, "2")).hasPrefix("mine.tsv:\(first + 1): column \"missing_super_layer\": \"2\""))
    #expect(error(changed(first, 1, "81")).hasPrefix("mine.tsv:\(first + 1): column \"node\": 81 is outside"))
    #expect(error(changed(first, 1, "1")).contains("a second row of this node"))
    #expect(error(changed(first, 3, "nan")).hasPrefix("mine.tsv:\(first + 1): column \"phi_0\": \"nan\""))
    #expect(error(changed(first, 4, "1e9")).contains("column \"arc_0\""))
    #expect(error(changed(header, 5, "time")).contains("column \"time_0\": missing"))
    #expect(error(lines.dropLast(2).joined(separator: "\n")).contains("no row for node constant of the network"))
    #expect(error("").contains("no header line"))
    let heavy = lines.map { line in
      line.hasPrefix("none\t0\t")
        ? (["none", "0", "59"] + [String](repeating: "59", count: 27) + ["0", "0"]).joined(separator: "\t") : line
    }
    #expect(error(heavy.joined(separator: "\n")).contains("at most 200.0 fit"))
  }

  @Test("from random text are refused, never fatal")
  func fuzz() throws {
    let text = try Self.text.get()
    let all = Array(text.utf8)
    // The header and the first rows: damage further down is met in the same loop.
    let start = all.firstIndex(of: UInt8(ascii: "m")) ?? 0
    let piece = Array(all[start..<min(start + 1200, all.count)])
    var mutator = ByteMutator(
      "track networks", alphabet: "\t\n\r#-+.eE0123456789nainf constant\u{0}é", changes: 1...4)
    let inputs = Fuzz.inputs()
    var refused = 0
    for _ in 0..<inputs {
      let damaged = mutator.mutated(piece)
      if error(String(decoding: damaged, as: UTF8.self)) != "none" { refused += 1 }
    }
    #expect(refused == inputs, "no piece has all nodes")
  }
}
