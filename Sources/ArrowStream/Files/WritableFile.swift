import Glibc

/// A file that gets its name only when it is whole: written under a temporary name beside it, then renamed in one step.
final class WritableFile {
  /// The name the file gets in the end.
  let path: String
  /// The name it has while it is written; also what a killed writer leaves.
  let temporaryPath: String
  private let descriptor: Int32
  private let replaces: Bool
  /// Bytes written so far.
  private(set) var position = 0

  /// What is added to the name of a file that is not finished.
  static let temporarySuffix = ".partial"

  /// - Parameter force: replaces a file of that name, and what an earlier, killed writer left.
  init(path: String, force: Bool) throws(StreamError) {
    let temporaryPath = path + Self.temporarySuffix
    if !force, access(path, F_OK) == 0 {
      throw StreamError(.exists, "exists already and is not overwritten unless asked (--force)", file: path)
    }
    let flags = O_RDWR | O_CREAT | O_CLOEXEC | (force ? O_TRUNC : O_EXCL)
    let descriptor = open(temporaryPath, flags, 0o666)
    guard descriptor >= 0 else {
      if errno == EEXIST {
        throw StreamError(
          .exists,
          "was left by a writer that did not finish, or is being written; rescue it (sluice inspect --repair) or overwrite it (--force)",
          file: temporaryPath)
      }
      throw StreamError(.inputOutput, "cannot be written: \(String(cString: strerror(errno)))", file: temporaryPath)
    }
    self.path = path
    self.temporaryPath = temporaryPath
    self.descriptor = descriptor
    replaces = force
  }

  deinit { close(descriptor) }

  /// Writes pieces one after the other, with as few calls of the system as it allows.
  func write(_ pieces: [UnsafeRawBufferPointer]) throws(StreamError) {
    var vectors = pieces.compactMap { piece -> iovec? in
      guard let start = piece.baseAddress, piece.count > 0 else { return nil }
      return iovec(iov_base: UnsafeMutableRawPointer(mutating: start), iov_len: piece.count)
    }
    var first = 0
    while first < vectors.count {
      let count = min(vectors.count - first, 1024)
      let written = vectors.withUnsafeBufferPointer { writev(descriptor, $0.baseAddress! + first, Int32(count)) }
      if written < 0 {
        if errno == EINTR { continue }
        throw StreamError(
          .inputOutput, "cannot be written: \(String(cString: strerror(errno)))", file: temporaryPath,
          byteOffset: position)
      }
      position += written
      var rest = written
      while first < vectors.count, rest >= vectors[first].iov_len {
        rest -= vectors[first].iov_len
        first += 1
      }
      if rest > 0 {
        vectors[first].iov_base += rest
        vectors[first].iov_len -= rest
      }
    }
  }

  /// Waits until what was written is on the disk.
  func synchronise() throws(StreamError) {
    guard fdatasync(descriptor) == 0 else {
      throw StreamError(
        .inputOutput, "cannot be brought to the disk: \(String(cString: strerror(errno)))", file: temporaryPath)
    }
  }

  /// Gives the file its name. A file that appeared under it meanwhile is not overwritten unless `force` was given.
  func publish() throws(StreamError) {
    try synchronise()
    if replaces {
      guard rename(temporaryPath, path) == 0 else { throw renamingFailed() }
    } else if link(temporaryPath, path) == 0 {
      unlink(temporaryPath)
    } else if errno == EEXIST {
      throw StreamError(.exists, "appeared while it was written; what was written is \(temporaryPath)", file: path)
    } else {
      // A file system without hard links.
      guard rename(temporaryPath, path) == 0 else { throw renamingFailed() }
    }
    synchroniseFolder()
  }

  /// Removes what was written.
  func discard() { unlink(temporaryPath) }

  private func renamingFailed() -> StreamError {
    StreamError(.inputOutput, "cannot be given its name: \(String(cString: strerror(errno)))", file: path)
  }

  /// The new name, too, has to reach the disk; where a folder cannot be synchronised there is nothing to be done.
  private func synchroniseFolder() {
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if descriptor >= 0 {
      fsync(descriptor)
      close(descriptor)
    }
  }
}
