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
    /// It has come to the end of the run.
    case finished
    /// It cannot go on.
    case failed
    /// Somebody wants to know how the run is getting on.
    case status
    /// Somebody wants something done.
    case command
  }

  var kind: Kind
  var stage = ""
  var process: Int32?
  /// The configuration that the stage speaks of.
  var serial: Int?
  var report: StageReport?
  var findings: StageFindings?
  var reason: String?
  /// Whether the input is to blame, so that no output may be left behind.
  var isRefusal: Bool?
  var command: RunRequest?
  /// With `configure`: another menu for the next run.
  var menu: String?
  /// With `configure` and `prescale`: the column of the menu's table of prescales.
  var prescaleColumn: String?

  init(_ kind: Kind, stage: String = "") {
    self.kind = kind
    self.stage = stage
  }

  enum CodingKeys: String, CodingKey {
    case kind, stage, process, serial, report, findings, reason, command, menu
    case isRefusal = "is_refusal"
    case prescaleColumn = "prescale_column"
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
  /// Whether it holds events back; only the source does.
  var isPaused: Bool?
  /// The version of the prescales in force; only level 1 knows.
  var prescaleVersion: Int?
  /// What it measured.
  var figures: LiveFigures?

  enum CodingKeys: String, CodingKey {
    case balances, failures, farm, figures
    case setAside = "set_aside"
    case isPaused = "is_paused"
    case prescaleVersion = "prescale_version"
  }
}

/// What run control tells a stage.
struct ControlOrder: Codable {
  enum Kind: String, Codable {
    /// Run control is there.
    case alive
    /// What the next run is about; the stage makes what it needs.
    case configure
    /// The run begins.
    case start
    /// A worker is lost; for the builder.
    case lose
    /// The source holds events back.
    case pause
    /// It lets them stream again.
    case resume
    /// Level 1 changes to other prescales.
    case prescale
    /// The source stops.
    case stop
    /// The run is broken off.
    case abort
    /// The stage is not needed any more.
    case dismiss
  }

  var kind: Kind
  var run: RunOrder?
  /// The configuration with which the run begins.
  var serial: Int?
  /// Start of the run on the monotonic clock of the machine, ns.
  var origin: Int64?
  var worker: String?
  var loss: WorkerLoss?
  /// Whether unfinished outputs are removed.
  var discards: Bool?
  /// The version of the prescales.
  var version: Int?

  init(_ kind: Kind) { self.kind = kind }
}
