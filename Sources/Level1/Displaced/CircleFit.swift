/// The circle through the axial segments of a track, with free impact parameter: weighted least squares in table arithmetic.
///
/// For a start value of the azimuth with normal n and tangent t, a segment at radius R in the direction e gives
/// `n e + delta t e = a R + b / R`, linear in the change of azimuth delta, in a and in b (``TransverseCircle``). The error of each is
/// that of a uniform distribution over the width of a cell. Three linear equations are solved by their determinants; a large change of
/// azimuth is followed by a second step.
package struct CircleFit {
  /// Segments of the fit so far.
  package private(set) var count = 0
  private var direction = InlineArray<5, SIMD2<Double>>(repeating: .zero)
  private var radius = InlineArray<5, Double>(repeating: 1)
  private var weight = InlineArray<5, Double>(repeating: 0)

  /// No segments yet.
  package init() {}

  /// Adds a segment: the direction in which it stands, its radius in cm, and one over the squared error of its azimuth.
  package mutating func add(direction: SIMD2<Double>, radius: Double, weight: Double) {
    guard count < 5 else { return }
    self.direction[count] = direction
    self.radius[count] = radius
    self.weight[count] = weight
    count += 1
  }

  /// The circle and its chi square; nil for fewer than three segments or points that fix no track.
  ///
  /// - Parameter start: direction of flight near the closest approach, a unit vector.
  package func solve(start: SIMD2<Double>) -> (circle: TransverseCircle, chiSquare: Double)? {
    guard count >= 3 else { return nil }
    var tangent = start
    for _ in 0..<3 {
      guard let step = solveLinear(tangent) else { return nil }
      let length = (1 + step.delta * step.delta).squareRoot()
      let normal = SIMD2(tangent.y, -tangent.x)
      let turned = (normal + step.delta * tangent) / length
      // The equation was that of the unturned normal's length: a and b scale with it.
      let circle = TransverseCircle(a: step.a / length, b: step.b / length, normal: turned)
      // The change of azimuth enters to first order only.
      if abs(step.delta) < 0.03 { return (circle, step.chiSquare) }
      tangent = SIMD2(-turned.y, turned.x)
    }
    return nil
  }

  private func solveLinear(_ tangent: SIMD2<Double>) -> (delta: Double, a: Double, b: Double, chiSquare: Double)? {
    // Normal equations of y = a R + b / R - delta c.
    var cc = 0.0
    var cr = 0.0
    var ci = 0.0
    var rr = 0.0
    var ri = 0.0
    var ii = 0.0
    var yc = 0.0
    var yr = 0.0
    var yi = 0.0
    var yy = 0.0
    for index in 0..<count {
      let e = direction[index]
      let y: Double = tangent.y * e.x - tangent.x * e.y
      let c: Double = -(tangent.x * e.x + tangent.y * e.y)
      // An azimuth error moves y by the cosine.
      let w: Double = weight[index] / max(c * c, 0.01)
      let r: Double = radius[index] * 0.01
      let i: Double = 10 / radius[index]
      cc += w * c * c
      cr += w * c * r
      ci += w * c * i
      rr += w * r * r
      ri += w * r * i
      ii += w * i * i
      yc += w * y * c
      yr += w * y * r
      yi += w * y * i
      yy += w * y * y
    }
    let m0: Double = rr * ii - ri * ri
    let m1: Double = ci * ri - cr * ii
    let m2: Double = cr * ri - ci * rr
    let determinant: Double = cc * m0 + cr * m1 + ci * m2
    guard determinant > 1e-9 * cc * rr * ii else { return nil }
    let n11: Double = cc * ii - ci * ci
    let n12: Double = ci * cr - cc * ri
    let n22: Double = cc * rr - cr * cr
    let delta: Double = (m0 * yc + m1 * yr + m2 * yi) / determinant
    let a: Double = (m1 * yc + n11 * yr + n12 * yi) / determinant
    let b: Double = (m2 * yc + n12 * yr + n22 * yi) / determinant
    guard delta.isFinite && a.isFinite && b.isFinite else { return nil }
    let chiSquare: Double = yy - (delta * yc + a * yr + b * yi)
    return (delta, a * 0.01, b * 10, max(chiSquare, 0))
  }
}
