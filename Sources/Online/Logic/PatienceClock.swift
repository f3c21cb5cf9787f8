/// A clock that only counts time during which a stage could have received something.
///
/// A process that was suspended, or a stage that was busy for long, finds its fragments waiting when it looks again; that
/// time must not be held against those who sent them. So each look advances the clock by at most one step.
package struct PatienceClock {
  /// The most that one look advances the clock, in ns.
  package static let step: Int64 = 1_000_000_000
  private var lastLook: Int64?
  /// The time counted so far, in ns.
  package private(set) var now: Int64 = 0

  /// Time zero.
  package init() {}

  /// Looks at the real clock, before the stage takes in what has arrived.
  package mutating func look(at real: Int64) {
    if let lastLook { now += min(max(0, real - lastLook), Self.step) }
    lastLook = real
  }

  /// How long a stage may wait until a deadline on this clock before it should look again; nil without a deadline.
  package func wait(until deadline: Int64?) -> Duration? {
    deadline.map { .nanoseconds(min(max(0, $0 - now), Self.step)) }
  }
}
