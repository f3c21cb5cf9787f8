import Foundation

/// The standard normal distribution.
public enum NormalDistribution {
  /// The probability content of one standard deviation on either side, 0.682689492…
  public static let oneSigma = 0.682689492137085897

  /// The density at `x`.
  public static func density(_ x: Double) -> Double {
    exp(-0.5 * x * x) * 0.3989422804014326779
  }

  /// The probability of a value below `x`.
  public static func cumulative(_ x: Double) -> Double {
    0.5 * erfc(-x * 0.70710678118654752440)
  }

  /// The probability of a value above `x`, without loss of precision far in the tail.
  public static func tail(_ x: Double) -> Double {
    0.5 * erfc(x * 0.70710678118654752440)
  }

  /// The value below which a fraction `probability` of the distribution lies; infinite at 0 and 1, NaN outside.
  public static func quantile(_ probability: Double) -> Double {
    guard probability > 0, probability < 1 else {
      return probability == 0 ? -.infinity : (probability == 1 ? .infinity : .nan)
    }
    if probability > 0.5 { return -PortableMath.normalQuantile(lowerHalf: 1 - probability) }
    return PortableMath.normalQuantile(lowerHalf: probability)
  }

  /// The significance, in standard deviations, of a one-sided p-value.
  public static func significance(ofTail probability: Double) -> Double {
    -quantile(probability)
  }

  /// The half-width, in standard deviations, of the central interval of the given probability content.
  public static func halfWidth(ofCentral confidence: Double) -> Double {
    -quantile(0.5 * (1 - confidence))
  }
}
