import Foundation
import Testing
import ZeroMQ

@Suite("Sockets")
struct SocketTests {
  @Test("All frames of a message arrive together and in order")
  func multipart() throws {
    let context = try Context()
    var router = try Socket(.router, in: context)
    try router.bind("inproc://multipart")
    var dealer = try Socket(.dealer, in: context)
    try dealer.set(.routingIdentity, to: Array("worker-1".utf8))
    try dealer.connect("inproc://multipart")

    var message = MultipartMessage()
    message.append(try Message("header"))
    message.append(try Message(""))
    message.append(try Message([UInt8](repeating: 9, count: 50_000)))
    #expect(message.count == 3)
    #expect(message[0].text == "header")
    try dealer.send(message)

    let frames = try router.receiveFrames()
    #expect(frames.map(\.count) == [8, 6, 0, 50_000])
    #expect(frames[0].text == "worker-1")
    #expect(frames[1].text == "header")

    // What was received goes back without being copied.
    try router.send(MultipartMessage([frames[0], frames[3]]))
    let answer = try dealer.receiveFrames()
    #expect(answer.count == 1)
    #expect(answer[0].array == [UInt8](repeating: 9, count: 50_000))
  }

  @Test("Over inproc a lent buffer arrives in place and is released once, after the receiver lets go")
  func zeroCopy() throws {
    let releases = ReleaseCount()
    let context = try Context()
    var receiver = try Socket(.pull, in: context)
    try receiver.bind("inproc://zero-copy")
    var sender = try Socket(.push, in: context)
    try sender.connect("inproc://zero-copy")

    var address: UnsafeRawPointer?
    do {
      let buffer = LentBuffer(count: 100_000, filledWith: 3, countingIn: releases)
      address = UnsafeRawPointer(buffer.bytes.baseAddress)
      try sender.send(try Message(lending: UnsafeRawBufferPointer(buffer.bytes), of: buffer))
    }
    var frame: Frame? = Frame(try receiver.receive())
    #expect(frame?.bytes.baseAddress == address, "the receiver reads the sender's memory")
    #expect(frame?.alignment == 64)
    #expect(releases.count == 0)
    frame = nil
    #expect(releases.count == 1)
  }

  @Test("Over tcp a lent buffer is released exactly once, from the thread that drops it")
  func zeroCopyTCP() throws {
    let releases = ReleaseCount()
    do {
      let context = try Context()
      var receiver = try Socket(.pull, in: context)
      let endpoint = try receiver.bind("tcp://127.0.0.1:*")
      #expect(endpoint.hasPrefix("tcp://127.0.0.1:"))
      var sender = try Socket(.push, in: context)
      try sender.connect(endpoint)
      for number in 0..<20 {
        let buffer = LentBuffer(count: 20_000, filledWith: UInt8(number), countingIn: releases)
        try sender.send(try Message(lending: UnsafeRawBufferPointer(buffer.bytes), of: buffer))
      }
      for number in 0..<20 {
        let message = try receiver.receive()
        #expect(message.array == [UInt8](repeating: UInt8(number), count: 20_000))
      }
    }
    // The context has ended, so libzmq holds no message any more.
    #expect(releases.count == 20)
  }

  @Test("Messages lying in a closed socket's queue are released with it")
  func undelivered() throws {
    let releases = ReleaseCount()
    do {
      let context = try Context()
      var receiver = try Socket(.pull, in: context)
      try receiver.bind("inproc://undelivered")
      var sender = try Socket(.push, in: context)
      try sender.connect("inproc://undelivered")
      for _ in 0..<10 {
        let buffer = LentBuffer(count: 100, filledWith: 1, countingIn: releases)
        try sender.send(try Message(lending: UnsafeRawBufferPointer(buffer.bytes), of: buffer))
      }
    }
    #expect(releases.count == 10)
  }

  @Test("At the high-water mark a send is refused, nothing is lost, and room comes back")
  func highWaterMark() throws {
    let context = try Context()
    var receiver = try Socket(.pull, in: context)
    try receiver.set(.receiveHighWaterMark, to: 2)
    try receiver.bind("inproc://high-water-mark")
    var sender = try Socket(.push, in: context)
    try sender.set(.sendHighWaterMark, to: 3)
    #expect(try sender.get(.sendHighWaterMark) == 3)
    try sender.connect("inproc://high-water-mark")

    var accepted = 0
    while try sender.trySend([Frame(try Message("\(accepted)"))]) {
      accepted += 1
      try #require(accepted <= 100)
    }
    #expect(accepted == 5, "over inproc the marks of both sides add up")
    for number in 0..<accepted { #expect(try receiver.receive().text == "\(number)") }
    #expect(try receiver.tryReceiveFrames() == nil)
    // A waiting send hears of the room; one that may not wait looks for such news only now and then.
    try sender.set(.sendTimeout, to: .seconds(10))
    try sender.send(try Message("more"))

    try sender.set(.sendTimeout, to: .zero)
    let error = try #require(throws: ZeroMQError.self) {
      for _ in 0..<100 { try sender.send(try Message("x")) }
    }
    #expect(error.code == .wouldBlock)
    #expect(error.operation == "send")
    #expect(error.endpoint == "inproc://high-water-mark")
  }

