@preconcurrency import Glibc

/// What became of the text that was printed.
enum StandardOutput {
  /// Writes what still waits in memory.
  /// - Throws: ``OutputError`` when anything that was printed could not be written: a full disk, for example.
  static func finish() throws {
    let isFlushed = fflush(stdout) == 0
    guard isFlushed, ferror(stdout) == 0 else {
      throw OutputError(
        file: "standard output", reason: isFlushed ? "a part of the results is lost" : String(cString: strerror(errno)))
    }
  }
}
