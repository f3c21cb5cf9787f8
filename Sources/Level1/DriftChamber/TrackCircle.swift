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
}
