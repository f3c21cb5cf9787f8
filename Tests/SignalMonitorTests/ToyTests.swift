import Foundation
import SignalMonitor
import Statistics
import Testing

@Suite("Pseudo-experiments")
struct ToyTests {
  /// A peak on a falling background, 80 bins of a quarter resolution.
  static func fit(background: Double, signal: Double, seed: UInt64 = 5, order: Int = 1) throws -> PeakFit {
    let edges = (0...80).map { Double($0) * 0.25 - 10 }
    let design = PeakDesign(edges: edges[...], mass: 0, deviation: 1, shape: .gaussian, highestOrder: order)
    let expectation = design.expectation(signal: signal, background: [background, -0.3 * background])
    var random = CounterRandom(seed: seed, purpose: .pseudoExperiment)
    return try PeakFit(design: design, counts: expectation.map { Double(random.poisson($0)) }, order: order)
  }

  @Test("Limits from toys of a fit agree with asymptotic formulae where those hold")
  func peak() throws {
    let fit = try Self.fit(background: 2000, signal: 30)
    let toys = try ToyLimit(fit, toys: 600, seed: 3).upperLimit(confidence: 0.9)
    let asymptotic = try AsymptoticLimit(fit).upperLimit(confidence: 0.9)
    #expect(abs(toys.value - asymptotic) < 3 * toys.errorHigh + 0.03 * asymptotic, "\(toys) \(asymptotic)")
    #expect(toys.errorHigh < 0.1 * asymptotic)
    let again = try ToyLimit(fit, toys: 600, seed: 3).upperLimit(confidence: 0.9)
    #expect(again == toys)
  }

