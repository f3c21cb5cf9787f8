/// The normal equations of an annealed fit in the making, lane by lane, and their solution.
///
/// The sums are over the derivatives at a pivot in the middle of the hits, (1, s - p, (s - p)^2/2) for a nearly straight
/// track, which are far less correlated than those at the perigee: only so is single precision enough for the sums.
struct FitSums {
  typealias Lanes = SIMD8<Float>

  /// Arc length of the pivot, cm, and half its square.
  let pivot: Float
  let halfSquare: Float
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

  init(pivot: Float) {
    self.pivot = pivot
    halfSquare = 0.5 * pivot * pivot
  }

  /// The step of d0, phi0 and omega.
  /// - Parameters:
  ///   - d0: value to be held.
  ///   - prior: inverse variance of d0 about 0.
  /// - Returns: nil if the hits do not determine the circle.
  func circleStep(d0: Double, prior: Double) -> SIMD8<Double>? {
    // The prior is on d0 at the perigee: d0 = a + p b + p^2/2 c of the parameters at the pivot.
    let p = Double(pivot)
    let q = Double(halfSquare)
    let a00 = m00.total + prior
    let a10 = m10.total + prior * p
    let a11 = m11.total + prior * p * p
    let a20 = m20.total + prior * q
    let a21 = m21.total + prior * p * q
    let a22 = m22.total + prior * q * q
    let r0 = right0.total - prior * d0
    let r1 = right1.total - prior * d0 * p
    let r2 = right2.total - prior * d0 * q
    // L D L^T of three rows.
    guard a00 > 0 else { return nil }
    let l10 = a10 / a00
    let l20 = a20 / a00
    let d1 = a11 - l10 * a10
    guard d1 > 0 else { return nil }
    let e21 = a21 - l20 * a10
    let l21 = e21 / d1
    let d2 = a22 - l20 * a20 - l21 * e21
    guard d2 > 1e-9 * a22, d2 < .infinity else { return nil }
    let y1 = r1 - l10 * r0
    let y2 = r2 - l20 * r0 - l21 * y1
    let c = y2 / d2
    let b = y1 / d1 - l21 * c
    let a = r0 / a00 - l10 * b - l20 * c
    return SIMD8<Double>(a + p * b + q * c, b + p * c, c, 0, 0, 0, 0, 0)
  }

  /// The step of the five parameters.
  /// - Returns: nil if the hits do not determine the helix.
  func helixStep() -> SIMD8<Double>? {
    var normal = Matrix5()
    normal.row0[0] = m00.total + 1e-6
    normal.row1 = SIMD8(m10.total, m11.total + 1e-6, 0, 0, 0, 0, 0, 0)
    normal.row2 = SIMD8(m20.total, m21.total, m22.total + 1e-3, 0, 0, 0, 0, 0)
    normal.row3 = SIMD8(m30.total, m31.total, m32.total, m33.total + 1e-8, 0, 0, 0, 0)
    normal.row4 = SIMD8(m40.total, m41.total, m42.total, m43.total, m44.total + 1e-6, 0, 0, 0)
    let right = SIMD8(right0.total, right1.total, right2.total, right3.total, right4.total, 0, 0, 0)
    guard let atPivot = normal.solution(right) else { return nil }
    let p = Double(pivot)
    return SIMD8<Double>(
      atPivot[0] + p * atPivot[1] + Double(halfSquare) * atPivot[2], atPivot[1] + p * atPivot[2], atPivot[2],
      atPivot[3] - p * atPivot[4], atPivot[4], 0, 0, 0)
  }
}
