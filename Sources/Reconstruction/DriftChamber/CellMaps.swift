import CLanes

/// The cells with an unowned hit in the layers of one super-layer, one bit a cell.
///
/// Neighbours in two layers are found by shifting one map over the other, 256 cells at a time, instead of looking about
/// every hit. The layers have equally many cells, at least 64.
struct CellMaps {
  /// Word 0 of a layer holds the 64 cells before cell 0, word 1 begins with cell 0, and after the last cell come 64 more: the
  /// layer is a circle.
  private var words: [UInt64] = []
  /// The same words without what goes on beyond the circle's ends, from cell 0 on.
  private var once: [UInt64] = []
  private var wordsPerLayer = 0
  private var cells = 0
  /// Blocks of 256 cells in a layer.
  private(set) var blocks = 0

  /// Takes the unowned hits of the layers of a super-layer.
  mutating func fill(layers: Range<Int>, hits: borrowing ChamberHits, table: borrowing WireTable) {
    cells = table.layers[layers.lowerBound].cells
    blocks = (cells + 255) / 256
    wordsPerLayer = 4 * blocks + 2
    words.removeAll(keepingCapacity: true)
    words.append(contentsOf: repeatElement(0, count: wordsPerLayer * layers.count))
    once.removeAll(keepingCapacity: true)
    once.append(contentsOf: repeatElement(0, count: 4 * blocks * layers.count))
    CellMaps.fill(&words, &once, wordsPerLayer, cells, layers, hits, table)
  }

  private static func fill(
    _ words: inout [UInt64], _ once: inout [UInt64], _ wordsPerLayer: Int, _ cells: Int, _ layers: Range<Int>,
    _ hits: borrowing ChamberHits, _ table: borrowing WireTable
  ) {
    let wires = hits.wire.span
    let owners = hits.owner.span
    let all = table.layers.span
    var span = words.mutableSpan
    var single = once.mutableSpan
    let perLayer = wordsPerLayer - 2
    let whole = cells >> 6
    let rest = UInt64(cells & 63)
    for layer in layers {
      let first = wordsPerLayer * (layer - layers.lowerBound)
      let origin = all[layer].firstWire - 64
      for hit in hits.hits(inLayer: layer) where owners[hit] < 0 {
        let bit = Int(wires[hit]) - origin
        span[first + bit >> 6] |= 1 << UInt64(bit & 63)
      }
      for word in 0..<perLayer { single[perLayer * (layer - layers.lowerBound) + word] = span[first + word + 1] }
      // The circle goes on before the first cell and after the last.
      let head = span[first + 1]
      span[first] = span[first + whole] >> rest | span[first + whole + 1] << (64 - rest)
      span[first + whole + 1] |= head << rest
      if rest > 0 { span[first + whole + 2] = head >> (64 - rest) }
    }
  }

  /// The cells of a block of one layer that have a hit.
  /// - Parameter layer: counted from the first layer filled.
  @inline(__always)
  func hits(_ layer: Int, block: Int) -> SIMD4<UInt64> { CellMaps.load(once, 4 * (blocks * layer + block)) }

  /// The cells of a block of one layer that have a hit, as has the cell `step` farther in another layer.
  /// - Parameters:
  ///   - here: hits of the one layer.
  ///   - other: the other layer, counted from the first layer filled.
  ///   - block: 0 for cells 0 to 255, and so on.
  ///   - step: less than 64 either way.
  @inline(__always)
  func both(_ here: SIMD4<UInt64>, _ other: Int, block: Int, step: Int) -> SIMD4<UInt64> {
    let place = wordsPerLayer * other + 4 * block + 1
    return sluice_both_ulong4(
      here, CellMaps.load(words, place), CellMaps.load(words, step > 0 ? place + 1 : place - 1), Int32(step))
  }

  @inline(__always)
  private static func load(_ words: [UInt64], _ place: Int) -> SIMD4<UInt64> {
    precondition(place >= 0 && place + 4 <= words.count, "words outside the map")
    return words.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: 8 * place, as: SIMD4<UInt64>.self) }
  }
}

extension SIMD4<UInt64> {
  /// Whether any bit is set.
  @inline(__always) var isAny: Bool { sluice_any_ulong4(self) != 0 }
}
