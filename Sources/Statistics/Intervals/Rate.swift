/// A rate being counted: events and the sums of their weights, to be divided by a live time.
public struct Rate: Codable, Hashable, Sendable {
  /// Number of events.
  public private(set) var events: Int = 0
  /// Sum of their weights.
  public private(set) var weight: Double = 0
  /// Sum of their squared weights.
  public private(set) var weightSquared: Double = 0

  /// A rate of which nothing was counted yet.
  public init() {}

  /// A rate from sums made elsewhere.
  public init(events: Int, weight: Double, weightSquared: Double) {
    self.events = max(events, 0)
    self.weight = weight
    self.weightSquared = weightSquared
  }

  /// Counts one event.
  public mutating func fill(weight: Double = 1) {
    events += 1
    self.weight += weight
    weightSquared += weight * weight
  }

  /// Adds another count of the same rate.
  public mutating func merge(_ other: Rate) {
    events += other.events
    weight += other.weight
    weightSquared += other.weightSquared
  }

  /// The rate in events per unit of `liveTime`, or nil when the live time is not a positive number.
  ///
  /// With events the error is sqrt(sum w^2)/T. Without any, the value is 0 and `high` the upper limit at 90 %, 2.30
  /// events (of weight `emptyWeight`, the weight an event would have had) per live time; the method says so.
  public func estimate(liveTime: Double, emptyWeight: Double = 1) -> EstimatedNumber? {
    guard liveTime > 0, liveTime.isFinite, weight.isFinite else { return nil }
    guard events > 0 else {
      let limit = PoissonInterval.upperLimit(count: 0, confidence: 0.9) * emptyWeight / liveTime
      return EstimatedNumber(value: 0, low: 0, high: limit, method: "no events: upper limit 2.30 events at 90 %")
    }
    let value = weight / liveTime
    let error = weightSquared.squareRoot() / liveTime
    return EstimatedNumber(
      value: value, low: max(value - error, 0), high: value + error, method: "sum of weights, sqrt(sum w^2)")
  }

  /// The covariance of two rates measured on the same events in the same live time: the sum of the squared weights of
  /// the events that are in both, over the live time squared.
  public static func covariance(common: Rate, liveTime: Double) -> Double {
    common.weightSquared / (liveTime * liveTime)
  }
}
