import Foundation

/// The beta distribution: the regularised incomplete beta function and its inverse.
public enum BetaDistribution {
  /// The regularised incomplete beta function I_x(a, b), the probability of a value below `x`; NaN unless a, b > 0.
  ///
  /// Lentz's evaluation of the continued fraction 8.17.22 of the NIST Digital Library of Mathematical Functions, with
  /// a saddle-point prefactor: relative accuracy about 1e-13 also for parameters of a million.
  public static func cumulative(_ x: Double, a: Double, b: Double) -> Double {
    guard a > 0, b > 0, !x.isNaN, a.isFinite, b.isFinite else { return .nan }
    guard x > 0 else { return 0 }
    guard x < 1 else { return 1 }
    return sides(x: x, y: 1 - x, a: a, b: b).lower
  }

  /// The value below which a fraction `probability` lies; NaN unless a, b > 0 and 0 <= probability <= 1.
  public static func quantile(_ probability: Double, a: Double, b: Double) -> Double {
    guard a > 0, b > 0, a.isFinite, b.isFinite, probability >= 0, probability <= 1 else { return .nan }
    if probability == 0 { return 0 }
    if probability == 1 { return 1 }
    // Safeguarded Newton iteration on the logit scale, where the distribution function is close to a probit curve.
    var lower = -745.0
    var upper = 745.0
    var t = min(max(startingLogit(probability, a: a, b: b), -700), 700)
    for _ in 0..<200 {
      let odds = exp(-abs(t))
      let (x, y) = t < 0 ? (odds / (1 + odds), 1 / (1 + odds)) : (1 / (1 + odds), odds / (1 + odds))
      let both = sides(x: x, y: y, a: a, b: b)
      let excess = probability < 0.5 ? both.lower - probability : (1 - probability) - both.upper
      if excess == 0 { return x }
      if excess > 0 { upper = t } else { lower = t }
      // d I / dt = x y * density = prefactor of the fraction.
      let slope = both.slope
      var next = slope > 0 ? t - excess / slope : .nan
      if !(next > lower && next < upper) { next = 0.5 * (lower + upper) }
      if abs(next - t) <= 4e-16 * max(1, abs(t)) || upper - lower < 1e-15 { return logistic(next) }
      t = next
    }
    return logistic(t)
  }

  private static func logistic(_ t: Double) -> Double {
    t < 0 ? exp(t) / (1 + exp(t)) : 1 / (1 + exp(-t))
  }

  private static func startingLogit(_ probability: Double, a: Double, b: Double) -> Double {
    if a > 1 && b > 1 {
      // Paulson's approximation through the F distribution (Abramowitz and Stegun 26.5.22).
      let z = NormalDistribution.quantile(probability)
      let lambda = (z * z - 3) / 6
      let h = 2 / (1 / (2 * a - 1) + 1 / (2 * b - 1))
      let difference = 1 / (2 * b - 1) - 1 / (2 * a - 1)
      let w = z * max(h + lambda, 0).squareRoot() / h - difference * (lambda + 5.0 / 6 - 2 / (3 * h))
      return log(a / b) + 2 * w
    }
    // Power-law ends of the distribution.
    let logBeta = lgamma(a) + lgamma(b) - lgamma(a + b)
    let left = (log(probability * a) + logBeta) / a
    let right = (log((1 - probability) * b) + logBeta) / b
    if left < -0.7 { return left }
    if right < -0.7 { return -right }
    return log(a / b)
  }

  /// I_x(a,b), 1 - I_x(a,b) and x y times the density, for y = 1 - x given separately so that neither loses digits.
  private static func sides(x: Double, y: Double, a: Double, b: Double) -> (lower: Double, upper: Double, slope: Double)
  {
    // x^a y^b / B(a,b) = (a b / (a+b)) binomialTerm(a of a+b).
    let slope = a * b / (a + b) * SaddlePoint.binomialTerm(a, of: a + b, p: x, q: y)
    if x * (a + b + 2) <= a + 1 {
      let lower = slope * fraction(x: x, a: a, b: b) / a
      return (lower, 1 - lower, slope)
    }
    let upper = slope * fraction(x: y, a: b, b: a) / b
    return (1 - upper, upper, slope)
  }

  private static func fraction(x: Double, a: Double, b: Double) -> Double {
    let tiny = 1e-300
    var c = 1.0
    var d = 1 - (a + b) * x / (a + 1)
    if abs(d) < tiny { d = tiny }
    d = 1 / d
    var result = d
    for index in 1..<100_000 {
      let m = Double(index)
      let even: Double = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
      d = 1 + even * d
      if abs(d) < tiny { d = tiny }
      c = 1 + even / c
      if abs(c) < tiny { c = tiny }
      d = 1 / d
      result *= d * c
      let odd: Double = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
      d = 1 + odd * d
      if abs(d) < tiny { d = tiny }
      c = 1 + odd / c
      if abs(c) < tiny { c = tiny }
      d = 1 / d
      let factor = d * c
      result *= factor
      if abs(factor - 1) < 1e-16 { break }
    }
    return result
  }
}

/// The binomial distribution of successes in independent trials.
public enum BinomialDistribution {
  /// The probability of exactly `count` successes.
  public static func probability(_ count: Int, trials: Int, probability: Double) -> Double {
    guard count >= 0, count <= trials else { return 0 }
    return SaddlePoint.binomialTerm(Double(count), of: Double(trials), p: probability, q: 1 - probability)
  }

  /// The probability of at most `count` successes.
  public static func cumulative(_ count: Int, trials: Int, probability: Double) -> Double {
    guard count >= 0 else { return 0 }
    guard count < trials else { return 1 }
    return BetaDistribution.cumulative(1 - probability, a: Double(trials - count), b: Double(count) + 1)
  }

  /// The probability of at least `count` successes.
  public static func atLeast(_ count: Int, trials: Int, probability: Double) -> Double {
    guard count > 0 else { return 1 }
    guard count <= trials else { return 0 }
    return BetaDistribution.cumulative(probability, a: Double(count), b: Double(trials - count) + 1)
  }
}
