import ArrowStream
import Dispatch
import Foundation
import Synchronization
import ZeroMQ

/// Copies accepted events and the state of the run to whoever looks on, without ever slowing the run.
///
/// Stages leave the newest batch in a slot and go on; a thread of its own chooses the events, encodes and sends them. A batch that
/// comes while the last one is still in the slot is skipped and counted. Messages have two frames:
///
/// | topic | content |
/// |---|---|
/// | `events` | an Arrow IPC stream of one batch: schema, labels, events, end |
/// | `counters` | the state of the run as JSON, ``RunStatus`` |
///
/// What a subscriber does not take in time is dropped, as PUB does.
package final class ExpressPublisher: Sendable {
  private struct State {
    var batch: RecordBatch?
    var status: RunStatus?
    var isOver = false
    var offered = 0
    var skipped = 0
  }

  let endpoint: String
  private let choice: ExpressChoice?
  private let state = Mutex(State())
  private let changed = DispatchSemaphore(value: 0)
  private let opening = Mutex<Result<Void, ZeroMQError>?>(nil)
  private let opened = DispatchSemaphore(value: 0)

  /// A publisher.
  /// - Parameter choice: which events are copied; nil publishes counters only.
  package init(endpoint: String, choice: ExpressChoice?) {
    self.endpoint = endpoint
    self.choice = choice
  }

  /// Leaves accepted events to be copied. Never waits.
  package func offer(_ batch: RecordBatch) {
    guard choice != nil else { return }
    let isTaken = state.withLock { state in
      state.offered += batch.count
      guard state.batch == nil, !state.isOver else {
        state.skipped += batch.count
        return false
      }
      state.batch = batch
      return true
    }
    if isTaken { changed.signal() }
  }

  /// Leaves the state of the run. Never waits.
  package func post(_ status: RunStatus) {
    state.withLock { $0.status = status }
    changed.signal()
  }

  /// The run is over: what lies here is sent, then ``run()`` ends.
  package func finish() {
    state.withLock { $0.isOver = true }
    changed.signal()
  }

  /// Accepted events that were offered, and those of them that came while the last ones were still being sent.
  package var counts: (offered: Int, skipped: Int) { state.withLock { ($0.offered, $0.skipped) } }

  /// Waits until the endpoint is bound to.
  /// - Throws: ``ZeroMQError`` when it cannot be.
  package func waitUntilOpen() throws {
    opened.wait()
    opened.signal()
    try opening.withLock { $0 }?.get()
  }

  /// Publishes until the run is over. Runs on a thread of its own. What goes wrong here ends nobody's run.
  package func run() {
    do { try publish() } catch let error as ZeroMQError {
      settle(.failure(error))
    } catch {
      // A batch that cannot be copied was read by others before; nobody is told less for want of it.
    }
  }

  private func settle(_ result: Result<Void, ZeroMQError>) {
    opening.withLock { if $0 == nil { $0 = result } }
    opened.signal()
  }

  private func publish() throws {
    let context = try Context(ioThreads: 1, maximumSockets: 4)
    var socket = try Socket(.publish, in: context)
    try socket.set(.sendHighWaterMark, to: 100)
    // What is still on its way to a slow subscriber when the run ends is given up.
    try socket.set(.linger, to: .seconds(1))
    try socket.bind(endpoint)
    settle(.success(()))
    while true {
      changed.wait()
      let (batch, status, isOver) = state.withLock { state in
        defer { (state.batch, state.status) = (nil, nil) }
        return (state.batch, state.status, state.isOver)
      }
      if let batch, let choice {
        let rows = try choice.rows(of: batch)
        if !rows.isEmpty { try send("events", Self.stream(of: batch.taking(rows: rows)), on: socket) }
      }
      if let status { try send("counters", Self.json(status), on: socket) }
      if isOver { return }
    }
  }

  private func send(_ topic: String, _ content: [UInt8], on socket: borrowing Socket) throws {
    _ = try socket.trySend([Frame(try Message(topic)), Frame(try Message(content))])
  }

  /// A batch as an Arrow IPC stream that needs nothing else to be read.
  package static func stream(of batch: RecordBatch) throws -> [UInt8] {
    let preamble = try StreamPreamble(describing: batch)
    let (head, body) = try BatchMessage(batch, preamble: preamble).encoded()
    // A length of 0 after the mark of a message ends a stream.
    return preamble.bytes + head + body.bytes + [0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0]
  }

  private static func json(_ status: RunStatus) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return Array(try encoder.encode(status))
  }
}
