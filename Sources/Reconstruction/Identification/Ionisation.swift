import Statistics

/// Energy that charged particles lose by ionisation.
public enum Ionisation {
  /// Loss relative to that of a minimum-ionising particle (Bethe's formula with a mean excitation energy of 100 eV, without the
  /// density correction above beta gamma = 30; Particle Data Group 2024 eq. 34.5).
  public static func relative(betaGamma: Double) -> Double {
    let bounded = min(max(betaGamma, 0.05), 30)
    let square = bounded * bounded
    let beta2 = square / (1 + square)
    return (PortableMath.log(1.022e4 * square) - beta2) / (beta2 * 11.7)
  }
}
