import Statistics

/// Branching fractions of tau decays from candidates.
public enum TauDecays {
  /// Branching fractions of tau to e nu nu and mu nu nu (Particle Data Group).
  public static let electronBranching = 0.1782
  /// Branching fraction of tau to mu nu nu (Particle Data Group).
  public static let muonBranching = 0.1739

  /// The branching fraction of tau to l alpha from the number of its candidates relative to those of tau to l nu nu in the same fit.
  ///
  /// B(l alpha) = (N_alpha/epsilon_alpha)/(N_nu/epsilon_nu) B(l nu nu): luminosity and most of the efficiency drop out
  /// (I. Adachi et al. (Belle II), Phys. Rev. Lett. 130 (2023) 181803).
  public static func leptonAlpha(
    ratioOfCandidates: EstimatedNumber, ratioOfEfficiencies: Double, leptonic: Double
  ) -> EstimatedNumber {
    ratioOfCandidates.scaled(by: leptonic / ratioOfEfficiencies)
  }
}
