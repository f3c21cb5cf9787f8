import Dispatch
import SignalMonitor
import Synchronization

/// Looks at the counts of the searches while events stream, on a thread of its own.
///
/// The monitor's stage hands over the counts that are due and goes on; looks that come faster than fits can answer wait here. There are few, since
/// the distance of looks grows with the events. None is left out, so that the evidence at the end is that of the stream, not of
/// the machine.
package final class LiveWatch: Sendable {
  private struct State {
    var watch: MonitorWatch?
    var due: [MonitorSnapshot] = []
    var isEnded = false
  }

  private let state = Mutex(State())
  private let changed = DispatchSemaphore(value: 0)
  private let finished = DispatchSemaphore(value: 0)

  package init() {}

  /// Begins with a watch that has seen nothing; nil for a monitor that is not watched.
  package func begin(_ watch: MonitorWatch?) { state.withLock { $0.watch = watch } }

  /// Hands over counts, in the order of the stream.
  package func offer(_ due: [MonitorSnapshot]) {
    guard !due.isEmpty else { return }
    state.withLock { $0.due += due }
    changed.signal()
  }

  /// Says that no more counts will come. May be said again.
  package func end() {
    state.withLock { $0.isEnded = true }
    changed.signal()
  }

  /// What watching gave so far; nil for a monitor that is not watched.
  package var latest: MonitorWatch? { state.withLock { $0.watch } }

  /// What watching gave in the end: waits for the last look.
  package func waitForEnd() -> MonitorWatch? {
    finished.wait()
    finished.signal()
    return latest
  }

  /// Looks until no more counts come. Runs on a thread of its own.
  package func run() throws {
    defer { finished.signal() }
    while true {
      changed.wait()
      let (watch, due, isEnded) = state.withLock { state in
        defer { state.due = [] }
        return (state.watch, state.due, state.isEnded)
      }
      if var watch {
        for counts in due {
          try watch.look(counts)
          state.withLock { [watch] in $0.watch = watch }
        }
      }
      if isEnded { return }
    }
  }
}
