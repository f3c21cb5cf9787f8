import ArrowStream
import Foundation
import Online
import Synchronization
import Testing
import ZeroMQ

@Suite("Links")
struct LinkTests {
  /// Runs a body on a thread of its own and waits for what it throws.
  private final class Peer: @unchecked Sendable {
    private let done = DispatchSemaphore(value: 0)
    private let outcome = Mutex<Result<Void, any Error>?>(nil)
    init(_ body: @escaping @Sendable () throws -> Void) {
      Thread { [self] in
        let result = Result { try body() }
        outcome.withLock { $0 = result }
        done.signal()
      }.start()
    }
    func wait() throws {
      done.wait()
      try outcome.withLock { try $0?.get() }
    }
  }

  @Test("a slow consumer is never given more than its credits, and nothing is lost on the way to the acknowledged end")
  func slowConsumer() throws {
    let network = try Network(stages: 2)
    let events = 3000
    let underWay = Atomic<Int>(0)
    let most = Atomic<Int>(0)
    let inbox = try Inbox(of: "consumer", senders: [("producer", 3)], network: network)
    let producer = Peer {
      let outbox = try Outbox(from: "producer", to: "consumer", network: network)
      for first in stride(from: 0, to: events, by: 100) {
        try outbox.waitForCredit()
        let now = underWay.add(1, ordering: .sequentiallyConsistent).newValue
        _ = most.max(now, ordering: .sequentiallyConsistent)
        let batch = try SampleStream.batch(first: UInt64(first), count: 100)
        var header = MessageHeader(.batch, sequence: UInt64(first / 100), events: 100)
        header.stamps.source = 1
        try outbox.send(header, [.batch(batch)])
      }
      try outbox.sendEnd()
      try outbox.waitForEnd()
      #expect(outbox.acknowledged == 30)
    }
    var received = 0
    while case .batch(let sender, let batch) = try inbox.receive() as Inbox.Delivery {
      // Give the producer every chance to run ahead.
      for _ in 0..<50 { Thread.sleep(forTimeInterval: 0) }
      let decoded = try batch.part(0)
      let expected = try SampleStream.batch(first: UInt64(received), count: 100)
      #expect(decoded.rows == expected.rows)
      #expect(decoded.schema == expected.schema)
      received += decoded.count
      underWay.subtract(1, ordering: .sequentiallyConsistent)
      try inbox.release(sender: sender)
    }
    #expect(received == events)
    #expect(inbox.hasEnded)
    #expect(inbox.mostInHand <= 3)
    try inbox.acknowledgeEnd()
    try producer.wait()
    #expect(most.load(ordering: .sequentiallyConsistent) <= 4, "at most the credits, and the one being released")
  }

