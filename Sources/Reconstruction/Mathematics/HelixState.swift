import Kinematics

/// Helix parameters with the sine and cosine of phi0 at hand: what the fits step with.
///
/// Vectors over the parameters are in the order d0, phi0, omega, z0, tan(lambda).
@usableFromInline
struct HelixState {
  var d0: Double
  var phi0: Double
  var omega: Double
  var z0: Double
  var tanLambda: Double
  var sine: Double
  var cosine: Double

  init(d0: Double, phi0: Double, omega: Double, z0: Double, tanLambda: Double) {
    self.d0 = d0
    self.phi0 = phi0
    self.omega = omega
    self.z0 = z0
    self.tanLambda = tanLambda
    (sine, cosine) = PortableAngles.sineCosine(phi0)
  }

  init(_ helix: Helix) {
    self.init(d0: helix.d0, phi0: helix.phi0, omega: helix.omega, z0: helix.z0, tanLambda: helix.tanLambda)
  }

  var helix: Helix { Helix(d0: d0, phi0: phi0, omega: omega, z0: z0, tanLambda: tanLambda) }

  var isFinite: Bool { d0.isFinite && phi0.isFinite && omega.isFinite && z0.isFinite && tanLambda.isFinite }

  /// The state after a step of the five parameters.
  @inline(__always)
  func stepped(by step: SIMD8<Double>) -> HelixState {
    HelixState(
      d0: d0 + step[0], phi0: PortableAngles.wrapped(phi0 + step[1]), omega: omega + step[2], z0: z0 + step[3],
      tanLambda: tanLambda + step[4])
  }

  /// Transverse arc length to a cylinder about the z axis, first crossing after the perigee.
  /// - Returns: not a number if the circle does not reach it.
  @inline(__always)
  func arcLength(toRadius radius: Double) -> Double {
    let square = radius * radius - d0 * d0
    let scale = 1 + omega * d0
    guard square >= 0, scale > 0 else { return .nan }
    let chord = (square / scale).squareRoot()
    let sine = 0.5 * omega * chord
    guard abs(sine) <= 1 else { return .nan }
    // Stiff tracks need no angle: asin(x)/x is a rational function of x^2.
    if abs(sine) <= 0.5 { return chord * PortableAngles.arcSineRatio(square: sine * sine) }
    return 2 * PortableAngles.arcSine(sine) / omega
  }

  /// A point of the path with everything the measurement models differentiate.
  struct Point {
    var x: Double
    var y: Double
    var z: Double
    /// Transverse direction of flight.
    var directionX: Double
    var directionY: Double
    /// Derivative of x and y by omega at fixed arc length.
    var xByOmega: Double
    var yByOmega: Double
  }

  /// The point at a transverse arc length from the perigee.
  @inline(__always)
  func point(at arc: Double) -> Point {
    let angle = omega * arc
    let sa: Double
    let ca: Double
    let ratio: Double
    let alongByOmega: Double
    let acrossByOmega: Double
    let bend: Double
    if abs(angle) < PortableAngles.eighthTurn {
      // The quotients below follow from the series without any division, down to straight lines.
      let square = angle * angle
      let (p, q) = PortableAngles.series(square: square)
      let half = 0.5 - square * q
      ratio = 1 + square * p
      sa = angle * ratio
      ca = 1 - square * half
      bend = arc * angle * half
      alongByOmega = arc * arc * angle * (-half - p)
      acrossByOmega = -arc * arc * (ratio - half)
    } else {
      (sa, ca) = PortableAngles.sineCosine(angle)
      let inverse = 1 / angle
      ratio = sa * inverse
      bend = angle > 3 || angle < -3 ? (1 - ca) / omega : arc * ratio * sa / (1 + ca)
      alongByOmega = arc * arc * (ca - ratio) * inverse
      acrossByOmega = -arc * (arc * sa - bend) * inverse
    }
    let along = arc * ratio
    let across = -bend - d0
    return Point(
      x: along * cosine - across * sine, y: along * sine + across * cosine, z: z0 + arc * tanLambda,
      directionX: ca * cosine + sa * sine, directionY: ca * sine - sa * cosine,
      xByOmega: alongByOmega * cosine - acrossByOmega * sine, yByOmega: alongByOmega * sine + acrossByOmega * cosine)
  }

  /// Derivatives of the projection of a point on a direction by the five parameters, at fixed arc length.
  @inline(__always)
  func gradient(of point: Point, at arc: Double, along nx: Double, _ ny: Double, _ nz: Double) -> SIMD8<Double> {
    SIMD8<Double>(
      nx * sine - ny * cosine, ny * point.x - nx * point.y, nx * point.xByOmega + ny * point.yByOmega, nz, nz * arc, 0,
      0, 0)
  }
}
