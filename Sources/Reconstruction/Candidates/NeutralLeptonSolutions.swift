import Kinematics

/// The two masses that a heavy neutral lepton N of tau -> pi N can have, given the pion and the direction of N.
///
/// The tau has half the energy of the collision in its centre of mass and its known mass. With u the four-velocity of the centre of mass and N =
/// (E, p n), n the direction from the collision point to the vertex, these are
///
///     u (pi + N) = sqrt(s)/2        E = a + b p, linear
///     (pi + N)^2 = m_tau^2          quadratic in p
///
/// two solutions p, and m_N^2 = E^2 - p^2. What the neutrino of N carries away is not used. The two-fold ambiguity and the plane of both
/// masses: Belle, Phys. Rev. D 109 (2024) L111102.
package enum NeutralLeptonSolutions {
  /// Solves for the masses.
  /// - Parameters:
  ///   - pion: four-momentum of the pion, GeV.
  ///   - direction: direction of N, of any length.
  ///   - collision: four-momentum of the collision, GeV.
  /// - Returns: the smaller and the larger mass in GeV, negative for a negative square; nil if no tau fits. Where resolution makes the
  ///   discriminant slightly negative both are the mass at its extremum.
  package static func masses(
    pion: FourVector, direction: Vector3, collision: FourVector
  ) -> (low: Double, high: Double)? {
    let size = direction.length
    let energy = collision.mass
    guard size > 0, energy > 0 else { return nil }
    let n = (1 / size) * direction
    let u = FourVector(momentum: (1 / energy) * collision.momentum, energy: collision.energy / energy)
    // u (pi + N) = sqrt(s)/2 with u N = u0 E - (u n) p.
    let a = (0.5 * energy - u.dot(pion)) / u.energy
    let b = u.momentum.dot(n) / u.energy
    let e = pion.energy + a
    let along = pion.momentum.dot(n)
    // (e + b p)^2 - |pi|^2 - 2 p (pi n) - p^2 = m_tau^2.
    let quadratic = b * b - 1
    let linear = 2 * (e * b - along)
    let constant = e * e - pion.momentum.lengthSquared - Mass.tau * Mass.tau
    guard quadratic < 0 else { return nil }
    let discriminant = linear * linear - 4 * quadratic * constant
    // Negative by more than the resolution of pion and vertex: there is no such tau.
    guard discriminant > -0.25 * linear * linear else { return nil }
    let root = max(0, discriminant).squareRoot()
    func mass(_ p: Double) -> Double? {
      guard p > 0 else { return nil }
      let energy = a + b * p
      let square = energy * energy - p * p
      return square >= 0 ? square.squareRoot() : -(-square).squareRoot()
    }
    let solutions = [mass((-linear + root) / (2 * quadratic)), mass((-linear - root) / (2 * quadratic))].compactMap(
      \.self)
    guard let low = solutions.min(), let high = solutions.max() else { return nil }
    return (low, high)
  }
}
