/// Takes a measurement into a parameter: a Kalman filter for a value that walks at random, with a bound on how far it may go.
enum ConditionFollower {
  /// The value after a measurement.
  /// - Parameters:
  ///   - last: the value so far.
  ///   - measured: value and standard deviation of the measurement; a measurement that is not finite changes nothing.
  ///   - entries: what it was made of.
  ///   - parameter: says how far the value may go.
  static func updated(
    _ last: ConditionValue, by measured: (value: Double, error: Double), entries: Int, parameter: ConditionParameter
  ) -> ConditionValue {
    guard measured.value.isFinite, measured.error.isFinite, measured.error > 0 else { return last }
    let (bound, range) = parameter.bounds
    // Where a run begins nothing is known: the first measurement may be anywhere in the range.
    let step = last.error.isFinite ? bound : .infinity
    let walk = parameter.walk
    // What was only assumed weighs nothing.
    let before = last.error * last.error + walk * walk
    let gain = before.isFinite ? before / (before + measured.error * measured.error) : 1
    let wanted = gain * (measured.value - last.value)
    let taken = min(step, max(-step, wanted))
    var next = last
    next.value = min(range.upperBound, max(range.lowerBound, last.value + taken))
    next.isLimited = next.value != last.value + wanted
    next.entries = entries
    let variance = before.isFinite ? (1 - gain) * before : measured.error * measured.error
    // What the bound held back is not known any better for it.
    let held = last.value + wanted - next.value
    next.error = (variance + held * held).squareRoot()
    return next
  }
}

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
    // From far away the first passes only come nearer: a wide scale first, then the true one.
    for scale in [100.0, 25, 9, 4, 4, 4, 4, 4] {
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
