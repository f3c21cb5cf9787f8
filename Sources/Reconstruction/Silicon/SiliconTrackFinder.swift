import Detector
import Kinematics

/// Finds tracks in the silicon alone: soft ones that do not reach far into the drift chamber, and those that leave it at its ends.
///
/// Pairs of free points in two layers, next to each other or with one in between, that fit a circle through the origin and a line in z from
/// the luminous region are followed inwards (``SiliconRoad``). Of the tracks that come of it the best are kept, each point
/// in one track at most. What is left over is searched for tracks of displaced decays (`SiliconTrackFinder+Displaced.swift`).
struct SiliconTrackFinder {
  let road: SiliconRoad
  var chamber: ChamberExtension
  /// Drift-chamber hits of the tracks found, and which of them each track has.
  var hits: [Int32] = []
  var hitsOfTracks: [Range<Int>] = []
  /// The points of the event: loaded by the caller, with those of other tracks marked as used.
  var points = SiliconPoints()
  var tracks: [FittedTrack] = []
  var candidates: [Candidate] = []
  /// Number of free points.
  private(set) var crowd = 1.0
  var known: [SiliconCloneTest.Known] = []
  private(set) var azimuths: [Double] = []
  private(set) var radii: [Double] = []

  struct Candidate {
    var result: SiliconRoad.Result
    /// Smaller is better.
    var score: Double
  }

  /// Lowest transverse momentum of a seed, GeV: a softer particle does not reach the third layer of strips.
  private static let lowestMomentum = 0.035
  /// Most roads followed per event: a guard against time lost in events that are nothing but noise.
  private static let mostRoads = 4000
  /// Fewest points of a track.
  private static let fewestPoints = 3
  /// Largest chi-squared per degree of freedom of a track.
  private static let largestChi2 = 6.0
  /// Chi-squared that a layer without a point and one with a point are worth in the choice between tracks that share points.
  private static let costOfHole = 8.0
  static let worthOfPoint = 14.0
  /// The same for a layer that the particle should have reached: it may have stopped, decayed or interacted.
  static let costOfEnd = 3.0
  /// Chi-squared of d0 and z0 against the luminous region beyond which a track is given up.
  private static let largestOriginChi2 = 25.0
  /// Size of the luminous region along z, cm, with room for its position.
  private static let luminousLength = 0.05
  /// Free points of an event up to which tracks of three and of four points are taken without further ado.
  private static let quietForThree = 100.0
  private static let quietForFour = 300.0

  init(tracker: SiliconTracker, material: TrackMaterial, table: WireTable) {
    road = SiliconRoad(tracker: tracker, material: material)
    chamber = ChamberExtension(table: table, road: road)
  }

  /// Finds tracks among the points that are not used; those of the tracks found are used afterwards.
  /// - Parameters:
  ///   - others: the tracks that are known: none is found a second time.
  ///   - chamberHits: the hits of the event in the drift chamber, into which the tracks are continued.
  mutating func find(beside others: ArraySlice<ReconstructedTrack>, chamberHits: borrowing ChamberHits) {
    hits.removeAll(keepingCapacity: true)
    hitsOfTracks.removeAll(keepingCapacity: true)
    known.removeAll(keepingCapacity: true)
    for other in others { known.append(SiliconCloneTest.Known(other.state, other.covarianceMatrix)) }
    tracks.removeAll(keepingCapacity: true)
    candidates.removeAll(keepingCapacity: true)
    locate()
    var free = 0
    for index in 0..<points.count where !points.isUsed[index] { free += 1 }
    crowd = Double(max(1, free))
    var roads = 0
    // Outer layer and next inner one; the last pairs are for tracks that end early or leave at the sides.
    let pairs: [(outer: Int, inner: Int)] = [
      (6, 5), (5, 4), (6, 4), (4, 3), (5, 3), (3, 2), (4, 2), (3, 1),
    ]
    let largest = ReconstructedTrack.curvatureOfMomentum / SiliconTrackFinder.lowestMomentum
    pairing: for pair in pairs {
      for outer in points.points(inLayer: pair.outer) where !points.isUsed[outer] {
        // Azimuth at radius r is phi0 - asin(omega r/2): the most that the softest particle turns by per cm.
        let sine = min(0.95, 0.5 * largest * radii[outer])
        let turnPerLength = 0.5 * largest / (1 - sine * sine).squareRoot()
        for inner in points.points(inLayer: pair.inner) where !points.isUsed[inner] {
          var turn = azimuths[outer] - azimuths[inner]
          if turn > Double.pi { turn -= 2 * Double.pi } else if turn < -Double.pi { turn += 2 * Double.pi }
          guard abs(turn) < turnPerLength * (radii[outer] - radii[inner]),
            let seed = seed(outer, inner, turn: turn, points)
          else { continue }
          roads += 1
          guard roads <= SiliconTrackFinder.mostRoads else { break pairing }
          var given = SIMD8<Int32>(repeating: -1)
          given[pair.outer - 1] = Int32(truncatingIfNeeded: outer)
          given[pair.inner - 1] = Int32(truncatingIfNeeded: inner)
          guard let result = road.follow(seed, outermost: pair.outer, given: given, points: points) else { continue }
          consider(result)
        }
      }
    }
    choose(chamberHits)
    findDisplaced(chamberHits)
  }

