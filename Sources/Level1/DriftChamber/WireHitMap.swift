import CLanes

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
/// last cell and cell 0) at either end, so that a question about neighbouring wires is a shift. Times are entered
/// wire by wire without a branch, since whether one lies in the window cannot be foretold; comparing those of 64 wires at a time
/// with the end of the window gives one string of bits by wire, which is then cut into layers.
final class WireHitMap {
  /// Length of the time window in drift-time counts (0.983 ns): hits from 0 up to this count take part.
  static let windowCounts: UInt16 = 500
  /// 64-bit words of a layer: up to 384 cells and two guard cells at either end, and a word to spare for shifts.
  static let wordsPerLayer = 8
  static let guardCells = 2

  /// Hit bits of the 45 layers that take part, one padding word before the first.
  let words: UnsafeMutableBufferPointer<UInt64>

  private let wordStore: ScratchBuffer<UInt64>
  /// Hit bits by wire, one padding word before the first.
  private let wireBits: ScratchBuffer<UInt64>
  /// Key of the earliest hit of each wire, by wire: the event's mark in the upper seven bits, its time in the lower nine,
  /// ``windowCounts`` for a hit outside the window.
  private let keys: ScratchBuffer<UInt16>
  /// Keys of the hits of an event.
  private let hitKeys: ScratchBuffer<UInt16>
  /// Number of the first wire of each row.
  private let firstWires: ScratchBuffer<Int>
  private let cells: [Int]
  /// Words with the bits of all wires.
  private let wireWords: Int
  /// Marks fall from event to event, so that whatever an earlier event left behind is later than every hit of this one.
  private var mark: UInt16 = 0

  private static let timeBits: UInt16 = 511
  private static let silent = UInt16.max

  init(superLayers: [SuperLayerCells], wires: Int) {
    cells = superLayers.map(\.cells)
    wireWords = (wires + 63) / 64
    wordStore = ScratchBuffer(repeating: 0, count: 2 + superLayers.count * 5 * Self.wordsPerLayer)
    words = wordStore.elements
    // A row is cut out in whole words, which may reach beyond the last wire.
    wireBits = ScratchBuffer(repeating: 0, count: wires / 64 + 4)
    // 64 are compared at a time, and eight read from any wire on.
    keys = ScratchBuffer(repeating: Self.silent, count: (wires + 63) / 64 * 64 + 8)
    hitKeys = ScratchBuffer(repeating: 0, count: wires)
    firstWires = ScratchBuffer(superLayers.flatMap(\.firstWires))
  }

  /// Forgets the event before and enters the hits of a new one.
  ///
  /// - Parameters:
  ///   - wire: wire numbers of the hits, each below the number of wires given at the start.
  ///   - tdc: drift-time counts of the hits, parallel to `wire`.
  func fill(wire: Span<UInt16>, tdc: Span<Int16>) {
    precondition(wire.count == tdc.count, "a time to every wire")
    if mark == 0 {
      keys.elements.update(repeating: Self.silent)
      mark = Self.silent & ~Self.timeBits
    }
    mark -= Self.timeBits + 1
    let keys = self.keys.elements
    if Self.isRising(wire) {
      let hitKeys = self.hitKeys.elements
      for index in wire.indices { hitKeys[index] = mark &+ Self.limited(tdc[unchecked: index]) }
      for index in wire.indices { keys[Int(wire[unchecked: index])] = hitKeys[index] }
    } else {
      for index in wire.indices {
        let number = Int(wire[unchecked: index])
        keys[number] = min(keys[number], mark &+ Self.limited(tdc[unchecked: index]))
      }
    }
    markWires()
    for superLayer in cells.indices {
      for row in 0..<5 { cutRow(superLayer * 5 + row, cells: cells[superLayer]) }
    }
  }

  /// Whether every wire number is larger than the one before: no wire has two hits.
  private static func isRising(_ wire: Span<UInt16>) -> Bool {
    var falling: UInt16 = 0
    for index in stride(from: 1, to: wire.count, by: 1) {
      // Wire numbers are far below the sign bit.
      falling |= wire[unchecked: index] &- wire[unchecked: index &- 1] &- 1
    }
    return falling >> 15 == 0
  }

