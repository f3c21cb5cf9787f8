import Foundation

/// The path of a particle in a uniform field along z, given at its point of closest approach to the z axis (the
/// perigee). With omega = 0 it is the straight line of a neutral particle and all formulas stay exact.
///
/// With the transverse arc length s from the perigee (positive along the momentum):
///
///     x' = sin(omega s)/omega          x = x' cos(phi0) - y' sin(phi0)
///     y' = -(1 - cos(omega s))/omega - d0    y = x' sin(phi0) + y' cos(phi0)      z = z0 + s tan(lambda)
///
/// so the perigee is d0 (sin phi0, -cos phi0) and the transverse direction at s has the azimuth phi0 - omega s: positive
/// charges turn clockwise seen from +z. The sign of omega is the charge; d0 is positive if (perigee x pT)_z > 0.
/// Convention of the detector model, section "Helix" (that of the public Belle II software).
@frozen
public struct Helix: Equatable, Sendable {
  /// Signed distance of the perigee from the z axis, cm.
  public var d0: Double
  /// Azimuth of the transverse momentum at the perigee in (-pi, pi], rad.
  public var phi0: Double
  /// Signed curvature, 1/cm; its sign is the charge. 0 for neutral particles.
  public var omega: Double
  /// z of the perigee, cm.
  public var z0: Double
  /// pz/pT = cot(theta).
  public var tanLambda: Double

  /// A helix from its five parameters.
  @inlinable
  public init(d0: Double, phi0: Double, omega: Double, z0: Double, tanLambda: Double) {
    self.d0 = d0
    self.phi0 = phi0
    self.omega = omega
    self.z0 = z0
    self.tanLambda = tanLambda
  }

  /// The helix of a particle at any point of its path; see `make(position:momentum:charge:field:)` for the arc length
  /// of that point.
  /// - Parameters:
  ///   - position: a point of the path, cm.
  ///   - momentum: momentum at that point, GeV; its transverse part must not vanish.
  ///   - charge: charge in units of e; 0 gives a straight line.
  ///   - field: field along z, T.
  @inlinable
  public init(position: Vector3, momentum: Vector3, charge: Double, field: Double = Helix.standardField) {
    self = Helix.make(position: position, momentum: momentum, charge: charge, field: field).helix
  }

  /// The field of the detector solenoid, T.
  public static let standardField: Double = 1.5

  /// The helix of a particle and the arc length of the point it was given at.
  /// - Parameters:
  ///   - position: a point of the path, cm.
  ///   - momentum: momentum at that point, GeV; its transverse part must not vanish.
  ///   - charge: charge in units of e; 0 gives a straight line.
  ///   - field: field along z, T.
  /// - Returns: the helix and the transverse arc length from the perigee to `position`, cm, in half a turn about the perigee.
  @inlinable
  public static func make(
    position: Vector3, momentum: Vector3, charge: Double, field: Double = Helix.standardField
  ) -> (helix: Helix, arcLength: Double) {
    let pT = momentum.transverse
    let omega = charge * PhysicalConstants.momentumPerTeslaCentimetre * field / pT
    let cosine = momentum.x / pT
    let sine = momentum.y / pT
    // Karimaki's form (NIM A305 (1991) 187): finite for omega = 0 and without loss of digits for stiff tracks.
    let normalX = sine + omega * position.x
    let normalY = -cosine + omega * position.y
    let across = position.x * sine - position.y * cosine
    let radiusSquared = position.x * position.x + position.y * position.y
    let a = 2 * across + omega * radiusSquared
    let u = max(0, 1 + omega * a).squareRoot()
    let d0 = a / (1 + u)
    let phi0 = u > 0 ? atan2(normalX, -normalY) : atan2(sine, cosine)
    var helix = Helix(d0: d0, phi0: phi0, omega: omega, z0: 0, tanLambda: momentum.z / pT)
    let arc = helix.arcLength(nearestTo: position)
    helix.z0 = position.z - arc * helix.tanLambda
    return (helix, arc)
  }

  /// Transverse momentum, GeV.
  /// - Parameters:
  ///   - field: field along z, T.
  ///   - charge: size of the charge in units of e.
  /// - Returns: infinity for a straight line.
  @inlinable
  public func pT(field: Double = Helix.standardField, charge: Double = 1) -> Double {
    abs(charge) * PhysicalConstants.momentumPerTeslaCentimetre * field / abs(omega)
  }

  /// Sign of the charge: -1, 0 or 1.
  @inlinable
  public var charge: Int { omega > 0 ? 1 : (omega < 0 ? -1 : 0) }

  /// Path length in space per transverse arc length, 1/cos(lambda).
  @inlinable
  public var pathPerArc: Double { (1 + tanLambda * tanLambda).squareRoot() }

  /// Transverse arc length of a full turn, cm; infinity for a straight line.
  @inlinable
  public var turn: Double { 2 * Double.pi / abs(omega) }

