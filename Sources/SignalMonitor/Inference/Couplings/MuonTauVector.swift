/// Decays of the L_mu - L_tau vector: to muons, taus, and their neutrinos.
public enum MuonTauVector {
  /// The share of decays to muons and to taus for a mass [GeV]; the rest are neutrinos.
  ///
  /// Partial widths g'^2 m/(12 pi) (1 + 2 m_l^2/m^2) sqrt(1 - 4 m_l^2/m^2), and half of the massless one for each neutrino:
  /// B. Shuve and I. Yavin, Phys. Rev. D 89 (2014) 113004.
  public static func branching(mass: Double) -> (muons: Double, taus: Double) {
    let width = { (lepton: Double) -> Double in
      let x = lepton * lepton / (mass * mass)
      return x < 0.25 ? (1 + 2 * x) * (1 - 4 * x).squareRoot() : 0
    }
    guard mass > 0 else { return (0, 0) }
    let muons = width(HeavyNeutralLepton.muonMass)
    let taus = width(HeavyNeutralLepton.tauMass)
    let all = muons + taus + 1
    return (muons / all, taus / all)
  }
}
