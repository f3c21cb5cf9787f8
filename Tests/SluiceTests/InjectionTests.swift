import ArrowStream
import EventModel
import Foundation
import Testing

@Suite("Injected signals")
struct InjectionTests {
  /// Muon pairs without signal.
  private static func stream(_ folder: URL) throws -> String {
    let path = folder.appending(path: "pairs.arrow").path
    let outcome = try SluiceProgram.run([
      "simulate", "--process", "mumu", "--events", "200", "--background", "0.2", "--seed", "7", "-o", path,
    ])
    #expect(outcome.status == 0, "\(outcome.errors)")
    return path
  }

  private static func replay(_ stream: String, _ arguments: String...) throws -> [String: Any] {
    let outcome = try SluiceProgram.run(["replay", stream, "--json", "-"] + arguments)
    try #require(outcome.status == 0, "\(outcome.errors)")
    return try #require(JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
  }

  private static let signals = [
    "alp-gamma-gamma-low:mass=1.5,yield=40", "z-prime-mumu:mass=3.3,yield=30",
    "dark-photon-visible-mumu:mass=2.6,produced=60",
  ]

  @Test(
    "Signals at masses between the measured ones are found with the yield asked for, none without; all outputs say what was put in"
  )
  func recovery() throws {
    try SluiceProgram.withTemporaryFolder { folder in
      let stream = try Self.stream(folder)
      let output = folder.appending(path: "out")
      let report = try Self.replay(
        stream, "--inject", Self.signals[0], "--inject", Self.signals[1], "--inject", Self.signals[2], "--output",
        output.path, "--workers", "1")
      let injected = try #require(report["injected"] as? [[String: Any]])
      #expect(injected.map { $0["injection"] as? String } == Self.signals)
      var chiSquare = 0.0
      for signal in injected {
        let pull = try #require(signal["pull"] as? Double, "\(signal)")
        chiSquare += pull * pull
        let produced = try #require(signal["produced"] as? Int)
        let expected = try #require(signal["expected"] as? Double)
        #expect(expected > 10 && Double(produced) > expected)
        #expect((signal["local_significance"] as? Double ?? 0) > 3, "\(signal)")
      }
      // Three numbers with their errors: one in a thousand lies beyond.
      #expect(chiSquare < 16.3, "\(injected)")
      #expect((report["ledger"] as? [String: Any])?["balanced"] as? Bool == true)
      let fits = try #require(report["fits"] as? [[String: Any]])
      #expect(fits.allSatisfy { ($0["injected"] as? String)?.contains(Self.signals[1]) == true })

      // Every event of the signals counts as such, once.
      let efficiency = try #require(report["efficiency"] as? [[String: Any]])
      let processes = Set(efficiency.compactMap { $0["process"] as? String })
      #expect(
        processes.isSuperset(of: ["injected_alp_gammagamma", "injected_zprime_mumu", "injected_dark_photon_mumu"]))
      let reader = try StreamFileReader(path: output.appending(path: "verdicts.arrow").path)
      #expect(reader.schema.metadata[StreamMetadata.injected]?.contains(Self.signals[0]) == true)
      var counts: [Int: Int] = [:]
      for index in 0..<reader.batchCount {
        let keys = try EventKeyColumn(try reader.batch(index))
        for row in 0..<keys.count {
          let injection = EventKey.injection(ofNumber: keys.number[row])
          counts[injection ?? -1, default: 0] += 1
          #expect((injection != nil) == (keys.processLabel(row)?.hasPrefix("injected_") ?? false))
        }
      }
      #expect(counts[-1] == 200)
      #expect((0..<3).map { counts[$0] } == injected.map { $0["produced"] as? Int })

      // What was written is fitted again with the remark.
      let fit = try SluiceProgram.run(["fit", "z-prime-mumu", output.appending(path: "accepted.arrow").path])
      #expect(fit.status == 0 && fit.output.contains("injected signal: "), "\(fit.output) \(fit.errors)")

      let plain = try Self.replay(stream, "--workers", "2")
      #expect(plain["injected"] == nil)
      for fit in try #require(plain["fits"] as? [[String: Any]]) {
        #expect(fit["injected"] == nil)
        // Muon pairs have structure of their own, near the energy of the beams; at the injected masses there is none.
        guard let signal = injected.first(where: { $0["channel"] as? String == fit["channel"] as? String }),
          let place = signal["hypothesis"] as? Double
        else { continue }
        for hypothesis in try #require(fit["hypotheses"] as? [[String: Any]]) {
          let mass = try #require(hypothesis["mass"] as? Double)
          guard abs(mass - place) < 3 * (hypothesis["resolution"] as? Double ?? 0) else { continue }
          #expect((hypothesis["local_significance"] as? Double ?? 0) < 4, "\(hypothesis)")
        }
      }
    }
  }

  @Test("The same seed mixes in the same events, for any number of workers")
  func determinism() throws {
    try SluiceProgram.withTemporaryFolder { folder in
      let stream = try Self.stream(folder)
      let results = try ["1", "2"].map { workers in
        try Self.replay(stream, "--inject", "alp-gamma-gamma-low:mass=2,produced=30", "--workers", workers)
      }
      let hashes = results.map { ($0["run"] as? [String: Any])?["decision_hash"] as? String }
      #expect(hashes[0] != nil && hashes[0] == hashes[1])
      let other = try Self.replay(
        stream, "--inject", "alp-gamma-gamma-low:mass=2,produced=30", "--workers", "1", "--seed", "2")
      #expect((other["run"] as? [String: Any])?["decision_hash"] as? String != hashes[0])
    }
  }

  @Test(
    "Injections that cannot be are errors that say why",
    arguments: [
      ("nobody:mass=1,yield=3", "no channel 'nobody'"), ("alp-gamma-gamma-low:mass=1", "needs either"),
      ("alp-gamma-gamma-low:mass=60,yield=3", "not measured"), ("alp-gamma-gamma-low:mass=60,produced=3", "mass"),
      ("inelastic-dark-matter-mumu:mass=1,produced=3", "names no process"), ("z-prime-mumu:mass=1,yield=x", "yield"),
    ])
  func wrong(_ injection: String, problem: String) throws {
    try SluiceProgram.withTemporaryFolder { folder in
      let stream = try Self.stream(folder)
      let outcome = try SluiceProgram.run(["replay", stream, "--inject", injection])
      #expect(outcome.status == 2 && outcome.errors.contains(problem), "\(outcome.status) \(outcome.errors)")
      let twice = try SluiceProgram.run([
        "replay", stream, "--inject", "z-prime-mumu:mass=1,produced=3", "--repeat", "2",
      ])
      #expect(twice.status == 2 && twice.errors.contains("--repeat"), "\(twice.errors)")
    }
  }
}
