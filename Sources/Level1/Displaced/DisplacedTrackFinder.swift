/// Finds tracks that miss the beam line: Hough planes for assumed impact parameters, a circle through the segments of each
/// candidate, and a veto against prompt tracks.
///
/// 1. Every two-dimensional track gets a circle with free impact parameter. One that passes within ``promptLimit`` of the beam line
///    and has a segment in the innermost super-layer is prompt: its segments and their neighbours are taken away. The others are
///    candidates.
/// 2. The axial segments that are left, with those that the segment finder dropped for a neighbour, vote in one plane for each
///    assumed impact parameter, by the rules of the two-dimensional finder. Nothing is done with fewer than four super-layers.
/// 3. Each cluster gets a circle. It is a candidate if the circle fits and is not prompt.
/// 4. Candidates that share three segments, or neighbours of them, are one track: more super-layers win, then the better fit. One that
///    shares three with a prompt track is that track.
/// 5. In what no track has taken, tracks are looked for that begin behind the second axial super-layer (``OuterTrackFinder``).
///
/// Source: `Documentation/displaced-vertex-trigger.md`.
package final class DisplacedTrackFinder {
  /// Tracks that pass closer to the beam line than this are prompt, cm: as far as background tracks from the beam pipe miss it.
  package static let promptLimit = 3.0
  /// Assumed impact parameters of the planes, cm.
  package static let impactParameters: [Double] = [-16, -8, 8, 16]
  /// Largest chi square of a candidate's circle (one or two degrees of freedom).
  static let largestChiSquare = 8.0

  /// Segments of each axial super-layer.
  var cells: [Int] { table.cells }

  private let planes: [HoughFinder]
  private let outerFinder: OuterTrackFinder
  private let table: SegmentDirections
  private let firstSegment: [Int]
  private var remaining = TrackSegments()
  private var found = DriftChamberTracks()

  /// A bit for each segment that a prompt track has taken.
  private let taken = ScratchBuffer<UInt64>(repeating: 0, count: TrackSegments.total / 64 + 2)
  /// Priority of each segment of the event by number; only entries of present segments are meaningful.
  private let priority = ScratchBuffer<UInt8>(repeating: 0, count: TrackSegments.total)

  init(
    axial: [HoughPlane.SuperLayer], firstSegment: [Int], geometry: SegmentGeometry, impactParameters: [Double]
  ) {
    planes = impactParameters.map { HoughFinder(axial: axial, firstSegment: firstSegment, impactParameter: $0) }
    table = SegmentDirections(axial: axial, firstSegment: firstSegment)
    outerFinder = OuterTrackFinder(table: table, geometry: geometry)
    self.firstSegment = firstSegment
  }

  /// Finds the displaced tracks of one event.
  ///
  /// - Parameters:
  ///   - segments: the segments of the event.
  ///   - twoDimensional: the two-dimensional tracks that were found in them.
  package func find(
    _ segments: borrowing TrackSegments, besides twoDimensional: borrowing DriftChamberTracks,
    into tracks: inout DisplacedTracks
  ) {
    tracks.count = 0
    tracks.promptCount = 0
    notePriorities(segments)
    taken.elements.update(repeating: 0)
    for index in 0..<twoDimensional.count { takePrompt(twoDimensional, index, &tracks) }
    for index in 0..<twoDimensional.count { consider(twoDimensional, index, &tracks) }
    let superLayers = collectRemaining(segments)
    if superLayers >= 4 {
      for plane in planes {
        plane.find(remaining, into: &found)
        for index in 0..<found.count { consider(found, index, &tracks) }
      }
    }
    guard superLayers >= 3 else { return }
    for index in tracks.promptCount..<tracks.count {
      for axial in 0..<5 where tracks.segments[index * 5 + axial] >= 0 {
        takeWithNeighbours(Int(tracks.segments[index * 5 + axial]), axial: axial)
      }
    }
    outerFinder.find(segments, into: &tracks) { isTaken($0) }
  }

  private func notePriorities(_ segments: borrowing TrackSegments) {
    let priority = self.priority.elements
    for index in 0..<segments.suppressedCount {
      priority[Int(segments.suppressedNumber[index])] = segments.suppressedPriority[index]
    }
    for index in 0..<segments.count { priority[Int(segments.number[index])] = segments.priority[index] }
  }

  /// Keeps a two-dimensional track as a partner for pairs if it is prompt, and takes its segments away.
  private func takePrompt(
    _ found: borrowing DriftChamberTracks, _ index: Int, _ tracks: inout DisplacedTracks
  ) {
    guard let fit = fit(found, index), isPrompt(found, index, fit) else { return }
    if tracks.promptCount < DisplacedTracks.promptCapacity && fit.chiSquare < Self.largestChiSquare {
      set(tracks.count, found, index, fit, isPrompt: true, &tracks)
      tracks.count += 1
      tracks.promptCount += 1
    }
    for axial in 0..<5 {
      let segment = Int(found.segments[index * 9 + 2 * axial])
      if segment >= 0 { takeWithNeighbours(segment, axial: axial) }
    }
  }

  private func takeWithNeighbours(_ segment: Int, axial: Int) {
    let cell = segment - firstSegment[axial]
    let last = table.cells[axial] - 1
    take(firstSegment[axial] + (cell == 0 ? last : cell - 1))
    take(segment)
    take(firstSegment[axial] + (cell == last ? 0 : cell + 1))
  }

  private func take(_ segment: Int) { taken.elements[segment >> 6] |= 1 << UInt64(segment & 63) }

  private func isTaken(_ segment: UInt16) -> Bool {
    taken.elements[Int(segment >> 6)] >> UInt64(segment & 63) & 1 == 1
  }

  private func isPrompt(_ found: borrowing DriftChamberTracks, _ index: Int, _ fit: Fit) -> Bool {
    abs(fit.d0) < Self.promptLimit && found.segments[index * 9] >= 0
  }

  /// Copies what is left of the axial segments; returns the number of super-layers that have any.
  private func collectRemaining(_ segments: borrowing TrackSegments) -> Int {
    var count = 0
    var superLayers = 0
    for superLayer in 0..<9 {
      remaining.superLayerStart[superLayer] = count
      guard superLayer % 2 == 0 else { continue }
      let before = count
      for entry in segments.superLayerStart[superLayer]..<segments.superLayerStart[superLayer + 1]
      where !isTaken(segments.number[entry]) {
        remaining.number[count] = segments.number[entry]
        remaining.priority[count] = segments.priority[entry]
        remaining.time[count] = segments.time[entry]
        count += 1
      }
      for entry in segments.suppressedStart[superLayer]..<segments.suppressedStart[superLayer + 1]
      where !isTaken(segments.suppressedNumber[entry]) {
        remaining.number[count] = segments.suppressedNumber[entry]
        remaining.priority[count] = segments.suppressedPriority[entry]
        remaining.time[count] = 0
        count += 1
      }
      if count > before { superLayers += 1 }
    }
    remaining.superLayerStart[9] = count
    remaining.count = count
    return superLayers
  }

  private struct Fit {
    var circle: TransverseCircle
    var chiSquare: Double
    var d0: Double
    var omega: Double
  }

  private func fit(_ found: borrowing DriftChamberTracks, _ index: Int) -> Fit? {
    var fit = CircleFit()
    for axial in 0..<5 {
      let segment = Int(found.segments[index * 9 + 2 * axial])
      guard segment >= 0 else { continue }
      let place = table.place(axial: axial, segment: segment, priority: priority.elements[segment])
      fit.add(direction: place.direction, radius: place.radius, weight: table.weight[axial])
    }
    guard let result = fit.solve(start: table.start(azimuth: found.phi0[index])),
      let parameters = result.circle.parameters
    else { return nil }
    return Fit(
      circle: result.circle, chiSquare: result.chiSquare, d0: parameters.d0, omega: parameters.omega)
  }

  /// Adds a candidate unless it is prompt or fits badly or is known already.
  private func consider(_ found: borrowing DriftChamberTracks, _ index: Int, _ tracks: inout DisplacedTracks) {
    guard let fit = fit(found, index), !isPrompt(found, index, fit), fit.chiSquare < Self.largestChiSquare,
      tracks.count < DisplacedTracks.capacity
    else { return }
    // Written behind the last one first, to be compared with the others.
    let entry = tracks.count
    set(entry, found, index, fit, isPrompt: false, &tracks)
    for other in 0..<entry where tracks.sharedSuperLayers(entry, other, cells: table.cells) >= 3 {
      if !tracks.isPrompt[other] && isBetter(entry, than: other, tracks) {
        set(other, found, index, fit, isPrompt: false, &tracks)
      }
      return
    }
    tracks.count += 1
  }

  private func isBetter(_ entry: Int, than other: Int, _ tracks: borrowing DisplacedTracks) -> Bool {
    let layers = tracks.superLayers[entry].nonzeroBitCount
    let otherLayers = tracks.superLayers[other].nonzeroBitCount
    return layers > otherLayers || (layers == otherLayers && tracks.chiSquare[entry] < tracks.chiSquare[other])
  }

  private func set(
    _ entry: Int, _ found: borrowing DriftChamberTracks, _ index: Int, _ fit: Fit, isPrompt: Bool,
    _ tracks: inout DisplacedTracks
  ) {
    tracks.isPrompt[entry] = isPrompt
    tracks.d0[entry] = Float(fit.d0)
    tracks.omega[entry] = Float(fit.omega)
    tracks.phi0[entry] = table.azimuth(of: fit.circle.normal, near: found.phi0[index])
    tracks.chiSquare[entry] = Float(fit.chiSquare)
    tracks.circles[entry] = fit.circle
    var superLayers: UInt16 = 0
    for axial in 0..<5 {
      let segment = found.segments[index * 9 + 2 * axial]
      tracks.segments[entry * 5 + axial] = segment
      if segment >= 0 { superLayers |= 1 << UInt16(2 * axial) }
    }
    tracks.superLayers[entry] = superLayers
  }
}
