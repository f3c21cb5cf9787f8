import Statistics
import Testing

@Suite("Fractions from blocks")
struct BlockedFractionTests {
  private static let purpose = RandomPurpose(named: "test of blocks")

  @Test("independent trials have the binomial error within its own scatter")
  func independent() throws {
    var random = CounterRandom(seed: 1, purpose: Self.purpose)
    var fraction = BlockedFraction(outcomes: 2)
    for _ in 0..<100_000 { fraction.add(random.uniform() < 0.1 ? 0 : random.uniform() < 0.1 ? 1 : nil) }
    let estimate = try #require(fraction.estimate(0))
    let binomial = (0.1 * 0.9 / 100_000).squareRoot()
    // About 100 blocks know their scatter to 7 %.
    #expect(abs((estimate.high - estimate.value) / binomial - 1) < 0.3)
    #expect(abs(estimate.value - 0.1) < 5 * binomial)
    let all = try #require(fraction.estimateOfAll())
    #expect(all.value == Double(fraction.count(0) + fraction.count(1)) / 100_000)
  }

  @Test("losses in bursts have larger errors, which cover the truth")
  func bursts() throws {
    var covered = 0
    for seed in 0..<200 {
      var random = CounterRandom(seed: 2, purpose: Self.purpose, stream: UInt64(seed))
      var fraction = BlockedFraction(outcomes: 1)
      var inBurst = false
      for _ in 0..<50_000 {
        // A tenth of the time in bursts of 20 on average.
        inBurst = inBurst ? random.uniform() > 0.05 : random.uniform() < 0.05 / 9
        fraction.add(inBurst ? 0 : nil)
      }
      let estimate = try #require(fraction.estimate(0))
      if estimate.low...estimate.high ~= 0.1 { covered += 1 }
    }
    // 68 % of 200 are 136 with an error of 6.6.
    #expect((110...162).contains(covered), "\(covered) of 200")
  }

  @Test("few events fall back to Clopper and Pearson; no trials give nothing")
  func few() throws {
    var fraction = BlockedFraction(outcomes: 1)
    #expect(fraction.estimate(0) == nil)
    for _ in 0..<10_000 { fraction.add(nil) }
    fraction.add(0)
    let estimate = try #require(fraction.estimate(0))
    #expect(estimate.method.hasPrefix("Clopper"))
    #expect(estimate.low > 0 && estimate.high < 0.001)
  }
}
