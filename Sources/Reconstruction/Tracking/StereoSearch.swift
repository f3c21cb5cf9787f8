/// Finds the stereo hits of a circle and the straight line z = z0 + s tan(lambda) they lie on.
///
/// A stereo wire crosses the circle somewhere; the side of the wire on which the track passes gives two possible z,
/// some 7 cm apart per millimetre of drift times ten. All of them vote for the lines through them in a coarse map
/// (Hough transform); the hits near the best line then choose their side by distance to it.
struct StereoSearch {
  /// A possible point of the track: arc length and z of one side of one hit.
  struct Point {
    var hit: Int32
    var layer: UInt8
    var arc: Double
    var z: Double
  }

  /// The line that was found.
  struct Line {
    var z0: Double
    var tanLambda: Double
    /// Layers with a hit on the line, and super-layers as bits.
    var layers: Int
    var superLayers: Int
  }

  private(set) var points: [Point] = []
  private var votes = [UInt8](repeating: 0, count: StereoSearch.slopes * StereoSearch.offsets)

  /// Time of flight before the dip angle is known, ns/cm.
  private static let timePerArc = 1 / 29.0
  private static let slopes = 76
  private static let firstSlope = -1.95
  private static let slopeStep = 0.07
  private static let originStep = 0.04
  private static let originBins = 136
  private static let offsets = 52
  private static let offsetStep = 4.0
  private static let firstOffset = -104.0

