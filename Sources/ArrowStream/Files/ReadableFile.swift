import Glibc

/// A file read by position, from any thread.
///
/// Reading by position rather than through a memory map: a file that is cut short while it is mapped ends the process,
/// and the checksum has every byte read once anyway.
final class ReadableFile: Sendable {
  let path: String
  private let descriptor: Int32
  /// The content, for a file that is in memory already.
  private let content: Buffer?

  init(content: Buffer, name: String) {
    path = name
    descriptor = -1
    self.content = content
  }

  init(path: String) throws(StreamError) {
    self.path = path
    content = nil
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw StreamError(.inputOutput, "cannot be opened: \(String(cString: strerror(errno)))", file: path)
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw StreamError(.inputOutput, "is not a file", file: path)
    }
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }

  /// Whether another path leads to this very file.
  func isReached(by other: String) -> Bool {
    var own = stat()
    var theirs = stat()
    guard descriptor >= 0, fstat(descriptor, &own) == 0, stat(other, &theirs) == 0 else { return false }
    return own.st_dev == theirs.st_dev && own.st_ino == theirs.st_ino
  }

  /// The size in bytes at this moment; a file that is being written grows.
  func size() throws(StreamError) -> Int {
    if let content { return content.count }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw StreamError(.inputOutput, "cannot be examined: \(String(cString: strerror(errno)))", file: path)
    }
    return Int(status.st_size)
  }

  /// Bytes from `offset` on; fewer than `count` only where the file ends, none for a place before its beginning.
  func read(at offset: Int, count: Int) throws(StreamError) -> Buffer {
    let count = offset < 0 ? 0 : max(0, count)
    if let content {
      let start = min(max(0, offset), content.count)
      return content.slice(start, start + min(count, content.count - start))
    }
    let block = MemoryBlock(byteCount: count)
    var done = 0
    while done < count {
      let got = pread(descriptor, block.base + done, count - done, off_t(offset + done))
      if got == 0 { break }
      if got < 0 {
        if errno == EINTR { continue }
        throw StreamError(
          .inputOutput, "cannot be read: \(String(cString: strerror(errno)))", file: path, byteOffset: offset + done)
      }
      done += got
    }
    return Buffer(block: block, byteCount: done)
  }
}
