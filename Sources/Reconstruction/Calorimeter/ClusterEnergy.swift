import Statistics

/// From the energy in the crystals of a cluster to the energy of a photon, with its uncertainty.
enum ClusterEnergy {
  /// Crystals of the array that pile-up is expected in: 5 x 5.
  private static let arraySize = 25.0
  /// Share of the mean pile-up that is taken off: most arrays hold none of it and a few a lot, and the scale is that of the
  /// median photon.
  private static let typicalShare = 0.35

  /// Energy that is lost, over that of the photon, per pile-up in a crystal and root of the energy, GeV^(-1/2), by region: where
  /// background is dense it takes crystals along, as its time is measured and not the shower's.
  private static let loss = SIMD4<Double>(0, 0, 18, 0)

  /// What pulses under the pulses of a shower of 0.1 GeV add to its fluctuation, over the root of the pile-up in a crystal, GeV^(1/2), and the
  /// power of the energy with which it grows, by region. From photons of 0.1 and 1 GeV at background levels 0.2 and 1.
  private static let overlap = SIMD4<Double>(1.42, 1.36, 1.94, 0)
  private static let overlapGrowth = SIMD4<Double>(0.2, 0.3, 0, 0)

  /// Energy of a shower over what is seen of it if its centre lies between the parts of the calorimeter, and the spread of the factor.
  static let gapFactor = 2.0
  static let gapSpread = 0.2

  /// Energy of a photon, GeV.
  ///
  /// What leaks out of the array, and what falls under the threshold of single crystals, which weighs more at low energy.
  /// Constants from photons of 0.05 to 3 GeV at three levels of background.
  /// - Parameters:
  ///   - measured: sum of the crystals, GeV.
  ///   - pileUp: expected background in one crystal, GeV.
  ///   - region: 0 forward, 1 barrel, 2 backward.
  static func corrected(_ measured: Double, pileUp: Double, region: Int) -> Double {
    let left = max(0.5 * measured, measured - typicalShare * arraySize * pileUp)
    let lost = min(0.2, loss[region] * pileUp / left.squareRoot())
    return left * (1.0035 + 0.0009 / max(left, 0.1) + lost)
  }

  /// Standard deviation of the energy of a photon, GeV: fluctuation of shower, leakage and light, noise, and pile-up.
  /// - Parameters:
  ///   - energy: corrected energy, GeV.
  ///   - pileUp: expected background in one crystal, GeV.
  ///   - region: 0 forward, 1 barrel, 2 backward.
  static func uncertainty(_ energy: Double, pileUp: Double, region: Int) -> Double {
    let root = energy.squareRoot()
    let shower = 0.0170 * energy
    let light = 0.0090 * energy / root.squareRoot()
    let noise = 0.0013
    // Background comes in lumps: it fluctuates as the root of its mean. Pulses under a pulse are fitted with it in part: what they add
    // grows slowly with the energy, below 0.1 GeV as its root since fewer crystals have a share.
    let relative = max(energy, 0.02) / 0.1
    let growth =
      relative < 1 ? relative.squareRoot() : PortableMath.exp(overlapGrowth[region] * PortableMath.log(relative))
    let added = overlap[region] * pileUp.squareRoot() * growth
    return (shower * shower + light * light + noise * noise + added * added).squareRoot()
  }
}
