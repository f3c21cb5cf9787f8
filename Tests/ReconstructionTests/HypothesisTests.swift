import ArrowStream
import Detector
import EventModel
import Kinematics
import Reconstruction
import Simulation
import Statistics
import Testing

/// Fits of simulated particles with the mass they have.
@Suite("Fits with the masses of particles") struct HypothesisTests {
  static func gun(_ particle: String, count: Int) throws -> RecordBatch {
    var response = try DetectorResponse(detector: .belle2(), background: 0, seed: 5)
    var builders = SimulatedEventBuilders(processes: ["gun"])
    let gun = try ParticleGun(
      particles: [particle], momentum: 0.2...2, isTransverse: true, thetaDegrees: 35...125, vertexZ: 0...0)
    for number in 0..<count {
      var event = GeneratedEvent(number: UInt64(number), process: "gun")
      var random = CounterRandom(seed: 6, experiment: 1, run: 1, event: UInt64(number), purpose: .generation)
      gun.generate(into: &event, &random)
      try response.respond(to: event, experiment: 1, run: 1, into: &builders)
    }
    return try builders.finish()
  }

  @Test(
    "Errors of all five parameters are what the fit with the right mass says",
    arguments: [
      ("e-", Hypothesis.electron), ("mu-", .muon), ("pi-", .pion), ("K-", .kaon), ("p+", .proton),
    ])
  func pulls(particle: String, hypothesis: Hypothesis) throws {
    let batch = try Self.gun(particle, count: 2000)
    let truth = try TruthParticles(batch)
    var events = EventReconstruction(detector: try .belle2())
    try events.begin(batch)
    var pulls: [[Double]] = Array(repeating: [], count: 5)
    var shifts: [Double] = []
    for row in 0..<batch.count {
      let first = truth.rows[row].lowerBound
      // Particles that decay, interact or radiate a photon of 10 MeV and more are others afterwards.
      if truth.rows[row].contains(where: { truth.mother[$0] == 0 }) { continue }
      let momentum = Vector3(Double(truth.px[first]), Double(truth.py[first]), Double(truth.pz[first]))
      let helix = Helix.make(
        position: Vector3(Double(truth.x[first]), Double(truth.y[first]), Double(truth.z[first])), momentum: momentum,
        charge: particle == "p+" ? 1 : -1
      ).helix
      events.run([.tracks, .hypotheses], row: row)
      let fits =
        hypothesis == .pion
        ? Array(events.tracks(row: row))
        : events.hypotheses(row: row).filter { $0.hypothesis == hypothesis }.map(\.fit)
      let near = fits.first {
        abs(wrappedAngle(Double($0.phi0) - helix.phi0)) < 0.1
          && abs(Double($0.omega) - helix.omega) < 0.2 * abs(helix.omega)
      }
      guard let near else { continue }
      let found = near.helix
      let differences = [
        found.d0 - helix.d0, wrappedAngle(found.phi0 - helix.phi0), found.omega - helix.omega, found.z0 - helix.z0,
        found.tanLambda - helix.tanLambda,
      ]
      for index in 0..<5 {
        let variance = Double(near.covariance[index * (index + 1) / 2 + index])
        pulls[index].append(differences[index] / variance.squareRoot())
      }
      shifts.append(pulls[2].last ?? 0)
    }
    #expect(pulls[0].count >= 1300)
    // Between 0.9 and 1.1; the half width of the central 68 % of n Gaussian pulls is known to 0.96/sqrt(n).
    let error = 0.96 / Double(pulls[0].count).squareRoot()
    for values in pulls { #expect((0.9 - error...1.1 + error).contains(Sample.spread(values))) }
    // The energy lost is given back: without it a proton's curvature is wrong by four standard deviations.
    #expect(abs(Sample.median(shifts)) < 0.25)
  }

  @Test("Hypotheses are fitted on demand only, once, and name their tracks")
  func onDemand() throws {
    let batch = try Self.gun("K-", count: 40)
    var events = EventReconstruction(detector: try .belle2())
    try events.begin(batch)
    for row in 0..<batch.count { events.run(.tracks, row: row) }
    #expect((0..<batch.count).allSatisfy { events.hypotheses(row: $0).isEmpty })
    var stage = Reconstruction(detector: try .belle2())
    let column = try ReconstructionColumn(stage.process(batch))
    let fits = column.hypotheses
    #expect(fits.rows.count == batch.count)
    var complete = 0
    for row in 0..<batch.count {
      let tracks = column.tracks.rows[row].count
      #expect(fits.rows[row].allSatisfy { Int(fits.track[$0]) < tracks && fits.particle[$0] != 2 })
      complete += fits.rows[row].count == 4 * tracks ? 1 : 0
    }
    #expect(complete >= 36)
  }
}
