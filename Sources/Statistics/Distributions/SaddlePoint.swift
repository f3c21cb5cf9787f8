import Foundation

/// Terms of the binomial and Poisson probabilities that stay accurate for large numbers.
///
/// C. Loader, *Fast and accurate computation of binomial probabilities* (2000): the logarithm of the factorial is
/// split into Stirling's formula and its small error, and the large terms are joined into deviances before
/// anything is exponentiated.
enum SaddlePoint {
  /// The error of Stirling's formula, log(z!) - log(sqrt(2 pi z) (z/e)^z), for z > 0.
  static func stirlingError(_ z: Double) -> Double {
    if z < 15 {
      // log(z!) is of order z log z here, so the difference keeps 14 digits.
      return lgamma(z + 1) - (z + 0.5) * log(z) + z - 0.9189385332046727418
    }
    let inverse = 1 / z
    let square = inverse * inverse
    let s5: Double = 1.0 / 1188 - square * (691.0 / 360_360)
    let s3: Double = 1.0 / 1260 - square * (1.0 / 1680 - square * s5)
    return inverse * (1.0 / 12 - square * (1.0 / 360 - square * s3))
  }

  /// The deviance x log(x/m) + m - x, accurate also where x is close to m.
  static func deviance(_ x: Double, _ m: Double) -> Double {
    guard x > 0 else { return m }
    let difference = x - m
    if abs(difference) < 0.1 * (x + m) {
      let v = difference / (x + m)
      var sum = difference * v
      var term = 2 * x * v
      let square = v * v
      var order = 3.0
      while order < 1000 {
        term *= square
        let next = sum + term / order
        if next == sum { break }
        sum = next
        order += 2
      }
      return sum
    }
    return x * log(x / m) - difference
  }

  /// The Poisson term e^(-mean) mean^x / x! for any x >= 0.
  static func poissonTerm(_ x: Double, mean: Double) -> Double {
    guard mean > 0 else { return x == 0 ? 1 : 0 }
    guard x > 0 else { return exp(-mean) }
    return exp(-stirlingError(x) - deviance(x, mean)) / (2 * Double.pi * x).squareRoot()
  }

  /// The binomial term n!/(x! (n-x)!) p^x q^(n-x) with q = 1 - p, for any 0 <= x <= n.
  static func binomialTerm(_ x: Double, of n: Double, p: Double, q: Double) -> Double {
    guard p > 0 else { return x == 0 ? 1 : 0 }
    guard q > 0 else { return x == n ? 1 : 0 }
    if x <= 0 { return exp(n * (p < 0.5 ? log1p(-p) : log(q))) }
    if x >= n { return exp(n * (q < 0.5 ? log1p(-q) : log(p))) }
    let exponent: Double =
      stirlingError(n) - stirlingError(x) - stirlingError(n - x) - deviance(x, n * p) - deviance(n - x, n * q)
    let scale: Double = n / (2 * Double.pi * x * (n - x))
    return exp(exponent) * scale.squareRoot()
  }
}
