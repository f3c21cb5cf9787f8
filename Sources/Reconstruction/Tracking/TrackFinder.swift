import Detector
import Kinematics

/// Finds and fits the tracks of one event from drift-chamber hits, silicon points and what level 1 found.
///
/// Level-1 tracks come first: their segments give a circle, hits near it are fitted. From the hits left over come
/// axial segments, from these circles that need not pass the origin (displaced tracks), then circles through the origin
/// with two super-layers (soft and forward tracks), last circles along two segments wherever they point to (tracks born
/// behind the middle of the chamber). Each hit belongs to one track at most.
struct TrackFinder {
  let table: WireTable
  let segmentMap: TrackSegmentMap
  var hits: ChamberHits
  var points = SiliconPoints()
  var tracks: [FittedTrack] = []
  var fit = AnnealedFit()
  /// Hits of the current seed with their sides, for a second fit.
  var chosen: [AnnealedFit.Member] = []
  /// Crossings of the seed, then of the circle fitted.
  private(set) var crossings: LayerCrossings
  private var stereo = StereoSearch()
  private var segments: AxialSegments
  private var seeds = TrackSeeds()
  var filter: TrackFilter
  /// Tracks born in the chamber, while their claims to hits are settled, and the hits of one of them.
  var born: [Int] = []
  var claimed: [Int32] = []
  private var timeSum = 0.0
  private var timeWeight = 0.0

  /// Most tracks one event may have: a guard against time lost in events that are nothing but noise.
  static let mostTracks = 60
  /// Most circles tried per event beyond the level-1 tracks.
  static let mostSeeds = 200
  /// Most pairs of outer segments tried per event, the best first: in a crowded event most of them are of different particles.
  static let mostPairs = 6

  /// Curvature over which a particle may come back, 1/cm, and how much later than the event the hits of a particle on its way out may be, ns: half
  /// a turn and back take 10 ns and more, the mean of eight hits is good to 1.
  private static let curling = 0.012
  private static let latest = 2.5
  /// Seeds nearer to the axis are first taken for prompt, cm; with the inverse variance of d0 about 0 while sides are chosen.
  static let promptDistance = 2.0
  private static let promptWeight = 1 / 0.09
  /// A change of the delay that is worth another fit, ns.
  static let smallestDelay = 0.3
  /// Temperatures of the fits. The sides are chosen before, and a prompt circle is known well.
  private static let promptTemperatures = SIMD4<Float>(3, 0, 0, 0)
  static let circleTemperatures = SIMD4<Float>(60, 10, 2, 0)
  static let helixTemperatures = SIMD4<Float>(6, 1, 0, 0)

  init(detector: DetectorModel) {
    table = WireTable(detector.driftChamber)
    segmentMap = detector.driftChamber.trackSegments
    hits = ChamberHits(table: table)
    crossings = LayerCrossings(table: table)
    segments = AxialSegments(table: table)
    filter = TrackFilter(
      table: table, tracker: detector.silicon,
      material: TrackMaterial(detector.material, silicon: detector.silicon))
  }

  /// Forgets the tracks of the event before and takes the drift-chamber hits of the next; points are to be loaded next.
  mutating func load(wires: Span<UInt16>, times: Span<Int16>) {
    tracks.removeAll(keepingCapacity: true)
    timeSum = 0
    timeWeight = 0
    hits.load(wires: wires, times: times, table: table)
  }

  /// Collision time estimated from the drift times on the tracks, ns: the shift that makes drift distances on both sides of the
  /// tracks agree. 0 without tracks.
  var eventTime: Double { timeWeight > 0 ? timeSum / timeWeight : 0 }

  /// Grows a track from a level-1 track.
  /// - Parameters:
  ///   - omega: curvature, 1/cm.
  ///   - phi0: azimuth at the origin, rad.
  ///   - segments: segment of each of the nine super-layers, -1 for none.
  ///   - number: position in the event's level-1 list.
  mutating func grow(omega: Double, phi0: Double, segments: Span<Int16>, number: Int, eventTime: Double) {
    guard tracks.count < TrackFinder.mostTracks, omega.isFinite, phi0.isFinite, abs(omega) < 0.1, abs(phi0) < 10 else {
      return
    }
    var state = HelixState(d0: 0, phi0: PortableAngles.wrapped(phi0), omega: omega, z0: 0, tanLambda: 0)
    if let better = circle(through: segments), abs(better.omega - omega) < 0.006, abs(better.d0) < 25 { state = better }
    guard var track = refine(state, road: 0.9, eventTime: eventTime) else { return }
    track.level1Track = number
    keep(track)
  }

  /// Grows tracks from hits that no track owns.
  mutating func growRest(eventTime: Double) {
    segments.find(hits: hits, table: table)
    seeds.make(from: segments, table: table, fromOrigin: false)
    let before = tracks.count
    trySeeds(eventTime: eventTime)
    // Segments of crowded events are found anew from what is left; otherwise those at hand will do.
    if tracks.count > before + 2 { segments.find(hits: hits, table: table) }
    seeds.make(from: segments, table: table, fromOrigin: true)
    trySeeds(eventTime: eventTime)
    seeds.makePairs(from: segments)
    trySeeds(eventTime: eventTime, most: TrackFinder.mostPairs)
    settleContests(eventTime: eventTime)
  }

