import ArrowStream
import ZeroMQ

/// The receiving end of the data links of one stage: a ROUTER to which its senders connect.
///
/// Each sender is granted a fixed number of credits and gets one back for every batch that is released, so what waits
/// in the stage is bounded however long the stream is.
package final class Inbox {
  package enum Delivery {
    case batch(sender: Int, ReceivedBatch)
    case end(sender: Int)
  }

  private struct Sender {
    package let identity: Frame
    package var credits: ReceiverCredits
    package var reader: MessageReader
    package var released: UInt64 = 0
    package var isConnected = false
    package var hasEnded = false
  }

  package let stage: String
  private let socket: Socket
  private var senders: [Sender] = []
  private var numbers: [String: Int] = [:]

  /// - Parameters:
  ///   - senders: the names of all who will send, in the order of their numbers, each with its credits.
  package init(of stage: String, senders: [(name: String, credits: Int)], network: Network) throws {
    self.stage = stage
    for (number, sender) in senders.enumerated() {
      numbers[sender.name] = number
      self.senders.append(
        Sender(
          identity: Frame(try Message(sender.name)), credits: ReceiverCredits(capacity: sender.credits),
          reader: MessageReader(link: "\(sender.name) -> \(stage)")))
    }
    var socket = try network.socket(.router)
    try socket.set(.routerMandatory, to: true)
    try socket.bind(network.endpoint(of: stage))
    self.socket = socket
  }

  /// Whether every sender has ended.
  package var hasEnded: Bool { senders.allSatisfy(\.hasEnded) }

  /// The largest number of batches that were in hand at once, over all senders.
  package var mostInHand: Int { senders.map(\.credits.mostInHand).max() ?? 0 }

  /// Adds this stage's input to a poller.
  package func watch(in poller: inout Poller) -> Int { poller.add(socket) }

  /// Waits for the next delivery.
  package func receive() throws -> Delivery {
    while true {
      if let delivery = try take(try socket.receiveFrames()) { return delivery }
    }
  }

  /// The next delivery, if one is there.
  package func tryReceive() throws -> Delivery? {
    while let frames = try socket.tryReceiveFrames() {
      if let delivery = try take(frames) { return delivery }
    }
    return nil
  }

  private func take(_ frames: [Frame]) throws -> Delivery? {
    guard let name = frames.first?.text, let number = numbers[name] else {
      throw LinkError.protocolBroken(link: "-> \(stage)", reason: "a message from nobody this stage knows")
    }
    switch try senders[number].reader.read(frames.dropFirst()) {
    case .hello:
      senders[number].isConnected = true
      try grant(senders[number].credits.open(), to: number)
      return nil
    case .schema: return nil
    case .batch(let batch):
      try senders[number].credits.receive(link: batch.link)
      return .batch(sender: number, batch)
    case .end(let batches):
      let received = senders[number].credits.received
      guard batches == received else {
        throw LinkError.protocolBroken(
          link: "\(name) -> \(stage)", reason: "\(batches) batches were sent, \(received) arrived")
      }
      senders[number].hasEnded = true
      return .end(sender: number)
    case .credit, .ended:
      throw LinkError.protocolBroken(link: "\(name) -> \(stage)", reason: "a sender may not grant credits")
    }
  }

  private func grant(_ credits: Int, to number: Int) throws {
    let header = MessageHeader(.credit, sequence: senders[number].released, events: credits)
    try socket.send(MultipartMessage([senders[number].identity, Frame(try Message(header.encoded()))]))
  }

  /// A batch of a sender is done with; its credit goes back.
  package func release(sender number: Int) throws {
    senders[number].credits.release()
    senders[number].released += 1
    try grant(1, to: number)
  }

  /// Tells every sender that everything has been dealt with here and further on.
  package func acknowledgeEnd() throws {
    for sender in senders where sender.isConnected {
      let header = MessageHeader(.ended)
      try socket.send(MultipartMessage([sender.identity, Frame(try Message(header.encoded()))]))
    }
  }
}
