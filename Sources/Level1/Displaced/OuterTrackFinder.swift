/// Finds tracks that begin behind the second axial super-layer: their vertex lies 40 to 60 cm from the beam line, and they leave
/// segments in super-layers 4, 6 and 8 only, one too few for a Hough plane.
///
/// Three segments always have a circle. What makes it a track: it is no softer than 0.35 GeV and passes within 40 cm of the beam line;
/// the stereo super-layers 5 and 7 have segments on it whose z lie on one line with the interaction point, within 40 cm; and
/// super-layers 0 and 2 have none where it passes, within 5 cm. Impact parameter and curvature are then known to 8 cm and 2.4e-3 /cm
/// only: such tracks count in pairs.
///
/// Events with more than ``mostSegments`` free segments in one of these super-layers are left alone. Source:
/// `Documentation/displaced-vertex-trigger.md`, section "Tracks that begin late".
final class OuterTrackFinder {
  /// Free segments of a super-layer above which an event is left alone.
  static let mostSegments = 24
  /// Largest curvature, 1/cm, and impact parameter, cm.
  static let largestCurvature = 0.013
  static let largestD0 = 40.0
  /// Cosine of the largest difference in azimuth between neighbouring axial super-layers: 0.6 rad.
  static let smallestCosine = 0.825
  /// Largest deviation in z of the stereo segments from a line to the interaction point, cm.
  static let largestDeviation = 40.0
  /// z that stereo segments can have, cm.
  static let reach: ClosedRange<Double> = -70...140
  /// How far from the circle segments of the inner super-layers forbid it, cm.
  static let innerDistance = 5.0

  private struct Place {
    var number = 0
    var direction = SIMD2<Double>.zero
    var radius = 1.0
  }

  private let table: SegmentDirections
  private let stereo: [StereoWires]
  private let places = ScratchBuffer(repeating: Place(), count: 5 * mostSegments)
  private var counts = InlineArray<5, Int>(repeating: 0)

  init(table: SegmentDirections, geometry: SegmentGeometry) {
    self.table = table
    stereo = [5, 7].map { StereoWires(geometry, superLayer: $0) }
  }

  /// Adds the outer tracks of one event to its displaced tracks.
  ///
  /// - Parameter isTaken: whether a segment belongs to another track or stands next to one that does.
  func find(
    _ segments: borrowing TrackSegments, into tracks: inout DisplacedTracks, isTaken: (UInt16) -> Bool
  ) {
    // Only pairs are of use: the outer super-layers must hold two tracks. The innermost may be shared.
    guard collect(segments, axial: 3, isTaken) >= 2, collect(segments, axial: 4, isTaken) >= 2,
      collect(segments, axial: 2, isTaken) >= 1, collect(segments, axial: 0, isTaken) >= 0,
      collect(segments, axial: 1, isTaken) >= 0
    else { return }
    for inner in 0..<counts[2] {
      let first = places.elements[2 * Self.mostSegments + inner]
      for middle in 0..<counts[3] {
        let second = places.elements[3 * Self.mostSegments + middle]
        guard (first.direction * second.direction).sum() > Self.smallestCosine else { continue }
        for outer in 0..<counts[4] {
          let third = places.elements[4 * Self.mostSegments + outer]
          guard (second.direction * third.direction).sum() > Self.smallestCosine else { continue }
          consider(first, second, third, segments, &tracks)
        }
      }
    }
  }

  /// Collects the free segments of an axial super-layer (0 to 4); -1 if there are too many.
  private func collect(_ segments: borrowing TrackSegments, axial: Int, _ isTaken: (UInt16) -> Bool) -> Int {
    counts[axial] = 0
    let superLayer = HoughPlane.axialSuperLayers[axial]
    for entry in segments.superLayerStart[superLayer]..<segments.superLayerStart[superLayer + 1]
    where !isTaken(segments.number[entry]) {
      guard counts[axial] < Self.mostSegments else { return -1 }
      let number = Int(segments.number[entry])
      let place = table.place(axial: axial, segment: number, priority: segments.priority[entry])
      places.elements[axial * Self.mostSegments + counts[axial]] = Place(
        number: number, direction: place.direction, radius: place.radius)
      counts[axial] += 1
    }
    return counts[axial]
  }

