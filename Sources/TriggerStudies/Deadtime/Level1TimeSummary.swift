import Detector
import Level1
import Statistics

/// What a replay says about time: latency, dead time, and the signals that depend on when events happened.
public struct Level1TimeSummary: Codable, Sendable {
  /// Latency of level 1.
  public var latency: LatencySummary
  /// What the read-out lost; nil where dead time was not simulated.
  public var deadtime: DeadtimeResult?
  /// Share of the time that injections veto; nil without injections.
  public var injectionDeadFraction: Double?
  /// Input bits that depend on when events happened, as far as a replay was asked for them.
  public var signals: [Signal]

  /// An input bit of the event's time.
  public struct Signal: Codable, Sendable {
    /// The bit.
    public var bit: String
    /// Events in which it was set.
    public var events: Int
    /// Rate at which the trigger behind it fires, Hz; nil where it follows from the events.
    public var rate: Double?

    enum CodingKeys: String, CodingKey {
      case bit, events
      case rate = "rate_hz"
    }
  }

  enum CodingKeys: String, CodingKey {
    case latency, deadtime, signals
    case injectionDeadFraction = "injection_dead_fraction"
  }

  /// The summary of a timeline that has come to its end.
  public init(_ timeline: EventTimeline, detector: DetectorModel) {
    let timing = timeline.timing
    latency = LatencySummary(detector.latency)
    injectionDeadFraction = timeline.injection?.deadFraction
    if let samples = timing.samples, let tally = timeline.deadtime {
      var causes: [DeadtimeCause] = [.spacing, .siliconBuffer]
      if timing.farmRate != nil { causes.append(.backPressure) }
      deadtime = DeadtimeResult(
        tally, losses: timeline.losses, samples: samples, causes: causes, clock: detector.clock)
    }
    signals = []
    for signal in ClockSignal.allCases where Self.isAskedFor(signal, timing) {
      signals.append(
        Signal(
          bit: signal.rawValue, events: timeline.count(signal), rate: Self.rate(of: signal, timing, detector.clock)))
    }
  }

  private static func isAskedFor(_ signal: ClockSignal, _ timing: Level1Timing) -> Bool {
    switch signal {
    case .random: timing.randomRate > 0
    case .poisson: timing.poissonRate > 0
    case .delayedBhabha: timing.bhabhaDelay != nil
    case .revolution, .electronKick, .positronKick, .veto, .injectionWindow, .passiveVeto: timing.injection != nil
    }
  }

  /// Rate of the signal itself, Hz; nil where it follows from the events or is no train of pulses.
  private static func rate(of signal: ClockSignal, _ timing: Level1Timing, _ clock: BunchClock) -> Double? {
    switch signal {
    case .random: timing.randomRate
    case .poisson: timing.poissonRate
    case .revolution: 1e9 / clock.revolutionTime
    case .electronKick: timing.injection?.electrons?.rate
    case .positronKick: timing.injection?.positrons?.rate
    case .delayedBhabha, .veto, .injectionWindow, .passiveVeto: nil
    }
  }

  /// The summary for a terminal.
  public var text: String {
    var text = "Time: level-1 latency \(latency.text)\n"
    if let share = injectionDeadFraction {
      text += "  injection vetoes \(NumberText.significant(100 * share, 3)) % of the time\n"
    }
    if !signals.isEmpty {
      let counts = signals.map { signal in
        let rate = signal.rate.map { " (fires at \(NumberText.significant($0, 4)) Hz)" } ?? ""
        return "\(signal.bit) \(NumberText.count(signal.events))\(rate)"
      }
      text += "  events with " + counts.joined(separator: ", ") + "\n"
    }
    guard let deadtime else {
      return text
        + "  dead time not simulated: --deadtime 6, 3 or mixed does, for events of weight 1 in order of time\n\n"
    }
    text += "  dead time over \(NumberText.significant(deadtime.time, 4)) s: \(NumberText.count(deadtime.requested)) "
    text += "triggers asked for, \(NumberText.count(deadtime.accepted)) read out\n"
    return text + DeadtimeReport(points: [deadtime]).text + "\n"
  }
}
