import Dispatch
import Hummingbird
import Logging
import NIOCore
import Online
import ServiceLifecycle
import Synchronization

/// Serves the live page of a run, its metrics and its status over HTTP. It only ever reads what it is given.
///
/// | path | what it gives |
/// |---|---|
/// | `/` | the page |
/// | `/events` | the status as server-sent events, about twice a second |
/// | `/status.json` | the newest status |
/// | `/history.json` | the counters of the last ten minutes |
/// | `/metrics` | the metrics, for Prometheus |
public final class DashboardServer: Sendable {
  private let feed = LiveFeed()
  private let address: DashboardAddress
  private let version: String
  private let opening = Mutex<Result<DashboardAddress, DashboardError>?>(nil)
  private let opened = DispatchSemaphore(value: 0)
  private let ended = DispatchSemaphore(value: 0)
  private let group = Mutex<ServiceGroup?>(nil)

  /// A server that does not listen yet.
  public init(_ address: DashboardAddress, version: String) {
    self.address = address
    self.version = version
  }

  /// Takes in how the run is getting on. Never waits.
  public func post(_ status: RunStatus) {
    // A status is made of numbers and names; it always has a JSON form.
    try? feed.post(status)
  }

  /// Begins to listen, on threads of its own.
  /// - Returns: where it listens: the port is the one that was free if none was asked for.
  /// - Throws: ``DashboardError`` when the address cannot be listened on.
  public func start() throws -> DashboardAddress {
    let logger = Logger(label: "dashboard") { _ in SwiftLogNoOpLogHandler() }
    let application = Application(
      router: DashboardRoutes(feed: feed, version: version).router,
      configuration: ApplicationConfiguration(
        address: .hostname(address.host, port: address.port), serverName: "sluice"),
      onServerRunning: { [self] channel in
        settle(.success(DashboardAddress(host: address.host, port: channel.localAddress?.port ?? address.port)))
      }, logger: logger)
    let group = ServiceGroup(
      configuration: ServiceGroupConfiguration(
        services: [.init(service: application)], gracefulShutdownSignals: [], logger: logger))
    self.group.withLock { $0 = group }
    Task.detached { [self] in
      do {
        try await group.run()
      } catch {
        settle(.failure(DashboardError(address: address, reason: "\(error)")))
      }
      ended.signal()
    }
    opened.wait()
    guard let result = opening.withLock({ $0 }) else {
      throw DashboardError(address: address, reason: "it did not open")
    }
    return try result.get()
  }

  /// Stops listening; open pages are told by the end of their stream.
  public func stop() {
    guard let group = group.withLock({ $0 }) else { return }
    feed.finish()
    Task.detached { await group.triggerGracefulShutdown() }
    _ = ended.wait(timeout: .now() + .seconds(2))
  }

  /// The first word counts: a server that ended later had been open.
  private func settle(_ result: Result<DashboardAddress, DashboardError>) {
    let isFirst = opening.withLock { opening in
      guard opening == nil else { return false }
      opening = result
      return true
    }
    if isFirst { opened.signal() }
  }
}

/// Why a page cannot be served.
public struct DashboardError: Error, CustomStringConvertible {
  /// The address that was asked for.
  public let address: DashboardAddress
  /// What the system says.
  public let reason: String

  /// The sentence for the user.
  public var description: String { "cannot listen on \(address): \(reason)" }
}
