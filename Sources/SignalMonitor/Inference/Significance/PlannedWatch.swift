import Foundation
import Statistics

/// A watch whose last exposure is fixed in advance: the whole watching costs a factor of two at most.
///
/// The monitored quantity is W = Z sqrt(exposure / planned exposure), a Brownian motion at every hypothesis; by reflection the
/// probability that its maximum exceeds w is at most twice that of its end doing so (the O'Brien-Fleming boundary in the
/// spending approach of K. K. G. Lan and D. L. DeMets, Biometrika 70 (1983) 659). Hypotheses add up, whatever their dependence
/// (Bonferroni): for half-resolution steps that is within a factor of two of counting up-crossings at four standard deviations.
/// A run that ends early keeps the claim; one that goes on beyond the plan, or is stopped for a reason that depends on the result, voids it.
public struct PlannedWatch: Codable, Hashable, Sendable {
  /// The exposure at which the watch ends.
  public let plannedExposure: Double
  /// Hypotheses that are looked at.
  public let hypotheses: Int
  /// The largest W seen.
  public private(set) var largest = 0.0
  /// The exposure of the last look.
  public private(set) var exposure = 0.0

  /// A watch up to an exposure.
  ///
  /// - Throws: ``FitRefusal/invalidInput(_:)`` unless the exposure is positive and there is a hypothesis.
  public init(plannedExposure: Double, hypotheses: Int) throws(FitRefusal) {
    guard plannedExposure > 0, plannedExposure.isFinite, hypotheses > 0 else {
      throw .invalidInput(
        "a planned exposure of \(plannedExposure) for \(hypotheses) hypotheses, expected positive numbers")
    }
    self.plannedExposure = plannedExposure
    self.hypotheses = hypotheses
  }

  /// Watches of the same plan as one over all their hypotheses; nil without any.
  init?(joining parts: [PlannedWatch]) {
    guard let first = parts.first else { return nil }
    plannedExposure = first.plannedExposure
    hypotheses = parts.reduce(0) { $0 + $1.hypotheses }
    largest = parts.map(\.largest).max() ?? 0
    exposure = first.exposure
  }

  /// Looks at the largest local significance at an exposure. Beyond the planned one nothing is looked at any more.
  public mutating func look(exposure: Double, significance: Double) {
    self.exposure = exposure
    guard !isVoid, significance.isFinite, exposure >= 0 else { return }
    largest = max(largest, significance * (exposure / plannedExposure).squareRoot())
  }

  /// Whether the watch went on beyond its planned end.
  public var isVoid: Bool { exposure > plannedExposure }

  /// The probability that the background shows the largest W, or more, at any hypothesis and time.
  public var probability: Double { probability(ofBoundary: largest) }

  /// The probability that W ever exceeds a boundary without signal, at most.
  public func probability(ofBoundary w: Double) -> Double {
    w > 0 ? min(2 * Double(hypotheses) * NormalDistribution.tail(w), 1) : 1
  }

  /// The boundary of W that the background crosses with a probability, at most; nil for one that is none.
  public func boundary(probability: Double) -> Double? {
    guard probability > 0, probability < 1 else { return nil }
    return NormalDistribution.significance(ofTail: 0.5 * probability / Double(hypotheses))
  }
}
