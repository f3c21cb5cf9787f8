/// Finds the stereo hits of a circle and the straight line z = z0 + s tan(lambda) they lie on.
///
/// A stereo wire crosses the circle somewhere; the side of the wire on which the track passes gives two possible z,
/// some 7 cm apart per millimetre of drift times ten. All of them vote for the lines through them in a coarse map
/// (Hough transform); the hits near the best line then choose their side by distance to it.
struct StereoSearch {
  /// A possible point of the track: arc length and z of one side of one hit.
  struct Point {
    var hit: Int32
    var layer: Int32
    var arc: Float
    var z: Float
  }

  /// The line that was found.
  struct Line {
    var z0: Double
    var tanLambda: Double
    /// Layers with a hit on the line, and super-layers as bits.
    var layers: Int
    var superLayers: Int
  }

  /// Points of the current circle; the array is longer.
  private var points: [Point] = []
  private var pointCount = 0
  /// The hits that the current circle can touch; the array is longer.
  private var blocks: [StereoBlock] = []
  private var votes = [UInt8](repeating: 0, count: StereoSearch.slopes * StereoSearch.offsets)

  /// Time of flight before the dip angle is known, ns/cm.
  private static let timePerArc: Float = 1 / 29
  /// Curvature up to which the circle passes the ends of wires as it passes their middle, 1/cm.
  private static let straightest: Float = 0.006
  private static let slopes = 76
  private static let firstSlope: Float = -1.95
  private static let slopeStep: Float = 0.07
  private static let originStep: Float = 0.04
  private static let originBins = 136
  private static let offsets = 52
  /// Arc length about which lines are fitted, cm.
  private static let pivot: Float = 60
  private static let offsetStep: Float = 4
  private static let firstOffset: Float = -104

  /// Searches the unowned stereo hits.
  /// - Parameters:
  ///   - state: the circle; its z0 and tan(lambda) are not used.
  ///   - crossings: of the circle with the layers.
  /// - Returns: nil if fewer than five layers agree on a line.
  mutating func search(
    _ state: HelixState, crossings: borrowing LayerCrossings, hits: borrowing ChamberHits, table: borrowing WireTable,
    eventTime: Double
  ) -> Line? {
    collect(state, crossings: crossings, hits: hits, table: table, eventTime: eventTime)
    guard pointCount >= 8 else { return nil }
    // Most tracks come from near the origin: one dimension decides then.
    if let tanLambda = peakFromOrigin(), let line = settle(z0: 0, tanLambda: tanLambda, table: table),
      line.layers >= 8, 3 * line.layers > 2 * layersInReach
    {
      return line
    }
    guard let (z0, tanLambda) = peak() else { return nil }
    return settle(z0: z0, tanLambda: tanLambda, table: table)
  }

  /// Fits a straight line to the points near a first guess and counts the layers on it.
  private func settle(z0 firstZ0: Float, tanLambda firstTanLambda: Float, table: borrowing WireTable) -> Line? {
    var z0 = firstZ0
    var tanLambda = firstTanLambda
    // The map is coarse; two rounds of a straight-line fit with narrowing windows settle it.
    for round in 0..<3 {
      let window: Float = round == 0 ? 7 : (round == 1 ? 3.5 : 2)
      guard let line = fitLine(z0: z0, tanLambda: tanLambda, window: window) else { return nil }
      (z0, tanLambda) = line
    }
    var layerMask: UInt64 = 0
    let points = self.points.span
    for index in 0..<pointCount where abs(points[index].z - z0 - tanLambda * points[index].arc) < 2 {
      layerMask |= 1 << UInt64(points[index].layer & 63)
    }
    guard layerMask.nonzeroBitCount >= 5 else { return nil }
    var superLayers = 0
    var rest = layerMask
    while rest != 0 {
      superLayers |= 1 << table.layers[rest.trailingZeroBitCount].superLayer
      rest &= rest - 1
    }
    return Line(
      z0: Double(z0), tanLambda: Double(tanLambda), layers: layerMask.nonzeroBitCount, superLayers: superLayers)
  }

  /// Both sides of every stereo hit that the circle can touch within the length of its wire.
  private mutating func collect(
    _ state: HelixState, crossings: borrowing LayerCrossings, hits: borrowing ChamberHits, table: borrowing WireTable,
    eventTime: Double
  ) {
    // Two points at most of every hit.
    let missing = 2 * hits.count - points.count
    if missing > 0 {
      points.append(contentsOf: repeatElement(Point(hit: 0, layer: 0, arc: 0, z: 0), count: missing))
      blocks.append(contentsOf: repeatElement(StereoBlock(), count: (hits.count + 8) / 8 - blocks.count))
    }
    let helix = HelixLanes(state)
    let count = StereoSearch.collect(
      into: &blocks, helix, crossings: crossings, hits: hits, table: table, eventTime: Float(eventTime))
    pointCount = StereoSearch.makePoints(&points, from: &blocks, count, helix, table)
  }

