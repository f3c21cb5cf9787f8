/// When a monitor looks at its counts: at numbers of events fixed before the first of them.
///
/// Looks by the clock would fall on other events in every run. These fall on the same, so that the same stream gives the same
/// evidence at any speed and with any number of workers. Their distance grows with the events seen: a look costs fits, and evidence
/// hardly changes before the events have grown by a part of themselves.
public struct WatchSchedule: Hashable, Sendable {
  /// Events at the first look, and least events from one look to the next.
  public let step: Int
  /// Factor by which the events grow from one look to the next, once that is more than a step.
  public let growth: Double

  /// A schedule; numbers that cannot be are taken as the least that can.
  public init(step: Int = 1000, growth: Double = 1.25) {
    self.step = max(step, 1)
    self.growth = growth.isFinite ? max(growth, 1) : 1
  }

  /// The number of events at the first look after some.
  public func next(after events: Int) -> Int {
    // Counted from the start, so that it depends on nothing but the schedule.
    var look = step
    while look <= events {
      let grown = Double(look) * growth
      look = max(look + step, grown < 1e18 ? Int(grown) : Int.max / 2)
    }
    return look
  }
}

/// What monitors are watched for, fixed before the first event.
public struct WatchPlan: Hashable, Sendable {
  /// The probability at which an alarm is raised: three standard deviations.
  public static let standardClaim = 0.00135

  /// When to look.
  public var schedule: WatchSchedule
  /// The probability that background alone ever raises the alarm, at most.
  public var claim: Double
  /// Events at which the watch is planned to end; nil for a watch without an end.
  public var plannedEvents: Int?

  /// A plan.
  public init(
    schedule: WatchSchedule = WatchSchedule(), claim: Double = WatchPlan.standardClaim, plannedEvents: Int? = nil
  ) {
    self.schedule = schedule
    self.claim = claim
    self.plannedEvents = plannedEvents
  }
}
