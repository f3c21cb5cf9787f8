import Detector
import EventModel
import Statistics

/// Everything of level 1 that depends on when events happen: signals of the accelerator's clock, triggers without a collision,
/// dead time. Events come in stream order.
///
/// A value: what it is after one part of a stream is what the next part begins with.
public struct EventTimeline: Sendable {
  /// What was asked for.
  public let timing: Level1Timing
  /// The schedule of injections; nil without.
  public let injection: InjectionSchedule?
  /// What became of the triggers; nil without dead time.
  public var deadtime: DeadtimeTally? { simulation?.tally }
  /// The losses trigger by trigger, for their errors; outcome i is the cause of raw value i + 1.
  public private(set) var losses = BlockedFraction(outcomes: DeadtimeCause.allCases.count)

  private let clock: BunchClock
  private let positions = ClockSignal.positions
  private let bhabha = InputBit.position("ecl_bhapur")
  private let random: RandomTrigger
  private let poisson: RandomTrigger
  private var delayed: DelayedTriggers
  private var signalRun: Run?
  private var counts = [Int](repeating: 0, count: ClockSignal.allCases.count)
  private var simulation: DeadtimeSimulation?
  private var deadtimeRun: Run?
  private var last: (run: Run, time: Int64)?

  private struct Run: Equatable {
    let experiment: UInt16
    let run: UInt32

    init(_ events: EventKeyColumn, _ row: Int) {
      experiment = events.experiment[row]
      run = events.run[row]
    }
  }

  /// A timeline before the first event.
  /// - Parameter seed: of the random triggers.
  public init(_ timing: Level1Timing, detector: DetectorModel, seed: UInt64) {
    self.timing = timing
    clock = detector.clock
    injection = timing.injection.map { InjectionSchedule($0, clock: detector.clock) }
    random = RandomTrigger(
      rate: timing.randomRate, clock: clock, purpose: RandomPurpose(named: "pseudo-random trigger"), seed: seed)
    poisson = RandomTrigger(
      rate: timing.poissonRate, clock: clock, purpose: RandomPurpose(named: "Poisson trigger"), seed: seed)
    delayed = DelayedTriggers(revolutions: timing.bhabhaDelay, clock: clock)
    if timing.samples != nil {
      // No injection here: the lines ask for the veto themselves, before prescale, and dead time acts after prescale.
      let farmTime = timing.farmRate.map { clock.buckets(in: 1e9 / $0) } ?? 0
      simulation = DeadtimeSimulation(DeadtimeSimulation.Settings(limits: detector.readout, farmTime: farmTime))
    }
  }

  /// Events in which a signal was set.
  public func count(_ signal: ClockSignal) -> Int {
    ClockSignal.allCases.firstIndex(of: signal).map { counts[$0] } ?? 0
  }

  // MARK: One batch

  /// Refuses events that cannot be played in time, before anything is done with them.
  /// - Throws: ``Level1TimeError``.
  func check(_ events: EventKeyColumn) throws(Level1TimeError) {
    guard timing.isOn else { return }
    var previous = last
    for row in 0..<events.count {
      let time = events.time[row]
      guard time.magnitude <= BunchClock.longestTime.magnitude else {
        throw Level1TimeError(
          event: events.key(row),
          problem: "its time is \(time) ns, expected at most \(BunchClock.longestTime) either way")
      }
      guard timing.needsOrder else { continue }
      let run = Run(events, row)
      if let previous, (run.experiment, run.run, time) < (previous.run.experiment, previous.run.run, previous.time) {
        throw Level1TimeError(
          event: events.key(row),
          problem: "its time is \(time) ns, after \(previous.time) ns of run "
            + "\(previous.run.experiment)/\(previous.run.run); dead time and delayed triggers need events in order of run "
            + "and time")
      }
      previous = (run, time)
      if timing.samples != nil, events.weight[row] != 1 {
        throw Level1TimeError(
          event: events.key(row),
          problem:
            "its weight is \(events.weight[row]); dead time is defined for events that happened once each, of weight "
            + "1")
      }
    }
  }

  /// Sets the input bits that depend on when an event happens; those of its hits must be there.
  mutating func setSignals(_ events: EventKeyColumn, _ row: Int, _ input: inout InputWords) {
    guard timing.hasSignals else { return }
    let run = Run(events, row)
    if run != signalRun {
      delayed.beginRun()
      signalRun = run
    }
    let bucket = clock.bucket(at: events.time[row])
    if let injection {
      set(.revolution, clock.revolution(ofBucket: bucket).bucket < clock.bucketsPerDataClock, &input)
      set(.electronKick, injection.kicksElectrons(bucket), &input)
      set(.positronKick, injection.kicksPositrons(bucket), &input)
      let isVetoed = injection.isVetoed(bucket)
      set(.veto, isVetoed, &input)
      set(.passiveVeto, isVetoed, &input)
      set(.injectionWindow, injection.isInWindow(bucket), &input)
    }
    let dataClock = clock.dataClock(ofBucket: bucket)
    set(.random, random.fires(from: dataClock, experiment: run.experiment, run: run.run), &input)
    set(.poisson, poisson.fires(from: dataClock, experiment: run.experiment, run: run.run), &input)
    if timing.bhabhaDelay != nil {
      set(.delayedBhabha, delayed.isDue(at: bucket), &input)
      if let bhabha, input[bhabha] { delayed.addBhabha(at: bucket) }
    }
  }

  private mutating func set(_ signal: ClockSignal, _ isSet: Bool, _ input: inout InputWords) {
    guard isSet, let index = ClockSignal.allCases.firstIndex(of: signal) else { return }
    input[positions[index]] = true
    counts[index] += 1
  }

  /// The time source of an event to which no detector gave a time, from its input bits.
  func source(_ input: InputWords) -> TimingSource {
    func isSet(_ signal: ClockSignal) -> Bool {
      ClockSignal.allCases.firstIndex(of: signal).map { input[positions[$0]] } ?? false
    }
    if isSet(.delayedBhabha) { return .delayedPhysics }
    return isSet(.poisson) ? .poisson : isSet(.random) ? .random : .none
  }

  /// Lets the time of an event pass, and asks for a trigger if level 1 wants to keep it.
  /// - Returns: why the trigger is lost; nil if it is read out, or not asked for.
  mutating func trigger(
    _ events: EventKeyColumn, _ row: Int, isWanted: Bool, _ quality: TimingQuality
  ) throws(EventTimeError) -> DeadtimeCause? {
    guard let mode = timing.samples, simulation != nil else { return nil }
    let run = Run(events, row)
    if run != deadtimeRun {
      simulation?.beginRun()
      deadtimeRun = run
    }
    let bucket = clock.bucket(at: events.time[row])
    guard isWanted else {
      try simulation?.pass(to: bucket)
      return nil
    }
    guard let cause = try simulation?.trigger(at: bucket, samples: mode.samples(quality)) else {
      losses.add(nil)
      return nil
    }
    losses.add(Int(cause.rawValue) - 1)
    return cause
  }

  /// Notes the last event of a batch.
  mutating func end(_ events: EventKeyColumn) {
    guard events.count > 0 else { return }
    last = (Run(events, events.count - 1), events.time[events.count - 1])
  }
}

/// An event that cannot be played in time.
public struct Level1TimeError: Error, Equatable, CustomStringConvertible {
  /// The event.
  public let event: EventKey
  /// What is wrong with it and what is expected.
  public let problem: String

  /// The error as a sentence.
  public var description: String { "event \(event): \(problem)" }
}
