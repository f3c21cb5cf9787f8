import ArrowStream
import ZeroMQ

/// Makes sense of the messages of one peer: checks them, and remembers the schemas it announced.
package struct MessageReader {
  package enum Incoming {
    case hello
    case credit(granted: Int, done: UInt64)
    case schema
    case batch(ReceivedBatch)
    case end(batches: UInt64)
    case ended
  }

  package let link: String
  private var schemas: [UInt64: AnnouncedSchema] = [:]

  package init(link: String) { self.link = link }

  /// Reads a message, given as its frames without routing identity.
  /// - Throws: ``LinkError``.
  package mutating func read(_ frames: ArraySlice<Frame>) throws -> Incoming {
    guard let first = frames.first else { throw LinkError.malformedMessage(link: link, reason: "an empty message") }
    let header = try MessageHeader(first.bytes, link: link)
    let rest = Array(frames.dropFirst())
    switch header.kind {
    case .hello: return .hello
    case .credit: return .credit(granted: Int(header.events), done: header.sequence)
    case .end: return .end(batches: header.sequence)
    case .ended: return .ended
    case .schema:
      guard rest.count == 1 else {
        throw LinkError.malformedMessage(link: link, reason: "an announcement of \(rest.count) frames, 1 expected")
      }
      let schema = try AnnouncedSchema(rest[0])
      guard schema.hash == header.sequence else {
        throw LinkError.malformedMessage(link: link, reason: "a schema was announced under the hash of another")
      }
      schemas[schema.hash] = schema
      return .schema
    case .batch:
      let expected = header.parts.count * 2 + (header.flags.contains(.failed) ? 1 : 0)
      guard rest.count == expected else {
        throw LinkError.malformedMessage(
          link: link, reason: "\(rest.count) frames for \(header.parts.count) parts, \(expected) expected")
      }
      let known = try header.parts.map { part in
        guard let schema = schemas[part.schema] else { throw LinkError.unknownSchema(link: link, hash: part.schema) }
        return schema
      }
      return .batch(ReceivedBatch(header: header, frames: rest, schemas: known, link: link))
    }
  }
}
