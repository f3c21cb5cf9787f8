import ArrowStream
import EventModel
import Foundation
import Level1
import Simulation
import Statistics
import Testing

/// What level 1 must find of tracks from the interaction point, and must not take for a Bhabha pair: counts with intervals
/// (`Documentation/level1.md`, section "Checks").
@Suite("Acceptance of level 1")
struct AcceptanceTests {
  private typealias Sample = ReferenceTests.Sample

  /// Muons from the interaction point, 35 to 120 degrees, above 0.35 GeV, without background or dead channels.
  private static let muons = Result {
    try Sample(SimulatedGun(["mu-", "mu+"], momentum: 0.35...3, theta: 35...120).batch(events: 3000))
  }

  /// The 68 % interval of a fraction; a claim of more than a limit must hold for its lower end.
  private func interval(_ passed: Int, of all: Int) throws -> EstimatedNumber {
    try #require(Efficiency(passed: passed, total: all).estimate())
  }

  @Test("more than 97 % of the muons have a 2-D track, more than 95 % a neural track within 20 cm, at one deviation")
  func tracks() throws {
    let sample = try Self.muons.get()
    let planar = try interval((0..<sample.count).count { sample.bit("track", $0) }, of: sample.count)
    #expect(planar.low > 0.97, "\(planar)")
    let neural = ["ty_0", "ty_1", "ty_2", "ty_3"]
    let found = (0..<sample.count).count { row in neural.contains { sample.bit($0, row) } }
    let neuralFraction = try interval(found, of: sample.count)
    #expect(neuralFraction.low > 0.95, "\(neuralFraction)")
    // Of the tracks that are found a network measures nearly all.
    let given = try interval(
      (0..<sample.count).count { row in sample.bit("track", row) && neural.contains { sample.bit($0, row) } },
      of: (0..<sample.count).count { sample.bit("track", $0) })
    #expect(given.low > 0.97, "\(given)")
  }

  @Test(
    "their z is known to less than 5 cm by the networks and less than 8 cm by the fit, with the errors of the widths")
  func resolution() throws {
    let sample = try Self.muons.get()
    var neural: [Double] = []
    var fitted: [Double] = []
    for row in 0..<sample.count {
      guard let track = sample.track(row) else { continue }
      let z = (Double(sample.column.tracks.neuralZ[track]), Double(sample.column.tracks.z0[track]))
      if z.0.isFinite { neural.append(abs(z.0)) }
      if z.1.isFinite { fitted.append(abs(z.1)) }
    }
    // Half width that holds 68 %, and where it may lie: order statistics one binomial deviation up.
    func width(_ values: [Double]) -> (value: Double, high: Double) {
      let sorted = values.sorted()
      let count = Double(sorted.count)
      let place = 0.6827 * count
      let deviation = (0.6827 * 0.3173 * count).squareRoot()
      return (sorted[Int(place)], sorted[min(sorted.count - 1, Int(place + deviation))])
    }
    #expect(neural.count > 2700 && fitted.count > 2700)
    #expect(width(neural).high < 5, "\(width(neural))")
    #expect(width(fitted).high < 8, "\(width(fitted))")
  }

  /// Events of a recorded stream, and how many of them are taken for a Bhabha pair in three dimensions.
  private func vetoed(_ stream: String) throws -> (passed: Int, all: Int) {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let reader = try StreamFileReader(path: root.appending(path: "Replay/\(stream).arrow").path)
    let batch = try RecordBatch.concatenating((0..<reader.batchCount).map { try reader.batch($0) })
    let sample = try Sample(batch)
    return ((0..<sample.count).count { sample.bit("bha_veto", $0) }, sample.count)
  }

  @Test(
    "no event of other physics is taken for a Bhabha pair: fewer than 2 % at 90 %, with the background of today",
    arguments: ["BBbar", "qqbar", "mumu", "tautau", "B_K_S", "tau_pi_N", "eemumu"])
  func bhabhaVeto(stream: String) throws {
    let result = try vetoed(stream)
    #expect(result.all >= 150)
    #expect(result.passed == 0, "\(result)")
    // None of n: fewer than 2.3 / n at 90 %.
    #expect(2.303 / Double(result.all) < 0.02)
  }
}
