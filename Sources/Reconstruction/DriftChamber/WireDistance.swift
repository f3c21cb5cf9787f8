/// Closest approach of a helix to a wire.
struct WireDistance {
  /// Distance in space, cm; positive if the track passes with the wire on its left.
  var distance: Double
  /// Derivatives of the distance by the helix parameters.
  var gradient: SIMD8<Double>
  /// Transverse arc length of the closest approach, cm.
  var arc: Double
  /// z of the closest approach, cm.
  var z: Double

  /// Both are straight lines near the approach; the curvature enters to second order of the step from the starting
  /// point, so that one evaluation is good to micrometres if the start is within a centimetre.
  /// - Parameters:
  ///   - line: x and y of the wire at z = 0, dx/dz and dy/dz.
  ///   - start: arc length near the closest approach, cm.
  @inline(__always)
  init(of state: HelixState, to line: SIMD4<Float>, from start: Double) {
    let point = state.point(at: start)
    let slopeX = Double(line[2])
    let slopeY = Double(line[3])
    let dx = point.x - (Double(line[0]) + slopeX * point.z)
    let dy = point.y - (Double(line[1]) + slopeY * point.z)
    let tx = point.directionX
    let ty = point.directionY
    // Normal to both directions: (tx, ty, tan(lambda)) x (slopeX, slopeY, 1).
    var nx = ty - state.tanLambda * slopeY
    var ny = state.tanLambda * slopeX - tx
    var nz = tx * slopeY - ty * slopeX
    let inverse = 1 / (nx * nx + ny * ny + nz * nz).squareRoot()
    nx *= inverse
    ny *= inverse
    nz *= inverse
    // Closest approach at equal z: the difference moves along q with the arc.
    let qx = tx - state.tanLambda * slopeX
    let qy = ty - state.tanLambda * slopeY
    let step = -(dx * qx + dy * qy) / (qx * qx + qy * qy)
    let bend = 0.5 * state.omega * step * step * (nx * ty - ny * tx)
    distance = dx * nx + dy * ny + bend
    gradient = state.gradient(of: point, at: start, along: nx, ny, nz)
    arc = start + step
    z = point.z + step * state.tanLambda
  }
}
