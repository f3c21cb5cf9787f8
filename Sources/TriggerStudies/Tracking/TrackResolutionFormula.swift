import Kinematics

/// What the detector model expects of a track: formulas for d0, z0 and pT fitted to the resolutions of single muons in full simulation without
/// background, those for phi0 and tan lambda assumed. Pions of B Bbar events have up to 15 to 25 % more in full simulation.
///
/// They take the momentum and the angle of each particle, so that samples with other spectra can be compared.
enum TrackResolutionFormula {
  /// Standard deviations of d0 in um, phi0 in mrad, pT in percent, z0 in um and tan lambda in 1e-3, in the order of the helix parameters.
  /// - Parameters:
  ///   - pT: transverse momentum, GeV.
  ///   - mass: GeV.
  static func widths(of helix: Helix, pT: Double, mass: Double) -> [Double] {
    let secant = (1 + helix.tanLambda * helix.tanLambda).squareRoot()
    let momentum = pT * secant
    let beta = momentum / (momentum * momentum + mass * mass).squareRoot()
    // 1/sin(theta)^1.5, ^2.5 and ^3.
    let root = secant.squareRoot()
    let slow = 1 / (beta * momentum)
    func sum(_ constant: Double, _ scattering: Double) -> Double {
      (constant * constant + scattering * scattering).squareRoot()
    }
    let bend = sum(0.11 * pT, 0.22 / beta)
    return [
      sum(9, 14 * slow * secant * root), sum(0.25, 0.9 * slow * secant), sum(bend, 0.09 / (beta * pT)),
      sum(12, 17 * slow * secant * secant * root), sum(0.3, 1.0 * slow * secant * secant * secant),
    ]
  }
}
