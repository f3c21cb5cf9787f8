import Statistics

/// Tail probabilities of the chi-squared distribution that vertex fits need, the same on every machine.
enum ChiSquared {
  private static let inverseRootPi = 0.56418958354775628695

  /// Probability that a chi-squared variable exceeds a value.
  /// - Parameters:
  ///   - value: chi-squared.
  ///   - degrees: degrees of freedom, 1 or more.
  ///
  /// Finite sums: exp(-x/2) sum (x/2)^k / k! for even degrees, and erfc(sqrt(x/2)) + exp(-x/2) sum (x/2)^(k-1/2) / Gamma(k+1/2)
  /// for odd ones.
  static func probability(_ value: Double, degrees: Int) -> Double {
    guard value.isFinite, degrees > 0 else { return 0 }
    guard value > 0 else { return 1 }
    if degrees == 1 { return probabilityOneDegree(value) }
    let half = 0.5 * value
    let gaussian = PortableMath.exp(-half)
    var sum = 0.0
    if degrees % 2 == 0 {
      var term = 1.0
      for k in 0..<(degrees / 2) {
        if k > 0 { term *= half / Double(k) }
        sum += term
      }
      return min(1, gaussian * sum)
    }
    var term = 2 * half.squareRoot() * inverseRootPi
    for k in 1...(degrees / 2) {
      if k > 1 { term *= half / (Double(k) - 0.5) }
      sum += term
    }
    return min(1, probabilityOneDegree(value) + gaussian * sum)
  }

  /// Probability that a chi-squared variable of one degree of freedom exceeds a value: erfc(sqrt(x/2)).
  ///
  /// Continued fraction above x = 9, series below; relative error under 1e-9.
  static func probabilityOneDegree(_ value: Double) -> Double {
    guard value.isFinite else { return 0 }
    guard value > 0 else { return 1 }
    let t = (0.5 * value).squareRoot()
    let gaussian = PortableMath.exp(-t * t)
    if value < 9 {
      // erf(t) = 2/sqrt(pi) exp(-t^2) sum 2^n t^(2n+1) / (1 3 5 ... (2n+1))
      var term = t
      var sum = t
      var n = 1.0
      while n < 80 {
        term *= 2 * t * t / (2 * n + 1)
        sum += term
        if term < 1e-17 * sum { break }
        n += 1
      }
      return max(0, 1 - 2 * inverseRootPi * gaussian * sum)
    }
    var tail = t
    for k in stride(from: 60, through: 1, by: -1) { tail = t + 0.5 * Double(k) / tail }
    return inverseRootPi * gaussian / tail
  }
}
