import ZeroMQ

/// Where the stages of one run find each other.
package final class Network: Sendable {
  package let context: Context
  private let name: String

  /// A network inside this process.
  /// - Parameter stages: about how many stages will have sockets in it.
  package init(stages: Int) throws {
    context = try Context(ioThreads: 1, maximumSockets: 64 + 4 * stages)
    name = "inproc://run"
  }

  /// The endpoint of a stage's input.
  package func endpoint(of stage: String) -> String { "\(name)/\(stage)" }

  /// A socket without high-water marks: credits bound what is on a link, so no mark may ever stop or drop anything.
  package func socket(_ type: SocketType) throws -> Socket {
    let socket = try Socket(type, in: context)
    try socket.set(.sendHighWaterMark, to: 0)
    try socket.set(.receiveHighWaterMark, to: 0)
    return socket
  }

  /// Frees every stage from whatever it waits for; the run is over.
  package func abort() { context.shutdown() }
}
