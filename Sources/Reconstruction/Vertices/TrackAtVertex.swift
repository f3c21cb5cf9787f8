import Kinematics

/// One track near a vertex: two conditions that the track passes through the vertex, made linear.
///
/// Near the vertex a track is a line. Its offsets from the vertex across the line, one in the transverse plane (a) and one in z
/// (b), are linear in the vertex v and in the helix parameters q:
///
///     a = offsetA - (ax, ay, 0) v + gradientA (q - q0)      b = offsetB - (bx, by, 1) v + gradientB (q - q0)
///
/// With q free and a = b = 0 this is the fit of P. Billoir (NIM A311 (1992) 139): the sum of a^T W a over the tracks, W the inverse of
/// D C D^T, is its chi-squared with the parameters minimised away, and q = q0 - C D^T W (a, b) are the parameters that the vertex pulls
/// to. The offsets are taken at the measured parameters: what is neglected is of second order in their errors (below 2 um).
struct TrackAtVertex {
  // Directions of the offsets: (ax, ay, 0) across in the plane; (bx, by, 1) in z along the track.
  private(set) var ax = 0.0
  private(set) var ay = 0.0
  private(set) var bx = 0.0
  private(set) var by = 0.0
  private(set) var offsetA = 0.0
  private(set) var offsetB = 0.0
  /// Derivatives of the offsets by the helix parameters.
  private(set) var gradientA = SIMD8<Double>.zero
  private(set) var gradientB = SIMD8<Double>.zero
  /// The covariance of the parameters times these.
  private(set) var shiftA = SIMD8<Double>.zero
  private(set) var shiftB = SIMD8<Double>.zero
  // Inverse covariance of the offsets.
  private(set) var waa = 0.0
  private(set) var wab = 0.0
  private(set) var wbb = 0.0
  /// Arc length of the track at the vertex, cm.
  private(set) var arc = 0.0

  /// The conditions near a point.
  /// - Returns: nil if the covariance is no covariance.
  init?(_ state: HelixState, _ covariance: Matrix5, near vertex: Vector3) {
    arc = TrackAtVertex.arc(state, vertex.x, vertex.y)
    let point = state.point(at: arc)
    // Across in the plane, and in z after sliding along the track to the same place along it.
    ax = point.directionY
    ay = -point.directionX
    bx = -state.tanLambda * point.directionX
    by = -state.tanLambda * point.directionY
    offsetA = ax * point.x + ay * point.y
    offsetB = bx * point.x + by * point.y + point.z
    gradientA = state.gradient(of: point, at: arc, along: ax, ay, 0)
    gradientB = state.gradient(of: point, at: arc, along: bx, by, 1)
    shiftA = covariance.multiplied(by: gradientA)
    shiftB = covariance.multiplied(by: gradientB)
    let vaa = Matrix5.dot(shiftA, gradientA)
    let vab = Matrix5.dot(shiftA, gradientB)
    let vbb = Matrix5.dot(shiftB, gradientB)
    let determinant = vaa * vbb - vab * vab
    guard vaa > 0, determinant > 0, determinant.isFinite else { return nil }
    waa = vbb / determinant
    wab = -vab / determinant
    wbb = vaa / determinant
  }

  /// Arc length of the point of a helix nearest to a point of the transverse plane, within half a turn about the perigee.
  @inline(__always)
  static func arc(_ state: HelixState, _ x: Double, _ y: Double) -> Double {
    let alongX = x * state.cosine + y * state.sine
    let alongY = -x * state.sine + y * state.cosine
    return PortableAngles.azimuth(y: state.omega * alongX, x: 1 + state.omega * (alongY + state.d0)) / state.omega
  }

  /// The two offsets from a vertex, cm.
  @inline(__always)
  func offsets(from vertex: Vector3) -> (a: Double, b: Double) {
    (offsetA - ax * vertex.x - ay * vertex.y, offsetB - bx * vertex.x - by * vertex.y - vertex.z)
  }

  /// What the track adds to the chi-squared of a vertex.
  @inline(__always)
  func chi2(at vertex: Vector3) -> Double {
    let (a, b) = offsets(from: vertex)
    return waa * a * a + 2 * wab * a * b + wbb * b * b
  }

  /// What the track adds to the weight matrix of the vertex.
  var weight: Matrix3 {
    var matrix = Matrix3()
    matrix.xx = waa * ax * ax + 2 * wab * ax * bx + wbb * bx * bx
    matrix.yx = waa * ax * ay + wab * (ax * by + ay * bx) + wbb * bx * by
    matrix.yy = waa * ay * ay + 2 * wab * ay * by + wbb * by * by
    matrix.zx = wab * ax + wbb * bx
    matrix.zy = wab * ay + wbb * by
    matrix.zz = wbb
    return matrix
  }

  /// What the track adds to the right-hand side of the normal equations.
  var pull: Vector3 {
    let a = waa * offsetA + wab * offsetB
    let b = wab * offsetA + wbb * offsetB
    return Vector3(ax * a + bx * b, ay * a + by * b, b)
  }

  /// Change of the helix parameters that makes the track pass through a vertex.
  func change(to vertex: Vector3) -> SIMD8<Double> {
    let (a, b) = offsets(from: vertex)
    let forceA: Double = waa * a + wab * b
    let forceB: Double = wab * a + wbb * b
    return -(shiftA * forceA + shiftB * forceB)
  }

  /// W (C D^T)^T g: how the offsets' weights see a gradient by the changed parameters.
  @inline(__always)
  func forces(_ gradient: SIMD8<Double>) -> (a: Double, b: Double) {
    let a = Matrix5.dot(shiftA, gradient)
    let b = Matrix5.dot(shiftB, gradient)
    return (waa * a + wab * b, wab * a + wbb * b)
  }

  /// The transpose of the offsets' derivatives by the vertex, without sign, times two numbers.
  @inline(__always)
  func across(_ a: Double, _ b: Double) -> Vector3 { Vector3(ax * a + bx * b, ay * a + by * b, b) }

  /// The offsets' derivatives by the vertex, without sign, times a vector and weighted.
  @inline(__always)
  func weighted(_ v: Vector3) -> (a: Double, b: Double) {
    let a = ax * v.x + ay * v.y
    let b: Double = bx * v.x + by * v.y + v.z
    return (waa * a + wab * b, wab * a + wbb * b)
  }
}
