import CZeroMQ
import Glibc

/// The pattern a socket speaks.
public enum SocketType: Sendable {
  /// Exclusive pair.
  case pair
  /// Publishes; drops for subscribers that do not keep up.
  case publish
  /// Receives what a publisher sends.
  case subscribe
  /// Sends a request, then waits for the reply.
  case request
  /// Answers requests.
  case reply
  /// Talks to one or more peers without addressing them.
  case dealer
  /// Talks to peers by identity, the first frame of every message.
  case router
  /// Deals messages out.
  case push
  /// Collects messages.
  case pull

  var number: Int32 {
    switch self {
    case .pair: ZMQ_PAIR
    case .publish: ZMQ_PUB
    case .subscribe: ZMQ_SUB
    case .request: ZMQ_REQ
    case .reply: ZMQ_REP
    case .dealer: ZMQ_DEALER
    case .router: ZMQ_ROUTER
    case .push: ZMQ_PUSH
    case .pull: ZMQ_PULL
    }
  }
}

/// What a socket is to libzmq, shared with the pollers that watch it. Closing happens once.
@safe final class SocketHandle {
  private(set) var pointer: UnsafeMutableRawPointer?
  private let context: Context

  init(context: Context, pointer: UnsafeMutableRawPointer) {
    self.context = context
    unsafe self.pointer = unsafe pointer
  }

  func close() {
    guard let open = unsafe pointer else { return }
    unsafe _ = zmq_close(open)
    unsafe pointer = nil
  }

  deinit { close() }
}

/// A ZeroMQ socket: owned by one place, closed when its owner lets go of it.
///
/// A socket may move to another thread but can never be used by two, because it cannot be copied. It holds its
/// context, which therefore outlives it. Calls interrupted by a signal are repeated.
@safe public struct Socket: ~Copyable, @unchecked Sendable {
  let handle: SocketHandle
  private let pointer: UnsafeMutableRawPointer

  /// The pattern of this socket.
  public let type: SocketType

  /// The endpoint of the last bind or connect, named in errors.
  public private(set) var endpoint: String?

  /// A new socket.
  /// - Throws: ``ZeroMQError`` when the context is shut down or has too many sockets.
  public init(_ type: SocketType, in context: Context) throws(ZeroMQError) {
    guard let pointer = unsafe zmq_socket(context.handle, type.number) else {
      throw ZeroMQError(last: "make a \(type) socket")
    }
    handle = unsafe SocketHandle(context: context, pointer: pointer)
    unsafe self.pointer = unsafe pointer
    self.type = type
    endpoint = nil
  }

  deinit { handle.close() }

  /// Binds to an endpoint such as `inproc://builder` or `tcp://127.0.0.1:*`.
  /// - Returns: the endpoint as bound, with the port the system chose.
  @discardableResult
  public mutating func bind(_ endpoint: String) throws(ZeroMQError) -> String {
    guard unsafe endpoint.withCString({ unsafe zmq_bind(pointer, $0) }) == 0 else {
      throw ZeroMQError(last: "bind", endpoint: endpoint)
    }
    self.endpoint = endpoint
    let bound = try get(.lastEndpoint)
    self.endpoint = bound
    return bound
  }

  /// Connects to an endpoint; over `inproc` the other side may bind later.
  public mutating func connect(_ endpoint: String) throws(ZeroMQError) {
    guard unsafe endpoint.withCString({ unsafe zmq_connect(pointer, $0) }) == 0 else {
      throw ZeroMQError(last: "connect", endpoint: endpoint)
    }
    self.endpoint = endpoint
  }

  // MARK: Sending

  /// Sends one frame, waiting as long as the send time-out allows.
  /// - Parameter more: whether another frame of the same message follows.
  /// - Throws: ``ZeroMQError``; the message is given up.
  public func send(_ message: consuming Message, more: Bool = false) throws(ZeroMQError) {
    guard transmit(message, flags: more ? ZMQ_SNDMORE : 0) else { throw ZeroMQError(last: "send", endpoint: endpoint) }
  }

