/// Angles and their functions, with the same bits on every machine: the companion of `PortableMath` in Statistics.
///
/// The C library picks its implementation by the processor it runs on, so its last bit may differ between two hosts of
/// a farm; a decision may not. These are the classical argument reductions and minimax polynomials (coefficients of
/// Sun's freely distributable fdlibm), written with additions, multiplications, divisions and square roots only, which
/// IEEE 754 rounds in one way. Accuracy: about one unit in the last place in the ranges that tracks need.
@frozen
public enum PortableAngles {
  /// Sine and cosine of an angle.
  /// - Parameter angle: rad; below 1e5 in size for full accuracy.
  @inlinable
  @inline(__always)
  public static func sineCosine(_ angle: Double) -> (sine: Double, cosine: Double) {
    let quarter = (angle * 0.636619772367581343).rounded(.toNearestOrEven)
    // A wild angle (a fit that diverged) must not trap the conversion below.
    guard abs(quarter) < 1e9 else { return (.nan, .nan) }
    let r = (angle - quarter * 1.57079632673412561417e+00) - quarter * 6.07710050650619224932e-11
    let z = r * r
    let (p, q) = series(square: z)
    let sine = r + r * z * p
    let cosine = 1 - 0.5 * z + z * z * q
    switch Int(quarter) & 3 {
    case 0: return (sine, cosine)
    case 1: return (cosine, -sine)
    case 2: return (-sine, -cosine)
    default: return (-cosine, sine)
    }
  }

  /// An eighth of a turn, rad: up to here ``series(square:)`` holds.
  @inlinable public static var eighthTurn: Double { 0.785398163397448 }

  /// The series of sine and cosine: sin x = x (1 + x^2 p), cos x = 1 - x^2/2 + x^4 q.
  /// - Parameter z: square of the angle, rad^2; the angle at most an eighth of a turn.
  @inlinable
  @inline(__always)
  public static func series(square z: Double) -> (p: Double, q: Double) {
    var p = 1.58969099521155010221e-10
    p = p * z - 2.50507602534068634195e-08
    p = p * z + 2.75573137070700676789e-06
    p = p * z - 1.98412698298579493134e-04
    p = p * z + 8.33333333332248946124e-03
    p = p * z - 1.66666666666666324348e-01
    var q = -1.13596475577881948265e-11
    q = q * z + 2.08757232129817482790e-09
    q = q * z - 2.75573143513906633035e-07
    q = q * z + 2.48015872894767294178e-05
    q = q * z - 1.38888888888741095749e-03
    q = q * z + 4.16666666666666019037e-02
    return (p, q)
  }

  /// The series for four angles at once, the same bits.
  @inlinable
  @inline(__always)
  public static func series(square z: SIMD4<Double>) -> (p: SIMD4<Double>, q: SIMD4<Double>) {
    var p = z * 1.58969099521155010221e-10 - 2.50507602534068634195e-08
    p = p * z + 2.75573137070700676789e-06
    p = p * z - 1.98412698298579493134e-04
    p = p * z + 8.33333333332248946124e-03
    p = p * z - 1.66666666666666324348e-01
    var q = z * -1.13596475577881948265e-11 + 2.08757232129817482790e-09
    q = q * z - 2.75573143513906633035e-07
    q = q * z + 2.48015872894767294178e-05
    q = q * z - 1.38888888888741095749e-03
    q = q * z + 4.16666666666666019037e-02
    return (p, q)
  }

  /// asin(x)/x - 1 for a number of at most 1/2 in size.
  /// - Parameter z: square of the number.
  @inlinable
  @inline(__always)
  public static func arcSineExcess(square z: Double) -> Double {
    var p = 3.47933107596021167570e-05
    p = p * z + 7.91534994289814532176e-04
    p = p * z - 4.00555345006794114027e-02
    p = p * z + 2.01212532134862925881e-01
    p = p * z - 3.25565818622400915405e-01
    p = p * z + 1.66666666666666657415e-01
    var q = 7.70381505559019352791e-02
    q = q * z - 6.88283971605453293030e-01
    q = q * z + 2.02094576023350569471e+00
    q = q * z - 2.40339491173441421878e+00
    q = q * z + 1
    return z * p / q
  }

  /// asin(x)/x for a number of at most 1/2 in size.
  /// - Parameter z: square of the number.
  @inlinable
  @inline(__always)
  public static func arcSineRatio(square z: Double) -> Double { 1 + arcSineExcess(square: z) }

