/// The path of a track through one super-layer: a line in local coordinates, bent as a track from the origin with its
/// direction would be, or straight.
struct SegmentLine {
  /// A drift circle about a wire, in coordinates along and across the radial direction.
  struct Circle {
    var along: Float
    var across: Float
    var radius: Float
    var layer: Int32
    var hit: Int32
  }

  /// Position across and slope at along = 0.
  var offset: Float
  var slope: Float
  /// Half the curvature: across = offset + slope along + bend along^2.
  var bend: Float
  /// 1/sqrt(1 + slope^2).
  var cosine: Float

  /// Largest distance of a drift circle from the line to agree with it, cm.
  static let tolerance: Float = 0.07
  /// Fewest layers that must agree.
  static let fewestLayers = 4
  /// Steepest direction against the radial one.
  private static let steepest: Float = 1.4

  /// Distance between the line and a drift circle, whichever the side, cm.
  @inline(__always)
  func distance(to circle: Circle) -> Float {
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
  static func find(_ circles: borrowing Span<Circle>, radius: Float) -> SegmentLine? {
    guard circles.count >= fewestLayers else { return nil }
    var mask: UInt64 = 0
    for index in 0..<circles.count { mask |= 1 << UInt64(circles[index].layer & 63) }
    let layers = Float(mask.nonzeroBitCount)
    guard layers >= Float(fewestLayers), circles[circles.count - 1].layer - circles[0].layer >= 3 else { return nil }
    var search = Search(
      best: nil, score: Float(fewestLayers) - 1, enough: layers - 0.5, left: mostLines, layers: layers)
    search.run(circles, radius: radius, isBent: true)
    if search.score < layers - 1.5 { search.run(circles, radius: radius, isBent: false) }
    return search.best
  }

  /// Lines tried at most for one segment: groups that need more are showers of noise.
  private static let mostLines = 240

  /// A search for the best line.
  private struct Search {
    var best: SegmentLine?
    var score: Float
    /// Score that cannot be improved by a layer.
    let enough: Float
    /// Lines that may still be tried.
    var left: Int
    /// Layers with a hit.
    let layers: Float

    mutating func run(_ circles: borrowing Span<Circle>, radius: Float, isBent: Bool) {
      let firstLayer = circles[0].layer
      let lastLayer = circles[circles.count - 1].layer
      for i in 0..<circles.count {
        if circles[i].layer > firstLayer + 1 { break }
        var j = circles.count - 1
        while j > i, circles[j].layer >= lastLayer - 1 {
          // Two pairs at once; a pair left over stands twice.
          let other = j - 1 > i && circles[j - 1].layer >= lastLayer - 1 ? j - 1 : j
          let (first, second) = (circles[j], circles[other])
          j = other - 1
          let lines = Lines(tangentTo: circles[i], first, second, bendPerSine: isBent ? 1 / radius : 0)
          if lines.usable == 0 { continue }
          let scores = lines.scores(circles, layers: layers, above: score)
          for lane in 0..<8 where scores[lane] > score && lines.usable >> UInt32(lane) & 1 == 1 {
            score = scores[lane]
            best = lines[lane]
          }
          left -= lines.usable == 255 ? 8 : 4
          if score > enough || left <= 0 { return }
        }
      }
    }
  }

  private init(offset: Float, slope: Float, bend: Float, cosine: Float) {
    self.offset = offset
    self.slope = slope
    self.bend = bend
    self.cosine = cosine
  }

  /// The lines tangent to one circle and each of two others, one for each choice of sides, in the lanes of vectors.
  private struct Lines {
    typealias Lanes = SIMD8<Float>

    var offset = Lanes.zero
    var slope: Lanes
    var bend = Lanes.zero
    var cosine = Lanes(repeating: 1)
    /// The lanes whose circles are far enough apart and not too steep, also as one bit each.
    var isUsable: SIMDMask<SIMD8<Int32>>
    var usable: UInt32

    @inline(__always) private static var firstSides: Lanes { Lanes(1, -1, 1, -1, 1, -1, 1, -1) }
    @inline(__always) private static var secondSides: Lanes { Lanes(1, 1, -1, -1, 1, 1, -1, -1) }
    @inline(__always) private static var firstPair: SIMDMask<SIMD8<Int32>> { SIMD8(0, 0, 0, 0, 1, 1, 1, 1) .< 1 }

    /// - Parameter bendPerSine: half the curvature over the sine of the angle to the radius: 1/R for tracks from the origin,
    ///   whose angle is asin(omega R / 2); 0 for straight ones.
    @inline(__always)
    init(tangentTo inner: Circle, _ first: Circle, _ second: Circle, bendPerSine: Float) {
      let along = Lanes(repeating: second.along).replacing(with: first.along, where: Lines.firstPair)
      let across = Lanes(repeating: second.across).replacing(with: first.across, where: Lines.firstPair)
      let outerRadius =
        Lanes(repeating: second.radius).replacing(with: first.radius, where: Lines.firstPair) * Lines.secondSides
      let innerRadius: Lanes = inner.radius * Lines.firstSides
      let lever: Lanes = along - inner.along
      let inverse: Lanes = 1 / lever
      slope = (across - inner.across) * inverse
      isUsable = (lever .>= 2) .& (slope.magnitudes .<= steepest)
      usable = isUsable.bits
      if usable == 0 { return }
      // The slope enters the tangent points and the bend, so twice.
      for _ in 0..<2 {
        let square: Lanes = 1 + slope * slope
        let secant = square.squareRoot()
        cosine = secant / square
        bend = slope * square * bendPerSine
        let a: Lanes = inner.across + innerRadius * secant - bend * (inner.along * inner.along)
        let b: Lanes = across + outerRadius * secant - bend * (along * along)
        slope = (b - a) * inverse
        offset = a - slope * inner.along
      }
    }

    /// Layers that agree with each line, minus a little for their distances; 0 if they are too few.
    /// - Parameters:
    ///   - layers: with a hit.
    ///   - least: only scores above it are of interest.
    @inline(__always)
    func scores(_ circles: borrowing Span<Circle>, layers: Float, above least: Float) -> Lanes {
      var mask = SIMD8<Int32>.zero
      var cost = Lanes.zero
      // Layers that a line may miss and still be of interest: most lines are given up before they have seen all circles.
      let mostMissed = layers - least.rounded(.down) - 1
      var missed = Lanes(repeating: 100).replacing(with: 0, where: isUsable)
      var layer = circles[0].layer
      for k in 0..<circles.count {
        let circle = circles[k]
        if circle.layer != layer {
          let isMissed = mask.isDisjoint(with: SIMD8<Int32>(repeating: 1 << (layer & 31)))
          missed += Lanes.zero.replacing(with: 1, where: isMissed)
          if (missed .> mostMissed).isAll { return Lanes.zero }
          layer = circle.layer
        }
        let across: Lanes = (offset + circle.along * (slope + bend * circle.along) - circle.across) * cosine
        let away: Lanes = across.magnitudes - circle.radius
        let square: Lanes = away * away
        let bit = SIMD8<Int32>(repeating: 1 << (circle.layer & 31))
        let isOn = square .< SegmentLine.tolerance * SegmentLine.tolerance
        cost += Lanes.zero.replacing(with: square, where: isOn .& mask.isDisjoint(with: bit))
        mask |= bit.kept(where: isOn)
      }
      var result = Lanes.zero
      for lane in 0..<8 {
        let layers = mask[lane].nonzeroBitCount
        if layers < SegmentLine.fewestLayers || Float(layers) <= least { continue }
        result[lane] = Float(layers) - cost[lane] * (0.1 / (SegmentLine.tolerance * SegmentLine.tolerance))
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
