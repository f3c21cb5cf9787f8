import Foundation

/// What watching a channel, or all of them together, gave: valid however often anyone looked.
public struct WatchResult: Codable, Hashable, Sendable {
  /// Hypotheses that are watched; of the whole monitor channels.
  public let hypotheses: Int
  /// Looks taken, at numbers of events fixed in advance.
  public let looks: Int
  /// Events at the last look.
  public let events: Int
  /// Mean e-value at the last look.
  public let eValue: Double
  /// The largest of all looks.
  public let largestEValue: Double
  /// The probability that background ever gives as much, at most: one over the largest.
  public let probability: Double
  /// That in standard deviations; nil while nothing has been seen.
  public let significance: Double?
  /// What has the largest share of the e-value at the last look: a value of the observable, a region, a channel.
  public let leading: String?
  /// The alarm's claim: the probability that background alone ever raises it, at most.
  public let claim: Double
  /// Events at the look that raised the alarm; nil while there is none.
  public let alarmEvents: Int?
  /// The same for a watch whose end was planned; nil without a plan.
  public let planned: PlannedResult?
  /// How it was made.
  public let method: String

  enum CodingKeys: String, CodingKey {
    case hypotheses, looks, events
    case eValue = "e_value"
    case largestEValue = "largest_e_value"
    case probability, significance, leading, claim
    case alarmEvents = "alarm_events"
    case planned, method
  }

  /// A watch with a planned end.
  public struct PlannedResult: Codable, Hashable, Sendable {
    /// Events at which the watch was planned to end.
    public let events: Int
    /// The largest significance, each times the root of the share of the planned events that had been seen.
    public let largest: Double
    /// The value of that at which the claim is reached.
    public let boundary: Double
    /// The probability that background ever gives as much, at most; nil when the run went on beyond the plan, which voids it.
    public let probability: Double?
  }

  /// - Parameter leading: names a hypothesis.
  init(
    _ anytime: AnytimeSignificance, planned: PlannedWatch?, plan: WatchPlan, events: Int, alarmEvents: Int?,
    leading: String?, of what: String
  ) {
    hypotheses = anytime.hypotheses
    looks = anytime.looks
    self.events = events
    eValue = exp(min(anytime.logValue, 700))
    largestEValue = exp(min(anytime.largestLogValue, 700))
    probability = anytime.probability
    significance = anytime.significance
    self.leading = leading
    claim = plan.claim
    self.alarmEvents = alarmEvents
    self.planned = planned.map { watch in
      PlannedResult(
        events: Int(watch.plannedExposure), largest: watch.largest,
        boundary: watch.boundary(probability: plan.claim) ?? .infinity,
        probability: watch.isVoid ? nil : watch.probability)
    }
    method =
      "mean of the e-values of \(anytime.hypotheses) \(what), largest of \(anytime.looks) looks; valid at any time"
  }
}
