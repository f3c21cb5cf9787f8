import Detector

/// The three-dimensional track fit: gives two-dimensional tracks their stereo segments, and fits z along their arc.
///
/// A stereo wire is inclined, so that the azimuth at which the finder's circle passes its radius says at which z the
/// particle crossed it; where the side is known, the drift distance says it better. Segments that the circle crosses between
/// the ends of their wires are candidates. Of these, at most one from each super-layer, the set on a straight line in
/// (arc, z) with the most super-layers, and of several the straightest, belongs to the track. The line through these
/// points, each weighted with the error of its drift distance and of the circle's azimuth, gives z at the origin and the
/// cotangent of the polar angle. The circle is the finder's and is not fitted again, as in the experiment.
///
/// Source: `Documentation/level1.md`, section "Drift chamber".
package final class StereoFitter {
  private let geometry: SegmentGeometry
  private let drift: DriftRelation

  /// A segment that a track may have: point on the track's arc and its z.
  private struct Candidate {
    var entry = 0
    var arc = 0.0
    var z = 0.0
    /// Inverse square of the error of z, 1/cm2.
    var weight = 0.0
  }

  /// A straight line z = z0 + cotTheta * arc.
  private struct Line {
    var z0 = 0.0
    var cotTheta = 0.0
    var deviation = 0.0
  }

  /// Candidates of the four stereo super-layers, ``mostCandidates`` each.
  private let candidates = ScratchBuffer(repeating: Candidate(), count: 4 * mostCandidates)
  private var counts = SIMD4<Int>()

  private static let mostCandidates = 8
  /// Errors of a segment's position across the wire in cm: with drift distance, and without in units of the cell width.
  private static let sidedError = 0.12
  private static let unsidedError = 0.29
  /// Squared error of the finder's azimuth, rad2: 10 mrad.
  private static let azimuthVariance = 1e-4
  /// Cotangents of the polar angle that tracks through the chamber have: 17 to 150 degrees, and a margin.
  private static let cotangents = -2.0...3.4
  /// Furthest that a candidate may be from the line of others, in standard deviations squared.
  private static let furthest = 16.0
  /// Range beyond the ends of the wires in which a crossing is accepted, cm.
  private static let overhang = 10.0

  package init(_ chamber: DriftChamber) {
    geometry = SegmentGeometry(chamber)
    drift = chamber.drift
  }

  /// Attaches and fits all tracks of an event.
  ///
  /// - Parameter eventTime: time of the event in drift-time counts, from the drift chamber.
  package func fit(_ segments: borrowing TrackSegments, eventTime: Int16, into tracks: inout DriftChamberTracks) {
    for index in 0..<tracks.count {
      let circle = TrackCircle(phi0: Double(tracks.phi0[index]), omega: Double(tracks.omega[index]))
      collect(along: circle, segments, eventTime)
      let chosen = choose()
      attach(chosen, to: index, segments, &tracks)
    }
  }

  /// Distance of the particle from the priority wire of a segment towards larger azimuth, and its squared error, cm.
  private func displacement(
    _ entry: Int, of wire: PriorityWire, _ segments: borrowing TrackSegments, _ eventTime: Int16
  ) -> (distance: Double, variance: Double) {
    let side = segments.side[entry]
    guard side != SegmentSide.undetermined.rawValue else {
      let error = Self.unsidedError * wire.radius * wire.cellAngle
      return (0, error * error)
    }
    let time = Double(Int32(segments.time[entry]) - Int32(eventTime)) / drift.countsPerNanosecond
    let distance = drift.distance(time: time, layer: wire.layer)
    return (side == SegmentSide.left.rawValue ? distance : -distance, Self.sidedError * Self.sidedError)
  }

  /// Collects the stereo segments that the circle crosses between the ends of their wires.
  private func collect(along circle: TrackCircle, _ segments: borrowing TrackSegments, _ eventTime: Int16) {
    for stereo in 0..<4 {
      let superLayer = SegmentGeometry.stereoSuperLayers[stereo]
      counts[stereo] = 0
      let range = segments.superLayerStart[superLayer]..<segments.superLayerStart[superLayer + 1]
      guard !range.isEmpty else { continue }
      let typical = geometry.wire(superLayer: superLayer, priority: SegmentPriority.first.rawValue)
      guard let passage = circle.crossing(radius: typical.radius) else { continue }
      let reach = abs(typical.halfTwist) + 2 * typical.cellAngle
      for entry in range {
        let number = Int(segments.number[entry]) - geometry.firstSegment[superLayer]
        // Most segments are elsewhere in azimuth.
        guard abs(wrapped(passage.azimuth - typical.azimuth(ofSegment: number))) < reach else { continue }
        consider(entry, segment: number, superLayer: superLayer, circle, segments, eventTime, stereo)
        if counts[stereo] == Self.mostCandidates { break }
      }
    }
  }

  private func consider(
    _ entry: Int, segment: Int, superLayer: Int, _ circle: TrackCircle, _ segments: borrowing TrackSegments,
    _ eventTime: Int16, _ stereo: Int
  ) {
    let wire = geometry.wire(superLayer: superLayer, priority: segments.priority[entry])
    guard let passage = circle.crossing(radius: wire.radius) else { return }
    let (distance, variance) = displacement(entry, of: wire, segments, eventTime)
    let lever = wire.radius * passage.cosine
    var turn = wrapped(passage.azimuth - wire.azimuth(ofSegment: segment)) - distance / lever
    // Away from its middle the wire stands further out, where the circle has turned on.
    let outwards = turn * turn / 2
    turn -= passage.sine / passage.cosine * outwards
    let fromMiddle = wire.zPerTangent * (turn + turn * turn * turn / 3)
    let halfLength = abs(wire.zPerTangent * wire.halfTwist)
    guard abs(fromMiddle) < halfLength + Self.overhang else { return }
    let place = stereo * Self.mostCandidates + counts[stereo]
    candidates.elements[place] = Candidate(
      entry: entry, arc: passage.arc + wire.radius / passage.cosine * outwards, z: wire.middleZ + fromMiddle,
      weight: 1 / (wire.zPerTangent * wire.zPerTangent * (variance / (lever * lever) + Self.azimuthVariance)))
    counts[stereo] += 1
  }

  /// Candidates on a common line, an index into `candidates` for each stereo super-layer, -1 for none, and the line.
  private struct Choice {
    var places = SIMD4<Int>(repeating: -1)
    var superLayers = 0
    var line = Line()
  }

  /// Pairs of stereo super-layers to draw lines through: every set of three has one of the first three.
  private static let pairs: InlineArray<6, (Int, Int)> = [(0, 3), (0, 2), (1, 3), (1, 2), (0, 1), (2, 3)]

  /// The best set of candidates: most super-layers first, then smallest deviation from a straight line.
  private func choose() -> Choice {
    var best = Choice()
    for number in 0..<6 {
      let pair = Self.pairs[number]
      // Short levers only where nothing else is left.
      if number >= 3 && best.superLayers >= 2 { break }
      for inner in 0..<counts[pair.0] {
        for outer in 0..<counts[pair.1] {
          let first = pair.0 * Self.mostCandidates + inner
          let last = pair.1 * Self.mostCandidates + outer
          consider(first, last, pair, &best)
        }
      }
    }
    return best
  }

  /// Draws a line through two candidates, takes the nearest of the other super-layers, and fits.
  private func consider(_ first: Int, _ last: Int, _ pair: (Int, Int), _ best: inout Choice) {
    let all = candidates.elements
    let cotTheta = (all[last].z - all[first].z) / (all[last].arc - all[first].arc)
    guard Self.cotangents.contains(cotTheta) else { return }
    var choice = Choice()
    choice.places[pair.0] = first
    choice.places[pair.1] = last
    choice.superLayers = 2
    for other in 0..<4 where other != pair.0 && other != pair.1 {
      var nearest = Self.furthest
      for place in (other * Self.mostCandidates)..<(other * Self.mostCandidates + counts[other]) {
        let deviation = all[place].z - all[first].z - cotTheta * (all[place].arc - all[first].arc)
        let squared = deviation * deviation * all[place].weight
        if squared < nearest {
          if choice.places[other] < 0 { choice.superLayers += 1 }
          choice.places[other] = place
          nearest = squared
        }
      }
    }
    guard choice.superLayers >= best.superLayers else { return }
    choice.line = line(through: choice.places)
    if choice.superLayers > best.superLayers || isBetter(choice, best) { best = choice }
  }

  /// Of lines through as many super-layers the straighter one; two points are always on a line: the one from nearer the origin.
  private func isBetter(_ one: Choice, _ other: Choice) -> Bool {
    one.superLayers > 2
      ? one.line.deviation < other.line.deviation : abs(one.line.z0) < abs(other.line.z0)
  }

  private func line(through places: SIMD4<Int>) -> Line {
    let all = candidates.elements
    var sum0 = 0.0
    var sum1 = 0.0
    var sum2 = 0.0
    var value0 = 0.0
    var value1 = 0.0
    for stereo in 0..<4 where places[stereo] >= 0 {
      let point = all[places[stereo]]
      sum0 += point.weight
      sum1 += point.weight * point.arc
      sum2 += point.weight * point.arc * point.arc
      value0 += point.weight * point.z
      value1 += point.weight * point.arc * point.z
    }
    let determinant = sum0 * sum2 - sum1 * sum1
    var line = Line()
    line.z0 = (sum2 * value0 - sum1 * value1) / determinant
    line.cotTheta = (sum0 * value1 - sum1 * value0) / determinant
    for stereo in 0..<4 where places[stereo] >= 0 {
      let point = all[places[stereo]]
      let deviation = point.z - line.z0 - line.cotTheta * point.arc
      line.deviation += deviation * deviation * point.weight
    }
    return line
  }

  private func attach(
    _ choice: Choice, to index: Int, _ segments: borrowing TrackSegments, _ tracks: inout DriftChamberTracks
  ) {
    for stereo in 0..<4 where choice.places[stereo] >= 0 {
      let superLayer = SegmentGeometry.stereoSuperLayers[stereo]
      let entry = candidates.elements[choice.places[stereo]].entry
      tracks.superLayers[index] |= 1 << UInt16(superLayer)
      tracks.entries[index * 9 + superLayer] = Int16(entry)
      tracks.segments[index * 9 + superLayer] = Int16(segments.number[entry])
    }
    let isFitted = choice.superLayers >= 2
    tracks.z0[index] = isFitted ? Float(choice.line.z0) : .nan
    tracks.cotTheta[index] = isFitted ? Float(choice.line.cotTheta) : .nan
  }
}
