import ZeroMQ

/// A stage in a process of its own, as run control knows it.
struct StageMember {
  /// What it is at.
  enum State: String {
    /// Its process has been started, or was told of a run, and has not answered yet.
    case starting
    /// It knows of no run, or its run has ended.
    case idle
    /// It has what the next run needs.
    case configured
    case running
    /// It has come to the end of the run.
    case finished
    case failed
    case lost
  }

  let stage: String
  /// Its process; nil if somebody else has started it.
  let child: ChildProcess?
  /// What it says its process is.
  var process: Int32?
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

  init(stage: String, child: ChildProcess?) {
    self.stage = stage
    self.child = child
    process = child?.process
  }

  var isWorker: Bool { WorkerName.isValid(stage) }

  /// Whether it can take part in another run.
  var isReusable: Bool { isRunning && !isSilent && [.idle, .configured, .finished].contains(state) }

  mutating func hear(at time: Int64) {
    lastHeard = time
    isSilent = false
  }
}
