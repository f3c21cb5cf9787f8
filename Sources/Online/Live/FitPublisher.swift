import Dispatch
import SignalMonitor
import Synchronization
import ZeroMQ

/// Where and how often live fits are published.
public struct PublishPlan: Sendable, Equatable {
  /// The endpoint that a PUB socket binds to: `tcp://127.0.0.1:5560`, `ipc:///run/fits`.
  public var endpoint: String
  /// Seconds from one refresh to the next.
  public var interval: Double

  /// A plan.
  public init(endpoint: String, interval: Double = 10) {
    self.endpoint = endpoint
    self.interval = interval
  }
}

/// A monitor that can say what its channels show.
public protocol ReportingMonitor: EventMonitor {
  /// How many channels there are.
  var channelCount: Int { get }
  /// The name of a channel.
  func channelName(_ channel: Int) -> String
  /// A number that changes when the channel's counts do.
  func contentVersion(_ channel: Int) -> Int
  /// The result of a channel as JSON.
  /// - Parameters:
  ///   - sequence: counts the refreshes of a run.
  ///   - isFinal: whether the run has ended.
  ///   - watch: what watching the channels gave so far.
  func report(_ channel: Int, sequence: Int, isFinal: Bool, watch: MonitorWatch?) throws -> [UInt8]
}

/// Fits what the signal monitor has seen, again and again, and publishes the result of each channel.
///
/// The monitor's stage hands over a copy of its counts when one is asked for and does nothing else, so that no fit delays
/// the stream. Fits run on a thread of their own; channels whose counts did not change since the last refresh are passed
/// over, and the counts of the end overtake a refresh that is under way. A message has two frames: the topic
/// `fit/CHANNEL` or, for all channels together, `watch`, and JSON (`Documentation/results.md`). What a subscriber does not take in
/// time is dropped, as PUB does.
package final class FitPublisher: Sendable {
  private struct State {
    var isAsking = true
    var snapshot: (any ReportingMonitor)?
    var isFinal = false
  }

  private let plan: PublishPlan
  private let watch: LiveWatch?
  private let state = Mutex(State())
  private let changed = DispatchSemaphore(value: 0)

  /// A publisher.
  ///
  /// - Parameter watch: the watch whose evidence is published beside the fits.
  package init(_ plan: PublishPlan, watch: LiveWatch? = nil) {
    self.plan = plan
    self.watch = watch
  }

  /// Whether a copy of the counts is wanted now. Cheap: asked after every batch.
  package var isAsking: Bool { state.withLock { $0.isAsking } }

  /// Hands over a copy of the counts; the last one with `isFinal`.
  package func offer(_ monitor: any ReportingMonitor, isFinal: Bool = false) {
    state.withLock {
      $0.snapshot = monitor
      $0.isAsking = false
      $0.isFinal = $0.isFinal || isFinal
    }
    changed.signal()
  }

  /// Ends the publishing without counts of the end: the run broke down.
  package func abandon() {
    state.withLock {
      if !$0.isFinal { $0.snapshot = nil }
      $0.isAsking = false
      $0.isFinal = true
    }
    changed.signal()
  }

  /// Publishes until the counts of the end are fitted. Runs on a thread of its own.
  package func run() throws {
    let context = try Context(ioThreads: 1, maximumSockets: 4)
    var socket = try Socket(.publish, in: context)
    try socket.set(.sendHighWaterMark, to: 10_000)
    // What is still on its way to a slow subscriber when the run ends is given up.
    try socket.set(.linger, to: .seconds(1))
    try socket.bind(plan.endpoint)
    var published: [String: Int] = [:]
    var sequence = 0
    while true {
      changed.wait()
      let (snapshot, isFinal) = state.withLock { state in
        defer { state.snapshot = nil }
        return (state.snapshot, state.isFinal)
      }
      if let snapshot {
        sequence += 1
        // The last messages have the last look.
        let watch = isFinal ? self.watch?.waitForEnd() : self.watch?.latest
        for channel in 0..<snapshot.channelCount {
          let name = snapshot.channelName(channel)
          let version = snapshot.contentVersion(channel)
          guard isFinal || published[name] != version else { continue }
          if !isFinal, state.withLock({ $0.isFinal }) { break }
          let body = try snapshot.report(channel, sequence: sequence, isFinal: isFinal, watch: watch)
          _ = try socket.trySend([Frame(try Message("fit/\(name)")), Frame(try Message(body))])
          published[name] = version
        }
        if let body = try watch?.report(sequence: sequence, isFinal: isFinal) {
          _ = try socket.trySend([Frame(try Message("watch")), Frame(try Message(body))])
        }
      }
      if isFinal { return }
      // The end of the run cuts the pause short.
      if changed.wait(timeout: .now() + plan.interval) == .success { changed.signal() }
      state.withLock { if !$0.isFinal { $0.isAsking = true } }
    }
  }
}
