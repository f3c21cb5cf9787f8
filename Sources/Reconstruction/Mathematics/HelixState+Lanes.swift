import Kinematics

/// The same as the scalar functions of ``HelixState``, bit for bit, for four places at once.
extension HelixState {
  /// Transverse arc lengths to four cylinders about the z axis.
  /// - Returns: not a number where the circle does not reach a cylinder.
  @inline(__always)
  func arcLengths(toRadii radii: SIMD4<Double>) -> SIMD4<Double> {
    let square: SIMD4<Double> = radii * radii - d0 * d0
    let scale = 1 + omega * d0
    let chord: SIMD4<Double> = (square / scale).squareRoot()
    let sine: SIMD4<Double> = chord * (0.5 * omega)
    let z: SIMD4<Double> = sine * sine
    if scale > 0, z[0] <= 0.25, z[1] <= 0.25, z[2] <= 0.25, z[3] <= 0.25 {
      return chord * PortableAngles.arcSineRatio(square: z)
    }
    return SIMD4<Double>(
      arcLength(toRadius: radii[0]), arcLength(toRadius: radii[1]), arcLength(toRadius: radii[2]),
      arcLength(toRadius: radii[3]))
  }

  /// Four places of the path without the derivatives.
  struct Places {
    var x: SIMD4<Double>
    var y: SIMD4<Double>
    /// Transverse direction of flight.
    var directionX: SIMD4<Double>
    var directionY: SIMD4<Double>
  }

  /// The places at four transverse arc lengths from the perigee.
  @inline(__always)
  func places(at arc: SIMD4<Double>) -> Places {
    let angle: SIMD4<Double> = arc * omega
    let square: SIMD4<Double> = angle * angle
    let limit = PortableAngles.eighthTurn * PortableAngles.eighthTurn
    if square[0] < limit, square[1] < limit, square[2] < limit, square[3] < limit {
      let (p, q) = PortableAngles.series(square: square)
      let half: SIMD4<Double> = 0.5 - square * q
      let ratio: SIMD4<Double> = 1 + square * p
      let sa: SIMD4<Double> = angle * ratio
      let ca: SIMD4<Double> = 1 - square * half
      let along: SIMD4<Double> = arc * ratio
      let across: SIMD4<Double> = 0 - arc * angle * half - d0
      return Places(
        x: along * cosine - across * sine, y: along * sine + across * cosine, directionX: ca * cosine + sa * sine,
        directionY: ca * sine - sa * cosine)
    }
    var places = Places(x: .zero, y: .zero, directionX: .zero, directionY: .zero)
    for lane in 0..<4 {
      let point = point(at: arc[lane])
      places.x[lane] = point.x
      places.y[lane] = point.y
      places.directionX[lane] = point.directionX
      places.directionY[lane] = point.directionY
    }
    return places
  }
}
