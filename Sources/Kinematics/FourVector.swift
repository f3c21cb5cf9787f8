import Foundation

/// Energy and momentum of a particle or of a system of particles, GeV.
@frozen
public struct FourVector: Equatable, Hashable, Sendable {
  /// Momentum along x, GeV.
  public var px: Double
  /// Momentum along y, GeV.
  public var py: Double
  /// Momentum along z, GeV.
  public var pz: Double
  /// Energy, GeV.
  public var energy: Double

  /// The four-vector with these components, GeV.
  @inlinable
  public init(px: Double, py: Double, pz: Double, energy: Double) {
    self.px = px
    self.py = py
    self.pz = pz
    self.energy = energy
  }

  /// A momentum and an energy, GeV.
  @inlinable
  public init(momentum: Vector3, energy: Double) {
    self.init(px: momentum.x, py: momentum.y, pz: momentum.z, energy: energy)
  }

  /// A particle of this mass with this momentum, GeV.
  @inlinable
  public init(momentum: Vector3, mass: Double) {
    self.init(momentum: momentum, energy: (momentum.lengthSquared + mass * mass).squareRoot())
  }

  /// Nothing: the start of a sum.
  public static let zero = FourVector(px: 0, py: 0, pz: 0, energy: 0)

  /// Momentum, GeV.
  @inlinable
  public var momentum: Vector3 { Vector3(px, py, pz) }

  /// Invariant mass squared, GeV^2; negative for space-like vectors and by rounding for light ones.
  @inlinable
  public var massSquared: Double {
    // (E - p)(E + p) keeps the digits that E^2 - p^2 loses for a fast light particle.
    let size = momentum.length
    return (energy - size) * (energy + size)
  }

  /// Invariant mass, GeV; for a space-like vector minus the root of the absolute value, so that nothing is hidden.
  @inlinable
  public var mass: Double {
    let square = massSquared
    return square >= 0 ? square.squareRoot() : -(-square).squareRoot()
  }

  /// Transverse momentum, GeV.
  @inlinable
  public var pT: Double { (px * px + py * py).squareRoot() }

  /// Azimuth of the momentum in (-pi, pi], rad.
  @inlinable
  public var phi: Double { atan2(py, px) }

  /// Polar angle of the momentum in [0, pi], rad.
  @inlinable
  public var theta: Double { atan2(pT, pz) }

  /// Velocity in units of c.
  @inlinable
  public var velocity: Vector3 { (1 / energy) * momentum }

  /// Minkowski product, metric (+, -, -, -), GeV^2.
  @inlinable
  public func dot(_ other: FourVector) -> Double { energy * other.energy - momentum.dot(other.momentum) }

  /// Sum: the system of both.
  @inlinable
  public static func + (left: FourVector, right: FourVector) -> FourVector {
    FourVector(momentum: left.momentum + right.momentum, energy: left.energy + right.energy)
  }

  /// Difference: what recoils.
  @inlinable
  public static func - (left: FourVector, right: FourVector) -> FourVector {
    FourVector(momentum: left.momentum - right.momentum, energy: left.energy - right.energy)
  }

  /// Adds in place.
  @inlinable
  public static func += (left: inout FourVector, right: FourVector) { left = left + right }
}
