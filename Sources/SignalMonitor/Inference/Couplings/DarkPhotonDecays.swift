import Foundation

/// Decays of a dark photon that mixes with the photon and is lighter than any dark matter: as a virtual photon of its mass.
///
/// The width into hadrons is that into massless muons times R, which is an estimate here: the rho as a Breit-Wigner of the pion's form factor, from 1 to
/// 1.6 GeV a straight line up to the parton model with its first correction (2.2 for u, d, s, 3.67 with c). A third too low at the peak of the rho
/// (the measured form factor is larger), good to about a fifth from 1 to 2 GeV and a tenth elsewhere; couplings go with the root. omega, phi and the heavy quarkonia, where nothing is looked for, are left out.
public enum DarkPhotonDecays {
  private static let pion = 0.13957
  private static let rho = (mass: 0.7753, width: 0.1491)
  private static let leptons = [0.000511, 0.105658, 1.77693]

  /// The part of decays that gives a pair of a lepton.
  ///
  /// - Parameters:
  ///   - lepton: mass of the lepton, GeV.
  ///   - mass: mass of the dark photon, GeV.
  public static func branching(lepton: Double, mass: Double) -> Double {
    let all = leptons.reduce(ratioOfHadrons(mass)) { $0 + width(lepton: $1, mass) }
    return all > 0 ? width(lepton: lepton, mass) / all : 0
  }

  /// The width into a pair of leptons over that of massless ones.
  private static func width(lepton: Double, _ mass: Double) -> Double {
    let square = lepton * lepton / (mass * mass)
    return square < 0.25 ? (1 + 2 * square) * (1 - 4 * square).squareRoot() : 0
  }

  /// R: hadrons over massless muons.
  static func ratioOfHadrons(_ mass: Double) -> Double {
    let s = mass * mass
    var ratio = 0.0
    let threshold = 4 * pion * pion / s
    if threshold < 1 {
      let velocity = (1 - threshold).squareRoot()
      // The width of the rho grows with the momentum of its pions.
      let nominal = (1 - 4 * pion * pion / (rho.mass * rho.mass)).squareRoot()
      let width = rho.width * pow(velocity * mass / (nominal * rho.mass), 3) * rho.mass / mass
      let m2 = rho.mass * rho.mass
      let real: Double = m2 - s
      let imaginary: Double = rho.mass * width
      ratio = 0.25 * velocity * velocity * velocity * m2 * m2 / (real * real + imaginary * imaginary)
    }
    let quarks = mass < 3.73 ? 2.2 : 3.67
    return ratio * (mass < 1.6 ? 1 : 0) + quarks * min(max((mass - 1) / 0.6, 0), 1)
  }
}
