import Foundation
import ZeroMQ

/// Run control's end of its links: a ROUTER to which stages and the command line connect.
struct ControlDesk: ~Copyable {
  private let socket: Socket

  init(network: Network) throws {
    var socket = try network.socket(.router)
    try socket.set(.routerMandatory, to: true)
    try socket.bind(network.endpoint(of: RunControl.stage))
    self.socket = socket
  }

  /// Waits for a message.
  /// - Returns: who said what; nil when the time is over, or for what makes no sense.
  func receive(within time: Duration) throws -> (peer: Frame, message: ControlMessage)? {
    var poller = Poller()
    poller.add(socket)
    guard try poller.wait(for: time) > 0, let frames = try socket.tryReceiveFrames(), frames.count == 2,
      frames[1].count <= ControlSeat.largestMessage,
      let message = try? ControlCoding.decoder.decode(ControlMessage.self, from: Data(frames[1].bytes))
    else { return nil }
    return (frames[0], message)
  }

  /// Tells a peer something; one that is gone hears nothing.
  func send(_ answer: some Encodable, to peer: Frame) throws {
    _ = try socket.sendIfReachable([peer, Frame(try Message([UInt8](ControlCoding.encoder.encode(answer))))])
  }
}

/// A stage's, or the command line's, end of its link to run control.
struct ControlSeat: ~Copyable {
  /// More bytes than any message between a stage and run control has.
  static let largestMessage = 64 << 20
  private let socket: Socket

  init(as name: String, network: Network) throws {
    var socket = try network.socket(.dealer)
    try socket.set(.routingIdentity, to: Array(name.utf8))
    try socket.connect(network.endpoint(of: RunControl.stage))
    self.socket = socket
  }

  func send(_ message: ControlMessage) throws {
    try socket.send(MultipartMessage([Frame(try Message([UInt8](ControlCoding.encoder.encode(message))))]))
  }

  /// Waits for an answer; nil when the time is over, or for what makes no sense.
  func receive<Answer: Decodable>(_: Answer.Type, within time: Duration) throws -> Answer? {
    var poller = Poller()
    poller.add(socket)
    guard try poller.wait(for: time) > 0, let frames = try socket.tryReceiveFrames(), let content = frames.last,
      content.count <= Self.largestMessage
    else { return nil }
    return try? ControlCoding.decoder.decode(Answer.self, from: Data(content.bytes))
  }
}
