import EventModel
import Statistics

/// When events enter the chain.
public enum Pace: Equatable, Sendable {
  /// As fast as the chain takes them; nothing is ever lost or vetoed.
  case maximum
  /// At the collision times stored in the stream.
  case realTime
  /// Open loop at a rate in events per second, whatever the chain does.
  case rate(Double, spacing: Spacing)

  /// How the events of a fixed rate follow each other.
  public enum Spacing: String, Sendable {
    /// At equal distances.
    case even
    /// Independently of each other, as collisions do.
    case poisson
  }

  /// The words of the command line: `max`, `real-time`, or a rate in events per second.
  /// - Throws: ``ReplayError/invalidArgument(name:found:expected:)``.
  public init(parsing text: String, spacing: Spacing = .poisson) throws {
    switch text {
    case "max": self = .maximum
    case "real-time": self = .realTime
    default:
      guard let rate = Double(text), rate.isFinite, rate >= 1e-3, rate <= 1e9 else {
        throw ReplayError.invalidArgument(
          name: "pace", found: text, expected: "max, real-time, or a rate from 0.001 to 1e9 events per second")
      }
      self = .rate(rate, spacing: spacing)
    }
  }
}

/// Gives every event the time at which it should arrive, in ns since the start of the replay.
///
/// Arrival times come from the stream or the rate alone, never from when somebody got round to the event, so that a
/// stall anywhere shows in the latency of every event that had to wait for it.
package struct ArrivalClock {
  private let pace: Pace
  private let seed: UInt64
  private var index: UInt64 = 0
  private var last: Double = 0
  private var firstEventTime: Int64?
  private var lastArrival: Int64 = 0

  package init(pace: Pace, seed: UInt64) {
    self.pace = pace
    self.seed = seed
  }

  /// The arrival time of the next event.
  /// - Parameters:
  ///   - eventTime: the event's stored time in ns.
  ///   - now: ns since the start; it is the arrival time only with pacing ``Pace/maximum``.
  package mutating func next(eventTime: Int64, now: Int64) -> Int64 {
    defer { index += 1 }
    switch pace {
    case .maximum: return now
    case .realTime:
      let first = firstEventTime ?? eventTime
      firstEventTime = first
      let (elapsed, overflow) = eventTime.subtractingReportingOverflow(first)
      // Time does not run backwards: an event stored out of order arrives with the one before it.
      lastArrival = max(lastArrival, overflow ? lastArrival : elapsed)
      return lastArrival
    case .rate(let rate, .even):
      return Int64(min(Double(index) / rate * 1e9, 9e18))
    case .rate(let rate, .poisson):
      var random = CounterRandom(seed: seed, experiment: 0, run: 0, event: index, purpose: .arrivalSpacing)
      last += random.exponential() / rate * 1e9
      return Int64(min(last, 9e18))
    }
  }
}

extension RandomPurpose {
  /// Distances between events of an open-loop replay at a given rate.
  package static let arrivalSpacing = RandomPurpose(named: "replay arrival spacing")
}
