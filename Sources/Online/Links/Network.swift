import Glibc
import ZeroMQ

/// Where the stages of one run find each other.
package final class Network: Sendable {
  package let context: Context
  private let place: @Sendable (String) -> String
  private let keys: KeyRing?
  private let authenticator: Authenticator?

  /// A network inside this process.
  /// - Parameter stages: about how many stages will have sockets in it.
  package convenience init(stages: Int) throws {
    try self.init(stages: stages) { "inproc://run/\($0)" }
  }

  /// A network whose stages are anywhere.
  /// - Parameters:
  ///   - stages: about how many stages of it have sockets in this process.
  ///   - keys: what encrypts and authenticates links over tcp; nil leaves them open.
  ///   - endpoint: the endpoint of a stage's input.
  package init(
    stages: Int, keys: KeyRing? = nil, endpoint: @escaping @Sendable (_ stage: String) -> String
  ) throws {
    context = try Context(ioThreads: 1, maximumSockets: 64 + 4 * stages)
    place = endpoint
    self.keys = keys
    authenticator = try keys.map { [context] in try Authenticator($0, context: context) }
  }

  // The authenticator would keep the context for ever.
  deinit { if authenticator != nil { context.shutdown() } }

  /// Connections that were refused, since nobody knows their key or it opens another door.
  package var refusedConnections: Int { authenticator?.refused ?? 0 }

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

  /// Connects a sender to a stage's input.
  package func connect(_ socket: inout Socket, to stage: String, as sender: String) throws {
    if let keys, endpoint(of: stage).hasPrefix("tcp://") {
      let own = try keys.pair(of: KeyRing.role(of: sender))
      try socket.set(.curveServerKey, to: Array(keys.publicKey(of: KeyRing.role(of: stage)).utf8))
      try socket.set(.curvePublicKey, to: Array(own.publicKey.utf8))
      try socket.set(.curveSecretKey, to: Array(own.secretKey.utf8))
    }
    try socket.connect(endpoint(of: stage))
  }

  /// Whether a message comes from whom it says: on an authenticated link the name must be of the role whose key was shown.
  package func isGenuine(_ message: [Frame], from name: String) -> Bool {
    guard keys != nil, let sender = message.last?.sender else { return true }
    return sender == KeyRing.role(of: name)
  }

  /// Binds a stage's input. A port that the run before has just given up may take a moment to be free.
  package func bind(_ socket: inout Socket, as stage: String) throws {
    if let keys, endpoint(of: stage).hasPrefix("tcp://") {
      try socket.set(.curveServer, to: true)
      try socket.set(.curveSecretKey, to: Array(keys.pair(of: KeyRing.role(of: stage)).secretKey.utf8))
      try socket.set(.authenticationDomain, to: Array(stage.utf8))
    }
    let deadline = ContinuousClock.now + .seconds(5)
    while true {
      do {
        try socket.bind(endpoint(of: stage))
        return
      } catch {
        guard error.code == .addressInUse, ContinuousClock.now < deadline else { throw error }
      }
      usleep(10_000)
    }
  }

  /// Frees every stage from whatever it waits for; the run is over.
  package func abort() { context.shutdown() }
}
