import Kinematics

/// Tracks that begin in the silicon, fitted with the masses of other particles.
extension SiliconTrackFinder {
  /// How often a fit is repeated from the helix it found: a slow kaon loses a fifth of its momentum on its way, and the filter is linear.
  private static let repetitions = 3
  /// Impact parameters beyond which a track is not fitted as one from the luminous region, cm.
  private static let promptDistance = 0.3
  private static let promptLength = 1.5

  /// Fits a track with its points and the hits of the chamber for every particle but the pion, as which it was found; the points of its event must
  /// be loaded.
  /// - Parameter fits: list to add to; a hypothesis whose fit fails is left out.
  mutating func fitHypotheses(
    of track: ReconstructedTrack, chamberHits: borrowing ChamberHits, into fits: inout [FittedHypothesis]
  ) {
    let given = points.indices(of: track.points)
    guard ChamberExtension.outermost(given) > 0 else { return }
    let state = track.state
    let isPrompt =
      abs(state.d0) < SiliconTrackFinder.promptDistance && abs(state.z0) < SiliconTrackFinder.promptLength
    for hypothesis in Hypothesis.allCases where hypothesis != .pion {
      guard
        let fitted = fit(
          state, birth: isPrompt ? .luminousRegion : .anywhere, mass: hypothesis.mass, given: given,
          count: Int(track.siliconPoints), withChamber: track.chamberHits > 0, chamberHits)
      else { continue }
      fits.append(FittedHypothesis(hypothesis: hypothesis, track: fitted))
    }
  }

  private mutating func fit(
    _ start: HelixState, birth: SiliconRoad.Birth, mass: Double, given: SIMD8<Int32>, count: Int, withChamber: Bool,
    _ chamberHits: borrowing ChamberHits
  ) -> FittedTrack? {
    var state = start
    var found: FittedTrack?
    for _ in 0..<SiliconTrackFinder.repetitions {
      guard
        let result = road.follow(
          state, birth: birth, mass: mass, outermost: ChamberExtension.outermost(given), given: given, points: points),
        result.pointCount >= count, result.filter.state.isFinite
      else { return nil }
      var track = fitted(result)
      if withChamber {
        guard
          let extended = chamber.extend(
            track, birth: birth, mass: mass, given: given, points: points, hits: chamberHits)
        else { return found }
        track = extended
      }
      let variances = track.covariance.diagonal
      for index in 0..<5 where !(variances[index] > 0 && variances[index] < 1e4) { return nil }
      guard abs(track.state.omega) > 1e-7, abs(track.state.omega) < 0.25 else { return nil }
      state = track.state
      found = track
    }
    return found
  }
}
