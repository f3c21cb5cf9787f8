import CZeroMQ
import Glibc

/// The container of sockets: sockets of one context can be linked over `inproc://`.
///
/// Every socket holds its context strongly, so the context ends after its last socket; `deinit` then waits until
/// the messages that sockets were still lingering over are gone.
@safe public final class Context: @unchecked Sendable {
  // libzmq contexts may be used from any thread.
  let handle: UnsafeMutableRawPointer

  /// A new context.
  /// - Parameters:
  ///   - ioThreads: threads that move bytes for `ipc` and `tcp`; `inproc` needs none.
  ///   - maximumSockets: how many sockets may exist at once.
  /// - Throws: ``ZeroMQError`` when libzmq refuses.
  public init(ioThreads: Int = 1, maximumSockets: Int = 1023) throws(ZeroMQError) {
    guard let handle = unsafe zmq_ctx_new() else { throw ZeroMQError(last: "make a context") }
    unsafe self.handle = unsafe handle
    try set(ZMQ_IO_THREADS, to: ioThreads, named: "number of I/O threads")
    try set(ZMQ_MAX_SOCKETS, to: maximumSockets, named: "maximum number of sockets")
  }

  private func set(_ option: Int32, to value: Int, named name: String) throws(ZeroMQError) {
    guard let number = Int32(exactly: value), unsafe zmq_ctx_set(handle, option, number) == 0 else {
      throw ZeroMQError(
        code: .invalidArgument, operation: "set the \(name) of a context", reason: "\(value) is not possible")
    }
  }

  /// Makes every blocked and every later call on this context's sockets fail with ``ZeroMQError/Code/terminated``.
  /// This is the way out of an aborted run; an orderly end needs no shutdown.
  public func shutdown() {
    unsafe _ = zmq_ctx_shutdown(handle)
  }

  deinit {
    while unsafe zmq_ctx_term(handle) != 0 && zmq_errno() == EINTR {}
  }
}
