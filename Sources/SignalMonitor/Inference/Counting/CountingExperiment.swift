import Foundation
import Statistics

/// A count in a signal region, averaged over what is known of its background from a count in sidebands.
///
/// Exact where a likelihood fit of the shape has too few candidates. The background expectation b is known from
/// `sidebandCount` candidates in sidebands that hold `sidebandRatio` times the signal region's background; with a flat
/// prior it follows a gamma distribution of shape sidebandCount + 1. The probability of the count, averaged over b, is
/// exact (R. D. Cousins, J. T. Linnemann and J. Tucker, Nucl. Instrum. Meth. A 595 (2008) 480, where the significance
/// of this method is shown to equal that of the exact binomial test, Z_Bi).
public struct CountingExperiment: Hashable, Sendable {
  /// Candidates in the signal region.
  public let count: Int
  /// Shape of the gamma distribution of the background expectation.
  public let backgroundShape: Double
  /// Its inverse scale: the expectation's mean is shape / rate.
  public let backgroundRate: Double

  /// A count with sidebands. Negative counts are taken as 0.
  public init(count: Int, sidebandCount: Int, sidebandRatio: Double) {
    self.init(count: count, backgroundShape: Double(max(sidebandCount, 0)) + 1, backgroundRate: sidebandRatio)
  }

  /// A count with a gamma-distributed background expectation of given shape and inverse scale.
  public init(count: Int, backgroundShape: Double, backgroundRate: Double) {
    self.count = max(count, 0)
    self.backgroundShape = backgroundShape
    self.backgroundRate = backgroundRate
  }

  /// The probability of at least the observed count without signal.
  public var pValue: Double {
    guard count > 0 else { return 1 }
    // The sum of the negative binomial distribution is an incomplete beta function.
    return BetaDistribution.cumulative(1 / (1 + backgroundRate), a: Double(count), b: backgroundShape)
  }

  /// The significance of the count, negative for a deficit.
  public var significance: Double { NormalDistribution.significance(ofTail: pValue) }

  /// The probability of at most the observed count for a signal expectation.
  public func probabilityAtMost(signal: Double) -> Double {
    // Background count k is negative binomial; the signal may then have up to count - k.
    var sum = 0.0
    for k in 0...count {
      let probability = NegativeBinomialDistribution.probability(k, shape: backgroundShape, rate: backgroundRate)
      sum += probability * PoissonDistribution.cumulative(count - k, mean: signal)
    }
    return min(sum, 1)
  }

  /// The signal expectation excluded at a confidence level by the CLs method, or nil if none is found.
  ///
  /// The same number is the Bayesian limit with a flat prior of the signal: the sum over background counts k of
  /// P(k) P(N <= count - k | signal) is, up to its norm, the posterior probability above the signal.
  public func upperLimit(confidence: Double) -> Double? {
    let background = probabilityAtMost(signal: 0)
    guard background > 0 else { return nil }
    let target = log(1 - confidence)
    let scale = Double(count).squareRoot() + 1
    return risingRoot(from: 0, step: 2 * scale, tolerance: 1e-9 * scale) { signal in
      let both = self.probabilityAtMost(signal: signal)
      return both > 0 ? target - log(both / background) : 1e3
    }
  }

  /// The central interval of the signal expectation: where the count, or more, has half of 1 - confidence, and where the
  /// count, or less, has it. The lower end is 0 when the count is no excess.
  public func interval(confidence: Double = NormalDistribution.oneSigma) -> (low: Double, high: Double)? {
    let tail = 0.5 * (1 - confidence)
    let scale = Double(count).squareRoot() + 1
    let high = risingRoot(from: 0, step: scale, tolerance: 1e-9 * scale) { signal in
      log(tail) - log(max(self.probabilityAtMost(signal: signal), 1e-300))
    }
    let below = CountingExperiment(
      count: count - 1, backgroundShape: backgroundShape, backgroundRate: backgroundRate)
    let low =
      count == 0 || pValue >= tail
      ? 0
      : risingRoot(from: 0, step: 0.5 * scale, tolerance: 1e-9 * scale) { signal in
        (1 - below.probabilityAtMost(signal: signal)) - tail
      }
    guard let low, let high else { return nil }
    return (low, high)
  }
}
