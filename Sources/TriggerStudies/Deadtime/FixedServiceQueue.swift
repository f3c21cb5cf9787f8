import Foundation

/// The queue M/D/1/K in closed form: triggers at random, one server that takes the same time for each, places for K of them, the
/// one in service included. What comes while all places are taken is lost.
public enum FixedServiceQueue {
  /// The share of triggers that is lost.
  ///
  /// The formula of O. Brun and J.-M. Garcia, J. Appl. Prob. 37 (2000) 1092. Its sum alternates, and cancels too far for loads
  /// far above 1 with many places.
  /// - Parameters:
  ///   - load: rate of triggers times service time.
  ///   - places: K, at least 1.
  /// - Returns: nil where the sum has cancelled to less than eight digits.
  public static func lossProbability(load: Double, places: Int) -> Double? {
    guard load > 0, load.isFinite, places >= 1 else { return load == 0 && places >= 1 ? 0 : nil }
    let order = places - 1
    var sum = 0.0
    var largest = 0.0
    var factorial = 1.0
    for k in 0...order {
      if k > 0 { factorial *= Double(k) }
      let waiting = Double(order - k)
      let base = waiting * load
      let power = k == 0 ? 1 : pow(base, Double(k))
      let term: Double = (k % 2 == 0 ? 1 : -1) * power * exp(base) / factorial
      sum += term
      largest = max(largest, abs(term))
    }
    guard sum.isFinite, largest * 1e-16 < 1e-8 * abs(sum) else { return nil }
    return max(0, 1 - sum / (1 + load * sum))
  }

  /// The shares of triggers lost to minimum spacing and to a full buffer, when both act: each accepted trigger closes the door for
  /// the spacing, and what is left meets the buffer as if it still came at random. Good to a tenth of a percent.
  /// - Parameters:
  ///   - rate: of the triggers asked for, in any unit.
  ///   - spacing: shortest distance of triggers, in the inverse unit.
  ///   - service: time for which a trigger occupies the link behind the buffer, same unit.
  ///   - places: triggers that the buffer holds.
  public static func losses(
    rate: Double, spacing: Double, service: Double, places: Int
  ) -> (spacing: Double, buffer: Double)? {
    var spaced = 1.0
    var blocked = 0.0
    for _ in 0..<100 {
      guard let next = lossProbability(load: rate * spaced * service, places: places) else { return nil }
      blocked = next
      // With accepted share a = spaced (1 - blocked) of the rate: spaced = 1 - rate a spacing.
      spaced = 1 / (1 + rate * spacing * (1 - blocked))
    }
    return (1 - spaced, spaced * blocked)
  }
}
