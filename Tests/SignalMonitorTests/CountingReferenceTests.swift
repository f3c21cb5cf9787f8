import Foundation
import SignalMonitor
import Statistics
import TestSupport
import Testing

@Suite("Counts with a measured background")
struct CountingReferenceTests {
  @Test("Limits, CLs and significances of the whole reference table are reproduced by every method")
  func table() throws {
    let rows = try ReferenceTable("counting").rows
    #expect(rows.count == 70)
    for row in rows {
      let number = { (column: String) throws -> Double in try ReferenceTable.number(row, column) }
      let background = try number("b")
      let region = try CountingRegion(
        count: try number("n_obs"),
        background: BackgroundEstimate(expectation: background, error: background * (try number("rel_db"))))
      for (level, name) in [(0.9, "UL90"), (0.95, "UL95")] {
        let methods: [(CountingMethod, String)] = [
          (.knownBackground, "poissonCLs"), (.averaged, "gammaCLs"), (.asymptotic, "asymCLs"),
        ]
        for (method, column) in methods {
          let limit = try region.upperLimit(confidence: level, method: method)
          let expected = try number("\(name)_\(column)")
          let tolerance = method == .asymptotic ? 1e-5 : 1e-8
          #expect(abs(limit.value - expected) < tolerance * max(expected, 1), "\(row) \(limit)")
        }
        let limits = try AsymptoticLimit(CountingLikelihood(regions: [region]))
        let median = try limits.expectedLimit(confidence: level, deviations: 0)
        #expect(abs(median - (try number("\(name)_asymCLs_exp"))) < 1e-5 * max(median, 1), "\(row) \(median)")
      }
      let asymptotic = try AsymptoticLimit(CountingLikelihood(regions: [region])).confidence(ofSignal: 3)
      #expect(abs(try #require(asymptotic) - (try number("CLs_asym_s3"))) < 1e-9, "\(row)")
      let exact = ExactCounting(region: region).confidence(ofSignal: 3)
      #expect(abs(exact - (try number("CLs_exactsum_s3"))) < 1e-9, "\(row) \(exact)")
      #expect(abs(max(region.significance, 0) - (try number("Z0_profile"))) < 1e-9, "\(row)")
    }
  }

  @Test("The exact sum is what toys give")
  func toys() throws {
    let region = try CountingRegion(count: 3, background: BackgroundEstimate(expectation: 1, error: 0.5))
    let exact = ExactCounting(region: region)
    let signal = 4.0
    guard case .measured(_, let ratio) = region.background else { return }
    var random = CounterRandom(seed: 11, purpose: .pseudoExperiment)
    // P(q-tilde at least as large as observed) with signal and without, by hand.
    func statistic(_ n: Double, _ m: Double) throws -> Double {
      let toy = try CountingRegion(count: n, background: .measured(count: m, ratio: ratio))
      let best = n - m / ratio
      return best >= signal ? 0 : 2 * (toy.halfDeviance(signal: signal) - toy.halfDeviance(signal: max(best, 0)))
    }
    let observed = try statistic(3, 4)
    let trials = 20_000
    var tails: [Double] = []
    for truth in [signal, 0] {
      let background = region.background(givenSignal: truth)
      var above = 0
      for _ in 0..<trials {
        let n = Double(random.poisson(truth + background))
        let m = Double(random.poisson(ratio * background))
        if try statistic(n, m) >= observed - 1e-9 { above += 1 }
      }
      tails.append(Double(above) / Double(trials))
    }
    let relative = ((1 - tails[0]) / tails[0] + (1 - tails[1]) / tails[1]).squareRoot() / Double(trials).squareRoot()
    let toys = tails[0] / tails[1]
    #expect(abs(exact.confidence(ofSignal: signal) / toys - 1) < 4 * relative)
  }

  @Test("With a known background the exact sum is the CLs limit of the count")
  func known() throws {
    for (count, background) in [(0.0, 3.0), (1, 0.5), (4, 2), (9, 12)] {
      let region = try CountingRegion(count: count, background: .known(background))
      let exact = try region.upperLimit(confidence: 0.9, method: .exact)
      let poisson = try region.upperLimit(confidence: 0.9, method: .knownBackground)
      #expect(abs(exact.value - poisson.value) < 1e-7)
      #expect(try region.upperLimit(confidence: 0.9).method.contains("exact sum"))
    }
  }