  /// Puts the hits that the circle can touch into blocks of eight.
  /// - Returns: their number.
  private static func collect(
    into blocks: inout [StereoBlock], _ helix: HelixLanes, crossings: borrowing LayerCrossings,
    hits: borrowing ChamberHits, table: borrowing WireTable, eventTime: Float
  ) -> Int {
    var span = blocks.mutableSpan
    var count = 0
    let lanes = hits.lanes.span
    let owners = hits.owner.span
    let times = hits.time.span
    let layers = table.searchLayers.span
    let places = crossings.layers.span
    for index in layers.indices {
      if layers[index].isAxial { continue }
      let range = hits.hits(inLayer: index)
      if range.isEmpty { continue }
      let middle = places[index]
      if !middle.arc.isFinite { continue }
      let layer = layers[index]
      let directionX = middle.x * layer.inverseRadius
      let directionY = middle.y * layer.inverseRadius
      let reach = StereoBlock.reach(layer)
      let groups = hits.groups(inLayer: index)
      for group in groups {
        let x: HitLanes.Lanes = lanes[group].x + lanes[group].slopeX * layer.middleZ
        let y: HitLanes.Lanes = lanes[group].y + lanes[group].slopeY * layer.middleZ
        let aside: HitLanes.Lanes = x * directionY - y * directionX
        let forward: HitLanes.Lanes = x * directionX + y * directionY
        // Distance of the circle from the middle of the wire along the circle's normal, and where along the wire it is made up.
        let slope: HitLanes.Lanes = lanes[group].slopeX * middle.directionY - lanes[group].slopeY * middle.directionX
        let away: HitLanes.Lanes = (middle.x - x) * middle.directionY - (middle.y - y) * middle.directionX
        let along: HitLanes.Lanes = away / slope
        var near =
          ((aside .<= layer.furthest) .& (aside .>= -layer.furthest) .& (forward .>= 0) .& (along .<= reach)
          .& (along .>= -reach)).bits
        let first = range.lowerBound + 8 * (group - groups.lowerBound)
        while near != 0 {
          let lane = near.trailingZeroBitCount
          near &= near - 1
          let hit = first + lane
          if owners[hit] >= 0 { continue }
          let block = count >> 3
          let place = count & 7
          span[block].hit[place] = Int32(truncatingIfNeeded: hit)
          span[block].layer[place] = Int32(truncatingIfNeeded: index)
          span[block].x[place] = lanes[group].x[lane]
          span[block].y[place] = lanes[group].y[lane]
          span[block].slopeX[place] = lanes[group].slopeX[lane]
          span[block].slopeY[place] = lanes[group].slopeY[lane]
          span[block].slope[place] = slope[lane]
          span[block].z[place] = layer.middleZ + along[lane]
          span[block].arc[place] = middle.arc
          span[block].time[place] = times[hit] - eventTime
          span[block].radius[place] = layer.radius
          span[block].backwardZ[place] = layer.backwardZ
          span[block].forwardZ[place] = layer.forwardZ
          span[block].driftEdge[place] = layer.driftEdge
          span[block].largestDrift[place] = layer.largestDrift
          count += 1
        }
      }
    }
    return count
  }

  /// Writes the points of the two sides of the hits in the blocks.
  /// - Parameter count: of hits; what the last block has beyond is of no meaning.
  /// - Returns: number of points.
  private static func makePoints(
    _ points: inout [Point], from blocks: inout [StereoBlock], _ count: Int, _ helix: HelixLanes,
    _ table: borrowing WireTable
  ) -> Int {
    var span = blocks.mutableSpan
    var all = points.mutableSpan
    var pointCount = 0
    let isCurved = abs(helix.omega) > straightest
    for number in 0..<((count + 7) / 8) {
      var usable = UInt32(1 << min(8, count - 8 * number)) - 1
      if isCurved { usable &= span[number].refine(helix) }
      let sides = span[number].sides(timePerArc: timePerArc, table: table)
      while usable != 0 {
        let lane = usable.trailingZeroBitCount
        usable &= usable - 1
        let (hit, layer, arc) = (span[number].hit[lane], span[number].layer[lane], span[number].arc[lane])
        if sides.lowIn >> UInt32(lane) & 1 == 1 {
          all[pointCount] = Point(hit: hit, layer: layer, arc: arc, z: sides.low[lane])
          pointCount += 1
        }
        if sides.highIn >> UInt32(lane) & 1 == 1 {
          all[pointCount] = Point(hit: hit, layer: layer, arc: arc, z: sides.high[lane])
          pointCount += 1
        }
      }
    }
    return pointCount
  }

  /// Number of layers with a point.
  private var layersInReach: Int {
    var mask: UInt64 = 0
    let points = self.points.span
    for index in 0..<pointCount { mask |= 1 << UInt64(points[index].layer & 63) }
    return mask.nonzeroBitCount
  }

