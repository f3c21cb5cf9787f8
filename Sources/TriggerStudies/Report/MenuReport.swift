import Statistics

/// One line of a menu as a report needs it.
public struct ReportedLine: Sendable, Hashable {
  /// The line's name.
  public var name: String
  /// The prescale in force, as it stands in the menu; 0 is off.
  public var prescale: Double
  /// Why the line is switched off whatever its prescale: inputs that are not built; nil for all others.
  public var masked: String?

  /// A line.
  public init(name: String, prescale: Double, masked: String? = nil) {
    self.name = name
    self.prescale = prescale
    self.masked = masked
  }
}

/// Rates, efficiencies and overlaps of a menu on a stream: what a trigger coordinator defends. Every estimated number
/// carries its interval and method; a number that cannot be given is nil, never zero.
public struct MenuReport: Codable, Sendable {
  /// Live time that the events stand for, in s; nil when neither the streams nor their event times say.
  public var liveTime: Double?
  /// Instantaneous luminosity in 1e34 / cm2 / s; nil when the streams do not say.
  public var luminosity: Double?
  /// Rates of both levels.
  public var rates: Rates
  /// Efficiencies for each process.
  public var efficiency: [LineEfficiency]
  /// What lines have in common.
  public var overlap: Overlap

  /// A report of its parts.
  public init(
    liveTime: Double?, luminosity: Double?, rates: Rates, efficiency: [LineEfficiency], overlap: Overlap
  ) {
    self.liveTime = liveTime
    self.luminosity = luminosity
    self.rates = rates
    self.efficiency = efficiency
    self.overlap = overlap
  }

  enum CodingKeys: String, CodingKey {
    case liveTime = "live_time_s"
    case luminosity = "luminosity_1e34"
    case rates, efficiency, overlap
  }

  /// Rates of both levels in Hz.
  public struct Rates: Codable, Sendable {
    /// All events that went in.
    public var input: EstimatedNumber?
    /// Level-1 lines, in menu order.
    public var level1: [LineRate]
    /// Any level-1 line after prescale.
    public var level1Total: TotalRate
    /// High-level lines, in menu order.
    public var hlt: [LineRate]
    /// Events accepted by the whole menu.
    public var hltTotal: TotalRate

    enum CodingKeys: String, CodingKey {
      case input, level1, hlt
      case level1Total = "level1_total"
      case hltTotal = "hlt_total"
    }
  }

  /// Rates of one line in Hz, and the cross-section they amount to.
  public struct LineRate: Codable, Sendable {
    /// The line's name.
    public var line: String
    /// The prescale in force.
    public var prescale: Double
    /// Why the line could not be evaluated and never passed, whatever its prescale; nil for all others. Its rates and
    /// efficiencies are nil then.
    public var masked: String?
    /// Events, unweighted, before and after prescale and by this line alone.
    public var events: Events
    /// Rate at which the condition holds.
    public var beforePrescale: EstimatedNumber?
    /// Rate that the line keeps.
    public var afterPrescale: EstimatedNumber?
    /// Rate that only this line keeps.
    public var unique: EstimatedNumber?
    /// Rate after prescale over luminosity, in nb.
    public var crossSection: EstimatedNumber?

    /// Unweighted counts.
    public struct Events: Codable, Sendable {
      /// Events on which the condition held.
      public var beforePrescale: Int
      /// Events kept.
      public var afterPrescale: Int
      /// Events kept by this line alone.
      public var unique: Int

      enum CodingKeys: String, CodingKey {
        case beforePrescale = "before_prescale"
        case afterPrescale = "after_prescale"
        case unique
      }
    }

    enum CodingKeys: String, CodingKey {
      case line, prescale, masked, events, unique
      case beforePrescale = "before_prescale_hz"
      case afterPrescale = "after_prescale_hz"
      case crossSection = "cross_section_nb"
    }
  }

  /// Total rate of a level in Hz against its budget.
  public struct TotalRate: Codable, Sendable {
    /// Events accepted, unweighted.
    public var events: Int
    /// Rate of accepted events.
    public var rate: EstimatedNumber?
    /// The level's budget in Hz, if the menu states one.
    public var budget: Double?
    /// Whether the rate is within the budget; nil when either is missing.
    public var withinBudget: Bool?

    enum CodingKeys: String, CodingKey {
      case events
      case rate = "rate_hz"
      case budget = "budget_hz"
      case withinBudget = "within_budget"
    }
  }

  /// The efficiency of a line, or of a level's lines together, for one process. The denominator is every event of the
  /// process in the stream.
  public struct LineEfficiency: Codable, Sendable {
    /// The process label.
    public var process: String
    /// `level1`, `hlt`, or `menu` for both levels together.
    public var level: String
    /// The line's name; nil for all lines together (their OR after prescale).
    public var line: String?
    /// `before_prescale` or `after_prescale`.
    public var stage: String
    /// What the events are counted against.
    public var denominator = "generated"
    /// Events that passed, unweighted.
    public var passed: Int
    /// Events of the process, unweighted.
    public var total: Int
    /// The efficiency with its interval.
    public var efficiency: EstimatedNumber?
  }

  /// Rates that pairs of lines have in common, after prescale.
  public struct Overlap: Codable, Sendable {
    /// Pairs of level-1 lines.
    public var level1: [Pair]
    /// Pairs of high-level lines.
    public var hlt: [Pair]

    /// Two lines and what both keep.
    public struct Pair: Codable, Sendable {
      /// The line that stands first in the menu.
      public var first: String
      /// The other line.
      public var second: String
      /// Events that both keep, unweighted.
      public var events: Int
      /// Rate of events that both keep.
      public var rate: EstimatedNumber?
      /// Covariance of the two lines' rates in Hz2: both are measured on the same events.
      public var covariance: Double?

      enum CodingKeys: String, CodingKey {
        case first, second, events
        case rate = "rate_hz"
        case covariance = "covariance_hz2"
      }
    }
  }
}