  @Test("A run that ends with an acknowledgement loses nothing, even over ipc with a receive mark of 1")
  func acknowledgedEnd() throws {
    let messages = 2000
    // Linux's abstract namespace leaves no file behind.
    let endpoint = "ipc://@sluice-acknowledged-end-\(UInt64.random(in: 0 ... .max))"
    let receiving = try Context()
    var router = try Socket(.router, in: receiving)
    try router.set(.receiveHighWaterMark, to: 1)
    try router.bind(endpoint)

    let sender = Worker<Bool> {
      let context = try Context()
      var dealer = try Socket(.dealer, in: context)
      try dealer.set(.sendHighWaterMark, to: 1)
      try dealer.connect(endpoint)
      for number in 0..<messages { try dealer.send(try Message("\(number)")) }
      try dealer.send(try Message("end"))
      // Only the acknowledgement allows the socket to close.
      return try dealer.receive().text == "end"
    }
    var expected = 0
    while true {
      let frames = try router.receiveFrames()
      try #require(frames.count == 2)
      if frames[1].text == "end" {
        try router.send(MultipartMessage([frames[0], frames[1]]))
        break
      }
      #expect(frames[1].text == "\(expected)")
      expected += 1
    }
    #expect(expected == messages)
    #expect(try sender.wait())
  }

  @Test("Errors say what was tried, where, and why not")
  func errors() throws {
    let context = try Context()
    var first = try Socket(.pull, in: context)
    try first.bind("inproc://taken")
    var second = try Socket(.pull, in: context)
    var error = try #require(throws: ZeroMQError.self) { try second.bind("inproc://taken") }
    #expect(error.code == .addressInUse)
    #expect(error.description.contains("bind inproc://taken"))

    error = try #require(throws: ZeroMQError.self) { try second.connect("telepathy://here") }
    #expect(error.code == .protocolNotSupported)
    error = try #require(throws: ZeroMQError.self) { try second.connect("nonsense") }
    #expect(error.code == .invalidArgument)
    error = try #require(throws: ZeroMQError.self) { try second.send(try Message("x")) }
    #expect(error.code == .notSupported)
    error = try #require(throws: ZeroMQError.self) { try second.set(.receiveHighWaterMark, to: .max) }
    #expect(error.code == .invalidArgument)
    #expect(error.operation == "set option RCVHWM")
    error = try #require(throws: ZeroMQError.self) { try second.send(MultipartMessage()) }
    #expect(error.code == .frameCount)

    let router = try Socket(.router, in: context)
    try router.set(.routerMandatory, to: true)
    error = try #require(throws: ZeroMQError.self) {
      try router.send(MultipartMessage([Frame(try Message("nobody")), Frame(try Message("x"))]))
    }
    #expect(error.code == .unreachable)

    try second.set(.linger, to: .milliseconds(5))
    #expect(try second.get(.linger) == .milliseconds(5))
    try second.set(.linger, to: nil)
    #expect(try second.get(.linger) == nil)
    try second.set(.receiveTimeout, to: .zero)
    error = try #require(throws: ZeroMQError.self) { _ = try second.receive() }
    #expect(error.code == .wouldBlock)
  }

  @Test("Shutting the context down frees whoever waits in a receive")
  func shutdown() throws {
    let context = try Context()
    let bound = DispatchSemaphore(value: 0)
    let waiting = Worker<ZeroMQError?> {
      var socket = try Socket(.pull, in: context)
      try socket.bind("inproc://shutdown")
      bound.signal()
      do {
        _ = try socket.receive()
        return nil
      } catch let error as ZeroMQError {
        return error
      }
    }
    bound.wait()
    context.shutdown()
    #expect(try waiting.wait()?.code == .terminated)
    let error = try #require(throws: ZeroMQError.self) { _ = try Socket(.pull, in: context).type }
    #expect(error.code == .terminated)
  }
}
