/// The cells with an unowned hit in the layers of one super-layer, one bit a cell.
///
/// Neighbours in two layers are found by shifting one map over the other, 64 cells at a time, instead of looking about
/// every hit. The layers have equally many cells, at least 64.
struct CellMaps {
  /// Word 0 of a layer holds the 64 cells before cell 0, word 1 begins with cell 0, and after the last cell come 64 more: the
  /// layer is a circle.
  private var words: [UInt64] = []
  private var wordsPerLayer = 0
  private var cells = 0

  /// Takes the unowned hits of the layers of a super-layer.
  mutating func fill(layers: Range<Int>, hits: borrowing ChamberHits, table: borrowing WireTable) {
    cells = table.layers[layers.lowerBound].cells
    wordsPerLayer = (cells + 63) / 64 + 2
    words.removeAll(keepingCapacity: true)
    words.append(contentsOf: repeatElement(0, count: wordsPerLayer * layers.count))
    CellMaps.fill(&words, wordsPerLayer, cells, layers, hits, table)
  }

  private static func fill(
    _ words: inout [UInt64], _ wordsPerLayer: Int, _ cells: Int, _ layers: Range<Int>, _ hits: borrowing ChamberHits,
    _ table: borrowing WireTable
  ) {
    let wires = hits.wire.span
    let owners = hits.owner.span
    let all = table.layers.span
    var span = words.mutableSpan
    let whole = cells >> 6
    let rest = UInt64(cells & 63)
    for layer in layers {
      let first = wordsPerLayer * (layer - layers.lowerBound)
      let origin = all[layer].firstWire - 64
      for hit in hits.hits(inLayer: layer) where owners[hit] < 0 {
        let bit = Int(wires[hit]) - origin
        span[first + bit >> 6] |= 1 << UInt64(bit & 63)
      }
      // The circle goes on before the first cell and after the last.
      let head = span[first + 1]
      span[first] = span[first + whole] >> rest | span[first + whole + 1] << (64 - rest)
      span[first + whole + 1] |= head << rest
      if rest > 0 { span[first + whole + 2] = head >> (64 - rest) }
    }
  }

  /// Words that hold the cells of a layer.
  var wordCount: Int { (cells + 63) >> 6 }

  /// Whether no cell of a word of a layer has a hit.
  @inline(__always)
  func isEmpty(_ layer: Int, word: Int) -> Bool { words[wordsPerLayer * layer + word + 1] == 0 }

  /// The cells of a word of one layer that have a hit, as has the cell `step` farther in another layer.
  /// - Parameters:
  ///   - layer: counted from the first layer filled, as is `other`.
  ///   - word: 0 for cells 0 to 63, and so on.
  ///   - step: less than 64 either way.
  @inline(__always)
  func both(_ layer: Int, _ other: Int, word: Int, step: Int) -> UInt64 {
    var here = words[wordsPerLayer * layer + word + 1]
    // Beyond the last cell the circle goes on: those cells have been.
    if 64 * (word + 1) > cells { here &= 1 << UInt64(cells & 63) - 1 }
    let place = wordsPerLayer * other + word + 1
    let there =
      step >= 0
      ? words[place] >> UInt64(step) | words[place + 1] << UInt64(64 - step)
      : words[place] << UInt64(-step) | words[place - 1] >> UInt64(64 + step)
    return here & there
  }
}
