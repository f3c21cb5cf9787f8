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

  /// Solution of `self * x = right` by Cholesky decomposition; of the matrix the lower triangle is read.
  /// - Returns: nil if the matrix is not positive definite (or not finite).
  @inline(__always)
  func solution(_ right: SIMD8<Double>) -> SIMD8<Double>? {
    // L D L^T, all in scalars: five is too small for loops to pay.
    let d0 = row0[0]
    guard d0 > 0 else { return nil }
    let i0 = 1 / d0
    let l10 = row1[0] * i0
    let l20 = row2[0] * i0
    let l30 = row3[0] * i0
    let l40 = row4[0] * i0
    let d1 = row1[1] - l10 * row1[0]
    guard d1 > 0 else { return nil }
    let i1 = 1 / d1
    let e21: Double = row2[1] - l20 * row1[0]
    let e31: Double = row3[1] - l30 * row1[0]
    let e41: Double = row4[1] - l40 * row1[0]
    let l21 = e21 * i1
    let l31 = e31 * i1
    let l41 = e41 * i1
    let d2: Double = row2[2] - l20 * row2[0] - l21 * e21
    guard d2 > 0 else { return nil }
    let i2 = 1 / d2
    let e32: Double = row3[2] - l30 * row2[0] - l31 * e21
    let e42: Double = row4[2] - l40 * row2[0] - l41 * e21
    let l32 = e32 * i2
    let l42 = e42 * i2
    let d3: Double = row3[3] - l30 * row3[0] - l31 * e31 - l32 * e32
    guard d3 > 0 else { return nil }
    let e43: Double = row4[3] - l40 * row3[0] - l41 * e31 - l42 * e32
    let l43 = e43 / d3
    let d4: Double = row4[4] - l40 * row4[0] - l41 * e41 - l42 * e42 - l43 * e43
    guard d4 > 0, d4 < .infinity else { return nil }
    let y0 = right[0]
    let y1 = right[1] - l10 * y0
    let y2: Double = right[2] - l20 * y0 - l21 * y1
    let y3: Double = right[3] - l30 * y0 - l31 * y1 - l32 * y2
    let y4: Double = right[4] - l40 * y0 - l41 * y1 - l42 * y2 - l43 * y3
    let x4 = y4 / d4
    let x3: Double = y3 / d3 - l43 * x4
    let x2: Double = y2 * i2 - l32 * x3 - l42 * x4
    let x1: Double = y1 * i1 - l21 * x2 - l31 * x3 - l41 * x4
    let x0: Double = y0 * i0 - l10 * x1 - l20 * x2 - l30 * x3 - l40 * x4
    return SIMD8<Double>(x0, x1, x2, x3, x4, 0, 0, 0)
  }
}

extension Matrix5 {
  /// The five rows.
  var rows: [SIMD8<Double>] { [row0, row1, row2, row3, row4] }
}
