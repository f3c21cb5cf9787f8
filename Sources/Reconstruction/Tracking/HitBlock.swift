import Kinematics

/// Eight hits of an annealed fit side by side in SIMD registers, in single precision.
///
/// Closest approach of a helix to a wire: both are straight lines near it, and the curvature enters to second order of the
/// step from the starting point, so that one evaluation is good to micrometres if the start is within a centimetre. Sums are
/// made lane by lane in the order of blocks and the lanes added in the end, the same on every machine.
struct HitBlock {
  typealias Lanes = SIMD8<Float>

  /// Wires: x and y at z = 0, cm, dx/dz and dy/dz.
  var x = Lanes.zero
  var y = Lanes.zero
  var slopeX = Lanes.zero
  var slopeY = Lanes.zero
  /// Arc length of the closest approach and drift distance, cm; 1/variance of the latter, 1/cm^2.
  var arc = Lanes.zero
  var drift = Lanes.zero
  var inverseVariance = Lanes.zero
  /// Time since the collision, ns.
  var time = Lanes.zero
  /// Of the layers: see ``WireTable/Layer``.
  var backwardZ = Lanes.zero
  var driftEdge = Lanes.zero
  var largestDrift = Lanes.zero
  /// 1 for a hit, 0 for a lane left over.
  var present = Lanes.zero
  /// Weights of the two sides.
  var positive = Lanes.zero
  var negative = Lanes.zero
  /// Distance of the track, cm, positive if it passes with the wire on its left, and its derivatives by the helix parameters.
  var distance = Lanes.zero
  var gradient0 = Lanes.zero
  var gradient1 = Lanes.zero
  var gradient2 = Lanes.zero
  var gradient3 = Lanes.zero
  var gradient4 = Lanes.zero

  /// Turns times into distances for a helix.
  /// - Parameter timePerArc: time of flight, ns/cm of transverse arc length.
  @inline(__always)
  mutating func measure(_ helix: HelixLanes, timePerArc: Float, table: borrowing WireTable) {
    drift = table.driftDistances(
      times: time, flights: arc * timePerArc, z: arc * helix.tanLambda + helix.z0, backwardZ: backwardZ,
      edges: driftEdge, largest: largestDrift)
    inverseVariance = table.inverseVariances(of: drift, edges: driftEdge, largest: largestDrift)
  }

  /// Where a helix is at the arc lengths of the hits.
  private struct Course {
    var x: Lanes
    var y: Lanes
    var directionX: Lanes
    var directionY: Lanes
    /// Derivatives of x and y by omega at fixed arc length.
    var xByOmega: Lanes
    var yByOmega: Lanes
  }

  @inline(__always)
  private func course(_ helix: HelixLanes) -> Course {
    let angle: Lanes = arc * helix.omega
    let turn = HelixLanes.Turn(angle)
    let ratio = turn.ratio
    let sa: Lanes = angle * ratio
    let ca = turn.cosine
    let arcSquare: Lanes = arc * arc
    let alongByOmega: Lanes = arcSquare * angle * (0 - turn.h - turn.p)
    let acrossByOmega: Lanes = arcSquare * (turn.h - ratio)
    let along: Lanes = arc * ratio
    let across: Lanes = 0 - arc * angle * turn.h - helix.d0
    let sine = helix.sine
    let cosine = helix.cosine
    return Course(
      x: along * cosine - across * sine, y: along * sine + across * cosine, directionX: ca * cosine + sa * sine,
      directionY: ca * sine - sa * cosine, xByOmega: alongByOmega * cosine - acrossByOmega * sine,
      yByOmega: alongByOmega * sine + acrossByOmega * cosine)
  }

  /// Works out distances and gradients for axial wires and a circle: z and dip angle do not enter.
  @inline(__always)
  mutating func approachCircle(_ helix: HelixLanes) {
    let course = course(helix)
    let tx = course.directionX
    let ty = course.directionY
    let dx: Lanes = course.x - x
    let dy: Lanes = course.y - y
    let step: Lanes = 0 - (dx * tx + dy * ty)
    distance = dx * ty - dy * tx + step * step * (0.5 * helix.omega)
    gradient0 = ty * helix.sine + tx * helix.cosine
    gradient1 = 0 - (tx * course.x + ty * course.y)
    gradient2 = ty * course.xByOmega - tx * course.yByOmega
    arc += step
  }

