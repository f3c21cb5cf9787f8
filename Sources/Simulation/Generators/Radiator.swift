import Foundation
import Kinematics
import Statistics

/// Photon radiation of one charged leg in the leading-logarithmic structure-function picture.
///
/// The energy fraction y of the photon follows D(y) = (1 + 3 beta/8) (beta/2) y^(beta/2 - 1) - (beta/4)(2 - y) with
/// beta = 2 alpha/pi (ln(Q^2/m^2) - 1): E. A. Kuraev, V. S. Fadin, Sov. J. Nucl. Phys. 41 (1985) 466, with exponentiated soft part;
/// its integral over 0 to 1 is exactly 1. Directions follow the eikonal of the emitting pair,
/// sin^2(theta)/(1 - v^2 cos^2(theta))^2, the share of this leg.
struct Radiator {
  /// 2 alpha/pi (ln(Q^2/m^2) - 1).
  let beta: Double

  /// A leg of a mass at a scale.
  /// - Parameters:
  ///   - scale: Q^2, GeV^2.
  ///   - mass: GeV.
  init(scale: Double, mass: Double) {
    let logarithm = log(scale / (mass * mass)) - 1
    beta = 2 * PhysicalConstants.fineStructure / Double.pi * max(logarithm, 0.1)
  }

  /// Photons below this fraction of the leg's energy are not written as particles: the leg keeps the energy.
  static let softest = 1e-5

  private var soft: Double { 1 + 0.375 * beta }

  /// D(y) divided by (beta/2) y^(beta/2 - 1): between 1/2 and 1 + 3 beta/8.
  func ratioToSoft(_ y: Double) -> Double { soft - 0.5 * (2 - y) * pow(y, 1 - 0.5 * beta) }

  /// Draws y from D(y).
  func fraction(_ random: inout CounterRandom) -> Double {
    while true {
      let y = pow(random.uniform(), 2 / beta)
      if random.uniform() * soft < ratioToSoft(y) { return y }
    }
  }

  /// Draws y from (beta/2) (y^(beta/2 - 1) + 1/(1 - y + edge)): the proposal for cross-sections that rise like 1/(1 - y).
  /// - Returns: y and D(y) over the normalised proposal density.
  func fraction(edge: Double, _ random: inout CounterRandom) -> (y: Double, weight: Double) {
    let logarithm = log((1 + edge) / edge)
    let norm = 1 + 0.5 * beta * logarithm
    let y: Double
    if random.uniform() * norm < 1 {
      y = pow(random.uniform(), 2 / beta)
    } else {
      y = min(1, max(0, 1 + edge - edge * pow((1 + edge) / edge, random.uniform())))
    }
    // Both densities over the soft one: finite at y = 0.
    let proposal = 1 + pow(y, 1 - 0.5 * beta) / (1 - y + edge)
    return (y, ratioToSoft(y) / proposal * norm)
  }

  /// Draws the cosine of the angle between the photon and its leg.
  ///
  /// Charges that are scattered by a small angle radiate coherently outside that angle, which cancels: emission is limited to
  /// 1 - cos < 2 Q^2/s, the same limit that makes the logarithm of the scale in `beta`.
  /// - Parameters:
  ///   - velocity: velocity of the leg in units of c.
  ///   - largestDistance: largest 1 - cos(angle), at most 2 (all directions).
  static func cosine(velocity: Double, largestDistance: Double, _ random: inout CounterRandom) -> Double {
    let ratio = (1 - velocity + velocity * min(2, largestDistance)) / (1 - velocity)
    while true {
      // 1/(1 - v c) up to the limit: 1 - v c is log-uniform.
      let distance = (1 - velocity) * pow(ratio, random.uniform())
      let cosine = min(1, max(-1, (1 - distance) / velocity))
      let square = (1 - cosine) * (1 + cosine)
      if random.uniform() * distance * (2 - distance) < square { return cosine }
    }
  }
}

/// A direction at an angle to an axis.
/// - Parameters:
///   - axis: direction of length one.
///   - cosine: cosine of the angle to the axis.
///   - azimuth: angle about the axis, rad, from an arbitrary but fixed zero.
func direction(about axis: Vector3, cosine: Double, azimuth: Double) -> Vector3 {
  let helper = abs(axis.z) < 0.9 ? Vector3(0, 0, 1) : Vector3(1, 0, 0)
  let first = helper.cross(axis).unit
  let second = axis.cross(first)
  let sine = max(0, (1 - cosine) * (1 + cosine)).squareRoot()
  return cosine * axis + (sine * cos(azimuth)) * first + (sine * sin(azimuth)) * second
}
