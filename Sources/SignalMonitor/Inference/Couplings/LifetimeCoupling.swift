import Foundation
import Statistics

/// Limits on a coupling that also sets the lifetime, so that the efficiency depends on it: signal candidates rise with the
/// coupling and fall again where the particle decays too early.
///
/// Heavy neutral leptons (|V|^2) and long-lived scalars (sin^2 theta) are of this kind.
public struct LifetimeCoupling: Sendable {
  private let expected: @Sendable (Double) -> Double

  /// A relation between coupling and expected candidates, efficiency included.
  public init(expected: @escaping @Sendable (Double) -> Double) { self.expected = expected }

  /// The couplings between `range` that a limit on candidates excludes: from the smallest to the largest whose expected
  /// number exceeds it, on `steps` logarithmic steps with the ends refined; nil if none.
  ///
  /// - Throws: ``FitRefusal/invalidInput(_:)`` unless the range is positive.
  public func excluded(
    limit: Double, range: ClosedRange<Double>, steps: Int = 400
  ) throws(FitRefusal) -> ClosedRange<Double>? {
    guard range.lowerBound > 0, range.upperBound > range.lowerBound, limit >= 0 else {
      throw .invalidInput("couplings from \(range.lowerBound) to \(range.upperBound), expected a positive range")
    }
    let width = log(range.upperBound / range.lowerBound) / Double(max(steps, 1))
    let coupling = { (index: Int) -> Double in range.lowerBound * exp(width * Double(index)) }
    let inside = (0...max(steps, 1)).filter { expected(coupling($0)) > limit }
    guard let first = inside.first, let last = inside.last else { return nil }
    let low = first == 0 ? range.lowerBound : edge(inside: coupling(first), outside: coupling(first - 1), limit)
    let high = last >= steps ? range.upperBound : edge(inside: coupling(last), outside: coupling(last + 1), limit)
    return low...max(low, high)
  }

  private func edge(inside: Double, outside: Double, _ limit: Double) -> Double {
    var inside = inside
    var outside = outside
    for _ in 0..<60 {
      let middle = (inside * outside).squareRoot()
      if expected(middle) > limit { inside = middle } else { outside = middle }
    }
    return inside
  }
}
