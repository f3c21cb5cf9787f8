import Foundation
import Statistics

/// The CLs value of a signal from its test statistics, with the derivative along the signal.
///
/// Test statistic q-tilde with asymptotic formulae (G. Cowan, K. Cranmer, E. Gross and O. Vitells, Eur. Phys. J. C 71 (2011)
/// 1554), CLs after A. L. Read, J. Phys. G 28 (2002) 2693.
struct ConfidenceRatio {
  /// The logarithm of CLs.
  var logarithm: Double
  /// Its derivative with respect to the signal.
  var slope: Double

  /// From the statistic of the data and of the expectation without signal, each as a root with its derivative.
  init(observed root: Double, _ rootSlope: Double, expected other: Double, _ otherSlope: Double) {
    let (both, background, bothSlope, backgroundSlope): (Double, Double, Double, Double)
    if root <= other {
      both = root
      background = root - other
      bothSlope = rootSlope
      backgroundSlope = rootSlope - otherSlope
    } else {
      // q-tilde beyond its value for no signal: the distribution of negative estimates.
      both = (root * root + other * other) / (2 * other)
      background = (root * root - other * other) / (2 * other)
      bothSlope = (root * rootSlope + other * otherSlope) / other - both * otherSlope / other
      backgroundSlope = (root * rootSlope - other * otherSlope) / other - background * otherSlope / other
    }
    logarithm = log(NormalDistribution.tail(both) / NormalDistribution.tail(background))
    slope = Self.hazard(background) * backgroundSlope - Self.hazard(both) * bothSlope
  }

  /// The density over the probability beyond.
  private static func hazard(_ x: Double) -> Double {
    x > 30 ? x + 1 / x : NormalDistribution.density(x) / NormalDistribution.tail(x)
  }

  /// The signal at which CLs is `alpha`, walking along both profiles at once.
  ///
  /// - Parameters:
  ///   - shift: by how much the statistic of the data is lowered: q0 where the best fit is a deficit, which is compared
  ///     with no signal.
  ///   - expectedShift: the same for the expectation without signal.
  static func limit(
    observed: LinearProfile, expected: LinearProfile, shift: Double, expectedShift: Double, alpha: Double
  ) throws(FitRefusal) -> Double {
    if let found = walk(
      observed: observed, expected: expected, shift: shift, expectedShift: expectedShift, alpha: alpha)
    {
      return found
    }
    let error = observed.error
    let start = max(observed.best[observed.signal], 0) + 1e-3 * error
    let found = risingRoot(from: start, step: error, tolerance: 1e-6 * error) { at in
      guard let data = observed.profileRise(at: at), let asimov = expected.profileRise(at: at) else { return nil }
      let ratio = ConfidenceRatio(
        observed: max(data - shift, 0).squareRoot(), 0, expected: max(asimov - expectedShift, 1e-300).squareRoot(), 0)
      return log(alpha) - max(ratio.logarithm, -700)
    }
    guard let found else { throw .intervalNotFound("upper limit") }
    return found
  }

  private static func walk(
    observed: LinearProfile, expected: LinearProfile, shift: Double, expectedShift: Double, alpha: Double
  ) -> Double? {
    let error = observed.error
    let best = observed.best[observed.signal]
    let target = log(alpha)
    // The limit of a parabola.
    let start =
      best + error * NormalDistribution.significance(ofTail: alpha * NormalDistribution.cumulative(best / error))
    let floor = max(best, 0)
    var inner = floor
    var at = start.isFinite && start > floor ? start : floor + error
    observed.beginWalk(at: at)
    expected.beginWalk(at: at)
    var (refresh, refreshExpected) = (false, false)
    var (last, lastExpected) = (Double.infinity, Double.infinity)
    for _ in 0..<ProfileWalk.mostEvaluations {
      guard let data = observed.walk(refresh: refresh), let asimov = expected.walk(refresh: refreshExpected) else {
        at = 0.5 * (inner + at)
        observed.beginWalk(at: at)
        expected.beginWalk(at: at)
        (refresh, refreshExpected, last, lastExpected) = (false, false, .infinity, .infinity)
        continue
      }
      let root = max(data.rise - shift, 0).squareRoot()
      let other = max(asimov.rise - expectedShift, 0).squareRoot()
      let ratio = ConfidenceRatio(
        observed: root, root > 0 ? data.slope / root : 0, expected: other, other > 0 ? asimov.slope / other : 0)
      var correction = (target - ratio.logarithm) / ratio.slope
      if !(ratio.slope < 0) || !correction.isFinite { correction = 0.5 * error }
      let settled = data.decrement < ProfileWalk.closeness && asimov.decrement < ProfileWalk.closeness
      if settled, abs(correction) < ProfileWalk.accuracy * error { return at + correction }
      if correction > 0, data.decrement < 0.01, asimov.decrement < 0.01 { inner = at }
      refresh = data.decrement > max(0.1 * last, 1e-4)
      refreshExpected = asimov.decrement > max(0.1 * lastExpected, 1e-4)
      (last, lastExpected) = (data.decrement, asimov.decrement)
      at += min(max(correction, -2 * error), 2 * error)
      if at <= floor { at = floor + 0.05 * error }
      observed.moveSignal(to: at)
      expected.moveSignal(to: at)
    }
    return nil
  }

  /// The root of the expected statistic at the limit expected without signal, fluctuated by a number of deviations.
  static func expectedRoot(alpha: Double, deviations: Double) -> Double {
    NormalDistribution.significance(ofTail: alpha * NormalDistribution.cumulative(deviations)) + deviations
  }
}
