/// The method that gives the confidence interval of an efficiency k/n.
public enum EfficiencyInterval: String, CaseIterable, Codable, Sendable {
  /// Clopper and Pearson, Biometrika 26 (1934) 404: never covers less than it claims. The default.
  case clopperPearson = "Clopper-Pearson"
  /// Wilson's score interval, J. Am. Stat. Assoc. 22 (1927) 209: covers right on average.
  case wilson = "Wilson"
  /// The central Bayesian interval with Jeffreys' prior, beta(1/2, 1/2).
  case jeffreys = "Jeffreys"
  /// The normal approximation; wrong near 0 and 1, kept for comparison with others' numbers.
  case normal = "normal"

  /// The interval for `passed` of `total` at a confidence level.
  ///
  /// Counts that make no sense (negative, or more passed than tested) are clamped to the nearest that do; no trials
  /// give [0, 1].
  public func interval(
    passed: Int, total: Int, confidence: Double = NormalDistribution.oneSigma
  ) -> (low: Double, high: Double) {
    let total = max(total, 0)
    let passed = min(max(passed, 0), total)
    guard total > 0 else { return (0, 1) }
    let k = Double(passed)
    let n = Double(total)
    let tail = 0.5 * (1 - confidence)
    switch self {
    case .clopperPearson:
      let low = passed == 0 ? 0 : BetaDistribution.quantile(tail, a: k, b: n - k + 1)
      let high = passed == total ? 1 : 1 - BetaDistribution.quantile(tail, a: n - k, b: k + 1)
      return (low, high)
    case .wilson:
      return Self.score(estimate: k / n, size: n, correction: 1, confidence: confidence)
    case .jeffreys:
      let low = passed == 0 ? 0 : BetaDistribution.quantile(tail, a: k + 0.5, b: n - k + 0.5)
      let high = passed == total ? 1 : 1 - BetaDistribution.quantile(tail, a: n - k + 0.5, b: k + 0.5)
      return (low, high)
    case .normal:
      let estimate = k / n
      let half = NormalDistribution.halfWidth(ofCentral: confidence) * (estimate * (1 - estimate) / n).squareRoot()
      return (max(estimate - half, 0), min(estimate + half, 1))
    }
  }

  /// The generalised Wilson interval of a weighted sample: H. Dembinski and M. Schmelling, arXiv:2110.00294, equation
  /// 41, with the effective number of events (sum w)^2 / sum w^2 and its correction (n^3 + n^2 + 2n + 6)/n^3 for the
  /// fluctuation of the sample size. No events, or weights that cancel, give [0, 1].
  public static func weightedWilson(
    passedWeight: Double, totalWeight: Double, totalWeightSquared: Double,
    confidence: Double = NormalDistribution.oneSigma
  ) -> (low: Double, high: Double) {
    guard totalWeight > 0, totalWeightSquared > 0 else { return (0, 1) }
    let size = totalWeight * totalWeight / totalWeightSquared
    let estimate = min(max(passedWeight / totalWeight, 0), 1)
    let inverse = 1 / size
    let correction: Double = 1 + inverse * (1 + inverse * (2 + 6 * inverse))
    return score(estimate: estimate, size: size, correction: correction, confidence: confidence)
  }

  private static func score(
    estimate: Double, size: Double, correction: Double, confidence: Double
  ) -> (low: Double, high: Double) {
    // Roots of (estimate - p)^2 = p (1 - p) z^2 correction / size.
    let z = NormalDistribution.halfWidth(ofCentral: confidence)
    let square = z * z * correction
    let centre = (size * estimate + 0.5 * square) / (size + square)
    let spread: Double = size * estimate * (1 - estimate) * square + 0.25 * square * square
    let half = spread.squareRoot() / (size + square)
    let low = estimate == 0 ? 0 : max(centre - half, 0)
    let high = estimate == 1 ? 1 : min(centre + half, 1)
    return (low, high)
  }
}
