import Foundation
import Statistics
import Testing

@Suite("Efficiencies and their intervals")
struct EfficiencyTests {
  @Test("Clopper-Pearson intervals at 68.27 % reproduce golden values")
  func clopperPearson() {
    let golden: [(Int, Int, Double, Double)] = [
      (0, 10, 0, 0.168149), (5, 10, 0.304818, 0.695182), (999, 1000, 0.996704, 0.999827), (1000, 1000, 0.998161, 1),
      (9712, 10000, 0.969429, 0.972874),
    ]
    for (passed, total, low, high) in golden {
      let interval = EfficiencyInterval.clopperPearson.interval(passed: passed, total: total)
      #expect(abs(interval.low - low) < 1e-6)
      #expect(abs(interval.high - high) < 1e-6)
    }
  }

  @Test("Wilson and Jeffreys intervals at 68.27 % reproduce golden values")
  func wilsonAndJeffreys() {
    let wilson: [(Int, Int, Double, Double)] = [
      (0, 10, 0, 0.090909), (5, 10, 0.349244, 0.650756), (999, 1000, 0.997385, 0.999618), (1000, 1000, 0.999001, 1),
    ]
    for (passed, total, low, high) in wilson {
      let interval = EfficiencyInterval.wilson.interval(passed: passed, total: total)
      #expect(abs(interval.low - low) < 1e-6)
      #expect(abs(interval.high - high) < 1e-6)
    }
    let jeffreys = EfficiencyInterval.jeffreys.interval(passed: 5, total: 10)
    #expect(abs(jeffreys.low - 0.349407) < 1e-6)
    #expect(abs(jeffreys.high - 0.650593) < 1e-6)
  }

  @Test("The exact coverage at p = 0.99, n = 100 is that of each method")
  func coverage() {
    let golden: [EfficiencyInterval: Double] = [
      .clopperPearson: 0.921, .wilson: 0.370, .jeffreys: 0.370, .normal: 0.555,
    ]
    for (method, expected) in golden {
      var covered = 0.0
      for passed in 0...100 {
        let interval = method.interval(passed: passed, total: 100)
        if interval.low <= 0.99 && 0.99 <= interval.high {
          covered += BinomialDistribution.probability(passed, trials: 100, probability: 0.99)
        }
      }
      #expect(abs(covered - expected) < 5e-4, "\(method.rawValue) covers \(covered)")
    }
  }

  @Test("Clopper-Pearson never covers less than it claims", arguments: [0.05, 0.3, 0.5, 0.77, 0.995])
  func clopperPearsonCovers(probability: Double) {
    for total in [1, 7, 40] {
      var covered = 0.0
      for passed in 0...total {
        let interval = EfficiencyInterval.clopperPearson.interval(passed: passed, total: total)
        if interval.low <= probability && probability <= interval.high {
          covered += BinomialDistribution.probability(passed, trials: total, probability: probability)
        }
      }
      #expect(covered >= NormalDistribution.oneSigma - 1e-12)
    }
  }

  @Test("Counts that make no sense are clamped, no trials leave everything open")
  func nonsense() {
    for method in EfficiencyInterval.allCases {
      let none = method.interval(passed: 3, total: 0)
      #expect(none.low == 0 && none.high == 1)
      let clamped = method.interval(passed: 12, total: 10)
      let all = method.interval(passed: 10, total: 10)
      #expect(clamped.low == all.low && clamped.high == 1)
    }
    #expect(Efficiency().estimate() == nil)
    #expect(Efficiency(passed: -3, total: 4).passed == 0)
  }

  @Test("Merged parts give the estimate of the whole")
  func merging() throws {
    var random = CounterRandom(seed: 21, purpose: .pseudoExperiment)
    var whole = Efficiency()
    var parts = [Efficiency(), Efficiency(), Efficiency()]
    for index in 0..<3000 {
      let passed = random.chance(0.8)
      let weight = index % 2 == 0 ? 0.5 : 2.0
      whole.fill(passed: passed, weight: weight)
      parts[index % 3].fill(passed: passed, weight: weight)
    }
    var merged = parts[2]
    merged.merge(parts[0])
    merged.merge(parts[1])
    #expect(merged == whole)
    let estimate = try #require(whole.estimate())
    #expect(estimate.method == "weighted Wilson 68.27 %")
    #expect(estimate.low < estimate.value && estimate.value < estimate.high)
  }

