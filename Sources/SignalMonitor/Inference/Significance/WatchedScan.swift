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
