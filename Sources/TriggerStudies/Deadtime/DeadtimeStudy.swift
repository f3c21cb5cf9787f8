import Detector
import Level1
import Statistics

/// Plays triggers through the read-out and says what is lost: at random at any rate, or at recorded times.
public struct DeadtimeStudy: Sendable {
  /// How the read-out is set up.
  public struct Settings: Sendable {
    /// Samples read for a trigger.
    public var samples: SampleMode
    /// Share of triggers whose time level 1 knows finely; matters with ``SampleMode/mixed`` only.
    public var fineShare = 0.5
    /// The injections; nil for a run without.
    public var injection: InjectionSchedule?
    /// Events that the farm finishes per second; nil for a farm that never keeps events waiting.
    public var farmRate: Double?

    /// Settings with a number of samples, without injection, with a farm that is fast enough.
    public init(samples: SampleMode) { self.samples = samples }
  }

  private let settings: Settings
  private let limits: ReadoutLimits
  private let clock: BunchClock

  /// Random numbers of a study's triggers.
  private static let purpose = RandomPurpose(named: "dead-time study")

  /// A study of a detector's read-out.
  public init(_ settings: Settings, detector: DetectorModel) {
    self.init(settings, limits: detector.readout, clock: detector.clock)
  }

  /// A study of a read-out.
  public init(_ settings: Settings, limits: ReadoutLimits, clock: BunchClock) {
    self.settings = settings
    self.limits = limits
    self.clock = clock
  }

  private var simulation: DeadtimeSimulation {
    let farmTime = settings.farmRate.map { clock.buckets(in: 1e9 / $0) } ?? 0
    return DeadtimeSimulation(
      DeadtimeSimulation.Settings(limits: limits, injection: settings.injection, farmTime: farmTime))
  }

  private var causes: [DeadtimeCause] {
    DeadtimeCause.allCases.filter { cause in
      switch cause {
      case .injection: settings.injection != nil
      case .backPressure: settings.farmRate != nil
      case .spacing, .siliconBuffer: true
      }
    }
  }

  /// Triggers at random with a mean rate.
  /// - Parameters:
  ///   - rate: in Hz, above 0.
  ///   - triggers: how many are asked for.
  ///   - seed: of the times; the same seed gives the same triggers for every setting.
  /// - Throws: `EventTimeError` if so many triggers at such a rate last longer than a run can.
  public func random(rate: Double, triggers: Int, seed: UInt64) throws(EventTimeError) -> DeadtimeResult {
    var random = CounterRandom(seed: seed, purpose: Self.purpose)
    var simulation = simulation
    var losses = BlockedFraction(outcomes: DeadtimeCause.allCases.count)
    let meanDistance = 1e9 / rate / clock.bucketLength
    var time = 0.0
    try simulation.pass(to: 0)
    for _ in 0..<triggers {
      time += meanDistance * random.exponential()
      guard time < Double(EventTimeError.farthestBucket) else {
        throw .impossible(bucket: EventTimeError.farthestBucket)
      }
      // Drawn in every mode, so that all modes see the same triggers.
      let isFine = random.uniform() < settings.fineShare
      let samples = settings.samples.samples(isFine ? .fine : .coarse)
      let cause = try simulation.trigger(at: Int64(time), samples: samples)
      losses.add(cause.map { Int($0.rawValue) - 1 })
    }
    var result = DeadtimeResult(
      simulation.tally, losses: losses, samples: settings.samples, causes: causes, clock: clock)
    result.nominalRate = rate
    result.expected = expected(rate: rate)
    return result
  }

  /// Triggers at given times.
  /// - Parameters:
  ///   - times: in ns since the start of the run, in order.
  ///   - qualities: how well level 1 knew the time of each event; nil draws it with the share of the settings.
  ///   - rate: stretches or shortens the distances so that the mean rate is this, in Hz; nil leaves them.
  ///   - seed: of the timing qualities that are drawn.
  /// - Throws: `EventTimeError` if the times are not in order or not those of a run.
  public func recorded(
    times: [Int64], qualities: [TimingQuality]?, rate: Double?, seed: UInt64
  ) throws(EventTimeError) -> DeadtimeResult {
    var random = CounterRandom(seed: seed, purpose: Self.purpose)
    var simulation = simulation
    var losses = BlockedFraction(outcomes: DeadtimeCause.allCases.count)
    let first = times.first ?? 0
    let span = Double(times.last ?? 0) - Double(first)
    let own = span > 0 ? Double(max(1, times.count - 1)) / (span * 1e-9) : 0
    let stretch = rate.map { own > 0 ? own / $0 : 1 } ?? 1
    for (index, time) in times.enumerated() {
      guard time.magnitude <= BunchClock.longestTime.magnitude else {
        throw .impossible(bucket: clock.bucket(at: time))
      }
      let moved = rate == nil ? time : first + Int64(Double(time - first) * stretch)
      let quality = qualities?[index] ?? (random.uniform() < settings.fineShare ? .fine : .coarse)
      let cause = try simulation.trigger(at: clock.bucket(at: moved), samples: settings.samples.samples(quality))
      losses.add(cause.map { Int($0.rawValue) - 1 })
    }
    var result = DeadtimeResult(
      simulation.tally, losses: losses, samples: settings.samples, causes: causes, clock: clock)
    result.nominalRate = rate
    return result
  }

  /// What queueing theory says about triggers at random.
  private func expected(rate: Double) -> DeadtimeResult.Expected? {
    guard settings.injection == nil, settings.farmRate == nil, settings.samples != .mixed else { return nil }
    let samples = settings.samples.samples(.none).rawValue
    let losses = FixedServiceQueue.losses(
      rate: rate, spacing: clock.seconds(limits.minimumSpacing),
      service: clock.seconds(Int64(samples) * limits.sampleTime), places: limits.pointers / samples)
    return losses.map { DeadtimeResult.Expected(spacing: $0.spacing, siliconBuffer: $0.buffer) }
  }
}
