import Foundation
import Statistics

/// A watch whose last exposure is fixed in advance: the whole watching costs a factor of two at most.
///
/// The monitored quantity is W = Z sqrt(exposure / planned exposure), a Brownian motion at every mass; by reflection the
/// probability that its maximum exceeds w is at most twice that of its end doing so (the O'Brien-Fleming boundary in the
/// spending approach of K. K. G. Lan and D. L. DeMets, Biometrika 70 (1983) 659). Void if the run is extended, or stopped for a
/// reason that depends on the result.
public struct PlannedWatch: Codable, Hashable, Sendable {
  /// The exposure at which the watch ends.
  public let plannedExposure: Double
  /// Expected up-crossings of 0 of one scan without signal.
  public let upCrossings: Double
  /// The largest W seen.
  public private(set) var largest = 0.0

  /// A watch up to an exposure.
  ///
  /// - Throws: ``FitRefusal/invalidInput(_:)`` unless the exposure is positive.
  public init(plannedExposure: Double, upCrossings: Double) throws(FitRefusal) {
    guard plannedExposure > 0, plannedExposure.isFinite, upCrossings >= 0 else {
      throw .invalidInput("a planned exposure of \(plannedExposure), expected a positive number")
    }
    self.plannedExposure = plannedExposure
    self.upCrossings = upCrossings
  }

  /// Looks at the largest local significance at an exposure.
  ///
  /// - Throws: ``FitRefusal/invalidInput(_:)`` beyond the planned exposure: the plan is void there.
  public mutating func look(exposure: Double, significance: Double) throws(FitRefusal) {
    guard exposure >= 0, exposure <= plannedExposure else {
      throw .invalidInput("an exposure of \(exposure), beyond the planned end at \(plannedExposure)")
    }
    guard significance.isFinite else { return }
    largest = max(largest, significance * (exposure / plannedExposure).squareRoot())
  }

  /// The probability that the background shows the largest W, or more, at any mass and time.
  public var probability: Double { probability(ofBoundary: largest) }

  /// The probability that W ever exceeds a boundary without signal: twice that of its end, at most 1.
  public func probability(ofBoundary w: Double) -> Double {
    guard w > 0 else { return 1 }
    return min(2 * (NormalDistribution.tail(w) + upCrossings * exp(-0.5 * w * w)), 1)
  }

  /// The boundary of W that the background crosses with a probability.
  public func boundary(probability: Double) -> Double? {
    guard probability > 0, probability < 1 else { return nil }
    return risingRoot(from: 0, step: 1, tolerance: 1e-10) { w in
      log(probability) - log(2 * (NormalDistribution.tail(w) + self.upCrossings * exp(-0.5 * w * w)))
    }
  }
}
