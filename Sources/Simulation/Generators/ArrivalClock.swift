import Foundation
import Statistics

/// Arrival times of the events of one process: a Poisson process in the live time, each gap keyed by the process and the
/// count of the event, so that the times do not depend on what else is in a mixture.
struct ArrivalClock {
  /// Time of the next event since the start of the run, ns; nil after the last.
  private(set) var next: Double?
  /// Events so far.
  private(set) var count = 0

  private let seed: UInt64
  private let experiment: UInt16
  private let run: UInt32
  private let purpose: RandomPurpose
  /// Mean gap, ns; nil if the number of events is fixed.
  private let meanGap: Double?
  private let total: Int
  private let end: Double

  /// Events at a rate: their number is random.
  /// - Parameters:
  ///   - rate: Hz.
  ///   - liveTime: ns.
  init(rate: Double, liveTime: Double, label: String, seed: UInt64, experiment: UInt16, run: UInt32) {
    self.init(
      meanGap: rate > 0 ? 1e9 / rate : nil, total: rate > 0 ? Int.max : 0, end: liveTime, label: label, seed: seed,
      experiment: experiment, run: run)
  }

  /// A fixed number of events, each anywhere in the live time: the Poisson process given its count.
  /// - Parameters:
  ///   - events: number of events.
  ///   - liveTime: ns.
  init(events: Int, liveTime: Double, label: String, seed: UInt64, experiment: UInt16, run: UInt32) {
    self.init(meanGap: nil, total: events, end: liveTime, label: label, seed: seed, experiment: experiment, run: run)
  }

  private init(
    meanGap: Double?, total: Int, end: Double, label: String, seed: UInt64, experiment: UInt16, run: UInt32
  ) {
    self.meanGap = meanGap
    self.total = total
    self.end = end
    self.seed = seed
    self.experiment = experiment
    self.run = run
    purpose = RandomPurpose(named: "arrival time of " + label)
    step(from: 0)
  }

  /// Goes to the next event.
  mutating func advance() {
    guard let now = next else { return }
    count += 1
    step(from: now)
  }

  private mutating func step(from now: Double) {
    guard count < total else {
      next = nil
      return
    }
    var random = CounterRandom(
      seed: seed, experiment: experiment, run: run, event: UInt64(count), purpose: purpose)
    if let meanGap {
      let time = now + meanGap * random.exponential()
      next = time < end ? time : nil
    } else {
      // The smallest of the remaining uniform times: 1 - u^(1/n) of what is left.
      let left = Double(total - count)
      next = now + (end - now) * -expm1(-random.exponential() / left)
    }
  }
}
