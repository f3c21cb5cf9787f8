import Foundation
import Statistics

/// The ways to a limit on the signal of a count.
public enum CountingMethod: String, CaseIterable, Codable, Sendable {
  /// CLs with q-tilde, its distribution summed exactly over counts in region and sideband.
  case exact = "CLs, exact sum"
  /// CLs with q-tilde and asymptotic formulae.
  case asymptotic = "CLs, asymptotic"
  /// CLs of the count, averaged over a gamma-distributed background; also the Bayesian limit with a flat prior.
  case averaged = "CLs, averaged over the background"
  /// CLs of the count with the background taken as known.
  case knownBackground = "CLs, background known"
  /// The upper end of the unified interval with the background taken as known.
  case unified = "Feldman-Cousins, background known"
}

extension CountingRegion {
  /// The upper limit on signal candidates by the method that suits the counts: the exact sum up to
  /// ``ExactCounting/largestCount`` candidates and as large a background, asymptotic formulae above.
  public func upperLimit(confidence: Double) throws(FitRefusal) -> EstimatedNumber {
    try upperLimit(confidence: confidence, method: suitsExactSum ? .exact : .asymptotic)
  }

  /// The upper limit on signal candidates by a method.
  ///
  /// - Throws: ``FitRefusal`` for a confidence level outside 0 to 1, and for counts that are not whole where a method
  ///   needs whole ones.
  public func upperLimit(confidence: Double, method: CountingMethod) throws(FitRefusal) -> EstimatedNumber {
    guard confidence > 0, confidence < 1 else {
      throw .invalidInput("a confidence level of \(confidence), expected 0 to 1")
    }
    let limit: Double
    switch method {
    case .exact:
      limit = try ExactCounting(region: self).upperLimit(confidence: confidence)
    case .asymptotic:
      let alone = try CountingRegion(count: count, background: background)
      limit = try AsymptoticLimit(CountingLikelihood(regions: [alone])).upperLimit(confidence: confidence)
    case .averaged:
      guard case .measured(let auxiliary, let ratio) = background, auxiliary > 0 else {
        limit = SignalInterval.upperLimit(
          count: try wholeCount, background: background.expectation, confidence: confidence)
        break
      }
      let experiment = CountingExperiment(count: try wholeCount, backgroundShape: auxiliary, backgroundRate: ratio)
      guard let found = experiment.upperLimit(confidence: confidence) else { throw .intervalNotFound("upper limit") }
      limit = found
    case .knownBackground:
      limit = SignalInterval.upperLimit(
        count: try wholeCount, background: background.expectation, confidence: confidence)
    case .unified:
      limit =
        FeldmanCousins(confidence: confidence)
        .interval(count: try wholeCount, background: background.expectation).high
    }
    return EstimatedNumber(
      value: limit, low: 0, high: limit, method: "upper limit, \(method.rawValue), \(percentText(confidence))")
  }

  /// The limits that counts without signal would give, for the expected background alone: what may be shown before the count is.
  ///
  /// For few candidates the limits of the counts at the quantiles of the Poisson distribution, else asymptotic.
  public func expectedLimits(confidence: Double) throws(FitRefusal) -> ExpectedLimit {
    let expected = background.expectation
    let asimov = try CountingRegion(count: expected, background: background)
    guard asimov.suitsExactSum else {
      return try AsymptoticLimit(CountingLikelihood(regions: [asimov])).expectedLimits(confidence: confidence)
    }
    var limits: [Double] = []
    for deviations in [0.0, -1, 1, -2, 2] {
      let probability = NormalDistribution.cumulative(deviations)
      var n = 0
      while PoissonDistribution.cumulative(n, mean: expected) < probability { n += 1 }
      let region = try CountingRegion(count: Double(n), background: background)
      limits.append(try region.upperLimit(confidence: confidence, method: .exact).value)
    }
    return ExpectedLimit(median: limits[0], minus1: limits[1], plus1: limits[2], minus2: limits[3], plus2: limits[4])
  }

  /// The significance of the excess by the likelihood ratio with the background profiled, negative for a deficit.
  public var significance: Double {
    switch background {
    case .known(let expectation):
      return CountSignificance.knownBackground(count: count, background: expectation)
    case .measured(let auxiliary, let ratio):
      return CountSignificance.likelihoodRatio(on: count, off: auxiliary, ratio: ratio)
    }
  }

  /// The probability of an excess like this or larger without signal: the exact sum for few candidates, else the normal
  /// tail of ``significance``.
  public var pValue: Double {
    suitsExactSum ? ExactCounting(region: self).discoveryProbability : NormalDistribution.tail(significance)
  }

  /// The central interval of the signal by the profile likelihood, cut at 0.
  public func interval(deviations: Double = 1) throws(FitRefusal) -> EstimatedNumber {
    let best = halfDeviance(signal: excess)
    let error = (max(count, 1) + background.error * background.error).squareRoot()
    let rise = { (signal: Double) -> Double in
      max(2 * (self.halfDeviance(signal: signal) - best), 0).squareRoot() - deviations
    }
    guard
      let high = risingRoot(from: excess, step: deviations * error, tolerance: 1e-9 * error, rise)
    else { throw .intervalNotFound("error of the count") }
    var low = 0.0
    if excess > 0, rise(0) > 0 {
      guard let found = risingRoot(from: excess, step: -min(deviations * error, excess), tolerance: 1e-9 * error, rise)
      else { throw .intervalNotFound("error of the count") }
      low = found
    }
    return EstimatedNumber(
      value: excess, low: min(low, excess), high: high,
      method: "count, profile likelihood \(percentText(1 - 2 * NormalDistribution.tail(deviations)))")
  }

  /// Whether the exact sum is the method that suits the counts.
  var suitsExactSum: Bool {
    count <= ExactCounting.largestCount && background.expectation <= ExactCounting.largestCount
  }

  private var wholeCount: Int {
    get throws(FitRefusal) {
      guard count == count.rounded(), count <= ExactCounting.largestPossibleCount else {
        throw .invalidInput(
          "\(count) candidates, expected a whole number up to \(ExactCounting.largestPossibleCount) for this method")
      }
      return Int(count)
    }
  }
}
