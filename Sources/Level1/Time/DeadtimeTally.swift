/// What became of triggers, and of the time in which they could have come. Parts add up.
///
/// Every trigger asked for is accepted or lost, with one cause. Every bucket of time is live or dead, with one cause. Triggers
/// that come at random are lost in the share of time that is dead, so that counts and times check each other.
public struct DeadtimeTally: Equatable, Sendable {
  /// Triggers asked for, of three and of six samples.
  private var requests = SIMD2<Int64>()
  /// Triggers lost, by cause, of three and of six samples.
  private var lostOfThree = SIMD4<Int64>()
  private var lostOfSix = SIMD4<Int64>()
  /// Time that passed, in buckets.
  public private(set) var time: Int64 = 0
  /// Time that was dead for triggers of three and of six samples, by cause, in buckets.
  private var deadForThree = SIMD4<Int64>()
  private var deadForSix = SIMD4<Int64>()

  /// Nothing yet.
  public init() {}

  // MARK: Triggers

  /// Triggers asked for.
  public var requested: Int { Int(requests.wrappedSum()) }

  /// Triggers asked for with a number of samples.
  public func requested(_ samples: SampleCount) -> Int { Int(requests[samples.index]) }

  /// Triggers lost for a cause.
  public func lost(_ cause: DeadtimeCause) -> Int { Int(lostOfThree[cause.index] + lostOfSix[cause.index]) }

  /// Triggers of a number of samples lost for a cause.
  public func lost(_ cause: DeadtimeCause, _ samples: SampleCount) -> Int {
    Int((samples == .three ? lostOfThree : lostOfSix)[cause.index])
  }

  /// Triggers lost for any cause.
  public var lost: Int { Int((lostOfThree &+ lostOfSix).wrappedSum()) }

  /// Triggers that were read out.
  public var accepted: Int { requested - lost }

  // MARK: Time

  /// Time that was dead for a cause, in buckets. What is dead for triggers of six samples only counts by their share.
  public func deadTime(_ cause: DeadtimeCause) -> Double {
    let three = shareOfThree
    return three * Double(deadForThree[cause.index]) + (1 - three) * Double(deadForSix[cause.index])
  }

  /// Time that was dead for triggers of a number of samples, in buckets.
  public func deadTime(_ cause: DeadtimeCause, _ samples: SampleCount) -> Int64 {
    (samples == .three ? deadForThree : deadForSix)[cause.index]
  }

  /// Time in which a trigger would have been read out, in buckets.
  public var liveTime: Double {
    Double(time) - DeadtimeCause.allCases.reduce(0) { $0 + deadTime($1) }
  }

  /// Share of the triggers asked for that take three samples; without any, none do.
  private var shareOfThree: Double { requested == 0 ? 0 : Double(requests[0]) / Double(requested) }

  // MARK: Adding

  mutating func addTrigger(_ samples: SampleCount, lost cause: DeadtimeCause?) {
    requests[samples.index] &+= 1
    guard let cause else { return }
    if samples == .three { lostOfThree[cause.index] &+= 1 } else { lostOfSix[cause.index] &+= 1 }
  }

  /// Adds time in which triggers of three and of six samples would have been lost for a cause, or accepted.
  mutating func addTime(_ buckets: Int64, three: DeadtimeCause?, six: DeadtimeCause?) {
    time &+= buckets
    if let three { deadForThree[three.index] &+= buckets }
    if let six { deadForSix[six.index] &+= buckets }
  }

  /// Adds another part.
  public mutating func merge(_ other: DeadtimeTally) {
    requests &+= other.requests
    lostOfThree &+= other.lostOfThree
    lostOfSix &+= other.lostOfSix
    time &+= other.time
    deadForThree &+= other.deadForThree
    deadForSix &+= other.deadForSix
  }
}
