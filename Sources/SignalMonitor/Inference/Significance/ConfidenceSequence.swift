import Foundation
import Statistics

/// Intervals of a signal that hold it at all times together with the stated confidence, however often anyone looks.
///
/// The interval holds the signals whose e-value against the data stays below 1/(1 - confidence): with a normal prior of
/// ratio r around the signal tested, |Z| < sqrt((1 + 1/r) (2 ln(1/alpha) + ln(1 + r))) (H. Robbins, Ann. Math. Stat. 41 (1970)
/// 1397). Wider than an interval for one look by the price of looking: 3.0 instead of 1.96 standard deviations at 95 % and r = 10.
public struct ConfidenceSequence: Codable, Hashable, Sendable {
  /// The confidence level, of all times together.
  public let confidence: Double
  /// Prior ratio at the planned exposure, see ``AnytimeSignificance/priorRatios``.
  public let priorRatio: Double
  /// The exposure it refers to.
  public let plannedExposure: Double

  /// A sequence of intervals.
  ///
  /// - Throws: ``FitRefusal/invalidInput(_:)`` for numbers out of range.
  public init(confidence: Double, plannedExposure: Double, priorRatio: Double = 10) throws(FitRefusal) {
    guard confidence > 0, confidence < 1, priorRatio > 0, plannedExposure > 0 else {
      throw .invalidInput(
        "confidence \(confidence), prior ratio \(priorRatio), exposure \(plannedExposure); expected 0 to 1 and positive numbers"
      )
    }
    self.confidence = confidence
    self.priorRatio = priorRatio
    self.plannedExposure = plannedExposure
  }

  /// The half-width at an exposure, in standard deviations: put it into the profile likelihood, or multiply the error.
  public func deviations(exposure: Double) -> Double {
    let r = priorRatio * exposure / plannedExposure
    guard r > 0 else { return .infinity }
    return ((1 + 1 / r) * (log1p(r) - 2 * log(1 - confidence))).squareRoot()
  }

  /// The interval for a yield with its error.
  public func interval(yield: Double, error: Double, exposure: Double) -> EstimatedNumber {
    let width = deviations(exposure: exposure) * error
    return EstimatedNumber(
      value: yield, low: yield - width, high: yield + width,
      method: "confidence sequence \(percentText(confidence)), valid at any time")
  }

  /// The upper limit that holds at all times: signals whose one-sided e-value in favour of less stays below 1/(1 - confidence).
  public func upperLimit(yield: Double, error: Double, exposure: Double) -> EstimatedNumber? {
    let r = priorRatio * exposure / plannedExposure
    guard r > 0 else { return nil }
    let target = -log(1 - confidence)
    let z = risingRoot(from: 0, step: 2, tolerance: 1e-10) { z in
      log(AnytimeSignificance.value(significance: z, ratio: r)) - target
    }
    return z.map {
      EstimatedNumber(
        value: yield + $0 * error, low: 0, high: yield + $0 * error,
        method: "upper limit, confidence sequence \(percentText(confidence)), valid at any time")
    }
  }
}
