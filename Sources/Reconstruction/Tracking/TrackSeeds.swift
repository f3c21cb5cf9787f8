import Kinematics

/// Circles to start fits from, made of axial segments.
struct TrackSeeds {
  /// A circle and the segments it goes through.
  struct Seed {
    var state: HelixState
    /// Segment of each axial super-layer, -1 for none.
    var segments: SIMD8<Int32>
    var superLayers: Int
    /// Sum of squared deviations in units of the tolerances: smaller is better.
    var deviation: Double
  }

  private(set) var seeds: [Seed] = []

  /// Largest difference between the direction of a segment and that of the circle, rad.
  private static let angleTolerance = 0.10
  /// Cosine of twice that: what two segments may differ by; and of the steepest angle to their chord, 1.3 rad.
  private static let cosineOfDifference = 0.9800665778
  private static let cosineOfSteepest = 0.2674988286
  /// Largest distance of a further segment from the circle, cm.
  private static let distanceTolerance = 0.4
  /// Tightest circle, 1/cm: a transverse momentum of 80 MeV.
  private static let largestCurvature = 0.056

  /// The circle through three points in order of flight.
  /// - Returns: nil for points that stand on each other.
  static func circle(
    _ ax: Double, _ ay: Double, _ bx: Double, _ by: Double, _ cx: Double, _ cy: Double
  ) -> (state: HelixState, directions: (Double, Double, Double))? {
    let abx = bx - ax
    let aby = by - ay
    let bcx = cx - bx
    let bcy = cy - by
    let ab = (abx * abx + aby * aby).squareRoot()
    let bc = (bcx * bcx + bcy * bcy).squareRoot()
    let ac = ((cx - ax) * (cx - ax) + (cy - ay) * (cy - ay)).squareRoot()
    guard ab > 1e-3, bc > 1e-3, ac > 1e-3 else { return nil }
    let omega = -2 * (abx * bcy - aby * bcx) / (ab * bc * ac)
    let sineAB = 0.5 * omega * ab
    let sineBC = 0.5 * omega * bc
    guard abs(sineAB) < 0.95, abs(sineBC) < 0.95 else { return nil }
    let halfAB = PortableAngles.arcSine(sineAB)
    let halfBC = PortableAngles.arcSine(sineBC)
    let chord = PortableAngles.azimuth(y: aby, x: abx)
    let atB = chord - halfAB
    guard let state = perigee(x: bx, y: by, direction: atB, omega: omega) else { return nil }
    return (state, (chord + halfAB, atB, atB - 2 * halfBC))
  }

  /// The circle through two segments that lies best along their directions.
  ///
  /// With nothing but two outer super-layers a particle may have been born anywhere before them.
  /// - Returns: nil if no circle does.
  private static func circle(
    _ a: AxialSegments.Segment, _ b: AxialSegments.Segment
  ) -> (state: HelixState, deviation: Double)? {
    let x = b.x - a.x
    let y = b.y - a.y
    let length = (x * x + y * y).squareRoot()
    guard length > 1 else { return nil }
    let chord = PortableAngles.azimuth(y: y, x: x)
    let before = PortableAngles.wrapped(a.direction - chord)
    let after = PortableAngles.wrapped(chord - b.direction)
    let half = 0.5 * (before + after)
    let bend = before - after
    guard abs(half) < 1 else { return nil }
    let omega = 2 * PortableAngles.sineCosine(half).sine / length
    guard let state = perigee(x: b.x, y: b.y, direction: chord - half, omega: omega) else { return nil }
    return (state, bend * bend / (angleTolerance * angleTolerance))
  }

  /// The perigee of a circle given by a point, a direction and a curvature: V. Karimäki, NIM A305 (1991) 187.
  private static func perigee(x: Double, y: Double, direction: Double, omega: Double) -> HelixState? {
    let (sine, cosine) = PortableAngles.sineCosine(direction)
    let across = x * sine - y * cosine
    let a = 2 * across + omega * (x * x + y * y)
    let u = max(0, 1 + omega * a).squareRoot()
    guard u > 0.05 else { return nil }
    let phi0 = PortableAngles.azimuth(y: sine + omega * x, x: cosine - omega * y)
    return HelixState(d0: a / (1 + u), phi0: phi0, omega: omega, z0: 0, tanLambda: 0)
  }

  /// Makes seeds of pairs of segments in neighbouring outer super-layers, wherever they point to.
  mutating func makePairs(from found: borrowing AxialSegments) {
    seeds.removeAll(keepingCapacity: true)
    let segments = found.segments.span
    for inner in stride(from: 3, to: 0, by: -1) {
      for a in found.segments(axial: inner) {
        for b in found.segments(axial: inner + 1) {
          guard TrackSeeds.compatible(segments[a], segments[b]),
            let (state, deviation) = TrackSeeds.circle(segments[a], segments[b]), deviation < 0.2,
            abs(state.omega) < 0.03
          else { continue }
          var seed = Seed(state: state, segments: SIMD8<Int32>(repeating: -1), superLayers: 2, deviation: deviation)
          seed.segments[inner] = Int32(truncatingIfNeeded: a)
          seed.segments[inner + 1] = Int32(truncatingIfNeeded: b)
          seeds.append(seed)
        }
      }
    }
    seeds.sort { $0.deviation < $1.deviation }
  }