  /// The slope with most votes of lines through the origin.
  private mutating func peakFromOrigin() -> Float? { StereoSearch.peakFromOrigin(points, pointCount, &votes) }

  private static func peakFromOrigin(_ all: borrowing [Point], _ count: Int, _ map: inout [UInt8]) -> Float? {
    var votes = map.mutableSpan
    let points = all.span
    for index in 0..<originBins { votes[index] = 0 }
    for index in 0..<count {
      let bin = (points[index].z / points[index].arc - firstSlope) * (1 / originStep)
      if bin >= 0 && bin < Float(originBins) { votes[Int(bin)] &+= 1 }
    }
    var best = 0
    var bestBin = 0
    for bin in 1..<(originBins - 1) {
      let sum = Int(votes[bin - 1]) + 2 * Int(votes[bin]) + Int(votes[bin + 1])
      if sum > best {
        best = sum
        bestBin = bin
      }
    }
    return best >= 8 ? firstSlope + originStep * (Float(bestBin) + 0.5) : nil
  }

  /// The line with most votes; of equal ones that which starts nearest to the origin.
  private mutating func peak() -> (z0: Float, tanLambda: Float)? { StereoSearch.peak(points, pointCount, &votes) }

  private static func peak(
    _ all: borrowing [Point], _ count: Int, _ votes: inout [UInt8]
  ) -> (z0: Float, tanLambda: Float)? {
    var map = votes.mutableSpan
    let points = all.span
    for index in 0..<(slopes * offsets) { map[index] = 0 }
    let inverse = 1 / offsetStep
    for index in 0..<count {
      let point = points[index]
      var offset = (point.z - point.arc * firstSlope - firstOffset) * inverse
      let step = point.arc * slopeStep * inverse
      for slope in 0..<slopes {
        // Once beside the map on this side, a line stays there.
        if offset < 0 && step >= 0 { break }
        if offset >= 0 && offset < Float(offsets) { map[slope * offsets + Int(offset)] &+= 1 }
        offset -= step
      }
    }
    var best = 0
    var bestSlope = 0
    var bestOffset: Float = 0
    for slope in 0..<slopes {
      // Most slopes have fewer votes everywhere than the best so far.
      if mostVotes(&map, slope) < best { continue }
      for offset in 0..<(offsets - 1) {
        let index = slope * offsets + offset
        let sum = Int(map[index]) + Int(map[index + 1])
        let edge = firstOffset + offsetStep * Float(offset + 1)
        if sum > best || (sum == best && abs(edge) < abs(bestOffset)) {
          best = sum
          bestSlope = slope
          bestOffset = edge
        }
      }
    }
    guard best >= 5 else { return nil }
    return (bestOffset, firstSlope + slopeStep * Float(bestSlope))
  }

  /// Most votes of two neighbouring offsets of a slope: a loop that the compiler makes vector instructions of.
  private static func mostVotes(_ map: inout MutableSpan<UInt8>, _ slope: Int) -> Int {
    precondition(slope >= 0 && (slope + 1) * offsets <= map.count, "no such slope")
    return map.withUnsafeMutableBufferPointer { cells in
      let row = UnsafeMutableBufferPointer(rebasing: cells[slope * offsets..<(slope + 1) * offsets])
      var most: UInt16 = 0
      for offset in 0..<(offsets - 1) { most = max(most, UInt16(row[offset]) &+ UInt16(row[offset + 1])) }
      return Int(most)
    }
  }

  /// Straight-line fit to the points within a window of a line.
  private func fitLine(z0: Float, tanLambda: Float, window: Float) -> (Float, Float)? {
    var n: Float = 0
    var s: Float = 0
    var ss: Float = 0
    var z: Float = 0
    var sz: Float = 0
    let points = self.points.span
    var index = 0
    while index < pointCount {
      // The two sides of a hit stand next to each other: the nearer one counts. Sums are about the line itself, which keeps
      // them small.
      var arc = points[index].arc
      var away = points[index].z - z0 - tanLambda * arc
      if index + 1 < pointCount, points[index + 1].hit == points[index].hit {
        index += 1
        let other = points[index].z - z0 - tanLambda * points[index].arc
        if abs(other) < abs(away) {
          away = other
          arc = points[index].arc
        }
      }
      index += 1
      if abs(away) > window { continue }
      arc -= StereoSearch.pivot
      n += 1
      s += arc
      ss += arc * arc
      z += away
      sz += arc * away
    }
    let determinant = n * ss - s * s
    guard n >= 4, determinant > 1e-4 * n * ss else { return nil }
    let slope = (n * sz - s * z) / determinant
    return (z0 + (z - slope * s) / n - slope * StereoSearch.pivot, tanLambda + slope)
  }
}
