import CZeroMQ
import Glibc

/// One frame on its way in or out: the bytes and the one who owns them.
///
/// The `zmq_msg_t` lives behind a pointer because libzmq keeps payloads of up to 33 bytes inside the structure:
/// a view into a structure that Swift has moved would dangle. A message cannot be copied, so it cannot be sent twice;
/// ``shared()`` makes a second handle on the same bytes.
@safe public struct Message: ~Copyable, @unchecked Sendable {
  let storage: UnsafeMutablePointer<zmq_msg_t>

  private init(adopting storage: UnsafeMutablePointer<zmq_msg_t>) {
    unsafe self.storage = unsafe storage
  }

  /// An empty message, ready to receive into.
  public init() {
    unsafe storage = .allocate(capacity: 1)
    unsafe _ = zmq_msg_init(storage)
  }

  /// A message of `count` bytes to be filled in place, see ``withUnsafeMutableBytes(_:)``.
  /// - Throws: ``ZeroMQError`` with ``ZeroMQError/Code/outOfMemory``.
  public init(count: Int) throws(ZeroMQError) {
    precondition(count >= 0, "a message cannot have a negative size")
    let storage = UnsafeMutablePointer<zmq_msg_t>.allocate(capacity: 1)
    guard unsafe zmq_msg_init_size(storage, count) == 0 else {
      unsafe storage.deallocate()
      throw ZeroMQError(last: "allocate a message of \(count) bytes")
    }
    unsafe self.init(adopting: storage)
  }

  /// A message holding a copy of `bytes`.
  public init(copying bytes: UnsafeRawBufferPointer) throws(ZeroMQError) {
    try self.init(count: bytes.count)
    if let source = bytes.baseAddress, let target = unsafe zmq_msg_data(storage) {
      unsafe target.copyMemory(from: source, byteCount: bytes.count)
    }
  }

  /// A message holding a copy of `bytes`.
  public init(_ bytes: [UInt8]) throws(ZeroMQError) {
    try self.init(count: bytes.count)
    unsafe withUnsafeMutableBytes { target in unsafe target.copyBytes(from: bytes) }
  }

  /// A message holding the UTF-8 bytes of `text`.
  public init(_ text: String) throws(ZeroMQError) {
    try self.init(Array(text.utf8))
  }

  /// A message that lends the bytes of `owner` without copying them.
  ///
  /// `owner` is retained until libzmq drops its last reference to the bytes, which happens on whatever thread
  /// that is: the receiver's, an I/O thread's, or this one. Its `deinit` must be safe there.
  /// - Parameters:
  ///   - bytes: memory that stays valid and unchanged as long as `owner` lives.
  ///   - owner: the object that keeps `bytes` alive.
  @unsafe
  public init(lending bytes: UnsafeRawBufferPointer, of owner: AnyObject) throws(ZeroMQError) {
    let storage = UnsafeMutablePointer<zmq_msg_t>.allocate(capacity: 1)
    let retained = unsafe Unmanaged.passRetained(owner)
    let status = unsafe zmq_msg_init_data(
      storage, UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count,
      { _, hint in
        if let hint = unsafe hint { unsafe Unmanaged<AnyObject>.fromOpaque(hint).release() }
      }, retained.toOpaque())
    guard status == 0 else {
      let error = ZeroMQError(last: "lend \(bytes.count) bytes to a message")
      unsafe retained.release()
      unsafe storage.deallocate()
      throw error
    }
    unsafe self.init(adopting: storage)
  }

  /// Number of bytes.
  public var count: Int { unsafe zmq_msg_size(storage) }

  /// Whether another frame of the same message follows this received one.
  public var hasMore: Bool { unsafe zmq_msg_more(storage) == 1 }

  /// A second handle on the same bytes. Large payloads are shared by reference count, small ones copied.
  public func shared() throws(ZeroMQError) -> Message {
    let copy = Message()
    guard unsafe zmq_msg_copy(copy.storage, storage) == 0 else { throw ZeroMQError(last: "share a message") }
    return copy
  }

  /// The bytes, valid as long as the message is.
  public var bytes: RawSpan {
    @_lifetime(borrow self)
    get {
      let buffer = unsafe UnsafeRawBufferPointer(start: zmq_msg_data(storage), count: count)
      return unsafe _overrideLifetime(buffer.bytes, borrowing: self)
    }
  }

  /// Calls `body` with the bytes.
  public func withUnsafeBytes<Result: ~Copyable, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    unsafe try body(UnsafeRawBufferPointer(start: zmq_msg_data(storage), count: count))
  }

  /// Calls `body` with the bytes for filling them in; only for messages that nobody shares yet.
  public mutating func withUnsafeMutableBytes<Result: ~Copyable, Failure: Error>(
    _ body: (UnsafeMutableRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    unsafe try body(UnsafeMutableRawBufferPointer(start: zmq_msg_data(storage), count: count))
  }

  /// The bytes as text, if they are UTF-8.
  public var text: String? {
    unsafe withUnsafeBytes { unsafe String(validating: $0, as: UTF8.self) }
  }

  /// A copy of the bytes.
  public var array: [UInt8] { unsafe withUnsafeBytes { unsafe Array($0) } }

  deinit {
    unsafe _ = zmq_msg_close(storage)
    unsafe storage.deallocate()
  }
}
