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

  @Test("One answer holds every method by name, and goes through JSON unchanged")
  func answer() throws {
    let region = try CountingRegion(count: 1, background: BackgroundEstimate(expectation: 0.5, error: 0.25))
    let answer = try CountingAnswer(region: region, confidence: 0.9, signals: [3])
    #expect(Set(answer.limits.map(\.method)).count == CountingMethod.allCases.count)
    #expect(answer.limits.contains(answer.upperLimit) && answer.upperLimit.method.contains("exact"))
    #expect(abs((answer.tested.first?.exact ?? 0) - 0.1101) < 5e-5)
    #expect(abs((answer.tested.first?.asymptotic ?? 0) - 0.0887) < 5e-5)
    #expect(answer.yield.low < 0.5 && answer.yield.high > 0.5 && answer.pValue > 0.2)
    let copy = try JSONDecoder().decode(CountingAnswer.self, from: try JSONEncoder().encode(answer))
    #expect(copy == answer)
  }

  @Test("Very many candidates, huge sidebands and backgrounds are answered at once, or refused")
  func extremes() throws {
    let huge = try CountingRegion(count: 1e9, background: BackgroundEstimate(expectation: 1e9, error: 1e5))
    let answer = try CountingAnswer(region: huge, confidence: 0.9, signals: [1e5])
    #expect(answer.limits.map(\.method).allSatisfy { $0.contains("asymptotic") })
    #expect(answer.tested.first?.exact == nil && answer.tested.first?.asymptotic != nil)
    #expect(abs(answer.upperLimit.value / 1.7e5 - 1) < 0.2)
    #expect(throws: FitRefusal.self) { try huge.upperLimit(confidence: 0.9, method: .exact) }
    #expect(throws: FitRefusal.self) { try huge.upperLimit(confidence: 0.9, method: .unified) }
    // A background known to a hundredth of a percent is known.
    let known = try CountingRegion(count: 1, background: BackgroundEstimate(expectation: 0.5, error: 5e-5))
    #expect(abs(try known.upperLimit(confidence: 0.9).value - 3.5082) < 1e-4)
    #expect(FeldmanCousins(confidence: 0.9).interval(count: 1_000_000, background: 0).high.isNaN)
    let empty = try CountingAnswer(region: CountingRegion(count: 0, background: .known(0)), confidence: 0.9)
    #expect(abs(empty.upperLimit.value - 2.302585) < 1e-5 && empty.pValue == 1)
    let nothing = try CountingAnswer(
      region: CountingRegion(count: 2, background: .measured(count: 0, ratio: 3)), confidence: 0.9)
    #expect(nothing.upperLimit.value > 2 && nothing.upperLimit.value < 6 && nothing.pValue < 1)
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

  @Test(
    "Two regions with backgrounds and a common error of the efficiency agree with scipy",
    .enabled(if: PythonReferee.isInstalled, "needs scipy in .venv"))
  func severalRegions() throws {
    let regions = [
      try CountingRegion(count: 3, background: BackgroundEstimate(expectation: 2, error: 0.8), signal: 1),
      try CountingRegion(count: 9, background: BackgroundEstimate(expectation: 10, error: 1.5), signal: 2.5),
    ]
    let normalization = try SignalNormalization(exposure: 1, exposureError: 0.12, efficiency: 1, efficiencyError: 0.16)
    let likelihood = NormalizedLikelihood(try CountingLikelihood(regions: regions), normalization: normalization)
    let limits = try AsymptoticLimit(likelihood)
    let ours = [
      likelihood.yield, likelihood.excessStatistic ?? .nan, limits.confidence(ofSignal: 1.5) ?? .nan,
      try limits.upperLimit(confidence: 0.9),
    ]
    let theirs = try PythonReferee.numbers(
      """
      import numpy as np
      from scipy.optimize import minimize, brentq
      from scipy.stats import norm
      n, b, db, s, d = [np.array(x, float) for x in input]
      tau = (b/db)**2; d = float(d[0])
      def nll(mu, g, theta, n, m, c):
        lam = mu*np.exp(d*theta)*s + b*g
        aux = tau*g
        return float(np.sum(lam - n*np.log(lam)) + np.sum(aux - m*np.log(aux)) + 0.5*(theta - c)**2)
      def fit(mu, n, m, c):
        free = mu is None
        start = np.concatenate([np.zeros(len(b)), [0.0], [1.0] if free else []])
        f = lambda x: nll(np.exp(x[-1]) if free else mu, np.exp(x[:len(b)]), x[len(b)], n, m, c)
        best = minimize(f, start, method='BFGS', options={'gtol': 1e-9})
        best = minimize(f, best.x, method='Nelder-Mead', options={'xatol': 1e-10, 'fatol': 1e-13, 'maxiter': 20000, 'maxfev': 20000})
        return best.fun, best.x
      free, xf = fit(None, n, tau, 0.0)
      null, x0 = fit(0.0, n, tau, 0.0)
      muhat = float(np.exp(xf[-1]))
      g0 = np.exp(x0[:len(b)])
      na, ma, ca = b*g0, tau*g0, x0[len(b)]
      a0 = fit(0.0, na, ma, ca)[0]
      def cls(mu):
        q = 2*(fit(mu, n, tau, 0.0)[0] - free) if mu > muhat else 0.0
        qa = 2*(fit(mu, na, ma, ca)[0] - a0)
        q, qa = max(q, 0.0), max(qa, 1e-12)
        t = np.sqrt(q) - np.sqrt(qa) if q <= qa else (q - qa)/(2*np.sqrt(qa))
        return float(norm.sf(t + np.sqrt(qa))/norm.sf(t))
      limit = brentq(lambda mu: cls(mu) - 0.1, muhat + 0.3, 10, xtol=1e-7)
      print(json.dumps([muhat, 2*(null - free), cls(1.5), limit]))
      """, input: [[3, 9], [2, 10], [0.8, 1.5], [1, 2.5], [0.2]])
    for (our, their) in zip(ours, theirs) { #expect(abs(our - their) < 1e-5, "\(ours) \(theirs)") }
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