  /// sin(angle)/angle.
  @inlinable
  static func sineRatio(_ angle: Double, _ sine: Double) -> Double {
    abs(angle) > 1e-4 ? sine / angle : 1 - angle * angle / 6
  }

  /// Point of the path.
  /// - Parameter arc: transverse arc length from the perigee, cm; negative before it.
  @inlinable
  public func position(at arc: Double) -> Vector3 {
    let half = 0.5 * omega * arc
    let sine = sin(half)
    let chord = arc * Helix.sineRatio(half, sine)
    let alongX = chord * cos(half)
    let alongY = -chord * sine - d0
    let c = cos(phi0)
    let s = sin(phi0)
    return Vector3(alongX * c - alongY * s, alongX * s + alongY * c, z0 + arc * tanLambda)
  }

  /// Tangent at a point, length `pathPerArc`: the derivative of the position by the transverse arc length.
  /// - Parameter arc: transverse arc length from the perigee, cm.
  @inlinable
  public func tangent(at arc: Double) -> Vector3 {
    let azimuth = phi0 - omega * arc
    return Vector3(cos(azimuth), sin(azimuth), tanLambda)
  }

  /// Momentum at a point, GeV.
  /// - Parameters:
  ///   - arc: transverse arc length from the perigee, cm.
  ///   - field: field along z, T.
  ///   - charge: size of the charge in units of e.
  @inlinable
  public func momentum(at arc: Double, field: Double = Helix.standardField, charge: Double = 1) -> Vector3 {
    pT(field: field, charge: charge) * tangent(at: arc)
  }

  /// Arc length of the point of the path nearest to a point in the transverse plane, in half a turn about the perigee, cm.
  @inlinable
  public func arcLength(nearestTo point: Vector3) -> Double {
    let c = cos(phi0)
    let s = sin(phi0)
    let alongX = point.x * c + point.y * s
    let alongY = -point.x * s + point.y * c
    let sineTerm = omega * alongX
    let cosineTerm = 1 + omega * (alongY + d0)
    let angle = atan2(sineTerm, cosineTerm)
    if abs(angle) > 1e-5 { return angle / omega }
    // angle/omega with omega in the denominator cancelled; exact to angle^2 for stiff tracks and straight lines.
    return alongX / cosineTerm
  }

  /// Arc length at which the path leaves a cylinder about the z axis for the first time after the perigee, cm.
  ///
  /// The path enters the same cylinder at minus this arc length, and again at `turn` minus it.
  /// - Parameter radius: radius of the cylinder, cm.
  /// - Returns: nil if the path never touches it: inside |d0| or beyond the far end of the circle.
  @inlinable
  public func arcLength(toRadius radius: Double) -> Double? {
    let square = radius * radius - d0 * d0
    let scale = 1 + omega * d0
    guard square >= 0, scale > 0 else { return nil }
    let chord = (square / scale).squareRoot()
    let sine = 0.5 * omega * chord
    guard abs(sine) <= 1 else { return nil }
    return abs(sine) > 1e-5 ? 2 * asin(sine) / omega : chord * (1 + sine * sine / 6)
  }

  /// Both arc lengths within the first turn after the perigee at which the path meets a cylinder about the z axis.
  /// - Parameter radius: radius of the cylinder, cm.
  /// - Returns: nil if it never does; `returning` is infinite for a straight line.
  @inlinable
  public func arcLengths(toRadius radius: Double) -> (outgoing: Double, returning: Double)? {
    guard let outgoing = arcLength(toRadius: radius) else { return nil }
    return (outgoing, turn - outgoing)
  }

  /// Arc length at which the path meets a plane z = const, cm; nil if it runs parallel to it.
  @inlinable
  public func arcLength(toZ z: Double) -> Double? {
    tanLambda != 0 ? (z - z0) / tanLambda : nil
  }

  /// Largest distance from the z axis that the path reaches, cm.
  @inlinable
  public var largestRadius: Double { omega == 0 ? .infinity : abs(2 / omega + d0) }

  /// Arc length at which the path meets a plane, found by Newton steps from a starting value.
  /// - Parameters:
  ///   - point: a point of the plane, cm.
  ///   - normal: normal of the plane, of any length.
  ///   - start: starting arc length, cm: near the wanted one of the several intersections.
  /// - Returns: nil if the path runs (nearly) parallel to the plane or does not meet it near the start.
  @inlinable
  public func arcLength(toPlaneThrough point: Vector3, normal: Vector3, from start: Double) -> Double? {
    var arc = start
    let scale = normal.length
    for _ in 0..<12 {
      let distance = normal.dot(position(at: arc) - point)
      let slope = normal.dot(tangent(at: arc))
      guard abs(slope) > 1e-6 * scale else { return nil }
      let step = distance / slope
      arc -= step
      if abs(step) < 1e-9 { return arc }
      // A step beyond a quarter turn has left the intersection that was asked for.
      if abs(arc - start) * abs(omega) > 0.5 * Double.pi { return nil }
    }
    return nil
  }
}
