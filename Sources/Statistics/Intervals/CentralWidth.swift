/// The width of a distribution as resolutions are quoted: half the width of its central 68.27 %, one standard deviation if it is a
/// Gaussian, blind to what the tails do.
public enum CentralWidth {
  /// Fewest values of which a width is stated.
  public static let fewestValues = 10

  /// The 68.27 % quantile of the distances from the median, with the interval between the values whose ranks lie one binomial standard
  /// deviation below and above: no shape of the distribution is assumed.
  /// - Returns: nil for fewer than ``fewestValues`` values or if one is not finite.
  public static func estimate(of values: [Double]) -> EstimatedNumber? {
    guard values.count >= fewestValues, values.allSatisfy(\.isFinite) else { return nil }
    let middle = median(values)
    let distances = values.map { abs($0 - middle) }.sorted()
    let count = Double(distances.count)
    let share = NormalDistribution.oneSigma
    let rank = share * count - 0.5
    let error = (share * (1 - share) * count).squareRoot()
    return EstimatedNumber(
      value: interpolated(distances, at: rank), low: interpolated(distances, at: rank - error),
      high: interpolated(distances, at: rank + error), method: "68.27 % of distances from the median, ranks")
  }

  /// The middle of a sample; not a number if it is empty.
  public static func median(_ values: [Double]) -> Double {
    guard !values.isEmpty else { return .nan }
    let sorted = values.sorted()
    return interpolated(sorted, at: 0.5 * Double(sorted.count - 1))
  }

  private static func interpolated(_ sorted: [Double], at rank: Double) -> Double {
    let bounded = min(max(rank, 0), Double(sorted.count - 1))
    let below = Int(bounded)
    let above = min(below + 1, sorted.count - 1)
    return sorted[below] + (bounded - Double(below)) * (sorted[above] - sorted[below])
  }
}
