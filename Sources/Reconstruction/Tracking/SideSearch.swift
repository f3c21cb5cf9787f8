/// Decides on which side of its wire a track passed, super-layer by super-layer, before any fit.
///
/// Within a super-layer a track differs from its seed circle by a straight line: an offset and a slope. The drift
/// distances of six staggered layers fit one such line to 0.1 mm and every other choice of sides to millimetres. So lines
/// through pairs of hits, each on either side, are tried, and the one that most layers agree with wins.
enum SideSearch {
  /// Largest distance of a drift circle from the line to agree with it, cm.
  private static let tolerance = 0.06
  /// Largest difference in slope from the seed, and offset in cm.
  private static let largestSlope = 0.35
  private static let largestOffset = 1.1
  /// Fewest layers that must agree in a super-layer.
  private static let fewestLayers = 4
  /// Sides of the two hits of a pair in the four lines through them.
  private static let firstSides = SIMD4<Double>(1, -1, 1, -1)
  private static let secondSides = SIMD4<Double>(1, 1, -1, -1)

  /// Sets the weights of the sides: 1 for the chosen side of hits that agree with their super-layer's line, 0 otherwise.
  /// - Parameter members: in the order of layers, with distance, drift and arc evaluated at the seed.
  /// - Returns: number of super-layers with a line.
  static func choose(_ members: inout [AnnealedFit.Member], hits: borrowing ChamberHits, table: borrowing WireTable)
    -> Int
  {
    let layerNumbers = hits.layer.span
    var span = members.mutableSpan
    var found = 0
    var start = 0
    while start < span.count {
      let superLayer = table.layers[Int(layerNumbers[Int(span[start].hit)])].superLayer
      var end = start
      while end < span.count, table.layers[Int(layerNumbers[Int(span[end].hit)])].superLayer == superLayer {
        span[end].positive = 0
        span[end].negative = 0
        end += 1
      }
      if chooseOne(&span, start, end, layerNumbers) { found += 1 }
      start = end
    }
    return found
  }

  /// One super-layer: members `start` to `end`.
  private static func chooseOne(
    _ span: inout MutableSpan<AnnealedFit.Member>, _ start: Int, _ end: Int, _ layers: borrowing Span<UInt8>
  ) -> Bool {
    guard end - start >= fewestLayers else { return false }
    let firstLayer = Int(layers[Int(span[start].hit)])
    let lastLayer = Int(layers[Int(span[end - 1].hit)])
    guard lastLayer - firstLayer >= 2 else { return false }
    let middle = 0.5 * (span[start].arc + span[end - 1].arc)
    var bestScore = -1e9
    var best = (offset: 0.0, slope: 0.0)
    var present: Int64 = 0
    for k in start..<end { present |= 1 << Int64(layers[Int(span[k].hit)] & 63) }
    let mostLayers = Double(present.nonzeroBitCount)
    for i in start..<end {
      // Pairs of one of the two innermost and one of the two outermost layers with hits.
      if Int(layers[Int(span[i].hit)]) > firstLayer + 1 { break }
      for j in stride(from: end - 1, to: i, by: -1) {
        if Int(layers[Int(span[j].hit)]) < lastLayer - 1 { break }
        let lever = span[j].arc - span[i].arc
        if lever < 2 { continue }
        // The four choices of sides in the four lanes.
        let ti = span[i].drift * firstSides - span[i].distance
        let slope = (span[j].drift * secondSides - span[j].distance - ti) * (1 / lever)
        let offset = ti + slope * (middle - span[i].arc)
        // A layer more outweighs any cost; near ties go to the line nearer to the seed.
        let nearness = offset * offset + 9 * slope * slope
        let bound = mostLayers - 0.3 * nearness.replacing(with: 2, where: nearness .> 2)
        // Lines that leave the seed, and those that would not win even with every layer on them.
        let isHopeless =
          (slope * slope .> largestSlope * largestSlope) .| (offset * offset .> largestOffset * largestOffset)
          .| (bound .<= bestScore)
        if all(isHopeless) { continue }
        var mask = SIMD4<Int64>.zero
        var cost = SIMD4<Double>.zero
        for k in start..<end {
          let expected = span[k].distance + offset + slope * (span[k].arc - middle)
          let away = expected.replacing(with: -expected, where: expected .< 0) - span[k].drift
          let square = away * away
          let bit = SIMD4<Int64>(repeating: 1 << Int64(layers[Int(span[k].hit)] & 63))
          let isOn = square .< tolerance * tolerance
          // Two hits of a layer both on the line count once.
          cost += SIMD4<Double>.zero.replacing(with: square, where: isOn .& (mask & bit .== 0))
          mask |= SIMD4<Int64>.zero.replacing(with: bit, where: isOn)
        }
        for lane in 0..<4 where !isHopeless[lane] {
          let agreeing = mask[lane].nonzeroBitCount
          let score =
            Double(agreeing) - cost[lane] * (0.5 / (tolerance * tolerance)) * 0.25 - 0.3 * min(2, nearness[lane])
          if score > bestScore, agreeing >= fewestLayers {
            bestScore = score
            best = (offset[lane], slope[lane])
          }
        }
      }
    }
    guard bestScore > -1e8 else { return false }
    for k in start..<end {
      let expected = span[k].distance + best.offset + best.slope * (span[k].arc - middle)
      if abs(abs(expected) - span[k].drift) < tolerance {
        if expected >= 0 { span[k].positive = 1 } else { span[k].negative = 1 }
      }
    }
    return true
  }
}
