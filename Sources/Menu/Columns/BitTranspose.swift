/// Turning a block of 64 rows of 64 bits on its side: between the words of one event, as trigger hardware keeps
/// them, and one bit per event, as the evaluator wants them.
enum BitTranspose {
  /// Transposes a 64 x 64 bit matrix in place: bit c of word r goes to bit r of word c.
  static func transpose(_ block: UnsafeMutablePointer<UInt64>) {
    var width = 32
    var mask: UInt64 = 0x0000_0000_FFFF_FFFF
    while width != 0 {
      var row = 0
      while row < 64 {
        for upper in row..<(row + width) {
          let low = block[upper]
          let high = block[upper + width]
          let swapped = ((low >> UInt64(width)) ^ high) & mask
          block[upper] = low ^ (swapped << UInt64(width))
          block[upper + width] = high ^ swapped
        }
        row += 2 * width
      }
      width >>= 1
      mask ^= mask << UInt64(width)
    }
  }

  /// Spreads rows of `wordsPerRow` 32-bit words into bit columns: bit b of a row goes to
  /// `columns[b * wordsPerColumn + row / 64]`, bit row % 64. Bits from `bitCount` on are left out.
  static func columns(
    fromRows rows: UnsafeBufferPointer<UInt32>, wordsPerRow: Int, rowCount: Int, bitCount: Int,
    into columns: UnsafeMutablePointer<UInt64>, wordsPerColumn: Int
  ) {
    withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 64) { block in
      guard let block = block.baseAddress else { return }
      for firstBit in stride(from: 0, to: bitCount, by: 64) {
        let lowWord = firstBit / 32
        for firstRow in stride(from: 0, to: rowCount, by: 64) {
          for offset in 0..<64 {
            let row = firstRow + offset
            var value: UInt64 = 0
            if row < rowCount && lowWord < wordsPerRow {
              value = UInt64(rows[row * wordsPerRow + lowWord])
              if lowWord + 1 < wordsPerRow { value |= UInt64(rows[row * wordsPerRow + lowWord + 1]) << 32 }
            }
            block[offset] = value
          }
          transpose(block)
          for bit in firstBit..<min(firstBit + 64, bitCount) {
            columns[bit * wordsPerColumn + firstRow / 64] = block[bit - firstBit]
          }
        }
      }
    }
  }

  /// The way back: bit columns into rows of `wordsPerRow` 32-bit words; bits without a column are zero.
  static func rows(
    fromColumns columns: UnsafePointer<UInt64>, wordsPerColumn: Int, bitCount: Int, rowCount: Int,
    into rows: UnsafeMutablePointer<UInt32>, wordsPerRow: Int
  ) {
    withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 64) { block in
      guard let block = block.baseAddress else { return }
      for lowWord in stride(from: 0, to: wordsPerRow, by: 2) {
        for firstRow in stride(from: 0, to: rowCount, by: 64) {
          for offset in 0..<64 {
            let bit = lowWord * 32 + offset
            block[offset] = bit < bitCount ? columns[bit * wordsPerColumn + firstRow / 64] : 0
          }
          transpose(block)
          for row in firstRow..<min(firstRow + 64, rowCount) {
            let value = block[row - firstRow]
            rows[row * wordsPerRow + lowWord] = UInt32(truncatingIfNeeded: value)
            if lowWord + 1 < wordsPerRow {
              rows[row * wordsPerRow + lowWord + 1] = UInt32(truncatingIfNeeded: value >> 32)
            }
          }
        }
      }
    }
  }
}
