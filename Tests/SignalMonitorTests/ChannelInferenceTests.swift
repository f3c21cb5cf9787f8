import ArrowStream
import Foundation
import SignalMonitor
import Statistics
import Testing

@Suite("Inference in channels")
struct ChannelInferenceTests {
  private static func monitor(_ text: String, _ candidates: [(mass: Double, recoil: Double)?]) throws -> SignalMonitor {
    var monitor = try SignalMonitor(channels: [try SearchChannel(yaml: text, file: "test.yaml")])
    try monitor.fill(try DimuonStream.batch(candidates))
    return monitor
  }

  /// Evenly spread over mass and squared recoil mass.
  private static func flat(_ count: Int, seed: UInt64) -> [(mass: Double, recoil: Double)?] {
    var random = CounterRandom(seed: seed, purpose: .pseudoExperiment)
    var candidates: [(mass: Double, recoil: Double)?] = []
    for _ in 0..<count { candidates.append((random.uniform(1, 3), random.uniform(0, 20))) }
    return candidates
  }

  @Test("A region has its limit by every method and the expected one, in the published order")
  func methods() throws {
    // Three in the region, eight in the sidebands: one expected.
    let inside: [(mass: Double, recoil: Double)?] = [(2, 0), (2.05, 0), (1.95, 0)]
    let outside: [(mass: Double, recoil: Double)?] = (0..<8).map { (1.1 + 0.05 * Double($0), 0) }
    let region = Self.monitorRegion(try Self.monitor(DimuonStream.counting(), inside + outside))
    let methods = try #require(region.methods)
    #expect(methods.count == CountingMethod.allCases.count)
    let limits = Dictionary(uniqueKeysWithValues: zip(CountingMethod.allCases, methods.map(\.value)))
    // Feldman and Cousins, n = 3 over b = 1 at 90 %: 6.42; the classical limit with known background is 5.71.
    #expect(abs((limits[.unified] ?? 0) - 6.42) < 0.01, "\(limits)")
    #expect(abs((limits[.knownBackground] ?? 0) - 5.71) < 0.02, "\(limits)")
    #expect((limits[.averaged] ?? 0) > 5.6 && region.upperLimit?.value == limits[.exact])
    let expected = try #require(region.expectedLimit)
    #expect(expected.minus2 <= expected.minus1 && expected.minus1 <= expected.median)
    #expect(expected.median <= expected.plus1 && expected.plus1 <= expected.plus2)
  }

  private static func monitorRegion(_ monitor: SignalMonitor) -> RegionResult { monitor.result(of: 0).regions[0] }

  @Test("Toys of a fitted hypothesis agree with its asymptotic limit, and its fit is unbiased")
  func toysOfFits() throws {
    let monitor = try Self.monitor(DimuonStream.peak(), Self.flat(20_000, seed: 91))
    let hypothesis = try #require(monitor.result(of: 0).hypotheses.min { abs($0.mass - 2) < abs($1.mass - 2) })
    #expect(hypothesis.method == .likelihood)
    let studies = try monitor.toys(0, at: 2, signal: 60, toys: 300, seed: 3)
    let study = try #require(studies.first)
    let asymptotic = try #require(hypothesis.upperLimit).value
    #expect(abs(study.upperLimit.value / asymptotic - 1) < 0.12, "\(study.upperLimit) \(asymptotic)")
    #expect(abs(study.expectedLimit.median / (hypothesis.expectedLimit?.median ?? 0) - 1) < 0.1)
    #expect(study.pulls.count == 2)
    for pulls in study.pulls {
      #expect(abs(pulls.mean.value) < 0.25 && abs(pulls.width.value - 1) < 0.15, "\(pulls)")
      #expect(abs(pulls.coverage.value - 0.68) < 0.12, "\(pulls)")
    }
    let again = try monitor.toys(0, at: 2, signal: 60, toys: 300, seed: 3)
    #expect(again.first?.upperLimit == study.upperLimit)
  }

  @Test(
    "Toys of counts agree with the exact sum; what has no likelihood, is hidden or refused is refused with the reason")
  func toysOfCounts() throws {
    let counting = try Self.monitor(DimuonStream.counting(), Self.flat(150, seed: 92))
    let study = try #require(try counting.toys(0, at: nil, signal: nil, toys: 2000, seed: 4).first)
    let exact = try #require(Self.monitorRegion(counting).upperLimit).value
    #expect(study.name == "near" && abs(study.upperLimit.value / exact - 1) < 0.12, "\(study.upperLimit) \(exact)")
    let blinded = try Self.monitor(DimuonStream.counting("blinding: everything"), Self.flat(150, seed: 92))
    #expect(throws: FitRefusal.hidden) { try blinded.toys(0, at: nil, signal: nil, toys: 100, seed: 1) }
    let plane = try Self.monitor(DimuonStream.plane(), Self.flat(150, seed: 92))
    #expect(throws: FitRefusal.self) { try plane.toys(0, at: nil, signal: nil, toys: 100, seed: 1) }
    #expect(throws: FitRefusal.self) { try counting.toys(0, at: nil, signal: nil, toys: 1, seed: 1) }
  }

  @Test(
    "The largest excess of a plane is worth what islands of its significance say, or the sum over hypotheses where it is empty"
  )
  func planes() throws {
    let sparse = try Self.monitor(DimuonStream.plane(), Self.flat(40, seed: 93)).result(of: 0)
    #expect(sparse.summary.globalMethod.hasPrefix("sum over"))
    #expect((sparse.summary.globalProbability ?? 0) > 0.05)
    var probabilities: [Double] = []
    for seed in 0..<12 {
      let dense = try Self.monitor(DimuonStream.plane(), Self.flat(20_000, seed: 200 + UInt64(seed))).result(of: 0)
      #expect(dense.summary.globalMethod.hasPrefix("Vitells-Gross, N1"), "\(dense.summary)")
      probabilities.append(dense.summary.globalProbability ?? 1)
    }
    // Without signal they are spread between 0 and 1, not small.
    #expect(probabilities.filter { $0 < 0.1 }.count <= 5, "\(probabilities)")
    let excess: [(mass: Double, recoil: Double)?] = (0..<250).map { _ in (2, 10) }
    let found = try Self.monitor(DimuonStream.plane(), Self.flat(20_000, seed: 94) + excess).result(of: 0)
    #expect((found.summary.globalProbability ?? 1) < 1e-4, "\(found.summary)")
  }
}
