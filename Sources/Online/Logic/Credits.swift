/// The sender's side of flow control on one link: how many batches the receiver can still take.
///
/// A batch may be sent only with a credit; the receiver gives the credit back when it is done with the batch, so what
/// is on the way and in the receiver's hands never exceeds what the receiver granted, whatever the stream's length.
package struct SenderCredits: Equatable {
  /// Batches that may be sent now.
  package private(set) var available = 0
  /// Batches sent and not yet given back.
  package private(set) var outstanding = 0
  /// Batches sent since the beginning.
  package private(set) var sent: UInt64 = 0

  package init() {}

  /// Whether a batch may be sent.
  package var canSend: Bool { available > 0 }

  /// A batch was sent.
  package mutating func send() {
    precondition(available > 0, "a batch was sent without a credit")
    available -= 1
    outstanding += 1
    sent += 1
  }

  /// The receiver granted credits, `returned` of which are for batches it is done with.
  /// - Throws: ``LinkError/protocolBroken(link:reason:)`` when more batches come back than were sent.
  package mutating func grant(_ credits: Int, returned: Int, link: String) throws {
    guard credits >= 0, returned >= 0, returned <= outstanding else {
      throw LinkError.protocolBroken(
        link: link, reason: "\(returned) batches were given back, \(outstanding) are outstanding")
    }
    available += credits
    outstanding -= returned
  }
}

/// The receiver's side of flow control for one sender: how many batches it still has in hand.
package struct ReceiverCredits: Equatable {
  /// Batches the sender may have under way at once.
  package let capacity: Int
  /// Credits the sender holds.
  package private(set) var granted = 0
  /// Batches received and not yet done with.
  package private(set) var inHand = 0
  /// Batches received since the beginning.
  package private(set) var received: UInt64 = 0
  /// The largest number of batches that were in hand at once.
  package private(set) var mostInHand = 0

  package init(capacity: Int) {
    precondition(capacity > 0, "a link without credits never moves")
    self.capacity = capacity
  }

  /// Grants everything at the start.
  /// - Returns: the credits to tell the sender of.
  package mutating func open() -> Int {
    let credits = capacity - granted - inHand
    granted += credits
    return credits
  }

  /// A batch arrived.
  /// - Throws: ``LinkError/protocolBroken(link:reason:)`` when the sender had no credit for it.
  package mutating func receive(link: String) throws {
    guard granted > 0 else {
      throw LinkError.protocolBroken(link: link, reason: "a batch came without a credit")
    }
    granted -= 1
    inHand += 1
    received += 1
    mostInHand = max(mostInHand, inHand)
  }

  /// A batch is done with; its credit goes back to the sender.
  package mutating func release() {
    precondition(inHand > 0, "a batch was given back twice")
    inHand -= 1
    granted += 1
  }
}
