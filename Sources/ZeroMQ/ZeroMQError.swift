import CZeroMQ

/// A failed call into libzmq: what was tried, on which endpoint, and why it failed.
public struct ZeroMQError: Error, Equatable, CustomStringConvertible {
  /// What a failure means to the caller, independent of the errno's number on this platform.
  public enum Code: Equatable, Sendable {
    /// The operation would have to wait and was told not to, or its time limit passed (`EAGAIN`).
    case wouldBlock
    /// The context was shut down; the socket can only be closed (`ETERM`).
    case terminated
    /// Another socket is bound to this endpoint (`EADDRINUSE`).
    case addressInUse
    /// The endpoint's address does not exist on this machine (`EADDRNOTAVAIL`, `ENODEV`).
    case addressNotAvailable
    /// Nothing listens there, or the routing identity is unknown (`ECONNREFUSED`, `EHOSTUNREACH`).
    case unreachable
    /// The endpoint, option or value is not valid (`EINVAL`).
    case invalidArgument
    /// The transport or protocol is not built into this libzmq (`EPROTONOSUPPORT`, `ENOCOMPATPROTO`).
    case protocolNotSupported
    /// The socket's state does not allow the operation, such as two sends in a row on REQ (`EFSM`).
    case wrongState
    /// The socket type does not know the operation (`ENOTSUP`).
    case notSupported
    /// The socket or context is closed (`ENOTSOCK`, `EFAULT`).
    case closed
    /// Too many sockets or open files (`EMFILE`).
    case tooManySockets
    /// No memory for the message (`ENOMEM`).
    case outOfMemory
    /// A message had another number of frames than the caller requires.
    case frameCount
    /// Any other errno.
    case other
  }

  /// What the failure means.
  public let code: Code
  /// The errno libzmq reported; 0 when the wrapper itself refused.
  public let errno: Int32
  /// What was tried, in words: "bind", "send", "set option RCVHWM".
  public let operation: String
  /// The endpoint concerned, if one is known.
  public let endpoint: String?
  /// The reason in words, from libzmq or from the wrapper.
  public let reason: String

  /// An error found by the wrapper itself.
  public init(code: Code, operation: String, endpoint: String? = nil, reason: String) {
    self.code = code
    self.errno = 0
    self.operation = operation
    self.endpoint = endpoint
    self.reason = reason
  }

  /// The error of the libzmq call that just failed on this thread.
  init(last operation: String, endpoint: String? = nil) {
    self.init(errno: zmq_errno(), operation: operation, endpoint: endpoint)
  }

  init(errno number: Int32, operation: String, endpoint: String?) {
    self.code = Self.code(of: number)
    self.errno = number
    self.operation = operation
    self.endpoint = endpoint
    if let text = unsafe zmq_strerror(number) {
      self.reason = unsafe String(cString: text)
    } else {
      self.reason = "errno \(number)"
    }
  }

  private static func code(of number: Int32) -> Code {
    switch number {
    case EAGAIN: .wouldBlock
    case Constants.terminated: .terminated
    case EADDRINUSE: .addressInUse
    case EADDRNOTAVAIL, ENODEV: .addressNotAvailable
    case ECONNREFUSED, EHOSTUNREACH: .unreachable
    case EINVAL: .invalidArgument
    case EPROTONOSUPPORT, Constants.incompatibleProtocol: .protocolNotSupported
    case Constants.wrongState: .wrongState
    case ENOTSUP: .notSupported
    case ENOTSOCK, EFAULT: .closed
    case EMFILE: .tooManySockets
    case ENOMEM: .outOfMemory
    default: .other
    }
  }

  /// One line: what was tried, where, why not.
  public var description: String {
    let place = endpoint.map { " \($0)" } ?? ""
    let number = errno == 0 ? "" : " (errno \(errno))"
    return "zeromq: \(operation)\(place): \(reason)\(number)"
  }
}

/// libzmq's own errno values. Its header defines them with a macro sum that Swift does not import.
private enum Constants {
  static let base: Int32 = 156_384_712
  static let wrongState: Int32 = base + 51
  static let incompatibleProtocol: Int32 = base + 52
  static let terminated: Int32 = base + 53
}