  /// Works out radius and azimuth of all points.
  private mutating func locate() {
    azimuths.removeAll(keepingCapacity: true)
    radii.removeAll(keepingCapacity: true)
    for index in 0..<points.count {
      let position = points.position[index]
      azimuths.append(PortableAngles.azimuth(y: position.y, x: position.x))
      radii.append((position.x * position.x + position.y * position.y).squareRoot())
    }
  }

  /// The helix through the origin and two points.
  /// - Returns: nil if it is softer than the limit or does not come from the luminous region.
  private func seed(_ outer: Int, _ inner: Int, turn: Double, _ points: borrowing SiliconPoints) -> HelixState? {
    let a = points.position[inner]
    let b = points.position[outer]
    let dx = b.x - a.x
    let dy = b.y - a.y
    let chord = (dx * dx + dy * dy).squareRoot()
    guard chord > 0.3 else { return nil }
    // Three points: omega = -2 sin(angle at the origin)/(side opposite to it).
    let (sine, _) = PortableAngles.sineCosine(turn)
    let omega = -2 * sine / chord
    let limit = ReconstructedTrack.curvatureOfMomentum / SiliconTrackFinder.lowestMomentum
    guard abs(omega) < limit, abs(omega) * radii[outer] < 1.95 else { return nil }
    let sineInner = 0.5 * omega * radii[inner]
    let sineOuter = 0.5 * omega * radii[outer]
    let halfInner = PortableAngles.arcSine(sineInner)
    let halfOuter = PortableAngles.arcSine(sineOuter)
    let isStraight = abs(omega) < 1e-6
    let arcInner = isStraight ? radii[inner] : 2 * halfInner / omega
    let arcOuter = isStraight ? radii[outer] : 2 * halfOuter / omega
    let tanLambda = (b.z - a.z) / (arcOuter - arcInner)
    let z0 = a.z - arcInner * tanLambda
    guard abs(tanLambda) < 5 else { return nil }
    // Scattering in the layers between the two points and the axis moves the line: 13.6 MeV/(beta p) sqrt(1 % X0) at the inner point.
    let momentum = ReconstructedTrack.curvatureOfMomentum / max(abs(omega), 0.005)
    let softness = 0.0014 * (momentum * momentum + 0.0195).squareRoot() / (momentum * momentum)
    let secant = (1 + tanLambda * tanLambda).squareRoot()
    let allowed = 0.3 + 4 * softness * secant * radii[inner] * (radii[outer] / max(1, radii[outer] - radii[inner]))
    guard abs(z0) < min(4, allowed) else { return nil }
    return HelixState(
      d0: 0, phi0: PortableAngles.wrapped(azimuths[inner] + halfInner), omega: omega, z0: z0, tanLambda: tanLambda)
  }

