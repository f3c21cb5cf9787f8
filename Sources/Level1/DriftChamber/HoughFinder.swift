/// The two-dimensional track finder: votes of the axial track segments in the ``HoughPlane``, peaks, clusters, tracks.
///
/// A cell gets at most one vote from each axial super-layer; four of the five make it a peak cell. The plane is then looked
/// at in squares of two by two cells. A cluster begins at a square that no square to its left, below, or below left is
/// connected to, and takes in connected squares to the right and above, three by three at most. Squares are connected if
/// cells of them touch: side by side, above each other, or along the rising diagonal, on which the peaks of a track
/// line up. A cluster must have at least two cells; the track is the centre of its cells' range.
/// Source: `Documentation/level1.md`, section "Drift chamber".
package final class HoughFinder {
  /// Cells that a cluster must have. One for comparison with studies that do not ask for a cluster.
  let minimumCells: Int

  private let plane: HoughPlane
  private let firstSegment: [Int]
  /// Votes of the five axial super-layers: a word of row bits per column, with overhang.
  private let votes: UnsafeMutableBufferPointer<UInt64>
  /// Cells of the cluster at hand: a word of row bits for each of its six columns, and two empty ones.
  private let cluster: UnsafeMutableBufferPointer<UInt64>
  /// The curves of all segments of the event, in their order.
  private let curves = ScratchBuffer(repeating: HoughPlane.Curve(), count: TrackSegments.total)
  private let directory = SegmentDirectory()
  /// Words of all curves of the plane.
  private let curveWords: ScratchBuffer<UInt64>
  /// Peak cells of each square, and the squares that have any.
  private let patterns: UnsafeMutableBufferPointer<UInt8>
  private let squares: UnsafeMutableBufferPointer<UInt16>

  private let wordStore = ScratchBuffer<UInt64>(repeating: 0, count: 5 * stride + 8)
  private let patternStore = ScratchBuffer<UInt8>(repeating: 0, count: squareColumns * squareRows)
  private let squareStore = ScratchBuffer<UInt16>(repeating: 0, count: squareColumns * squareRows)

  private static let stride = HoughPlane.columns + HoughPlane.overhang + 4
  private static let squareColumns = HoughPlane.columns / 2
  private static let squareRows = HoughPlane.rows / 2
  private static let clusterWidth = 6

  /// - Parameters:
  ///   - axial: the five axial super-layers from the inside.
  ///   - firstSegment: number of the first track segment of each.
  ///   - impactParameter: impact parameter that the plane assumes, in cm.
  init(
    axial: [HoughPlane.SuperLayer], firstSegment: [Int], minimumCells: Int = 2, impactParameter: Double = 0
  ) {
    plane = HoughPlane(axial: axial, impactParameter: impactParameter)
    curveWords = ScratchBuffer(plane.words)
    self.firstSegment = firstSegment
    self.minimumCells = minimumCells
    votes = .init(rebasing: wordStore.elements[..<(5 * Self.stride)])
    cluster = .init(rebasing: wordStore.elements[(5 * Self.stride)...])
    patterns = patternStore.elements
    squares = squareStore.elements
  }

  /// Finds the tracks of one event from its segments.
  package func find(_ segments: borrowing TrackSegments, into tracks: inout DriftChamberTracks) {
    tracks.count = 0
    guard vote(segments) >= 4 else { return }
    let found = findPeaks()
    for index in 0..<found {
      let square = Int(squares[index])
      startCluster(column: square / Self.squareRows, row: square % Self.squareRows, segments, into: &tracks)
    }
    for index in 0..<found { patterns[Int(squares[index])] = 0 }
  }

  /// Enters the votes of all axial segments; returns the number of super-layers that voted.
  private func vote(_ segments: borrowing TrackSegments) -> Int {
    votes.update(repeating: 0)
    let curves = self.curves.elements
    var voters = 0
    for axial in 0..<5 {
      let superLayer = HoughPlane.axialSuperLayers[axial]
      let range = segments.superLayerStart[superLayer]..<segments.superLayerStart[superLayer + 1]
      directory.begin(superLayer, at: range.lowerBound)
      guard !range.isEmpty else { continue }
      voters += 1
      let base = axial * Self.stride
      for entry in range {
        let segment = Int(segments.number[entry]) - firstSegment[axial]
        let curve = plane.curve(axial: axial, segment: segment, priority: segments.priority[entry])
        directory.enter(entry, unit: plane.unit(axial: axial, segment: segment))
        curves[entry] = curve
        vote(curve, base: base)
      }
      directory.end()
      for offset in 0..<HoughPlane.overhang {
        votes[base + offset] |= votes[base + HoughPlane.columns + offset]
      }
    }
    return voters
  }

  /// Enters the votes of a curve, four columns at a time; the words before its beginning and behind its end are empty.
  ///
  /// The columns are always the same fours: what has been written to one four can be read back at once, but not if it
  /// straddles two.
  @inline(__always)
  private func vote(_ curve: HoughPlane.Curve, base: Int) {
    let skew = Int(curve.column & 3)
    let target = base &+ Int(curve.column) &- skew
    let source = Int(curve.firstWord) &- skew
    for offset in Swift.stride(from: 0, to: Int(curve.count) &+ skew, by: 4) {
      votes.setWords4(
        target &+ offset, votes.words4(target &+ offset) | curveWords.elements.words4(source &+ offset))
    }
  }

  /// Marks cells with votes of four super-layers and collects them in squares; returns the number of squares.
  private func findPeaks() -> Int {
    let stride = Self.stride
    var found = 0
    for column in 0..<Self.squareColumns {
      let first = 2 * column
      let left = fourOfFive(
        votes[first], votes[first + stride], votes[first + 2 * stride], votes[first + 3 * stride],
        votes[first + 4 * stride])
      let second = first + 1
      let right = fourOfFive(
        votes[second], votes[second + stride], votes[second + 2 * stride], votes[second + 3 * stride],
        votes[second + 4 * stride])
      let either = left | right
      var rest = (either | either >> 1) & 0x5555_5555_5555_5555
      while rest != 0 {
        let row = rest.trailingZeroBitCount
        rest &= rest - 1
        let square = column * Self.squareRows + row / 2
        patterns[square] = UInt8((left >> UInt64(row)) & 3 | (right >> UInt64(row) & 3) << 2)
        squares[found] = UInt16(square)
        found += 1
      }
    }
    return found
  }

  /// The pattern of a square: bit 0 lower left cell, 1 upper left, 2 lower right, 3 upper right; 0 outside the plane.
  private func pattern(_ column: Int, _ row: Int) -> UInt8 {
    guard row >= 0 && row < Self.squareRows else { return 0 }
    let wrapped =
      column < 0 ? column + Self.squareColumns : column >= Self.squareColumns ? column - Self.squareColumns : column
    return patterns[wrapped * Self.squareRows + row]
  }

  private static func areConnected(left: UInt8, right: UInt8) -> Bool {
    // Side by side in either row, or rising from the lower to the upper row.
    (left >> 3 & right >> 1 | left >> 2 & right | left >> 2 & right >> 1) & 1 == 1
  }

  private static func areConnected(below: UInt8, above: UInt8) -> Bool {
    (below >> 1 & above | below >> 3 & above >> 2 | below >> 1 & above >> 2) & 1 == 1
  }

  private static func areConnected(belowLeft: UInt8, aboveRight: UInt8) -> Bool {
    (belowLeft >> 3 & aboveRight) & 1 == 1
  }

  /// Is the square connected to one of its neighbours to the left, below, and below left, of the patterns given?
  private static func isConnected(_ square: UInt8, left: UInt8, below: UInt8, belowLeft: UInt8) -> Bool {
    areConnected(left: left, right: square) || areConnected(below: below, above: square)
      || areConnected(belowLeft: belowLeft, aboveRight: square)
  }

  /// Forms the cluster that begins at a square, if one does, and makes a track of it.
  private func startCluster(
    column: Int, row: Int, _ segments: borrowing TrackSegments, into tracks: inout DriftChamberTracks
  ) {
    let start = pattern(column, row)
    guard
      !Self.isConnected(
        start, left: pattern(column - 1, row), below: pattern(column, row - 1), belowLeft: pattern(column - 1, row - 1))
    else { return }
    // The three by three squares, with an empty row and column before them.
    var taken = InlineArray<16, UInt8>(repeating: 0)
    taken[5] = start
    for right in 0..<3 {
      for up in 0..<3 where right + up > 0 {
        let candidate = pattern(column + right, row + up)
        let place = (right + 1) * 4 + up + 1
        if candidate != 0
          && Self.isConnected(candidate, left: taken[place - 4], below: taken[place - 1], belowLeft: taken[place - 5])
        {
          taken[place] = candidate
        }
      }
    }
    for right in 0..<3 {
      var left: UInt64 = 0
      var second: UInt64 = 0
      for up in 0..<3 {
        let square = UInt64(taken[(right + 1) * 4 + up + 1])
        left |= (square & 3) << UInt64(2 * (row + up))
        second |= (square >> 2) << UInt64(2 * (row + up))
      }
      cluster[2 * right] = left
      cluster[2 * right + 1] = second
    }
    takeTrack(from: 2 * column, segments, into: &tracks)
  }

  /// Makes a track of the cluster at hand, six columns from the given one, if it has enough cells.
  private func takeTrack(
    from column: Int, _ segments: borrowing TrackSegments, into tracks: inout DriftChamberTracks
  ) {
    var cells = 0
    var rowBits: UInt64 = 0
    var firstColumn = Self.clusterWidth
    var lastColumn = 0
    for offset in 0..<Self.clusterWidth where cluster[offset] != 0 {
      cells += cluster[offset].nonzeroBitCount
      rowBits |= cluster[offset]
      firstColumn = min(firstColumn, offset)
      lastColumn = offset
    }
    guard cells >= minimumCells else { return }

    let entry = tracks.count
    // Twice the centre of the range, in cells.
    let doubleColumn = 2 * column + firstColumn + lastColumn + 1
    let highestRow = 63 - rowBits.leadingZeroBitCount
    let doubleRow = rowBits.trailingZeroBitCount + highestRow + 1
    let phi0 = Double(doubleColumn) / 2 * HoughPlane.columnWidth
    tracks.phi0[entry] = Float(phi0 < 2 * Double.pi ? phi0 : phi0 - 2 * Double.pi)
    tracks.omega[entry] = Float(Double(doubleRow) / 2 * HoughPlane.rowWidth - HoughPlane.maximumCurvature)
    tracks.cells[entry] = UInt16(cells)
    tracks.count = entry + 1
    attachSegments(
      to: entry, column: column, rows: rowBits.trailingZeroBitCount...highestRow, doubleColumn: doubleColumn,
      doubleRow: doubleRow, segments, &tracks)
  }

  /// Gives the track its segments: of every axial super-layer the one that voted for a cell of the cluster and whose
  /// curve passes closest to the cluster's centre, in rows at the centre's column.
  private func attachSegments(
    to entry: Int, column: Int, rows: ClosedRange<Int>, doubleColumn: Int, doubleRow: Int,
    _ segments: borrowing TrackSegments, _ tracks: inout DriftChamberTracks
  ) {
    for superLayer in 0..<9 {
      tracks.segments[entry * 9 + superLayer] = -1
      tracks.entries[entry * 9 + superLayer] = -1
    }
    let centre = Centre(
      column: column, doubleRow: doubleRow,
      // An odd double column is the middle of a column, an even one the border of two.
      left: (doubleColumn - 1) / 2 - column, right: doubleColumn / 2 - column)
    var superLayers: UInt16 = 0
    for axial in 0..<5 {
      let superLayer = HoughPlane.axialSuperLayers[axial]
      let (first, second) = directory.entries(
        superLayer,
        units: plane.units(
          axial: axial, columns: column...(column + Self.clusterWidth - 1), rows: rows))
      var best = (entry: -1, distance: Int.max)
      for candidate in first { compare(candidate, with: &best, centre) }
      for candidate in second { compare(candidate, with: &best, centre) }
      guard best.entry >= 0 else { continue }
      superLayers |= 1 << UInt16(superLayer)
      tracks.segments[entry * 9 + superLayer] = Int16(segments.number[best.entry])
      tracks.entries[entry * 9 + superLayer] = Int16(best.entry)
    }
    tracks.superLayers[entry] = superLayers
    tracks.z0[entry] = .nan
    tracks.cotTheta[entry] = .nan
  }

  /// The centre of a cluster: its first column, twice the row, and the columns left and right of it relative to the first.
  private struct Centre {
    let column: Int
    let doubleRow: Int
    let left: Int
    let right: Int
  }

  /// Puts a segment in the place of the best one if it voted for the cluster and passes closer to its centre.
  @inline(__always)
  private func compare(_ candidate: Int, with best: inout (entry: Int, distance: Int), _ centre: Centre) {
    let curve = curves.elements[candidate]
    var ahead = centre.column - Int(curve.column)
    if ahead >= HoughPlane.columns / 2 { ahead -= HoughPlane.columns }
    if ahead < -HoughPlane.columns / 2 { ahead += HoughPlane.columns }
    guard ahead > -Self.clusterWidth && ahead < Int(curve.count) else { return }
    let words = curveWords.elements
    let place = Int(curve.firstWord) + ahead
    let common: SIMD4<UInt64> =
      words.words4(place) & cluster.words4(0) | words.words4(place + 4) & cluster.words4(4)
    guard common != SIMD4<UInt64>() else { return }
    let crossed = words[place + centre.left] | words[place + centre.right]
    let distance =
      crossed == 0
      ? HoughPlane.rows * 2
      : abs(crossed.trailingZeroBitCount + 64 - crossed.leadingZeroBitCount - centre.doubleRow)
    if distance < best.distance { best = (candidate, distance) }
  }
}

extension UnsafeMutableBufferPointer<UInt64> {
  /// Four words from an index on.
  @inline(__always)
  fileprivate func words4(_ index: Int) -> SIMD4<UInt64> {
    UnsafeRawPointer(baseAddress.unsafelyUnwrapped + index).loadUnaligned(as: SIMD4<UInt64>.self)
  }

  /// Writes four words from an index on.
  @inline(__always)
  fileprivate func setWords4(_ index: Int, _ words: SIMD4<UInt64>) {
    UnsafeMutableRawPointer(baseAddress.unsafelyUnwrapped + index).storeBytes(of: words, as: SIMD4<UInt64>.self)
  }
}