  /// Sends all frames of a message, waiting as long as the send time-out allows.
  public func send(_ message: consuming MultipartMessage) throws(ZeroMQError) {
    guard try send(message.takeFrames(), waiting: true) else {
      throw ZeroMQError(errno: EAGAIN, operation: "send", endpoint: endpoint)
    }
  }

  /// Sends all frames of a message if that is possible at once.
  /// - Returns: false when the socket cannot take it now; nothing was sent, and the frames can be sent again.
  public func trySend(_ frames: [Frame]) throws(ZeroMQError) -> Bool {
    try send(frames, waiting: false)
  }

  /// Sends all frames of a message to the peer that the first one names, on a ROUTER that must know its peers.
  /// - Returns: false when there is no such peer any more; nothing was sent.
  public func sendIfReachable(_ frames: [Frame]) throws(ZeroMQError) -> Bool {
    for position in frames.indices {
      let message = try frames[position].message()
      if transmit(message, flags: position + 1 < frames.count ? ZMQ_SNDMORE : 0) { continue }
      if position == 0 && zmq_errno() == EHOSTUNREACH { return false }
      throw ZeroMQError(last: "send frame \(position + 1) of \(frames.count)", endpoint: endpoint)
    }
    return true
  }

  private func send(_ frames: [Frame], waiting: Bool) throws(ZeroMQError) -> Bool {
    guard !frames.isEmpty else {
      throw ZeroMQError(
        code: .frameCount, operation: "send", endpoint: endpoint, reason: "a message needs at least one frame")
    }
    for position in frames.indices {
      let message = try frames[position].message()
      let more = position + 1 < frames.count ? ZMQ_SNDMORE : 0
      if transmit(message, flags: more | (waiting ? 0 : ZMQ_DONTWAIT)) { continue }
      if position == 0 && zmq_errno() == EAGAIN { return false }
      throw ZeroMQError(last: "send frame \(position + 1) of \(frames.count)", endpoint: endpoint)
    }
    return true
  }

  private func transmit(_ message: borrowing Message, flags: Int32) -> Bool {
    while true {
      // On success libzmq takes the content over and leaves an empty message behind.
      if unsafe zmq_msg_send(message.storage, pointer, flags) >= 0 { return true }
      if zmq_errno() != EINTR { return false }
    }
  }

  // MARK: Receiving

  /// Receives one frame, waiting as long as the receive time-out allows.
  public func receive() throws(ZeroMQError) -> Message {
    let message = Message()
    guard fill(message, flags: 0) else { throw ZeroMQError(last: "receive", endpoint: endpoint) }
    return message
  }

  /// Receives all frames of a message, waiting as long as the receive time-out allows.
  public func receiveFrames() throws(ZeroMQError) -> [Frame] {
    guard let frames = try receiveFrames(flags: 0) else {
      throw ZeroMQError(errno: EAGAIN, operation: "receive", endpoint: endpoint)
    }
    return frames
  }

  /// Receives all frames of a message if one is there.
  /// - Returns: nil when there is none.
  public func tryReceiveFrames() throws(ZeroMQError) -> [Frame]? {
    try receiveFrames(flags: ZMQ_DONTWAIT)
  }

  private func receiveFrames(flags: Int32) throws(ZeroMQError) -> [Frame]? {
    var frames: [Frame] = []
    while true {
      let message = Message()
      guard fill(message, flags: flags) else {
        if frames.isEmpty && zmq_errno() == EAGAIN { return nil }
        throw ZeroMQError(last: "receive frame \(frames.count + 1)", endpoint: endpoint)
      }
      let more = message.hasMore
      frames.append(Frame(message))
      if !more { return frames }
    }
  }

  private func fill(_ message: borrowing Message, flags: Int32) -> Bool {
    while true {
      if unsafe zmq_msg_recv(message.storage, pointer, flags) >= 0 { return true }
      if zmq_errno() != EINTR { return false }
    }
  }
}
