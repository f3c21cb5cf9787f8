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
  /// The wires of first, second left and second right priority of the four stereo super-layers.
  private let wires: ScratchBuffer<StereoWire>
  /// Largest azimuth between the middle of a wire of first priority and a crossing that can belong to it, rad, by super-layer.
  private let reaches: ScratchBuffer<Double>
  private let passages: StereoPassages
  private let distances: DriftDistances
  /// Numbers of the super-layers' first segments.
  private let firstSegments: ScratchBuffer<Int>
  /// Unit of each segment in the ``SegmentDirectory``.
  private let units = ScratchBuffer<UInt8>(repeating: 0, count: TrackSegments.total)
  private let directory = SegmentDirectory()

  /// A straight line z = z0 + cotTheta * arc.
  private struct Line {
    var z0 = 0.0
    var cotTheta = 0.0
    var deviation = 0.0
  }

  /// The candidates, segments that a track may have, of the four stereo super-layers, eight places each: entry in the event's list,
  /// point on the track's arc, its z, and the inverse square of the error of z, 1/cm2.
  private let entries = ScratchBuffer(repeating: 0, count: 4 * mostCandidates)
  private let arcs = ScratchBuffer(repeating: 0.0, count: 4 * mostCandidates)
  private let heights = ScratchBuffer(repeating: 0.0, count: 4 * mostCandidates)
  private let weights = ScratchBuffer(repeating: 0.0, count: 4 * mostCandidates)
  private let counts = ScratchBuffer(repeating: 0, count: 4)

  private static let mostCandidates = 8
  /// Cotangents of the polar angle that tracks through the chamber have: 17 to 150 degrees, and a margin.
  private static let cotangents = -2.0...3.4
  /// Furthest that a candidate may be from the line of others, in standard deviations squared.
  private static let furthest = 16.0

  package init(_ chamber: DriftChamber) {
    let geometry = SegmentGeometry(chamber)
    func wires(_ priority: SegmentPriority) -> [PriorityWire] {
      SegmentGeometry.stereoSuperLayers.map { geometry.wire(superLayer: $0, priority: priority.rawValue) }
    }
    let (first, left, right) = (wires(.first), wires(.secondLeft), wires(.secondRight))
    self.wires = ScratchBuffer(
      (0..<4).flatMap { [StereoWire(first[$0]), StereoWire(left[$0]), StereoWire(right[$0])] })
    reaches = ScratchBuffer(first.map { abs($0.halfTwist) + 2 * $0.cellAngle })
    passages = StereoPassages(first: first, second: left)
    distances = DriftDistances(chamber.drift, layers: (0..<4).flatMap { [first[$0].layer, left[$0].layer] })
    firstSegments = ScratchBuffer(SegmentGeometry.stereoSuperLayers.map { geometry.firstSegment[$0] })
    for superLayer in SegmentGeometry.stereoSuperLayers {
      let count = geometry.segmentCount[superLayer]
      for segment in 0..<count {
        units.elements[geometry.firstSegment[superLayer] + segment] = UInt8(segment * SegmentDirectory.units / count)
      }
    }
  }

  /// Attaches and fits all tracks of an event.
  ///
  /// - Parameter eventTime: time of the event in drift-time counts, from the drift chamber.
  package func fit(_ segments: borrowing TrackSegments, eventTime: Int16, into tracks: inout DriftChamberTracks) {
    guard tracks.count > 0 else { return }
    for superLayer in SegmentGeometry.stereoSuperLayers {
      let range = segments.superLayerStart[superLayer]..<segments.superLayerStart[superLayer + 1]
      directory.begin(superLayer, at: range.lowerBound)
      for entry in range { directory.enter(entry, unit: Int(units.elements[Int(segments.number[entry])])) }
      directory.end()
    }
    for index in 0..<tracks.count {
      passages.find(TrackCircle(phi0: Double(tracks.phi0[index]), omega: Double(tracks.omega[index])))
      for stereo in 0..<4 { collect(stereo, segments, eventTime) }
      let chosen = choose()
      attach(chosen, to: index, segments, &tracks)
    }
  }

  /// Collects the segments of a stereo super-layer that the circle crosses between the ends of their wires.
  private func collect(_ stereo: Int, _ segments: borrowing TrackSegments, _ eventTime: Int16) {
    counts.elements[stereo] = 0
    let azimuth = passages[.azimuth, stereo, 0]
    guard azimuth.isFinite else { return }
    let wire = wires.elements[3 * stereo]
    let reach = reaches.elements[stereo]
    let (before, behind) = directory.entries(
      SegmentGeometry.stereoSuperLayers[stereo], units: Self.units(near: azimuth, reach, wire))
    let parts: InlineArray<2, Range<Int>> = [before, behind]
    for part in 0..<2 {
      for entry in parts[part] {
        let segment = Int(segments.number[entry]) - firstSegments.elements[stereo]
        guard abs(wrapped(azimuth - wire.azimuth(ofSegment: segment))) < reach else { continue }
        consider(entry, segment, stereo, segments, eventTime)
        if counts.elements[stereo] == Self.mostCandidates { return }
      }
    }
  }

  /// The units of a turn with all segments whose middle is within reach of an azimuth; may reach beyond the seam.
  @inline(__always)
  private static func units(near azimuth: Double, _ reach: Double, _ wire: StereoWire) -> ClosedRange<Int> {
    let perRadian = Double(SegmentDirectory.units) / (2 * Double.pi)
    // A cell of margin: the exact question is asked segment by segment.
    let margin = reach + wire.cellAngle
    let middle = azimuth - wire.firstAzimuth
    return Int(((middle - margin) * perRadian).rounded(.down))...Int(((middle + margin) * perRadian).rounded(.down))
  }

  /// Makes a segment a candidate if the circle crosses its wire. Side and priority are looked up and not branched on.
  @inline(__always)
  private func consider(
    _ entry: Int, _ segment: Int, _ stereo: Int, _ segments: borrowing TrackSegments, _ eventTime: Int16
  ) {
    let priority = Int(segments.priority[entry])
    let row = priority == Int(SegmentPriority.first.rawValue) ? 0 : 1
    let side = Int(segments.side[entry])
    let wire = wires.elements[3 * stereo + priority - 1]
    // Distance of the particle from the wire towards larger azimuth, 0 if the side is not known.
    let distance: Double =
      distances.distance(layer: 2 * stereo + row, counts: Int32(segments.time[entry]) - Int32(eventTime))
      * Self.signs[side]
    var turn: Double =
      wrapped(passages[.azimuth, stereo, row] - wire.azimuth(ofSegment: segment))
      - distance / passages[.lever, stereo, row]
    // Away from its middle the wire stands further out, where the circle has turned on.
    let outwards = turn * turn / 2
    turn -= passages[.slope, stereo, row] * outwards
    let fromMiddle = wire.zPerTangent * (turn + turn * turn * turn / 3)
    guard abs(fromMiddle) < wire.largestZ else { return }
    let place = stereo * Self.mostCandidates + counts.elements[stereo]
    entries.elements[place] = entry
    arcs.elements[place] = passages[.arc, stereo, row] + passages[.arcPerOutwards, stereo, row] * outwards
    heights.elements[place] = wire.middleZ + fromMiddle
    weights.elements[place] = passages[Self.weights[side], stereo, row]
    counts.elements[stereo] += 1
  }

  /// Sign of the distance and the weight by the raw value of ``SegmentSide``: right, left, undetermined.
  private static let signs: InlineArray<4, Double> = [0, -1, 1, 0]
  private static let weights: InlineArray<4, StereoPassages.Field> = [
    .unsidedWeight, .sidedWeight, .sidedWeight, .unsidedWeight,
  ]

  /// Candidates on a common line, their places by stereo super-layer, -1 where there is none, and the line.
  private struct Choice {
    var places = InlineArray<4, Int>(repeating: -1)
    var superLayers = 0
    var line = Line()
  }

  /// Pairs of stereo super-layers to draw lines through, and the two others: every set of three has one of the first three.
  private static let pairs: InlineArray<6, SIMD4<Int>> = [
    [0, 3, 1, 2], [0, 2, 1, 3], [1, 3, 0, 2], [1, 2, 0, 3], [0, 1, 2, 3], [2, 3, 0, 1],
  ]

  /// The best set of candidates: most super-layers first, then smallest deviation from a straight line.
  private func choose() -> Choice {
    var best = Choice()
    for number in 0..<6 {
      let pair = Self.pairs[number]
      // Short levers only where nothing else is left.
      if number >= 3 && best.superLayers >= 2 { break }
      let inner = pair.x * Self.mostCandidates
      let outer = pair.y * Self.mostCandidates
      for first in inner..<(inner + counts.elements[pair.x]) {
        for last in outer..<(outer + counts.elements[pair.y]) { consider(first, last, pair, &best) }
      }
    }
    return best
  }

  /// Draws a line through two candidates, takes the nearest of the other super-layers, and fits.
  private func consider(_ first: Int, _ last: Int, _ pair: SIMD4<Int>, _ best: inout Choice) {
    let arc = arcs.elements[first]
    let height = heights.elements[first]
    let cotTheta = (heights.elements[last] - height) / (arcs.elements[last] - arc)
    guard Self.cotangents.contains(cotTheta) else { return }
    let third = nearest(to: Line(z0: height, cotTheta: cotTheta), from: arc, of: pair.z)
    let found = third >= 0 ? 3 : 2
    // With the last super-layer it would still be a smaller set.
    if found + 1 < best.superLayers { return }
    let fourth = nearest(to: Line(z0: height, cotTheta: cotTheta), from: arc, of: pair.w)
    var choice = Choice()
    choice.superLayers = found + (fourth >= 0 ? 1 : 0)
    guard choice.superLayers >= best.superLayers else { return }
    choice.places[pair.x] = first
    choice.places[pair.y] = last
    choice.places[pair.z] = third
    choice.places[pair.w] = fourth
    // Other pairs of a set lead to it again.
    if isSameSet(choice, best) { return }
    choice.line = line(through: choice.places)
    if choice.superLayers > best.superLayers || isBetter(choice, best) { best = choice }
  }

  /// The candidate of a super-layer nearest to a line in deviations, z0 being its height at an arc; -1 if all are too far.
  @inline(__always)
  private func nearest(to line: Line, from arc: Double, of stereo: Int) -> Int {
    let first = stereo * Self.mostCandidates
    var nearest = Self.furthest
    var place = -1
    for candidate in first..<(first + counts.elements[stereo]) {
      let deviation: Double =
        heights.elements[candidate] - line.z0 - line.cotTheta * (arcs.elements[candidate] - arc)
      let squared: Double = deviation * deviation * weights.elements[candidate]
      place = squared < nearest ? candidate : place
      nearest = squared < nearest ? squared : nearest
    }
    return place
  }

  private func isSameSet(_ one: Choice, _ other: Choice) -> Bool {
    (0..<4).allSatisfy { one.places[$0] == other.places[$0] }
  }

  /// Of lines through as many super-layers the straighter one; two points are always on a line: the one from nearer the origin.
  private func isBetter(_ one: Choice, _ other: Choice) -> Bool {
    one.superLayers > 2
      ? one.line.deviation < other.line.deviation : abs(one.line.z0) < abs(other.line.z0)
  }

  private func line(through places: InlineArray<4, Int>) -> Line {
    let arcs = self.arcs.elements
    let heights = self.heights.elements
    let weights = self.weights.elements
    var sum0 = 0.0
    var sum1 = 0.0
    var sum2 = 0.0
    var value0 = 0.0
    var value1 = 0.0
    for stereo in 0..<4 where places[stereo] >= 0 {
      let place = places[stereo]
      sum0 += weights[place]
      sum1 += weights[place] * arcs[place]
      sum2 += weights[place] * arcs[place] * arcs[place]
      value0 += weights[place] * heights[place]
      value1 += weights[place] * arcs[place] * heights[place]
    }
    let determinant = sum0 * sum2 - sum1 * sum1
    var line = Line()
    line.z0 = (sum2 * value0 - sum1 * value1) / determinant
    line.cotTheta = (sum0 * value1 - sum1 * value0) / determinant
    for stereo in 0..<4 where places[stereo] >= 0 {
      let place = places[stereo]
      let deviation: Double = heights[place] - line.z0 - line.cotTheta * arcs[place]
      line.deviation += deviation * deviation * weights[place]
    }
    return line
  }

  private func attach(
    _ choice: Choice, to index: Int, _ segments: borrowing TrackSegments, _ tracks: inout DriftChamberTracks
  ) {
    for stereo in 0..<4 where choice.places[stereo] >= 0 {
      let superLayer = SegmentGeometry.stereoSuperLayers[stereo]
      let entry = entries.elements[choice.places[stereo]]
      tracks.superLayers[index] |= 1 << UInt16(superLayer)
      tracks.entries[index * 9 + superLayer] = Int16(entry)
      tracks.segments[index * 9 + superLayer] = Int16(segments.number[entry])
    }
    let isFitted = choice.superLayers >= 2
    tracks.z0[index] = isFitted ? Float(choice.line.z0) : .nan
    tracks.cotTheta[index] = isFitted ? Float(choice.line.cotTheta) : .nan
  }
}
