import Foundation
import Statistics

/// What is believed of a signal's size before the first candidate: half-normal distributions of its rate, averaged.
///
/// A hypothesis with local significance Z at an exposure has the e-value
/// E = 2 Phi(Z sqrt(r/(1+r))) (1+r)^(-1/2) exp(Z^2 r / (2 (1+r))), r = exposure over the scale, the likelihood ratio of its score averaged over signal
/// rates (H. Robbins, Ann. Math. Stat. 41 (1970) 1397, one-sided). At the scale the prior is as wide as the estimate's error: a
/// signal that stands at five standard deviations at an exposure L is found best with a scale of L/25, and well with one ten times off.
public struct SignalPrior: Codable, Hashable, Sendable {
  /// The scales, in units of the exposure; each has the same weight.
  public let scales: [Double]

  /// For exposures counted in candidates of a fitted window: any size from a hundred candidates to a hundred million.
  public static let candidates = SignalPrior(checked: [30, 3000, 300_000])

  /// A prior.
  ///
  /// - Throws: ``FitRefusal/invalidInput(_:)`` unless there are scales and all are positive.
  public init(scales: [Double]) throws(FitRefusal) {
    guard !scales.isEmpty, scales.allSatisfy({ $0 > 0 && $0.isFinite }) else {
      throw .invalidInput("scales of a prior \(scales), expected positive numbers")
    }
    self.init(checked: scales)
  }

  private init(checked scales: [Double]) { self.scales = scales }

  /// The logarithm of the e-value of a local significance at an exposure.
  public func logValue(significance: Double, exposure: Double) -> Double {
    let values = scales.map { Self.logValue(significance: significance, ratio: exposure / $0) }
    let largest = values.max() ?? 0
    return largest + log(values.reduce(0.0) { $0 + exp($1 - largest) } / Double(values.count))
  }

  /// The logarithm of the e-value for one scale, see above; r is the exposure over it.
  public static func logValue(significance z: Double, ratio r: Double) -> Double {
    guard r > 0 else { return 0 }
    let shrink = r / (1 + r)
    // 2 Phi(x) by the tail of -x, which keeps its digits for deficits.
    let half = log(max(2 * NormalDistribution.tail(-z * shrink.squareRoot()), 1e-300))
    return half - 0.5 * log1p(r) + 0.5 * z * z * shrink
  }

  /// How many standard deviations above its estimate a signal is excluded at all times together: where the e-value in favour of
  /// less reaches 1/(1 - confidence). What limits on a display that is watched are made of.
  public func deviations(confidence: Double, exposure: Double) -> Double? {
    guard confidence > 0, confidence < 1, exposure > 0 else { return nil }
    let target = -log(1 - confidence)
    return risingRoot(from: 0, step: 2, tolerance: 1e-8) {
      self.logValue(significance: $0, exposure: exposure) - target
    }
  }
}
