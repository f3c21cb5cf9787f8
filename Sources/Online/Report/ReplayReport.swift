import Foundation
import HighLevelTrigger
import Menu
import SignalMonitor
import Statistics
import TriggerStudies

/// Everything a replay says, in the form that scripts read: `Documentation/results.md` explains each key.
public struct ReplayReport: Codable, Sendable {
  /// Version of these keys; grows when one changes its meaning.
  public var schemaVersion = 1
  /// What was replayed, with what, when.
  public var provenance: Provenance
  /// How the run went.
  public var run: RunSummary
  /// Rates of both levels.
  public var rates: MenuReport.Rates
  /// Efficiencies for each process.
  public var efficiency: [MenuReport.LineEfficiency]
  /// What lines have in common.
  public var overlap: MenuReport.Overlap
  /// Latency of level 1, dead time and signals of the clock, in the events' own time.
  public var level1Time: Level1TimeSummary?
  /// Interaction point, boost, calorimeter scale and more as they were followed; nil when nothing was.
  public var runningConditions: RunningConditionsReport?
  /// How long events took.
  public var latency: [StageLatency]
  /// The searches.
  public var fits: [ChannelResult]
  /// Simulated signals that were mixed in, with what the fits made of them; nil if there were none.
  public var injected: [InjectionResult]?
  /// What watching all searches together gave; nil if nobody watched.
  public var watch: WatchResult?
  /// What became of every event.
  public var ledger: LedgerReport
  /// Workers that were lost, and what became of their work.
  public var farm: FarmSummary

  enum CodingKeys: String, CodingKey {
    case schemaVersion = "schema_version"
    case level1Time = "level1_time"
    case runningConditions = "running_conditions"
    case provenance, run, rates, efficiency, overlap, latency, fits, injected, watch, ledger, farm
  }

  /// How the run went.
  public struct RunSummary: Codable, Sendable {
    /// `good`, `interrupted`, `aborted` or `failed`.
    public var condition: String
    /// Why, unless it is good.
    public var reasons: [String]
    /// Events that went in.
    public var events: Int
    /// Events that the menu accepted.
    public var accepted: Int
    /// Live time the events stand for, s.
    public var liveTime: Double?
    /// Where the live time comes from.
    public var liveTimeSource: String
    /// Luminosity in 1e34 / cm2 / s.
    public var luminosity: Double?
    /// Events with a fragment that no detector can have sent; absent if there are none.
    public var setAside: SetAside?
    /// Time the replay took, s.
    public var wallTime: Double
    /// Input events a second of wall time.
    public var eventsPerSecond: Double
    /// Fingerprint of all decisions in stream order: equal for equal decisions, whatever the number of workers.
    public var decisionHash: String
    /// The output files that are complete.
    public var files: [String]

    enum CodingKeys: String, CodingKey {
      case condition, reasons, events, accepted, files
      case liveTime = "live_time_s"
      case liveTimeSource = "live_time_source"
      case luminosity = "luminosity_1e34"
      case wallTime = "wall_time_s"
      case eventsPerSecond = "events_per_second"
      case decisionHash = "decision_hash"
      case setAside = "set_aside"
    }
  }

  /// Events that nobody looked at since a fragment of theirs cannot be.
  public struct SetAside: Codable, Sendable {
    /// Number of events.
    public var events: Int
    /// Number of events by the detector whose fragment was found wrong first.
    public var byDetector: [String: Int]
    /// The first of them, in the order of the stream.
    public var first: [Example]

    /// One of these events.
    public struct Example: Codable, Sendable {
      /// Its key: experiment/run/number.
      public var event: String
      /// The detector.
      public var detector: String
      /// The column, with the member if one alone is wrong.
      public var column: String
      /// Position of the hit in the event's list, from 0.
      public var hit: Int
      /// What was found.
      public var found: String
      /// What was expected.
      public var expected: String
    }

    enum CodingKeys: String, CodingKey {
      case events, first
      case byDetector = "by_detector"
    }
  }

  /// Quantiles of a stage's latency in microseconds.
  public struct StageLatency: Codable, Sendable {
    /// The stage, or `total` from the intended arrival to the verdict.
    public var stage: String
    /// Events measured.
    public var events: Int
    /// Half of them took no longer.
    public var p50: Double
    /// 90 % took no longer.
    public var p90: Double
    /// 99 % took no longer.
    public var p99: Double
    /// 99.9 % took no longer; nil with fewer than a thousand events.
    public var p999: Double?
    /// The longest.
    public var maximum: Double

    enum CodingKeys: String, CodingKey {
      case stage, events
      case p50 = "p50_us"
      case p90 = "p90_us"
      case p99 = "p99_us"
      case p999 = "p99.9_us"
      case maximum = "max_us"
    }
  }

  /// The ledger and whether it balances.
  public struct LedgerReport: Codable, Sendable {
    /// Whether every event is accounted for at every stage and between stages.
    public var balanced: Bool
    /// Events unaccounted for, all stages together.
    public var unaccounted: Int
    /// What does not add up, in words.
    public var imbalances: [String]
    /// The stages.
    public var stages: [StageBalance]
  }
}

/// What a result was made from: the same provenance gives the same decisions.
public struct Provenance: Codable, Sendable {
  /// Version of this program.
  public var version: String
  /// For which processors the kernels were compiled; decisions are the same bits within one build.
  public var build: String
  /// The call.
  public var command: [String]
  /// Name of the menu.
  public var menu: String
  /// Content hash of the resolved menu.
  public var menuHash: String
  /// Geometry of streams and trigger.
  public var geometry: String
  /// Hash of the weights of level 1's neural track trigger.
  public var networks: String
  /// How prescales chose the events that pass; nil where they were not asked.
  public var prescaling: Prescaling?
  /// Seed of everything that is drawn.
  public var seed: UInt64
  /// Workers of the high-level trigger.
  public var workers: Int
  /// Pacing of the source.
  public var pace: String
  /// The streams with their sizes and checksums.
  public var inputs: [InputFile]
  /// Start and end in UTC.
  public var start: String
  /// Start and end in UTC.
  public var end: String
  /// The machine.
  public var host: String

  enum CodingKeys: String, CodingKey {
    case version, build, command, menu, geometry, networks, prescaling, seed, workers, pace, inputs, start, end, host
    case menuHash = "menu_hash"
  }

  /// How prescales chose the events that pass.
  public struct Prescaling: Codable, Sendable {
    /// Of level 1: `counter` or `random`.
    public var level1: String
    /// Of the high-level trigger: `hash` or `counter`.
    public var highLevel: String

    /// The modes of both levels.
    public init(level1: Level1Prescaling, highLevel: HighLevelPrescaling) {
      self.level1 = level1.rawValue
      self.highLevel = highLevel.rawValue
    }

    enum CodingKeys: String, CodingKey {
      case level1
      case highLevel = "hlt"
    }
  }

  /// One input stream.
  public struct InputFile: Codable, Sendable {
    /// The path as it was given.
    public var path: String
    /// Size in bytes.
    public var bytes: Int
    /// CRC-32C of the file, in hexadecimal.
    public var crc32c: String
  }
}
