/// The loops behind menu evaluation: over whole columns, in blocks of 64 values, one result bit per value.
///
/// Every column is padded to a multiple of 64 (``PaddedColumn``), so no kernel has a tail.
enum ColumnKernels {
  /// Eight comparisons at a time.
  typealias Lanes = SIMD8<Float>

  /// Transposes an 8 x 8 bit matrix kept in the bytes of a word.
  @inline(__always)
  static func transposed8x8(_ word: UInt64) -> UInt64 {
    var word = word
    var swapped = (word ^ (word >> 7)) & 0x00AA_00AA_00AA_00AA
    word ^= swapped ^ (swapped << 7)
    swapped = (word ^ (word >> 14)) & 0x0000_CCCC_0000_CCCC
    word ^= swapped ^ (swapped << 14)
    swapped = (word ^ (word >> 28)) & 0x0000_0000_F0F0_F0F0
    return word ^ swapped ^ (swapped << 28)
  }

  /// One bit for each of 64 values that pass `test`.
  ///
  /// Group g of eight values sets bit g in its lane; the lanes' bytes are then a transposed bit matrix of the answer.
  /// This keeps the work per group at a comparison, an and, an or, where one extraction per group would cost several.
  @inline(__always)
  private static func mask(
    _ values: UnsafePointer<Float>, _ test: (Lanes, Int) -> SIMDMask<SIMD8<Int32>>
  ) -> UInt64 {
    let block = UnsafeRawPointer(values)
    var lanes = SIMD8<Int32>.zero
    for group in 0..<8 {
      let loaded = block.loadUnaligned(fromByteOffset: group * 32, as: Lanes.self)
      lanes |= SIMD8<Int32>.zero.replacing(with: Int32(1) << Int32(group), where: test(loaded, group))
    }
    let bytes = SIMD8<UInt8>(truncatingIfNeeded: lanes)
    return transposed8x8(unsafeBitCast(bytes, to: UInt64.self))
  }

  /// Compares a column with a constant. NaN passes no comparison.
  static func compare(
    _ comparison: Comparison, _ values: UnsafePointer<Float>, _ constant: Float, blocks: Int,
    into words: UnsafeMutablePointer<UInt64>
  ) {
    let limit = Lanes(repeating: constant)
    switch comparison {
    case .less: for block in 0..<blocks { words[block] = mask(values + block * 64) { value, _ in value .< limit } }
    case .lessOrEqual:
      for block in 0..<blocks { words[block] = mask(values + block * 64) { value, _ in value .<= limit } }
    case .greater:
      for block in 0..<blocks { words[block] = mask(values + block * 64) { value, _ in value .> limit } }
    case .greaterOrEqual:
      for block in 0..<blocks { words[block] = mask(values + block * 64) { value, _ in value .>= limit } }
    case .equal: for block in 0..<blocks { words[block] = mask(values + block * 64) { value, _ in value .== limit } }
    case .notEqual:
      for block in 0..<blocks {
        words[block] = mask(values + block * 64) { value, _ in (value .< limit) .| (value .> limit) }
      }
    }
  }

  /// Compares two columns.
  static func compare(
    _ comparison: Comparison, _ left: UnsafePointer<Float>, _ right: UnsafePointer<Float>, blocks: Int,
    into words: UnsafeMutablePointer<UInt64>
  ) {
    @inline(__always)
    func other(_ block: Int, _ group: Int) -> Lanes {
      UnsafeRawPointer(right + block * 64).loadUnaligned(fromByteOffset: group * 32, as: Lanes.self)
    }
    for block in 0..<blocks {
      let values = left + block * 64
      words[block] =
        switch comparison {
        case .less: mask(values) { value, group in value .< other(block, group) }
        case .lessOrEqual: mask(values) { value, group in value .<= other(block, group) }
        case .greater: mask(values) { value, group in value .> other(block, group) }
        case .greaterOrEqual: mask(values) { value, group in value .>= other(block, group) }
        case .equal: mask(values) { value, group in value .== other(block, group) }
        case .notEqual:
          mask(values) { value, group in (value .< other(block, group)) .| (value .> other(block, group)) }
        }
    }
  }

