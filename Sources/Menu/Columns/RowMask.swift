/// A set of rows of a batch, one bit per event: row r is bit r % 64 of word r / 64.
public struct RowMask: Sendable, Equatable {
  /// The words; bits at and beyond ``rowCount`` are zero.
  public private(set) var words: [UInt64]
  /// Number of rows of the batch.
  public let rowCount: Int

  /// No row of a batch of `rowCount` rows.
  public init(rowCount: Int) {
    self.rowCount = max(0, rowCount)
    words = Array(repeating: 0, count: (self.rowCount + 63) / 64)
  }

  /// Every row of a batch of `rowCount` rows.
  public static func all(rowCount: Int) -> RowMask {
    var mask = RowMask(rowCount: rowCount)
    for index in mask.words.indices { mask.words[index] = .max }
    mask.clearBeyondEnd()
    return mask
  }

  /// The rows given by words of 64 rows; bits beyond the end are dropped and missing words are zero.
  public init(words: [UInt64], rowCount: Int) {
    self.init(rowCount: rowCount)
    for index in self.words.indices where index < words.count { self.words[index] = words[index] }
    clearBeyondEnd()
  }

  /// Whether a row is in the set. Rows outside the batch are not.
  public subscript(row: Int) -> Bool {
    get { row >= 0 && row < rowCount && words[row >> 6] >> UInt64(row & 63) & 1 == 1 }
    set {
      guard row >= 0 && row < rowCount else { return }
      let bit = UInt64(1) << UInt64(row & 63)
      if newValue { words[row >> 6] |= bit } else { words[row >> 6] &= ~bit }
    }
  }

  /// Number of rows in the set.
  public var count: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }

  /// Whether no row is in the set.
  public var isEmpty: Bool { words.allSatisfy { $0 == 0 } }

  /// Calls `body` with each row of the set, in rising order.
  @inlinable
  public func forEachRow(_ body: (Int) throws -> Void) rethrows {
    for (index, word) in words.enumerated() {
      var rest = word
      while rest != 0 {
        try body((index << 6) + rest.trailingZeroBitCount)
        rest &= rest - 1
      }
    }
  }

  private mutating func clearBeyondEnd() {
    if rowCount & 63 != 0, let last = words.indices.last { words[last] &= (1 << UInt64(rowCount & 63)) - 1 }
  }
}
