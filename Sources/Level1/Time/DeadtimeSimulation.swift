import Detector

/// The read-out behind level 1 in event time: which triggers it takes, which it loses and why, and when it is dead.
///
/// A trigger is lost if it comes less than the minimum spacing after an accepted one, or if the silicon read-out chips have no
/// room for its samples: each accepted trigger keeps its three or six of 32 pointers until its samples are sent, 4.4 us each, one
/// trigger after the other. Optionally triggers are also lost in the veto after an injection and while too many events wait for
/// the farm. All triggers have the same latency, so that the time of the event serves as the time of the trigger.
///
/// A value: a copy continues where the original stood, so that a stream may be cut into parts anywhere. Costs some tens of
/// nanoseconds a trigger.
public struct DeadtimeSimulation: Sendable {
  /// What the read-out allows.
  public struct Settings: Sendable, Equatable {
    /// Spacing, time of a sample, pointers.
    public var limits: ReadoutLimits
    /// The injections whose veto stops triggers; nil where the lines ask for the veto themselves.
    public var injection: InjectionSchedule?
    /// Time in which the farm finishes one event, in buckets; 0 switches the back-pressure off.
    public var farmTime: Int64

    /// Settings of a read-out.
    public init(limits: ReadoutLimits, injection: InjectionSchedule? = nil, farmTime: Int64 = 0) {
      self.limits = limits
      self.injection = injection
      self.farmTime = max(0, farmTime)
    }
  }

  /// What the read-out allows.
  public let settings: Settings
  /// What has become of triggers and time so far.
  public private(set) var tally = DeadtimeTally()

  private var silicon: PendingReadouts
  private var farm: PendingReadouts?
  /// The bucket up to which time has been looked at; nil before the first.
  private var now: Int64?
  /// The first bucket that is far enough from the last accepted trigger.
  private var spacedFrom = Int64.min

  /// A read-out in which nothing waits.
  public init(_ settings: Settings) {
    self.settings = settings
    silicon = PendingReadouts(places: settings.limits.pointers, smallest: SampleCount.three.rawValue)
    if settings.farmTime > 0 { farm = PendingReadouts(places: settings.limits.eventsInFlight, smallest: 1) }
  }

  /// Begins another run: nothing waits, and time may start anywhere. The tally goes on.
  public mutating func beginRun() {
    silicon.clear()
    farm?.clear()
    now = nil
    spacedFrom = .min
  }

  /// Asks for a trigger.
  /// - Parameter bucket: not before that of the trigger or time before.
  /// - Returns: why it is lost; nil if it is read out.
  /// - Throws: ``EventTimeError``; nothing has then changed.
  public mutating func trigger(at bucket: Int64, samples: SampleCount) throws(EventTimeError) -> DeadtimeCause? {
    try pass(to: bucket)
    let cause = loss(at: bucket, samples)
    tally.addTrigger(samples, lost: cause)
    guard cause == nil else { return cause }
    spacedFrom = bucket + settings.limits.minimumSpacing
    silicon.add(at: bucket, size: samples.rawValue, service: Int64(samples.rawValue) * settings.limits.sampleTime)
    farm?.add(at: bucket, size: 1, service: settings.farmTime)
    return nil
  }

  /// Lets time pass, and counts what of it was dead. The first call says where time begins.
  /// - Throws: ``EventTimeError``; nothing has then changed.
  public mutating func pass(to end: Int64) throws(EventTimeError) {
    guard end.magnitude <= EventTimeError.farthestBucket.magnitude else {
      throw .impossible(bucket: end)
    }
    guard var now else {
      self.now = end
      return
    }
    guard end >= now else { throw .backwards(bucket: end, after: now) }
    while now < end {
      if settings.injection == nil || (silicon.isEmpty && now >= spacedFrom && farm?.isEmpty ?? true) {
        now = passUnvetoed(from: now, to: end)
      } else {
        now = passOnePhase(from: now, to: end)
      }
      silicon.release(through: now)
      farm?.release(through: now)
    }
    self.now = end
  }

  /// The cause for which a trigger would be lost now.
  private func loss(at bucket: Int64, _ samples: SampleCount) -> DeadtimeCause? {
    if let injection = settings.injection, injection.isVetoed(bucket) { return .injection }
    return readoutLoss(at: bucket, samples)
  }

  private func readoutLoss(at bucket: Int64, _ samples: SampleCount) -> DeadtimeCause? {
    if bucket < spacedFrom { return .spacing }
    if !silicon.hasRoom(for: samples.rawValue) { return .siliconBuffer }
    if let farm, !farm.hasRoom(for: 1) { return .backPressure }
    return nil
  }

  /// The first bucket after one in which the read-out may be in another state.
  private func nextChange(after bucket: Int64, before end: Int64) -> Int64 {
    var next = min(end, silicon.nextEnd, farm?.nextEnd ?? .max)
    if spacedFrom > bucket { next = min(next, spacedFrom) }
    return max(next, bucket + 1)
  }

  /// Counts a stretch of time in which nothing changes; injection does not matter in it, or nothing else does.
  private mutating func passUnvetoed(from now: Int64, to end: Int64) -> Int64 {
    let next = nextChange(after: now, before: end)
    guard let injection = settings.injection else {
      tally.addTime(next - now, three: readoutLoss(at: now, .three), six: readoutLoss(at: now, .six))
      return next
    }
    let vetoed = injection.vetoedBuckets(in: now..<next)
    tally.addTime(vetoed, three: .injection, six: .injection)
    tally.addTime(next - now - vetoed, three: nil, six: nil)
    return next
  }

  /// Counts a stretch of time in which neither the read-out nor the veto changes.
  private mutating func passOnePhase(from now: Int64, to end: Int64) -> Int64 {
    var next = nextChange(after: now, before: end)
    guard let phase = settings.injection?.phase(at: now) else { return next }
    next = min(next, phase.until)
    if phase.isVetoed {
      tally.addTime(next - now, three: .injection, six: .injection)
    } else {
      tally.addTime(next - now, three: readoutLoss(at: now, .three), six: readoutLoss(at: now, .six))
    }
    return next
  }
}

/// Why an event time cannot be played in order.
public enum EventTimeError: Error, Equatable, CustomStringConvertible {
  /// A time before the one that came last, in buckets.
  case backwards(bucket: Int64, after: Int64)
  /// A time so far from the start of the run that no run is so long.
  case impossible(bucket: Int64)

  /// Buckets beyond which no time is believed, either way: 26 days of a clock of 508.9 MHz.
  public static let farthestBucket: Int64 = 1 << 50

  /// The error as a sentence.
  public var description: String {
    switch self {
    case .backwards(let bucket, let after):
      "a time in bucket \(bucket) comes after one in bucket \(after); times must not go back"
    case .impossible(let bucket): "a time in bucket \(bucket) is further from the start of the run than any run is long"
    }
  }
}
