/// A symmetric 5 x 5 matrix over the helix parameters, one SIMD row per parameter (three lanes unused, always 0).
///
/// Rows in SIMD registers make the rank-one updates of the filter five fused operations each.
@usableFromInline
struct Matrix5 {
  var row0 = SIMD8<Double>.zero
  var row1 = SIMD8<Double>.zero
  var row2 = SIMD8<Double>.zero
  var row3 = SIMD8<Double>.zero
  var row4 = SIMD8<Double>.zero

  init() {}

  init(diagonal: SIMD8<Double>) {
    row0[0] = diagonal[0]
    row1[1] = diagonal[1]
    row2[2] = diagonal[2]
    row3[3] = diagonal[3]
    row4[4] = diagonal[4]
  }

  @inline(__always)
  func multiplied(by vector: SIMD8<Double>) -> SIMD8<Double> {
    // The matrix is symmetric: a sum of scaled rows needs no horizontal additions.
    var sum = row0 * vector[0]
    sum += row1 * vector[1]
    sum += row2 * vector[2]
    sum += row3 * vector[3]
    sum += row4 * vector[4]
    return sum
  }

  /// Adds weight * vector * vector^T.
  @inline(__always)
  mutating func add(weight: Double, outer vector: SIMD8<Double>) {
    let scaled = vector * weight
    row0 += scaled * vector[0]
    row1 += scaled * vector[1]
    row2 += scaled * vector[2]
    row3 += scaled * vector[3]
    row4 += scaled * vector[4]
  }

  /// vector^T * matrix * vector.
  @inline(__always)
  func form(_ vector: SIMD8<Double>) -> Double { Matrix5.dot(multiplied(by: vector), vector) }

  @inline(__always)
  static func dot(_ a: SIMD8<Double>, _ b: SIMD8<Double>) -> Double {
    let p = a * b
    return ((p[0] + p[1]) + (p[2] + p[3])) + p[4]
  }

  var diagonal: SIMD8<Double> { SIMD8<Double>(row0[0], row1[1], row2[2], row3[3], row4[4], 0, 0, 0) }

  /// Inverse and solution of `self * x = right` by Cholesky decomposition.
  /// - Returns: nil if the matrix is not positive definite (or not finite).
  func solved(_ right: SIMD8<Double>) -> (solution: SIMD8<Double>, inverse: Matrix5)? {
    // Lower triangle, then its inverse, all in scalars: five is too small for loops to pay.
    guard row0[0] > 0 else { return nil }
    let l00 = row0[0].squareRoot()
    let i0 = 1 / l00
    let l10 = row1[0] * i0
    let l20 = row2[0] * i0
    let l30 = row3[0] * i0
    let l40 = row4[0] * i0
    let d1 = row1[1] - l10 * l10
    guard d1 > 0 else { return nil }
    let i1 = 1 / d1.squareRoot()
    let l21 = (row2[1] - l20 * l10) * i1
    let l31 = (row3[1] - l30 * l10) * i1
    let l41 = (row4[1] - l40 * l10) * i1
    let d2 = row2[2] - l20 * l20 - l21 * l21
    guard d2 > 0 else { return nil }
    let i2 = 1 / d2.squareRoot()
    let l32 = (row3[2] - l30 * l20 - l31 * l21) * i2
    let l42 = (row4[2] - l40 * l20 - l41 * l21) * i2
    let d3: Double = row3[3] - l30 * l30 - l31 * l31 - l32 * l32
    guard d3 > 0 else { return nil }
    let i3 = 1 / d3.squareRoot()
    let t43: Double = row4[3] - l40 * l30 - l41 * l31
    let l43: Double = (t43 - l42 * l32) * i3
    let s4: Double = l40 * l40 + l41 * l41
    let d4: Double = row4[4] - s4 - l42 * l42 - l43 * l43
    guard d4 > 0, d4 < .infinity else { return nil }
    let i4 = 1 / d4.squareRoot()
    // Columns of the inverse of the lower triangle.
    let m10 = -l10 * i0 * i1
    let m21 = -l21 * i1 * i2
    let m32 = -l32 * i2 * i3
    let m43 = -l43 * i3 * i4
    let m20 = -(l20 * i0 + l21 * m10) * i2
    let m31 = -(l31 * i1 + l32 * m21) * i3
    let m42 = -(l42 * i2 + l43 * m32) * i4
    let m30 = -(l30 * i0 + l31 * m10 + l32 * m20) * i3
    let m41 = -(l41 * i1 + l42 * m21 + l43 * m31) * i4
    let m40a: Double = l40 * i0 + l41 * m10
    let m40b: Double = l42 * m20 + l43 * m30
    let m40 = -(m40a + m40b) * i4
    // inverse = M^T M, summed over the rows of M.
    var inverse = Matrix5()
    inverse.add(weight: 1, outer: SIMD8<Double>(i0, 0, 0, 0, 0, 0, 0, 0))
    inverse.add(weight: 1, outer: SIMD8<Double>(m10, i1, 0, 0, 0, 0, 0, 0))
    inverse.add(weight: 1, outer: SIMD8<Double>(m20, m21, i2, 0, 0, 0, 0, 0))
    inverse.add(weight: 1, outer: SIMD8<Double>(m30, m31, m32, i3, 0, 0, 0, 0))
    inverse.add(weight: 1, outer: SIMD8<Double>(m40, m41, m42, m43, i4, 0, 0, 0))
    return (inverse.multiplied(by: right), inverse)
  }
}

extension Matrix5 {
  /// The five rows.
  var rows: [SIMD8<Double>] { [row0, row1, row2, row3, row4] }
}
