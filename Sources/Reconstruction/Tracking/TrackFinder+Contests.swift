import Kinematics

/// Tracks that start from one point in the chamber go through the same cells at first, and a cell keeps the earliest signal: that of the
/// track nearer to its wire. The other track would take it for its own, wrong by what the two differ.
extension TrackFinder {
  /// Gives each hit of tracks born in the chamber to the one that passes its wire nearest, and fits those again that lose or gain.
  mutating func settleContests(eventTime: Double) {
    born.removeAll(keepingCapacity: true)
    for number in tracks.indices
    where tracks[number].siliconPoints == 0 && tracks[number].innermostLayer > TrackFilter.firstLayers {
      born.append(number)
    }
    guard born.count >= 2 else { return }
    var changed: UInt64 = 0
    for hit in 0..<hits.count where hits.owner[hit] >= 0 {
      let owner = Int(hits.owner[hit])
      guard born.contains(owner), var least = distance(of: owner, to: hit) else { continue }
      var nearest = owner
      for other in born where other != owner {
        guard let distance = distance(of: other, to: hit), distance < least else { continue }
        least = distance
        nearest = other
      }
      guard nearest != owner else { continue }
      hits.owner[hit] = Int16(truncatingIfNeeded: nearest)
      changed |= 1 << UInt64(owner) | 1 << UInt64(nearest)
    }
    for number in born where changed >> UInt64(number) & 1 == 1 { fitAgain(number, eventTime: eventTime) }
  }

  /// Distance of a track from the wire of a hit, cm; nil if the track does not go through its cell.
  private func distance(of number: Int, to hit: Int) -> Double? {
    let state = tracks[number].state
    let layer = table.layers[Int(hits.layer[hit])]
    let arc = state.arcLength(toRadius: layer.radiusInMiddle)
    // Tracks begin where they were born, up to a layer before their first hit.
    guard arc.isFinite, arc > tracks[number].firstArc - 2 else { return nil }
    let line = table.lines[Int(hits.wire[hit])]
    let point = state.point(at: arc)
    let x = Double(line[0]) + Double(line[2]) * point.z - point.x
    let y = Double(line[1]) + Double(line[3]) * point.z - point.y
    guard x * x + y * y < 16 else { return nil }
    let distance = abs(WireDistance(of: state, to: line, from: arc).distance)
    return distance < layer.largestDrift ? distance : nil
  }

  /// Fits a track once more with the hits that are its own now; it stays as it is if that fails.
  private mutating func fitAgain(_ number: Int, eventTime: Double) {
    claimed.removeAll(keepingCapacity: true)
    for hit in 0..<hits.count where hits.owner[hit] == Int16(truncatingIfNeeded: number) {
      claimed.append(Int32(truncatingIfNeeded: hit))
      hits.owner[hit] = -1
    }
    let known = tracks[number]
    guard let track = refitted(known.state, eventTime: eventTime) else {
      for hit in claimed { hits.owner[Int(hit)] = Int16(truncatingIfNeeded: number) }
      return
    }
    tracks[number] = track
    tracks[number].level1Track = known.level1Track
    for member in fit.members where member.weight > 0.3 {
      hits.owner[Int(member.hit)] = Int16(truncatingIfNeeded: number)
    }
    for index in filter.attached { points.isUsed[Int(index)] = true }
  }

  private mutating func refitted(_ known: HelixState, eventTime: Double) -> FittedTrack? {
    guard chooseSides(near: known, road: 0.4, eventTime: eventTime) else { return nil }
    var state = known
    guard fitCircle(&state, from: known, d0: 0, temperatures: TrackFinder.circleTemperatures, eventTime: eventTime)
    else { return nil }
    let late = eventTime + (abs(state.d0) > TrackFinder.promptDistance ? delay : 0)
    guard let result = fitHelix(&state, eventTime: late), isGood(state, result) else { return nil }
    return filter.run(result.reference, fit: fit, hits: hits, points: points)
  }
}
