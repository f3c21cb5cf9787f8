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

  @Test("a batch that was never announced, a stranger and a message of nonsense are errors, not crashes")
  func hostilePeers() throws {
    func outcome(_ send: (borrowing Socket) throws -> Void, name: String = "producer") throws -> LinkError? {
      let network = try Network(stages: 2)
      let inbox = try Inbox(of: "consumer", senders: [("producer", 3)], network: network)
      var socket = try network.socket(.dealer)
      try socket.set(.routingIdentity, to: Array(name.utf8))
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
    #expect(try outcome({ try $0.send(try message(MessageHeader(.hello))) }, name: "stranger") != nil)
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
}
