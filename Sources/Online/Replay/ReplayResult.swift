import ArrowStream
import Reconstruction
import SignalMonitor
import TriggerStudies

/// How a run ended.
public enum RunCondition: Equatable, Sendable {
  /// Every event was dealt with.
  case good
  /// The run was ended early and drained: everything that went in was dealt with.
  case interrupted
  /// The run was broken off; events were under way.
  case aborted
  /// Something went wrong; the reasons.
  case failed([String])

  /// One word for tables and JSON.
  public var name: String {
    switch self {
    case .good: "good"
    case .interrupted: "interrupted"
    case .aborted: "aborted"
    case .failed: "failed"
    }
  }
}

/// What came out of a replay.
public struct ReplayResult: Sendable {
  /// How the run ended.
  public let condition: RunCondition
  /// Every event by stage and outcome.
  public let ledger: Ledger
  /// What each line did, alone and together with others.
  public let study: MenuStudy
  /// Fingerprint of all decisions in stream order.
  public let decisionHash: DecisionHash
  /// Times from arrival to verdict, and in each stage.
  public let latency: StageLatencies
  /// The monitor with all reconstructed events; nil when it was in another process, or the run broke down before its end.
  public let monitor: (any EventMonitor)?
  /// The searches of the monitor.
  public let fits: [ChannelResult]
  /// What watching all searches together at fixed points of the stream gave; nil for a monitor that is not watched.
  public let watch: WatchResult?
  /// Latency and dead time of level 1; nil when its physics does not know of time, or the run broke down.
  public let level1Time: Level1TimeSummary?
  /// The running conditions in the order of the stream; empty when the reconstruction follows none, or the run broke down.
  public let conditions: [RunningConditions]
  /// The output files that are complete.
  public let files: [String]
  /// The file of verdicts, if one was written.
  public let verdicts: String?
  /// The file of accepted events, if one was written.
  public let accepted: String?
  /// The time the replayed events stand for in s; nil when the streams do not say.
  public let liveTime: Double?
  /// How the live time was found: `metadata`, `event times` or `unknown`.
  public let liveTimeSource: String
  /// The time the replay took, in s.
  public let wallTime: Double
  /// Events that went in.
  public let events: Int
  /// Events with a fragment that no detector can have sent.
  public let setAside: SetAsideEvents
  /// Workers that were lost, and what became of their work.
  public let farm: FarmSummary
  /// Metadata on which all inputs agree.
  public let metadata: Metadata

  /// Input events per second of wall time.
  public var eventsPerSecond: Double { wallTime > 0 ? Double(events) / wallTime : 0 }
}

/// How far a replay has come; reported about ten times a second.
public struct ReplayProgress: Sendable {
  /// The ledger now.
  public let ledger: Ledger
  /// Events whose verdict is in.
  public let done: Int
  /// Events that will go in, all passes; nil when the inputs do not say.
  public let expected: Int?
  /// Time since the start, in s.
  public let elapsed: Double
}
