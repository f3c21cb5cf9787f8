import Kinematics

/// Common vertex of two helices: least squares on their distances from a point, directions kept.
///
/// Near the vertex a track is a line. Its offsets from the vertex across the line, one in the transverse plane and one in z,
/// have the covariance of the helix parameters; four offsets, three coordinates, one degree of freedom (the method of
/// P. Billoir, NIM A311 (1992) 139, without the update of the momenta).
struct PairVertexFit {
  /// What a fit found.
  struct Result {
    var position: Vector3
    var chi2: Double
    /// Arc lengths of the two tracks at the vertex, cm.
    var arcs: (Double, Double)
  }

  /// The line of one track near the vertex and the weight of its two offsets.
  private struct Constraint {
    // Directions of the offsets: (ax, ay, 0) across in the plane; (bx, by, 1) in z along the track.
    var ax = 0.0
    var ay = 0.0
    var bx = 0.0
    var by = 0.0
    var offsetA = 0.0
    var offsetB = 0.0
    var waa = 0.0
    var wab = 0.0
    var wbb = 0.0
    var arc = 0.0
  }

  /// Largest distance in z of the two tracks where they cross in the transverse plane, in cm.
  private static let largestGap = 12.0

  /// Fits a vertex.
  /// - Returns: nil if the tracks do not come near each other, or only far outside.
  static func fit(
    _ first: HelixState, _ firstCovariance: Matrix5, _ second: HelixState, _ secondCovariance: Matrix5
  ) -> Result? {
    guard var position = start(first, second) else { return nil }
    var result: Result?
    for _ in 0..<4 {
      guard let a = constraint(first, firstCovariance, near: position),
        let b = constraint(second, secondCovariance, near: position), let next = solve(a, b)
      else { return nil }
      let step = next - position
      position = next
      let chi2 = contribution(a, position) + contribution(b, position)
      guard chi2.isFinite, position.x.isFinite, position.y.isFinite, position.z.isFinite else { return nil }
      result = Result(position: position, chi2: chi2, arcs: (a.arc, b.arc))
      if step.lengthSquared < 1e-10 { break }
    }
    return result
  }

  /// Where the circles cross or come closest; of two crossings that with the smaller distance in z.
  private static func start(_ first: HelixState, _ second: HelixState) -> Vector3? {
    let r1 = 1 / abs(first.omega)
    let r2 = 1 / abs(second.omega)
    let c1 = centre(first)
    let c2 = centre(second)
    let dx = c2.x - c1.x
    let dy = c2.y - c1.y
    let distance = (dx * dx + dy * dy).squareRoot()
    guard distance > 1e-6 else { return nil }
    let along = (distance * distance + r1 * r1 - r2 * r2) / (2 * distance)
    let acrossSquared = r1 * r1 - along * along
    let ux = dx / distance
    let uy = dy / distance
    var best: Vector3?
    var bestGap = largestGap
    func consider(_ x: Double, _ y: Double) {
      let s1 = arc(first, x, y)
      let s2 = arc(second, x, y)
      // Behind the perigee by more than resolution, or past a quarter turn: not where these two came from.
      let z1 = first.z0 + s1 * first.tanLambda
      let z2 = second.z0 + s2 * second.tanLambda
      let gap = abs(z1 - z2)
      if gap < bestGap {
        bestGap = gap
        best = Vector3(x, y, 0.5 * (z1 + z2))
      }
    }
    if acrossSquared > 0 {
      let across = acrossSquared.squareRoot()
      consider(c1.x + along * ux - across * uy, c1.y + along * uy + across * ux)
      consider(c1.x + along * ux + across * uy, c1.y + along * uy - across * ux)
    } else {
      // No crossing: the middle of the gap between the circles, if it is small against anything a track could be.
      let inner = distance < abs(r1 - r2)
      let edge1 = inner ? (r1 > r2 ? r1 : -r1) : r1
      let edge2 = inner ? (r1 > r2 ? distance + r2 : distance - r2) : distance - r2
      guard abs(edge1 - edge2) < 3 else { return nil }
      let middle = 0.5 * (edge1 + edge2)
      consider(c1.x + middle * ux, c1.y + middle * uy)
    }
    return best
  }

  @inline(__always)
  private static func centre(_ state: HelixState) -> (x: Double, y: Double) {
    let radius = state.d0 + 1 / state.omega
    return (radius * state.sine, -radius * state.cosine)
  }

  /// Arc length of the point of a helix nearest to a point of the transverse plane.
  @inline(__always)
  private static func arc(_ state: HelixState, _ x: Double, _ y: Double) -> Double {
    let alongX = x * state.cosine + y * state.sine
    let alongY = -x * state.sine + y * state.cosine
    return PortableAngles.azimuth(y: state.omega * alongX, x: 1 + state.omega * (alongY + state.d0)) / state.omega
  }

  private static func constraint(_ state: HelixState, _ covariance: Matrix5, near vertex: Vector3) -> Constraint? {
    let arc = arc(state, vertex.x, vertex.y)
    let point = state.point(at: arc)
    var c = Constraint()
    c.arc = arc
    // Offset across in the plane, and in z after sliding along the track to the same place along it.
    c.ax = point.directionY
    c.ay = -point.directionX
    c.bx = -state.tanLambda * point.directionX
    c.by = -state.tanLambda * point.directionY
    c.offsetA = c.ax * point.x + c.ay * point.y
    c.offsetB = c.bx * point.x + c.by * point.y + point.z
    let gradientA = state.gradient(of: point, at: arc, along: c.ax, c.ay, 0)
    let gradientB = state.gradient(of: point, at: arc, along: c.bx, c.by, 1)
    let projected = covariance.multiplied(by: gradientA)
    let vaa = Matrix5.dot(projected, gradientA)
    let vab = Matrix5.dot(projected, gradientB)
    let vbb = covariance.form(gradientB)
    let determinant = vaa * vbb - vab * vab
    guard determinant > 0, determinant.isFinite else { return nil }
    c.waa = vbb / determinant
    c.wab = -vab / determinant
    c.wbb = vaa / determinant
    return c
  }

  private static func contribution(_ c: Constraint, _ vertex: Vector3) -> Double {
    let a = c.offsetA - c.ax * vertex.x - c.ay * vertex.y
    let b = c.offsetB - c.bx * vertex.x - c.by * vertex.y - vertex.z
    return c.waa * a * a + 2 * c.wab * a * b + c.wbb * b * b
  }

  private static func solve(_ first: Constraint, _ second: Constraint) -> Vector3? {
    // Padded to the five-parameter solver with two decoupled rows.
    var normal = Matrix5(diagonal: SIMD8<Double>(0, 0, 0, 1, 1, 0, 0, 0))
    var right = SIMD8<Double>.zero
    for c in [first, second] {
      let a = SIMD8<Double>(c.ax, c.ay, 0, 0, 0, 0, 0, 0)
      let b = SIMD8<Double>(c.bx, c.by, 1, 0, 0, 0, 0, 0)
      // w_aa a a^T + w_bb b b^T + w_ab (a b^T + b a^T), the last by (a + b)(a + b)^T - a a^T - b b^T.
      normal.add(weight: c.waa - c.wab, outer: a)
      normal.add(weight: c.wbb - c.wab, outer: b)
      normal.add(weight: c.wab, outer: a + b)
      right += a * (c.waa * c.offsetA + c.wab * c.offsetB)
      right += b * (c.wbb * c.offsetB + c.wab * c.offsetA)
    }
    guard let (solution, _) = normal.solved(right) else { return nil }
    return Vector3(solution[0], solution[1], solution[2])
  }
}
