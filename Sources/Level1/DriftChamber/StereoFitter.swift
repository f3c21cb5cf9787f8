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
  /// Of each stereo super-layer the wires of first, second left and second right priority.
  private let wires: ScratchBuffer<StereoWires>
  private let distances: DriftDistances
  private let firstSegment: [Int]
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
  /// Range beyond the ends of the wires in which a crossing is accepted, cm.
  private static let overhang = 10.0

  package init(_ chamber: DriftChamber) {
    let geometry = SegmentGeometry(chamber)
    let wires = SegmentGeometry.stereoSuperLayers.map { StereoWires(geometry, superLayer: $0) }
    self.wires = ScratchBuffer(wires)
    distances = DriftDistances(chamber.drift, layers: wires.flatMap { [$0.first.layer, $0.secondLeft.layer] })
    firstSegment = geometry.firstSegment
    for superLayer in SegmentGeometry.stereoSuperLayers {
      let count = geometry.segmentCount[superLayer]
      for segment in 0..<count {
        units.elements[firstSegment[superLayer] + segment] = UInt8(segment * SegmentDirectory.units / count)
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
      let circle = TrackCircle(phi0: Double(tracks.phi0[index]), omega: Double(tracks.omega[index]))
      for stereo in 0..<4 { collect(stereo, along: circle, segments, eventTime) }
      let chosen = choose()
      attach(chosen, to: index, segments, &tracks)
    }
  }

  /// Collects the segments of a stereo super-layer that the circle crosses between the ends of their wires.
  private func collect(
    _ stereo: Int, along circle: TrackCircle, _ segments: borrowing TrackSegments, _ eventTime: Int16
  ) {
    counts.elements[stereo] = 0
    let superLayer = SegmentGeometry.stereoSuperLayers[stereo]
    guard segments.superLayerStart[superLayer] < segments.superLayerStart[superLayer + 1] else { return }
    let wires = self.wires.elements[stereo]
    guard let crossing = circle.crossing(radius: wires.first.radius) else { return }
    let first = StereoPassage(crossing, wires.first)
    var second: StereoPassage?
    // Most segments are elsewhere in azimuth.
    let (before, behind) = directory.entries(superLayer, units: wires.units(near: crossing.azimuth))
    let parts: InlineArray<2, Range<Int>> = [before, behind]
    for part in 0..<2 {
      for entry in parts[part] {
        let segment = Int(segments.number[entry]) - firstSegment[superLayer]
        guard abs(wrapped(crossing.azimuth - wires.first.azimuth(ofSegment: segment))) < wires.reach else { continue }
        let priority = segments.priority[entry]
        if priority == SegmentPriority.first.rawValue {
          consider(entry, segment, wires.first, first, segments, eventTime, stereo, 0)
        } else {
          if second == nil {
            second = circle.crossing(radius: wires.secondLeft.radius).map { StereoPassage($0, wires.secondLeft) }
          }
          guard let second else { continue }
          let wire = priority == SegmentPriority.secondLeft.rawValue ? wires.secondLeft : wires.secondRight
          consider(entry, segment, wire, second, segments, eventTime, stereo, 1)
        }
        if counts.elements[stereo] == Self.mostCandidates { return }
      }
    }
  }

  @inline(__always)
  private func consider(
    _ entry: Int, _ segment: Int, _ wire: PriorityWire, _ passage: StereoPassage,
    _ segments: borrowing TrackSegments, _ eventTime: Int16, _ stereo: Int, _ row: Int
  ) {
    // Distance of the particle from the wire towards larger azimuth, if the side is known.
    let side = segments.side[entry]
    let isSided = side != SegmentSide.undetermined.rawValue
    var distance = 0.0
    if isSided {
      distance = distances.distance(
        layer: 2 * stereo + row, counts: Int32(segments.time[entry]) - Int32(eventTime))
      if side != SegmentSide.left.rawValue { distance = -distance }
    }
    var turn = wrapped(passage.azimuth - wire.azimuth(ofSegment: segment)) - distance / passage.lever
    // Away from its middle the wire stands further out, where the circle has turned on.
    let outwards = turn * turn / 2
    turn -= passage.slope * outwards
    let fromMiddle = wire.zPerTangent * (turn + turn * turn * turn / 3)
    let halfLength = abs(wire.zPerTangent * wire.halfTwist)
    guard abs(fromMiddle) < halfLength + Self.overhang else { return }
    let place = stereo * Self.mostCandidates + counts.elements[stereo]
    entries.elements[place] = entry
    arcs.elements[place] = passage.arc + passage.arcPerOutwards * outwards
    heights.elements[place] = wire.middleZ + fromMiddle
    weights.elements[place] = isSided ? passage.sidedWeight : passage.unsidedWeight
    counts.elements[stereo] += 1
  }

  /// Candidates on a common line, their places by stereo super-layer, -1 where there is none, and the line.
  private struct Choice {
    var places = InlineArray<4, Int>(repeating: -1)
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
      for inner in 0..<counts.elements[pair.0] {
        for outer in 0..<counts.elements[pair.1] {
          consider(pair.0 * Self.mostCandidates + inner, pair.1 * Self.mostCandidates + outer, pair, &best)
        }
      }
    }
    return best
  }

  /// Draws a line through two candidates, takes the nearest of the other super-layers, and fits.
  private func consider(_ inner: Int, _ outer: Int, _ pair: (Int, Int), _ best: inout Choice) {
    let arcs = self.arcs.elements
    let heights = self.heights.elements
    let arc = arcs[inner]
    let height = heights[inner]
    let cotTheta = (heights[outer] - height) / (arcs[outer] - arc)
    guard Self.cotangents.contains(cotTheta) else { return }
    var choice = Choice()
    choice.places[pair.0] = inner
    choice.places[pair.1] = outer
    choice.superLayers = 2
    for other in 0..<4 where other != pair.0 && other != pair.1 {
      let first = other * Self.mostCandidates
      var nearest = Self.furthest
      var place = -1
      for candidate in first..<(first + counts.elements[other]) {
        let deviation: Double = heights[candidate] - height - cotTheta * (arcs[candidate] - arc)
        let squared: Double = deviation * deviation * weights.elements[candidate]
        place = squared < nearest ? candidate : place
        nearest = squared < nearest ? squared : nearest
      }
      choice.places[other] = place
      choice.superLayers += place >= 0 ? 1 : 0
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
