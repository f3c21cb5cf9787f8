import ArrowStream
import Detector
import EventModel
import Foundation
import Kinematics
import Reconstruction
import Simulation
import Statistics
import Testing

/// Tracks of heavy neutral particles that decay far from the axis, in beam background.
@Suite("Tracks of heavy neutral particles") struct DisplacedTrackTests {
  /// A neutral particle of 0.5 to 4 GeV mass and 0.5 to 3 GeV momentum, isotropic within 17 to 150 degrees, decays to two muons
  /// anywhere along the first metre of its flight with the same probability.
  static func sample(count: Int) throws -> RecordBatch {
    var response = try DetectorResponse(detector: .belle2(), background: 0.2, seed: 5)
    var builders = SimulatedEventBuilders(processes: ["neutral"])
    for number in 0..<count {
      var event = GeneratedEvent(number: UInt64(number), process: "neutral")
      var random = CounterRandom(seed: 6, experiment: 1, run: 1, event: UInt64(number), purpose: .generation)
      func direction(_ cosine: Double) -> Vector3 {
        let phi = random.uniform(-Double.pi, Double.pi)
        let sine = (1 - cosine * cosine).squareRoot()
        return Vector3(sine * cos(phi), sine * sin(phi), cosine)
      }
      let flight = direction(random.uniform(cos(150 * Units.degree), cos(17 * Units.degree)))
      let mass = random.uniform(0.5, 4)
      let mother = FourVector(momentum: random.uniform(0.5, 3) * flight, mass: mass)
      let length = random.uniform(0, 100)
      let vertex = length * flight
      let time = length / PhysicalConstants.speedOfLight * mother.energy / mother.momentum.length
      let own = (0.25 * mass * mass - Mass.muon * Mass.muon).squareRoot() * direction(random.uniform(-1, 1))
      let boost = try #require(Boost(toRestFrameOf: mother)).inverse
      for sign in [1.0, -1.0] {
        let muon = boost.apply(FourVector(momentum: sign * own, mass: Mass.muon))
        event.append(
          pdg: sign > 0 ? 13 : -13, momentum: SIMD4(muon.momentum.x, muon.momentum.y, muon.momentum.z, muon.energy),
          vertex: SIMD4(vertex.x, vertex.y, vertex.z, time))
      }
      try response.respond(to: event, experiment: 1, run: 1, into: &builders)
    }
    return try builders.finish()
  }

  @Test("More of their tracks are found than by the standard finder of the experiment, with the right charge")
  func efficiency() throws {
    let batch = try Self.sample(count: 500)
    let truth = try TruthParticles(batch)
    let hits = try HitTruth(batch, detector: "cdc")
    var events = EventReconstruction(detector: try .belle2())
    try events.begin(batch)
    var thrown = 0
    var found = 0
    var fakes = 0
    // Of tracks born in the chamber, which have not crossed its wall: d0 and phi0.
    var pulls: [[Double]] = [[], []]
    for row in 0..<batch.count {
      events.run(.tracks, row: row)
      let first = truth.rows[row].lowerBound
      var used: Set<Int> = []
      for muon in first..<(first + 2) {
        // A track that leaves seven hits could be found.
        let count = hits.rows[row].count { Int(hits.particle[$0]) == muon - first }
        guard count >= 7 else { continue }
        thrown += 1
        let momentum = Vector3(Double(truth.px[muon]), Double(truth.py[muon]), Double(truth.pz[muon]))
        let helix = Helix.make(
          position: Vector3(Double(truth.x[muon]), Double(truth.y[muon]), Double(truth.z[muon])), momentum: momentum,
          charge: truth.pdg[muon] == 13 ? -1 : 1
        ).helix
        let match = events.tracks(row: row).indices.first { index in
          let track = events.tracks(row: row)[index].helix
          return !used.contains(index) && abs(wrappedAngle(track.phi0 - helix.phi0)) < 0.1
            && abs(track.omega - helix.omega) < 0.15 * abs(helix.omega) + 5e-4
            && track.omega * helix.omega > 0 && abs(track.tanLambda - helix.tanLambda) < 0.15
        }
        guard let match else { continue }
        used.insert(match)
        found += 1
        let track = events.tracks(row: row)[match]
        guard Vector3(Double(truth.x[muon]), Double(truth.y[muon]), 0).transverse > 19 else { continue }
        pulls[0].append((Double(track.d0) - helix.d0) / Double(track.covariance[0]).squareRoot())
        pulls[1].append(wrappedAngle(Double(track.phi0) - helix.phi0) / Double(track.covariance[2]).squareRoot())
      }
      fakes += events.tracks(row: row).count - used.count
    }
    #expect(thrown >= 800)
    // arXiv:2411.13596 has 52.2 % for the standard finder and 4.1 % fakes on such decays; here 58 % less two standard deviations.
    #expect(Double(found) > 0.55 * Double(thrown))
    #expect(Double(fakes) < 0.041 * Double(found))
    // Their mothers are slow: what is left of the delay, which the hits themselves have to tell, is not in the errors.
    #expect(pulls[0].count >= 150)
    for values in pulls { #expect((0.9...1.4).contains(Sample.spread(values))) }
  }
}
