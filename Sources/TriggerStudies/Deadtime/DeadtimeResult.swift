import Detector
import Level1
import Statistics

/// Dead time of a run or of a point of a study: what was lost, why, with errors.
public struct DeadtimeResult: Codable, Sendable {
  /// Samples read for a trigger: `6`, `3` or `mixed`.
  public var samples: SampleMode
  /// Rate that a study was to have, Hz; nil for recorded triggers as they stand.
  public var nominalRate: Double?
  /// Rate of triggers asked for, Hz; nil for a run without any time.
  public var rate: Double?
  /// Triggers asked for.
  public var requested: Int
  /// Triggers that were read out.
  public var accepted: Int
  /// Time that was looked at, in s.
  public var time: Double
  /// Share of triggers lost for any cause.
  public var lost: EstimatedNumber?
  /// Share of the time in which a trigger would have been read out.
  public var liveFraction: Double?
  /// The causes.
  public var causes: [Cause]
  /// What queueing theory expects for triggers at random; nil where it has no formula.
  public var expected: Expected?

  /// What one cause took.
  public struct Cause: Codable, Sendable {
    /// The cause.
    public var cause: String
    /// Triggers lost.
    public var events: Int
    /// Share of triggers lost.
    public var lost: EstimatedNumber?
    /// Share of the time that was dead for this cause.
    public var deadFraction: Double?

    enum CodingKeys: String, CodingKey {
      case cause, events, lost
      case deadFraction = "dead_fraction"
    }
  }

  /// Losses by the closed formula of the queue M/D/1/K.
  public struct Expected: Codable, Sendable {
    /// Share lost to minimum spacing.
    public var spacing: Double
    /// Share lost to the full silicon buffer.
    public var siliconBuffer: Double
    /// Share lost for both.
    public var lost: Double { spacing + siliconBuffer }

    enum CodingKeys: String, CodingKey {
      case spacing
      case siliconBuffer = "silicon_buffer"
    }
  }

  enum CodingKeys: String, CodingKey {
    case samples, requested, accepted, lost, causes, expected
    case nominalRate = "nominal_rate_hz"
    case rate = "rate_hz"
    case time = "time_s"
    case liveFraction = "live_fraction"
  }

  /// The result of a tally.
  /// - Parameters:
  ///   - losses: the triggers one by one, for the errors; outcome i is the cause of raw value i + 1.
  ///   - causes: the causes that could act; others have no row.
  public init(
    _ tally: DeadtimeTally, losses: BlockedFraction, samples: SampleMode, causes: [DeadtimeCause], clock: BunchClock
  ) {
    self.samples = samples
    requested = tally.requested
    accepted = tally.accepted
    time = clock.seconds(tally.time)
    rate = time > 0 ? Double(requested) / time : nil
    lost = losses.estimateOfAll()
    liveFraction = tally.time > 0 ? tally.liveTime / Double(tally.time) : nil
    self.causes = causes.map { cause in
      Cause(
        cause: cause.name, events: tally.lost(cause), lost: losses.estimate(Int(cause.rawValue) - 1),
        deadFraction: tally.time > 0 ? tally.deadTime(cause) / Double(tally.time) : nil)
    }
  }
}
