/// Time measurement of single crystals, and what follows from it for clusters.
///
/// The resolution of a crystal is a constant of the light collection and a term that rises as the pulse sinks into
/// the noise; with the event time it is 2.3 ns at 1 GeV and 3.5 ns at 0.1 GeV (full simulation).
enum CrystalTime {
  private static let constant = 2.3
  /// Noise term times energy, ns GeV, and the largest it becomes.
  private static let noise = 0.264
  private static let largestNoise = 20.0
  /// Crystals further apart in time than this many standard deviations belong to different particles.
  static let deviations = 3.5
  /// Half widths of a Gaussian that holds 99 % of its integral, in standard deviations.
  private static let halfWidth99 = 2.576

  /// Squared resolution of a crystal with an energy in GeV, ns^2.
  static func variance(energy: Double) -> Double {
    let noisy = min(largestNoise, noise / energy)
    return constant * constant + noisy * noisy
  }

  /// Time after the collision within which 99 % of photons are measured, either side, ns.
  /// - Parameter variance: of the cluster's time, ns^2.
  static func halfWidth99(variance: Double) -> Double { halfWidth99 * variance.squareRoot() }
}
