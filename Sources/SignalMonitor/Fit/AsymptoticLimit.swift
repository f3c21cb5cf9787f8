import Foundation
import Statistics

/// The upper limit on a yield by the CLs method with asymptotic formulae.
///
/// Test statistic q-tilde of G. Cowan, K. Cranmer, E. Gross and O. Vitells, Eur. Phys. J. C 71 (2011) 1554; CLs of
/// A. L. Read, J. Phys. G 28 (2002) 2693. The Asimov data set is the expectation of the fit without signal.
public struct AsymptoticLimit: Sendable {
  private let fit: PeakFit
  private let asimov: PeakFit
  private let reference: Double

  /// Prepares limits for a fit.
  ///
  /// - Throws: ``FitRefusal`` when the Asimov data set cannot be fitted.
  public init(fit: PeakFit) throws(FitRefusal) {
    self.fit = fit
    asimov = try PeakFit(design: fit.design, counts: fit.nullExpectation, order: fit.order)
    // A deficit is compared with no signal, not with a negative one.
    reference = fit.yield >= 0 ? fit.best.value : fit.null.value
  }

  /// CLs of a yield, or nil if the profile likelihood cannot be computed there.
  public func confidence(ofSignal signal: Double) -> Double? {
    guard let observed = statistic(fit, signal, reference: reference),
      let expected = statistic(asimov, signal, reference: asimov.null.value), expected > 0
    else { return nil }
    let rootExpected = expected.squareRoot()
    let root = signal > fit.yield ? observed.squareRoot() : 0
    let t = root <= rootExpected ? root - rootExpected : (observed - expected) / (2 * rootExpected)
    let both = NormalDistribution.tail(t + rootExpected)
    let background = NormalDistribution.tail(t)
    return background > 0 ? both / background : 0
  }

  /// The yield that is excluded at a confidence level: CLs = 1 - confidence.
  public func upperLimit(confidence level: Double) throws(FitRefusal) -> Double {
    let error = fit.yieldError
    let target = log(1 - level)
    let start = max(fit.yield, 0)
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
      guard let value = self.statistic(self.asimov, signal, reference: self.asimov.null.value) else { return nil }
      return value.squareRoot() - target
    }
    guard let limit else { throw .intervalNotFound("expected limit") }
    return limit
  }

  private func statistic(_ fit: PeakFit, _ signal: Double, reference: Double) -> Double? {
    guard let profile = try? fit.profile(signal: signal) else { return nil }
    return max(2 * (profile.value - reference), 0)
  }
}
