import Foundation
import Statistics

/// The upper limit on a signal by the CLs method with asymptotic formulae, for any likelihood.
///
/// Test statistic q-tilde of G. Cowan, K. Cranmer, E. Gross and O. Vitells, Eur. Phys. J. C 71 (2011) 1554; CLs of
/// A. L. Read, J. Phys. G 28 (2002) 2693. The Asimov data set is the expectation of the fit without signal. With few
/// candidates the formulae are wrong: counts then have ``ExactCounting``.
public struct AsymptoticLimit<Likelihood: SignalLikelihood>: Sendable {
  private let observed: Likelihood
  private let asimov: Likelihood

  /// Prepares limits for a likelihood.
  ///
  /// - Throws: ``FitRefusal`` when the Asimov data set cannot be fitted.
  public init(_ likelihood: Likelihood) throws(FitRefusal) {
    observed = likelihood
    asimov = try likelihood.asimovWithoutSignal()
  }

  /// CLs of a signal, or nil if the profile likelihood cannot be computed there.
  public func confidence(ofSignal signal: Double) -> Double? {
    guard let statistic = observed.limitStatistic(signal: signal), let expected = asimov.rise(signal: signal),
      expected > 0
    else { return nil }
    let rootExpected = expected.squareRoot()
    let root = statistic.squareRoot()
    let t = root <= rootExpected ? root - rootExpected : (statistic - expected) / (2 * rootExpected)
    let both = NormalDistribution.tail(t + rootExpected)
    let background = NormalDistribution.tail(t)
    return background > 0 ? both / background : 0
  }

  /// CLs of a signal that is expected without signal, when the background fluctuates by a number of standard deviations
  /// (0 for the median; upwards gives a larger CLs).
  public func expectedConfidence(ofSignal signal: Double, deviations: Double) -> Double? {
    guard let expected = asimov.rise(signal: signal), expected >= 0 else { return nil }
    return NormalDistribution.tail(expected.squareRoot() - deviations) / NormalDistribution.cumulative(deviations)
  }

  /// The signal that is excluded at a confidence level: CLs = 1 - confidence.
  public func upperLimit(confidence level: Double) throws(FitRefusal) -> Double {
    let error = observed.yieldError
    let target = log(1 - level)
    let start = max(observed.yield, 0)
    let limit = risingRoot(from: start + 1e-3 * error, step: 1.5 * error, tolerance: 1e-6 * error) { signal in
      guard let value = self.confidence(ofSignal: signal) else { return nil }
      return target - log(max(value, 1e-300))
    }
    guard let limit else { throw .intervalNotFound("upper limit") }
    return limit
  }

  /// The limit expected without signal, fluctuated by a number of standard deviations (0 for the median).
  public func expectedLimit(confidence level: Double, deviations: Double) throws(FitRefusal) -> Double {
    let target =
      NormalDistribution.significance(ofTail: (1 - level) * NormalDistribution.cumulative(deviations)) + deviations
    let error = asimov.yieldError
    let limit = risingRoot(from: 0, step: target * error, tolerance: 1e-6 * error) { signal in
      guard signal > 0 else { return -target }
      guard let value = self.asimov.rise(signal: signal) else { return nil }
      return max(value, 0).squareRoot() - target
    }
    guard let limit else { throw .intervalNotFound("expected limit") }
    return limit
  }

  /// The median and the bands of one and two standard deviations of the limit without signal.
  public func expectedLimits(confidence level: Double) throws(FitRefusal) -> ExpectedLimit {
    ExpectedLimit(
      median: try expectedLimit(confidence: level, deviations: 0),
      minus1: try expectedLimit(confidence: level, deviations: -1),
      plus1: try expectedLimit(confidence: level, deviations: 1),
      minus2: try expectedLimit(confidence: level, deviations: -2),
      plus2: try expectedLimit(confidence: level, deviations: 2))
  }
}
