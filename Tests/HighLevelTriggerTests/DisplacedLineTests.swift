import ArrowStream
import Detector
import EventModel
import HighLevelTrigger
import Kinematics
import Simulation
import Statistics
import Testing

/// The experiment's displaced-vertex filter beside ours, on long-lived particles and on K_S.
@Suite("Displaced-vertex lines") struct DisplacedLineTests {
  private static let lines = """
      lines:
        - name: filter
          when: displacedVertex == 1
        - name: pair
          when: n_vertices(1 cm < rho < 80 cm, 20 deg < theta < 140 deg, probability > 0.005, pointing < 0.5 rad,
            flight_significance > 8, inner_points == 0, smaller_d0 > 0.1 cm, smaller_pT > 0.2 GeV, not k_short, not lambda,
            not conversion, not back_to_back) >= 1
        - name: without_veto
          when: n_vertices(1 cm < rho < 80 cm, probability > 0.005, flight_significance > 8, tracks == 2) >= 1
    """

  /// Events that each line accepts.
  private func accepted(_ count: Int, _ make: (inout GeneratedEvent, inout CounterRandom) -> Void) throws -> [Int] {
    var response = try DetectorResponse(detector: .belle2(), background: 0, seed: 31)
    var builders = SimulatedEventBuilders(processes: ["signal"])
    for number in 0..<count {
      var event = GeneratedEvent(number: UInt64(number), process: "signal")
      var random = CounterRandom(seed: 32, experiment: 1, run: 1, event: UInt64(number), purpose: .generation)
      make(&event, &random)
      try response.respond(to: event, experiment: 1, run: 1, into: &builders)
    }
    let menu = try Fixture.menu(Self.lines)
    let batch = try Fixture.triggered(builders.finish(), menu)
    var trigger = try HighLevelTrigger(detector: .belle2(), menu: menu, seed: 1)
    let column = try HighLevelColumn(trigger.process(batch))
    return (0..<3).map { line in Fixture.results(column, line: line).count { $0 > 0 } }
  }

  @Test("Ours keeps more of events with two displaced vertices than the filter on the two leading tracks")
  func signal() throws {
    let generator = try InelasticDarkMatter(.init(), beams: DetectorModel.belle2().beams)
    let kept = try accepted(100) { event, random in generator.generate(into: &event, &random) }
    #expect(kept[0] >= 15)
    #expect(kept[1] > kept[0])
    #expect(kept[2] >= kept[1])
  }

  @Test("K_S pass the filter, and are vetoed by ours")
  func kShort() throws {
    let gun = try ParticleGun(
      particles: ["K_S0"], momentum: 1...2, isTransverse: false, thetaDegrees: 50...110, vertexZ: 0...0)
    let kept = try accepted(120) { event, random in gun.generate(into: &event, &random) }
    #expect(kept[2] >= 30)
    #expect(kept[0] >= 10)
    // The window of six standard deviations leaves what was measured badly.
    #expect(kept[1] <= kept[2] / 8)
  }
}
