import ArrowStream
import ZeroMQ

/// A schema as it was announced on a link: the frame that announced it, to be passed on, and what decodes its batches.
package final class AnnouncedSchema: Sendable {
  package let frame: Frame
  package let reader: BatchMessageReader

  package init(_ frame: Frame) throws {
    self.frame = frame
    reader = try BatchMessageReader(preamble: frame.bytes)
  }

  package var hash: UInt64 { reader.hash }
}

/// A batch as it came off a link: the header, and for each part the frames that hold it.
///
/// Parts are decoded only when asked for, in place: their columns point into the received frames. A stage that hands a
/// part on unseen never touches its bytes.
package struct ReceivedBatch {
  package let header: MessageHeader
  package let frames: [Frame]
  package let schemas: [AnnouncedSchema]
  package let link: String

  /// Why a failed batch failed.
  package var reason: String? {
    header.flags.contains(.failed) ? frames.last?.text ?? "no reason given" : nil
  }

  /// Number of events of the input this batch stands for.
  package var events: Int { Int(header.events) }

  /// Decodes a part.
  /// - Throws: ``LinkError`` when the part is not there or is not what the header says.
  package func part(_ index: Int) throws -> RecordBatch {
    guard index < header.parts.count, 2 * index + 1 < frames.count else {
      throw LinkError.malformedMessage(link: link, reason: "part \(index) of \(header.parts.count) is missing")
    }
    let body = frames[2 * index + 1]
    let batch = try schemas[index].reader.batch(
      header: frames[2 * index].bytes, body: Buffer(bytes: body.bytes, owner: body))
    guard batch.count == Int(header.parts[index].rows) else {
      throw LinkError.malformedMessage(
        link: link, reason: "part \(index) has \(batch.count) rows, the header says \(header.parts[index].rows)")
    }
    return batch
  }
}
