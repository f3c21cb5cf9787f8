import Foundation

/// Half the deviance of one bin whose expectation is itself uncertain, with its derivatives.
///
/// Templates of finite simulated samples have errors: the expectation mu of a bin has a variance V from them. As Barlow and
/// Beeston proposed (Comput. Phys. Commun. 77 (1993) 219), in the form with one factor for each bin (J. S. Conway, arXiv:1103.0354;
/// H. P. Dembinski and A. Abdelmotteleb, Eur. Phys. J. C 82 (2022) 1043), the true expectation is beta mu, and k = mu^2/V
/// simulated counts say that beta is 1: Poisson terms for n with mean beta mu and for k with mean beta k. The best beta is (n + k)/(mu + k),
/// which leaves n ln(n/mu) + (n + k) ln((mu + k)/(n + k)); without V this is mu - n + n ln(n/mu).
struct BinLikelihood {
  /// Half the deviance.
  var value: Double
  /// Derivatives with respect to mu and V.
  var first: (mean: Double, variance: Double)
  /// Second derivatives.
  var second: (mean: Double, mixed: Double, variance: Double)

  /// A bin; nil outside the domain.
  ///
  /// - Parameters:
  ///   - n: the count, not negative.
  ///   - mu: the expectation.
  ///   - variance: of the expectation, not negative.
  init?(_ n: Double, _ mu: Double, variance: Double) {
    guard mu > 0 else {
      guard n == 0 else { return nil }
      value = mu
      first = (1, 0)
      second = (0, 0, 0)
      return
    }
    // Beyond this many simulated counts for each expected one their error is nothing.
    guard variance > 1e-10 * mu else {
      value = n > 0 ? mu - n + n * log(n / mu) : mu
      first = (n > 0 ? 1 - n / mu : 1, 0)
      second = (n > 0 ? n / (mu * mu) : 0, 0, 0)
      return
    }
    let k = mu * mu / variance
    let sum = mu + k
    let x = (mu - n) / (n + k)
    let rise = log1p(x)
    value = (n > 0 ? n * log(n / mu) : 0) + (n + k) * rise
    // Along mu and k, as if they were independent.
    let along: Double = k * (mu - n) / (mu * sum)
    let alongCount: Double = rise - x / (1 + x)
    let meanMean: Double = n / (mu * mu) - (n + k) / (sum * sum)
    let meanCount: Double = (mu - n) / (sum * sum)
    let countCount: Double = -(n - mu) * (n - mu) / (sum * sum * (n + k))
    let slope: Double = 2 * mu / variance
    let fall: Double = -k / variance
    first.mean = along + alongCount * slope
    first.variance = alongCount * fall
    second.mean = meanMean + 2 * meanCount * slope + countCount * slope * slope + alongCount * 2 / variance
    second.mixed =
      meanCount * fall + countCount * slope * fall - alongCount * slope / variance
    second.variance = countCount * fall * fall - 2 * alongCount * fall / variance
  }
}
