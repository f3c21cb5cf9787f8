import Kinematics

/// A fit of a track with a mass of its own.
struct FittedHypothesis {
  var hypothesis: Hypothesis
  var track: FittedTrack
}

extension TrackFinder {
  /// Temperatures: the helix at the perigee says where the track is in the chamber to a centimetre only if it is soft.
  private static let hypothesisTemperatures = SIMD4<Float>(20, 4, 1, 0)

  /// Fits a track again for every particle but the pion, as which it was found: time of flight, scattering and energy loss are
  /// those of the particle, and the momentum at the perigee is what it had before it lost energy.
  ///
  /// The hits are collected about the helix as when the track was found, and given to it, so that tracks share none.
  /// - Parameters:
  ///   - helix: at the perigee, as a pion.
  ///   - fits: list to add to; a hypothesis whose fit fails is left out.
  mutating func fitHypotheses(of helix: HelixState, eventTime: Double, into fits: inout [FittedHypothesis]) {
    let outer = filter.outside(helix, mass: Mass.pion)
    guard outer.isFinite, chooseSides(near: outer, road: 0.9, eventTime: eventTime) else { return }
    var circle = outer
    guard
      fitCircle(&circle, from: outer, d0: 0, temperatures: TrackFinder.circleTemperatures, eventTime: eventTime)
    else { return }
    HitRoad.gather(
      into: &fit.members, near: circle, crossings: crossings, hits: hits, table: table, axial: 0.25, stereo: 0.6)
    chosen.removeAll(keepingCapacity: true)
    chosen.append(contentsOf: fit.members)
    var isAny = false
    for hypothesis in Hypothesis.allCases where hypothesis != .pion {
      fit.members.removeAll(keepingCapacity: true)
      fit.members.append(contentsOf: chosen)
      fit.mass = hypothesis.mass
      var state = circle
      guard
        let result = fit.run(
          &state, hits: hits, table: table, eventTime: eventTime, temperatures: TrackFinder.hypothesisTemperatures)
      else { continue }
      dropStragglers(state)
      guard isGood(state, result),
        let track = filter.run(
          result.reference, mass: hypothesis.mass, fit: fit, hits: hits, points: points)
      else { continue }
      fits.append(FittedHypothesis(hypothesis: hypothesis, track: track))
      isAny = true
    }
    fit.mass = Mass.pion
    guard isAny else { return }
    for member in fit.members where member.weight > 0.3 { hits.owner[Int(member.hit)] = 0 }
    for index in filter.attached { points.isUsed[Int(index)] = true }
  }
}
