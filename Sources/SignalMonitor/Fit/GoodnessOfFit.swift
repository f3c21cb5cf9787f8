import Statistics

/// How well an expectation describes the counts.
public struct GoodnessOfFit: Codable, Hashable, Sendable {
  /// Pearson's chi-square, sum of (n - mu)^2 / mu.
  public let chiSquare: Double
  /// Bins less fitted parameters.
  public let degreesOfFreedom: Int
  /// Probability of a larger value if the model is true.
  public let probability: Double

  enum CodingKeys: String, CodingKey {
    case chiSquare = "chi_square"
    case degreesOfFreedom = "degrees_of_freedom"
    case probability
  }

  /// Compares counts with the expectation of a fit of `parameters` parameters; nil if an expectation is not positive or
  /// there are no degrees of freedom.
  ///
  /// With few candidates per bin Pearson's sum does not follow the chi-square distribution: its mean is still the
  /// number of degrees of freedom, its variance grows by the sum of 1/mu. The probability is that of the gamma
  /// distribution with this mean and variance, which is the chi-square distribution for many candidates.
  public init?(counts: [Double], expectation: [Double], parameters: Int) {
    let degrees = counts.count - parameters
    guard degrees > 0, expectation.allSatisfy({ $0 > 0 && $0.isFinite }) else { return nil }
    var sum = 0.0
    var extraVariance = 0.0
    for (n, mu) in zip(counts, expectation) {
      sum += (n - mu) * (n - mu) / mu
      extraVariance += 1 / mu
    }
    self.init(chiSquare: sum, extraVariance: extraVariance, degrees: degrees)
  }

  /// From Pearson's sum and the sum of 1/mu.
  init(chiSquare sum: Double, extraVariance: Double, degrees: Int) {
    chiSquare = sum
    degreesOfFreedom = degrees
    let mean = Double(degrees)
    let variance = 2 * mean + extraVariance
    probability = GammaDistribution.tail(sum * mean / variance, shape: mean * mean / variance)
  }
}
