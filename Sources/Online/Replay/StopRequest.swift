import Synchronization

/// Asks a run to end: the first request lets the chain drain, the second breaks it off.
public final class StopRequest: Sendable {
  private let requests = Atomic<Int>(0)

  /// Nobody has asked yet.
  public init() {}

  /// Asks; safe from any thread.
  public func request() { requests.add(1, ordering: .sequentiallyConsistent) }

  /// Whether the source is to stop and the chain to drain.
  public var isRequested: Bool { requests.load(ordering: .sequentiallyConsistent) > 0 }

  /// Whether the run is to be broken off at once.
  public var isAbort: Bool { requests.load(ordering: .sequentiallyConsistent) > 1 }
}