  /// Arithmetic on two columns.
  static func arithmetic(
    _ operation: ExpressionGraph.Arithmetic, _ left: UnsafePointer<Float>, _ right: UnsafePointer<Float>,
    count: Int, into result: UnsafeMutablePointer<Float>
  ) {
    switch operation {
    case .add: for index in 0..<count { result[index] = left[index] + right[index] }
    case .subtract: for index in 0..<count { result[index] = left[index] - right[index] }
    case .multiply: for index in 0..<count { result[index] = left[index] * right[index] }
    case .divide: for index in 0..<count { result[index] = left[index] / right[index] }
    case .minimum:
      for index in 0..<count { result[index] = left[index] < right[index] ? left[index] : right[index] }
    case .maximum:
      for index in 0..<count { result[index] = left[index] > right[index] ? left[index] : right[index] }
    }
  }

  /// The word of objects selected by `cut` (all without one) among the 64 from `block * 64` on.
  @inline(__always)
  private static func selected(_ cut: UnsafePointer<UInt64>?, _ block: Int, _ count: Int) -> UInt64 {
    let word = cut.map { $0[block] } ?? .max
    let left = count - block * 64
    return left >= 64 ? word : word & ((1 << UInt64(left)) - 1)
  }

  /// Number of selected objects of each row.
  static func count(
    _ cut: UnsafePointer<UInt64>?, rows: UnsafePointer<Int32>, objects: Int, into result: UnsafeMutablePointer<Float>,
    rowCount: Int
  ) {
    result.update(repeating: 0, count: rowCount)
    for block in 0..<((objects + 63) / 64) {
      var rest = selected(cut, block, objects)
      let place = rows + block * 64
      while rest != 0 {
        result[Int(place[rest.trailingZeroBitCount])] += 1
        rest &= rest - 1
      }
    }
  }

  /// Whether any object of each row is selected.
  static func any(
    _ cut: UnsafePointer<UInt64>, rows: UnsafePointer<Int32>, objects: Int,
    into result: UnsafeMutablePointer<UInt64>, words: Int
  ) {
    result.update(repeating: 0, count: words)
    for block in 0..<((objects + 63) / 64) {
      var rest = selected(cut, block, objects)
      let place = rows + block * 64
      while rest != 0 {
        let row = Int(place[rest.trailingZeroBitCount])
        result[row >> 6] |= 1 << UInt64(row & 63)
        rest &= rest - 1
      }
    }
  }

  /// Largest, smallest or total value over the selected objects of each row. Without objects these are minus infinity,
  /// infinity and zero. Undefined values (NaN) are passed over by the extremes and spoil a sum.
  static func reduce(
    _ reduction: ExpressionGraph.Reduction, _ values: UnsafePointer<Float>, _ cut: UnsafePointer<UInt64>?,
    rows: UnsafePointer<Int32>, objects: Int, into result: UnsafeMutablePointer<Float>, rowCount: Int
  ) {
    let start: Float =
      switch reduction {
      case .maximum: -.infinity
      case .minimum: .infinity
      case .sum: 0
      }
    result.update(repeating: start, count: rowCount)
    for block in 0..<((objects + 63) / 64) {
      var rest = selected(cut, block, objects)
      while rest != 0 {
        let object = block * 64 + rest.trailingZeroBitCount
        rest &= rest - 1
        let row = Int(rows[object])
        let value = values[object]
        switch reduction {
        case .maximum: if value > result[row] { result[row] = value }
        case .minimum: if value < result[row] { result[row] = value }
        case .sum: result[row] += value
        }
      }
    }
  }

  /// The value of its row, for each object.
  static func spread(
    _ values: UnsafePointer<Float>, rows: UnsafePointer<Int32>, objects: Int,
    into result: UnsafeMutablePointer<Float>
  ) {
    for object in 0..<objects { result[object] = values[Int(rows[object])] }
  }

  /// The truth value of its row, for each object.
  static func spread(
    _ values: UnsafePointer<UInt64>, rows: UnsafePointer<Int32>, objects: Int,
    into result: UnsafeMutablePointer<UInt64>
  ) {
    for block in 0..<((objects + 63) / 64) {
      var word: UInt64 = 0
      for object in (block * 64)..<min(block * 64 + 64, objects) {
        let row = Int(rows[object])
        word |= (values[row >> 6] >> UInt64(row & 63) & 1) << UInt64(object & 63)
      }
      result[block] = word
    }
  }
}
