import ZeroMQ

/// A stage in a process of its own, as run control knows it.
struct StageMember {
  enum State: String { case starting, configured, running, finished, failed, lost }

  let stage: String
  let child: ChildProcess
  var peer: Frame?
  var state = State.starting
  var isRunning = true
  /// Whether it was told that the run begins.
  var hasBegun = false
  /// When something was last heard of it, on the monotonic clock, ns.
  var lastHeard = RunClock.monotonic()
  /// Whether it counts as lost since nothing was heard of it.
  var isSilent = false
  var report: StageReport?

  init(stage: String, child: ChildProcess) {
    self.stage = stage
    self.child = child
  }

  var isWorker: Bool { WorkerName.isValid(stage) }

  mutating func hear(at time: Int64) {
    lastHeard = time
    isSilent = false
  }
}
