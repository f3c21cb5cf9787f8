/// What a stage in a process of its own tells run control, and what the command line asks it: JSON in one frame, described in
/// `Documentation/run-plans.md`.
struct ControlMessage: Codable {
  enum Kind: String, Codable {
    /// A stage is there and wants to know what it works on.
    case hello
    /// It has everything it needs.
    case configured
    /// How it is getting on; also says that it is alive.
    case report
    /// It has come to its end.
    case finished
    /// It cannot go on.
    case failed
    /// Somebody wants to know how the run is getting on.
    case status
    /// Somebody wants the run to end: the source stops, the chain drains.
    case stop
    /// Somebody wants the run to be broken off.
    case abort
  }

  var kind: Kind
  var stage = ""
  var process: Int32?
  var report: StageReport?
  var findings: StageFindings?
  var reason: String?
  /// Whether the input is to blame, so that no output may be left behind.
  var isRefusal: Bool?

  init(_ kind: Kind, stage: String = "") {
    self.kind = kind
    self.stage = stage
  }
}

/// How a stage is getting on.
struct StageReport: Codable {
  /// The counters it has written.
  var balances: [StageBalance]
  /// Why events failed.
  var failures: [String]
  /// What it noticed of the farm.
  var farm: FarmSummary
  /// Events that it set aside.
  var setAside: SetAsideEvents
}

/// What run control tells a stage.
struct ControlOrder: Codable {
  enum Kind: String, Codable {
    /// What the run is about; the stage makes what it needs.
    case configure
    /// The run begins.
    case start
    /// A worker is lost; for the builder.
    case lose
    /// The source stops.
    case stop
    /// The run is broken off.
    case abort
    /// The run is over.
    case dismiss
  }

  var kind: Kind
  var frontends: [FrontendPlan]?
  /// Start of the run on the monotonic clock of the machine, ns.
  var origin: Int64?
  var worker: String?
  var loss: WorkerLoss?
  /// Whether unfinished outputs are removed.
  var discards: Bool?

  init(_ kind: Kind) { self.kind = kind }
}

/// How a run is getting on, as `sluice control status` shows it.
public struct RunStatus: Codable, Sendable {
  /// One stage.
  public struct Stage: Codable, Sendable {
    /// Its name.
    public var stage: String
    /// `starting`, `configured`, `running`, `finished`, `lost` or `failed`.
    public var state: String
    /// Its process; that of run control for a thread.
    public var process: Int32
    /// Time since something was last heard of it, ms; nil for a thread.
    public var silentFor: Double?

    enum CodingKeys: String, CodingKey {
      case stage, state, process
      case silentFor = "silent_ms"
    }
  }

  /// The plan.
  public var plan: String
  /// `starting`, `running`, `stopping`, `aborting` or `finished`.
  public var state: String
  /// Time since the start, s.
  public var elapsed: Double
  /// The stages.
  public var stages: [Stage]
  /// Every event by stage and outcome, as last reported.
  public var ledger: [StageBalance]
  /// Workers that were lost, and what became of their work.
  public var farm: FarmSummary

  enum CodingKeys: String, CodingKey {
    case plan, state, stages, ledger, farm
    case elapsed = "elapsed_s"
  }
}