  @Test("Limits from toys of few counts agree with the exact sum, where asymptotic formulae do not")
  func count() throws {
    let region = try CountingRegion(count: 1, background: BackgroundEstimate(expectation: 0.5, error: 0.25))
    let toys = try ToyLimit(CountingLikelihood(regions: [region]), toys: 20_000, seed: 4).confidence(ofSignal: 3)
    let exact = ExactCounting(region: region).confidence(ofSignal: 3)
    // From an independent program: exact sum 0.1101, asymptotic 0.0887.
    #expect(abs(exact - 0.1101) < 5e-5)
    #expect(abs(toys.value - exact) < 3.5 * (toys.value - toys.low), "\(toys) \(exact)")
    let asymptotic = try #require(
      try AsymptoticLimit(CountingLikelihood(regions: [region])).confidence(ofSignal: 3))
    #expect(abs(asymptotic - 0.0887) < 5e-5)
  }

  @Test("Expected bands from toys agree with the Asimov data set")
  func bands() throws {
    let fit = try Self.fit(background: 2000, signal: 0)
    let toys = try ToyLimit(fit, toys: 400, seed: 6).expectedLimits(confidence: 0.95)
    let asimov = try AsymptoticLimit(fit).expectedLimits(confidence: 0.95)
    #expect(abs(toys.median / asimov.median - 1) < 0.08)
    #expect(abs(toys.plus1 / asimov.plus1 - 1) < 0.1 && abs(toys.minus1 / asimov.minus1 - 1) < 0.1)
    #expect(abs(toys.plus2 / asimov.plus2 - 1) < 0.2 && abs(toys.minus2 / asimov.minus2 - 1) < 0.2)
  }

  @Test("The probability of an excess from toys is that of its significance")
  func discovery() throws {
    let fit = try Self.fit(background: 2000, signal: 60, seed: 12)
    let probability = try ToyLimit(fit, toys: 4000, seed: 7).discoveryProbability()
    let asymptotic = NormalDistribution.tail(fit.significance)
    #expect(fit.significance > 1)
    let error = (asymptotic / 4000).squareRoot()
    #expect(abs(probability.value - asymptotic) < 4 * error, "\(probability) \(asymptotic)")
  }

  @Test("Yields are unbiased, errors right, intervals and limits cover, without and with signal")
  func pulls() throws {
    let fit = try Self.fit(background: 4000, signal: 0)
    for signal in [0.0, 60] {
      let study = try PullStudy(of: fit, signal: signal, toys: 2500, seed: 8)
      #expect(study.failed == 0)
      #expect(abs(study.mean.value) < 0.05 + 2 * study.mean.errorHigh, "\(study)")
      #expect(abs(study.width.value - 1) < 0.03 + 2 * study.width.errorHigh, "\(study)")
      #expect(study.coverage.low < 0.6927 && study.coverage.high > 0.6727, "\(study)")
      #expect(study.limitCoverage.value > (signal == 0 ? 0.999 : 0.885), "\(study)")
    }
  }

  @Test("Exact limits of few counts cover at every signal; those of asymptotic formulae do not")
  func countCoverage() throws {
    let background = 0.5
    let ratio = 8.0
    var worst = (exact: 1.0, asymptotic: 1.0)
    for signal in [1.0, 2.35, 3.1, 5] {
      var covered = (exact: 0.0, asymptotic: 0.0, all: 0.0)
      for n in 0...16 {
        for m in 0...14 {
          let probability =
            PoissonDistribution.probability(n, mean: signal + background)
            * PoissonDistribution.probability(m, mean: ratio * background)
          guard probability > 1e-5 else { continue }
          let region = try CountingRegion(
            count: Double(n), background: .measured(count: Double(m), ratio: ratio))
          covered.all += probability
          if ExactCounting(region: region).confidence(ofSignal: signal) >= 0.1 { covered.exact += probability }
          let asymptotic = try AsymptoticLimit(CountingLikelihood(regions: [region])).confidence(ofSignal: signal)
          if asymptotic ?? 1 >= 0.1 { covered.asymptotic += probability }
        }
      }
      worst.exact = min(worst.exact, covered.exact / covered.all)
      worst.asymptotic = min(worst.asymptotic, covered.asymptotic / covered.all)
    }
    #expect(worst.exact > 0.9, "\(worst)")
    #expect(worst.asymptotic < 0.9, "\(worst)")
  }

  @Test("An error of the normalisation widens limits as Cousins and Highland expect, in toys and in averages")
  func normalization() throws {
    // Without candidates and background: U = U0 (1 + U0 sigma^2/2) for small sigma.
    let exact = try AveragedCount(
      count: 0, background: .fixed(0), normalization: .logNormal(median: 1, relativeDeviation: 0.1)
    ).credibleLimit(confidence: 0.9)
    let averaged = try AveragedCount(
      count: 0, background: .fixed(0), normalization: .normal(mean: 1, deviation: 0.1)
    ).upperLimit(confidence: 0.9)
    let known = -log(0.1)
    #expect(abs(averaged.value / known - (1 + 0.5 * known * 0.01)) < 5e-4, "\(averaged)")
    #expect(exact.value > known && exact.value < 1.05 * known)
    // Profiled, in many counts: the error adds in quadrature to first order.
    let region = try CountingRegion(count: 400, background: BackgroundEstimate(expectation: 300, error: 10))
    let without = try AsymptoticLimit(CountingLikelihood(regions: [region])).upperLimit(confidence: 0.95)
    let normalization = try SignalNormalization(exposure: 100, efficiency: 0.5, efficiencyError: 0.1)
    let likelihood = NormalizedLikelihood(try CountingLikelihood(regions: [region]), normalization: normalization)
    let with = try AsymptoticLimit(likelihood).upperLimit(confidence: 0.95) * normalization.candidatesPerUnit
    #expect(with > 1.005 * without && with < 1.1 * without, "\(with) \(without)")
    #expect(abs(likelihood.yield - 2) < 1e-12)
    let study = try PullStudy(of: likelihood, signal: 2, toys: 1500, seed: 9)
    #expect(study.coverage.low < 0.70 && study.coverage.high > 0.66, "\(study)")
    #expect(study.limitCoverage.high > 0.9 && study.limitCoverage.low < 0.92, "\(study)")
  }

  @Test("Senseless requests are refused")
  func badInput() throws {
    let fit = try Self.fit(background: 500, signal: 0)
    #expect(throws: FitRefusal.self) { try PullStudy(of: fit, signal: 0, toys: 3, seed: 1) }
    #expect(throws: FitRefusal.self) { try ToyLimit(fit, toys: 10, seed: 1).upperLimit(confidence: 2) }
    #expect(throws: FitRefusal.self) { try AveragedCount(count: -1, background: .fixed(1)) }
    #expect(throws: FitRefusal.self) { try AveragedCount(count: 1, background: .gamma(mean: 0, relativeDeviation: 1)) }
  }
}
