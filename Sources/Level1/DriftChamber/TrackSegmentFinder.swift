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
/// All segments of a super-layer are formed at once: a layer is a row of bits, a row's condition the OR of shifted
/// rows of bits, and four of five a few word operations. Source: `Documentation/level1.md`, section "Drift chamber".
package final class TrackSegmentFinder {
  /// Length of the time window in drift-time counts (0.983 ns): hits from 0 up to this count take part.
  static let windowCounts: Int16 = 500

  /// 64-bit words reserved for a layer: up to 384 cells and two guard cells at either end, and a word to spare for shifts.
  private static let wordsPerLayer = 8
  /// Cell `i` of a layer is bit `i + guardCells`: copies of the cells across the seam stand in the guard bits.
  private static let guardCells = 2

  /// Whether a segment of second priority beside one of first priority is dropped. Off only to compare with studies
  /// that keep them.
  let suppressesNeighbours: Bool

  private let cells: [Int]
  private let firstSegment: [Int]
  /// Bit address of each wire (`layer slot * 512 + cell + guardCells`), or `unused` for layers outside all segments.
  private let address: [UInt16]
  private static let unused = UInt16.max

  /// Hit bits of the 45 layers, one padding word before the first.
  private let hits: ScratchBuffer<UInt64>
  /// Earliest time of each hit wire by bit address; only entries whose bit is set are meaningful.
  private let earliest: ScratchBuffer<Int16>

  init(superLayers: [SuperLayerCells], wires: Int, suppressesNeighbours: Bool = true) {
    self.suppressesNeighbours = suppressesNeighbours
    cells = superLayers.map(\.cells)
    firstSegment = superLayers.map(\.firstSegment)
    var address = [UInt16](repeating: Self.unused, count: wires)
    for (index, superLayer) in superLayers.enumerated() {
      for row in 0..<5 {
        let slot = index * 5 + row
        for cell in 0..<superLayer.cells {
          address[superLayer.firstWires[row] + cell] =
            UInt16(slot * Self.wordsPerLayer * 64 + cell + Self.guardCells)
        }
      }
    }
    self.address = address
    let words = superLayers.count * 5 * Self.wordsPerLayer
    hits = ScratchBuffer(repeating: 0, count: words + 1)
    earliest = ScratchBuffer(repeating: 0, count: words * 64)
  }

  /// Finds the segments of one event.
  ///
  /// - Parameters:
  ///   - wire: wire numbers of the hits, each below the number of wires given at the start.
  ///   - tdc: drift-time counts of the hits, parallel to `wire`.
  package func find(wire: Span<UInt16>, tdc: Span<Int16>, into segments: inout TrackSegments) {
    fill(wire: wire, tdc: tdc)
    closeSeams()
    segments.count = 0
    segments.suppressedCount = 0
    for index in cells.indices {
      segments.superLayerStart[index] = segments.count
      segments.suppressedStart[index] = segments.suppressedCount
      search(index, into: &segments)
    }
    segments.superLayerStart[cells.count] = segments.count
    segments.suppressedStart[cells.count] = segments.suppressedCount
  }

  private func fill(wire: Span<UInt16>, tdc: Span<Int16>) {
    let hits = self.hits.elements
    let earliest = self.earliest.elements
    hits.update(repeating: 0)
    for index in wire.indices {
      let time = tdc[index]
      guard time >= 0 && time < Self.windowCounts else { continue }
      let position = Int(address[Int(wire[index])])
      guard position != Int(Self.unused) else { continue }
      let word = 1 + (position >> 6)
      let bit: UInt64 = 1 << UInt64(position & 63)
      if hits[word] & bit == 0 {
        hits[word] |= bit
        earliest[position] = time
      } else if time < earliest[position] {
        earliest[position] = time
      }
    }
  }

  /// Copies the cells on both sides of the seam (between the last cell and cell 0) into the guard bits.
  private func closeSeams() {
    let hits = self.hits.elements
    for index in self.cells.indices {
      let cells = self.cells[index]
      for row in 0..<5 {
        let base = 1 + (index * 5 + row) * Self.wordsPerLayer
        let first = (hits[base] >> 2) & 3
        let last = (hits[base + (cells >> 6)] >> UInt64(cells & 63)) & 3
        // The last two cells stand at bits `cells` and `cells + 1`: even, so never across a word.
        hits[base] |= last
        let upper = cells + Self.guardCells
        hits[base + (upper >> 6)] |= first << UInt64(upper & 63)
      }
    }
  }

  private func search(_ index: Int, into segments: inout TrackSegments) {
    let cells = self.cells[index]
    let inner = index == 0
    let base = 1 + index * 5 * Self.wordsPerLayer
    let words = (cells + 2 * Self.guardCells + 63) / 64
    let priorityRow = inner ? 0 : 2
    let hits = UnsafeBufferPointer(self.hits.elements)

    // First and second priority candidates of the whole super-layer, in the bit positions of the layers.
    var first = InlineArray<10, UInt64>(repeating: 0)
    var second = InlineArray<10, UInt64>(repeating: 0)
    var any: UInt64 = 0
    for word in 0..<words {
      let rows = Rows(hits: hits, word: base + word)
      let fired = inner ? rows.innerCoincidence() : rows.outerCoincidence()
      if fired == 0 { continue }
      let firstWires = hits[base + priorityRow * Self.wordsPerLayer + word]
      let next = rows.atEither(priorityRow + 1)
      first[word + 1] = fired & firstWires
      second[word + 1] = fired & ~firstWires & next
      any |= fired
    }
    if any == 0 { return }
    Self.closeSeam(of: &first, cells: cells)

    for word in 1...words {
      let beside = first[word] << 1 | first[word - 1] >> 63 | first[word] >> 1 | first[word + 1] << 63
      let primary = first[word]
      if suppressesNeighbours && index % 2 == 0 {
        noteSuppressed(second[word] & beside, word, superLayer: index, priorityRow: priorityRow, into: &segments)
      }
      var candidates = primary | (second[word] & ~(suppressesNeighbours ? beside : 0))
      while candidates != 0 {
        let bit = candidates.trailingZeroBitCount
        candidates &= candidates - 1
        let cell = (word - 1) * 64 + bit - Self.guardCells
        // Guard bits are copies of cells that are visited at their own place.
        guard cell >= 0 && cell < cells else { continue }
        let isFirst = primary >> UInt64(bit) & 1 == 1
        append(cell: cell, superLayer: index, priorityRow: priorityRow, isFirst: isFirst, into: &segments)
      }
    }
  }

  private static func closeSeam(of bits: inout InlineArray<10, UInt64>, cells: Int) {
    let first = (bits[1] >> 2) & 3
    let last = (bits[1 + (cells >> 6)] >> UInt64(cells & 63)) & 3
    let upper = cells + guardCells
    bits[1] = bits[1] & ~3 | last
    let word = 1 + (upper >> 6)
    let mask: UInt64 = 3 << UInt64(upper & 63)
    bits[word] = bits[word] & ~mask | first << UInt64(upper & 63)
  }

  private func append(
    cell: Int, superLayer: Int, priorityRow: Int, isFirst: Bool, into segments: inout TrackSegments
  ) {
    let centre = cell + Self.guardCells
    let priority: SegmentPriority
    let time: Int16
    if isFirst {
      priority = .first
      time = earliest.elements[slot(superLayer, priorityRow) + centre]
    } else {
      (priority, time) = secondPriority(cell: cell, superLayer: superLayer, priorityRow: priorityRow)
    }
    let entry = segments.count
    segments.number[entry] = UInt16(firstSegment[superLayer] + cell)
    segments.priority[entry] = priority.rawValue
    segments.time[entry] = time & ~1
    segments.side[entry] = side(superLayer, priorityRow, centre: centre, priority: priority).rawValue
    segments.count = entry + 1
  }

  /// The earlier of the two wires of second priority, and its time.
  private func secondPriority(
    cell: Int, superLayer: Int, priorityRow: Int
  ) -> (priority: SegmentPriority, time: Int16) {
    let centre = cell + Self.guardCells
    let row = slot(superLayer, priorityRow + 1)
    let lower = isHit(row + centre - 1) ? timeAcrossSeam(row, cell - 1, superLayer) : Int16.max
    let upper = isHit(row + centre) ? earliest.elements[row + centre] : Int16.max
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
      let cell = (word - 1) * 64 + bit - Self.guardCells
      guard cell >= 0 && cell < cells[superLayer] else { continue }
      let entry = segments.suppressedCount
      segments.suppressedNumber[entry] = UInt16(firstSegment[superLayer] + cell)
      segments.suppressedPriority[entry] =
        secondPriority(cell: cell, superLayer: superLayer, priorityRow: priorityRow).priority.rawValue
      segments.suppressedCount = entry + 1
    }
  }

  /// The side on which the particle passed the priority wire, from the wires beside it in the neighbouring rows: they
  /// stand half a cell away, so that the one on the particle's side is the one that is hit.
  private func side(_ superLayer: Int, _ priorityRow: Int, centre: Int, priority: SegmentPriority) -> SegmentSide {
    var balance = 0
    switch priority {
    case .first:
      // Wires i - 1 and i of a neighbouring row stand half a cell below and above wire i.
      let outward = slot(superLayer, priorityRow + 1) + centre
      balance += (isHit(outward) ? 1 : 0) - (isHit(outward - 1) ? 1 : 0)
      if priorityRow > 0 {
        let inward = slot(superLayer, priorityRow - 1) + centre
        balance += (isHit(inward) ? 1 : 0) - (isHit(inward - 1) ? 1 : 0)
      }
    case .secondRight, .secondLeft:
      // Around the chosen wire w the next row outwards has wires w (half a cell below) and w + 1 (above).
      let shift = priority == .secondRight ? -1 : 0
      let outward = slot(superLayer, priorityRow + 2) + centre + shift
      balance += (isHit(outward + 1) ? 1 : 0) - (isHit(outward) ? 1 : 0)
    }
    return balance > 0 ? .left : balance < 0 ? .right : .undetermined
  }

  /// The earliest hit among all wires of a segment of the event at hand, in counts.
  ///
  /// - Parameters:
  ///   - segment: number of the segment, 0 to 2335.
  ///   - superLayer: its super-layer.
  func earliestHit(segment: Int, _ superLayer: Int) -> Int16 {
    let cell = segment - firstSegment[superLayer]
    var earliest = Int16.max
    let count = cells[superLayer]
    for row in 0..<5 {
      let wires = superLayer == 0 ? Self.innerRows[row] : Self.outerRows[row]
      let base = slot(superLayer, row) + Self.guardCells
      for offset in wires.0...wires.1 {
        var wire = cell + offset
        if wire < 0 { wire += count } else if wire >= count { wire -= count }
        if isHit(base + wire) { earliest = min(earliest, self.earliest.elements[base + wire]) }
      }
    }
    return earliest
  }

  /// First and last wire of each row of a segment relative to its cell.
  private static let innerRows: InlineArray<5, (Int, Int)> = [(0, 0), (-1, 0), (-1, 1), (-2, 1), (-2, 2)]
  private static let outerRows: InlineArray<5, (Int, Int)> = [(-1, 1), (-1, 0), (0, 0), (-1, 0), (-1, 1)]

  private func slot(_ superLayer: Int, _ row: Int) -> Int {
    (superLayer * 5 + row) * Self.wordsPerLayer * 64
  }

  private func isHit(_ position: Int) -> Bool {
    hits.elements[1 + (position >> 6)] >> UInt64(position & 63) & 1 == 1
  }

  /// The time of a wire that may be the last one of the layer, seen through the guard bits.
  private func timeAcrossSeam(_ row: Int, _ cell: Int, _ superLayer: Int) -> Int16 {
    earliest.elements[row + (cell < 0 ? cell + cells[superLayer] : cell) + Self.guardCells]
  }
}

/// One 64-bit word of the five rows of a super-layer, with the bits that neighbours carry over.
private struct Rows {
  let hits: UnsafeBufferPointer<UInt64>
  let word: Int

  private func at(_ row: Int) -> UInt64 { hits[word + row * 8] }

  /// Bits moved so that the wire one (or two) below a cell stands at the cell's place.
  private func below(_ row: Int, _ by: UInt64 = 1) -> UInt64 {
    hits[word + row * 8] << by | hits[word + row * 8 - 1] >> (64 - by)
  }

  private func above(_ row: Int, _ by: UInt64 = 1) -> UInt64 {
    hits[word + row * 8] >> by | hits[word + row * 8 + 1] << (64 - by)
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

/// For each bit: is it set in at least four of five words?
func fourOfFive(_ a: UInt64, _ b: UInt64, _ c: UInt64, _ d: UInt64, _ e: UInt64) -> UInt64 {
  let ab = a & b
  let cd = c & d
  return (ab & cd) | (e & ((ab & (c | d)) | (cd & (a | b))))
}
