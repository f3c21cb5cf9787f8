import Glibc

/// A process that run control has started on this machine.
struct ChildProcess: Sendable {
  /// How a process ended.
  enum End: Equatable, Sendable, CustomStringConvertible {
    case exited(Int32)
    case killed(signal: Int32)

    /// Signals by which a process brings itself to an end.
    private static let crashes: Set<Int32> = [SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP, SIGSYS]

    /// What it means for a worker.
    var loss: WorkerLoss {
      switch self {
      case .exited: .crashed
      case .killed(let signal): Self.crashes.contains(signal) ? .crashed : .killed
      }
    }

    var description: String {
      switch self {
      case .exited(let status): "ended with status \(status)"
      case .killed(let signal): "was killed by signal \(signal)"
      }
    }
  }

  let process: pid_t

  /// The process that runs this.
  static var current: pid_t { getpid() }

  /// Starts a program with the environment of this one. It ignores what is ignored here, apart from SIGTERM.
  /// - Throws: `StageFailure` when it cannot be started.
  init(_ program: String, _ arguments: [String]) throws {
    var words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) }
    words.append(nil)
    defer { for word in words { free(word) } }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // Run control takes SIGTERM for itself; a stage that is sent one has to end.
    var ordinary = sigset_t()
    sigemptyset(&ordinary)
    sigaddset(&ordinary, SIGTERM)
    posix_spawnattr_setsigdefault(&attributes, &ordinary)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))
    var started: pid_t = 0
    let status = posix_spawn(&started, program, nil, &attributes, words, environ)
    guard status == 0 else {
      throw StageFailure("\(program) cannot be started: \(String(cString: strerror(status)))")
    }
    process = started
  }

  /// How it ended, once; nil as long as it runs.
  func reap() -> End? {
    var status: Int32 = 0
    errno = 0
    guard waitpid(process, &status, WNOHANG) == process else { return nil }
    let signal = status & 0x7F
    return signal == 0 ? .exited((status >> 8) & 0xFF) : .killed(signal: signal)
  }

  /// Ends it at once, also if it is stopped, and waits until it is gone.
  func kill() {
    _ = Glibc.kill(process, SIGKILL)
    while reap() == nil, errno != ECHILD { usleep(500) }
  }
}
