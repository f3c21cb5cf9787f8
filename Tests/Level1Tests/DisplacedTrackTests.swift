import Detector
import Foundation
import Kinematics
import Level1
import Statistics
import Testing

/// Hough planes for displaced tracks on toy tracks at 90 degrees, against a reference toy of 160 tracks a point
/// (`Documentation/displaced-vertex-trigger.md`, section "Checks").
@Suite("Displaced tracks")
struct DisplacedTrackTests {
  let chamber: DriftChamber

  init() throws { chamber = try DetectorModel.belle2().driftChamber }

  /// What was found of one toy track.
  private struct Outcome {
    var twoDimensional: Int
    /// With four or five segments.
    var displaced: Int
    /// All displaced tracks, those with three segments included.
    var all: Int
    /// Smallest error in impact parameter of tracks with a segment in the innermost super-layer; nil without one.
    var error: Double?
  }

  /// The fraction of toy tracks of 0.5 to 3 GeV for which a condition on what was found holds.
  private func fraction(
    d0: Double, planes: [Double] = DisplacedTrackFinder.impactParameters, count: UInt64 = 600,
    suppressesNeighbours: Bool = true,
    _ condition: (Outcome) -> Bool
  ) -> Double {
    let segmentFinder = TrackSegmentFinder(chamber, suppressesNeighbours: suppressesNeighbours)
    let twoDimensional = HoughFinder(chamber)
    let finder = DisplacedTrackFinder(chamber, impactParameters: planes)
    var toy = ToyTracks(chamber: chamber)
    var segments = TrackSegments()
    var tracks = DriftChamberTracks()
    var displaced = DisplacedTracks()
    var passed = 0
    for event in 0..<count {
      var random = CounterRandom(
        seed: 21, experiment: 0, run: UInt32(d0 * 10), event: event, purpose: RandomPurpose(named: "toy"))
      let signed = random.chance(0.5) ? d0 : -d0
      toy.throwTrack(
        transverseMomentum: random.uniform(0.5, 3), charge: random.chance(0.5) ? 1 : -1,
        phi0: random.uniform(0, 2 * Double.pi), d0: signed, &random)
      segmentFinder.find(wire: toy.wires.span, tdc: toy.counts.span, into: &segments)
      twoDimensional.find(segments, into: &tracks)
      finder.find(segments, besides: tracks, into: &displaced)
      let errors = (0..<displaced.count).filter { displaced.superLayers[$0] & 1 == 1 }
        .map { abs(Double(displaced.d0[$0]) - signed) }
      let outcome = Outcome(
        twoDimensional: tracks.count,
        displaced: (displaced.promptCount..<displaced.count).count { !displaced.isOuter($0) },
        all: displaced.displacedCount, error: errors.min())
      if condition(outcome) { passed += 1 }
    }
    return Double(passed) / Double(count)
  }

  /// Points of the reference: impact parameter, fraction found with the planes named.
  static let toy: [(d0: Double, ten: Double, eight: Double, six: Double)] = [
    (0, 1, 1, 1), (4, 0.97, 0.97, 1), (6, 0.97, 0.97, 1), (8, 0.99, 1, 0.99), (10, 1, 0.99, 0.98), (12, 1, 0.98, 1),
    (14, 0.97, 0.97, 0.99), (16, 0.96, 1, 0.97), (18, 0.83, 0.97, 0.98), (20, 0.51, 0.91, 0.91), (24, 0, 0.42, 0.62),
  ]

  @Test(
    "are found in planes for 0, +-8, +-16 cm, for 0, +-10 cm and every 6 cm as often as by the reference toy",
    arguments: toy)
  func reference(point: (d0: Double, ten: Double, eight: Double, six: Double)) {
    for (planes, expected) in [
      ([-10.0, 10], point.ten), ([-16, -8, 8, 16], point.eight), ([-24, -18, -12, -6, 6, 12, 18, 24], point.six),
    ] {
      let count: UInt64 = 400
      let found = fraction(d0: point.d0, planes: planes, count: count, suppressesNeighbours: false) {
        $0.twoDimensional + $0.displaced > 0
      }
      // Three deviations of both samples, and 2 % for the toys' different shares of hits between neighbouring cells.
      let variance: Double = max(expected * (1 - expected), 0.004) * (1 / 160 + 1 / Double(count))
      #expect(abs(found - expected) < 3 * variance.squareRoot() + 0.02, "found \(found) at \(point), planes \(planes)")
    }
  }

  @Test(
    "are found with the trigger's own segments too: 97 % up to 16 cm, 0.95, 0.90, 0.37 at 18, 20, 24 cm",
    arguments: [
      (6.0, 0.99), (8, 1), (10, 0.99), (12, 0.98), (14, 0.98), (16, 0.985), (18, 0.95), (20, 0.90), (24, 0.37),
    ])
  func ownSegments(d0: Double, expected: Double) {
    let found = fraction(d0: d0) { $0.displaced > 0 }
    let variance = max(expected * (1 - expected), 0.004) / 600
    #expect(abs(found - expected) < 4 * variance.squareRoot() + 0.01, "found \(found)")
  }

  @Test("are one track each, whatever planes see them", arguments: [6.0, 10, 14, 18])
  func duplicates(d0: Double) {
    #expect(fraction(d0: d0, count: 400) { $0.all > 1 } < 0.01)
  }

  @Test("are not prompt tracks: 2 % of those from the beam line are called displaced, and 8 % of those 2 cm off")
  func promptVeto() {
    #expect(fraction(d0: 0, count: 1000) { $0.displaced > 0 } < 0.025)
    #expect(fraction(d0: 2, count: 1000) { $0.displaced > 0 } < 0.09)
  }

  @Test("have an impact parameter to 0.6 cm with a segment in the innermost super-layer")
  func resolution() {
    for d0 in [8.0, 16] {
      let within = fraction(d0: d0, count: 400) { ($0.error ?? .infinity) < 1.2 }
      let all = fraction(d0: d0, count: 400) { $0.error != nil }
      #expect(within > 0.88 * all, "\(within) of \(all) at \(d0) cm")
    }
  }

  @Test("vote in the cell of their azimuth and curvature, in the plane of their impact parameter")
  func curves() {
    var random = CounterRandom(seed: 22, experiment: 0, run: 0, event: 0, purpose: RandomPurpose(named: "plane"))
    for _ in 0..<20_000 {
      let d0 = random.uniform(-20, 20)
      let helix = Helix(
        d0: d0, phi0: random.uniform(0, 2 * Double.pi), omega: random.uniform(-0.0149, 0.0149), z0: 0, tanLambda: 0)
      let radius = random.uniform(21, 108)
      guard let arc = helix.arcLength(toRadius: radius) else { continue }
      let point = helix.position(at: arc)
      let azimuth = atan2(point.y, point.x)
      // The rising half: less than a quarter turn between the direction and the hit.
      guard cos(helix.phi0 - azimuth) > 0.01 else { continue }
      let (column, words) = HoughPlane.cells(azimuth: azimuth, radius: radius, impactParameter: d0)
      let wanted = Int((helix.phi0 / HoughPlane.columnWidth).rounded(.down))
      let row = Int(((helix.omega + HoughPlane.maximumCurvature) / HoughPlane.rowWidth).rounded(.down))
      let offset = ((wanted - column) % HoughPlane.columns + HoughPlane.columns) % HoughPlane.columns
      #expect(
        offset < words.count && words[offset] >> UInt64(row) & 1 == 1, "d0 \(d0), omega \(helix.omega), R \(radius)")
    }
  }
}