  private func consider(
    _ first: Place, _ second: Place, _ third: Place, _ segments: borrowing TrackSegments,
    _ tracks: inout DisplacedTracks
  ) {
    var fit = CircleFit()
    fit.add(direction: first.direction, radius: first.radius, weight: table.weight[2])
    fit.add(direction: second.direction, radius: second.radius, weight: table.weight[3])
    fit.add(direction: third.direction, radius: third.radius, weight: table.weight[4])
    let chord = third.direction * third.radius - first.direction * first.radius
    guard let circle = fit.solve(start: chord / (chord * chord).sum().squareRoot())?.circle,
      let parameters = circle.parameters, abs(parameters.omega) < Self.largestCurvature,
      abs(parameters.d0) < Self.largestD0, tracks.count < DisplacedTracks.capacity
    else { return }
    guard let near = z(0, circle, segments), let far = z(1, circle, segments),
      abs(far - near * (stereo[1].radius / stereo[0].radius)) < Self.largestDeviation, !hasInner(circle)
    else { return }
    let entry = tracks.count
    for axial in 0..<2 { tracks.segments[entry * 5 + axial] = -1 }
    tracks.segments[entry * 5 + 2] = Int16(first.number)
    tracks.segments[entry * 5 + 3] = Int16(second.number)
    tracks.segments[entry * 5 + 4] = Int16(third.number)
    for other in tracks.promptCount..<entry
    where tracks.sharedSuperLayers(entry, other, cells: table.cells) >= 2 && tracks.isOuter(other) { return }
    tracks.isPrompt[entry] = false
    tracks.d0[entry] = Float(parameters.d0)
    tracks.omega[entry] = Float(parameters.omega)
    tracks.phi0[entry] = table.azimuth(of: circle.normal)
    tracks.chiSquare[entry] = 0
    tracks.superLayers[entry] = DisplacedTracks.outerSuperLayers
    tracks.circles[entry] = circle
    tracks.count += 1
  }

  /// z of the segment of a stereo super-layer (5: 0, 7: 1) on the circle that is closest to the middle of the wires; nil without one.
  private func z(_ index: Int, _ circle: TransverseCircle, _ segments: borrowing TrackSegments) -> Double? {
    let wires = stereo[index]
    guard let direction = circle.direction(atRadius: wires.radius) else { return nil }
    var best: Double?
    for entry in segments.superLayerStart[wires.superLayer]..<segments.superLayerStart[wires.superLayer + 1] {
      let wire = wires.directions[Int(segments.number[entry]) - wires.firstSegment]
      guard (wire * direction).sum() > 0.9 else { continue }
      // The turn from the middle of the wire to the track; its sine is close enough to its tangent.
      let turn: Double = wire.x * direction.y - wire.y * direction.x
      let z = wires.middleZ + wires.zPerTangent * turn
      guard Self.reach.contains(z), abs(z - wires.middleZ) < abs((best ?? .infinity) - wires.middleZ) else { continue }
      best = z
    }
    return best
  }

  /// Does an inner axial super-layer have a free segment where the circle passes?
  private func hasInner(_ circle: TransverseCircle) -> Bool {
    for axial in 0..<2 where counts[axial] > 0 {
      for index in 0..<counts[axial] {
        let place = places.elements[axial * Self.mostSegments + index]
        guard let direction = circle.direction(atRadius: place.radius) else { continue }
        let turn: Double = place.direction.x * direction.y - place.direction.y * direction.x
        if (place.direction * direction).sum() > 0 && abs(turn) * place.radius < Self.innerDistance { return true }
      }
    }
    return false
  }

  /// The wires of first priority of a stereo super-layer.
  private struct StereoWires {
    let superLayer: Int
    let firstSegment: Int
    let radius: Double
    let middleZ: Double
    let zPerTangent: Double
    /// Directions of the middles of the wires, rounded as in ``SegmentDirections``.
    let directions: [SIMD2<Double>]

    init(_ geometry: SegmentGeometry, superLayer: Int) {
      let wire = geometry.wire(superLayer: superLayer, priority: SegmentPriority.first.rawValue)
      self.superLayer = superLayer
      firstSegment = geometry.firstSegment[superLayer]
      radius = wire.radius
      middleZ = wire.middleZ
      zPerTangent = wire.zPerTangent
      directions = (0..<geometry.segmentCount[superLayer]).map {
        SegmentDirections.direction(wire.azimuth(ofSegment: $0))
      }
    }
  }
}
