/// Numbers of particles in e+ e- collisions at the Upsilon(4S).
public enum ParentParticles {
  /// Cross-section of tau pairs [fb]: 0.919 nb (S. Banerjee et al., Phys. Rev. D 77 (2008) 054012).
  public static let tauPairCrossSection = 0.919e6
  /// Cross-section of B pairs [fb]: 1.05 nb at the resonance.
  public static let bPairCrossSection = 1.05e6
  /// Share of charged pairs among B pairs (Heavy Flavor Averaging Group).
  public static let chargedShare = 0.514

  /// Taus of a luminosity [1/fb]: two per pair.
  public static func taus(luminosity: Double) -> Double { 2 * tauPairCrossSection * luminosity }

  /// Charged B mesons of a luminosity [1/fb].
  public static func chargedB(luminosity: Double) -> Double { 2 * bPairCrossSection * chargedShare * luminosity }

  /// Neutral B mesons of a luminosity [1/fb].
  public static func neutralB(luminosity: Double) -> Double {
    2 * bPairCrossSection * (1 - chargedShare) * luminosity
  }
}
