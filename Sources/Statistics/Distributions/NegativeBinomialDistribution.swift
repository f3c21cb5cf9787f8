/// The negative binomial distribution: a Poisson count whose expectation follows a gamma distribution.
public enum NegativeBinomialDistribution {
  /// The probability of exactly `count`, for an expectation with a gamma distribution of given shape and inverse scale.
  public static func probability(_ count: Int, shape: Double, rate: Double) -> Double {
    guard count >= 0 else { return 0 }
    guard shape > 0, rate > 0 else { return .nan }
    let k = Double(count)
    let p = 1 / (1 + rate)
    return shape / (shape + k) * SaddlePoint.binomialTerm(k, of: shape + k, p: p, q: rate / (1 + rate))
  }

  /// The probability of at least `count`.
  public static func atLeast(_ count: Int, shape: Double, rate: Double) -> Double {
    guard count > 0 else { return 1 }
    return BetaDistribution.cumulative(1 / (1 + rate), a: Double(count), b: shape)
  }
}
