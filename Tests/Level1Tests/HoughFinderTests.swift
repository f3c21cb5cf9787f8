import Detector
import Level1
import Statistics
import Testing

/// The track finder on toy tracks at 90 degrees, against a reference toy of 250 tracks a point
/// (`Documentation/level1.md`, section "Checks").
@Suite("Track finder")
struct HoughFinderTests {
  let chamber: DriftChamber

  init() throws { chamber = try DetectorModel.belle2().driftChamber }

  /// Tracks found among `count` thrown.
  private func found(
    _ momentum: ClosedRange<Double>, d0: Double = 0, startRadius: Double = 0, count: UInt64 = 1000,
    suppressesNeighbours: Bool, minimumCells: Int
  ) -> Int {
    let segmentFinder = TrackSegmentFinder(chamber, suppressesNeighbours: suppressesNeighbours)
    let finder = HoughFinder(chamber, minimumCells: minimumCells)
    var toy = ToyTracks(chamber: chamber)
    var segments = TrackSegments()
    var tracks = DriftChamberTracks()
    var found = 0
    for event in 0..<count {
      var random = CounterRandom(
        seed: 11, experiment: 0, run: UInt32(d0 * 10 + startRadius), event: event, purpose: RandomPurpose(named: "toy"))
      toy.throwTrack(
        transverseMomentum: random.uniform(momentum.lowerBound, momentum.upperBound),
        charge: random.chance(0.5) ? 1 : -1, phi0: random.uniform(0, 2 * Double.pi),
        d0: random.chance(0.5) ? d0 : -d0, startRadius: startRadius, &random)
      segmentFinder.find(wire: toy.wires.span, tdc: toy.counts.span, into: &segments)
      finder.find(segments, into: &tracks)
      if tracks.count > 0 { found += 1 }
    }
    return found
  }

  /// Points of the reference: impact parameter, lowest and highest momentum, fraction found (of 250).
  static let displaced: [(d0: Double, low: Double, high: Double, fraction: Double)] = [
    (0, 0.3, 0.5, 0.996), (2, 0.3, 0.5, 0.944), (5, 0.3, 0.5, 0.828), (8, 0.3, 0.5, 0.720), (12, 0.3, 0.5, 0.504),
    (15, 0.3, 0.5, 0.280), (20, 0.3, 0.5, 0.012), (0, 0.5, 1, 1), (5, 0.5, 1, 0.992), (8, 0.5, 1, 0.980),
    (10, 0.5, 1, 0.912), (12, 0.5, 1, 0.832), (15, 0.5, 1, 0.432), (20, 0.5, 1, 0.012), (0, 1, 3, 1),
    (5, 1, 3, 0.980), (8, 1, 3, 0.980), (10, 1, 3, 0.952), (12, 1, 3, 0.880), (15, 1, 3, 0.528), (20, 1, 3, 0.020),
  ]

  @Test(
    "finds displaced tracks as often as the reference toy, which takes single cells and keeps neighbours",
    arguments: displaced)
  func displacedTracks(point: (d0: Double, low: Double, high: Double, fraction: Double)) {
    let count: UInt64 = 1000
    let fraction =
      Double(
        found(point.low...point.high, d0: point.d0, count: count, suppressesNeighbours: false, minimumCells: 1))
      / Double(count)
    // Three deviations of both samples, and 3 % for the toys' different shares of hits between neighbouring cells.
    let variance: Double = max(point.fraction * (1 - point.fraction), 0.004) * (1 / 250 + 1 / Double(count))
    #expect(abs(fraction - point.fraction) < 3 * variance.squareRoot() + 0.03, "found \(fraction) at \(point)")
  }

  @Test(
    "asks clusters for two cells, which costs displaced tracks more: 0.93, 0.83, 0.58 at 8, 10, 12 cm",
    arguments: [(8.0, 0.93), (10.0, 0.83), (12.0, 0.58)])
  func clusterRule(d0: Double, expected: Double) {
    let fraction = Double(found(0.5...3, d0: d0, suppressesNeighbours: false, minimumCells: 2)) / 1000
    #expect(abs(fraction - expected) < 0.06, "found \(fraction)")
  }

  @Test(
    "finds pointing tracks that begin at up to 18 cm, most from 22 to 30 cm, none from 40 cm",
    arguments: [(0.0, 1.0), (10, 1.0), (18, 1.0), (22, 0.96), (30, 0.97), (40, 0.0)])
  func pointingTracks(radius: Double, expected: Double) {
    let fraction =
      Double(found(0.5...3, startRadius: radius, count: 500, suppressesNeighbours: false, minimumCells: 1)) / 500
    #expect(abs(fraction - expected) < 0.035, "found \(fraction)")
  }

  @Test("finds more than 99 % of prompt tracks above 0.35 GeV with the trigger's own rules")
  func promptTracks() {
    let fraction = Double(found(0.35...3, count: 2000, suppressesNeighbours: true, minimumCells: 2)) / 2000
    #expect(fraction > 0.985, "found \(fraction)")
  }
}