  private mutating func trySeeds(eventTime: Double, most: Int = TrackFinder.mostSeeds) {
    var tried = 0
    for seed in seeds.seeds {
      guard tracks.count < TrackFinder.mostTracks, tried < most else { return }
      if owned(seed) || isClone(seed.state) { continue }
      tried += 1
      guard let track = refine(seed.state, road: 0.4, eventTime: eventTime) else { continue }
      keep(track)
    }
  }

  /// Whether the hits of a seed's segments have gone to other tracks meanwhile.
  private func owned(_ seed: TrackSeeds.Seed) -> Bool {
    var free = 0
    for axial in 0..<5 where seed.segments[axial] >= 0 {
      let range = segments.segments[Int(seed.segments[axial])].members
      var taken = 0
      for index in range where hits.owner[Int(segments.members[index])] >= 0 { taken += 1 }
      if 2 * taken < range.count { free += 1 }
    }
    return free < min(3, seed.superLayers)
  }

  /// The circle through the first-priority wires of three axial segments, as far apart as there are.
  private func circle(through segments: Span<Int16>) -> HelixState? {
    var found: (Int, Int, Int) = (-1, -1, -1)
    var count = 0
    var list: SIMD8<Int32> = SIMD8(repeating: -1)
    for superLayer in stride(from: 0, to: min(9, segments.count), by: 2) {
      let id = Int(segments[superLayer])
      guard id >= 0, id < segmentMap.count, Int(segmentMap.superLayer[id]) == superLayer else { continue }
      list[count] = Int32(id)
      count += 1
    }
    guard count >= 3 else { return nil }
    found = (Int(list[0]), Int(list[count / 2]), Int(list[count - 1]))
    func wire(_ segment: Int) -> SIMD4<Float> {
      let start = Int(segmentMap.starts[segment])
      for entry in start..<Int(segmentMap.starts[segment + 1]) where segmentMap.priorities[entry] == 1 {
        return table.lines[Int(segmentMap.wires[entry])]
      }
      return table.lines[Int(segmentMap.wires[start])]
    }
    let a = wire(found.0)
    let b = wire(found.1)
    let c = wire(found.2)
    return TrackSeeds.circle(
      Double(a[0]), Double(a[1]), Double(b[0]), Double(b[1]), Double(c[0]), Double(c[1]))?.state
  }

  /// Fits the hits near a circle: axial ones first, then the stereo hits on a line in z, then all together.
  private mutating func refine(_ seed: HelixState, road: Float, eventTime: Double) -> FittedTrack? {
    var state = seed
    guard chooseSides(near: seed, road: road, eventTime: eventTime) else { return nil }
    // Most tracks come from the interaction point; only if that fails, d0 is left free.
    var isFitted = false
    if abs(seed.d0) < TrackFinder.promptDistance {
      chosen.removeAll(keepingCapacity: true)
      chosen.append(contentsOf: fit.members)
      isFitted = fitCircle(
        &state, from: seed, d0: TrackFinder.promptWeight, temperatures: TrackFinder.promptTemperatures,
        eventTime: eventTime)
      if !isFitted {
        fit.members.removeAll(keepingCapacity: true)
        fit.members.append(contentsOf: chosen)
        fit.evaluateCircle(seed, hits: hits, table: table, eventTime: eventTime)
        for index in chosen.indices {
          fit.members[index].positive = chosen[index].positive
          fit.members[index].negative = chosen[index].negative
        }
      }
    }
    if !isFitted {
      isFitted = fitCircle(
        &state, from: seed, d0: 0, temperatures: TrackFinder.circleTemperatures, eventTime: eventTime)
    }
    // The circle knows already whether it is one of another track: that saves search in z, fit and filter.
    guard isFitted, !isClone(state) else { return nil }
    // What is born far out may be late: its mother was slow, or it came from the other side.
    let eventTime = eventTime + (abs(state.d0) > TrackFinder.promptDistance ? delay : 0)
    guard let line = stereo.search(state, crossings: crossings, hits: hits, table: table, eventTime: eventTime)
    else { return nil }
    state.z0 = line.z0
    state.tanLambda = line.tanLambda
    guard let result = fitHelix(&state, eventTime: eventTime) else { return nil }
    guard isGood(state, result), let track = filter.run(result.reference, fit: fit, hits: hits, points: points)
    else { return nil }
    return isReturning(track) || isClone(track.state) ? nil : track
  }

