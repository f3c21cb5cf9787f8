import ArrowStream
import Foundation
import Online
import SignalMonitor
import Testing
import ZeroMQ

@Suite("Published fits")
struct FitPublisherTests {
  /// A monitor with made-up counts.
  private struct Counts: ReportingMonitor {
    var versions: [Int]
    var channelCount: Int { versions.count }
    mutating func fill(_ batch: RecordBatch) {}
    func channelName(_ channel: Int) -> String { "channel\(channel)" }
    func contentVersion(_ channel: Int) -> Int { versions[channel] }
    func report(_ channel: Int, sequence: Int, isFinal: Bool, watch: MonitorWatch?) -> [UInt8] {
      Array("\(channel):\(versions[channel]):\(isFinal)".utf8)
    }
  }

  @Test("Every channel is published once for each change and once at the end, topic and body in frames of their own")
  func publishing() throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "fits-\(UUID().uuidString.prefix(8))").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let context = try Context(ioThreads: 1, maximumSockets: 4)
    var socket = try Socket(.subscribe, in: context)
    try socket.set(.receiveTimeout, to: .seconds(20))
    try socket.set(.subscribe, to: Array("fit/".utf8))
    try socket.connect("ipc://\(path)")

    let publisher = FitPublisher(PublishPlan(endpoint: "ipc://\(path)", interval: 0.05))
    #expect(publisher.isAsking)
    let done = DispatchSemaphore(value: 0)
    Thread.detachNewThread {
      try? publisher.run()
      done.signal()
    }
    // A subscriber that comes late misses messages: counts are offered until the first arrives.
    var received: [(topic: String, body: String)] = []
    func take() throws -> Bool {
      guard let frames = try socket.tryReceiveFrames() else { return false }
      received.append((frames[0].text ?? "", frames[1].text ?? ""))
      return true
    }
    var version = 0
    while received.isEmpty {
      if publisher.isAsking {
        version += 1
        publisher.offer(Counts(versions: [version, 7]))
      }
      _ = try take()
    }
    publisher.offer(Counts(versions: [1_000_000, 7]), isFinal: true)
    publisher.abandon()
    while received.last?.body != "1:7:true" {
      let frames = try socket.receiveFrames()
      received.append((frames[0].text ?? "", frames[1].text ?? ""))
    }
    done.wait()
    #expect(received.allSatisfy { $0.topic == "fit/channel\($0.body.prefix(1))" })
    // What did not change is published again at the end only.
    #expect(received.count { $0.body == "1:7:false" } <= 1)
    #expect(received.suffix(2).map(\.body) == ["0:1000000:true", "1:7:true"])
  }

  @Test("An endpoint that cannot be bound is an error that names it")
  func badEndpoint() {
    let publisher = FitPublisher(PublishPlan(endpoint: "tcp://nowhere", interval: 1))
    #expect(throws: ZeroMQError.self) { try publisher.run() }
  }
}
