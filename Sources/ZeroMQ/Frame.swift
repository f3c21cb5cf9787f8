import CZeroMQ

/// A received frame that several views may read in place: the owner of the bytes behind a decoded batch.
///
/// The bytes are immutable from here on and live as long as somebody holds the frame. ``message()`` sends them on
/// without copying, so a stage that only looks at a body and forwards it never touches its memory.
@safe public final class Frame: @unchecked Sendable {
  // Sendable: the bytes never change, and libzmq counts references to them atomically.
  private let content: Message

  /// The bytes, valid as long as this frame is.
  public let bytes: UnsafeRawBufferPointer

  /// Takes over a received message.
  public init(_ message: consuming Message) {
    content = message
    unsafe bytes = unsafe UnsafeRawBufferPointer(start: zmq_msg_data(content.storage), count: content.count)
  }

  /// Number of bytes.
  public var count: Int { unsafe bytes.count }

  /// The largest power of two, up to 64, that the address of the bytes is a multiple of.
  ///
  /// libzmq places payloads under 8 kB behind its own header, so they may not even be 8-aligned; what needs more than
  /// this has to copy.
  public var alignment: Int {
    guard let address = unsafe bytes.baseAddress else { return 64 }
    let value = UInt(bitPattern: address)
    return value == 0 ? 64 : min(64, 1 << value.trailingZeroBitCount)
  }

  /// A message with the same bytes, for sending on.
  public func message() throws(ZeroMQError) -> Message {
    try content.shared()
  }

  /// The bytes as text, if they are UTF-8.
  public var text: String? { content.text }

  /// Who sent the message, as whoever authenticates peers has named it; nil on links that are not authenticated.
  public var sender: String? {
    guard let name = unsafe zmq_msg_gets(content.storage, "User-Id") else { return nil }
    let text = unsafe String(cString: name)
    return text.isEmpty ? nil : text
  }

  /// A copy of the bytes.
  public var array: [UInt8] { content.array }
}
