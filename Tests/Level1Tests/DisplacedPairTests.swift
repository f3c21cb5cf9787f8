import Detector
import Foundation
import Kinematics
import Level1
import Statistics
import Testing

/// Circles, their crossing points, and pairs of toy tracks from a common point.
@Suite("Displaced pairs")
struct DisplacedPairTests {
  let chamber: DriftChamber

  init() throws { chamber = try DetectorModel.belle2().driftChamber }

  private static func circle(d0: Double, phi0: Double, omega: Double) -> TransverseCircle {
    let u = 1 + omega * d0
    return TransverseCircle(
      a: omega / (2 * u), b: d0 * (1 + u) / (2 * u), normal: SIMD2(sin(phi0), -cos(phi0)))
  }

  @Test("a circle through exact points has their curvature and impact parameter, straight tracks too")
  func exactCircle() throws {
    var random = CounterRandom(seed: 31, experiment: 0, run: 0, event: 0, purpose: RandomPurpose(named: "circle"))
    var solved = 0
    for trial in 0..<2000 {
      let helix = Helix(
        d0: random.uniform(-15, 15), phi0: random.uniform(-Double.pi, Double.pi),
        omega: trial % 10 == 0 ? 0 : random.uniform(-0.012, 0.012), z0: 0, tanLambda: 0)
      var fit = CircleFit()
      for radius in [19.8, 40.16, 62, 83.84, 105.68] {
        guard let arc = helix.arcLength(toRadius: radius) else { continue }
        let point = helix.position(at: arc)
        fit.add(direction: SIMD2(point.x, point.y) / radius, radius: radius, weight: 1e4)
      }
      guard fit.count >= 4 else { continue }
      let start = helix.phi0 + random.uniform(-0.2, 0.2)
      guard let result = fit.solve(start: SIMD2(cos(start), sin(start))), let parameters = result.circle.parameters
      else { continue }
      solved += 1
      // What the linearised step leaves of a start that is off by 30 mrad.
      #expect(abs(parameters.omega - helix.omega) < 2e-5)
      #expect(abs(parameters.d0 - helix.d0) < 0.05)
      #expect((result.circle.normal - SIMD2(sin(helix.phi0), -cos(helix.phi0))).max() < 2e-3)
    }
    #expect(solved > 1800, "\(solved)")
  }

  @Test("two circles through a point cross there")
  func crossings() throws {
    var random = CounterRandom(seed: 32, experiment: 0, run: 0, event: 0, purpose: RandomPurpose(named: "crossing"))
    for _ in 0..<5000 {
      let rho = random.uniform(3, 60)
      let angle = random.uniform(-Double.pi, Double.pi)
      let point = SIMD2(rho * cos(angle), rho * sin(angle))
      let pair = (0..<2).map { _ in
        Self.circle(through: point, direction: angle + random.uniform(-1, 1), omega: random.uniform(-0.012, 0.012))
      }
      let found = try #require(pair[0].crossings(with: pair[1]))
      let distance = [found.first, found.second].map { (($0 - point) * ($0 - point)).sum().squareRoot() }.min() ?? 1e9
      #expect(distance < 1e-4 || !found.meet, "\(distance)")
    }
    let straight = Self.circle(d0: 1, phi0: 0.3, omega: 0)
    #expect(straight.crossings(with: straight) == nil)
    let hostile = TransverseCircle(a: .nan, b: .infinity, normal: SIMD2(.nan, 0))
    #expect(hostile.parameters == nil)
    _ = hostile.crossings(with: straight)
  }

  /// The circle of a track through a point with a direction there.
  private static func circle(through point: SIMD2<Double>, direction: Double, omega: Double) -> TransverseCircle {
    let normal = SIMD2(sin(direction), -cos(direction))
    guard abs(omega) > 1e-9 else {
      return TransverseCircle(a: 0, b: (normal * point).sum(), normal: normal)
    }
    // The centre lies on the normal; positive charges turn clockwise.
    let centre = point + normal / omega
    let distance = (centre * centre).sum().squareRoot()
    let radius = 1 / abs(omega)
    let sign: Double = omega > 0 ? 1 : -1
    let d0 = sign * (distance - radius)
    let closest = centre * (sign / distance)
    return circle(d0: d0, phi0: atan2(closest.x, -closest.y), omega: omega)
  }

  /// Pairs of toy tracks of opposite charge from a point: the fraction with a vertex by the standard selection near it.
  private func found(
    rho: Double, opening: ClosedRange<Double>, count: UInt64 = 200
  ) -> (vertices: Double, resolution: Double) {
    let segmentFinder = TrackSegmentFinder(chamber)
    let twoDimensional = HoughFinder(chamber)
    let finder = DisplacedTrackFinder(chamber)
    let pairFinder = DisplacedPairFinder(chamber)
    var toy = ToyTracks(chamber: chamber)
    var segments = TrackSegments()
    var tracks = DriftChamberTracks()
    var displaced = DisplacedTracks()
    var pairs = DisplacedPairs()
    var vertices = 0
    var distances: [Double] = []
    for event in 0..<count {
      var random = CounterRandom(
        seed: 33, experiment: 0, run: UInt32(rho), event: event, purpose: RandomPurpose(named: "pair"))
      let angle = random.uniform(-Double.pi, Double.pi)
      let half = random.uniform(opening.lowerBound, opening.upperBound) / 2
      var wires: [UInt16] = []
      for sign in [-1.0, 1.0] {
        let omega = sign * 0.00449689 / random.uniform(0.6, 2)
        let circle = Self.circle(
          through: SIMD2(rho * cos(angle), rho * sin(angle)), direction: angle + sign * half, omega: omega)
        guard let parameters = circle.parameters else { continue }
        toy.throwTrack(
          transverseMomentum: 0.00449689 / abs(omega), charge: sign, phi0: atan2(circle.normal.x, -circle.normal.y),
          d0: parameters.d0, startRadius: rho, &random)
        wires += toy.wires
      }
      let counts = [Int16](repeating: 100, count: wires.count)
      segmentFinder.find(wire: wires.span, tdc: counts.span, into: &segments)
      twoDimensional.find(segments, into: &tracks)
      finder.find(segments, besides: tracks, into: &displaced)
      pairFinder.find(displaced, into: &pairs)
      if let best = (0..<pairs.count).filter({ DisplacedVertexLogic.Selection.standard.accepts(pairs, $0) })
        .map({ abs(Double(pairs.rho[$0]) - rho) }).min()
      {
        vertices += 1
        distances.append(best)
      }
    }
    distances.sort()
    return (Double(vertices) / Double(count), distances.isEmpty ? 0 : distances[distances.count * 68 / 100])
  }

  @Test(
    "from 10 to 55 cm with an opening of 0.6 to 1.2 rad have a vertex, to 3 cm, from behind the second axial super-layer to 6 cm",
    arguments: [(10.0, 0.5), (15, 0.7), (25, 0.8), (35, 0.7), (45, 0.5), (55, 0.5)])
  func vertices(rho: Double, least: Double) {
    let result = found(rho: rho, opening: 0.6...1.2)
    #expect(result.vertices > least, "found \(result) at \(rho) cm")
    #expect(result.resolution < (rho < 40 ? 3 : 6), "found \(result) at \(rho) cm")
  }

  @Test("from the beam line, or from behind the third axial super-layer, have none")
  func noVertices() {
    #expect(found(rho: 0.1, opening: 0.3...1.5).vertices < 0.03)
    #expect(found(rho: 70, opening: 0.3...1.5).vertices < 0.01)
  }
}
