/// The middle of values of which some do not belong: repeated weighted means with Cauchy weights.
///
/// P. W. Holland and R. E. Welsch, Commun. Stat. A6 (1977) 813. The error is that of an M-estimator, from the scatter itself.
struct RobustMean {
  private var values: [Double] = []
  private var variances: [Double] = []

  /// Number of values.
  var count: Int { values.count }

  /// Adds a value with the variance it would have if it belonged; beyond the largest number that is kept it is passed over.
  mutating func append(_ value: Double, variance: Double) {
    guard value.isFinite, variance.isFinite, variance > 0, values.count < RobustMean.capacity else { return }
    values.append(value)
    variances.append(variance)
  }

  /// Squared residuals, in variances, at which a value weighs half, pass by pass: wide first, so that a middle far away is found, then
  /// twice the standard deviation.
  static let scales: [Double] = [100, 25, 9, 4, 4, 4, 4, 4]
  /// Values kept in an interval.
  static let capacity = 16_384

  /// Forgets the values.
  mutating func removeAll() {
    values.removeAll(keepingCapacity: true)
    variances.removeAll(keepingCapacity: true)
  }

  /// The middle and its standard deviation; nil with fewer than `least` values.
  /// - Parameter start: where the first pass looks.
  func middle(from start: Double, least: Int) -> (value: Double, error: Double)? {
    guard values.count >= max(2, least) else { return nil }
    var middle = start
    for scale in RobustMean.scales {
      var (sum, weights) = (0.0, 0.0)
      for index in values.indices {
        let residual = values[index] - middle
        let weight = 1 / (variances[index] + residual * residual / scale)
        sum += weight * residual
        weights += weight
      }
      middle += sum / weights
    }
    var (bread, meat) = (0.0, 0.0)
    for index in values.indices {
      let residual = values[index] - middle
      let spread = variances[index] + residual * residual / 4
      meat += residual * residual / (spread * spread)
      bread += (variances[index] - residual * residual / 4) / (spread * spread)
    }
    guard bread > 0 else { return nil }
    return (middle, meat.squareRoot() / bread)
  }
}
