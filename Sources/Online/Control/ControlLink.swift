import Foundation
import ZeroMQ

/// Run control's end of its links: a ROUTER to which stages and the command line connect.
final class ControlDesk {
  private let socket: Socket
  private let network: Network
  /// Messages without meaning, that were dropped.
  private(set) var strays = 0

  init(network: Network) throws {
    self.network = network
    var socket = try network.socket(.router)
    try socket.set(.routerMandatory, to: true)
    try network.bind(&socket, as: RunControl.stage)
    self.socket = socket
  }

  /// Waits for a message.
  /// - Returns: who said what; nil when the time is over, or when only nonsense came.
  func receive(within time: Duration) throws -> (peer: Frame, message: ControlMessage)? {
    var poller = Poller()
    poller.add(socket)
    guard try poller.wait(for: time) > 0 else { return nil }
    while let frames = try socket.tryReceiveFrames() {
      if frames.count == 2, frames[1].count <= ControlSeat.largestMessage,
        let message = try? ControlCoding.decoder.decode(ControlMessage.self, from: Data(frames[1].bytes)),
        network.isGenuine(frames, from: message.stage)
      {
        return (frames[0], message)
      }
      strays += 1
    }
    return nil
  }

  /// Tells a peer something; one that is gone hears nothing.
  func send(_ answer: some Encodable, to peer: Frame) throws {
    _ = try socket.sendIfReachable([peer, Frame(try Message([UInt8](ControlCoding.encoder.encode(answer))))])
  }
}

/// A stage's, or the command line's, end of its link to run control.
final class ControlSeat {
  /// More bytes than any message between a stage and run control has.
  static let largestMessage = 64 << 20
  private let socket: Socket
  private let network: Network

  init(as name: String, network: Network) throws {
    self.network = network
    var socket = try network.socket(.dealer)
    try socket.set(.routingIdentity, to: Array(name.utf8))
    try network.connect(&socket, to: RunControl.stage, as: name)
    self.socket = socket
  }

  /// Says something to run control; nothing to one that has refused this end's key.
  func send(_ message: ControlMessage) throws {
    _ = try socket.trySend([Frame(try Message([UInt8](ControlCoding.encoder.encode(message))))])
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
