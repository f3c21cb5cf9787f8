import Kinematics

/// A symmetric 3 x 3 matrix: covariances and weights of positions.
@usableFromInline
struct Matrix3: Equatable {
  var xx = 0.0
  var yx = 0.0
  var yy = 0.0
  var zx = 0.0
  var zy = 0.0
  var zz = 0.0

  init() {}

  init(diagonal: Vector3) {
    xx = diagonal.x
    yy = diagonal.y
    zz = diagonal.z
  }

  /// From the six numbers of a column.
  init(_ values: SIMD8<Float>) {
    xx = Double(values[0])
    yx = Double(values[1])
    yy = Double(values[2])
    zx = Double(values[3])
    zy = Double(values[4])
    zz = Double(values[5])
  }

  /// The six numbers of a column.
  var values: SIMD8<Float> { SIMD8<Float>(Float(xx), Float(yx), Float(yy), Float(zx), Float(zy), Float(zz), 0, 0) }

  static func + (left: Matrix3, right: Matrix3) -> Matrix3 {
    var sum = left
    sum.add(right, times: 1)
    return sum
  }

  @inline(__always)
  mutating func add(_ other: Matrix3, times factor: Double) {
    xx += factor * other.xx
    yx += factor * other.yx
    yy += factor * other.yy
    zx += factor * other.zx
    zy += factor * other.zy
    zz += factor * other.zz
  }

  @inline(__always)
  func multiplied(by v: Vector3) -> Vector3 {
    Vector3(xx * v.x + yx * v.y + zx * v.z, yx * v.x + yy * v.y + zy * v.z, zx * v.x + zy * v.y + zz * v.z)
  }

  /// v^T M v.
  @inline(__always)
  func form(_ v: Vector3) -> Double { v.dot(multiplied(by: v)) }

  /// The inverse; nil if the matrix is not positive definite or not finite.
  var inverse: Matrix3? {
    // By Cholesky factors rather than cofactors: weights along y and z of the luminous region differ by 1e8.
    guard xx > 0 else { return nil }
    let a = yx / xx
    let b = zx / xx
    let dy = yy - a * yx
    guard dy > 0 else { return nil }
    let c = (zy - a * zx) / dy
    let dz: Double = zz - b * zx - c * c * dy
    guard dz > 0, dz < .infinity, xx < .infinity, dy < .infinity else { return nil }
    let ix = 1 / xx
    let iy = 1 / dy
    let iz = 1 / dz
    let e = a * c - b
    var result = Matrix3()
    result.xx = ix + a * a * iy + e * e * iz
    result.yx = -a * iy - e * c * iz
    result.yy = iy + c * c * iz
    result.zx = e * iz
    result.zy = -c * iz
    result.zz = iz
    return result
  }
}
