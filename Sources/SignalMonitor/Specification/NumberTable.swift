import Foundation

/// Columns of numbers from a file: text separated by commas, or an array of numpy.
public struct NumberTable: Sendable {
  /// Names of the columns; one without name for a plain list.
  public let names: [String]
  /// The numbers, column by column, of equal length.
  public let columns: [[Double]]

  /// A table of columns.
  public init(names: [String], columns: [[Double]]) {
    self.names = names
    self.columns = columns
  }

  /// The column of a name, nil if there is none.
  public subscript(_ name: String) -> [Double]? { names.firstIndex(of: name).map { columns[$0] } }

  /// Reads text: a line per row, numbers separated by commas (or blanks, in a list), names in the first line or none;
  /// lines that are empty or begin with # are passed over.
  ///
  /// - Throws: ``ChannelError`` with line and column where a number was expected, or a row has another length.
  public init(text: String, file: String) throws(ChannelError) {
    var names: [String] = []
    var columns: [[Double]] = []
    var isFirst = true
    var number = 0
    for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
      number += 1
      guard let start = line.firstIndex(where: { !$0.isWhitespace }), line[start] != "#" else { continue }
      let words = line.split(separator: ",", omittingEmptySubsequences: false)
      if isFirst {
        isFirst = false
        let trimmed = words.map { $0.trimmingCharacters(in: .whitespaces) }
        columns = [[Double]](repeating: [], count: words.count)
        if trimmed.allSatisfy({ Double($0) == nil }) {
          names = trimmed
          guard Set(names).count == names.count else {
            throw ChannelError(file: file, line: number, column: 1, problem: "a column name stands twice")
          }
          continue
        }
        names = words.count == 1 ? [""] : words.indices.map { "\($0 + 1)" }
      }
      guard words.count == columns.count else {
        throw ChannelError(
          file: file, line: number, column: 1, problem: "\(words.count) numbers, expected \(columns.count)")
      }
      for (index, word) in words.enumerated() {
        guard let value = Double(word.trimmingCharacters(in: .whitespaces)) else {
          let column = line.distance(from: line.startIndex, to: word.startIndex) + 1
          throw ChannelError(
            file: file, line: number, column: column, problem: "found '\(word.prefix(40))', expected a number")
        }
        columns[index].append(value)
      }
    }
    guard !columns.isEmpty else {
      throw ChannelError(file: file, line: 0, column: 0, problem: "the file holds no numbers")
    }
    self.init(names: names, columns: columns)
  }

  /// Reads an array of numpy (format versions 1 to 3): one dimension, or two as rows and columns, of real or whole numbers,
  /// least significant byte first.
  ///
  /// - Throws: ``ChannelError`` that says at which byte what was found.
  public init(numpy data: Data, file: String) throws(ChannelError) {
    func failure(_ byte: Int, _ problem: String) -> ChannelError {
      ChannelError(file: file, line: 0, column: 0, problem: "byte \(byte): \(problem)")
    }
    let bytes = [UInt8](data.prefix(12))
    guard bytes.count >= 10, bytes.starts(with: [0x93] + Array("NUMPY".utf8)), (1...3).contains(bytes[6]) else {
      throw failure(0, "no array of numpy, which begins with the byte 93 (hex) and 'NUMPY'")
    }
    let lengthBytes = bytes[6] == 1 ? 2 : 4
    guard bytes.count >= 8 + lengthBytes else { throw failure(8, "the file ends within its head") }
    let length = (0..<lengthBytes).reduce(0) { $0 | Int(bytes[8 + $1]) << (8 * $1) }
    let start = 8 + lengthBytes + length
    guard start <= data.count else { throw failure(8, "a head of \(length) bytes in a file of \(data.count)") }
    let head = String(decoding: data.dropFirst(8 + lengthBytes).prefix(length), as: UTF8.self)
    func entry(_ key: String, until end: Character) -> String? {
      guard let range = head.range(of: "'\(key)':") else { return nil }
      return head[range.upperBound...].prefix { $0 != end }.trimmingCharacters(in: .whitespaces)
    }
    let type = entry("descr", until: ",")?.trimmingCharacters(in: CharacterSet(charactersIn: "'\"")) ?? ""
    let readers: [String: (size: Int, read: (UnsafeRawBufferPointer, Int) -> Double)] = [
      "<f8": (8, { $0.loadUnaligned(fromByteOffset: $1, as: Double.self) }),
      "<f4": (4, { Double($0.loadUnaligned(fromByteOffset: $1, as: Float.self)) }),
      "<i8": (8, { Double($0.loadUnaligned(fromByteOffset: $1, as: Int64.self)) }),
      "<i4": (4, { Double($0.loadUnaligned(fromByteOffset: $1, as: Int32.self)) }),
      "<u8": (8, { Double($0.loadUnaligned(fromByteOffset: $1, as: UInt64.self)) }),
      "<u4": (4, { Double($0.loadUnaligned(fromByteOffset: $1, as: UInt32.self)) }),
    ]
    guard let reader = readers[type] else {
      throw failure(10, "numbers of type '\(type)', expected one of \(readers.keys.sorted().joined(separator: ", "))")
    }
    let words = entry("shape", until: ")")?.dropFirst().split(separator: ",") ?? []
    let shape = words.compactMap { Int($0.trimmingCharacters(in: .whitespaces)) }
    guard shape.count == words.count, (1...2).contains(shape.count), shape.allSatisfy({ $0 >= 0 && $0 < 1 << 40 })
    else {
      throw failure(10, "an array of \(words.count) dimensions, expected one, or rows and columns")
    }
    let (rows, width) = (shape[0], shape.count == 2 ? shape[1] : 1)
    let isByColumn = entry("fortran_order", until: ",") == "True"
    let needed = rows.multipliedReportingOverflow(by: width)
    guard !needed.overflow, width <= 1000, data.count - start >= needed.partialValue * reader.size else {
      throw failure(data.count, "the file ends within its \(rows) rows of \(width) numbers")
    }
    var columns = [[Double]](repeating: [Double](repeating: 0, count: rows), count: width)
    data.withUnsafeBytes { bytes in
      for column in 0..<width {
        for row in 0..<rows {
          let index = isByColumn ? column * rows + row : row * width + column
          columns[column][row] = reader.read(bytes, start + index * reader.size)
        }
      }
    }
    self.init(names: width == 1 ? [""] : (1...max(width, 1)).map { "\($0)" }, columns: columns)
  }
}