  @Test("Equal weights other than one still use the exact counts")
  func equalWeights() throws {
    var efficiency = Efficiency()
    for index in 0..<10 { efficiency.fill(passed: index < 5, weight: 0.3) }
    let estimate = try #require(efficiency.estimate())
    #expect(estimate.method == "Clopper-Pearson 68.27 %")
    #expect(abs(estimate.low - 0.304818) < 1e-6)
  }

  @Test("The weighted interval of a sample with fluctuating size and weights covers about what it claims")
  func weightedCoverage() {
    let truth = 0.85
    let experiments = 4000
    var covered = 0
    for experiment in 0..<experiments {
      var random = CounterRandom(seed: 22, purpose: .pseudoExperiment, stream: UInt64(experiment))
      var efficiency = Efficiency()
      for _ in 0..<random.poisson(60) {
        efficiency.fill(passed: random.chance(truth), weight: random.uniform(0.5, 3))
      }
      guard let estimate = efficiency.estimate() else { continue }
      if estimate.low <= truth && truth <= estimate.high { covered += 1 }
    }
    let interval = EfficiencyInterval.clopperPearson.interval(
      passed: covered, total: experiments, confidence: 0.9999)
    // The method is approximate: 3 % of coverage are granted beside the statistical error.
    #expect(interval.low - 0.03 < NormalDistribution.oneSigma && NormalDistribution.oneSigma < interval.high + 0.03)
  }
}

@Suite("Poisson intervals and rates")
struct RateTests {
  @Test("Central Poisson intervals reproduce Gehrels' table")
  func garwood() {
    let golden: [(Int, Double, Double)] = [
      (0, 0, 1.8410), (1, 0.1728, 3.2995), (2, 0.7082, 4.6379), (5, 2.8403, 8.3825), (10, 6.8913, 14.2669),
    ]
    for (count, low, high) in golden {
      let interval = PoissonInterval.central(count: count)
      #expect(abs(interval.low - low) < 1e-4)
      #expect(abs(interval.high - high) < 1e-4)
    }
  }

  @Test("Poisson upper limits reproduce the table of the Review of Particle Physics")
  func upperLimits() {
    let golden: [(Int, Double, Double)] = [
      (0, 2.3026, 2.9957), (1, 3.8897, 4.7439), (2, 5.3223, 6.2958), (3, 6.6808, 7.7537), (4, 7.9936, 9.1535),
      (5, 9.2747, 10.5130), (10, 15.4066, 16.9622),
    ]
    for (count, at90, at95) in golden {
      #expect(abs(PoissonInterval.upperLimit(count: count, confidence: 0.9) - at90) < 1e-4)
      #expect(abs(PoissonInterval.upperLimit(count: count, confidence: 0.95) - at95) < 1e-4)
    }
  }

  @Test("A rate is the sum of weights over live time with the error of weighted sums")
  func rate() throws {
    var rate = Rate()
    rate.fill(weight: 3)
    rate.fill(weight: 4)
    let estimate = try #require(rate.estimate(liveTime: 2))
    #expect(estimate.value == 3.5)
    #expect(estimate.low == 1 && estimate.high == 6)
    #expect(Rate.covariance(common: rate, liveTime: 2) == 6.25)
  }

  @Test("No events give an upper limit that says it is one; no live time gives no rate")
  func noEvents() throws {
    let estimate = try #require(Rate().estimate(liveTime: 10))
    #expect(estimate.value == 0 && estimate.low == 0)
    #expect(abs(estimate.high - 0.230258509) < 1e-8)
    #expect(estimate.method == "no events: upper limit 2.30 events at 90 %")
    #expect(Rate().estimate(liveTime: 0) == nil)
    #expect(Rate().estimate(liveTime: .nan) == nil)
  }
}
