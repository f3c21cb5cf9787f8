/// An efficiency being counted: how many events were tested, how many passed, with their weights.
///
/// Counts are exact integers; the interval comes from them as long as all weights are equal, and from the
/// generalised Wilson interval of weighted samples otherwise. Two of them merge by addition.
public struct Efficiency: Codable, Hashable, Sendable {
  /// Events that passed.
  public private(set) var passed: Int = 0
  /// Events tested.
  public private(set) var total: Int = 0
  /// Sum of the weights of events that passed.
  public private(set) var passedWeight: Double = 0
  /// Sum of the weights of events tested.
  public private(set) var totalWeight: Double = 0
  /// Sum of the squared weights of events tested.
  public private(set) var totalWeightSquared: Double = 0
  private var smallestWeight: Double = .greatestFiniteMagnitude
  private var largestWeight: Double = -.greatestFiniteMagnitude

  /// An efficiency of which nothing is known yet.
  public init() {}

  /// An efficiency from unweighted counts. Negative counts and more passed than tested are clamped.
  public init(passed: Int, total: Int) {
    self.total = max(total, 0)
    self.passed = min(max(passed, 0), self.total)
    passedWeight = Double(self.passed)
    totalWeight = Double(self.total)
    totalWeightSquared = totalWeight
    if self.total > 0 {
      smallestWeight = 1
      largestWeight = 1
    }
  }

  /// Counts one event.
  public mutating func fill(passed: Bool, weight: Double = 1) {
    total += 1
    totalWeight += weight
    totalWeightSquared += weight * weight
    if passed {
      self.passed += 1
      passedWeight += weight
    }
    smallestWeight = min(smallestWeight, weight)
    largestWeight = max(largestWeight, weight)
  }

  /// Adds the events of another sample.
  public mutating func merge(_ other: Efficiency) {
    passed += other.passed
    total += other.total
    passedWeight += other.passedWeight
    totalWeight += other.totalWeight
    totalWeightSquared += other.totalWeightSquared
    smallestWeight = min(smallestWeight, other.smallestWeight)
    largestWeight = max(largestWeight, other.largestWeight)
  }

  /// Whether the events carry different weights.
  public var isWeighted: Bool { total > 0 && smallestWeight != largestWeight }

  /// The efficiency with its interval, or nil when nothing was tested or the weights cancel.
  ///
  /// - Parameters:
  ///   - interval: the method for samples of equal weights; others always use the generalised Wilson interval.
  ///   - confidence: the confidence level, 68.27 % by default.
  public func estimate(
    interval: EfficiencyInterval = .clopperPearson, confidence: Double = NormalDistribution.oneSigma
  ) -> EstimatedNumber? {
    guard total > 0 else { return nil }
    if !isWeighted {
      let range = interval.interval(passed: passed, total: total, confidence: confidence)
      return EstimatedNumber(
        value: Double(passed) / Double(total), low: range.low, high: range.high,
        method: "\(interval.rawValue) \(percentText(confidence))")
    }
    guard totalWeight > 0, totalWeight.isFinite else { return nil }
    let range = EfficiencyInterval.weightedWilson(
      passedWeight: passedWeight, totalWeight: totalWeight, totalWeightSquared: totalWeightSquared,
      confidence: confidence)
    return EstimatedNumber(
      value: passedWeight / totalWeight, low: range.low, high: range.high,
      method: "weighted Wilson \(percentText(confidence))")
  }
}
