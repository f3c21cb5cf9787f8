import CZeroMQ

/// The two keys by which a peer is known on encrypted links (CurveZMQ), in libzmq's printable form Z85, 40 characters each.
public struct CurveKeyPair: Sendable, Equatable {
  /// The key that others may know.
  public let publicKey: String
  /// The key that nobody else may know.
  public let secretKey: String

  /// Characters of a printed key.
  public static let printedLength = 40
  /// Bytes of a key.
  public static let length = 32

  /// A pair of its keys.
  public init(publicKey: String, secretKey: String) {
    self.publicKey = publicKey
    self.secretKey = secretKey
  }

  /// A new pair.
  /// - Throws: ``ZeroMQError`` when this libzmq was built without encryption.
  public init() throws(ZeroMQError) {
    var first = [CChar](repeating: 0, count: Self.printedLength + 1)
    var second = first
    guard unsafe zmq_curve_keypair(&first, &second) == 0 else { throw ZeroMQError(last: "make a pair of keys") }
    publicKey = String(decoding: first.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    secretKey = String(decoding: second.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// The bytes of a printed key; nil if the text is none.
  public static func bytes(of printed: String) -> [UInt8]? {
    guard printed.utf8.count == printedLength, printed.utf8.allSatisfy({ (33...126).contains($0) }) else { return nil }
    var bytes = [UInt8](repeating: 0, count: length)
    return unsafe printed.withCString { unsafe zmq_z85_decode(&bytes, $0) } == nil ? nil : bytes
  }
}
