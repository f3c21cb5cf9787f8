extension CounterRandom {
  /// A number from the uniform distribution on [0, 1): 53 random bits, one word of the sequence.
  @inlinable
  public mutating func uniform() -> Double {
    Double(next() >> 11) * 0x1p-53
  }

  /// A number from the uniform distribution on [lower, upper).
  @inlinable
  public mutating func uniform(_ lower: Double, _ upper: Double) -> Double {
    lower + (upper - lower) * uniform()
  }

  /// An integer from 0 to `bound` - 1, all equally likely (Lemire's multiplication with rejection). A bound of 0
  /// gives 0.
  @inlinable
  public mutating func integer(below bound: UInt64) -> UInt64 {
    guard bound > 1 else { return 0 }
    var product = next().multipliedFullWidth(by: bound)
    if product.low < bound {
      let threshold = (0 &- bound) % bound
      while product.low < threshold {
        product = next().multipliedFullWidth(by: bound)
      }
    }
    return product.high
  }

  /// True with the given probability.
  @inlinable
  public mutating func chance(_ probability: Double) -> Bool {
    uniform() < probability
  }

  /// A number from the normal distribution with mean 0 and standard deviation 1, by inversion: always exactly one
  /// word of the sequence, out to 9 standard deviations.
  @inlinable
  public mutating func gaussian() -> Double { Self.gaussian(next()) }

  /// The number of the normal distribution with mean 0 and standard deviation 1 that ``gaussian()`` makes of a word of the
  /// sequence: it falls with the lower 63 bits in size, and is positive if the top one is set.
  @inlinable
  public static func gaussian(_ word: UInt64) -> Double {
    // The lower half of the distribution from 63 bits, so that both tails are as finely drawn; the top bit is the sign.
    let probability = (Double(word & 0x7FFF_FFFF_FFFF_FFFF) + 0.5) * 0x1p-64
    let quantile = PortableMath.normalQuantile(lowerHalf: probability)
    return word >> 63 == 0 ? quantile : -quantile
  }

  /// A number from the normal distribution of given mean and standard deviation.
  @inlinable
  public mutating func gaussian(mean: Double, deviation: Double) -> Double {
    mean + deviation * gaussian()
  }

  /// A number from the exponential distribution with mean 1, one word of the sequence.
  @inlinable
  public mutating func exponential() -> Double {
    -PortableMath.log((Double(next() >> 12) + 0.5) * 0x1p-52)
  }

  /// A number from the Poisson distribution of the given mean; 0 for a mean that is not positive.
  ///
  /// Below a mean of 12 by inversion (one word of the sequence), above by the transformed rejection PTRS of
  /// W. Hörmann, Insurance: Mathematics and Economics 12 (1993) 39.
  public mutating func poisson(_ mean: Double) -> Int {
    guard mean > 0 else { return 0 }
    return mean < 12 ? poissonByInversion(mean) : poissonByRejection(min(mean, 1e15))
  }

  /// The number of successes in `trials` trials of the given probability, drawn trial by trial.
  public mutating func binomial(trials: Int, probability: Double) -> Int {
    var successes = 0
    for _ in 0..<max(trials, 0) where uniform() < probability { successes += 1 }
    return successes
  }

  private mutating func poissonByInversion(_ mean: Double) -> Int {
    let target = uniform()
    var count = 0
    var term = PortableMath.exp(-mean)
    var sum = term
    // 200 terms are beyond the last representable probability of any mean below 12.
    while target >= sum && count < 200 {
      count += 1
      term *= mean / Double(count)
      sum += term
    }
    return count
  }

  private mutating func poissonByRejection(_ mean: Double) -> Int {
    let logMean = PortableMath.log(mean)
    let b = 0.931 + 2.53 * mean.squareRoot()
    let a = -0.059 + 0.02483 * b
    let inverseAlpha = 1.1239 + 1.1328 / (b - 3.4)
    let vr = 0.9277 - 3.6224 / (b - 2)
    while true {
      let u = uniform() - 0.5
      let v = 1 - uniform()
      let us = 0.5 - abs(u)
      let candidate: Double = ((2 * a / us + b) * u + mean + 0.43).rounded(.down)
      if us >= 0.07 && v <= vr { return Int(candidate) }
      if candidate < 0 || (us < 0.013 && v > us) { continue }
      let left: Double = PortableMath.log(v * inverseAlpha / (a / (us * us) + b))
      let right: Double = candidate * logMean - mean - PortableMath.logFactorial(candidate)
      if left <= right { return Int(candidate) }
    }
  }
}
