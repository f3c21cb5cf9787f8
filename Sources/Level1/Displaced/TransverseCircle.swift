/// A track in the transverse plane as a circle that may miss the beam line, written so that straight tracks are no
/// special case.
///
/// A point r on the circle fulfils `n r = a r^2 + b`, with the unit normal n = (sin phi0, -cos phi0) of the azimuth phi0 at the
/// closest approach to the beam line. Curvature and impact parameter follow with one square root:
/// `u = 1 + omega d0 = 1 / sqrt(1 - 4 a b)`, `omega = 2 a u`, `d0 = 2 b u / (1 + u)`; signs as in `Helix`. The form is that of
/// the conformal mapping (V. Karimaki, Nucl. Instrum. Meth. A 305 (1991) 187, uses the same quantities). Only additions,
/// multiplications, divisions and square roots: the same bits on every machine.
package struct TransverseCircle: Sendable {
  /// Half the curvature over u, 1/cm.
  package var a: Double
  /// The distance of the line n r = b that a straight track is, cm.
  package var b: Double
  /// Normal at the closest approach: (sin phi0, -cos phi0).
  package var normal: SIMD2<Double>

  package init(a: Double, b: Double, normal: SIMD2<Double>) {
    self.a = a
    self.b = b
    self.normal = normal
  }

  /// 1 + omega d0; nil for coefficients that no track has (a circle that cannot exist, or one around the beam line).
  package var stretch: Double? {
    let square = 1 - 4 * a * b
    return square > 0.05 ? 1 / square.squareRoot() : nil
  }

  /// Signed curvature in 1/cm and impact parameter in cm; nil as ``stretch``.
  package var parameters: (omega: Double, d0: Double)? {
    guard let stretch else { return nil }
    return (2 * a * stretch, 2 * b * stretch / (1 + stretch))
  }

  /// The direction in which the circle passes a radius in cm on its way out, a unit vector from the beam line; nil if it does not get
  /// there.
  package func direction(atRadius radius: Double) -> SIMD2<Double>? {
    let sine = a * radius + b / radius
    let square = 1 - sine * sine
    guard square > 0 else { return nil }
    return SIMD2(-normal.y, normal.x) * square.squareRoot() + normal * sine
  }

  /// How far a point close to the circle is from it, cm.
  package func distance(to point: SIMD2<Double>) -> Double {
    abs((normal * point).sum() - a * (point * point).sum() - b)
  }

  /// The direction of flight, not normalised, at a point on the circle: (cos phi0, sin phi0) at the closest approach.
  package func direction(at point: SIMD2<Double>) -> SIMD2<Double> {
    let inward = normal - 2 * a * point
    return SIMD2(-inward.y, inward.x)
  }

  /// The two points in which two tracks cross, or, if they miss each other, the one point on the line of equal power
  /// between them that is closest to the first, twice.
  ///
  /// Eliminating r^2 from both equations leaves a straight line; where it meets the circle that is more curved a quadratic
  /// equation remains. Nil for two parallel straight tracks.
  package func crossings(
    with other: TransverseCircle
  ) -> (first: SIMD2<Double>, second: SIMD2<Double>, meet: Bool)? {
    let across: SIMD2<Double> = other.a * normal - a * other.normal
    let curved = abs(a) >= abs(other.a) ? self : other
    let square = (across * across).sum()
    guard square > 1e-16, abs(curved.a) > 1e-9 else { return nil }
    let power: Double = other.a * b - a * other.b
    let foot = across * (power / square)
    let along = SIMD2(-across.y, across.x) / square.squareRoot()
    // curved.a (foot^2 + t^2) + curved.b - n foot - t n along = 0
    let half: Double = 0.5 * (curved.normal * along).sum()
    let constant: Double = curved.a * (foot * foot).sum() + curved.b - (curved.normal * foot).sum()
    let discriminant = half * half - curved.a * constant
    guard discriminant >= 0 else {
      let point = foot + along * (half / curved.a)
      return (point, point, false)
    }
    // The form without a difference of large numbers.
    let root = discriminant.squareRoot()
    let sum = half >= 0 ? half + root : half - root
    guard abs(sum) > 1e-300 else { return (foot, foot, true) }
    return (foot + along * (constant / sum), foot + along * (sum / curved.a), true)
  }
}
