/// Elementary functions that give the same bits on every machine.
///
/// The C library chooses its implementation by processor; these use only IEEE additions, multiplications,
/// divisions and square roots, which are exact by definition. Accurate to about one unit in the last place.
@frozen
public enum PortableMath {
  /// The natural logarithm of a positive normal number (the algorithm and coefficients of Sun's fdlibm `e_log.c`).
  /// Zero gives minus infinity, a negative number gives NaN.
  @inlinable
  public static func log(_ x: Double) -> Double {
    guard x > 0, x < .infinity else { return x == 0 ? -.infinity : (x > 0 ? x : .nan) }
    var significand = x.significand
    var exponent = Double(x.exponent)
    if significand > 1.4142135623730951 {
      significand *= 0.5
      exponent += 1
    }
    let f = significand - 1
    let s = f / (2 + f)
    let z = s * s
    let w = z * z
    let even: Double = w * (3.999999999940941908e-01 + w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01))
    let odd0: Double = 1.818357216161805012e-01 + w * 1.479819860511658591e-01
    let odd: Double = z * (6.666666666666735130e-01 + w * (2.857142874366239149e-01 + w * odd0))
    let half = 0.5 * f * f
    let tail: Double = s * (half + even + odd) + exponent * 1.90821492927058770002e-10
    return exponent * 6.93147180369123816490e-01 - ((half - tail) - f)
  }

  /// The natural logarithm of eight positive normal numbers, the same bits as one by one. Other arguments give
  /// numbers without meaning.
  @inlinable
  public static func log(_ x: SIMD8<Double>) -> SIMD8<Double> {
    let bits = unsafeBitCast(x, to: SIMD8<Int64>.self)
    let exponentBits = (bits &>> 52) & SIMD8<Int64>(repeating: 0x7FF)
    // 2^52 + integer as a bit pattern turns a small integer into a floating-point number.
    let shifted = exponentBits | SIMD8<Int64>(repeating: 0x4330_0000_0000_0000)
    var exponent = unsafeBitCast(shifted, to: SIMD8<Double>.self) - (0x1p52 + 1023)
    let fraction = (bits & SIMD8<Int64>(repeating: 0xF_FFFF_FFFF_FFFF)) | SIMD8<Int64>(repeating: 0x3FF0_0000_0000_0000)
    var significand = unsafeBitCast(fraction, to: SIMD8<Double>.self)
    let large = significand .> 1.4142135623730951
    significand.replace(with: significand * 0.5, where: large)
    exponent.replace(with: exponent + 1, where: large)
    let f = significand - 1
    let s = f / (f + 2)
    let z = s * s
    let w = z * z
    let even0: SIMD8<Double> = w * 1.531383769920937332e-01 + 2.222219843214978396e-01
    let even1: SIMD8<Double> = w * even0 + 3.999999999940941908e-01
    let even: SIMD8<Double> = w * even1
    let odd0: SIMD8<Double> = w * 1.479819860511658591e-01 + 1.818357216161805012e-01
    let odd1: SIMD8<Double> = w * odd0 + 2.857142874366239149e-01
    let odd2: SIMD8<Double> = w * odd1 + 6.666666666666735130e-01
    let odd: SIMD8<Double> = z * odd2
    let half: SIMD8<Double> = (f * 0.5) * f
    let inner: SIMD8<Double> = (half + even) + odd
    let tail: SIMD8<Double> = s * inner + exponent * 1.90821492927058770002e-10
    return exponent * 6.93147180369123816490e-01 - ((half - tail) - f)
  }

  /// The exponential function (the algorithm and coefficients of Sun's fdlibm `e_exp.c`); results below the smallest
  /// normal number are 0.
  @inlinable
  public static func exp(_ x: Double) -> Double {
    guard x > -708 else { return x.isNaN ? x : 0 }
    guard x < 709 else { return .infinity }
    let k = (x * 1.44269504088896338700).rounded()
    let high = x - k * 6.93147180369123816490e-01
    let low = k * 1.90821492927058770002e-10
    let r = high - low
    let t = r * r
    let p0: Double = -1.65339022054652515390e-06 + t * 4.13813679705723846039e-08
    let p1: Double = -2.77777777770155933842e-03 + t * (6.61375632143793436117e-05 + t * p0)
    let c: Double = r - t * (1.66666666666666019037e-01 + t * p1)
    let y: Double = 1 - ((low - (r * c) / (2 - c)) - high)
    return Double(sign: .plus, exponent: Int(k), significand: y)
  }

  /// The logarithm of the factorial of a whole number that is not negative, to 1e-12: a product for small numbers,
  /// Stirling's series for large ones.
  public static func logFactorial(_ count: Double) -> Double {
    if count < 16 {
      var product = 1.0
      var factor = 2.0
      while factor <= count {
        product *= factor
        factor += 1
      }
      return log(product)
    }
    let x = count + 1
    let inverse = 1 / x
    let square = inverse * inverse
    let series0: Double = 1.0 / 1260 - square * (1.0 / 1680)
    let series: Double = inverse * (1.0 / 12 - square * (1.0 / 360 - square * series0))
    return (x - 0.5) * log(x) - x + 0.9189385332046727418 + series
  }

  /// The quantile of the standard normal distribution for a probability in (0, 0.5], by the rational approximations of
  /// M. J. Wichura, Applied Statistics 37 (1988) 477, algorithm AS 241 (relative accuracy 1e-16).
  @inlinable
  public static func normalQuantile(lowerHalf probability: Double) -> Double {
    let q = probability - 0.5
    if q >= -0.425 {
      let r = 0.180625 - q * q
      var numerator = 2.5090809287301226727e+3
      numerator = numerator * r + 3.3430575583588128105e+4
      numerator = numerator * r + 6.7265770927008700853e+4
      numerator = numerator * r + 4.5921953931549871457e+4
      numerator = numerator * r + 1.3731693765509461125e+4
      numerator = numerator * r + 1.9715909503065514427e+3
      numerator = numerator * r + 1.3314166789178437745e+2
      numerator = numerator * r + 3.3871328727963666080e+0
      var denominator = 5.2264952788528545610e+3
      denominator = denominator * r + 2.8729085735721942674e+4
      denominator = denominator * r + 3.9307895800092710610e+4
      denominator = denominator * r + 2.1213794301586595867e+4
      denominator = denominator * r + 5.3941960214247511077e+3
      denominator = denominator * r + 6.8718700749205790830e+2
      denominator = denominator * r + 4.2313330701600911252e+1
      denominator = denominator * r + 1
      return q * numerator / denominator
    }
    let root = (-log(probability)).squareRoot()
    if root <= 5 {
      let r = root - 1.6
      var numerator = 7.74545014278341407640e-4
      numerator = numerator * r + 2.27238449892691845833e-2
      numerator = numerator * r + 2.41780725177450611770e-1
      numerator = numerator * r + 1.27045825245236838258e+0
      numerator = numerator * r + 3.64784832476320460504e+0
      numerator = numerator * r + 5.76949722146069140550e+0
      numerator = numerator * r + 4.63033784615654529590e+0
      numerator = numerator * r + 1.42343711074968357734e+0
      var denominator = 1.05075007164441684324e-9
      denominator = denominator * r + 5.47593808499534494600e-4
      denominator = denominator * r + 1.51986665636164571966e-2
      denominator = denominator * r + 1.48103976427480074590e-1
      denominator = denominator * r + 6.89767334985100004550e-1
      denominator = denominator * r + 1.67638483018380384940e+0
      denominator = denominator * r + 2.05319162663775882187e+0
      denominator = denominator * r + 1
      return -numerator / denominator
    }
    let r = root - 5
    var numerator = 2.01033439929228813265e-7
    numerator = numerator * r + 2.71155556874348757815e-5
    numerator = numerator * r + 1.24266094738807843860e-3
    numerator = numerator * r + 2.65321895265761230930e-2
    numerator = numerator * r + 2.96560571828504891230e-1
    numerator = numerator * r + 1.78482653991729133580e+0
    numerator = numerator * r + 5.46378491116411436990e+0
    numerator = numerator * r + 6.65790464350110377720e+0
    var denominator = 2.04426310338993978564e-15
    denominator = denominator * r + 1.42151175831644588870e-7
    denominator = denominator * r + 1.84631831751005468180e-5
    denominator = denominator * r + 7.86869131145613259100e-4
    denominator = denominator * r + 1.48753612908506148525e-2
    denominator = denominator * r + 1.36929880922735805310e-1
    denominator = denominator * r + 5.99832206555887937690e-1
    denominator = denominator * r + 1
    return -numerator / denominator
  }
}
