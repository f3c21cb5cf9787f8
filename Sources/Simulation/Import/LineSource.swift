import CHepMC3
import Foundation

/// The decompressed lines of a plain, gzip or zstd file, one at a time.
final class LineSource {
  /// No line of a generator file that the library could read is longer.
  static let longestLine = 200_000

  private let path: String
  private let input: OpaquePointer
  private var bytes: UnsafeMutablePointer<CChar>
  private var capacity: Int
  private var start = 0
  private var filled = 0
  private var ended = false
  /// Number of the line last returned, counted from 1.
  private(set) var line = 0
  /// Whether the line last returned ended with the file instead of a line end.
  private(set) var isCut = false

  init(path: String) throws(GeneratorFileError) {
    self.path = path
    var message = [CChar](repeating: 0, count: 256)
    var information = stat()
    guard stat(path, &information) == 0 else {
      throw GeneratorFileError(
        kind: .unreadable, file: path, line: 0, reason: String(cString: strerror(errno)), wholeEvents: 0)
    }
    guard information.st_mode & S_IFMT != S_IFDIR else {
      throw GeneratorFileError(
        kind: .unreadable, file: path, line: 0, reason: "is a folder, not a generator file", wholeEvents: 0)
    }
    guard let input = hepmcInputOpen(path, &message, message.count) else {
      throw GeneratorFileError(
        kind: .unreadable, file: path, line: 0, reason: Self.text(message), wholeEvents: 0)
    }
    self.input = input
    capacity = 1 << 20
    bytes = .allocate(capacity: capacity + 1)
  }

  /// Lines of bytes in memory, plain or zstd; `name` stands for the path in errors.
  init(contents: [UInt8], name: String) throws(GeneratorFileError) {
    path = name
    var message = [CChar](repeating: 0, count: 256)
    guard let input = hepmcInputOpenBytes(contents, contents.count, &message, message.count) else {
      throw GeneratorFileError(
        kind: .unreadable, file: name, line: 0, reason: Self.text(message), wholeEvents: 0)
    }
    self.input = input
    capacity = 1 << 12
    bytes = .allocate(capacity: capacity + 1)
  }

  deinit {
    bytes.deallocate()
    hepmcInputClose(input)
  }

  static func text(_ message: [CChar]) -> String {
    String(decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// The next line without its end, followed by a zero byte; nil at the end of the file. It stays valid until the next call.
  func next() throws(ListingProblem) -> UnsafeBufferPointer<CChar>? {
    while true {
      if let newline = memchr(bytes + start, 0x0a, filled - start) {
        let end = newline.assumingMemoryBound(to: CChar.self) - bytes
        return taking(upTo: end, resumingAt: end + 1)
      }
      if filled - start > Self.longestLine {
        line += 1
        throw ListingProblem(reason: "the line is longer than \(Self.longestLine) bytes")
      }
      if ended {
        guard start < filled else { return nil }
        isCut = true
        return taking(upTo: filled, resumingAt: filled)
      }
      try fill()
    }
  }

  private func taking(upTo end: Int, resumingAt next: Int) -> UnsafeBufferPointer<CChar> {
    var length = end - start
    if length > 0, bytes[end - 1] == 0x0d { length -= 1 }  // files that passed through Windows
    bytes[start + length] = 0
    let found = UnsafeBufferPointer(start: bytes + start, count: length)
    start = next
    line += 1
    return found
  }

  private func fill() throws(ListingProblem) {
    if start > 0 {
      memmove(bytes, bytes + start, filled - start)
      filled -= start
      start = 0
    }
    if filled == capacity {
      let larger = UnsafeMutablePointer<CChar>.allocate(capacity: 2 * capacity + 1)
      memcpy(larger, bytes, filled)
      bytes.deallocate()
      bytes = larger
      capacity *= 2
    }
    var message = [CChar](repeating: 0, count: 256)
    let read = hepmcInputRead(input, bytes + filled, capacity - filled, &message, message.count)
    guard read >= 0 else {
      throw ListingProblem(kind: .damagedCompression, reason: "the bytes cannot be decompressed: \(Self.text(message))")
    }
    if read == 0 { ended = true }
    filled += read
  }
}
