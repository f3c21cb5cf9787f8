/// Confidence intervals and limits of the mean of a Poisson distribution from one observed count.
public enum PoissonInterval {
  /// The central interval of F. Garwood, Biometrika 28 (1936) 437: never covers less than it claims.
  public static func central(
    count: Int, confidence: Double = NormalDistribution.oneSigma
  ) -> (low: Double, high: Double) {
    let n = Double(max(count, 0))
    let tail = 0.5 * (1 - confidence)
    let low = n == 0 ? 0 : GammaDistribution.quantile(tail, shape: n)
    return (low, GammaDistribution.upperQuantile(tail, shape: n + 1))
  }

  /// The mean above which the observed count or less has a probability below 1 - confidence: 2.30 for no event at 90 %.
  public static func upperLimit(count: Int, confidence: Double = 0.9) -> Double {
    GammaDistribution.upperQuantile(1 - confidence, shape: Double(max(count, 0)) + 1)
  }
}
