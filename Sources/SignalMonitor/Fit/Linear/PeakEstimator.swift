import Foundation
import Statistics

/// Fits one hypothesis after the other: signal and background, background alone, errors and limits, in memory that is used
/// again for the next.
final class PeakEstimator {
  /// The likelihood of the data.
  let observed = LinearProfile()
  /// The likelihood of the expectation without signal, taken as data.
  let expected = LinearProfile()
  private let quantities: PeakQuantities
  private let alpha: Double
  private let limitRoot: Double
  private let expectedRoots: [Double]

  /// - Parameter confidence: of the limits.
  init(quantities: PeakQuantities, confidence: Double) {
    self.quantities = quantities
    alpha = 1 - confidence
    limitRoot = NormalDistribution.significance(ofTail: 1 - confidence)
    expectedRoots = [0, -2, -1, 1, 2].map { ConfidenceRatio.expectedRoot(alpha: 1 - confidence, deviations: $0) }
  }

  /// Fits the data loaded into ``observed``, whose ``LinearProfile/point`` is where the search begins.
  ///
  /// - Parameters:
  ///   - asimov: gives the rows on which the expectation without signal is taken as data, loads their model and the
  ///     counts for the parameters given into ``expected``, and says whether negative ones were set to 0; nil takes the rows of the data, which must be bins.
  func fit(
    into estimate: inout PeakEstimate, asimov: ((LinearProfile, UnsafePointer<Double>) -> Bool)? = nil
  ) throws(FitRefusal) {
    try fitMinima(into: &estimate)
    fitLimits(into: &estimate, asimov: asimov)
  }

  /// Fits signal and background, then background alone.
  func fitMinima(into estimate: inout PeakEstimate) throws(FitRefusal) {
    let profile = observed
    estimate.steps = try profile.minimize()
    estimate.yield = profile.best[profile.signal]
    estimate.error = profile.error
    if quantities.contains(.likelihood) { estimate.value = profile.value }
    let null = try profile.minimizeNull()
    estimate.nullSteps = null.steps
    estimate.discoveryStatistic = null.rise
    estimate.nullValue = estimate.value + 0.5 * null.rise
    let root = null.rise.squareRoot()
    estimate.significance = estimate.yield < 0 ? -root : root
  }

  /// Adds errors and limits to minima just found; what is missing says why.
  func fitLimits(into estimate: inout PeakEstimate, asimov: ((LinearProfile, UnsafePointer<Double>) -> Bool)? = nil) {
    do throws(FitRefusal) {
      try addLimits(&estimate, nullRise: estimate.discoveryStatistic, asimov: asimov)
    } catch {
      estimate.missing = error
    }
  }

  private func addLimits(
    _ estimate: inout PeakEstimate, nullRise: Double, asimov: ((LinearProfile, UnsafePointer<Double>) -> Bool)?
  ) throws(FitRefusal) {
    let profile = observed
    var isClipped = false
    var expectedShift = 0.0
    if !quantities.isDisjoint(with: [.limit, .expectedLimit, .expectedBand]) {
      if let asimov {
        isClipped = asimov(expected, profile.null)
      } else {
        _ = profile.evaluateExpectation(profile.null, columns: profile.signal)
        isClipped = expected.loadExpectation(of: profile)
      }
      for c in 0...profile.signal { expected.point[c] = profile.null[c] }
      if isClipped {
        // A negative expectation cannot be taken as data: what is left has a minimum of its own.
        _ = try expected.minimize()
        if expected.best[expected.signal] < 0 { expectedShift = try expected.minimizeNull().rise }
      } else {
        try expected.acceptMinimum()
      }
    }
    if quantities.contains(.profileErrors) {
      estimate.upperError = try profile.crossing(target: 1, side: 1, "error of the yield") - estimate.yield
      estimate.lowerError = try profile.crossing(target: 1, side: -1, "error of the yield") - estimate.yield
    }
    if quantities.contains(.profileLimit) {
      estimate.profileLimit = try profile.crossing(target: limitRoot, side: 1, "limit")
      estimate.boundedProfileLimit = estimate.profileLimit
      if estimate.yield < 0 {
        let target = (limitRoot * limitRoot + nullRise).squareRoot()
        estimate.boundedProfileLimit = try profile.crossing(target: target, side: 1, "limit")
      }
    }
    if quantities.contains(.limit) {
      estimate.limit = try ConfidenceRatio.limit(
        observed: profile, expected: expected, shift: estimate.yield < 0 ? nullRise : 0,
        expectedShift: expectedShift, alpha: alpha)
    }
    if quantities.contains(.expectedLimit) {
      let target = (expectedRoots[0] * expectedRoots[0] + expectedShift).squareRoot()
      estimate.expectedLimit = try expected.crossing(target: target, side: 1, "expected limit")
    }
    if quantities.contains(.expectedBand) {
      for index in 0..<4 {
        let target = (expectedRoots[index + 1] * expectedRoots[index + 1] + expectedShift).squareRoot()
        estimate.expectedBand[index] = try expected.crossing(target: target, side: 1, "expected limit")
      }
    }
  }
}
