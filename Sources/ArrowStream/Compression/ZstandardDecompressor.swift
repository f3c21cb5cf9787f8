import CZstd

/// Decompresses the buffers of one body.
struct ZstandardDecompressor {
  /// Zstandard's own memory, which is dear to make.
  private final class Context {
    let pointer: OpaquePointer
    init(pointer: OpaquePointer) { self.pointer = pointer }
    deinit { ZSTD_freeDCtx(pointer) }
  }

  private let context: Context
  /// Bytes that may still be claimed: what a batch may unfold to is bounded before memory is taken.
  private var allowance: Int

  init(allowance: Int) throws(StreamError) {
    guard let pointer = ZSTD_createDCtx() else {
      throw StreamError(.inputOutput, "no memory to decompress with")
    }
    context = Context(pointer: pointer)
    self.allowance = allowance
  }

  /// The bytes of a stored buffer.
  /// - Parameter required: how many bytes the column needs; fewer are refused before memory is taken.
  mutating func decompress(_ stored: Buffer, required: Int, byteOffset: Int) throws(StreamError) -> Buffer {
    if stored.count == 0 { return stored }
    guard stored.count >= 8 else {
      throw StreamError(
        .malformed, "a compressed buffer of \(stored.count) bytes, which has no room for its length",
        byteOffset: byteOffset)
    }
    let claimed = Int64(littleEndian: stored.bytes.loadUnaligned(as: Int64.self))
    let content = stored.slice(8, stored.count)
    if claimed == -1 { return content }
    guard claimed >= 0 else {
      throw StreamError(.malformed, "a compressed buffer that claims \(claimed) bytes", byteOffset: byteOffset)
    }
    guard claimed >= Int64(required) else {
      throw StreamError(
        .malformed, "a compressed buffer that claims \(claimed) bytes, expected at least \(required)",
        byteOffset: byteOffset)
    }
    guard claimed <= Int64(allowance) else {
      throw StreamError(
        .tooLarge, "a compressed buffer claims \(claimed) bytes, \(allowance) are left of what a batch may take",
        byteOffset: byteOffset)
    }
    let length = Int(claimed)
    if length == 0 { return .empty }
    // The frame's own header mostly says its length too: a lie is found before memory is taken.
    let framed = ZSTD_getFrameContentSize(content.bytes.baseAddress, content.count)
    let unknown = UInt64.max  // ZSTD_CONTENTSIZE_UNKNOWN; one less means an error
    guard framed == UInt64(length) || framed == unknown else {
      let found = framed == unknown - 1 ? "no zstd frame" : "a zstd frame of \(framed) bytes"
      throw StreamError(.malformed, "\(found) where \(length) bytes are claimed", byteOffset: byteOffset)
    }
    allowance -= length
    let block = MemoryBlock(byteCount: length)
    let written = ZSTD_decompressDCtx(context.pointer, block.base, length, content.bytes.baseAddress, content.count)
    if ZSTD_isError(written) != 0 {
      throw StreamError(
        .malformed, "a compressed buffer cannot be read: \(String(cString: ZSTD_getErrorName(written)))",
        byteOffset: byteOffset)
    }
    guard written == length else {
      throw StreamError(
        .malformed, "a compressed buffer holds \(written) bytes, claimed were \(length)", byteOffset: byteOffset)
    }
    return Buffer(block: block, byteCount: length)
  }
}
