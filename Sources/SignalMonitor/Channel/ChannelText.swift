/// Bounds on what a hostile channel file can cost before the YAML library sees it.
enum ChannelText {
  /// No channel needs more bytes.
  static let sizeLimit = 1_000_000
  /// No channel needs deeper nesting of brackets, or lines indented further.
  static let depthLimit = 100

  /// Refuses files beyond the bounds, and anchors: a few lines of aliases can stand for billions of nodes.
  static func check(_ text: String, file: String) throws(ChannelError) {
    guard text.utf8.count <= sizeLimit else {
      throw ChannelError(file: file, line: 0, column: 0, problem: "larger than \(sizeLimit) bytes, which no channel is")
    }
    var open = 0
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      var isLeading = true
      var previous: UInt8 = UInt8(ascii: " ")
      let bytes = line.utf8
      for (column, byte) in bytes.enumerated() {
        isLeading = isLeading && " -?:\t".utf8.contains(byte)
        switch byte {
        case UInt8(ascii: "["), UInt8(ascii: "{"): open += 1
        case UInt8(ascii: "]"), UInt8(ascii: "}"): open = max(open - 1, 0)
        default: break
        }
        guard open <= depthLimit, !isLeading || column < depthLimit else {
          throw ChannelError(file: file, line: index + 1, column: column + 1, problem: "nested deeper than any channel")
        }
        let follows = bytes.dropFirst(column + 1).first ?? UInt8(ascii: " ")
        if byte == UInt8(ascii: "&"), " \t[{,:-?".utf8.contains(previous), follows != UInt8(ascii: " ") {
          throw ChannelError(
            file: file, line: index + 1, column: column + 1,
            problem: "YAML anchors (&name) are not part of a channel file")
        }
        previous = byte
      }
    }
  }
}
