import Foundation

/// A vector in space: a position in cm, a momentum in GeV, or a direction without unit. Laboratory frame unless
/// the name says otherwise (origin at the interaction point, z along the bisector of the beams in the direction of
/// the electrons, x horizontal to the outside of the ring, y up).
@frozen
public struct Vector3: Equatable, Hashable, Sendable {
  /// Component along x.
  public var x: Double
  /// Component along y.
  public var y: Double
  /// Component along z.
  public var z: Double

  /// The vector with these components.
  @inlinable
  public init(x: Double, y: Double, z: Double) {
    self.x = x
    self.y = y
    self.z = z
  }

  /// The vector with these components, without labels where the order is obvious.
  @inlinable
  public init(_ x: Double, _ y: Double, _ z: Double) {
    self.init(x: x, y: y, z: z)
  }

  /// The vector of a length and a direction.
  /// - Parameters:
  ///   - length: length, in the unit the vector shall have.
  ///   - theta: polar angle to the z axis, rad.
  ///   - phi: azimuth, rad.
  @inlinable
  public init(length: Double, theta: Double, phi: Double) {
    let transverse = length * sin(theta)
    self.init(x: transverse * cos(phi), y: transverse * sin(phi), z: length * cos(theta))
  }

  /// The origin, or a momentum at rest.
  public static let zero = Vector3(0, 0, 0)

  /// Scalar product.
  @inlinable
  public func dot(_ other: Vector3) -> Double { x * other.x + y * other.y + z * other.z }

  /// Vector product.
  @inlinable
  public func cross(_ other: Vector3) -> Vector3 {
    Vector3(y * other.z - z * other.y, z * other.x - x * other.z, x * other.y - y * other.x)
  }

  /// Square of the length.
  @inlinable
  public var lengthSquared: Double { x * x + y * y + z * z }

  /// Length.
  @inlinable
  public var length: Double { lengthSquared.squareRoot() }

  /// Distance from the z axis, or transverse momentum.
  @inlinable
  public var transverse: Double { (x * x + y * y).squareRoot() }

  /// Azimuth in (-pi, pi], rad; 0 for a vector along z.
  @inlinable
  public var phi: Double { atan2(y, x) }

  /// Polar angle to the z axis in [0, pi], rad.
  @inlinable
  public var theta: Double { atan2(transverse, z) }

  /// Vector of length one in the same direction; the zero vector stays zero.
  @inlinable
  public var unit: Vector3 {
    let size = length
    return size > 0 ? Vector3(x / size, y / size, z / size) : self
  }

  /// Angle between two vectors in [0, pi], rad; exact for small and for straight angles.
  @inlinable
  public func angle(to other: Vector3) -> Double { atan2(cross(other).length, dot(other)) }

  /// Sum.
  @inlinable
  public static func + (left: Vector3, right: Vector3) -> Vector3 {
    Vector3(left.x + right.x, left.y + right.y, left.z + right.z)
  }

  /// Difference.
  @inlinable
  public static func - (left: Vector3, right: Vector3) -> Vector3 {
    Vector3(left.x - right.x, left.y - right.y, left.z - right.z)
  }

  /// Opposite vector.
  @inlinable
  public static prefix func - (vector: Vector3) -> Vector3 { Vector3(-vector.x, -vector.y, -vector.z) }

  /// Multiple.
  @inlinable
  public static func * (factor: Double, vector: Vector3) -> Vector3 {
    Vector3(factor * vector.x, factor * vector.y, factor * vector.z)
  }

  /// Multiple.
  @inlinable
  public static func * (vector: Vector3, factor: Double) -> Vector3 { factor * vector }

  /// Adds in place.
  @inlinable
  public static func += (left: inout Vector3, right: Vector3) { left = left + right }
}

/// Brings an angle into (-pi, pi].
/// - Parameter angle: any finite angle, rad.
@inlinable
public func wrappedAngle(_ angle: Double) -> Double {
  if angle > -Double.pi && angle <= Double.pi { return angle }
  let wrapped = angle - 2 * Double.pi * (angle / (2 * Double.pi)).rounded()
  return wrapped > -Double.pi ? wrapped : wrapped + 2 * Double.pi
}
