import ArrowStream
import EventModel
import Foundation
import Testing

@Suite("--dead-channels and --hot-channels")
struct DeadChannelOptionTests {
  private static let gun = [
    "simulate", "--process", "gun", "--particle", "mu-", "--pt", "1:2", "--theta", "40:120", "--events", "40",
    "--background", "0",
  ]

  @Test("wires of dead boards are missing in the stream, whose metadata name them")
  func simulate() throws {
    try SluiceProgram.withTemporaryFolder { folder in
      let table = folder.appending(path: "dead.tsv")
      // The innermost super-layer: wires 0 to 1279.
      try Data("part\tfirst\tlast\ncdc_board\t0\t26\necl_crystal\t17\t17\n".utf8).write(to: table)
      func wires(_ name: String, _ options: [String]) throws -> (inner: Int, dead: String?) {
        let stream = folder.appending(path: name).path
        let outcome = try SluiceProgram.run(Self.gun + options + ["-o", stream])
        #expect(outcome.status == 0, "\(outcome.errors)")
        let reader = try StreamFileReader(path: stream)
        let hits = try DriftChamberHits(reader.batch(0))
        let inner = (0..<hits.wire.count).count { hits.wire[$0] < 1280 }
        return (inner, reader.schema.metadata[StreamMetadata.deadChannels])
      }
      let whole = try wires("whole.arrow", [])
      #expect(whole.inner > 200 && whole.dead == nil)
      let dead = try wires("dead.arrow", ["--dead-channels", table.path])
      #expect(dead.inner == 0 && dead.dead == "cdc_board 0-26; ecl_crystal 17")
      // 40 events in which all 1280 wires have a hit.
      let hot = try wires("hot.arrow", ["--hot-channels", table.path])
      #expect(hot.inner == 40 * 1280 && hot.dead == nil)
    }
  }

  @Test("a table that is wrong is refused with its line before anything is written, by every command that simulates")
  func refused() throws {
    try SluiceProgram.withTemporaryFolder { folder in
      let table = folder.appending(path: "dead.tsv")
      try Data("part\tfirst\tlast\ncdc_board\t299\t299\n".utf8).write(to: table)
      let stream = folder.appending(path: "out.arrow").path
      let mixture = SluiceProgram.root.appending(path: "Replay/mixtures/built-in.yaml").path
      for call in [
        Self.gun + ["-o", stream], ["import", "none.hepmc3", "-o", stream],
        ["simulate", "--mixture", mixture, "-o", stream],
      ] {
        for option in ["--dead-channels", "--hot-channels"] {
          let outcome = try SluiceProgram.run(call + [option, table.path])
          #expect(outcome.status == 2)
          #expect(outcome.errors.contains("dead.tsv:2: column \"first\": 299 is outside 0 to 298"), "\(outcome.errors)")
        }
      }
      #expect(!FileManager.default.fileExists(atPath: stream))
      let study = try SluiceProgram.run(["study", "rates", "Replay/mumu.arrow", "--dead-channels", table.path])
      #expect(study.status == 2 && study.errors.contains("--dead-channels needs --mixture"))
    }
  }
}
