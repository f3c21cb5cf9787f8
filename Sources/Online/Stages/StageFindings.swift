import Reconstruction
import SignalMonitor
import Synchronization
import TriggerStudies

/// What the stages of a run found out beside what is in the files. Each fills in its own part; parts of different processes
/// are put together.
struct StageFindings: Sendable, Codable {
  /// Fingerprint of all decisions, from the collector.
  var decisionHash: DecisionHash?
  /// Latencies, from collector and reconstruction.
  var latency = StageLatencies()
  /// Latency and dead time of level 1.
  var time: Level1TimeSummary?
  /// The running conditions that the reconstruction followed.
  var conditions: [RunningConditions] = []
  /// The searches, from the signal monitor.
  var fits: [ChannelResult]?
  /// What watching them all together gave, from the signal monitor.
  var watch: WatchResult?
  /// Files that are complete, from the storage.
  var files: [String] = []

  /// Adds what other stages found.
  mutating func merge(_ other: StageFindings) {
    decisionHash = decisionHash ?? other.decisionHash
    latency.merge(other.latency)
    time = time ?? other.time
    conditions += other.conditions
    fits = fits ?? other.fits
    watch = watch ?? other.watch
    files += other.files
  }
}

/// What the stages' threads of one process leave behind when they end.
final class FindingsBook: Sendable {
  struct State {
    var findings = StageFindings()
    var monitor: (any EventMonitor)?
  }
  let state = Mutex(State())
}
