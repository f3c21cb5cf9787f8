import Statistics

/// Energy scale of clusters.
enum ClusterEnergy {
  /// Factor from the sum of the 5 x 5 crystals to the energy of a photon: what leaks out of the array and what
  /// falls under the threshold of single crystals, which weighs more at low energy.
  ///
  /// Constants from photons of the detector response without background, most probable value at 1.
  static func correction(measured energy: Double) -> Double {
    1 + 0.003 / max(energy, 0.02)
  }
}
