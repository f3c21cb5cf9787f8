import ArrowStream
import Detector
import EventModel
import Kinematics
import Reconstruction
import Simulation
import Statistics
import Testing
import TriggerStudies

@Suite("Vertices beside truth") struct VertexingStudyTests {
  /// K_S of a gun, whose decays the detector response makes.
  private static func kShorts(_ count: Int) throws -> RecordBatch {
    var response = try DetectorResponse(detector: .belle2(), background: 0, seed: 15)
    var builders = SimulatedEventBuilders(processes: ["gun"])
    let gun = try ParticleGun(
      particles: ["K_S0"], momentum: 0.6...1.5, isTransverse: false, thetaDegrees: 40...120, vertexZ: 0...0)
    for number in 0..<count {
      var event = GeneratedEvent(number: UInt64(number), process: "gun")
      var random = CounterRandom(seed: 16, experiment: 1, run: 1, event: UInt64(number), purpose: .generation)
      gun.generate(into: &event, &random)
      try response.respond(to: event, experiment: 1, run: 1, into: &builders)
    }
    return try builders.finish()
  }

  @Test("K_S of a gun are found and come out with the mass of the K_S, and every count adds up")
  func kShort() throws {
    let batch = try Self.kShorts(150)
    var events = EventReconstruction(detector: try .belle2())
    events.keepsWires = true
    try events.begin(batch)
    let truth = try TrackTruth(batch)
    let decays = try DecayTruth(batch)
    var sample = VertexingSample()
    var expected = 0
    for row in 0..<batch.count {
      events.run(.vertices, row: row)
      let found = truth.assign(events.tracks(row: row), wires: events.wiresOfTracks(row: row), row: row)
      let particles = found.assignments.map { assignment in
        assignment.isClone ? nil : assignment.particle.map { found.particles[$0].place }
      }
      sample.add(events, row: row, particles: particles, truth: decays)
      expected += decays.decays(row: row).count {
        $0.mother == .kShort && $0.isInAcceptance && $0.position.transverse < 60
      }
    }
    #expect(sample.events == 150)
    #expect(sample.kShort.reduce(0) { $0 + $1.tracks.total } == expected)
    // Two of three decay to charged pions.
    #expect(expected > 60)
    let found = sample.kShort.reduce(0) { $0 + $1.vertex.passed }
    #expect(found >= expected / 2)
    #expect(sample.kShort.allSatisfy { $0.vertex.passed <= $0.tracks.passed && $0.kind.passed <= $0.vertex.passed })
    let report = VertexingReport(sample, reference: try .belle2())
    #expect(report.events == 150)
    let mass = try #require(report.table("k_short_resolution")?.rows[0].values[0])
    // The reference is 3.5 MeV in the middle of B Bbar events.
    #expect(mass.value < 3.5)
    #expect(report.text.contains("K_S window") && report.commaSeparatedValues.hasPrefix(StudyTable.header))
    #expect(report.plot(conditions: "test").svg.contains("</svg>"))
  }
}
