/// Finds track segments: short pieces of tracks in one super-layer, seen as a pattern of hit wires.
///
/// A segment belongs to one cell of its super-layer and looks at five layers (rows). It fires if at least four rows
/// have a hit and one of its priority wires is hit: the first (apex of the innermost super-layer, centre of the
/// others), or, if that one is silent, one of the two wires next to it in the following row, the earlier of both. A segment
/// of second priority beside one of first priority is dropped. The wires of a row around cell `i` are
///
/// ```
///   innermost super-layer            other super-layers
///   row 4    i-2 i-1  i  i+1 i+2     row 4    i-1  i  i+1
///   row 3      i-2 i-1  i  i+1       row 3      i-1  i        second priority
///   row 2        i-1  i  i+1         row 2         i          first priority
///   row 1          i-1  i   second   row 1      i-1  i
///   row 0            i      first    row 0    i-1  i  i+1
/// ```
///
/// All segments of a super-layer are formed at once: a layer is a row of bits (``WireHitMap``), a row's condition the OR of
/// shifted rows of bits, four of five a few word operations, and so is the side on which the particle passed. Times are
/// looked up only for segments that fired. Source: `Documentation/level1.md`, section "Drift chamber".
package final class TrackSegmentFinder {
  /// Whether a segment of second priority beside one of first priority is dropped. Off only to compare with studies
  /// that keep them.
  let suppressesNeighbours: Bool
  /// Whether those that are dropped are noted.
  private let notesSuppressed: Bool

  private let cells: [Int]
  private let firstSegment: [Int]
  private let hits: WireHitMap

  private let numbers = ScratchBuffer<UInt16>(repeating: 0, count: TrackSegments.total)
  private let priorities = ScratchBuffer<UInt8>(repeating: 0, count: TrackSegments.total)
  private let times = ScratchBuffer<Int16>(repeating: 0, count: TrackSegments.total)
  private let sides = ScratchBuffer<UInt8>(repeating: 0, count: TrackSegments.total)

  init(superLayers: [SuperLayerCells], wires: Int, suppressesNeighbours: Bool = true, notesSuppressed: Bool = true) {
    self.suppressesNeighbours = suppressesNeighbours
    self.notesSuppressed = notesSuppressed && suppressesNeighbours
    cells = superLayers.map(\.cells)
    firstSegment = superLayers.map(\.firstSegment)
    hits = WireHitMap(superLayers: superLayers, wires: wires)
  }

  /// Finds the segments of one event.
  ///
  /// - Parameters:
  ///   - wire: wire numbers of the hits, each below the number of wires given at the start.
  ///   - tdc: drift-time counts of the hits, parallel to `wire`.
  package func find(wire: Span<UInt16>, tdc: Span<Int16>, into segments: inout TrackSegments) {
    hits.fill(wire: wire, tdc: tdc)
    segments.suppressedCount = 0
    var count = 0
    for index in cells.indices {
      segments.superLayerStart[index] = count
      segments.suppressedStart[index] = segments.suppressedCount
      count = search(index, count, into: &segments)
    }
    segments.superLayerStart[cells.count] = count
    segments.suppressedStart[cells.count] = segments.suppressedCount
    segments.take(count, numbers.elements, priorities.elements, times.elements, sides.elements)
  }

  /// Finds the segments of a super-layer; returns the number of all found so far.
  private func search(_ index: Int, _ before: Int, into segments: inout TrackSegments) -> Int {
    let cells = self.cells[index]
    let inner = index == 0
    let base = 1 + index * 5 * WireHitMap.wordsPerLayer
    let words = (cells + 2 * WireHitMap.guardCells + 63) / 64
    let priorityRow = inner ? 0 : 2
    let hits = UnsafeBufferPointer(self.hits.words)

    // First and second priority candidates of the whole super-layer, in the bit positions of the layers.
    var first = InlineArray<10, UInt64>(repeating: 0)
    var second = InlineArray<10, UInt64>(repeating: 0)
    var any: UInt64 = 0
    for word in 0..<words {
      let rows = Rows(hits: hits, word: base + word)
      let fired = inner ? rows.innerCoincidence() : rows.outerCoincidence()
      if fired == 0 { continue }
      let firstWires = rows.at(priorityRow)
      let next = rows.atEither(priorityRow + 1)
      first[word + 1] = fired & firstWires
      second[word + 1] = fired & ~firstWires & next
      any |= fired
    }
    var count = before
    if any == 0 { return count }
    Self.closeSeam(of: &first, cells: cells)

    let numbers = self.numbers.elements
    let priorities = self.priorities.elements
    let times = self.times.elements
    let allSides = self.sides.elements
    let firstSegment = self.firstSegment[index]
    for word in 1...words {
      let primary = first[word]
      let beside = primary << 1 | first[word - 1] >> 63 | primary >> 1 | first[word + 1] << 63
      if notesSuppressed && index % 2 == 0 {
        noteSuppressed(second[word] & beside, word, superLayer: index, priorityRow: priorityRow, into: &segments)
      }
      var candidates = primary | (second[word] & ~(suppressesNeighbours ? beside : 0))
      if candidates == 0 { continue }
      let sides = Sides(Rows(hits: hits, word: base + word - 1), priorityRow: priorityRow)
      while candidates != 0 {
        let bit = UInt64(candidates.trailingZeroBitCount)
        candidates &= candidates - 1
        let cell = (word - 1) * 64 + Int(bit) - WireHitMap.guardCells
        // Guard bits are copies of cells that are visited at their own place.
        guard cell >= 0 && cell < cells else { continue }
        let priority: SegmentPriority
        let key: UInt16
        if primary &>> bit & 1 == 1 {
          priority = .first
          key = self.hits.key(row: index * 5 + priorityRow, cell: cell)
        } else {
          (priority, key) = secondPriority(cell: cell, superLayer: index, priorityRow: priorityRow)
        }
        numbers[count] = UInt16(truncatingIfNeeded: firstSegment + cell)
        priorities[count] = priority.rawValue
        times[count] = WireHitMap.time(ofKey: key) & ~1
        allSides[count] = sides.side(bit, priority)
        count += 1
      }
    }
    return count
  }

  private static func closeSeam(of bits: inout InlineArray<10, UInt64>, cells: Int) {
    let first = (bits[1] >> 2) & 3
    let last = (bits[1 + (cells >> 6)] >> UInt64(cells & 63)) & 3
    let upper = cells + WireHitMap.guardCells
    bits[1] = bits[1] & ~3 | last
    let word = 1 + (upper >> 6)
    let mask: UInt64 = 3 << UInt64(upper & 63)
    bits[word] = bits[word] & ~mask | first << UInt64(upper & 63)
  }

  /// The earlier of the two wires of second priority, of which at least one is hit, and the key of its hit.
  @inline(__always)
  private func secondPriority(
    cell: Int, superLayer: Int, priorityRow: Int
  ) -> (priority: SegmentPriority, key: UInt16) {
    let row = superLayer * 5 + priorityRow + 1
    let lower = hits.key(row: row, cell: cell == 0 ? cells[superLayer] - 1 : cell - 1)
    let upper = hits.key(row: row, cell: cell)
    return (lower <= upper ? .secondRight : .secondLeft, min(lower, upper))
  }

  /// Keeps the segments of a word that are dropped for a neighbour, apart from the others.
  private func noteSuppressed(
    _ bits: UInt64, _ word: Int, superLayer: Int, priorityRow: Int, into segments: inout TrackSegments
  ) {
    var rest = bits
    while rest != 0 {
      let bit = rest.trailingZeroBitCount
      rest &= rest - 1
      let cell = (word - 1) * 64 + bit - WireHitMap.guardCells
      guard cell >= 0 && cell < cells[superLayer] else { continue }
      let entry = segments.suppressedCount
      segments.suppressedNumber[entry] = UInt16(firstSegment[superLayer] + cell)
      segments.suppressedPriority[entry] =
        secondPriority(cell: cell, superLayer: superLayer, priorityRow: priorityRow).priority.rawValue
      segments.suppressedCount = entry + 1
    }
  }

  /// The earliest hit among all wires of a segment of the event at hand, in counts.
  ///
  /// - Parameters:
  ///   - segment: number of the segment, 0 to 2335.
  ///   - superLayer: its super-layer.
  func earliestHit(segment: Int, _ superLayer: Int) -> Int16 {
    hits.earliest(
      superLayer: superLayer, around: segment - firstSegment[superLayer],
      superLayer == 0 ? innerWires : outerWires)
  }

  /// The wires of the innermost super-layer's segments, and of all others.
  private let innerWires = WireSpans([0, -1, -1, -2, -2], [0, 0, 1, 1, 2])
  private let outerWires = WireSpans([-1, -1, 0, -1, -1], [1, 0, 0, 0, 1])
}

