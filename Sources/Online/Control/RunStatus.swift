/// How a run is getting on: what `sluice control status` shows, and what its live page is drawn from.
public struct RunStatus: Codable, Sendable {
  /// One stage.
  public struct Stage: Codable, Sendable {
    /// Its name.
    public var stage: String
    /// `starting`, `idle`, `configured`, `running`, `finished`, `lost` or `failed`.
    public var state: String
    /// Its process; that of run control for a thread.
    public var process: Int32
    /// Time since something was last heard of it, ms; nil for a thread.
    public var silentFor: Double?

    enum CodingKeys: String, CodingKey {
      case stage, state, process
      case silentFor = "silent_ms"
    }

    /// A stage as it is now.
    public init(stage: String, state: String, process: Int32, silentFor: Double? = nil) {
      (self.stage, self.state, self.process, self.silentFor) = (stage, state, process, silentFor)
    }
  }

  /// The menu that events go through.
  public struct Menu: Codable, Sendable, Equatable {
    /// Its name.
    public var name: String
    /// The hash of its content.
    public var hash: String

    /// A menu's identity.
    public init(name: String, hash: String) { (self.name, self.hash) = (name, hash) }
  }

  /// The plan; `replay` for a run without one.
  public var plan: String
  /// What run control is doing.
  public var state: RunState
  /// The command that is being carried out; nil when none is.
  public var pending: RunRequest?
  /// Why the command that was asked for last is not carried out; nil when it is.
  public var refusal: String?
  /// Number of the run, or of the next one; 0 before any was configured.
  public var run: Int
  /// Runs that have ended.
  public var ended: Int
  /// The condition of the last one; nil before.
  public var condition: String?
  /// The column of the menu's table of prescales in force; nil for the menu's own.
  public var prescaleColumn: String?
  /// The menu.
  public var menu: Menu
  /// Time since the run began, s.
  public var elapsed: Double
  /// Time since the last verdict was collected, s; nil before the first, and when no run is on its way.
  public var dataAge: Double?
  /// The stages.
  public var stages: [Stage]
  /// Every event by stage and outcome, as last reported.
  public var ledger: [StageBalance]
  /// Workers that were lost, and what became of their work.
  public var farm: FarmSummary
  /// What does not add up in the ledger, in words; must be empty.
  public var imbalances: [String]
  /// Why events failed.
  public var failures: [String]
  /// What is measured beside the ledger.
  public var figures: LiveFigures

  enum CodingKeys: String, CodingKey {
    case plan, state, pending, refusal, run, ended, condition, menu, stages, ledger, farm, imbalances, failures, figures
    case prescaleColumn = "prescale_column"
    case elapsed = "elapsed_s"
    case dataAge = "data_age_s"
  }
  /// The status of a run.
  /// - Parameters:
  ///   - run: number of the run, or of the next one.
  ///   - figures: what the stages have measured so far.
  public init(
    plan: String, menu: Menu, prescaleColumn: String?, state: RunState, run: Int, elapsed: Double, stages: [Stage],
    ledger: Ledger, failures: [String] = [], farm: FarmSummary = FarmSummary(), figures: LiveFigures = LiveFigures()
  ) {
    (self.plan, self.menu, self.prescaleColumn, self.state) = (plan, menu, prescaleColumn, state)
    (self.run, self.elapsed, self.stages, self.ledger) = (run, elapsed, stages, ledger.stages)
    (self.failures, self.farm, self.figures) = (failures, farm, figures)
    ended = 0
    let isUnderWay = state == .running || state == .paused || state == .stopping
    imbalances = ledger.imbalances(whenFinished: false)
    dataAge = isUnderWay ? figures.lastVerdict.map { max(0, elapsed - $0) } : nil
  }

  /// The same when the run has ended: nothing may be in flight any more.
  func ended(_ result: ReplayResult, runs: Int) -> RunStatus {
    var status = self
    status.ended = runs
    status.condition = result.condition.name
    status.ledger = result.ledger.stages
    status.imbalances = result.ledger.imbalances(whenFinished: true)
    status.dataAge = nil
    return status
  }
}