  /// asin(x)/x - 1 for four numbers at once, the same bits.
  @inlinable
  @inline(__always)
  public static func arcSineExcess(square z: SIMD4<Double>) -> SIMD4<Double> {
    var p = z * 3.47933107596021167570e-05 + 7.91534994289814532176e-04
    p = p * z - 4.00555345006794114027e-02
    p = p * z + 2.01212532134862925881e-01
    p = p * z - 3.25565818622400915405e-01
    p = p * z + 1.66666666666666657415e-01
    var q = z * 7.70381505559019352791e-02 - 6.88283971605453293030e-01
    q = q * z + 2.02094576023350569471e+00
    q = q * z - 2.40339491173441421878e+00
    q = q * z + 1
    return z * p / q
  }

  /// asin(x)/x for four numbers at once, the same bits.
  @inlinable
  @inline(__always)
  public static func arcSineRatio(square z: SIMD4<Double>) -> SIMD4<Double> { 1 + arcSineExcess(square: z) }

  /// ``arcSine(_:)`` of four numbers at once, the same bits.
  @inlinable
  @inline(__always)
  public static func arcSine(_ x: SIMD4<Double>) -> SIMD4<Double> {
    let isNegative = x .< 0
    let magnitude = x.replacing(with: -x, where: isNegative)
    let isSmall = magnitude .<= 0.5
    let square: SIMD4<Double> = ((1 - magnitude) * 0.5).replacing(with: magnitude * magnitude, where: isSmall)
    let root: SIMD4<Double> = square.squareRoot().replacing(with: magnitude, where: isSmall)
    let arc: SIMD4<Double> = root + root * arcSineExcess(square: square)
    let value: SIMD4<Double> = (Double.pi / 2 - 2 * arc).replacing(with: arc, where: isSmall)
    return value.replacing(with: -value, where: isNegative)
  }

  /// Angle whose tangent is a number, rad, in [-pi/2, pi/2].
  @inlinable
  public static func arcTangent(_ value: Double) -> Double {
    let x = abs(value)
    var base = 0.0
    let t: Double
    if x < 0.4375 {
      t = x
    } else if x < 0.6875 {
      base = 4.63647609000806093515e-01
      t = (2 * x - 1) / (2 + x)
    } else if x < 1.1875 {
      base = 7.85398163397448278999e-01
      t = (x - 1) / (x + 1)
    } else if x < 2.4375 {
      base = 9.82793723247329054082e-01
      t = (x - 1.5) / (1 + 1.5 * x)
    } else {
      base = 1.57079632679489655800e+00
      t = -1 / x
    }
    let z = t * t
    var p = 1.62858201153657823623e-02
    p = p * z - 3.65315727442169155270e-02
    p = p * z + 4.97687799461593236017e-02
    p = p * z - 5.83357013379057348645e-02
    p = p * z + 6.66107313738753120669e-02
    p = p * z - 7.69187620504482999495e-02
    p = p * z + 9.09088713343650656196e-02
    p = p * z - 1.11111104054623557880e-01
    p = p * z + 1.42857142725034663711e-01
    p = p * z - 1.99999999998764832476e-01
    p = p * z + 3.33333333333329318027e-01
    let result = base + (t - t * z * p)
    return value < 0 ? -result : result
  }

  /// Azimuth of the point (x, y), rad, in (-pi, pi]; 0 for the origin.
  @inlinable
  public static func azimuth(y: Double, x: Double) -> Double {
    if x == 0 && y == 0 { return 0 }
    if abs(x) >= abs(y) {
      let a = arcTangent(y / x)
      if x > 0 { return a }
      return y < 0 ? a - Double.pi : a + Double.pi
    }
    let a = arcTangent(x / y)
    return y > 0 ? 0.5 * Double.pi - a : -0.5 * Double.pi - a
  }

  /// Angle whose sine is a number in [-1, 1], rad; not a number outside.
  ///
  /// x + x^3 R(x^2) below one half, above by asin(x) = pi/2 - 2 asin(sqrt((1 - x)/2)) (fdlibm, `e_asin.c`).
  @inlinable
  public static func arcSine(_ x: Double) -> Double {
    let magnitude = abs(x)
    let value: Double
    if magnitude <= 0.5 {
      value = magnitude + magnitude * arcSineExcess(square: magnitude * magnitude)
    } else {
      let square = (1 - magnitude) * 0.5
      let root = square.squareRoot()
      value = Double.pi / 2 - 2 * (root + root * arcSineExcess(square: square))
    }
    return x < 0 ? -value : value
  }

  /// An angle brought into (-pi, pi] by whole turns.
  @inlinable
  @inline(__always)
  public static func wrapped(_ angle: Double) -> Double {
    let turns = (angle * 0.15915494309189533577).rounded(.toNearestOrEven)
    let result = angle - turns * 6.28318530717958647693
    return result <= -Double.pi ? Double.pi : result
  }
}
