import Testing
import ZeroMQ

@Suite("Messages and frames")
struct MessageTests {
  @Test("The library has a version and its documented transports")
  func library() throws {
    #expect(Library.version.major == 4)
    #expect(Library.versionText.split(separator: ".").count == 3)
    #expect(Library.has(.ipc))
    #expect(Library.has(.curve), "Debian's libzmq is built with CURVE")
    #expect(!Library.has(.init(rawValue: "telepathy")))
  }

  @Test("A message holds what it was made of, whatever its size", arguments: [0, 1, 33, 34, 100, 100_000])
  func contents(count: Int) throws {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let message = try Message(bytes)
    #expect(message.count == count)
    #expect(message.array == bytes)
    #expect(message.bytes.byteCount == count)
    let second = try message.shared()
    #expect(second.array == bytes)
  }

  @Test("A message is filled in place")
  func filledInPlace() throws {
    var message = try Message(count: 5)
    message.withUnsafeMutableBytes { $0.copyBytes(from: Array("level".utf8)) }
    #expect(message.text == "level")
  }

  @Test("A frame reports the alignment of its bytes")
  func alignment() throws {
    let releases = ReleaseCount()
    let buffer = LentBuffer(count: 256, filledWith: 1, countingIn: releases)
    func alignment(from offset: Int) throws -> Int {
      let part = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer.bytes)[offset...])
      return Frame(try Message(lending: part, of: buffer)).alignment
    }
    #expect(try alignment(from: 0) == 64)
    #expect(try alignment(from: 8) == 8)
    #expect(try alignment(from: 4) == 4)
    #expect(try alignment(from: 1) == 1)
    #expect(Frame(Message()).count == 0)
  }

  @Test("Lent memory is given back exactly once, also when the message is never sent")
  func neverSent() throws {
    let releases = ReleaseCount()
    do {
      let buffer = LentBuffer(count: 1000, filledWith: 7, countingIn: releases)
      let message = try Message(lending: UnsafeRawBufferPointer(buffer.bytes), of: buffer)
      #expect(message.count == 1000)
    }
    #expect(releases.count == 1)
  }

  @Test("Sharing a lent message keeps its memory until the last handle is gone")
  func sharedHandles() throws {
    let releases = ReleaseCount()
    var frame: Frame?
    do {
      let buffer = LentBuffer(count: 1000, filledWith: 7, countingIn: releases)
      let message = try Message(lending: UnsafeRawBufferPointer(buffer.bytes), of: buffer)
      frame = Frame(try message.shared())
    }
    #expect(releases.count == 0)
    #expect(frame?.array == [UInt8](repeating: 7, count: 1000))
    frame = nil
    #expect(releases.count == 1)
  }
}
