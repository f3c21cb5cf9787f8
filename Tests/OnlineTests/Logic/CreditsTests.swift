import Online
import Testing

@Suite("Credits")
struct CreditsTests {
  @Test("a sender can send exactly what it was granted, and never has more outstanding than the capacity")
  func bound() throws {
    var sender = SenderCredits()
    var receiver = ReceiverCredits(capacity: 3)
    #expect(!sender.canSend)
    try sender.grant(receiver.open(), returned: 0, link: "test")
    #expect(receiver.open() == 0, "what is granted is granted once")
    var sent = 0
    for round in 0..<100 {
      while sender.canSend {
        sender.send()
        try receiver.receive(link: "test")
        sent += 1
      }
      #expect(sender.outstanding == 3)
      #expect(receiver.inHand == 3)
      for _ in 0...round % 3 {
        receiver.release()
        try sender.grant(1, returned: 1, link: "test")
      }
    }
    #expect(receiver.mostInHand == 3)
    #expect(sender.sent == UInt64(sent) && receiver.received == UInt64(sent))
  }

  @Test("batches without a credit and acknowledgements of what was never sent are refused")
  func brokenRules() {
    var receiver = ReceiverCredits(capacity: 1)
    #expect(throws: LinkError.self) { try receiver.receive(link: "test") }
    var sender = SenderCredits()
    #expect(throws: LinkError.self) { try sender.grant(1, returned: 1, link: "test") }
    #expect(throws: LinkError.self) { try sender.grant(-1, returned: 0, link: "test") }
  }
}
