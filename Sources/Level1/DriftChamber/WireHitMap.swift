/// What the track-segment finder must know of one super-layer.
struct SuperLayerCells: Sendable {
  /// Cells per layer, which is also the number of track segments.
  var cells: Int
  /// The five layers that take part, innermost first, numbered through the whole chamber (0 to 55).
  var layers: [Int]
  /// Number of the super-layer's first track segment.
  var firstSegment: Int
  /// Number of the first wire of each of the five layers.
  var firstWires: [Int]
}

/// The wires hit in one event: a bit each, layer by layer, and the time of the earliest hit of each.
///
/// A layer is a row of bits in which cell `i` is bit `i + guardCells`, with copies of the cells across the seam (between the
/// last cell and cell 0) at either end, so that a question about neighbouring wires is a shift. Hits are entered without a
/// branch: whether one lies in the window cannot be foretold.
final class WireHitMap {
  /// Length of the time window in drift-time counts (0.983 ns): hits from 0 up to this count take part.
  static let windowCounts: UInt16 = 500
  /// 64-bit words of a layer: up to 384 cells and two guard cells at either end, and a word to spare for shifts.
  static let wordsPerLayer = 8
  static let guardCells = 2

  /// Hit bits of the 45 layers that take part, one padding word before the first; behind them a layer for all other wires.
  let words: UnsafeMutableBufferPointer<UInt64>

  private let wordStore: ScratchBuffer<UInt64>
  /// Bit address of each wire: `row * 512 + cell + guardCells`.
  private let addresses: ScratchBuffer<UInt16>
  /// Key of the earliest hit of each wire, by wire: the event's mark in the upper seven bits, its time in the lower nine.
  private let keys: ScratchBuffer<UInt16>
  /// Number of the first wire of each row.
  private let firstWires: ScratchBuffer<Int>
  private let cells: [Int]
  private let wires: Int
  /// Marks fall from event to event, so that whatever an earlier event left behind is later than every hit of this one.
  private var mark: UInt16 = 0

  private static let timeBits: UInt16 = 511
  private static let silent = UInt16.max

  init(superLayers: [SuperLayerCells], wires: Int) {
    cells = superLayers.map(\.cells)
    self.wires = wires
    let rows = superLayers.count * 5
    wordStore = ScratchBuffer(repeating: 0, count: 2 + (rows + 1) * Self.wordsPerLayer)
    words = wordStore.elements
    keys = ScratchBuffer(repeating: Self.silent, count: wires)
    firstWires = ScratchBuffer(repeating: 0, count: rows)
    addresses = ScratchBuffer(repeating: UInt16(rows * Self.wordsPerLayer * 64), count: wires)
    for (index, superLayer) in superLayers.enumerated() {
      for row in 0..<5 {
        firstWires.elements[index * 5 + row] = superLayer.firstWires[row]
        for cell in 0..<superLayer.cells {
          addresses.elements[superLayer.firstWires[row] + cell] =
            UInt16((index * 5 + row) * Self.wordsPerLayer * 64 + cell + Self.guardCells)
        }
      }
    }
  }

  /// Forgets the event before and enters the hits of a new one.
  ///
  /// - Parameters:
  ///   - wire: wire numbers of the hits, each below the number of wires given at the start.
  ///   - tdc: drift-time counts of the hits, parallel to `wire`.
  func fill(wire: Span<UInt16>, tdc: Span<Int16>) {
    precondition(wire.count == tdc.count, "a time to every wire")
    words.update(repeating: 0)
    if mark == 0 {
      keys.elements.update(repeating: Self.silent)
      mark = Self.silent & ~Self.timeBits
    }
    mark -= Self.timeBits + 1
    let entry = Entry(mark: mark, words: words, addresses: addresses.elements, keys: keys.elements)
    // Neighbours in a list sorted by wire share a word, which must have been written before it is read again. Going through
    // four parts of the list at a time leaves time for that.
    let part = wire.count / 4
    for index in 0..<part {
      entry.enter(wire[unchecked: index], tdc[unchecked: index])
      entry.enter(wire[unchecked: index + part], tdc[unchecked: index + part])
      entry.enter(wire[unchecked: index + 2 * part], tdc[unchecked: index + 2 * part])
      entry.enter(wire[unchecked: index + 3 * part], tdc[unchecked: index + 3 * part])
    }
    for index in (4 * part)..<wire.count { entry.enter(wire[unchecked: index], tdc[unchecked: index]) }
    closeSeams()
  }

  private struct Entry {
    let mark: UInt16
    let words: UnsafeMutableBufferPointer<UInt64>
    let addresses: UnsafeMutableBufferPointer<UInt16>
    let keys: UnsafeMutableBufferPointer<UInt16>

    @inline(__always)
    func enter(_ wire: UInt16, _ tdc: Int16) {
      // Negative counts are large ones without a sign.
      let time = UInt16(bitPattern: tdc)
      let isInWindow = time < WireHitMap.windowCounts
      let address = addresses[Int(wire)]
      words[1 + Int(address >> 6)] |= (isInWindow ? 1 : 0) &<< UInt64(address & 63)
      keys[Int(wire)] = min(keys[Int(wire)], isInWindow ? mark | time : WireHitMap.silent)
    }
  }

  /// Copies the cells on both sides of the seam into the guard bits.
  private func closeSeams() {
    for index in self.cells.indices {
      let cells = self.cells[index]
      for row in 0..<5 {
        let base = 1 + (index * 5 + row) * Self.wordsPerLayer
        let first = (words[base] >> 2) & 3
        let last = (words[base + (cells >> 6)] >> UInt64(cells & 63)) & 3
        // The last two cells stand at bits `cells` and `cells + 1`: even, so never across a word.
        words[base] |= last
        let upper = cells + Self.guardCells
        words[base + (upper >> 6)] |= first << UInt64(upper & 63)
      }
    }
  }

  /// A number that orders the wires of a row (`superLayer * 5 + row`) by their earliest hits; wires without a hit come last.
  @inline(__always)
  func key(row: Int, cell: Int) -> UInt16 { keys.elements[firstWires.elements[row] + cell] }

  /// The time of a wire that was hit, from its key, in counts.
  @inline(__always)
  static func time(ofKey key: UInt16) -> Int16 { Int16(truncatingIfNeeded: key & timeBits) }

  /// The earliest hit among wires side by side in five rows, in counts; `Int16.max` if none is hit.
  ///
  /// - Parameters:
  ///   - cell: the cell around which they stand.
  ///   - spans: first and last wire of each row relative to that cell.
  func earliest(superLayer: Int, around cell: Int, _ spans: InlineArray<5, (Int, Int)>) -> Int16 {
    let count = cells[superLayer]
    var earliest = Self.silent
    for row in 0..<5 {
      let first = firstWires.elements[superLayer * 5 + row]
      let span = spans[row]
      for offset in span.0...span.1 {
        var wire = cell + offset
        if wire < 0 { wire += count } else if wire >= count { wire -= count }
        earliest = min(earliest, keys.elements[first + wire])
      }
    }
    return earliest > mark | Self.timeBits ? .max : Self.time(ofKey: earliest)
  }
}
