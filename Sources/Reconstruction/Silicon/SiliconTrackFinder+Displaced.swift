import Kinematics

/// Tracks in the silicon that do not come from the luminous region: soft products of K_S and Lambda.
extension SiliconTrackFinder {
  /// Most triplets followed and most tracks continued into the chamber per event: guards against time lost in noise.
  private static let mostTriplets = 1500
  private static let mostExtensions = 40
  /// Free points of an event up to which tracks of four and more points are taken without a hit in the chamber: points of many always
  /// lie on some helix, and most of such tracks in a crowded event are made by nobody.
  private static let quiet = 150.0
  /// Fewest hits in the chamber of a track of three or four points, and of others: at b = 1 chance adds five to seven.
  private static let hitsForFew = 8
  private static let hitsForMore = 5
  /// Smallest quality (``TrackQuality``): of those with less nine in ten are made by nobody.
  private static let leastQuality: Float = 0.2
  /// Largest chi-squared per degree of freedom.
  private static let largestChi2 = 5.0

  /// Finds tracks among the points that are still free.
  mutating func findDisplaced(_ chamberHits: borrowing ChamberHits) {
    candidates.removeAll(keepingCapacity: true)
    followTriplets()
    let order = candidates.indices.sorted {
      candidates[$0].score != candidates[$1].score ? candidates[$0].score < candidates[$1].score : $0 < $1
    }
    var extensions = 0
    for index in order {
      let result = candidates[index].result
      guard isFree(result), extensions < SiliconTrackFinder.mostExtensions else { continue }
      extensions += 1
      takeDisplaced(result, chamberHits)
    }
  }

  private mutating func followTriplets() {
    let seeds = SiliconTripletSeeds()
    var followed = 0
    for layers in SiliconTripletSeeds.layers {
      let outerTurn = largestTurn(layers.middle, layers.outer, seeds)
      let innerTurn = largestTurn(layers.inner, layers.middle, seeds)
      for outer in points.points(inLayer: layers.outer) where !points.isUsed[outer] {
        for middle in points.points(inLayer: layers.middle) where !points.isUsed[middle] {
          guard turn(outer, middle) < outerTurn,
            let slope = seeds.slope(
              points.position[outer], points.position[middle], outerRadius: radii[outer], innerRadius: radii[middle])
          else { continue }
          for inner in points.points(inLayer: layers.inner) where !points.isUsed[inner] {
            guard
              seeds.canFollow(
                points.position[inner], innerRadius: radii[inner], middle: points.position[middle],
                middleRadius: radii[middle], slope: slope), turn(middle, inner) < innerTurn,
              let seed = seeds.seed(
                outer: points.position[outer], middle: points.position[middle], inner: points.position[inner])
            else { continue }
            followed += 1
            guard followed <= SiliconTrackFinder.mostTriplets else { return }
            var given = SIMD8<Int32>(repeating: -1)
            given[layers.outer - 1] = Int32(truncatingIfNeeded: outer)
            given[layers.middle - 1] = Int32(truncatingIfNeeded: middle)
            given[layers.inner - 1] = Int32(truncatingIfNeeded: inner)
            guard
              let result = road.follow(
                seed, birth: .anywhere, outermost: layers.outer, given: given, points: points),
              isPossible(result.filter, points: result.pointCount)
            else { continue }
            let score =
              result.filter.chi2 + SiliconTrackFinder.costOfEnd * Double(result.outerHoles)
              - SiliconTrackFinder.worthOfPoint * Double(result.pointCount)
            candidates.append(Candidate(result: result, score: score))
          }
        }
      }
    }
  }

  private func largestTurn(_ inner: Int, _ outer: Int, _ seeds: SiliconTripletSeeds) -> Double {
    seeds.largestTurn(from: road.tracker.layers[inner - 1].radius, to: road.tracker.layers[outer - 1].radius)
  }

  /// Difference of the azimuths of two points, 0 to pi.
  @inline(__always)
  private func turn(_ first: Int, _ second: Int) -> Double {
    let turn = abs(azimuths[first] - azimuths[second])
    return turn > Double.pi ? 2 * Double.pi - turn : turn
  }

  private func isPossible(_ filter: HelixFilter, points count: Int) -> Bool {
    let state = filter.state
    guard state.isFinite, filter.chi2.isFinite, abs(state.omega) > 1e-5, abs(state.omega) < 0.2 else { return false }
    let variances = filter.covariance.diagonal
    for index in 0..<5 where !(variances[index] > 0 && variances[index] < 1e4) { return false }
    return filter.chi2 < SiliconTrackFinder.largestChi2 * Double(max(1, 2 * count - 5))
  }

  /// Continues a candidate into the chamber and keeps it if enough speaks for it.
  private mutating func takeDisplaced(_ first: SiliconRoad.Result, _ chamberHits: borrowing ChamberHits) {
    var result = first
    let outermost = ChamberExtension.outermost(first.points)
    // Once more from the helix found, about which the filter is linear.
    if let again = road.follow(
      result.filter.state, birth: .anywhere, outermost: outermost, given: result.points, points: points),
      again.pointCount == result.pointCount, isPossible(again.filter, points: again.pointCount)
    {
      result = again
    }
    var track = fitted(result)
    let extended = chamber.extend(
      track, birth: .anywhere, given: result.points, points: points, hits: chamberHits)
    let least = result.pointCount <= 4 ? SiliconTrackFinder.hitsForFew : SiliconTrackFinder.hitsForMore
    if let extended, extended.chamberHits >= least {
      track = extended
    } else {
      guard result.pointCount >= 4, crowd < SiliconTrackFinder.quiet else { return }
    }
    guard TrackQuality.of(ReconstructedTrack(track)) > SiliconTrackFinder.leastQuality else { return }
    guard !known.contains(where: { SiliconCloneTest.isSame(track, as: $0) }) else { return }
    mark(result, of: track.state)
    let firstHit = hits.count
    if track.chamberHits > 0 { for taken in chamber.hitsTaken { hits.append(Int32(truncatingIfNeeded: taken.hit)) } }
    hitsOfTracks.append(firstHit..<hits.count)
    known.append(SiliconCloneTest.Known(track.state, track.covariance))
    tracks.append(track)
  }
}
