import Foundation
import Online
import Synchronization

/// What the page is drawn from: the newest status, the history of the rates, and those who want to be told.
///
/// Whoever listens too slowly misses what lies between; nobody waits for a listener.
package final class LiveFeed: Sendable {
  /// Points of the history that are kept: ten minutes at two a second.
  package static let historyLength = 1200
  /// Listeners at a time; more are refused.
  package static let maximumListeners = 64

  /// Counters at one time; the page draws their differences.
  struct Point: Encodable, Sendable {
    /// Time since the start of the run, s.
    var time: Double
    /// Events that entered level 1, that it accepted, that the high-level trigger kept.
    var entered, level1, accepted: Int
    /// Triggers lost to dead time.
    var vetoed: Int
    /// Bytes written.
    var bytes: Int
    /// Quantiles of the decision's latency, s; nil before the first.
    var p50, p99: Double?
  }

  private struct State {
    var status: RunStatus?
    var busy: [String: Double] = [:]
    var message = ""
    var history: [Point] = []
    var listeners: [Int: AsyncStream<String>.Continuation] = [:]
    var nextListener = 0
  }

  private let state = Mutex(State())

  package init() {}

  /// The newest status, and the share of the time in which each stage was at work.
  var newest: (status: RunStatus?, busy: [String: Double]) { state.withLock { ($0.status, $0.busy) } }

  /// The newest status as JSON; empty before the first.
  var message: String { state.withLock { $0.message } }

  /// The history as JSON.
  package func history() throws -> String { try Self.json(state.withLock { $0.history }) }

  /// Takes in how the run is getting on, and tells everybody.
  package func post(_ status: RunStatus) throws {
    let last = newest.status
    let busy = last.map { Self.busy(from: $0, to: status) } ?? [:]
    let view = View(status: status, busy: busy, diagnosis: Diagnosis(status, busy: busy))
    let message = try Self.json(view)
    state.withLock { state in
      // A new run begins with new counters.
      if let last, status.elapsed < last.elapsed { state.history.removeAll() }
      state.status = status
      state.busy = busy
      state.message = message
      state.history.append(Point(status))
      if state.history.count > Self.historyLength { state.history.removeFirst(Self.historyLength / 10) }
      for listener in state.listeners.values { listener.yield(Self.frame(message)) }
    }
  }

  /// Listens from now on, beginning with the newest status; nil when too many listen.
  package func listen() -> AsyncStream<String>? {
    let (stream, continuation) = AsyncStream.makeStream(of: String.self, bufferingPolicy: .bufferingNewest(1))
    let number: Int? = state.withLock { state in
      guard state.listeners.count < Self.maximumListeners else { return nil }
      defer { state.nextListener += 1 }
      state.listeners[state.nextListener] = continuation
      if !state.message.isEmpty { continuation.yield(Self.frame(state.message)) }
      return state.nextListener
    }
    guard let number else { return nil }
    continuation.onTermination = { [weak self] _ in
      self?.state.withLock { _ = $0.listeners.removeValue(forKey: number) }
    }
    return stream
  }

  /// Ends all listening.
  package func finish() {
    let listeners = state.withLock { state in
      defer { state.listeners.removeAll() }
      return Array(state.listeners.values)
    }
    for listener in listeners { listener.finish() }
  }

  private static func busy(from last: RunStatus, to status: RunStatus) -> [String: Double] {
    let time = status.elapsed - last.elapsed
    guard time > 0 else { return [:] }
    return status.figures.processorTime.reduce(into: [:]) { busy, entry in
      guard let before = last.figures.processorTime[entry.key], entry.value >= before else { return }
      busy[entry.key] = min((entry.value - before) / time, 1)
    }
  }

  private static func frame(_ message: String) -> String { "event: status\ndata: \(message)\n\n" }

  private static func json(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}

/// What a listener gets.
private struct View: Encodable {
  let schemaVersion = 1
  let status: RunStatus
  let busy: [String: Double]
  let diagnosis: Diagnosis

  enum CodingKeys: String, CodingKey {
    case schemaVersion = "schema_version"
    case status, busy, diagnosis
  }
}

extension LiveFeed.Point {
  fileprivate init(_ status: RunStatus) {
    func balance(_ stage: String) -> StageBalance? { status.ledger.first { $0.stage == stage } }
    let total = status.figures.latency.first { $0.stage == "total" }
    self.init(
      time: status.elapsed, entered: balance("level1")?.entered ?? 0, level1: balance("level1")?.passed ?? 0,
      accepted: balance("hlt")?.passed ?? 0, vetoed: balance("level1")?.vetoed ?? 0,
      bytes: status.figures.bytesWritten, p50: total?.p50, p99: total?.p99)
  }
}