  @Test("a batch that was never announced and a message of nonsense are errors, not crashes")
  func hostilePeers() throws {
    func outcome(_ send: (borrowing Socket) throws -> Void) throws -> LinkError? {
      let network = try Network(stages: 2)
      let inbox = try Inbox(of: "consumer", senders: [("producer", 3)], network: network)
      var socket = try network.socket(.dealer)
      try socket.set(.routingIdentity, to: Array("producer".utf8))
      try socket.connect(network.endpoint(of: "consumer"))
      try send(socket)
      do { _ = try inbox.receive() } catch let error as LinkError { return error }
      return nil
    }
    func message(_ header: MessageHeader, _ more: [Frame] = []) throws -> MultipartMessage {
      MultipartMessage([Frame(try Message(header.encoded()))] + more)
    }
    var header = MessageHeader(.batch, sequence: 0, events: 1)
    header.parts = [.init(schema: 42, rows: 1)]
    let frames = [Frame(try Message("metadata")), Frame(try Message("body"))]
    #expect(
      try outcome { try $0.send(try message(header, frames)) } == .unknownSchema(link: "producer -> consumer", hash: 42)
    )
    #expect(try outcome { try $0.send(try message(header)) } != nil)
    #expect(try outcome { try $0.send(MultipartMessage([Frame(try Message("nonsense"))])) } != nil)
    #expect(try outcome { try $0.send(try message(MessageHeader(.credit))) } != nil)
    #expect(try outcome { try $0.send(try message(MessageHeader(.end, sequence: 5))) } != nil)
    // Without a credit, that is before hello.
    #expect(try outcome { try $0.send(try message(MessageHeader(.batch))) } != nil)
  }

  /// Another delivery than the test expects.
  private struct Unexpected: Error {}

  @Test("a part is passed on unseen and arrives as it was sent")
  func forwarded() throws {
    let network = try Network(stages: 3)
    let second = try Inbox(of: "second", senders: [("first", 2)], network: network)
    let batch = try SampleStream.batch(first: 0, count: 50)
    let source = Peer {
      let outbox = try Outbox(from: "source", to: "first", network: network)
      try outbox.send(MessageHeader(.batch, sequence: 0, events: 50), [.batch(batch), .batch(batch.slice(10..<20))])
      try outbox.send(MessageHeader(.batch, sequence: 1, events: 50), [.batch(batch)], reason: "out of luck")
      try outbox.sendEnd()
      try outbox.waitForEnd()
    }
    let forwarder = Peer {
      let first = try Inbox(of: "first", senders: [("source", 2)], network: network)
      let outbox = try Outbox(from: "first", to: "second", network: network)
      while case .batch(let sender, let received) = try first.receive() as Inbox.Delivery {
        let parts = received.header.parts.indices.map { MessageWriter.Part.received(received, part: $0) }
        try outbox.send(received.header, parts, reason: received.reason)
        try first.release(sender: sender)
      }
      try outbox.sendEnd()
      try outbox.waitForEnd()
      try first.acknowledgeEnd()
    }
    guard case .batch(_, let one) = try second.receive() else { throw Unexpected() }
    #expect(try one.part(0).rows == batch.rows)
    #expect(try one.part(1).rows == batch.slice(10..<20).rows)
    #expect(one.reason == nil)
    #expect(throws: LinkError.self) { try one.part(2) }
    try second.release(sender: 0)
    guard case .batch(_, let two) = try second.receive() else { throw Unexpected() }
    #expect(two.reason == "out of luck")
    try second.release(sender: 0)
    guard case .end = try second.receive() else { throw Unexpected() }
    try second.acknowledgeEnd()
    try source.wait()
    try forwarder.wait()
  }

  /// A socket that connects to a stage under a name and says something.
  private func say(
    _ messages: [[Frame]], as name: String, to stage: String, _ network: Network
  ) throws -> Socket {
    var socket = try network.socket(.dealer)
    try socket.set(.routingIdentity, to: Array(name.utf8))
    try socket.connect(network.endpoint(of: stage))
    for message in messages { try socket.send(MultipartMessage(message)) }
    return socket
  }

  private func frames(_ header: MessageHeader) throws -> [Frame] { [Frame(try Message(header.encoded()))] }

  @Test("what strangers send to a stage, and nonsense of workers, is dropped and counted; others are not disturbed")
  func strangers() throws {
    let network = try Network(stages: 4)
    let inbox = try Inbox(of: "consumer", senders: [("producer", 3)], guestCredits: 2, network: network)
    let hello = try frames(MessageHeader(.hello))
    let stranger = try say([hello, [Frame(try Message("nonsense"))]], as: "stranger", to: "consumer", network)
    let worker = try say(
      [
        hello, try frames(MessageHeader(.credit)), [Frame(try Message(""))],
        try frames(MessageHeader(.end, sequence: 9)),
      ],
      as: "hlt.3+1", to: "consumer", network)
    let rude = try say([try frames(MessageHeader(.end))], as: "hlt.4", to: "consumer", network)
    let producer = Peer {
      let outbox = try Outbox(from: "producer", to: "consumer", network: network)
      try outbox.send(
        MessageHeader(.batch, sequence: 0, events: 5), [.batch(try SampleStream.batch(first: 0, count: 5))])
      try outbox.sendEnd()
      try outbox.waitForEnd()
    }
    guard case .batch(0, let batch) = try inbox.receive() else { throw Unexpected() }
    #expect(batch.events == 5)
    try inbox.release(sender: 0)
    guard case .end = try inbox.receive() else { throw Unexpected() }
    #expect(inbox.hasEnded)
    while try inbox.tryReceive() != nil {}
    #expect(inbox.strays == 6)
    try inbox.acknowledgeEnd()
    try producer.wait()
    withExtendedLifetime(stranger.type) {}
    withExtendedLifetime(worker.type) {}
    withExtendedLifetime(rude.type) {}
  }

  @Test("a farm admits workers by name at any time, drops what makes no sense, and waits for nobody who is lost")
  func farm() throws {
    let network = try Network(stages: 4)
    let farm = try Farm(workers: ["hlt.0", "hlt.1"], network: network)
    func requests() throws -> [String] {
      var found: [String] = []
      while let request = try farm.tryReceive() {
        switch request {
        case .credits(let worker, let count, let done):
          found.append("\(farm.name(of: worker)) \(count) \(done.map { "\($0)" } ?? "-")")
        case .ended(let worker): found.append("\(farm.name(of: worker)) ended")
        }
      }
      return found
    }
    let stranger = try say([try frames(MessageHeader(.credit, events: 2))], as: "level1", to: Farm.stage, network)
    let greedy = try say([try frames(MessageHeader(.credit, events: 1 << 30))], as: "hlt.7", to: Farm.stage, network)
    let early = try say([try frames(MessageHeader(.ended))], as: "hlt.8", to: Farm.stage, network)
    #expect(try requests().isEmpty)
    #expect(farm.strays == 3)
    #expect(!farm.hasEverybody && !farm.isDeserted)

    let seat = try FarmSeat(of: "hlt.0", credits: 2, network: network)
    #expect(try requests() == ["hlt.0 2 -"])
    #expect(farm.lose("hlt.1", isForGood: false) == nil, "it had not joined")
    #expect(farm.hasEverybody)
    let batch = try SampleStream.batch(first: 0, count: 5)
    #expect(try farm.send(MessageHeader(.batch, sequence: 4, events: 5), [.batch(batch)], to: 0))
    #expect(try seat.receive()?.header.sequence == 4)
    try seat.release(4)
    #expect(try requests() == ["hlt.0 1 4"])

    #expect(farm.lose("hlt.0", isForGood: false) == 0)
    #expect(farm.lose("hlt.0", isForGood: false) == nil)
    #expect(farm.isDeserted && farm.hasEnded)
    let late = try say([try frames(MessageHeader(.credit, events: 1))], as: "hlt.5", to: Farm.stage, network)
    #expect(try requests() == ["hlt.5 1 -"], "others may join at any time")
    #expect(farm.lose("hlt.5", isForGood: false) == 1)
    try late.send(MultipartMessage(try frames(MessageHeader(.credit, events: 1))))
    #expect(try requests() == ["hlt.5 1 -"], "one that was thought to be lost comes back")
    #expect(farm.lose("hlt.5", isForGood: true) == 1)
    try late.send(MultipartMessage(try frames(MessageHeader(.credit, events: 1))))
    #expect(try requests().isEmpty, "the last words of the dead bring nobody back")
    #expect(farm.isDeserted)
    let second = try FarmSeat(of: "hlt.0+1", credits: 1, network: network)
    #expect(try requests() == ["hlt.0+1 1 -"])
    #expect(!farm.isDeserted)
    try farm.sendEnd()
    #expect(try second.receive() == nil)
    try second.acknowledgeEnd()
    #expect(try requests() == ["hlt.0+1 ended"])
    #expect(farm.hasEnded)
    for kept in [stranger.type, greedy.type, early.type] { withExtendedLifetime(kept) {} }
  }
}
