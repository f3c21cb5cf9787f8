import Foundation
import Statistics

/// What the largest excess is worth that a scan shows at any mass, at any of many looks between a first and a last exposure.
///
/// The significance at one mass is an Ornstein-Uhlenbeck process in the logarithm of the exposure, that along the mass has
/// up-crossings as Gross and Vitells count them; the expected number of both together gives
/// p = 1 - exp(-(Phi(-u) + N + ln(R)/2 k (u phi(u) + u^2 N))), N = N_0 exp(-u^2/2), with the ratio R of last to first
/// exposure and k = exp(-0.583 u sqrt(delta)) for looks a distance delta apart in ln(exposure) (D. Siegmund, *Sequential
/// analysis* (1985), for the correction). 1 to 20 % above simulation. First look and R must be fixed in advance.
public struct WatchedScan: Codable, Hashable, Sendable {
  /// Expected up-crossings of 0 of one scan without signal; 0 for a single mass.
  public let upCrossings: Double
  /// Exposure at the last look over that at the first.
  public let exposureRatio: Double
  /// Looks, evenly spread in the logarithm of the exposure; nil for watching without pause.
  public let looks: Int?

  /// A scan that is watched.
  ///
  /// - Throws: ``FitRefusal/invalidInput(_:)`` unless the ratio is at least 1 and there is at least one look.
  public init(upCrossings: Double, exposureRatio: Double, looks: Int? = nil) throws(FitRefusal) {
    guard exposureRatio >= 1, exposureRatio.isFinite, upCrossings >= 0, looks ?? 1 > 0 else {
      throw .invalidInput(
        "an exposure ratio of \(exposureRatio), \(upCrossings) up-crossings, \(looks ?? 1) looks; expected at least 1, 0 and 1"
      )
    }
    self.upCrossings = upCrossings
    self.exposureRatio = exposureRatio
    self.looks = looks
  }

  /// The probability of a local significance of at least `significance` at any mass and look.
  public func probability(ofLocal significance: Double) -> Double {
    guard significance > 0 else { return 1 }
    let u = significance
    let log = Foundation.log(exposureRatio)
    let spacing = looks.map { log / Double($0) } ?? 0
    let discrete = exp(-0.583 * u * spacing.squareRoot())
    let crossings = upCrossings * exp(-0.5 * u * u)
    let time: Double = 0.5 * log * discrete * (u * NormalDistribution.density(u) + u * u * crossings)
    return -expm1(-(NormalDistribution.tail(u) + crossings + time))
  }
}

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
