import Foundation

/// Cross-sections of new particles in e+ e- collisions at tree level, in femtobarn, at a coupling of 1 in its unit. Masses in
/// GeV, s in GeV2. Zero at and beyond the kinematic limit.
public enum CollisionFormulas {
  /// The fine structure constant at low energies.
  public static let fineStructure = 1 / 137.035999
  /// (hbar c)^2 in GeV2 fb.
  public static let inverseSquareGeV = 3.893793721e11

  /// e+ e- to gamma a for a photon coupling of 1/GeV: alpha/24 (1 - m^2/s)^3.
  ///
  /// M. J. Dolan et al., JHEP 12 (2017) 094; used by F. Abudinen et al. (Belle II), Phys. Rev. Lett. 125 (2020) 161806.
  public static func axionStrahlung(mass: Double, s: Double) -> Double {
    guard mass >= 0, s > 0, mass * mass < s else { return 0 }
    let x = 1 - mass * mass / s
    return fineStructure / 24 * x * x * x * inverseSquareGeV
  }

  /// e+ e- to gamma A' for kinetic mixing 1, the photon within |cos theta*| < `cosine`.
  ///
  /// 4 pi alpha^2 / (s x) ((2 - 2x + x^2) ln((1 + c)/(1 - c)) - x^2 c), x = 1 - m^2/s: radiation of one photon from the beams
  /// (M. Benayoun et al., Mod. Phys. Lett. A 14 (1999) 2605) to a narrow vector of width alpha epsilon^2 m/3 into e+ e-. At m = 0
  /// it is the annihilation to two photons that can be told apart. Diverges for c = 1, where the electron's mass cannot be
  /// neglected; NaN there and for x = 0.
  public static func darkPhotonRadiation(mass: Double, s: Double, cosine: Double) -> Double {
    guard mass >= 0, s > 0, mass * mass < s, cosine > 0, cosine < 1 else {
      return mass * mass >= s ? 0 : .nan
    }
    let x = 1 - mass * mass / s
    let angles: Double = (2 - 2 * x + x * x) * log((1 + cosine) / (1 - cosine)) - x * x * cosine
    return 4 * Double.pi * fineStructure * fineStructure / (s * x) * angles * inverseSquareGeV
  }

  /// e+ e- to A' h' for epsilon^2 alpha_D of 1.
  ///
  /// pi alpha/(3 s) (1 - m_A'^2/s)^-2 sqrt(lambda) (lambda + 12 m_A'^2/s), lambda = lambda(1, m_h'^2/s, m_A'^2/s):
  /// B. Batell, M. Pospelov and A. Ritz, Phys. Rev. D 79 (2009) 115008.
  public static func darkHiggsstrahlung(photonMass: Double, higgsMass: Double, s: Double) -> Double {
    guard photonMass >= 0, higgsMass >= 0, s > 0, photonMass + higgsMass < s.squareRoot() else { return 0 }
    let v = photonMass * photonMass / s
    let h = higgsMass * higgsMass / s
    let lambda = kallen(1, h, v)
    let kinematics: Double = lambda.squareRoot() * (lambda + 12 * v) / ((1 - v) * (1 - v))
    return Double.pi * fineStructure / (3 * s) * kinematics * inverseSquareGeV
  }

  /// e+ e- to mu+ mu- V for a vector with coupling 1 to muons and none to electrons, muon masses neglected: right for masses well above
  /// theirs.
  ///
  /// sigma(mu mu)/(8 pi^2) times the integral of ((x1 + xi)^2 + (x2 + xi)^2)/((1 - x1)(1 - x2)) - xi/(1 - x1)^2 - xi/(1 - x2)^2, xi =
  /// m^2/s, over 0 < x1 < 1 - xi, 1 - x1 - xi < x2 < (1 - x1 - xi)/(1 - x1): the emission of a massive gluon in the
  /// abelian case (Y. L. Dokshitzer, G. Marchesini and B. R. Webber, Nucl. Phys. B 469 (1996) 93).
  public static func muonicVector(mass: Double, s: Double) -> Double {
    guard mass > 0, s > 0, mass * mass < s else { return 0 }
    let pairs = 4 * Double.pi * fineStructure * fineStructure / (3 * s) * inverseSquareGeV
    return pairs * vectorEmission(mass * mass / s) / (8 * Double.pi * Double.pi)
  }

  /// e+ e- to mu+ mu- S for a scalar with Yukawa coupling 1 to muons, their mass neglected.
  ///
  /// sigma(mu mu)/(16 pi^2) times the integral of (y1 - xi)(y2 - xi)(1/y1 + 1/y2)^2 - xi (1 + xi - y1 - y2)(1/y1^2 + 1/y2^2), y = 1 - x, over the
  /// region of ``muonicVector(mass:s:)``: the traces of the two diagrams, at mass 0 the scalar gluon's x3^2/((1 - x1)(1 - x2)).
  public static func muonicScalar(mass: Double, s: Double) -> Double {
    guard mass > 0, s > 0, mass * mass < s else { return 0 }
    let pairs = 4 * Double.pi * fineStructure * fineStructure / (3 * s) * inverseSquareGeV
    return pairs * scalarEmission(mass * mass / s) / (16 * Double.pi * Double.pi)
  }

  /// The Kallen function a^2 + b^2 + c^2 - 2ab - 2bc - 2ca.
  static func kallen(_ a: Double, _ b: Double, _ c: Double) -> Double {
    let difference = a - b - c
    return max(difference * difference - 4 * b * c, 0)
  }

  /// The integral of ``muonicVector(mass:s:)``, over y2 from a to b in closed form.
  static func vectorEmission(_ xi: Double) -> Double {
    emission(xi) { y1, a, b in
      let c = 1 + xi
      let logarithm = log(b / a)
      let first: Double = (c - y1) * (c - y1) * logarithm / y1
      // (c - y2)^2 / y2 = c^2/y2 - 2c + y2.
      let second: Double = (c * c * logarithm - 2 * c * (b - a) + 0.5 * (b * b - a * a)) / y1
      let third: Double = xi * (b - a) / (y1 * y1) + xi * (1 / a - 1 / b)
      return first + second - third
    }
  }

  /// The integral of ``muonicScalar(mass:s:)``, over y2 from a to b in closed form.
  static func scalarEmission(_ xi: Double) -> Double {
    emission(xi) { y1, a, b in
      let logarithm = log(b / a)
      let inverse = 1 / a - 1 / b
      let squares = 0.5 * (b * b - a * a)
      let open: Double =
        (squares - xi * (b - a)) / (y1 * y1) + 2 * (b - a - xi * logarithm) / y1 + logarithm - xi * inverse
      let massive: Double = (b * (b - a) - squares) / (y1 * y1) + b * inverse - logarithm
      return (y1 - xi) * open - xi * massive
    }
  }

  /// The integral over y1 = 1 - x1 from xi to 1 of one over y2 = 1 - x2 from xi/y1 to 1 + xi - y1, by Simpson's rule in ln(y1).
  private static func emission(_ xi: Double, _ inner: (_ y1: Double, _ a: Double, _ b: Double) -> Double) -> Double {
    guard xi < 1 else { return 0 }
    let steps = 2000
    let width = -log(xi) / Double(steps)
    var sum = 0.0
    for index in 0...steps {
      let y1 = min(xi * exp(width * Double(index)), 1)
      let (low, high) = (xi / y1, 1 + xi - y1)
      guard high > low else { continue }
      let weight: Double = index == 0 || index == steps ? 1 : (index % 2 == 1 ? 4 : 2)
      sum += weight * y1 * inner(y1, low, high)
    }
    return sum * width / 3
  }
}
