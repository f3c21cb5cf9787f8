import Statistics
import Testing
import TriggerStudies

@Suite("Latencies of a replay") struct LatencyStudyTests {
  private static let purpose = RandomPurpose(named: "latency tests")

  /// Exponential times of mean 100 us; each comes `repeats` times in a row, as events of one batch do.
  private static func distribution(_ count: Int, repeats: Int, seed: UInt64) -> LatencyDistribution {
    var random = CounterRandom(seed: seed, purpose: purpose)
    var distribution = LatencyDistribution()
    for _ in 0..<count / repeats {
      let time = -100 * PortableMath.log(max(random.uniform(), 1e-12))
      for _ in 0..<repeats { distribution.add(microseconds: Float(time)) }
    }
    return distribution
  }

  @Test(
    "Intervals of quantiles hold the true value as often as one standard deviation says, also where events come in batches",
    arguments: [1, 16])
  func coverage(repeats: Int) throws {
    let truths = [(0.5, 69.31), (0.9, 230.26)]
    for (index, (fraction, truth)) in truths.enumerated() {
      var held = 0
      for seed in 0..<300 {
        let found = Self.distribution(6400, repeats: repeats, seed: UInt64(seed)).quantiles(truths.map(\.0))[index]
        let estimate = try #require(found)
        #expect(estimate.low <= estimate.value && estimate.value <= estimate.high)
        if estimate.low <= truth, truth <= estimate.high { held += 1 }
      }
      // 68.3 % of 300 is 205, with an error of 8; quantiles of batches move in steps, which widens intervals.
      #expect((175...245).contains(held), "\(held) of 300 at \(fraction)")
    }
  }

  @Test("Quantiles that fewer than ten events lie beyond are not stated, and times that are none are left out")
  func few() {
    var distribution = LatencyDistribution()
    #expect(distribution.quantiles([0.5]) == [nil] && distribution.maximum == nil && distribution.exceeding().isEmpty)
    // Every number once, in no order.
    for number in 0..<999 { distribution.add(microseconds: Float(1 + number * 926 % 999)) }
    for time in [Float.nan, .infinity, -1] { distribution.add(microseconds: time) }
    #expect(distribution.count == 999 && distribution.maximum == 999)
    let found = distribution.quantiles([0.5, 0.98, 0.99, 1])
    #expect(found[0]?.value == 500 && found[1]?.value == 980)
    #expect(found[2] == nil && found[3] == nil)
    // Ten events beyond, all of them one batch.
    var batch = LatencyDistribution()
    for number in 0..<1000 { batch.add(microseconds: number < 500 || number >= 510 ? Float(number % 7) : 50) }
    #expect(batch.quantiles([0.99]) == [nil] && batch.quantiles([0.5])[0]?.value == 3)
    let curve = distribution.exceeding()
    #expect(zip(curve, curve.dropFirst()).allSatisfy { $0.fraction >= $1.fraction } && curve.last?.fraction == 0)
  }
}