  /// Searches the unowned stereo hits.
  /// - Parameter state: the circle; its z0 and tan(lambda) are not used.
  /// - Returns: nil if fewer than five layers agree on a line.
  mutating func search(
    _ state: HelixState, hits: borrowing ChamberHits, table: borrowing WireTable, eventTime: Double
  ) -> Line? {
    collect(state, hits: hits, table: table, eventTime: eventTime)
    guard points.count >= 8 else { return nil }
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
  private func settle(z0 firstZ0: Double, tanLambda firstTanLambda: Double, table: borrowing WireTable) -> Line? {
    var z0 = firstZ0
    var tanLambda = firstTanLambda
    // The map is coarse; two rounds of a straight-line fit with narrowing windows settle it.
    for round in 0..<3 {
      let window = round == 0 ? 7.0 : (round == 1 ? 3.5 : 2.0)
      guard let line = fitLine(z0: z0, tanLambda: tanLambda, window: window) else { return nil }
      (z0, tanLambda) = line
    }
    var layerMask: UInt64 = 0
    for point in points where abs(point.z - z0 - tanLambda * point.arc) < 2 { layerMask |= 1 << UInt64(point.layer) }
    guard layerMask.nonzeroBitCount >= 5 else { return nil }
    var superLayers = 0
    var rest = layerMask
    while rest != 0 {
      superLayers |= 1 << table.layers[rest.trailingZeroBitCount].superLayer
      rest &= rest - 1
    }
    return Line(z0: z0, tanLambda: tanLambda, layers: layerMask.nonzeroBitCount, superLayers: superLayers)
  }

  /// Both sides of every stereo hit that the circle can touch within the length of its wire.
  private mutating func collect(
    _ state: HelixState, hits: borrowing ChamberHits, table: borrowing WireTable, eventTime: Double
  ) {
    points.removeAll(keepingCapacity: true)
    let lines = hits.line.span
    let owners = hits.owner.span
    let times = hits.time.span
    for index in table.layers.indices {
      let layer = table.layers[index]
      if layer.isAxial { continue }
      let range = hits.hits(inLayer: index)
      if range.isEmpty { continue }
      let arcInMiddle = state.arcLength(toRadius: layer.radiusInMiddle)
      if !arcInMiddle.isFinite { break }
      let middle = state.point(at: arcInMiddle)
      let halfLength = 0.5 * (layer.forwardZ - layer.backwardZ)
      let reach = abs(layer.stereoSlope) * halfLength + 2
      let directionX = Float(middle.x / layer.radiusInMiddle)
      let directionY = Float(middle.y / layer.radiusInMiddle)
      let furthest = Float(reach)
      let middleZ = Float(layer.middleZ)
      for hit in range {
        let line = lines[hit]
        let middleX = line[0] + line[2] * middleZ
        let middleY = line[1] + line[3] * middleZ
        // Most wires are out of reach: that is asked first.
        if abs(middleX * directionY - middleY * directionX) > furthest
          || middleX * directionX + middleY * directionY < 0 || owners[hit] >= 0
        {
          continue
        }
        let slopeX = Double(line[2])
        let slopeY = Double(line[3])
        var z = layer.middleZ
        var x = Double(line[0]) + slopeX * z
        var y = Double(line[1]) + slopeY * z
        // Distance of the circle from the wire point along the circle's normal, twice, each time at the radius the wire has
        // there.
        var arc = arcInMiddle
        var slope = 0.0
        var usable = true
        // The first time that is the middle of the wire, the same for the whole layer.
        for round in 0..<(abs(state.omega) > 0.006 ? 2 : 1) {
          var point = middle
          if round > 0 {
            arc = state.arcLength(toRadius: (x * x + y * y).squareRoot())
            if !arc.isFinite {
              usable = false
              break
            }
            point = state.point(at: arc)
          }
          let nx = point.directionY
          let ny = -point.directionX
          slope = nx * slopeX + ny * slopeY
          z += ((point.x - x) * nx + (point.y - y) * ny) / slope
          if abs(z - layer.middleZ) > halfLength + 12 {
            usable = false
            break
          }
          x = Double(line[0]) + slopeX * z
          y = Double(line[1]) + slopeY * z
        }
        if !usable { continue }
        let drift = table.driftDistance(
          time: Double(times[hit]) - eventTime, flight: arc * StereoSearch.timePerArc, z: z, layer: layer)
        for side in [-1.0, 1.0] {
          let sideZ = z + side * drift / slope
          if sideZ < layer.backwardZ - 2 || sideZ > layer.forwardZ + 2 { continue }
          points.append(
            Point(hit: Int32(truncatingIfNeeded: hit), layer: UInt8(truncatingIfNeeded: index), arc: arc, z: sideZ))
        }
      }
    }
  }

  /// Number of layers with a point.
  private var layersInReach: Int {
    var mask: UInt64 = 0
    for point in points { mask |= 1 << UInt64(point.layer) }
    return mask.nonzeroBitCount
  }

  /// The slope with most votes of lines through the origin.
  private mutating func peakFromOrigin() -> Double? {
    for index in 0..<StereoSearch.originBins { votes[index] = 0 }
    for point in points {
      let bin = (point.z / point.arc - StereoSearch.firstSlope) * (1 / StereoSearch.originStep)
      if bin >= 0 && bin < Double(StereoSearch.originBins) { votes[Int(bin)] &+= 1 }
    }
    var best = 0
    var bestBin = 0
    for bin in 1..<(StereoSearch.originBins - 1) {
      let sum = Int(votes[bin - 1]) + 2 * Int(votes[bin]) + Int(votes[bin + 1])
      if sum > best {
        best = sum
        bestBin = bin
      }
    }
    return best >= 8 ? StereoSearch.firstSlope + StereoSearch.originStep * (Double(bestBin) + 0.5) : nil
  }

  /// The line with most votes; of equal ones that which starts nearest to the origin.
  private mutating func peak() -> (z0: Double, tanLambda: Double)? {
    let count = StereoSearch.slopes * StereoSearch.offsets
    let points = self.points
    var map = votes.mutableSpan
    for index in 0..<count { map[index] = 0 }
    let inverse = 1 / StereoSearch.offsetStep
    for point in points {
      var offset = (point.z - point.arc * StereoSearch.firstSlope - StereoSearch.firstOffset) * inverse
      let step = point.arc * StereoSearch.slopeStep * inverse
      for slope in 0..<StereoSearch.slopes {
        if offset >= 0 && offset < Double(StereoSearch.offsets) {
          map[slope * StereoSearch.offsets + Int(offset)] &+= 1
        }
        offset -= step
      }
    }
    var best = 0
    var bestSlope = 0
    var bestOffset = 0.0
    for slope in 0..<StereoSearch.slopes {
      for offset in 0..<(StereoSearch.offsets - 1) {
        let index = slope * StereoSearch.offsets + offset
        let sum = Int(map[index]) + Int(map[index + 1])
        let edge = StereoSearch.firstOffset + StereoSearch.offsetStep * Double(offset + 1)
        if sum > best || (sum == best && abs(edge) < abs(bestOffset)) {
          best = sum
          bestSlope = slope
          bestOffset = edge
        }
      }
    }
    guard best >= 5 else { return nil }
    return (bestOffset, StereoSearch.firstSlope + StereoSearch.slopeStep * Double(bestSlope))
  }

  /// Straight-line fit to the points within a window of a line.
  private func fitLine(z0: Double, tanLambda: Double, window: Double) -> (Double, Double)? {
    var n = 0.0
    var s = 0.0
    var ss = 0.0
    var z = 0.0
    var sz = 0.0
    var index = 0
    while index < points.count {
      // The two sides of a hit stand next to each other: the nearer one counts.
      var chosen = points[index]
      var distance = abs(chosen.z - z0 - tanLambda * chosen.arc)
      if index + 1 < points.count, points[index + 1].hit == chosen.hit {
        index += 1
        let other = abs(points[index].z - z0 - tanLambda * points[index].arc)
        if other < distance {
          distance = other
          chosen = points[index]
        }
      }
      index += 1
      if distance > window { continue }
      n += 1
      s += chosen.arc
      ss += chosen.arc * chosen.arc
      z += chosen.z
      sz += chosen.arc * chosen.z
    }
    let determinant = n * ss - s * s
    guard n >= 4, determinant > 1e-6 else { return nil }
    let slope = (n * sz - s * z) / determinant
    return ((z - slope * s) / n, slope)
  }
}
