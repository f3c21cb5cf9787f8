import ArrowStream
import Detector
import EventModel
import Foundation
import Kinematics
import Reconstruction
import Simulation
import Statistics
import Testing

/// Particles of a gun through the detector response, reconstructed without level 1.
@Suite("Reconstruction of simulated particles") struct SimulatedEventTests {
  static func gun(
    _ particles: [String], momentum: ClosedRange<Double>, theta: ClosedRange<Double>, background: Double, count: Int
  ) throws -> RecordBatch {
    var response = try DetectorResponse(detector: .belle2(), background: background, seed: 5)
    var builders = SimulatedEventBuilders(processes: ["gun"])
    let gun = try ParticleGun(
      particles: particles, momentum: momentum, isTransverse: false, thetaDegrees: theta, vertexZ: 0...0)
    for number in 0..<count {
      var event = GeneratedEvent(number: UInt64(number), process: "gun")
      var random = CounterRandom(seed: 6, experiment: 1, run: 1, event: UInt64(number), purpose: .generation)
      gun.generate(into: &event, &random)
      try response.respond(to: event, experiment: 1, run: 1, into: &builders)
    }
    return try builders.finish()
  }

  static func reconstructed(_ batch: RecordBatch, _ steps: ReconstructionSteps = .all) throws -> EventReconstruction {
    var events = EventReconstruction(detector: try .belle2())
    try events.begin(batch)
    for row in 0..<batch.count { events.run(steps, row: row) }
    return events
  }

  @Test("Muons of 0.8 to 3 GeV in beam background are found as muons, and little else is found")
  func muons() throws {
    let batch = try Self.gun(
      ["mu-", "mu+"], momentum: 0.8...3, theta: 40...120, background: 0.2, count: 200)
    let events = try Self.reconstructed(batch)
    let found = (0..<200).count { !events.tracks(row: $0).isEmpty }
    let tracks = (0..<200).reduce(0) { $0 + events.tracks(row: $1).count }
    let muons = (0..<200).count { row in events.tracks(row: row).contains { $0.muon > 0.5 } }
    // The reference is 99.95 % for muons without background, and 91 to 94 % identified above 1 GeV.
    #expect(found >= 196)
    #expect(tracks <= found + 6)
    #expect(muons >= 175)
  }

  @Test("Steps are asked for by name, and a name that is none is refused with those there are")
  func stepNames() throws {
    #expect(try ReconstructionSteps(names: "all") == .all)
    #expect(try ReconstructionSteps(names: "standard,hypotheses, silicon_tracks,silicon_vertices") == .all)
    #expect(try ReconstructionSteps(names: "tracks") == .tracks)
    #expect(!ReconstructionSteps.standard.contains(.hypotheses) && ReconstructionSteps.standard.contains(.candidates))
    let error = #expect(throws: UnknownStepError.self) { try ReconstructionSteps(names: "tracks,trakcs") }
    #expect(error?.description.contains("'trakcs'") == true && error?.description.contains("silicon_tracks") == true)
  }

  @Test("Few pions look like muons or electrons")
  func pions() throws {
    let batch = try Self.gun(["pi-", "pi+"], momentum: 1...3, theta: 40...120, background: 0.2, count: 250)
    let events = try Self.reconstructed(batch)
    let muons = (0..<250).count { row in events.tracks(row: row).contains { $0.muon > 0.5 } }
    let electrons = (0..<250).count { row in events.tracks(row: row).contains { $0.electron > 0.5 } }
    // The reference is 4 to 8 %; 30 of 250 is three standard deviations above 8 %.
    #expect(muons <= 30)
    #expect(electrons <= 30)
  }

  @Test("Electrons have the energy of their momentum")
  func electrons() throws {
    let batch = try Self.gun(["e-", "e+"], momentum: 1...3, theta: 40...120, background: 0.2, count: 200)
    let events = try Self.reconstructed(batch)
    let electrons = (0..<200).count { row in events.tracks(row: row).contains { $0.electron > 0.5 } }
    #expect(electrons >= 170)
  }

