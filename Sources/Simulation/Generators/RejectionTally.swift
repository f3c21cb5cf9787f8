import Statistics

/// Turns weighted tries of a generator into events without weights, and measures the cross-section on the way.
///
/// A try with weight w (nb) becomes an event with probability w / bound; the mean weight of all tries, those outside the
/// cuts with weight 0, is the cross-section inside the cuts.
struct RejectionTally: Sendable {
  /// Largest weight that a try can have, nb.
  let bound: Double
  /// Tries so far, those outside the cuts too.
  private(set) var tries = 0
  /// Tries whose weight exceeded the bound: must stay 0 for unweighted events.
  private(set) var aboveBound = 0
  private var sum = 0.0
  private var squares = 0.0

  init(bound: Double) { self.bound = bound }

  /// Counts a try; it may still lie outside the cuts.
  mutating func begin() { tries += 1 }

  /// Whether the try that has begun, of this weight in nb, becomes an event.
  mutating func accepts(weight: Double, _ random: inout CounterRandom) -> Bool {
    sum += weight
    squares += weight * weight
    if weight > bound { aboveBound += 1 }
    return random.uniform() * bound < weight
  }

  /// Cross-section measured from all tries so far, with its statistical error, nb.
  var crossSection: (value: Double, error: Double) {
    guard tries > 1 else { return (0, .infinity) }
    let n = Double(tries)
    let mean = sum / n
    return (mean, (max(0, squares / n - mean * mean) / n).squareRoot())
  }
}
