/// A run plan: what is played, through which menu, and where the stages are. The same plan runs as threads, as
/// processes, or over hosts, by its endpoints alone. `Documentation/run-plans.md` explains each key.
public struct RunPlan: Sendable, Equatable {
  /// The plan's name.
  public var name = ""
  /// The file it was read from.
  public var file = ""
  /// Recorded streams.
  public var streams: [String] = []
  /// The trigger menu.
  public var menu = ""
  /// The column of the menu's table of prescales; nil for the menu's own prescales.
  public var prescaleColumn: String?
  /// Folder of search channels; nil for the default.
  public var channels: String?
  /// What accepted events get: `standard`, `all`, or names of steps.
  public var reconstruct = "standard"
  /// Folder of the outputs.
  public var output = ""
  /// When events enter.
  public var pace = Pace.maximum
  /// The same, as it was written.
  public var paceText = "max"
  /// Seed of everything that is drawn.
  public var seed: UInt64 = 1
  /// How often the streams are played.
  public var repeats = 1
  /// Keeps one in this many rejected events; 0 keeps none.
  public var keepRejected = 0
  /// Workers of the high-level trigger.
  public var workers = 2
  /// Events a batch holds at most.
  public var batchEvents = 256
  /// How long the first event of a batch may wait for others, ms.
  public var batchAge = 5.0
  /// With pacing `real-time`: how long events wait for a busy chain before they are vetoed, ms.
  public var busyAfter = 500.0
  /// How long a batch with missing fragments is waited for, ms.
  public var patience = 10_000.0
  /// How long a worker may be at one batch, ms.
  public var workerLimit = 60_000.0
  /// How long nothing may be heard of a stage before it counts as lost, ms.
  public var silenceLimit = 1000.0
  /// Whether workers that died are replaced.
  public var replacesWorkers = true
  /// How long stages may take until they are ready for a run, ms.
  public var startLimit = 60_000.0
  /// How long a run may take to end before it is said which stages are behind, ms.
  public var stopLimit = 10_000.0
  /// Whether run control starts the processes of stages; if not somebody else does, before or after.
  public var startsStages = true
  /// Other columns of the menu's table of prescales, to which level 1 may change during a run.
  public var otherPrescaleColumns: [String] = []
  /// Where the stages find each other.
  public var endpoints = Endpoints()
  /// Folder of the keys for links over tcp; nil for links that are neither encrypted nor authenticated.
  public var keys: String?
  /// Accepted events that are published as they come; nil publishes none.
  public var express: ExpressPlan?
  /// The endpoint at which the state of the run is published; nil publishes none.
  public var counters: String?
  /// Whether links between hosts may be neither encrypted nor authenticated.
  public var isInsecure = false

  /// An empty plan.
  public init() {}

  /// The keys, if the plan has any.
  func keyRing() throws -> KeyRing? { try keys.map { try KeyRing(folder: $0) } }
}

/// A plan that cannot be used: where, what was found, what was expected.
public struct RunPlanError: Error, Equatable, CustomStringConvertible {
  /// The file.
  public let file: String
  /// Line and column, from 1.
  public let line: Int, column: Int
  /// What was found and what was expected.
  public let problem: String

  /// One line.
  public var description: String { "\(file):\(line):\(column): \(problem)" }
}
