import Online
import Statistics
import TestSupport
import Testing

@Suite("Message header")
struct MessageHeaderTests {
  private func sample() -> MessageHeader {
    var header = MessageHeader(.batch, sequence: 0x0123_4567_89AB_CDEF, events: 256)
    header.flags = [.vetoed, .failed]
    header.stamps.source = 1
    header.stamps.collector = .max
    header.accepted = 17
    header.tally.accepted = 9
    header.tally.rejected = 7
    header.tally.setAside = 1
    header.parts = [.init(schema: .max, rows: 256), .init(schema: 5, rows: 0)]
    return header
  }

  private func read(_ bytes: [UInt8]) throws -> MessageHeader {
    try bytes.withUnsafeBytes { try MessageHeader($0, link: "test") }
  }

  @Test("what is written is read back")
  func roundTrip() throws {
    #expect(try read(sample().encoded()) == sample())
    #expect(sample().encoded().count == 80 + 2 * 16)
    for kind in [MessageHeader.Kind.hello, .credit, .schema, .batch, .end, .ended] {
      #expect(try read(MessageHeader(kind).encoded()).kind == kind)
    }
  }

  @Test("wrong magic, version, kind, length and part count are refused with the link's name")
  func refused() throws {
    let good = sample().encoded()
    for (position, value) in [(0, 0), (4, 1), (5, 0), (5, 7), (20, 9), (20, 1), (20, 3)] {
      var bytes = good
      bytes[position] = UInt8(value)
      let error = #expect(throws: LinkError.self) { try read(bytes) }
      #expect(error?.description.contains("link test") == true)
    }
    for length in 0..<good.count { #expect(throws: LinkError.self) { try read(Array(good[..<length])) } }
    #expect(throws: LinkError.self) { try read(good + [0]) }
  }

  @Test("no mutation of a header crashes the reader")
  func fuzz() {
    var random = CounterRandom(seed: 11, experiment: 0, run: 0, event: 0, purpose: .generation)
    let good = sample().encoded()
    var refused = 0
    let inputs = Fuzz.inputs()
    for _ in 0..<inputs {
      var bytes = good
      for _ in 0...random.integer(below: 4) {
        bytes[Int(random.integer(below: UInt64(bytes.count)))] = UInt8(truncatingIfNeeded: random.next())
      }
      if random.chance(0.2) { bytes.removeLast(Int(random.integer(below: UInt64(bytes.count)))) }
      do { _ = try read(bytes) } catch { refused += 1 }
    }
    #expect(refused > inputs / 10 && refused < inputs)
  }
}
