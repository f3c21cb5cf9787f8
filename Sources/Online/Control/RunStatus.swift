/// How a run is getting on, as `sluice control status` shows it.
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
  }

  /// The plan.
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
  /// Time since the run began, s.
  public var elapsed: Double
  /// The stages.
  public var stages: [Stage]
  /// Every event by stage and outcome, as last reported.
  public var ledger: [StageBalance]
  /// Workers that were lost, and what became of their work.
  public var farm: FarmSummary

  enum CodingKeys: String, CodingKey {
    case plan, state, pending, refusal, run, ended, condition, stages, ledger, farm
    case prescaleColumn = "prescale_column"
    case elapsed = "elapsed_s"
  }
}