  /// Whether the hits say that a soft track is the arm on which a curling particle comes back: they are later than they would be on the way
  /// out, by the time of flight over the rest of the turn, and the later the nearer they are to the axis.
  private func isReturning(_ track: FittedTrack) -> Bool {
    guard abs(track.state.omega) > TrackFinder.curling else { return false }
    var count = 0.0
    var delays = 0.0
    var arcs = 0.0
    var products = 0.0
    for member in fit.members where member.weight > 0.8 && member.drift > 0.1 {
      let delay = Double(member.drift - abs(member.distance)) / table.driftVelocity
      count += 1
      delays += delay
      arcs += Double(member.arc)
      products += delay * Double(member.arc)
    }
    // A slow particle is late too, but the more the farther out.
    return count >= 8 && delays - count * eventTime > TrackFinder.latest * count && count * products < delays * arcs
  }

  /// How late the hits of the circle fitted last are, ns: what makes drift distances on both sides of it agree.
  var delay: Double {
    var sum: Float = 0
    var count: Float = 0
    for member in fit.members where member.weight > 0.8 && member.drift > 0.1 {
      sum += member.drift - abs(member.distance)
      count += 1
    }
    return count >= 6 ? min(15, max(-5, Double(sum / count) / table.driftVelocity)) : 0
  }

  /// Collects the axial hits near a circle and decides on the sides of their wires.
  /// - Parameter road: half width of the road beyond half a cell, cm.
  /// - Returns: whether two super-layers agree with the circle.
  mutating func chooseSides(near seed: HelixState, road: Float, eventTime: Double) -> Bool {
    crossings.find(seed, table: table)
    HitRoad.gather(
      into: &fit.members, near: seed, crossings: crossings, hits: hits, table: table, axial: road, stereo: nil)
    guard fit.members.count >= 8 else { return false }
    fit.evaluateCircle(seed, hits: hits, table: table, eventTime: eventTime)
    return SideSearch.choose(&fit.members, hits: hits, table: table) >= 2
  }

  /// Fits the axial hits whose sides are chosen, and works out where the circle crosses the layers.
  /// - Parameters:
  ///   - d0: inverse variance of d0 about 0.
  ///   - temperatures: one step of the fit each.
  /// - Returns: whether enough of the axial layers the circle crosses have a hit on it.
  mutating func fitCircle(
    _ state: inout HelixState, from seed: HelixState, d0: Double, temperatures: SIMD4<Float>, eventTime: Double
  ) -> Bool {
    state = seed
    guard fit.stepCircle(&state, prior: d0),
      fit.runCircle(
        &state, hits: hits, table: table, eventTime: eventTime, temperatures: temperatures, prior: d0)
    else { return false }
    var mask: UInt64 = 0
    for member in fit.members where member.weight > 0.4 { mask |= 1 << UInt64(hits.layer[Int(member.hit)]) }
    guard mask != 0 else { return false }
    let first = mask.trailingZeroBitCount
    let last = 63 - mask.leadingZeroBitCount
    let found = mask.nonzeroBitCount
    guard found >= 6 else { return false }
    crossings.find(state, table: table)
    let layers = table.layers.span
    let places = crossings.layers.span
    var crossed = 0
    for index in first...last where layers[index].isAxial {
      if !places[index].arc.isFinite { break }
      crossed += 1
    }
    return Double(found) > 0.6 * Double(crossed)
  }

  /// Whether a soft track is the returning arm of one already found: same circle, other direction or further turn.
  private func isClone(_ state: HelixState) -> Bool {
    guard abs(state.omega) > TrackFinder.curling else { return isReversed(state) }
    let radius = 1 / state.omega
    let x = (state.d0 + radius) * state.sine
    let y = -(state.d0 + radius) * state.cosine
    for other in tracks where abs(other.state.omega) > TrackFinder.curling {
      let otherRadius = 1 / other.state.omega
      let dx = x - (other.state.d0 + otherRadius) * other.state.sine
      let dy = y + (other.state.d0 + otherRadius) * other.state.cosine
      let difference = abs(abs(radius) - abs(otherRadius))
      if (dx * dx + dy * dy).squareRoot() < 4, difference < 0.1 * abs(radius) { return true }
    }
    return false
  }

  /// Whether a displaced track is the way in of one that passes its perigee and is found on its way out: the same circle, flown
  /// the other way.
  private func isReversed(_ state: HelixState) -> Bool {
    guard abs(state.d0) > 5 else { return false }
    for other in tracks where abs(other.state.d0 + state.d0) < 1.5 {
      let cosine = other.state.cosine * state.cosine + other.state.sine * state.sine
      if cosine < -0.999, abs(other.state.omega + state.omega) < 5e-4 + 0.1 * abs(other.state.omega) { return true }
    }
    return false
  }

  /// Books a track and the hits it owns from now on.
  private mutating func keep(_ track: FittedTrack) {
    let number = Int16(truncatingIfNeeded: tracks.count)
    for member in fit.members where member.weight > 0.3 { hits.owner[Int(member.hit)] = number }
    for index in filter.attached { points.isUsed[Int(index)] = true }
    // A late event makes every drift distance too long: (drift - |distance|)/velocity is its delay.
    for member in fit.members
    where member.weight > 0.8 && member.drift > 0.1 && abs(track.state.d0) < TrackFinder.promptDistance {
      timeSum += Double(member.drift - abs(member.distance)) / table.driftVelocity
      timeWeight += 1
    }
    tracks.append(track)
  }
}
