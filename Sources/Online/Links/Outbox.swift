import ArrowStream
import ZeroMQ

/// The sending end of a data link: a DEALER that connects to the receiver's ROUTER.
///
/// It sends only with credits, and it ends with an acknowledged message: libzmq may lose the tail of what a socket
/// held when it closes, so a socket is closed only after the receiver has said that it has everything.
package final class Outbox {
  package let link: String
  private let socket: Socket
  package private(set) var credits = SenderCredits()
  private var reader: MessageReader
  private var writer = MessageWriter()
  private var done: UInt64 = 0
  /// Whether the receiver, and everybody behind it, has dealt with everything.
  package private(set) var isEnded = false

  /// - Parameters:
  ///   - sender: the name by which the receiver knows this end.
  ///   - receiver: the stage at the other end.
  package init(from sender: String, to receiver: String, network: Network) throws {
    link = "\(sender) -> \(receiver)"
    reader = MessageReader(link: link)
    var socket = try network.socket(.dealer)
    try socket.set(.routingIdentity, to: Array(sender.utf8))
    try network.connect(&socket, to: receiver, as: sender)
    try socket.send(MultipartMessage([Frame(try Message(MessageHeader(.hello).encoded()))]))
    self.socket = socket
  }

  /// Batches that the receiver is done with.
  package var acknowledged: UInt64 { done }

  /// Adds this link to a poller.
  package func watch(in poller: inout Poller) -> Int { poller.add(socket) }

  /// Sends a batch, waiting for a credit first.
  package func send(_ header: MessageHeader, _ parts: [MessageWriter.Part], reason: String? = nil) throws {
    try waitForCredit()
    for message in try writer.messages(header: header, parts: parts, reason: reason) {
      try socket.send(MultipartMessage(message))
    }
    credits.send()
  }

  /// Waits until a batch may be sent.
  package func waitForCredit() throws {
    while !credits.canSend { try take(try socket.receiveFrames()) }
  }

  /// Takes in what the receiver has said so far, without waiting.
  package func takeAnswers() throws {
    while let frames = try socket.tryReceiveFrames() { try take(frames) }
  }

  private func take(_ frames: [Frame]) throws {
    switch try reader.read(frames[...]) {
    case .credit(let granted, let done):
      guard done >= self.done else {
        throw LinkError.protocolBroken(link: link, reason: "acknowledgements run backwards")
      }
      try credits.grant(granted, returned: Int(clamping: done - self.done), link: link)
      self.done = done
    case .ended: isEnded = true
    default: throw LinkError.protocolBroken(link: link, reason: "a receiver may only send credits and acknowledgements")
    }
  }

  /// Tells the receiver that everything has been sent.
  package func sendEnd() throws {
    let end = MessageHeader(.end, sequence: credits.sent)
    try socket.send(MultipartMessage([Frame(try Message(end.encoded()))]))
  }

  /// Waits until the receiver, and everybody behind it, has dealt with everything.
  package func waitForEnd() throws {
    while !isEnded { try take(try socket.receiveFrames()) }
    guard credits.outstanding == 0 else {
      throw LinkError.protocolBroken(
        link: link, reason: "the end was acknowledged with \(credits.outstanding) batches outstanding")
    }
  }
}
