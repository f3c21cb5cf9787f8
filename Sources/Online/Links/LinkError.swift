/// What can go wrong on a link between two stages.
public enum LinkError: Error, Equatable, CustomStringConvertible {
  /// A message does not follow the message format.
  case malformedMessage(link: String, reason: String)
  /// A peer broke the rules of credits and acknowledgements.
  case protocolBroken(link: String, reason: String)
  /// A batch arrived under a schema that was not announced on this connection.
  case unknownSchema(link: String, hash: UInt64)

  /// One line: the link and what is wrong on it.
  public var description: String {
    switch self {
    case .malformedMessage(let link, let reason): "link \(link): malformed message: \(reason)"
    case .protocolBroken(let link, let reason): "link \(link): \(reason)"
    case .unknownSchema(let link, let hash):
      "link \(link): a batch came with schema \(String(hash, radix: 16)), which was never announced"
    }
  }
}
