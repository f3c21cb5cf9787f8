import Kinematics

/// Four hits of an annealed fit side by side in SIMD registers.
///
/// The same closest approach as ``WireDistance``, for four wires at once; sums are made lane by lane in the order of
/// blocks and the lanes added in the end, the same on every machine.
struct HitBlock {
  typealias Lanes = SIMD4<Double>

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
  var layer = SIMD4<Int32>.zero
  /// 1 for a hit, 0 for a lane left over.
  var present = Lanes.zero
  /// Weights of the two sides.
  var positive = Lanes.zero
  var negative = Lanes.zero
  /// Distance of the track, cm, and its derivatives by the helix parameters.
  var distance = Lanes.zero
  var gradient0 = Lanes.zero
  var gradient1 = Lanes.zero
  var gradient2 = Lanes.zero
  var gradient3 = Lanes.zero
  var gradient4 = Lanes.zero

  /// Normal equations in the making.
  struct Sums {
    var weight = Lanes.zero
    var chi2 = Lanes.zero
    var right0 = Lanes.zero
    var right1 = Lanes.zero
    var right2 = Lanes.zero
    var right3 = Lanes.zero
    var right4 = Lanes.zero
    var m00 = Lanes.zero
    var m10 = Lanes.zero
    var m11 = Lanes.zero
    var m20 = Lanes.zero
    var m21 = Lanes.zero
    var m22 = Lanes.zero
    var m30 = Lanes.zero
    var m31 = Lanes.zero
    var m32 = Lanes.zero
    var m33 = Lanes.zero
    var m40 = Lanes.zero
    var m41 = Lanes.zero
    var m42 = Lanes.zero
    var m43 = Lanes.zero
    var m44 = Lanes.zero

    var right: SIMD8<Double> {
      SIMD8(right0.total, right1.total, right2.total, right3.total, right4.total, 0, 0, 0)
    }

    var matrix: Matrix5 {
      let a10 = m10.total
      let a20 = m20.total
      let a21 = m21.total
      let a30 = m30.total
      let a31 = m31.total
      let a32 = m32.total
      let a40 = m40.total
      let a41 = m41.total
      let a42 = m42.total
      let a43 = m43.total
      var matrix = Matrix5()
      matrix.row0 = SIMD8(m00.total, a10, a20, a30, a40, 0, 0, 0)
      matrix.row1 = SIMD8(a10, m11.total, a21, a31, a41, 0, 0, 0)
      matrix.row2 = SIMD8(a20, a21, m22.total, a32, a42, 0, 0, 0)
      matrix.row3 = SIMD8(a30, a31, a32, m33.total, a43, 0, 0, 0)
      matrix.row4 = SIMD8(a40, a41, a42, a43, m44.total, 0, 0, 0)
      return matrix
    }
  }

  /// Turns times into distances for a helix.
  /// - Parameter timePerArc: time of flight, ns/cm of transverse arc length.
  @inline(__always)
  mutating func measure(_ state: HelixState, timePerArc: Double, table: borrowing WireTable) {
    let r = table.driftDistances(
      times: time, flights: arc * timePerArc, z: arc * state.tanLambda + state.z0, backwardZ: backwardZ,
      edges: driftEdge, largest: largestDrift)
    drift = r
    let step: Lanes = r / largestDrift * Double(WireTable.resolutionSteps)
    let variances = table.inverseVariances.span
    for lane in 0..<4 {
      let column = min(WireTable.resolutionSteps - 1, Int(max(0, step[lane])))
      inverseVariance[lane] = variances[Int(layer[lane]) * WireTable.resolutionSteps + column]
    }
  }

  /// Closest approaches of a helix to the wires.
  private struct Approach {
    /// Distance without the curvature, and the factor of the square of the step in the latter.
    var straight: Lanes
    var bend: Lanes
    /// From the arc length so far.
    var step: Lanes
  }

