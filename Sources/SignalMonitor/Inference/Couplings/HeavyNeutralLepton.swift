import Foundation
import Statistics

/// A heavy neutral lepton N that mixes with the tau neutrino, in tau to pi N, N to mu mu nu.
///
/// Masses in GeV, widths in GeV.
public enum HeavyNeutralLepton {
  static let tauMass = 1.77693
  static let pionMass = 0.13957
  static let muonMass = 0.1056584
  static let fermiConstant = 1.1663788e-5
  static let weakMixing = 0.2312
  /// Branching fraction of tau to pi nu (Particle Data Group).
  public static let pionBranching = 0.1082

  /// The branching fraction of tau to pi N for a mixing |V|^2 of 1: that of tau to pi nu times the ratio of phase space and
  /// helicity, ((1 - x_N)^2 - x_pi (1 + x_N)) sqrt(lambda(1, x_N, x_pi)) / (1 - x_pi)^2, x = m^2/m_tau^2.
  ///
  /// A. Atre, T. Han, S. Pascoli and B. Zhang, JHEP 05 (2009) 030. Zero from m_tau - m_pi on.
  public static func productionBranching(mass: Double) -> Double {
    guard mass >= 0, mass < tauMass - pionMass else { return 0 }
    let n = mass * mass / (tauMass * tauMass)
    let p = pionMass * pionMass / (tauMass * tauMass)
    let helicity: Double = (1 - n) * (1 - n) - p * (1 + n)
    let ratio: Double = helicity * CollisionFormulas.kallen(1, n, p).squareRoot() / ((1 - p) * (1 - p))
    return pionBranching * ratio
  }

  /// The width of N to nu mu mu for |V_tau|^2 of 1 [GeV], by neutral currents alone: G_F^2 m^5/(192 pi^3)
  /// ((g_L^2 + g_R^2) I1 + g_L g_R I2), doubled for a Majorana lepton, which decays to neutrino and antineutrino.
  ///
  /// A. Atre, T. Han, S. Pascoli and B. Zhang, JHEP 05 (2009) 030; K. Bondarenko et al., JHEP 11 (2018) 032.
  public static func muonPairWidth(mass: Double, majorana: Bool = true) -> Double {
    guard mass > 2 * muonMass else { return 0 }
    let left = weakMixing - 0.5
    let right = weakMixing
    let (first, second) = phaseSpace(muonMass * muonMass / (mass * mass))
    let couplings: Double = (left * left + right * right) * first + left * right * second
    let width: Double = fermiConstant * fermiConstant * pow(mass, 5) / (192 * pow(Double.pi, 3)) * couplings
    return majorana ? 2 * width : width
  }

  /// I1 and I2: N to a massless and two particles of squared mass x, in units of that of N.
  ///
  /// I1 = 2 int (1 - t)^2 beta ((1 + 2t) + 2x (1 - t)/t) dt and I2 = 24 x int (1 - t)^2 beta dt over the pair's squared mass t
  /// from 4x to 1, beta = sqrt(1 - 4x/t): the V-A matrix element averaged over the pair's directions. I1 is 1 at x = 0.
  static func phaseSpace(_ x: Double) -> (first: Double, second: Double) {
    let low = 4 * x
    guard low < 1 else { return (0, 0) }
    let steps = 2000
    var first = 0.0
    var second = 0.0
    for index in 0..<steps {
      // Midpoints in v, t = low + (1 - low) v^2, which smooths the root at threshold.
      let v = (Double(index) + 0.5) / Double(steps)
      let t = low + (1 - low) * v * v
      let weight: Double = 2 * v * (1 - low) / Double(steps) * (1 - t) * (1 - t) * max(1 - low / t, 0).squareRoot()
      first += weight * ((1 + 2 * t) + 2 * x * (1 - t) / t)
      second += weight
    }
    return (2 * first, 24 * x * second)
  }
}
