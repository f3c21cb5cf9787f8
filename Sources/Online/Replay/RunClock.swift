import Glibc

/// Time since the start of a run, in ns, on a clock that only runs forward.
struct RunClock: Sendable {
  private let start: Int64

  init() { start = Self.monotonic() }

  /// ns since the start.
  var now: Int64 { Self.monotonic() - start }

  private static func monotonic() -> Int64 {
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
