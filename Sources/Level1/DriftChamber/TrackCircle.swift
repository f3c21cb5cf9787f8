import Kinematics

/// The circle of a two-dimensional track through the origin, asked where it passes a radius.
struct TrackCircle {
  /// Azimuth at the origin, rad.
  var phi0: Double
  /// Signed curvature, 1/cm.
  var omega: Double

  /// Where the circle passes a radius, on its way out.
  struct Crossing {
    /// Azimuth, rad, not wrapped.
    var azimuth: Double
    /// Transverse arc length from the origin, cm.
    var arc: Double
    /// Sine of the angle between the direction and the radius.
    var sine: Double
    /// Cosine of that angle.
    var cosine: Double
  }

  /// The crossing of a radius in cm; nil if the circle turns back before, or touches it at more than 72 degrees, where
  /// no position can be told.
  func crossing(radius: Double) -> Crossing? {
    let sine = omega * radius / 2
    guard abs(sine) < 0.95 else { return nil }
    let angle = arcsine(sine)
    let arc = abs(sine) > 1e-6 ? radius * (angle / sine) : radius
    return Crossing(azimuth: phi0 - angle, arc: arc, sine: sine, cosine: (1 - sine * sine).squareRoot())
  }

  /// Where the circle passes four radii: ``Crossing`` by ``Crossing``, with the same bits.
  struct Crossings {
    var azimuth: SIMD4<Double>
    var arc: SIMD4<Double>
    var sine: SIMD4<Double>
    var cosine: SIMD4<Double>
    /// Whether the circle passes the radius; the other numbers have no meaning where it does not.
    var exists: SIMDMask<SIMD4<Int64>>
  }

  /// The crossings of four radii in cm.
  @inline(__always)
  func crossings(radii: SIMD4<Double>) -> Crossings {
    let sine: SIMD4<Double> = omega * radii / 2
    let angle = PortableAngles.arcSine(sine)
    let size: SIMD4<Double> = sine.replacing(with: -sine, where: sine .< 0)
    let arc: SIMD4<Double> = radii.replacing(with: radii * (angle / sine), where: size .> 1e-6)
    return Crossings(
      azimuth: phi0 - angle, arc: arc, sine: sine, cosine: (1 - sine * sine).squareRoot(), exists: size .< 0.95)
  }
}
