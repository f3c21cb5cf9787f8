import Foundation

/// Branching fractions of B+ to K+ and a new light particle, through the loop with a top quark, at a coupling of 1.
///
/// Masses in GeV. The form factor f_0 = 0.330/(1 - q^2/37.46) (P. Ball and R. Zwicky, Phys. Rev. D 71 (2005) 014015) is known to about
/// 10 %, the loops to that or worse.
public enum KaonDecays {
  static let mesonMass = 5.27934
  static let kaonMass = 0.493677
  static let topMass = 172.5
  static let bosonMass = 80.377
  static let bottomMass = 4.8
  static let strangeMass = 0.1
  static let higgsField = 246.22
  /// |V_tb V_ts*|.
  static let mixing = 0.0405
  /// Width of the B+ [GeV]: hbar over 1.638 ps.
  static let mesonWidth = 6.582119569e-25 / 1.638e-12

  /// B+ to K+ a for a coupling g_aW of 1/GeV to W bosons.
  ///
  /// Width m_B^3/(64 pi) g^2 (1 - m_K^2/m_B^2)^2 f_0^2 sqrt(lambda), g = 3 sqrt(2) G_F m_W^2/(16 pi^2) |V_tb V_ts*| f(m_t^2/m_W^2),
  /// f(x) = x (1 + x (ln x - 1))/(1 - x)^2: E. Izaguirre, T. Lin and B. Shuve, Phys. Rev. Lett. 118 (2017) 111802.
  public static func axion(mass: Double) -> Double {
    let x = topMass * topMass / (bosonMass * bosonMass)
    let loop: Double = x * (1 + x * (log(x) - 1)) / ((1 - x) * (1 - x))
    let coupling: Double = weakLoop * bosonMass * bosonMass * loop
    let kaon = kaonMass / mesonMass
    let helicity: Double = (1 - kaon * kaon) * (1 - kaon * kaon)
    let width: Double = pow(mesonMass, 3) / (64 * Double.pi) * coupling * coupling * helicity * strength(mass)
    return width / mesonWidth
  }

  /// B+ to K+ S for a scalar that mixes with the Higgs boson, at sin(theta) of 1.
  ///
  /// Width |C|^2 |<K|s b|B>|^2 sqrt(lambda)/(16 pi m_B), C = 3 sqrt(2) G_F m_t^2/(16 pi^2) |V_tb V_ts*| m_b/v, matrix element
  /// (m_B^2 - m_K^2)/(2 (m_b - m_s)) f_0: B. Batell, M. Pospelov and A. Ritz, Phys. Rev. D 83 (2011) 054005; M. W. Winkler, Phys. Rev. D 99
  /// (2019) 015018.
  public static func scalar(mass: Double) -> Double {
    let coupling: Double = weakLoop * topMass * topMass * bottomMass / higgsField
    let element: Double = 0.5 * (mesonMass * mesonMass - kaonMass * kaonMass) / (bottomMass - strangeMass)
    return coupling * coupling * element * element * strength(mass) / (16 * Double.pi * mesonMass) / mesonWidth
  }

  private static var weakLoop: Double {
    3 * 2.0.squareRoot() * HeavyNeutralLepton.fermiConstant / (16 * Double.pi * Double.pi) * mixing
  }

  /// Form factor squared times phase space; 0 from m_B - m_K on.
  private static func strength(_ mass: Double) -> Double {
    guard mass >= 0, mass < mesonMass - kaonMass else { return 0 }
    let square = mesonMass * mesonMass
    let formFactor = 0.330 / (1 - mass * mass / 37.46)
    let lambda = CollisionFormulas.kallen(1, kaonMass * kaonMass / square, mass * mass / square)
    return formFactor * formFactor * lambda.squareRoot()
  }
}
