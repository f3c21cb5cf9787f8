import Statistics

extension HypothesisResult {
  /// Takes yield, significance and limits from a likelihood fit.
  ///
  /// - Parameter whole: the whole signal over what the fit counts of it.
  mutating func fill(from estimate: PeakEstimate, confidence level: Double, whole: Double) {
    method = .likelihood
    yield = EstimatedNumber(
      value: estimate.yield, low: estimate.yield + estimate.lowerError, high: estimate.yield + estimate.upperError,
      method: "profile likelihood 68.27 %"
    ).scaled(by: whole)
    localSignificance = estimate.significance
    localProbability = estimate.localProbability
    upperLimit = EstimatedNumber(
      value: estimate.limit, low: 0, high: estimate.limit,
      method: "upper limit, CLs asymptotic \(percentText(level))"
    ).scaled(by: whole)
    let band = estimate.expectedBand
    expectedLimit = ExpectedLimit(
      median: estimate.expectedLimit, minus1: band.y, plus1: band.z, minus2: band.x, plus2: band.w
    ).scaled(by: whole)
  }

  /// Takes yield, significance and limits from any likelihood.
  ///
  /// - Parameter errors: the ends of the interval of the yield.
  mutating func fill<Likelihood: SignalLikelihood>(
    from likelihood: Likelihood, errors: (low: Double, high: Double), confidence level: Double
  ) throws(FitRefusal) {
    let limits = try AsymptoticLimit(likelihood)
    let limit = try limits.upperLimit(confidence: level)
    guard let rise = likelihood.rise(signal: 0) else { throw .noConvergence("the fit without signal") }
    let expected = try limits.expectedLimits(confidence: level)
    let root = max(rise, 0).squareRoot()
    let significance = likelihood.yield < 0 ? -root : root
    method = .likelihood
    yield = EstimatedNumber(
      value: likelihood.yield, low: errors.low, high: errors.high, method: "profile likelihood 68.27 %")
    localSignificance = significance
    localProbability = NormalDistribution.tail(significance)
    upperLimit = EstimatedNumber(
      value: limit, low: 0, high: limit, method: "upper limit, CLs asymptotic \(percentText(level))")
    expectedLimit = expected
  }

  /// Counts the peak region against sidebands of equal reach on either side, in which the background must follow a
  /// straight line.
  mutating func count(_ window: ScanWindow, _ plan: ScanPlan, _ counts: [Int]) throws(FitRefusal) {
    let sidebands = try Sidebands(window, plan, counts)
    let level = plan.settings.confidence
    let experiment = CountingExperiment(
      count: sidebands.peakCount, sidebandCount: sidebands.count, sidebandRatio: sidebands.ratio)
    guard let interval = experiment.interval(), let limit = experiment.upperLimit(confidence: level)
    else { throw .intervalNotFound("interval of the count") }
    let whole = 1 / sidebands.contained
    let background = Double(sidebands.count) / sidebands.ratio
    let excess = Double(sidebands.peakCount) - background
    method = .counting
    backgroundUnderPeak = background
    yield = EstimatedNumber(
      value: excess, low: min(interval.low, excess), high: max(interval.high, excess),
      method: "count against sidebands, averaged over the background, 68.27 %"
    ).scaled(by: whole)
    // No candidate at all is no excess of any size: p = 1 has no number of standard deviations.
    localSignificance = experiment.significance.isFinite ? experiment.significance : nil
    localProbability = experiment.pValue
    upperLimit = EstimatedNumber(
      value: limit, low: 0, high: limit,
      method: "upper limit, CLs counting averaged over the background \(percentText(level))"
    ).scaled(by: whole)
  }
}
