import ZeroMQ

/// The builder's end of the farm: a ROUTER to which workers connect and ask for work.
package final class Farm {
  package enum Request {
    /// A worker can take more batches.
    case credits(worker: Int, count: Int)
    /// A worker has finished for good.
    case ended(worker: Int)
  }

  private struct Peer {
    package let identity: Frame
    package var reader: MessageReader
    package var writer = MessageWriter()
    package var hasEnded = false
  }

  package static let stage = "farm"
  private let socket: Socket
  private var workers: [Peer] = []
  private var numbers: [String: Int] = [:]

  /// A farm of the workers with the given names.
  package init(workers names: [String], network: Network) throws {
    for (number, name) in names.enumerated() {
      numbers[name] = number
      workers.append(
        Peer(identity: Frame(try Message(name)), reader: MessageReader(link: "\(name) -> \(Self.stage)")))
    }
    var socket = try network.socket(.router)
    try socket.set(.routerMandatory, to: true)
    try socket.bind(network.endpoint(of: Self.stage))
    self.socket = socket
  }

  /// Whether every worker has finished.
  package var hasEnded: Bool { workers.allSatisfy(\.hasEnded) }

  /// Adds the workers' requests to a poller.
  package func watch(in poller: inout Poller) -> Int { poller.add(socket) }

  /// The next request, if one is there.
  package func tryReceive() throws -> Request? {
    guard let frames = try socket.tryReceiveFrames() else { return nil }
    guard let name = frames.first?.text, let number = numbers[name] else {
      throw LinkError.protocolBroken(link: "-> \(Self.stage)", reason: "a message from nobody the farm knows")
    }
    switch try workers[number].reader.read(frames.dropFirst()) {
    case .credit(let granted, _): return .credits(worker: number, count: granted)
    case .ended:
      workers[number].hasEnded = true
      return .ended(worker: number)
    default:
      throw LinkError.protocolBroken(link: "\(name) -> \(Self.stage)", reason: "a worker may only ask for work")
    }
  }

  /// Hands a batch to a worker that has asked for one.
  package func send(_ header: MessageHeader, _ parts: [MessageWriter.Part], to worker: Int) throws {
    for message in try workers[worker].writer.messages(header: header, parts: parts) {
      try socket.send(MultipartMessage([workers[worker].identity] + message))
    }
  }

  /// Tells every worker that no more work comes.
  package func sendEnd() throws {
    for worker in workers {
      try socket.send(MultipartMessage([worker.identity, Frame(try Message(MessageHeader(.end).encoded()))]))
    }
  }
}

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
    try socket.connect(network.endpoint(of: Farm.stage))
    self.socket = socket
    try ask(for: self.credits.open())
  }

  private func ask(for count: Int) throws {
    let header = MessageHeader(.credit, events: count)
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

  /// A batch is done with; asks for another.
  package func release() throws {
    credits.release()
    try ask(for: 1)
  }

  /// Tells the farm that this worker has finished for good.
  package func acknowledgeEnd() throws {
    try socket.send(MultipartMessage([Frame(try Message(MessageHeader(.ended).encoded()))]))
  }
}
