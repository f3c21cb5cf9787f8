/// The path of a track through one super-layer: a line in local coordinates, bent as a track from the origin with its
/// direction would be, or straight.
struct SegmentLine {
  /// A drift circle about a wire, in coordinates along and across the radial direction.
  struct Circle {
    var along: Double
    var across: Double
    var radius: Double
    var layer: Int
    var hit: Int
  }

  /// Position across and slope at along = 0.
  var offset: Double
  var slope: Double
  /// Half the curvature: across = offset + slope along + bend along^2.
  var bend: Double
  /// 1/sqrt(1 + slope^2).
  var cosine: Double

  /// Largest distance of a drift circle from the line to agree with it, cm.
  static let tolerance = 0.07
  /// Fewest layers that must agree.
  static let fewestLayers = 4
  /// Steepest direction against the radial one.
  private static let steepest = 1.4

  /// Distance between the line and a drift circle, whichever the side, cm.
  @inline(__always)
  func distance(to circle: Circle) -> Double {
    let across = offset + circle.along * (slope + bend * circle.along) - circle.across
    return abs(abs(across) * cosine - circle.radius)
  }

  /// Whether a drift circle touches the line.
  @inline(__always)
  func agrees(with circle: Circle) -> Bool { distance(to: circle) < SegmentLine.tolerance }

  /// The line with most layers: bent ones first, straight ones if those do not explain the hits.
  /// - Parameters:
  ///   - circles: in the order of layers.
  ///   - radius: of the middle of the super-layer, cm.
  /// - Returns: nil if no line has enough layers.
  static func find(_ circles: borrowing Span<Circle>, radius: Double) -> SegmentLine? {
    guard circles.count >= fewestLayers else { return nil }
    var mask: UInt64 = 0
    for index in 0..<circles.count { mask |= 1 << UInt64(circles[index].layer & 63) }
    let layers = Double(mask.nonzeroBitCount)
    guard layers >= Double(fewestLayers), circles[circles.count - 1].layer - circles[0].layer >= 3 else { return nil }
    var search = Search(best: nil, score: Double(fewestLayers) - 1, enough: layers - 0.5, left: mostLines)
    search.run(circles, radius: radius, isBent: true)
    if search.score < layers - 1.5 { search.run(circles, radius: radius, isBent: false) }
    return search.best
  }

  /// Lines tried at most for one segment: groups that need more are showers of noise.
  private static let mostLines = 240

  /// A search for the best line.
  private struct Search {
    var best: SegmentLine?
    var score: Double
    /// Score that cannot be improved by a layer.
    let enough: Double
    /// Lines that may still be tried.
    var left: Int

    mutating func run(_ circles: borrowing Span<Circle>, radius: Double, isBent: Bool) {
      let firstLayer = circles[0].layer
      let lastLayer = circles[circles.count - 1].layer
      for i in 0..<circles.count {
        if circles[i].layer > firstLayer + 1 { break }
        for j in stride(from: circles.count - 1, to: i, by: -1) {
          if circles[j].layer < lastLayer - 1 { break }
          let lever = circles[j].along - circles[i].along
          if lever < 2 { continue }
          let wires = (circles[j].across - circles[i].across) / lever
          if abs(wires) > steepest { continue }
          let lines = Lines(tangentTo: circles[i], circles[j], slope: wires, bendPerSine: isBent ? 1 / radius : 0)
          let scores = lines.scores(circles)
          for lane in 0..<4 where scores[lane] > score {
            score = scores[lane]
            best = lines[lane]
          }
          left -= 4
          if score > enough || left <= 0 { return }
        }
      }
    }
  }

  private init(offset: Double, slope: Double, bend: Double, cosine: Double) {
    self.offset = offset
    self.slope = slope
    self.bend = bend
    self.cosine = cosine
  }

  /// The four lines tangent to two circles, one for each choice of sides, in the lanes of vectors.
  private struct Lines {
    var offset = SIMD4<Double>.zero
    var slope: SIMD4<Double>
    var bend = SIMD4<Double>.zero
    var cosine = SIMD4<Double>(repeating: 1)

    /// - Parameters:
    ///   - slope: first guess.
    ///   - bendPerSine: half the curvature over the sine of the angle to the radius: 1/R for tracks from the origin,
    ///     whose angle is asin(omega R / 2); 0 for straight ones.
    @inline(__always)
    init(tangentTo first: Circle, _ second: Circle, slope guess: Double, bendPerSine: Double) {
      let firstRadius = first.radius * SIMD4<Double>(1, -1, 1, -1)
      let secondRadius = second.radius * SIMD4<Double>(1, 1, -1, -1)
      let inverse = 1 / (second.along - first.along)
      slope = SIMD4<Double>(repeating: guess)
      // The slope enters the tangent points and the bend, so twice.
      for _ in 0..<2 {
        let square = 1 + slope * slope
        let secant = square.squareRoot()
        cosine = secant / square
        bend = slope * square * bendPerSine
        let a = first.across + firstRadius * secant - bend * (first.along * first.along)
        let b = second.across + secondRadius * secant - bend * (second.along * second.along)
        slope = (b - a) * inverse
        offset = a - slope * first.along
      }
    }

    /// Layers that agree with each line, minus a little for their distances; 0 if they are too few.
    @inline(__always)
    func scores(_ circles: borrowing Span<Circle>) -> SIMD4<Double> {
      var mask = SIMD4<Int64>.zero
      var cost = SIMD4<Double>.zero
      for k in 0..<circles.count {
        let circle = circles[k]
        let across = (offset + circle.along * (slope + bend * circle.along) - circle.across) * cosine
        let away = across.replacing(with: -across, where: across .< 0) - circle.radius
        let square = away * away
        let bit = SIMD4<Int64>(repeating: 1 << Int64(circle.layer & 63))
        let isOn = square .< SegmentLine.tolerance * SegmentLine.tolerance
        cost += SIMD4<Double>.zero.replacing(with: square, where: isOn .& (mask & bit .== 0))
        mask |= SIMD4<Int64>.zero.replacing(with: bit, where: isOn)
      }
      var result = SIMD4<Double>.zero
      for lane in 0..<4 {
        let layers = mask[lane].nonzeroBitCount
        if layers < SegmentLine.fewestLayers { continue }
        result[lane] = Double(layers) - cost[lane] * (0.1 / (SegmentLine.tolerance * SegmentLine.tolerance))
      }
      return result
    }

    /// The line in a lane.
    @inline(__always)
    subscript(_ lane: Int) -> SegmentLine {
      SegmentLine(offset: offset[lane], slope: slope[lane], bend: bend[lane], cosine: cosine[lane])
    }
  }
}
