import Foundation
import Statistics

/// E-values of counts: exact for any number of candidates, valid at any time.
///
/// Each is a likelihood ratio against no signal, averaged over signals with a prior cut to excesses. Without signal the mean is 1
/// and the value a martingale, so that ever exceeding 1/alpha has a probability of at most alpha.
public enum CountingEvidence {
  /// The logarithm of the e-value of `on` candidates in the signal region and `off` in sidebands of `ratio` times its background.
  ///
  /// Of every candidate only matters where it fell; the probability to fall into the signal region has a beta prior of that
  /// mean (of weight 1 + ratio), cut to more than without signal. No expected rate enters: changes of luminosity do no harm.
  public static func sidebands(on: Int, off: Int, ratio: Double) -> Double {
    guard on >= 0, off >= 0, ratio > 0 else { return .nan }
    let k = Double(on)
    let m = Double(off)
    let p = 1 / (1 + ratio)
    let a = 1.0
    let b = ratio
    let whole: Double = lgamma(a + k) + lgamma(b + m) - lgamma(a + b + k + m) - lgamma(a) - lgamma(b) + lgamma(a + b)
    let posterior = BetaDistribution.cumulative(1 - p, a: b + m, b: a + k)
    let prior = BetaDistribution.cumulative(1 - p, a: b, b: a)
    return whole - k * log(p) - m * log1p(-p) + log(max(posterior, 1e-300)) - log(prior)
  }
}
