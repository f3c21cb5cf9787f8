/// Memory of one block, 64-byte aligned, freed when the last column that points into it is gone.
public final class MemoryBlock: @unchecked Sendable {
  // Sendable because a block is written only before it is shared: builders give it away when they finish.

  /// The start of the block.
  public let base: UnsafeMutableRawPointer
  /// The size of the block in bytes.
  public let byteCount: Int

  /// The alignment of every block this project allocates, in bytes: a cache line, and Arrow's recommendation.
  public static let alignment = 64

  /// A block without bytes, for builders that have given theirs away.
  static let empty = MemoryBlock(byteCount: 0)

  /// A block whose bytes are not set.
  public init(byteCount: Int) {
    self.byteCount = byteCount
    base = .allocate(byteCount: max(byteCount, 1), alignment: Self.alignment)
  }

  deinit { base.deallocate() }
}

/// Bytes of a column, together with whatever keeps them alive: a block of memory, a received message, a mapped file.
/// The bytes are never changed after a buffer was made, so buffers may be shared between threads.
public struct Buffer: @unchecked Sendable {
  /// The bytes; valid for as long as this buffer (or a copy of it) lives.
  public let bytes: UnsafeRawBufferPointer
  /// What keeps the bytes alive.
  public let owner: AnyObject?

  /// A buffer over somebody's bytes; `owner` must keep them alive and unchanged.
  public init(bytes: UnsafeRawBufferPointer, owner: AnyObject?) {
    self.bytes = bytes
    self.owner = owner
  }

  /// A buffer over the first `byteCount` bytes of a block.
  public init(block: MemoryBlock, byteCount: Int) {
    precondition(byteCount >= 0 && byteCount <= block.byteCount)
    self.init(bytes: UnsafeRawBufferPointer(start: block.base, count: byteCount), owner: block)
  }

  /// No bytes.
  public static let empty = Buffer(bytes: UnsafeRawBufferPointer(start: nil, count: 0), owner: nil)

  /// A copy of the values.
  public init<Element: BitwiseCopyable>(copying values: [Element]) {
    let count = values.count * MemoryLayout<Element>.stride
    let block = MemoryBlock(byteCount: count)
    values.withUnsafeBytes { source in
      if let start = source.baseAddress { block.base.copyMemory(from: start, byteCount: count) }
    }
    self.init(block: block, byteCount: count)
  }

  /// A copy of bytes, in aligned memory.
  public init(copyingBytes bytes: UnsafeRawBufferPointer) {
    let block = MemoryBlock(byteCount: bytes.count)
    if let start = bytes.baseAddress { block.base.copyMemory(from: start, byteCount: bytes.count) }
    self.init(block: block, byteCount: bytes.count)
  }

  /// The number of bytes.
  public var count: Int { bytes.count }

  /// The bytes from `lower` up to `upper`, without a copy.
  public func slice(_ lower: Int, _ upper: Int) -> Buffer {
    precondition(0 <= lower && lower <= upper && upper <= bytes.count)
    return Buffer(bytes: UnsafeRawBufferPointer(rebasing: bytes[lower..<upper]), owner: owner)
  }
}
