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
  /// - Parameters:
  ///   - state: the circle; its z0 and tan(lambda) are not used.
  ///   - crossings: of the circle with the layers.
  /// - Returns: nil if fewer than five layers agree on a line.
  mutating func search(
    _ state: HelixState, crossings: borrowing LayerCrossings, hits: borrowing ChamberHits, table: borrowing WireTable,
    eventTime: Double
  ) -> Line? {
    collect(state, crossings: crossings, hits: hits, table: table, eventTime: eventTime)
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
    _ state: HelixState, crossings: borrowing LayerCrossings, hits: borrowing ChamberHits, table: borrowing WireTable,
    eventTime: Double
  ) {
    points.removeAll(keepingCapacity: true)
    let lanes = hits.lanes.span
    let owners = hits.owner.span
    let layers = table.layers.span
    let places = crossings.layers.span
    for index in layers.indices {
      if layers[index].isAxial { continue }
      let range = hits.hits(inLayer: index)
      if range.isEmpty { continue }
      let middle = places[index]
      if !middle.arc.isFinite { break }
      let halfLength = 0.5 * (layers[index].forwardZ - layers[index].backwardZ)
      let directionX = Float(middle.x / layers[index].radiusInMiddle)
      let directionY = Float(middle.y / layers[index].radiusInMiddle)
      let furthest = Float(abs(layers[index].stereoSlope) * halfLength + 2)
      let middleZ = Float(layers[index].middleZ)
      let groups = hits.groups(inLayer: index)
      var four = SIMD4<Int32>.zero
      var count = 0
      for group in groups {
        // Most wires are out of reach: that is asked first, of eight at once.
        let middleX: HitLanes.Lanes = lanes[group].x + lanes[group].slopeX * middleZ
        let middleY: HitLanes.Lanes = lanes[group].y + lanes[group].slopeY * middleZ
        let aside: HitLanes.Lanes = middleX * directionY - middleY * directionX
        let forward: HitLanes.Lanes = middleX * directionX + middleY * directionY
        var near = HitLanes.passing((aside .<= furthest) .& (aside .>= -furthest) .& (forward .>= 0))
        let first = range.lowerBound + 8 * (group - groups.lowerBound)
        while near != 0 {
          let hit = first + near.trailingZeroBitCount
          near &= near - 1
          if owners[hit] >= 0 { continue }
          four[count] = Int32(truncatingIfNeeded: hit)
          count += 1
          if count == 4 {
            appendPoints(four, 4, index, layers[index], middle, state, hits: hits, table: table, eventTime: eventTime)
            count = 0
          }
        }
      }
      if count > 0 {
        // Lanes left over repeat the first hit and do not count.
        for lane in count..<4 { four[lane] = four[0] }
        appendPoints(four, count, index, layers[index], middle, state, hits: hits, table: table, eventTime: eventTime)
      }
    }
  }

  /// The points of the two sides of up to four hits of a layer.
  @inline(__always)
  private mutating func appendPoints(
    _ four: SIMD4<Int32>, _ count: Int, _ index: Int, _ layer: WireTable.Layer, _ middle: LayerCrossings.Crossing,
    _ state: HelixState, hits: borrowing ChamberHits, table: borrowing WireTable, eventTime: Double
  ) {
    let lines = hits.line.span
    let times = hits.time.span
    let (a, b, c, d) = (Int(four[0]), Int(four[1]), Int(four[2]), Int(four[3]))
    let (lineA, lineB, lineC, lineD) = (lines[a], lines[b], lines[c], lines[d])
    let wireX = SIMD4<Double>(SIMD4<Float>(lineA[0], lineB[0], lineC[0], lineD[0]))
    let wireY = SIMD4<Double>(SIMD4<Float>(lineA[1], lineB[1], lineC[1], lineD[1]))
    let slopeX = SIMD4<Double>(SIMD4<Float>(lineA[2], lineB[2], lineC[2], lineD[2]))
    let slopeY = SIMD4<Double>(SIMD4<Float>(lineA[3], lineB[3], lineC[3], lineD[3]))
    let time = SIMD4<Double>(SIMD4<Float>(times[a], times[b], times[c], times[d]))
    let reach = 0.5 * (layer.forwardZ - layer.backwardZ) + 12
    // Distance of the circle from the wire point along the circle's normal, twice, each time at the radius the wire has
    // there. The first time that is the middle of the wire, the same for the whole layer.
    var x: SIMD4<Double> = wireX + slopeX * layer.middleZ
    var y: SIMD4<Double> = wireY + slopeY * layer.middleZ
    var arc = SIMD4<Double>(repeating: middle.arc)
    var slope: SIMD4<Double> = slopeX * middle.directionY - slopeY * middle.directionX
    let first: SIMD4<Double> = (middle.x - x) * middle.directionY - (middle.y - y) * middle.directionX
    var z: SIMD4<Double> = layer.middleZ + first / slope
    var usable = (z - layer.middleZ .<= reach) .& (z - layer.middleZ .>= -reach)
    if abs(state.omega) > 0.006 {
      if !any(usable) { return }
      x = wireX + slopeX * z
      y = wireY + slopeY * z
      let radius: SIMD4<Double> = (x * x + y * y).squareRoot()
      arc = state.arcLengths(
        toRadii: SIMD4<Double>(repeating: layer.radiusInMiddle).replacing(with: radius, where: usable))
      usable = usable .& (arc .< .infinity)
      let place = state.places(at: arc.replacing(with: middle.arc, where: .!usable))
      slope = slopeX * place.directionY - slopeY * place.directionX
      let second: SIMD4<Double> = (place.x - x) * place.directionY - (place.y - y) * place.directionX
      z += second / slope
      usable = usable .& (z - layer.middleZ .<= reach) .& (z - layer.middleZ .>= -reach)
    }
    let drift = table.driftDistances(
      times: time - eventTime, flights: arc * StereoSearch.timePerArc, z: z,
      backwardZ: SIMD4<Double>(repeating: layer.backwardZ), edges: SIMD4<Double>(repeating: layer.driftEdge),
      largest: SIMD4<Double>(repeating: layer.largestDrift))
    let shift: SIMD4<Double> = drift / slope
    let low: SIMD4<Double> = z - shift
    let high: SIMD4<Double> = z + shift
    for lane in 0..<count where usable[lane] {
      if low[lane] >= layer.backwardZ - 2 && low[lane] <= layer.forwardZ + 2 {
        points.append(
          Point(hit: four[lane], layer: UInt8(truncatingIfNeeded: index), arc: arc[lane], z: low[lane]))
      }
      if high[lane] >= layer.backwardZ - 2 && high[lane] <= layer.forwardZ + 2 {
        points.append(
          Point(hit: four[lane], layer: UInt8(truncatingIfNeeded: index), arc: arc[lane], z: high[lane]))
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
