import ZeroMQ

/// A worker's end of the farm: a DEALER that asks for work.
package final class FarmSeat {
  private let socket: Socket
  private var reader: MessageReader
  private var credits: ReceiverCredits

  /// - Parameters:
  ///   - name: the worker's name.
  ///   - credits: batches the worker may hold at once.
  package init(of name: String, credits: Int, network: Network) throws {
    reader = MessageReader(link: "\(Farm.stage) -> \(name)")
    self.credits = ReceiverCredits(capacity: credits)
    var socket = try network.socket(.dealer)
    try socket.set(.routingIdentity, to: Array(name.utf8))
    try network.connect(&socket, to: Farm.stage, as: name)
    self.socket = socket
    try ask(for: self.credits.open())
  }

  private func ask(for count: Int, done: UInt64? = nil) throws {
    let header = MessageHeader(.credit, sequence: done.map { $0 + 1 } ?? 0, events: count)
    try socket.send(MultipartMessage([Frame(try Message(header.encoded()))]))
  }

  /// Waits for work; nil when no more comes.
  package func receive() throws -> ReceivedBatch? {
    while true {
      switch try reader.read(try socket.receiveFrames()[...]) {
      case .batch(let batch):
        try credits.receive(link: batch.link)
        return batch
      case .end: return nil
      case .schema: continue
      default: throw LinkError.protocolBroken(link: reader.link, reason: "the farm may only send work")
      }
    }
  }

  /// A batch is done with and its result sent; asks for another.
  package func release(_ sequence: UInt64) throws {
    credits.release()
    try ask(for: 1, done: sequence)
  }

  /// Tells the farm that this worker has finished for good, if the farm is still there to hear it.
  package func acknowledgeEnd() throws {
    _ = try socket.trySend([Frame(try Message(MessageHeader(.ended).encoded()))])
  }
}
