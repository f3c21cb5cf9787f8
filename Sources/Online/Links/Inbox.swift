import ArrowStream
import ZeroMQ

/// The receiving end of the data links of one stage: a ROUTER to which its senders connect.
///
/// Each sender is granted a fixed number of credits and gets one back for every batch that is released, so what waits
/// in the stage is bounded however long the stream is. Guests, the workers of a farm, may join and vanish at any time; they
/// get credits of their own. What comes from anybody else is dropped and counted.
package final class Inbox {
  package enum Delivery {
    case batch(sender: Int, ReceivedBatch)
    case end(sender: Int)
  }

  private struct Sender {
    let identity: Frame
    var credits: ReceiverCredits
    var reader: MessageReader
    var released: UInt64 = 0
    var isGuest = false
    var isConnected = false
    var hasEnded = false
  }

  package let stage: String
  private let socket: Socket
  private let network: Network
  private var senders: [Sender] = []
  private var numbers: [String: Int] = [:]
  private let guestCredits: Int
  /// Messages of nobody this stage knows, or of guests without meaning, that were dropped.
  package private(set) var strays = 0

  /// - Parameters:
  ///   - senders: the names of all who will send, in the order of their numbers, each with its credits.
  ///   - guestCredits: what a worker of the farm gets that joins; 0 admits none.
  package init(
    of stage: String, senders: [(name: String, credits: Int)], guestCredits: Int = 0, network: Network
  ) throws {
    self.stage = stage
    self.network = network
    self.guestCredits = guestCredits
    for (number, sender) in senders.enumerated() {
      numbers[sender.name] = number
      self.senders.append(
        Sender(
          identity: Frame(try Message(sender.name)), credits: ReceiverCredits(capacity: sender.credits),
          reader: MessageReader(link: "\(sender.name) -> \(stage)")))
    }
    var socket = try network.socket(.router)
    try socket.set(.routerMandatory, to: true)
    try network.bind(&socket, as: stage)
    self.socket = socket
  }

  /// Whether every sender that is no guest has ended.
  package var hasEnded: Bool { senders.allSatisfy { $0.isGuest || $0.hasEnded } }

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
    guard let name = frames.first?.text, network.isGenuine(frames, from: name), let number = number(of: name, frames)
    else {
      strays += 1
      return nil
    }
    guard senders[number].isGuest else { return try take(frames, from: number, name) }
    do { return try take(frames, from: number, name) } catch is LinkError {
      // A guest cannot end a run; what it owes is given to another when it is found to be lost.
      strays += 1
      return nil
    }
  }

  /// The number of a sender; a guest gets one with its first hello.
  private func number(of name: String, _ frames: [Frame]) -> Int? {
    if let number = numbers[name] { return number }
    guard guestCredits > 0, WorkerName.isValid(name), let identity = frames.first else { return nil }
    var reader = MessageReader(link: "\(name) -> \(stage)")
    guard case .hello? = try? reader.read(frames.dropFirst()) else { return nil }
    numbers[name] = senders.count
    senders.append(
      Sender(identity: identity, credits: ReceiverCredits(capacity: guestCredits), reader: reader, isGuest: true))
    return senders.count - 1
  }

  private func take(_ frames: [Frame], from number: Int, _ name: String) throws -> Delivery? {
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
    try tell(MessageHeader(.credit, sequence: senders[number].released, events: credits), to: number)
  }

  private func tell(_ header: MessageHeader, to number: Int) throws {
    let frames = [senders[number].identity, Frame(try Message(header.encoded()))]
    guard senders[number].isGuest else { return try socket.send(MultipartMessage(frames)) }
    // A guest that is gone without a word is the business of whoever deals out the work.
    senders[number].isConnected = try socket.sendIfReachable(frames)
  }

  /// A batch of a sender is done with; its credit goes back.
  package func release(sender number: Int) throws {
    senders[number].credits.release()
    senders[number].released += 1
    try grant(1, to: number)
  }

  /// Tells every sender that everything has been dealt with here and further on.
  package func acknowledgeEnd() throws {
    for number in senders.indices where senders[number].isConnected { try tell(MessageHeader(.ended), to: number) }
  }
}