  /// Makes seeds of the segments found.
  /// - Parameter fromOrigin: also joins pairs of segments with the origin, for soft and forward tracks that cross two
  ///   axial super-layers only.
  mutating func make(from found: borrowing AxialSegments, table: borrowing WireTable, fromOrigin: Bool) {
    seeds.removeAll(keepingCapacity: true)
    let segments = found.segments.span
    if fromOrigin {
      for inner in 0..<2 {
        for a in found.segments(axial: inner) {
          for b in found.segments(axial: inner + 1) where TrackSeeds.compatible(segments[a], segments[b]) {
            consider(0, 0, nil, a, segments[a], b, segments[b], found)
          }
        }
      }
    } else {
      for inner in 0..<3 {
        for middle in (inner + 1)..<4 where middle - inner <= 2 {
          for a in found.segments(axial: inner) {
            for b in found.segments(axial: middle) {
              if !TrackSeeds.compatible(segments[a], segments[b]) { continue }
              for outer in (middle + 1)..<5 where outer - middle <= 2 {
                for c in found.segments(axial: outer) {
                  if !TrackSeeds.compatible(segments[b], segments[c]) { continue }
                  consider(segments[a].x, segments[a].y, a, b, segments[b], c, segments[c], found)
                }
              }
            }
          }
        }
      }
    }
    seeds.sort {
      $0.superLayers != $1.superLayers ? $0.superLayers > $1.superLayers : $0.deviation < $1.deviation
    }
  }

  /// Whether two segments can lie on a circle: the chord bisects their directions.
  @inline(__always)
  private static func compatible(_ a: AxialSegments.Segment, _ b: AxialSegments.Segment) -> Bool {
    let x = b.x - a.x
    let y = b.y - a.y
    let square = x * x + y * y
    // The chord's length times cosine and sine of the angles from chord to first and from second direction to chord.
    let cosineBefore = a.cosine * x + a.sine * y
    let cosineAfter = b.cosine * x + b.sine * y
    guard cosineBefore > 0, cosineAfter > 0, cosineBefore * cosineBefore > cosineOfSteepest * cosineOfSteepest * square,
      cosineAfter * cosineAfter > cosineOfSteepest * cosineOfSteepest * square
    else { return false }
    let sineBefore = a.sine * x - a.cosine * y
    let sineAfter = b.cosine * y - b.sine * x
    return cosineBefore * cosineAfter + sineBefore * sineAfter > cosineOfDifference * square
  }

  private mutating func consider(
    _ ax: Double, _ ay: Double, _ a: Int?, _ b: Int, _ second: AxialSegments.Segment, _ c: Int,
    _ third: AxialSegments.Segment, _ found: borrowing AxialSegments
  ) {
    guard let (state, directions) = TrackSeeds.circle(ax, ay, second.x, second.y, third.x, third.y),
      abs(state.omega) < TrackSeeds.largestCurvature
    else { return }
    let tolerance = TrackSeeds.angleTolerance
    let atB = PortableAngles.wrapped(second.direction - directions.1)
    let atC = PortableAngles.wrapped(third.direction - directions.2)
    var atA = 0.0
    if let a { atA = PortableAngles.wrapped(found.segments[a].direction - directions.0) }
    guard abs(atA) < tolerance, abs(atB) < tolerance, abs(atC) < tolerance else { return }
    var seed = Seed(
      state: state, segments: SIMD8<Int32>(repeating: -1), superLayers: a == nil ? 2 : 3,
      deviation: (atA * atA + atB * atB + atC * atC) / (tolerance * tolerance))
    if let a { seed.segments[found.segments[a].superLayer / 2] = Int32(a) }
    seed.segments[second.superLayer / 2] = Int32(b)
    seed.segments[third.superLayer / 2] = Int32(c)
    // Further segments near the circle make it more believable.
    for axial in 0..<5 where seed.segments[axial] < 0 {
      var best = Int32(-1)
      var bestDeviation = 2.0
      for index in found.segments(axial: axial) {
        let segment = found.segments[index]
        let radius = (segment.x * segment.x + segment.y * segment.y).squareRoot()
        let arc = state.arcLength(toRadius: radius)
        if !arc.isFinite { break }
        let point = state.point(at: arc)
        let dx = segment.x - point.x
        let dy = segment.y - point.y
        let away = (dx * dx + dy * dy) / (TrackSeeds.distanceTolerance * TrackSeeds.distanceTolerance)
        if away > 4 { continue }
        let turn = PortableAngles.wrapped(
          segment.direction - PortableAngles.azimuth(y: point.directionY, x: point.directionX))
        let deviation = 0.25 * away + turn * turn / (tolerance * tolerance)
        if deviation < bestDeviation {
          bestDeviation = deviation
          best = Int32(index)
        }
      }
      if best >= 0 {
        seed.segments[axial] = best
        seed.superLayers += 1
        seed.deviation += bestDeviation
      }
    }
    // A triple met again through other members of the same set of segments adds nothing.
    if let last = seeds.last, last.segments == seed.segments { return }
    seeds.append(seed)
  }
}