  /// Works out distances and gradients for wires of any direction.
  @inline(__always)
  mutating func approach(_ helix: HelixLanes) {
    let course = course(helix)
    let tx = course.directionX
    let ty = course.directionY
    let tanLambda = helix.tanLambda
    let z: Lanes = arc * tanLambda + helix.z0
    let dx: Lanes = course.x - (x + slopeX * z)
    let dy: Lanes = course.y - (y + slopeY * z)
    let qx: Lanes = tx - slopeX * tanLambda
    let qy: Lanes = ty - slopeY * tanLambda
    // Normal to both directions: (tx, ty, tan(lambda)) x (slopeX, slopeY, 1).
    var nz: Lanes = tx * slopeY - ty * slopeX
    let transverse: Lanes = qx * qx + qy * qy
    let inverse: Lanes = 1 / (transverse + nz * nz).squareRoot()
    let nx: Lanes = qy * inverse
    let ny: Lanes = 0 - qx * inverse
    nz *= inverse
    let step: Lanes = 0 - (dx * qx + dy * qy) / transverse
    let bend: Lanes = nx * ty - ny * tx
    distance = dx * nx + dy * ny + step * step * bend * (0.5 * helix.omega)
    gradient0 = nx * helix.sine - ny * helix.cosine
    gradient1 = ny * course.x - nx * course.y
    gradient2 = nx * course.xByOmega + ny * course.yByOmega
    gradient3 = nz
    gradient4 = nz * arc
    arc += step
  }

  /// Weights of the sides for the distances at hand: they compete with each other and with being noise.
  /// - Parameters:
  ///   - halfInverse: 1/2T.
  ///   - noise: weight of being noise.
  @inline(__always)
  mutating func weigh(halfInverse: Float, noise: Float, into sums: inout FitSums) {
    let toPositive: Lanes = drift - distance
    let toNegative: Lanes = 0 - drift - distance
    let chi2Positive: Lanes = toPositive * toPositive * inverseVariance
    let chi2Negative: Lanes = toNegative * toNegative * inverseVariance
    // p/(p + n + noise) and n/(p + n + noise) with p = 1/a, n = 1/b: one division instead of three.
    let a = AnnealedFit.growth(chi2Positive * halfInverse)
    let b = AnnealedFit.growth(chi2Negative * halfInverse)
    let norm: Lanes = present / (a + b + a * b * noise)
    positive = b * norm
    negative = a * norm
    sums.weight += positive + negative
    sums.chi2 += positive * chi2Positive + negative * chi2Negative
  }

  /// Adds the hits with the weights they have to the normal equations of a circle.
  @inline(__always)
  func addCircle(to sums: inout FitSums) {
    let g0 = gradient0
    let g1: Lanes = gradient1 + g0 * sums.pivot
    let g2: Lanes = gradient2 + gradient1 * sums.pivot + g0 * sums.halfSquare
    let pull: Lanes = inverseVariance * (drift * (positive - negative) - distance * (positive + negative))
    sums.right0 += g0 * pull
    sums.right1 += g1 * pull
    sums.right2 += g2 * pull
    let scale: Lanes = inverseVariance * (positive + negative)
    let s0: Lanes = g0 * scale
    let s1: Lanes = g1 * scale
    sums.m00 += s0 * g0
    sums.m10 += s1 * g0
    sums.m11 += s1 * g1
    sums.m20 += s0 * g2
    sums.m21 += s1 * g2
    sums.m22 += g2 * scale * g2
  }

  /// Adds the hits with the weights they have to the normal equations of a helix.
  @inline(__always)
  func addHelix(to sums: inout FitSums) {
    addCircle(to: &sums)
    let g0 = gradient0
    let g1: Lanes = gradient1 + g0 * sums.pivot
    let g2: Lanes = gradient2 + gradient1 * sums.pivot + g0 * sums.halfSquare
    let g3 = gradient3
    let g4: Lanes = gradient4 - g3 * sums.pivot
    let pull: Lanes = inverseVariance * (drift * (positive - negative) - distance * (positive + negative))
    sums.right3 += g3 * pull
    sums.right4 += g4 * pull
    let scale: Lanes = inverseVariance * (positive + negative)
    let s3: Lanes = g3 * scale
    let s4: Lanes = g4 * scale
    sums.m30 += s3 * g0
    sums.m31 += s3 * g1
    sums.m32 += s3 * g2
    sums.m33 += s3 * g3
    sums.m40 += s4 * g0
    sums.m41 += s4 * g1
    sums.m42 += s4 * g2
    sums.m43 += s4 * g3
    sums.m44 += s4 * g4
  }
}
