/// A fault that is made on purpose in a running plan, to see that it costs nothing, or no more than it must.
public enum Drill: String, CaseIterable, Sendable, Codable {
  /// Workers are killed, one after the other.
  case killWorker = "kill-worker"
  /// A worker is stopped for longer than it may be silent, and continued.
  case stopWorker = "stop-worker"
  /// Another stage is stopped for as long, and continued.
  case stopStage = "stop-stage"
  /// The run is paused and resumed.
  case pause
  /// Strangers send nonsense to every socket.
  case hostileMessages = "hostile-messages"
  /// A stage that is no worker is killed.
  case killStage = "kill-stage"

  /// What is to come of it, in a sentence.
  public var promise: String {
    switch self {
    case .killWorker: "killed workers are replaced: same decisions, same bytes, nothing lost or doubled"
    case .stopWorker:
      "a worker that falls silent loses its batches to others and may come back: same decisions, same bytes"
    case .stopStage: "the run waits for a stage that falls silent and says so: same decisions, same bytes"
    case .pause: "a pause holds events back and loses none: same decisions, same bytes"
    case .hostileMessages: "nonsense of strangers is dropped: same decisions, same bytes"
    case .killStage:
      "the run ends with the name of the stage; what was written is the beginning of what would have been"
    }
  }

  /// Whether the run is to end as if nothing had happened.
  var isSurvived: Bool { self != .killStage }
}

/// What came of a drill.
public struct DrillVerdict: Sendable, Codable {
  /// The drill.
  public var drill: String
  /// Whether everything was as promised.
  public var passed: Bool
  /// What was done, and when.
  public var faults: [String]
  /// What was not as promised.
  public var problems: [String]
  /// How long the disturbed run took, s.
  public var seconds: Double
  /// Events of the disturbed run.
  public var events: Int
  /// Batches that were given to another worker.
  public var batchesReturned: Int

  enum CodingKeys: String, CodingKey {
    case drill, passed, faults, problems, seconds, events
    case batchesReturned = "batches_returned"
  }
}