  /// Takes a road if its numbers are those of a track from the luminous region.
  private mutating func consider(_ result: SiliconRoad.Result) {
    guard result.pointCount >= SiliconTrackFinder.fewestPoints else { return }
    let filter = result.filter
    let state = filter.state
    guard state.isFinite, filter.chi2.isFinite, abs(state.omega) > 1e-5, abs(state.omega) < 0.25 else { return }
    let variances = filter.covariance.diagonal
    for index in 0..<5 where !(variances[index] > 0 && variances[index] < 1e4) { return }
    let freedom = Double(max(1, filter.measurements - 5))
    guard filter.chi2 < SiliconTrackFinder.largestChi2 * freedom else { return }
    let length = SiliconTrackFinder.luminousLength
    let origin: Double =
      state.d0 * state.d0 / variances[0] + state.z0 * state.z0 / (variances[3] + length * length)
    guard origin < SiliconTrackFinder.largestOriginChi2 else { return }
    let total =
      filter.chi2 + origin + SiliconTrackFinder.costOfHole * Double(result.holes)
      + SiliconTrackFinder.costOfEnd * Double(result.outerHoles)
    // Three or four points of many fit a circle from the origin by chance: the more free points there are, the better they must fit.
    if result.pointCount == 3 {
      guard result.holes == 0, total < 15 * min(1, SiliconTrackFinder.quietForThree / crowd) else { return }
    } else if result.pointCount == 4 {
      guard total < 24 * min(1, SiliconTrackFinder.quietForFour / crowd) else { return }
    }
    candidates.append(
      Candidate(result: result, score: total - SiliconTrackFinder.worthOfPoint * Double(result.pointCount)))
  }

  /// Whether no other track has the points of a road.
  func isFree(_ result: SiliconRoad.Result) -> Bool {
    for lane in 0..<6 where result.points[lane] >= 0 && points.isUsed[Int(result.points[lane])] { return false }
    return true
  }

  /// Keeps the best candidates that share no point.
  private mutating func choose(_ chamberHits: borrowing ChamberHits) {
    let order = candidates.indices.sorted {
      candidates[$0].score != candidates[$1].score ? candidates[$0].score < candidates[$1].score : $0 < $1
    }
    for index in order {
      var result = candidates[index].result
      guard isFree(result), !known.contains(where: { SiliconCloneTest.isSame(result.filter, as: $0) }) else { continue }
      // Once more from the helix found: scattering and energy loss have bent it away from the seed, about which the filter is linear.
      if let again = road.follow(
        result.filter.state, outermost: ChamberExtension.outermost(result.points), given: result.points, points: points),
        again.pointCount == result.pointCount
      {
        result = again
      }
      mark(result, of: result.filter.state)
      var track = fitted(result)
      let firstHit = hits.count
      if let extended = chamber.extend(track, given: result.points, points: points, hits: chamberHits) {
        track = extended
        for taken in chamber.hitsTaken { hits.append(Int32(truncatingIfNeeded: taken.hit)) }
      }
      hitsOfTracks.append(firstHit..<hits.count)
      known.append(SiliconCloneTest.Known(track.state, track.covariance))
      tracks.append(track)
    }
  }

  /// Marks the points of a road as used, with those that the particle leaves where sensors overlap.
  mutating func mark(_ result: SiliconRoad.Result, of state: HelixState) {
    for lane in 0..<6 where result.points[lane] >= 0 {
      let point = Int(result.points[lane])
      points.isUsed[point] = true
      points.useOverlaps(of: state, at: point)
    }
  }

  /// The track that a road is.
  func fitted(_ result: SiliconRoad.Result) -> FittedTrack {
    var track = FittedTrack()
    for lane in 0..<6 where result.points[lane] >= 0 {
      track.points[lane] = Int16(clamping: points.source[Int(result.points[lane])])
    }
    track.state = result.filter.state
    track.covariance = result.filter.covariance
    track.chi2 = result.filter.chi2
    track.degreesOfFreedom = max(1, result.filter.measurements - 5)
    track.siliconPoints = result.pointCount
    return track
  }
}
