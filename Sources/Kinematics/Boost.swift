import Foundation

/// A Lorentz boost along any direction, exact in both directions.
@frozen
public struct Boost: Equatable, Sendable {
  /// Velocity of the new frame seen from the old one, in units of c.
  public let velocity: Vector3
  /// Lorentz factor.
  public let gamma: Double

  /// The boost into a frame that moves with this velocity.
  /// - Parameters:
  ///   - velocity: velocity of the new frame in the old one, in units of c; its size must be below 1.
  ///   - gamma: Lorentz factor, if it is known better than from the velocity.
  @inlinable
  public init?(velocity: Vector3, gamma: Double? = nil) {
    let betaSquared = velocity.lengthSquared
    guard betaSquared < 1 else { return nil }
    self.velocity = velocity
    self.gamma = gamma ?? 1 / (1 - betaSquared).squareRoot()
  }

  /// The boost from the frame in which `system` is given to the frame in which it is at rest.
  /// - Parameter system: a time-like four-vector; light-like and space-like ones have no rest frame and give nil.
  @inlinable
  public init?(toRestFrameOf system: FourVector) {
    guard system.massSquared > 0, system.energy > 0 else { return nil }
    self.init(velocity: system.velocity, gamma: system.energy / system.mass)
  }

  @usableFromInline
  init(trustedVelocity velocity: Vector3, gamma: Double) {
    self.velocity = velocity
    self.gamma = gamma
  }

  /// The boost back.
  @inlinable
  public var inverse: Boost { Boost(trustedVelocity: -velocity, gamma: gamma) }

  /// Components of a four-vector in the new frame.
  @inlinable
  public func apply(_ vector: FourVector) -> FourVector {
    let along = velocity.dot(vector.momentum)
    let energy = gamma * (vector.energy - along)
    // gamma^2/(gamma + 1) = (gamma - 1)/beta^2 without the division by a vanishing beta.
    let factor = gamma * gamma / (gamma + 1) * along - gamma * vector.energy
    return FourVector(momentum: vector.momentum + factor * velocity, energy: energy)
  }
}

/// The centre-of-mass frame of two beams: the boost along the (tilted) total momentum, then the rotation that puts
/// the z axis on the boosted first beam.
///
/// The x axis is chosen such that the rotation turns about the normal of the plane of the boosted beam and the
/// laboratory z axis; for beams that cross in the horizontal plane the cm y axis is the laboratory y axis.
public struct CentreOfMassFrame: Equatable, Sendable {
  /// The boost of the laboratory components, before the rotation.
  public let boost: Boost
  /// Energy of the two beams in their centre of mass, GeV.
  public let energy: Double
  // Rows of the rotation: the cm axes in boosted laboratory components.
  let axisX: Vector3
  let axisY: Vector3
  let axisZ: Vector3

  /// The frame of two beams; nil if they have no common rest frame.
  /// - Parameters:
  ///   - first: the beam that gives the direction of the z axis (the electrons).
  ///   - second: the other beam.
  public init?(first: FourVector, second: FourVector) {
    let total = first + second
    guard let boost = Boost(toRestFrameOf: total) else { return nil }
    let boosted = boost.apply(first).momentum
    guard boosted.length > 0 else { return nil }
    self.boost = boost
    energy = total.mass
    let newZ = boosted.unit
    let normal = Vector3(0, 0, 1).cross(newZ)
    // Rotation by the angle between z and newZ about their normal (Rodrigues' formula), applied to x and y.
    let sine = normal.length
    let cosine = newZ.z
    func rotated(_ vector: Vector3) -> Vector3 {
      guard sine > 0 else { return cosine > 0 ? vector : Vector3(vector.x, -vector.y, -vector.z) }
      let axis = normal.unit
      return cosine * vector + sine * axis.cross(vector) + ((1 - cosine) * axis.dot(vector)) * axis
    }
    axisX = rotated(Vector3(1, 0, 0))
    axisY = rotated(Vector3(0, 1, 0))
    axisZ = newZ
  }

  /// Laboratory to centre of mass.
  public func toCentreOfMass(_ vector: FourVector) -> FourVector {
    let boosted = boost.apply(vector)
    let momentum = boosted.momentum
    return FourVector(
      px: axisX.dot(momentum), py: axisY.dot(momentum), pz: axisZ.dot(momentum), energy: boosted.energy)
  }

  /// Centre of mass to laboratory.
  public func toLaboratory(_ vector: FourVector) -> FourVector {
    let momentum = vector.px * axisX + vector.py * axisY + vector.pz * axisZ
    return boost.inverse.apply(FourVector(momentum: momentum, energy: vector.energy))
  }
}
