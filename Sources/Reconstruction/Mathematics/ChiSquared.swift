import Statistics

/// Tail probabilities of the chi-squared distribution that the vertex fit needs, the same on every machine.
enum ChiSquared {
  /// Probability that a chi-squared variable of one degree of freedom exceeds a value: erfc(sqrt(x/2)).
  ///
  /// Continued fraction above x = 4, series below; relative error under 1e-9.
  static func probabilityOneDegree(_ value: Double) -> Double {
    guard value.isFinite else { return 0 }
    guard value > 0 else { return 1 }
    let t = (0.5 * value).squareRoot()
    let gaussian = PortableMath.exp(-t * t)
    let inverseRootPi = 0.56418958354775628695
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
