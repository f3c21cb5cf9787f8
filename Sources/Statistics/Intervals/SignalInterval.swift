import Foundation

/// Intervals of a Poisson signal over a background whose expectation is known without error.
///
/// Negative counts and backgrounds are taken as 0.
public enum SignalInterval {
  /// The signal excluded by the CLs method: where P(N <= count) with signal is 1 - confidence of what it is without.
  ///
  /// A. L. Read, J. Phys. G 28 (2002) 2693. The same number is the Bayesian limit with a flat prior of the signal
  /// (O. Helene, Nucl. Instrum. Meth. 212 (1983) 319). Without a count it is -ln(1 - confidence), whatever the background.
  public static func upperLimit(count: Int, background: Double, confidence: Double = 0.9) -> Double {
    let shape = Double(max(count, 0)) + 1
    let b = max(background, 0)
    let allowed = (1 - confidence) * GammaDistribution.tail(b, shape: shape)
    return max(GammaDistribution.upperQuantile(allowed, shape: shape) - b, 0)
  }

  /// The shortest Bayesian interval with a flat prior of the signal: no value outside is more probable than one inside.
  ///
  /// R. P. Kraft, D. N. Burrows and J. A. Nousek, Astrophys. J. 374 (1991) 344. The lower end is 0 if the count is no clear
  /// excess.
  public static func shortestCredible(
    count: Int, background: Double, confidence: Double = NormalDistribution.oneSigma
  ) -> (low: Double, high: Double) {
    let n = Double(max(count, 0))
    let b = max(background, 0)
    let norm = GammaDistribution.tail(b, shape: n + 1)
    let content = { (low: Double, high: Double) -> Double in
      (GammaDistribution.tail(low + b, shape: n + 1) - GammaDistribution.tail(high + b, shape: n + 1)) / norm
    }
    // The probability of the count, e^-x x^n, falls on both sides of x = n: pairs of equal height from there downwards.
    let height = { (x: Double) -> Double in x > 0 ? n * log(x) - x : (n == 0 ? 0 : -.infinity) }
    let partner = { (low: Double) -> Double in
      var inner = n
      var outer = n + 1
      while height(outer) > height(low) { outer = n + 2 * (outer - n) }
      for _ in 0..<200 where outer - inner > 1e-13 * outer {
        let middle = 0.5 * (inner + outer)
        if height(middle) > height(low) { inner = middle } else { outer = middle }
      }
      return 0.5 * (inner + outer)
    }
    if n <= b || content(0, partner(b) - b) <= confidence {
      return (0, upperLimit(count: count, background: background, confidence: confidence))
    }
    var wide = b
    var narrow = n
    for _ in 0..<200 where narrow - wide > 1e-13 * narrow {
      let middle = 0.5 * (wide + narrow)
      if content(middle - b, partner(middle) - b) > confidence { wide = middle } else { narrow = middle }
    }
    let low = 0.5 * (wide + narrow)
    return (low - b, partner(low) - b)
  }
}
