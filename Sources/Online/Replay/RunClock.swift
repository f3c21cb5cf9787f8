import Glibc

/// Time since the start of a run, in ns, on a clock that only runs forward.
struct RunClock: Sendable {
  private let start: Int64

  init() { start = Self.monotonic() }

  /// A clock that was started elsewhere on this machine.
  /// - Parameter start: what the machine's monotonic clock showed then, ns.
  init(start: Int64) { self.start = start }

  /// ns since the start.
  var now: Int64 { Self.monotonic() - start }

  /// What the machine's monotonic clock shows, ns; the same for all processes.
  static func monotonic() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }

  /// Sleeps until a time, in short pieces so that a stop is noticed.
  /// - Returns: false when the wait was cut short by `isStopped`.
  func sleep(until time: Int64, isStopped: () -> Bool) -> Bool {
    while true {
      let remaining = time - now
      if remaining <= 0 { return true }
      if isStopped() { return false }
      var piece = timespec(tv_sec: 0, tv_nsec: Int(min(remaining, 20_000_000)))
      nanosleep(&piece, nil)
    }
  }
}