  @Test("Photons come out with the resolution of the detector model", arguments: [(0.1, 0.035), (1.0, 0.024)])
  func photons(energy: Double, resolution: Double) throws {
    let batch = try Self.gun(["gamma"], momentum: energy...energy, theta: 40...120, background: 0, count: 300)
    let events = try Self.reconstructed(batch, .clusters)
    let truth = try TruthParticles(batch)
    var ratios: [Double] = []
    var polar: [Double] = []
    for row in 0..<batch.count {
      let first = truth.rows[row].lowerBound
      let momentum = Vector3(Double(truth.px[first]), Double(truth.py[first]), Double(truth.pz[first]))
      guard let cluster = events.clusters(row: row).first else { continue }
      ratios.append(Double(cluster.energy) / energy - 1)
      polar.append(Double(cluster.theta) - momentum.theta)
    }
    // One in twenty-five converts in the material before the calorimeter.
    #expect(ratios.count >= 280)
    #expect(abs(Sample.median(ratios)) < 0.01)
    #expect(Sample.spread(ratios) < resolution)
    #expect(Sample.spread(polar) < (energy < 0.5 ? 0.012 : 0.006))
  }

  @Test("The reconstruction stage continues from the high-level trigger's column and repeats no step")
  func continues() throws {
    let batch = try Self.gun(["mu-", "mu+"], momentum: 1...3, theta: 40...120, background: 0, count: 30)
    var first = EventReconstruction(detector: try .belle2())
    try first.begin(batch)
    var builder = HighLevelBuilder()
    for row in 0..<batch.count {
      // Every other event has its tracks already, every third its clusters.
      if row % 2 == 0 { first.run(.tracks, row: row) }
      if row % 3 == 0 { first.run(.clusters, row: row) }
      first.append(row: row, to: &builder)
      builder.endEvent(verdict: 1, steps: first.steps(row: row).rawValue, eventTime: first.eventTime(row: row))
    }
    let withTrigger = try batch.appending(EventSchema.highLevel, builder.finish())
    var stage = Reconstruction(detector: try .belle2())
    let continued = try ReconstructionColumn(stage.process(withTrigger))
    // In the order of the table: clusters, tracks, then those that nobody had run.
    let others = ReconstructionSteps.table.count - 2
    #expect(stage.events.executions == [20, 15] + Array(repeating: 30, count: others))
    var fresh = Reconstruction(detector: try .belle2())
    let whole = try ReconstructionColumn(fresh.process(batch))
    #expect(fresh.events.executions == Array(repeating: 30, count: others + 2))
    #expect(Array(continued.steps) == Array(repeating: ReconstructionSteps.all.rawValue, count: 30))
    #expect(Array(continued.tracks.omega) == Array(whole.tracks.omega))
    #expect(Array(continued.tracks.muon) == Array(whole.tracks.muon))
    #expect(Array(continued.clusters.energy) == Array(whole.clusters.energy))
    #expect(Array(continued.clusters.track) == Array(whole.clusters.track))
    #expect(Array(continued.eventTime) == Array(whole.eventTime) && continued.eventTime.contains { $0 != 0 })
  }

  @Test("Running a step again changes nothing")
  func idempotent() throws {
    let batch = try Self.gun(["mu-"], momentum: 1...3, theta: 40...120, background: 0, count: 10)
    var events = try Self.reconstructed(batch)
    let before = (0..<10).map { Array(events.tracks(row: $0)) }
    for row in 0..<10 { events.run(.all, row: row) }
    #expect((0..<10).map { Array(events.tracks(row: $0)) } == before)
    #expect(events.executions == Array(repeating: 10, count: ReconstructionSteps.table.count))
  }

  @Test("A batch without a detector column is refused by name")
  func missingColumn() throws {
    let batch = try Self.gun(["mu-"], momentum: 1...3, theta: 40...120, background: 0, count: 1).dropping(["ecl"])
    var stage = Reconstruction(detector: try .belle2())
    #expect { try stage.process(batch) } throws: { "\($0)".contains("ecl") }
  }
}
