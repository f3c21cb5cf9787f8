import Dispatch
import Foundation

/// Those who look on while a run goes, and what they call it.
public struct RunAudience: Sendable {
  /// What the run is called: the plan's name, or `replay`.
  public var plan = "replay"
  /// The menu.
  public var menu = RunStatus.Menu(name: "", hash: "")
  /// The column of its table of prescales; nil for the lines' own.
  public var prescaleColumn: String?
  /// Accepted events that are published as they come.
  public var express: ExpressPlan?
  /// The endpoint of a PUB socket for the state of the run; that of ``express`` may be given too.
  public var counters: String?
  /// Is told the state of the run twice a second, on the thread that runs it; must not wait.
  public var tell: (@Sendable (RunStatus) -> Void)?

  /// Whether somebody may come later to look on, so that stages measure what they would show.
  public var mayCome = false

  /// Nobody.
  public init() {}

  /// Whether anybody looks on.
  var isPresent: Bool { mayCome || express != nil || counters != nil || tell != nil }
}

/// Publishes to the audience of a run, from the process whose part it plays.
final class AudienceDesk: @unchecked Sendable {
  // Sendable: publishers take care of themselves, the rest is used by the thread that runs the run.
  /// Time between two states of the run, ns.
  private static let interval: Int64 = 500_000_000

  /// The publisher of accepted events, for the signal monitor's stage.
  let express: ExpressPublisher?
  private let counters: ExpressPublisher?
  private let tell: (@Sendable (RunStatus) -> Void)?
  private let threads = DispatchGroup()
  private var next: Int64 = 0

  /// Opens what is published from here.
  /// - Parameters:
  ///   - events: whether the signal monitor's stage is in this process.
  ///   - counts: whether the run is controlled from this process.
  /// - Throws: ``ReplayError`` when an endpoint cannot be bound to, or a line is not there.
  init(_ configuration: ReplayConfiguration, events: Bool, counts: Bool) throws {
    let audience = configuration.audience
    tell = counts ? audience.tell : nil
    let choice = try audience.express.map {
      try ExpressChoice($0, highLevelLines: configuration.chain.highLevelLines, seed: configuration.seed)
    }
    express = events ? audience.express.map { ExpressPublisher(endpoint: $0.endpoint, choice: choice) } : nil
    if counts, let endpoint = audience.counters {
      counters =
        endpoint == audience.express?.endpoint && events ? express : ExpressPublisher(endpoint: endpoint, choice: nil)
    } else {
      counters = nil
    }
    try open(express, "express-events")
    if counters !== express { try open(counters, "express-counts") }
  }

  private func open(_ publisher: ExpressPublisher?, _ name: String) throws {
    guard let publisher else { return }
    threads.enter()
    let thread = Thread { [threads] in
      publisher.run()
      threads.leave()
    }
    thread.name = name
    thread.start()
    do { try publisher.waitUntilOpen() } catch {
      leave()
      throw ReplayError.invalidArgument(
        name: "endpoint", found: publisher.endpoint, expected: "one that can be bound to: \(error)")
    }
  }

  /// Tells everybody, if it is time to.
  func post(at now: Int64, _ status: () -> RunStatus) {
    guard now >= next, tell != nil || counters != nil else { return }
    next = now + Self.interval
    send(status())
  }

  /// Tells everybody how it ended, and closes.
  func close(_ status: RunStatus) {
    send(status)
    leave()
  }

  /// Closes; what subscribers have not taken by now is given up.
  func leave() {
    express?.finish()
    counters?.finish()
    _ = threads.wait(timeout: .now() + .seconds(3))
  }

  private func send(_ status: RunStatus) {
    tell?(status)
    counters?.post(status)
  }
}