  /// Works out the closest approaches, and the gradients of the distances; the arc lengths are still the old ones.
  @inline(__always)
  private mutating func approach(_ state: HelixState) -> Approach {
    let angle = arc * state.omega
    let square = angle * angle
    var px = Lanes.zero
    var py = Lanes.zero
    var tx = Lanes.zero
    var ty = Lanes.zero
    var xByOmega = Lanes.zero
    var yByOmega = Lanes.zero
    let limit = PortableAngles.eighthTurn * PortableAngles.eighthTurn
    if square[0] < limit && square[1] < limit && square[2] < limit && square[3] < limit {
      // As in `HelixState.point(at:)`.
      let (p, q) = PortableAngles.series(square: square)
      let half: Lanes = 0.5 - square * q
      let ratio: Lanes = 1 + square * p
      let sa: Lanes = angle * ratio
      let ca: Lanes = 1 - square * half
      let arcSquare: Lanes = arc * arc
      let alongByOmega: Lanes = arcSquare * angle * (0 - half - p)
      let acrossByOmega: Lanes = arcSquare * (half - ratio)
      let along: Lanes = arc * ratio
      let across: Lanes = 0 - arc * angle * half - state.d0
      px = along * state.cosine - across * state.sine
      py = along * state.sine + across * state.cosine
      tx = ca * state.cosine + sa * state.sine
      ty = ca * state.sine - sa * state.cosine
      xByOmega = alongByOmega * state.cosine - acrossByOmega * state.sine
      yByOmega = alongByOmega * state.sine + acrossByOmega * state.cosine
    } else {
      for lane in 0..<4 {
        let point = state.point(at: arc[lane])
        px[lane] = point.x
        py[lane] = point.y
        tx[lane] = point.directionX
        ty[lane] = point.directionY
        xByOmega[lane] = point.xByOmega
        yByOmega[lane] = point.yByOmega
      }
    }
    let tanLambda = state.tanLambda
    let z: Lanes = arc * tanLambda + state.z0
    let dx: Lanes = px - (x + slopeX * z)
    let dy: Lanes = py - (y + slopeY * z)
    let qx: Lanes = tx - slopeX * tanLambda
    let qy: Lanes = ty - slopeY * tanLambda
    // Normal to both directions: (tx, ty, tan(lambda)) x (slopeX, slopeY, 1).
    var nx: Lanes = qy
    var ny: Lanes = 0 - qx
    var nz: Lanes = tx * slopeY - ty * slopeX
    let inverse: Lanes = 1 / (nx * nx + ny * ny + nz * nz).squareRoot()
    nx *= inverse
    ny *= inverse
    nz *= inverse
    gradient0 = nx * state.sine - ny * state.cosine
    gradient1 = ny * px - nx * py
    gradient2 = nx * xByOmega + ny * yByOmega
    gradient3 = nz
    gradient4 = nz * arc
    return Approach(
      straight: dx * nx + dy * ny, bend: nx * ty - ny * tx,
      step: 0 - (dx * qx + dy * qy) / (qx * qx + qy * qy))
  }

  /// Evaluates the closest approaches.
  @inline(__always)
  mutating func evaluate(_ state: HelixState) {
    let approach = approach(state)
    distance = approach.straight + approach.step * (0.5 * state.omega) * approach.step * approach.bend
    arc += approach.step
  }

  /// Evaluates the closest approaches and the weights of the sides, and adds to the normal equations.
  @inline(__always)
  mutating func weigh(_ state: HelixState, halfInverse: Double, noise: Double, into sums: inout Sums) {
    let approach = approach(state)
    let d: Lanes = approach.straight + approach.step * approach.step * approach.bend * (0.5 * state.omega)
    distance = d
    arc += approach.step
    let g0 = gradient0
    let g1 = gradient1
    let g2 = gradient2
    let g3 = gradient3
    let g4 = gradient4

    let toPositive: Lanes = drift - d
    let toNegative: Lanes = 0 - drift - d
    let chi2Positive: Lanes = toPositive * toPositive * inverseVariance
    let chi2Negative: Lanes = toNegative * toNegative * inverseVariance
    // p/(p + n + noise) and n/(p + n + noise) with p = 1/a, n = 1/b: one division instead of three.
    let a = AnnealedFit.growth(chi2Positive * halfInverse)
    let b = AnnealedFit.growth(chi2Negative * halfInverse)
    let norm: Lanes = present / (a + b + a * b * noise)
    let p: Lanes = b * norm
    let n: Lanes = a * norm
    positive = p
    negative = n
    let weight: Lanes = p + n
    sums.weight += weight
    sums.chi2 += p * chi2Positive + n * chi2Negative
    let pull: Lanes = inverseVariance * (p * toPositive + n * toNegative)
    sums.right0 += g0 * pull
    sums.right1 += g1 * pull
    sums.right2 += g2 * pull
    sums.right3 += g3 * pull
    sums.right4 += g4 * pull
    let scale: Lanes = inverseVariance * weight
    let s0: Lanes = g0 * scale
    let s1: Lanes = g1 * scale
    let s2: Lanes = g2 * scale
    let s3: Lanes = g3 * scale
    let s4: Lanes = g4 * scale
    sums.m00 += s0 * g0
    sums.m10 += s1 * g0
    sums.m11 += s1 * g1
    sums.m20 += s2 * g0
    sums.m21 += s2 * g1
    sums.m22 += s2 * g2
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

extension SIMD4<Double> {
  /// Sum of the lanes in a fixed order.
  @inline(__always)
  var total: Double { (self[0] + self[1]) + (self[2] + self[3]) }
}
