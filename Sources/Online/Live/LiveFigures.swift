/// What a run measures while it goes, beside its ledger: latencies, lines, dead time, bytes, processor time.
///
/// Each process of a run has its own; those of different processes merge, since every figure is measured in one place.
public struct LiveFigures: Codable, Sendable, Equatable {
  /// How long events spent in a stage.
  public struct Latency: Codable, Sendable, Equatable {
    /// The stage, or `total` from the intended arrival to the verdict.
    public var stage: String
    /// Events measured.
    public var count: Int
    /// Quantiles and the largest, s.
    public var p50, p90, p99, p999, maximum: Double

    enum CodingKeys: String, CodingKey {
      case stage, count
      case p50 = "p50_s"
      case p90 = "p90_s"
      case p99 = "p99_s"
      case p999 = "p999_s"
      case maximum = "max_s"
    }

    /// A row of its numbers.
    public init(stage: String, count: Int, p50: Double, p90: Double, p99: Double, p999: Double, maximum: Double) {
      (self.stage, self.count) = (stage, count)
      (self.p50, self.p90, self.p99, self.p999, self.maximum) = (p50, p90, p99, p999, maximum)
    }
  }

  /// What a line did.
  public struct Line: Codable, Sendable, Equatable {
    /// `level1` or `hlt`.
    public var level: String
    /// The line.
    public var line: String
    /// Events that fulfilled its condition.
    public var before: Int
    /// Those of them that its prescale let through.
    public var after: Int

    enum CodingKeys: String, CodingKey {
      case level, line
      case before = "before_prescale"
      case after = "after_prescale"
    }

    /// A row of its numbers.
    public init(level: String, line: String, before: Int, after: Int) {
      (self.level, self.line, self.before, self.after) = (level, line, before, after)
    }
  }

  /// What a cause of dead time took.
  public struct DeadTime: Codable, Sendable, Equatable {
    /// `spacing`, `silicon_buffer`, `back_pressure`, `injection`.
    public var cause: String
    /// Triggers lost.
    public var events: Int
    /// Time that was dead, in the time of the events, s.
    public var time: Double

    enum CodingKeys: String, CodingKey {
      case cause, events
      case time = "time_s"
    }

    /// A row of its numbers.
    public init(cause: String, events: Int, time: Double) {
      (self.cause, self.events, self.time) = (cause, events, time)
    }
  }

  /// Latencies of stages in the order of the chain, then `total`.
  public var latency: [Latency] = []
  /// Events whose decision took at most the time of the edge of the same place in ``decisionEdges``; cumulative.
  public var decisions: [Int] = []
  /// Sum of the times that decisions took, s.
  public var decisionTime = 0.0
  /// The lines of both levels.
  public var lines: [Line] = []
  /// Causes of dead time; empty where none is simulated.
  public var deadTime: [DeadTime] = []
  /// Bytes of events written so far.
  public var bytesWritten = 0
  /// Processor time of each stage's thread, s.
  public var processorTime: [String: Double] = [:]
  /// When the last verdict was collected, on the clock of the run, s; nil before the first.
  public var lastVerdict: Double?

  /// Upper edges of the buckets of ``decisions``, s.
  public static let decisionEdges: [Double] = [
    0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10,
  ]

  enum CodingKeys: String, CodingKey {
    case latency, decisions, lines
    case decisionTime = "decision_time_s"
    case deadTime = "dead_time"
    case bytesWritten = "bytes_written"
    case processorTime = "processor_time_s"
    case lastVerdict = "last_verdict_s"
  }

  /// Nothing measured yet.
  public init() {}

  /// Adds what another process of the run measured.
  public mutating func merge(_ other: LiveFigures) {
    latency += other.latency
    if decisions.isEmpty { decisions = other.decisions }
    decisionTime += other.decisionTime
    lines += other.lines
    deadTime += other.deadTime
    bytesWritten += other.bytesWritten
    processorTime.merge(other.processorTime) { $0 + $1 }
    if let last = other.lastVerdict { lastVerdict = max(lastVerdict ?? last, last) }
  }
}
