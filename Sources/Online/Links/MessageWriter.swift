import ArrowStream
import ZeroMQ

/// Makes the messages for one peer: announces each schema before the first batch that uses it.
package struct MessageWriter {
  private var announced: Set<UInt64> = []
  private var preambles: [StreamPreamble] = []

  /// A batch to be sent: decoded parts to be encoded, or received parts to be passed on as they are.
  package enum Part {
    case batch(RecordBatch)
    case received(ReceivedBatch, part: Int)
  }

  /// The messages, each a list of frames, that carry a batch.
  package mutating func messages(
    header: MessageHeader, parts: [Part], reason: String? = nil
  ) throws -> [[Frame]] {
    var messages: [[Frame]] = []
    var header = header
    header.parts = []
    // A failure ends where it is dealt with; the header of a batch made of others must not carry theirs on.
    header.flags.remove(.failed)
    var body: [Frame] = []
    for (slot, part) in parts.enumerated() {
      switch part {
      case .received(let received, let index):
        let schema = received.schemas[index]
        if announced.insert(schema.hash).inserted {
          messages.append([try announcement(schema.hash), schema.frame])
        }
        header.parts.append(received.header.parts[index])
        body.append(contentsOf: received.frames[2 * index...2 * index + 1])
      case .batch(let batch):
        let preamble = try preamble(of: batch, slot: slot)
        if announced.insert(preamble.hash).inserted {
          messages.append([try announcement(preamble.hash), Frame(try Message(preamble.bytes))])
        }
        header.parts.append(MessageHeader.Part(schema: preamble.hash, rows: UInt32(clamping: batch.count)))
        let (head, content) = try BatchMessage(batch, preamble: preamble).encoded()
        body.append(Frame(try Message(head)))
        // The receiver reads the encoded body where it lies; it is freed when the last column into it is gone.
        body.append(Frame(try Message(lending: content.bytes, of: content.owner ?? placeholder)))
      }
    }
    if let reason {
      header.flags.insert(.failed)
      body.append(Frame(try Message(reason.isEmpty ? "no reason given" : reason)))
    }
    messages.append([Frame(try Message(header.encoded()))] + body)
    return messages
  }

  private func announcement(_ hash: UInt64) throws -> Frame {
    Frame(try Message(MessageHeader(.schema, sequence: hash).encoded()))
  }

  /// The preamble of a batch; the one last used in the same place mostly describes it.
  private mutating func preamble(of batch: RecordBatch, slot: Int) throws -> StreamPreamble {
    if slot < preambles.count, preambles[slot].describes(batch) { return preambles[slot] }
    let preamble = try StreamPreamble(describing: batch)
    while preambles.count <= slot { preambles.append(preamble) }
    preambles[slot] = preamble
    return preamble
  }
}

/// Owns no bytes.
private final class NoOwner: Sendable {}
private let placeholder = NoOwner()
