import Foundation

/// The gamma distribution of unit scale: the regularised incomplete gamma functions and their inverse.
public enum GammaDistribution {
  /// The regularised lower incomplete gamma function P(shape, x), the probability of a value below `x`.
  public static func cumulative(_ x: Double, shape: Double) -> Double {
    sides(x, shape).lower
  }

  /// The regularised upper incomplete gamma function Q(shape, x), the probability of a value above `x`.
  public static func tail(_ x: Double, shape: Double) -> Double {
    sides(x, shape).upper
  }

  /// The value below which a fraction `probability` lies; NaN unless shape > 0 and 0 <= probability <= 1.
  public static func quantile(_ probability: Double, shape: Double) -> Double {
    quantile(lower: probability, upper: 1 - probability, shape: shape)
  }

  /// The value above which a fraction `probability` lies.
  public static func upperQuantile(_ probability: Double, shape: Double) -> Double {
    quantile(lower: 1 - probability, upper: probability, shape: shape)
  }

  private static func quantile(lower: Double, upper: Double, shape: Double) -> Double {
    guard shape > 0, shape.isFinite, lower >= 0, upper >= 0, lower <= 1 else { return .nan }
    if lower == 0 { return 0 }
    if upper == 0 { return .infinity }
    // Safeguarded Newton iteration in log x.
    var low = -745.0
    var high = log(shape + 40 * (shape + 40).squareRoot() + 800)
    var t = min(max(startingLogarithm(lower: lower, upper: upper, shape: shape), low), high)
    for _ in 0..<200 {
      let x = exp(t)
      let both = sides(x, shape)
      let excess = lower < 0.5 ? both.lower - lower : upper - both.upper
      if excess == 0 { return x }
      if excess > 0 { high = t } else { low = t }
      let slope = shape * SaddlePoint.poissonTerm(shape, mean: x)
      var next = slope > 0 ? t - excess / slope : .nan
      if !(next > low && next < high) { next = 0.5 * (low + high) }
      if abs(next - t) <= 4e-16 * max(1, abs(t)) || high - low < 1e-15 { return exp(next) }
      t = next
    }
    return exp(t)
  }

  private static func startingLogarithm(lower: Double, upper: Double, shape: Double) -> Double {
    // Wilson and Hilferty: the cube root is nearly normal; the power law at the origin where that fails.
    let z = lower < 0.5 ? NormalDistribution.quantile(lower) : -NormalDistribution.quantile(upper)
    let root = 1 - 1 / (9 * shape) + z / (3 * shape.squareRoot())
    let powerLaw = (log(lower) + lgamma(shape + 1)) / shape
    if root <= 0.2 || powerLaw < log(0.1 * shape) { return powerLaw }
    return log(shape) + 3 * log(root)
  }

  private static func sides(_ x: Double, _ shape: Double) -> (lower: Double, upper: Double) {
    guard shape > 0, shape.isFinite, !x.isNaN else { return (.nan, .nan) }
    guard x > 0 else { return (0, 1) }
    guard x.isFinite else { return (1, 0) }
    if x < shape + 1 {
      // Series 8.11.4 of the Digital Library of Mathematical Functions.
      var term = 1.0
      var sum = 1.0
      var denominator = shape
      for _ in 0..<10_000_000 {
        denominator += 1
        term *= x / denominator
        sum += term
        if term < sum * 1e-17 { break }
      }
      let lower = min(SaddlePoint.poissonTerm(shape, mean: x) * sum, 1)
      return (lower, 1 - lower)
    }
    // Continued fraction 8.9.2, Lentz's evaluation.
    let tiny = 1e-300
    var b = x + 1 - shape
    var c = 1 / tiny
    var d = 1 / b
    var fraction = d
    for index in 1..<10_000_000 {
      let n = Double(index)
      let numerator = n * (shape - n)
      b += 2
      d = numerator * d + b
      if abs(d) < tiny { d = tiny }
      c = b + numerator / c
      if abs(c) < tiny { c = tiny }
      d = 1 / d
      let factor = d * c
      fraction *= factor
      if abs(factor - 1) < 1e-16 { break }
    }
    let upper = min(shape * SaddlePoint.poissonTerm(shape, mean: x) * fraction, 1)
    return (1 - upper, upper)
  }
}

/// The chi-square distribution.
public enum ChiSquareDistribution {
  /// The probability of a chi-square above `value` for `degrees` degrees of freedom.
  public static func tail(_ value: Double, degrees: Int) -> Double {
    GammaDistribution.tail(0.5 * value, shape: 0.5 * Double(degrees))
  }
}

/// The Poisson distribution.
public enum PoissonDistribution {
  /// The probability of exactly `count` events.
  public static func probability(_ count: Int, mean: Double) -> Double {
    guard count >= 0, mean >= 0 else { return count >= 0 ? .nan : 0 }
    return SaddlePoint.poissonTerm(Double(count), mean: mean)
  }

  /// Half the deviance, n log(n/mean) + mean - n: how much the negative log-likelihood of a count lies above its minimum.
  public static func halfDeviance(_ count: Double, mean: Double) -> Double {
    guard count >= 0, mean >= 0 else { return .nan }
    guard mean > 0 else { return count == 0 ? 0 : .infinity }
    return SaddlePoint.deviance(count, mean)
  }

  /// The probability of at most `count` events.
  public static func cumulative(_ count: Int, mean: Double) -> Double {
    guard count >= 0 else { return 0 }
    return GammaDistribution.tail(mean, shape: Double(count) + 1)
  }

  /// The probability of at least `count` events.
  public static func atLeast(_ count: Int, mean: Double) -> Double {
    guard count > 0 else { return 1 }
    return GammaDistribution.cumulative(mean, shape: Double(count))
  }
}
