import Testing
import ZeroMQ

@Suite("Poller")
struct PollerTests {
  @Test("A poll comes back empty when its time is over and not before")
  func timeout() throws {
    let context = try Context()
    var socket = try Socket(.pull, in: context)
    try socket.bind("inproc://nothing")
    var poller = Poller()
    poller.add(socket)
    #expect(try poller.wait(for: .zero) == 0)
    let start = ContinuousClock.now
    #expect(try poller.wait(for: .milliseconds(20)) == 0)
    #expect(ContinuousClock.now - start >= .milliseconds(19))
    #expect(poller.found(0).isEmpty)
  }

  @Test("A poll names the sockets that are ready, for reading and for writing")
  func readiness() throws {
    let context = try Context()
    var pull = try Socket(.pull, in: context)
    try pull.bind("inproc://readiness-1")
    var push = try Socket(.push, in: context)
    try push.set(.sendHighWaterMark, to: 1)
    var idle = try Socket(.pull, in: context)
    try idle.bind("inproc://readiness-2")

    var poller = Poller()
    let idlePosition = poller.add(idle)
    let pullPosition = poller.add(pull)
    let pushPosition = poller.add(push, for: .writable)
    #expect(poller.count == 3)
    #expect(try poller.wait(for: .zero) == 0, "not connected: nothing can be written")
    try push.connect("inproc://readiness-1")
    #expect(try poller.wait(for: .seconds(10)) == 1)
    #expect(poller.found(pushPosition) == .writable)
    try push.send(try Message("x"))
    poller.watch(pushPosition, for: [])
    #expect(try poller.wait(for: .seconds(10)) == 1)
    #expect(poller.found(pullPosition) == .readable)
    #expect(poller.found(idlePosition).isEmpty)
  }

  @Test("Watching a closed socket is an error")
  func closedSocket() throws {
    let context = try Context()
    var poller = Poller()
    do {
      let socket = try Socket(.pull, in: context)
      poller.add(socket)
    }
    var error: ZeroMQError?
    do { _ = try poller.wait(for: .zero) } catch let caught { error = caught }
    #expect(error?.code == .closed)
  }
}
