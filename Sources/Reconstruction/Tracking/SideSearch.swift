/// Decides on which side of its wire a track passed, super-layer by super-layer, before any fit.
///
/// Within a super-layer a track differs from its seed circle by a straight line: an offset and a slope. The drift
/// distances of six staggered layers fit one such line to 0.1 mm and every other choice of sides to millimetres. So lines
/// through pairs of hits, each on either side, are tried, and the one that most layers agree with wins.
enum SideSearch {
  /// Largest distance of a drift circle from the line to agree with it, cm.
  private static let tolerance: Float = 0.06
  /// Largest difference in slope from the seed, and offset in cm.
  private static let largestSlope: Float = 0.35
  private static let largestOffset: Float = 1.1
  /// Fewest layers that must agree in a super-layer.
  private static let fewestLayers = 4
  /// Sides of the two hits of a pair in the four lines through them, for two pairs at once.
  @inline(__always) private static var firstSides: SIMD8<Float> { SIMD8(1, -1, 1, -1, 1, -1, 1, -1) }
  @inline(__always) private static var secondSides: SIMD8<Float> { SIMD8(1, 1, -1, -1, 1, 1, -1, -1) }
  @inline(__always) private static var firstPair: SIMDMask<SIMD8<Int32>> { SIMD8(0, 0, 0, 0, 1, 1, 1, 1) .< 1 }

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
    var bestScore: Float = -1e9
    var best = (offset: Float(0), slope: Float(0))
    var present: Int32 = 0
    for k in start..<end { present |= 1 << Int32(layers[Int(span[k].hit)] & 31) }
    let mostLayers = Float(present.nonzeroBitCount)
    for i in start..<end {
      // Pairs of one of the two innermost and one of the two outermost layers with hits.
      if Int(layers[Int(span[i].hit)]) > firstLayer + 1 { break }
      var j = end - 1
      while j > i, Int(layers[Int(span[j].hit)]) >= lastLayer - 1 {
        // Two pairs at once; a pair left over stands twice.
        let other = j - 1 > i && Int(layers[Int(span[j - 1].hit)]) >= lastLayer - 1 ? j - 1 : j
        let first = span[j]
        let second = span[other]
        j = other - 1
        let lever = SIMD8<Float>(repeating: second.arc - span[i].arc)
          .replacing(with: first.arc - span[i].arc, where: firstPair)
        let drift = SIMD8<Float>(repeating: second.drift).replacing(with: first.drift, where: firstPair)
        let distance = SIMD8<Float>(repeating: second.distance).replacing(with: first.distance, where: firstPair)
        // The four choices of sides in four lanes each.
        let ti: SIMD8<Float> = span[i].drift * firstSides - span[i].distance
        let slope: SIMD8<Float> = (drift * secondSides - distance - ti) / lever
        let offset: SIMD8<Float> = ti + slope * (middle - span[i].arc)
        // A layer more outweighs any cost; near ties go to the line nearer to the seed.
        let nearness: SIMD8<Float> = offset * offset + 9 * slope * slope
        let bound: SIMD8<Float> = mostLayers - 0.3 * nearness.replacing(with: 2, where: nearness .> 2)
        // Lines that leave the seed, and those that would not win even with every layer on them.
        let isHopeless =
          (slope * slope .> largestSlope * largestSlope) .| (offset * offset .> largestOffset * largestOffset)
          .| (bound .<= bestScore) .| (lever .< 2)
        if isHopeless.isAll { continue }
        var mask = SIMD8<Int32>.zero
        var cost = SIMD8<Float>.zero
        for k in start..<end {
          let expected: SIMD8<Float> = offset + slope * (span[k].arc - middle) + span[k].distance
          let away: SIMD8<Float> = expected.magnitudes - span[k].drift
          let square: SIMD8<Float> = away * away
          let bit = SIMD8<Int32>(repeating: 1 << Int32(layers[Int(span[k].hit)] & 31))
          let isOn = square .< tolerance * tolerance
          // Two hits of a layer both on the line count once.
          cost += SIMD8<Float>.zero.replacing(with: square, where: isOn .& mask.isDisjoint(with: bit))
          mask |= bit.kept(where: isOn)
        }
        let hopeless = isHopeless.bits
        for lane in 0..<8 where hopeless >> UInt32(lane) & 1 == 0 {
          let agreeing = mask[lane].nonzeroBitCount
          let score =
            Float(agreeing) - cost[lane] * (0.5 / (tolerance * tolerance)) * 0.25 - 0.3 * min(2, nearness[lane])
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
