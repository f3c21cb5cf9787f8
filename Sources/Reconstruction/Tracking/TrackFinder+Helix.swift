/// The fit of all hits near a helix, and what it must have.
extension TrackFinder {
  /// Fits the hits near a helix whose circle was fitted last.
  mutating func fitHelix(_ state: inout HelixState, eventTime: Double) -> AnnealedFit.Result? {
    HitRoad.gather(
      into: &fit.members, near: state, crossings: crossings, hits: hits, table: table, axial: 0.25, stereo: 0.4)
    guard
      var result = fit.run(
        &state, hits: hits, table: table, eventTime: eventTime, temperatures: TrackFinder.helixTemperatures)
    else { return nil }
    if abs(state.d0) > TrackFinder.promptDistance {
      // The circle knew nothing of the signals' way along the wires, which looks like a delay too.
      let rest = delay
      if abs(rest) > TrackFinder.smallestDelay {
        guard
          let again = fit.run(
            &state, hits: hits, table: table, eventTime: eventTime + rest, temperatures: TrackFinder.helixTemperatures)
        else { return nil }
        result = again
      }
    }
    dropStragglers(state)
    return result
  }

  /// Layers with a hit on the track, one bit each.
  private var layersWithHits: UInt64 {
    var mask: UInt64 = 0
    for member in fit.members where member.weight > 0.4 { mask |= 1 << UInt64(hits.layer[Int(member.hit)]) }
    return mask
  }

  /// Drops hits farther in than where the track begins: a track born in the chamber points at many layers that it has not crossed, and
  /// background that happens to fit in one of them would move its inner end.
  ///
  /// Seen from the outside in, a layer with a hit counts for the track and one without against it; it begins where the sum is largest.
  mutating func dropStragglers(_ state: HelixState) {
    let start = firstLayer(of: state)
    if start > 0 { fit.drop(before: start, hits: hits) }
  }

  /// Hits farther in that may be background; more are those of the same particle, behind cells that another track has.
  private static let mostStragglers = 4

  /// The layer in which a track begins, 0 if it has hits all the way in.
  private func firstLayer(of state: HelixState) -> Int {
    let mask = layersWithHits
    guard mask != 0 else { return 0 }
    let first = mask.trailingZeroBitCount
    // Most tracks have a hit in every layer from the first on.
    if (mask >> UInt64(first) & 15).nonzeroBitCount >= 3 { return 0 }
    let last = 63 - mask.leadingZeroBitCount
    let layers = table.layers.span
    let places = crossings.layers.span
    var score = 0
    var best = 0
    var start = last
    for index in stride(from: last, through: first, by: -1) {
      if mask >> UInt64(index) & 1 == 1 {
        score += 1
        if score >= best {
          best = score
          start = index
        }
      } else {
        let arc = Double(places[index].arc)
        let z = state.z0 + arc * state.tanLambda
        if arc.isFinite, z > layers[index].backwardZ, z < layers[index].forwardZ { score -= 1 }
      }
    }
    let inside = mask & ((1 << UInt64(start)) - 1)
    return inside.nonzeroBitCount <= TrackFinder.mostStragglers ? start : 0
  }

  /// Whether enough of the layers a track crosses have a hit on it.
  func isGood(_ state: HelixState, _ result: AnnealedFit.Result) -> Bool {
    guard result.chi2.isFinite, result.weight >= 10 else { return false }
    let mask = layersWithHits
    let first = mask.trailingZeroBitCount
    let last = 63 - mask.leadingZeroBitCount
    guard last > first else { return false }
    var axial = 0
    var stereo = 0
    var crossed = 0
    let layers = table.layers.span
    let places = crossings.layers.span
    for index in first...last {
      let arc = Double(places[index].arc)
      if !arc.isFinite { break }
      let z = state.z0 + arc * state.tanLambda
      let present = mask >> UInt64(index) & 1 == 1
      if present {
        if layers[index].isAxial { axial += 1 } else { stereo += 1 }
      }
      if present || (z > layers[index].backwardZ && z < layers[index].forwardZ) { crossed += 1 }
    }
    let found = axial + stereo
    return axial >= 6 && stereo >= 5 && Double(found) > 0.65 * Double(crossed)
  }
}
