import Foundation
import Statistics

/// How a number of signal candidates becomes a cross-section or a branching fraction: what was looked at, and the share of
/// signal decays that end as candidates, both with their errors.
public struct SignalNormalization: Codable, Hashable, Sendable {
  /// Integrated luminosity [1/fb] for a cross-section, number of parent particles for a branching fraction.
  public let exposure: Double
  /// Its relative error.
  public let exposureError: Double
  /// Candidates per signal decay in all of phase space: trigger, reconstruction, selection, and fit window.
  public let efficiency: Double
  /// Its relative error.
  public let efficiencyError: Double
  /// Product of the known branching fractions of the decay chain that is reconstructed.
  public let knownBranching: Double

  /// A normalisation.
  ///
  /// - Throws: ``FitRefusal/invalidInput(_:)`` unless the exposure is positive, efficiency and branching fraction lie between 0 and
  ///   1 and relative errors between 0 and 1.
  public init(
    exposure: Double, exposureError: Double = 0, efficiency: Double, efficiencyError: Double = 0,
    knownBranching: Double = 1
  ) throws(FitRefusal) {
    guard exposure > 0, exposure.isFinite else {
      throw .invalidInput("an exposure of \(exposure), expected a positive number")
    }
    guard efficiency > 0, efficiency <= 1, knownBranching > 0, knownBranching <= 1 else {
      throw .invalidInput("an efficiency of \(efficiency) and branching of \(knownBranching), expected 0 to 1")
    }
    guard (0..<1).contains(exposureError), (0..<1).contains(efficiencyError) else {
      throw .invalidInput("relative errors of \(exposureError) and \(efficiencyError), expected 0 to 1")
    }
    self.exposure = exposure
    self.exposureError = exposureError
    self.efficiency = efficiency
    self.efficiencyError = efficiencyError
    self.knownBranching = knownBranching
  }

  /// Candidates for a cross-section of 1 fb, or for a branching fraction of 1.
  public var candidatesPerUnit: Double { exposure * efficiency * knownBranching }

  /// Its relative error: exposure and efficiency in quadrature. The nuisance of limits on cross-sections.
  public var relativeError: Double {
    (exposureError * exposureError + efficiencyError * efficiencyError).squareRoot()
  }

  /// A number of candidates as cross-section [fb] or branching fraction. The interval is scaled, not widened: errors of the
  /// normalisation belong into the likelihood (``NormalizedLikelihood``, ``AveragedCount``).
  public func converted(_ candidates: EstimatedNumber) -> EstimatedNumber {
    candidates.scaled(by: 1 / candidatesPerUnit)
  }
}