  @Test("The exact p-value is the binomial one where the order of outcomes is that of the counts")
  func excess() throws {
    // 8 candidates, 2 in sidebands of five times the width.
    let region = try CountingRegion(count: 8, background: .measured(count: 2, ratio: 5))
    #expect(region.pValue > 0 && region.pValue < 1e-3)
    #expect(abs(NormalDistribution.significance(ofTail: region.pValue) - region.significance) < 0.6)
    #expect(try CountingRegion(count: 1, background: .known(5)).pValue == 1)
    let known = try CountingRegion(count: 8, background: .known(2))
    #expect(abs(known.pValue - PoissonDistribution.atLeast(8, mean: 2)) < 1e-15)
  }

  @Test("Expected limits do not depend on the count, rise with its quantiles, and join the asymptotic ones")
  func expectedLimits() throws {
    let few = BackgroundEstimate(expectation: 2, error: 0.5)
    let band = try CountingRegion(count: 3, background: few).expectedLimits(confidence: 0.9)
    #expect(try CountingRegion(count: 17, background: few).expectedLimits(confidence: 0.9) == band)
    #expect(band.median == (try CountingRegion(count: 2, background: few).upperLimit(confidence: 0.9).value))
    #expect(band.minus2 == band.minus1 || band.minus2 < band.minus1)
    #expect(band.minus1 < band.median && band.median < band.plus1 && band.plus1 < band.plus2)
    let many = try CountingRegion(count: 0, background: BackgroundEstimate(expectation: 300, error: 10))
    let some = try CountingRegion(count: 0, background: BackgroundEstimate(expectation: 180, error: 9))
    let asymptotic = try AsymptoticLimit(
      CountingLikelihood(regions: [CountingRegion(count: 180, background: some.background)]))
    let difference =
      try some.expectedLimits(confidence: 0.9).median
      / asymptotic.expectedLimit(
        confidence: 0.9, deviations: 0) - 1
    #expect(abs(difference) < 0.04)
    #expect(try many.expectedLimits(confidence: 0.9).median > band.plus2)
  }

  @Test("Many candidates are answered by asymptotic formulae, and both agree where they meet")
  func manyCandidates() throws {
    let many = try CountingRegion(count: 5000, background: BackgroundEstimate(expectation: 4900, error: 40))
    #expect(try many.upperLimit(confidence: 0.95).method.contains("asymptotic"))
    let some = try CountingRegion(count: 190, background: BackgroundEstimate(expectation: 180, error: 9))
    let exact = try some.upperLimit(confidence: 0.95, method: .exact).value
    let asymptotic = try some.upperLimit(confidence: 0.95, method: .asymptotic).value
    #expect(abs(exact / asymptotic - 1) < 0.02, "\(exact) \(asymptotic)")
  }

  @Test("Senseless counts, backgrounds and levels are refused by name")
  func badInput() throws {
    #expect(throws: FitRefusal.self) { try CountingRegion(count: -1, background: .known(1)) }
    #expect(throws: FitRefusal.self) { try CountingRegion(count: .nan, background: .known(1)) }
    #expect(throws: FitRefusal.self) { try CountingRegion(count: 1, background: .known(-1)) }
    #expect(throws: FitRefusal.self) { try CountingRegion(count: 1, background: .measured(count: 1, ratio: 0)) }
    #expect(throws: FitRefusal.self) { try CountingRegion(count: 1, background: .known(1), signal: 0) }
    #expect(throws: FitRefusal.self) { try CountingLikelihood(regions: []) }
    let region = try CountingRegion(count: 1.5, background: .known(1))
    #expect(throws: FitRefusal.self) { try region.upperLimit(confidence: 0.9, method: .averaged) }
    #expect(throws: FitRefusal.self) { try region.upperLimit(confidence: 1, method: .exact) }
    let error = #expect(throws: FitRefusal.self) { try CountingRegion(count: -1, background: .known(1)) }
    #expect(error?.description.contains("-1") ?? false)
  }
}