  /// The time of a hit, ``windowCounts`` for all outside the window: negative counts are large ones without a sign.
  @inline(__always)
  private static func limited(_ tdc: Int16) -> UInt16 { min(UInt16(bitPattern: tdc), windowCounts) }

  /// Sets the bits of the wires whose earliest hit lies in the window.
  private func markWires() {
    let limit = mark + Self.windowCounts
    let keys = UnsafePointer(self.keys.elements.baseAddress.unsafelyUnwrapped)
    let bits = wireBits.elements
    for word in 0..<wireWords { bits[1 &+ word] = sluice_less_ushort64(keys + 64 &* word, limit) }
  }

  /// Cuts the bits of a row out of those of all wires, and copies the cells on both sides of the seam into the guard bits.
  @inline(__always)
  private func cutRow(_ row: Int, cells: Int) {
    let bits = wireBits.elements
    let base = 1 + row * Self.wordsPerLayer
    // The padding word is there for the guard bits of a first row.
    let start = 64 + firstWires.elements[row] - Self.guardCells
    let end = cells + Self.guardCells
    for word in 0...(end >> 6) { words[base + word] = Self.cut(bits, start + 64 * word) }
    // The cells beside the seam come from the wires' own bits, not from the words just written, which would be waited for.
    let first = Self.cut(bits, start + Self.guardCells) & 3
    let last = Self.cut(bits, start + cells) & 3
    words[base] = words[base] & ~3 | last
    let inside: UInt64 = (1 &<< UInt64(end & 63)) &- 1
    words[base + end >> 6] = words[base + end >> 6] & inside | first << UInt64(end & 63)
  }

  /// 64 bits of a string of bits from a place on.
  @inline(__always)
  private static func cut(_ bits: UnsafeMutableBufferPointer<UInt64>, _ place: Int) -> UInt64 {
    let shift = UInt64(place & 63)
    // In two steps, since a shift by 64 is none.
    return bits[place >> 6] &>> shift | (bits[place >> 6 + 1] &<< 1) &<< (63 - shift)
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
  ///   - spans: first and last wire of each row relative to that cell, at most two away.
  func earliest(superLayer: Int, around cell: Int, _ spans: WireSpans) -> Int16 {
    let count = cells[superLayer]
    let least =
      cell >= 2 && cell < count - 2
      ? leastKey(superLayer, cell, spans) : leastKeyAtSeam(superLayer, cell, spans, count: count)
    return least >= mark + Self.windowCounts ? .max : Self.time(ofKey: least)
  }

  /// Eight wires of each row at a time, of which those beside the span do not count.
  private func leastKey(_ superLayer: Int, _ cell: Int, _ spans: WireSpans) -> UInt16 {
    let keys = UnsafeRawPointer(self.keys.elements.baseAddress.unsafelyUnwrapped)
    var least = SIMD8<UInt16>(repeating: Self.silent)
    for row in 0..<5 {
      let first = firstWires.elements[superLayer * 5 + row] + cell + spans.first[row]
      let wires = keys.loadUnaligned(fromByteOffset: 2 * first, as: SIMD8<UInt16>.self)
      least = sluice_lesser_ushort8(least, wires | spans.beside[row])
    }
    return sluice_least_ushort8(least)
  }

  private func leastKeyAtSeam(_ superLayer: Int, _ cell: Int, _ spans: WireSpans, count: Int) -> UInt16 {
    var least = Self.silent
    for row in 0..<5 {
      for offset in spans.first[row]...spans.last[row] {
        let wire = cell + offset
        least = min(
          least, key(row: superLayer * 5 + row, cell: wire < 0 ? wire + count : wire >= count ? wire - count : wire))
      }
    }
    return least
  }
}

/// The wires of a segment: the first and the last one of each row, relative to its cell.
struct WireSpans: Sendable {
  let first: InlineArray<5, Int>
  let last: InlineArray<5, Int>
  /// Of eight wires from the first one on, all bits where one is not in the span.
  let beside: InlineArray<5, SIMD8<UInt16>>

  init(_ first: InlineArray<5, Int>, _ last: InlineArray<5, Int>) {
    self.first = first
    self.last = last
    beside = InlineArray { row in
      var beside = SIMD8<UInt16>(repeating: .max)
      for place in 0...(last[row] - first[row]) { beside[place] = 0 }
      return beside
    }
  }
}
