import Dispatch
import Foundation

/// Turns SIGINT and SIGTERM into stop requests for as long as it lives: the first drains the run, the second aborts it.
public final class SignalStop {
  private let sources: [any DispatchSourceSignal]

  /// Takes the two signals over.
  /// - Parameter notice: called on another thread with the number of requests so far.
  public init(_ stop: StopRequest, notice: @escaping @Sendable (_ isAbort: Bool) -> Void = { _ in }) {
    let queue = DispatchQueue(label: "signals")
    sources = [SIGINT, SIGTERM].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
      source.setEventHandler { @Sendable in
        stop.request()
        notice(stop.isAbort)
      }
      source.resume()
      return source
    }
  }

  deinit {
    for source in sources { source.cancel() }
    signal(SIGINT, SIG_DFL)
    signal(SIGTERM, SIG_DFL)
  }
}
