import CZstd
import Synchronization

/// Compresses the buffers of a body one by one, as Arrow asks: each compressed buffer begins with its own length before
/// compression, or with -1 where the bytes follow as they are.
final class ZstandardCompressor: Sendable {
  private struct Context: ~Copyable, @unchecked Sendable {
    // Sendable: used by one thread at a time, under the mutex.
    let pointer: OpaquePointer
    deinit { ZSTD_freeCCtx(pointer) }
  }

  private let context: Mutex<Context>

  /// - Parameter level: Zstandard's level; 1 is fastest and what others write.
  init(level: Int) throws(StreamError) {
    guard let pointer = ZSTD_createCCtx() else {
      throw StreamError(.inputOutput, "no memory to compress with")
    }
    ZSTD_CCtx_setParameter(pointer, ZSTD_c_compressionLevel, Int32(clamping: level))
    context = Mutex(Context(pointer: pointer))
  }

  /// The buffers as they are stored. Empty buffers stay empty.
  func compress(_ buffers: [Buffer]) throws(StreamError) -> [Buffer] {
    // One block for all: small buffers are the rule, and the bound is close to the sum of their lengths.
    let bound = buffers.reduce(0) { $0 + ($1.count == 0 ? 0 : roundUp(8 + ZSTD_compressBound($1.count), to: 8)) }
    let block = MemoryBlock(byteCount: bound)
    return try context.withLock { (context: inout Context) throws(StreamError) -> [Buffer] in
      var stored: [Buffer] = []
      stored.reserveCapacity(buffers.count)
      var place = block.base
      for buffer in buffers {
        guard let source = buffer.bytes.baseAddress, buffer.count > 0 else {
          stored.append(.empty)
          continue
        }
        let written = ZSTD_compress2(
          context.pointer, place + 8, ZSTD_compressBound(buffer.count), source, buffer.count)
        if ZSTD_isError(written) != 0 {
          throw StreamError(.inputOutput, "zstd: \(String(cString: ZSTD_getErrorName(written)))")
        }
        var length = written
        if written < buffer.count {
          place.storeBytes(of: Int64(buffer.count).littleEndian, as: Int64.self)
        } else {
          place.storeBytes(of: Int64(-1).littleEndian, as: Int64.self)
          (place + 8).copyMemory(from: source, byteCount: buffer.count)
          length = buffer.count
        }
        stored.append(Buffer(bytes: UnsafeRawBufferPointer(start: place, count: 8 + length), owner: block))
        place += roundUp(8 + length, to: 8)
      }
      return stored
    }
  }
}
