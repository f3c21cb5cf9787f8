/// The significance of a count above a background, in standard deviations with the sign of the excess.
///
/// Counts are real numbers, so that expectations (Asimov data sets) and sidebands of effective size can be put in. Input
/// that makes no sense (negative counts, ratios that are not positive) gives NaN.
public enum CountSignificance {
  /// Of `count` where `background` is expected without error: the signed root of the Cash statistic, 2 ln(L(n)/L(b)).
  ///
  /// W. Cash, Astrophys. J. 228 (1979) 939.
  public static func knownBackground(count: Double, background: Double) -> Double {
    guard count >= 0, background > 0, count.isFinite, background.isFinite else { return .nan }
    return signed(2 * SaddlePoint.deviance(count, background), excess: count - background)
  }

  /// Of `on` where `off` were counted in sidebands that hold `ratio` times the background of the signal region, by the
  /// likelihood ratio with the background profiled.
  ///
  /// Equation 17 of T. Li and Y. Ma, Astrophys. J. 272 (1983) 317, whose alpha is 1/ratio.
  public static func likelihoodRatio(on: Double, off: Double, ratio: Double) -> Double {
    guard on >= 0, off >= 0, ratio > 0, on.isFinite, off.isFinite, ratio.isFinite else { return .nan }
    let background = (on + off) / (1 + ratio)
    guard background > 0 else { return 0 }
    let deviance = SaddlePoint.deviance(on, background) + SaddlePoint.deviance(off, ratio * background)
    return signed(2 * deviance, excess: on - off / ratio)
  }

  /// The probability of `on` or more without signal, by the exact binomial test of `on` among `on + off`.
  ///
  /// The significance of this test is called Z_Bi; it is that of a count averaged over a gamma-distributed background:
  /// R. D. Cousins, J. T. Linnemann and J. Tucker, Nucl. Instrum. Meth. A 595 (2008) 480.
  public static func binomialProbability(on: Double, off: Double, ratio: Double) -> Double {
    guard on >= 0, off >= 0, ratio > 0 else { return .nan }
    return on == 0 ? 1 : BetaDistribution.cumulative(1 / (1 + ratio), a: on, b: off + 1)
  }

  /// Z_Bi, see ``binomialProbability(on:off:ratio:)``.
  public static func binomial(on: Double, off: Double, ratio: Double) -> Double {
    NormalDistribution.significance(ofTail: binomialProbability(on: on, off: off, ratio: ratio))
  }

  /// The median significance that `signal` over `background` known with `backgroundError` would give.
  ///
  /// The likelihood ratio of the Asimov data set: equation 97 of G. Cowan, K. Cranmer, E. Gross and O. Vitells, Eur. Phys. J.
  /// C 71 (2011) 1554 without error; with it, a sideband that measures the background to that error.
  public static func median(signal: Double, background: Double, backgroundError: Double = 0) -> Double {
    guard signal >= 0, background > 0, backgroundError >= 0 else { return .nan }
    guard backgroundError > 0 else { return knownBackground(count: signal + background, background: background) }
    let ratio = background / (backgroundError * backgroundError)
    return likelihoodRatio(on: signal + background, off: ratio * background, ratio: ratio)
  }

  private static func signed(_ statistic: Double, excess: Double) -> Double {
    let root = max(statistic, 0).squareRoot()
    return excess < 0 ? -root : root
  }
}