/// One 64-bit word of the five rows of a super-layer, with the bits that neighbours carry over.
private struct Rows {
  let hits: UnsafeBufferPointer<UInt64>
  let word: Int

  func at(_ row: Int) -> UInt64 { hits[word + row * WireHitMap.wordsPerLayer] }

  /// Bits moved so that the wire one (or two) below a cell stands at the cell's place.
  func below(_ row: Int, _ by: UInt64 = 1) -> UInt64 {
    let place = word + row * WireHitMap.wordsPerLayer
    return hits[place] &<< by | hits[place - 1] &>> (64 - by)
  }

  func above(_ row: Int, _ by: UInt64 = 1) -> UInt64 {
    let place = word + row * WireHitMap.wordsPerLayer
    return hits[place] &>> by | hits[place + 1] &<< (64 - by)
  }

  /// Wires i - 1 and i: the half-staggered neighbours of cell i.
  func atEither(_ row: Int) -> UInt64 { at(row) | below(row) }

  private func atThree(_ row: Int) -> UInt64 { at(row) | below(row) | above(row) }

  func outerCoincidence() -> UInt64 {
    fourOfFive(atThree(0), atEither(1), at(2), atEither(3), atThree(4))
  }

  func innerCoincidence() -> UInt64 {
    fourOfFive(
      at(0), atEither(1), atThree(2), atThree(3) | below(3, 2), atThree(4) | below(4, 2) | above(4, 2))
  }
}

