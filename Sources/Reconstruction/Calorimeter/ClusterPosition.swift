import Kinematics
import Statistics

/// Position of clusters: the weights of the crystals and the uncertainty, by region.
enum ClusterPosition {
  /// Offsets of the logarithmic weights: crystals below exp(-offset) of the cluster do not count. Larger where crystals are
  /// narrower seen from the interaction point: there more of them share a shower. From the resolution of photons of 0.1 to 3 GeV.
  static let logarithmicOffsets = SIMD4<Double>(4.8, 4.3, 4.5, 4.3)
  /// Smallest shares that count: exp(-offset).
  static let leastShares = SIMD4<Double>(0.008229747049020030, 0.013568559012200934, 0.011108996538242306, 0.0135)
  /// What is left of the pattern of the crystals, cm.
  private static let granularity = SIMD4<Double>(0.40, 0.25, 0.35, 0.25)

  /// Standard deviation of the position across the direction of a photon, cm: the resolution of a shower's centre on the face of
  /// crystals of 5 to 6 cm (Belle's formula), and what is left of their pattern.
  /// - Parameters:
  ///   - energy: GeV.
  ///   - region: 0 forward, 1 barrel, 2 backward.
  static func uncertainty(energy: Double, region: Int) -> Double {
    let root = max(energy, 0.01).squareRoot()
    let shower = 0.95 * (0.027 + 0.34 / root + 0.18 / root.squareRoot())
    return (shower * shower + granularity[region] * granularity[region]).squareRoot()
  }
}
