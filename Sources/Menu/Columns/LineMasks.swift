/// The result of a level for a batch: for each line and event, whether the line's expression is true (before any
/// prescale), and whether that is known yet. One bit per event; a value that is not known is zero.
public struct LineMasks: Sendable, Equatable {
  /// Number of lines.
  public let lineCount: Int
  /// Number of events in the batch.
  public private(set) var rowCount: Int
  /// Words of 64 rows for each line.
  public private(set) var wordsPerLine: Int
  /// Value bits, line after line.
  public internal(set) var values: [UInt64]
  /// Known bits, line after line.
  public internal(set) var known: [UInt64]

  /// No rows yet.
  public init(lineCount: Int) {
    self.lineCount = lineCount
    rowCount = 0
    wordsPerLine = 0
    values = []
    known = []
  }

  /// Makes room for a batch; everything unknown.
  mutating func begin(rowCount: Int) {
    self.rowCount = rowCount
    wordsPerLine = (rowCount + 63) / 64
    let words = lineCount * wordsPerLine
    if values.count < words {
      values = Array(repeating: 0, count: words)
      known = values
    }
    withUnsafeWords { values, known in
      values.baseAddress?.update(repeating: 0, count: words)
      known.baseAddress?.update(repeating: 0, count: words)
    }
  }

  /// Gives value and known bits to a body that writes many of them.
  mutating func withUnsafeWords(
    _ body: (_ values: UnsafeMutableBufferPointer<UInt64>, _ known: UnsafeMutableBufferPointer<UInt64>) -> Void
  ) {
    values.withUnsafeMutableBufferPointer { values in
      known.withUnsafeMutableBufferPointer { known in body(values, known) }
    }
  }

  /// Whether a line is true for a row.
  public func isTrue(line: Int, row: Int) -> Bool {
    values[line * wordsPerLine + (row >> 6)] >> UInt64(row & 63) & 1 == 1
  }

  /// Whether a line is decided for a row.
  public func isKnown(line: Int, row: Int) -> Bool {
    known[line * wordsPerLine + (row >> 6)] >> UInt64(row & 63) & 1 == 1
  }

  /// Number of rows for which a line is true.
  public func count(line: Int) -> Int {
    var count = 0
    for word in 0..<wordsPerLine { count += values[line * wordsPerLine + word].nonzeroBitCount }
    return count
  }

  /// The rows for which a line is true.
  public func rows(line: Int) -> RowMask {
    let first = line * wordsPerLine
    return RowMask(words: Array(values[first..<(first + wordsPerLine)]), rowCount: rowCount)
  }

  /// Writes the values as words of each event in turn: line i is bit i % 32 of word i / 32, as level 1 stores them.
  /// `words` must hold `wordsPerRow` words per row; lines without room are left out.
  public func writeRows(into words: UnsafeMutableBufferPointer<UInt32>, wordsPerRow: Int) {
    precondition(wordsPerRow > 0 && words.count >= rowCount * wordsPerRow, "fewer words than rows need")
    guard let start = words.baseAddress, rowCount > 0 else { return }
    values.withUnsafeBufferPointer { values in
      withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 1) { empty in
        empty.initialize(repeating: 0)
        guard let columns = values.baseAddress ?? UnsafePointer(empty.baseAddress) else { return }
        BitTranspose.rows(
          fromColumns: columns, wordsPerColumn: wordsPerLine, bitCount: lineCount, rowCount: rowCount, into: start,
          wordsPerRow: wordsPerRow)
      }
    }
  }
}