/// On which sides of the priority wires of 64 cells the particle passed, for each priority that a segment may have.
///
/// The wires beside the priority wire in the neighbouring rows stand half a cell away, so that the one on the particle's
/// side is the one that is hit. A first priority wire has such neighbours in two rows (at the apex in one), and the larger
/// number counts.
private struct Sides {
  private let firstLeft: UInt64
  private let firstRight: UInt64
  private let secondLeftLeft: UInt64
  private let secondLeftRight: UInt64
  private let secondRightLeft: UInt64
  private let secondRightRight: UInt64

  @inline(__always)
  init(_ rows: Rows, priorityRow: Int) {
    // Wires i - 1 and i of a neighbouring row stand half a cell below and above wire i.
    let outUp = rows.at(priorityRow + 1)
    let outDown = rows.below(priorityRow + 1)
    let inUp = priorityRow > 0 ? rows.at(priorityRow - 1) : 0
    let inDown = priorityRow > 0 ? rows.below(priorityRow - 1) : 0
    let (twoUp, oneUp) = (outUp & inUp, outUp ^ inUp)
    let (twoDown, oneDown) = (outDown & inDown, outDown ^ inDown)
    firstLeft = twoUp & ~twoDown | oneUp & ~(oneDown | twoDown)
    firstRight = twoDown & ~twoUp | oneDown & ~(oneUp | twoUp)
    // Around the chosen wire w the next row outwards has wires w (half a cell below) and w + 1 (above).
    let next = rows.at(priorityRow + 2)
    let nextAbove = rows.above(priorityRow + 2)
    let nextBelow = rows.below(priorityRow + 2)
    secondLeftLeft = nextAbove & ~next
    secondLeftRight = next & ~nextAbove
    secondRightLeft = next & ~nextBelow
    secondRightRight = nextBelow & ~next
  }

  /// Raw value of the ``SegmentSide`` of the cell at a bit.
  @inline(__always)
  func side(_ bit: UInt64, _ priority: SegmentPriority) -> UInt8 {
    let (left, right) =
      switch priority {
      case .first: (firstLeft, firstRight)
      case .secondLeft: (secondLeftLeft, secondLeftRight)
      case .secondRight: (secondRightLeft, secondRightRight)
      }
    // 3 for undetermined, 2 for left, 1 for right.
    return 3 - UInt8(truncatingIfNeeded: left &>> bit & 1) - 2 * UInt8(truncatingIfNeeded: right &>> bit & 1)
  }
}

/// For each bit: is it set in at least four of five words?
func fourOfFive(_ a: UInt64, _ b: UInt64, _ c: UInt64, _ d: UInt64, _ e: UInt64) -> UInt64 {
  let ab = a & b
  let cd = c & d
  return (ab & cd) | (e & ((ab & (c | d)) | (cd & (a | b))))
}
