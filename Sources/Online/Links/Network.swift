import ZeroMQ

/// Where the stages of one run find each other.
package final class Network: Sendable {
  package let context: Context
  private let place: @Sendable (String) -> String

  /// A network inside this process.
  /// - Parameter stages: about how many stages will have sockets in it.
  package convenience init(stages: Int) throws {
    try self.init(stages: stages) { "inproc://run/\($0)" }
  }

  /// A network whose stages are anywhere.
  /// - Parameters:
  ///   - stages: about how many stages of it have sockets in this process.
  ///   - endpoint: the endpoint of a stage's input.
  package init(stages: Int, endpoint: @escaping @Sendable (_ stage: String) -> String) throws {
    context = try Context(ioThreads: 1, maximumSockets: 64 + 4 * stages)
    place = endpoint
  }

  /// The endpoint of a stage's input.
  package func endpoint(of stage: String) -> String { place(stage) }

  /// A socket without high-water marks: credits bound what is on a link, so no mark may ever stop or drop anything.
  package func socket(_ type: SocketType) throws -> Socket {
    let socket = try Socket(type, in: context)
    try socket.set(.sendHighWaterMark, to: 0)
    try socket.set(.receiveHighWaterMark, to: 0)
    // Every link ends with an acknowledged message; what is still to be sent after it is for peers that are gone.
    try socket.set(.linger, to: .seconds(1))
    return socket
  }

  /// Frees every stage from whatever it waits for; the run is over.
  package func abort() { context.shutdown() }
}
