import Statistics

/// How much a cluster looks like the shower of a photon rather than of a hadron or the trace of a particle that goes through.
///
/// A minimum-ionising particle leaves its energy in one or two crystals, a photon in a narrow core with a halo that grows with
/// the logarithm of the energy, a hadron in a wide and ragged shower: a photon lies between the two.
enum ShowerShape {
  /// Coefficients of a logistic regression on the features and their products, trained on simulated photons of 0.05 to 3 GeV
  /// against neutral kaons, neutrons and pions of 0.2 to 4 GeV at background level 0.2: constant, linear, then products
  /// row by row. The constant is set so that 97 % of photons score over 1/2.
  private static let constant = -19.6
  private static let linear = SIMD4<Double>(-20.8726, -18.1238, -13.3224, 62.1448)
  private static let products0 = SIMD4<Double>(-2.5112, 6.1553, -1.4873, 14.6475)
  private static let products1 = SIMD4<Double>(0, 17.1748, 8.0901, -13.4493)
  private static let products2 = SIMD4<Double>(0, 0, 0.5884, 2.249)
  private static let products3 = SIMD4<Double>(0, 0, 0, -19.1428)

  /// Photon score, 0 to 1.
  /// - Parameters:
  ///   - e1OverE9: energy of the seed over that of 3 x 3.
  ///   - secondMoment: energy-weighted squared distance from the centre, cm^2.
  ///   - crystals: number over threshold.
  ///   - energy: GeV.
  static func photonScore(e1OverE9: Double, secondMoment: Double, crystals: Int, energy: Double) -> Double {
    let bounded = PortableMath.log(min(max(energy, 0.02), 5))
    let x = SIMD4<Double>(bounded, e1OverE9, 0.1 * secondMoment, 0.1 * Double(crystals))
    let quadratic: SIMD4<Double> =
      linear + x[0] * products0 + x[1] * products1 + x[2] * products2 + x[3] * products3
    let sum = constant + (quadratic * x).sum()
    return 1 / (1 + PortableMath.exp(-min(max(sum, -30), 30)))
  }
}
