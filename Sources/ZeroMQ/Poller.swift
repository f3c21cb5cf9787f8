import CZeroMQ
import Glibc

/// Waits until one of several sockets is ready.
///
/// The poller refers to the sockets without owning them; watching a socket that has been closed is an error, not a
/// crash.
@safe public struct Poller: ~Copyable {
  /// What to wait for, and what was found.
  public struct Readiness: OptionSet, Sendable {
    /// libzmq's event bits.
    public let rawValue: Int16

    /// Readiness from libzmq's event bits.
    public init(rawValue: Int16) { self.rawValue = rawValue }

    /// A message can be received.
    public static let readable = Readiness(rawValue: Int16(ZMQ_POLLIN))
    /// A message can be sent.
    public static let writable = Readiness(rawValue: Int16(ZMQ_POLLOUT))
  }

  private var handles: [SocketHandle] = []
  private var items: [zmq_pollitem_t] = unsafe []

  /// A poller that watches nothing yet.
  public init() {}

  /// Number of sockets watched.
  public var count: Int { handles.count }

  /// Watches a socket.
  /// - Returns: the position by which this poller knows it.
  @discardableResult
  public mutating func add(_ socket: borrowing Socket, for events: Readiness = .readable) -> Int {
    handles.append(socket.handle)
    unsafe items.append(zmq_pollitem_t(socket: socket.handle.pointer, fd: 0, events: events.rawValue, revents: 0))
    return handles.count - 1
  }

  /// Changes what is waited for; an empty set keeps the socket's place without watching it.
  public mutating func watch(_ position: Int, for events: Readiness) {
    unsafe items[position].events = events.rawValue
  }

  /// Waits until a socket is ready or the time is over.
  /// - Parameter timeout: nil waits without limit.
  /// - Returns: how many sockets are ready; 0 when the time is over.
  public mutating func wait(for timeout: Duration? = nil) throws(ZeroMQError) -> Int {
    for position in handles.indices where unsafe handles[position].pointer == nil {
      throw ZeroMQError(code: .closed, operation: "poll", reason: "socket \(position) has been closed")
    }
    var limit = -1
    if let timeout { limit = Int(min(max(timeout.wholeMilliseconds, 0), Int64(Int32.max))) }
    let deadline = timeout.map { ContinuousClock.now + $0 }
    while true {
      let found = unsafe items.withUnsafeMutableBufferPointer { buffer in
        unsafe zmq_poll(buffer.baseAddress, Int32(buffer.count), limit)
      }
      if found >= 0 { return Int(found) }
      guard zmq_errno() == EINTR else { throw ZeroMQError(last: "poll") }
      if let deadline {
        limit = Int(max(0, min((deadline - ContinuousClock.now).wholeMilliseconds, Int64(Int32.max))))
      }
    }
  }

  /// What the last wait found at a position.
  public func found(_ position: Int) -> Readiness {
    unsafe Readiness(rawValue: items[position].revents)
  }
}
