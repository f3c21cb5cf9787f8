import ArrowStream
import Detector
import EventModel
import Foundation
import Kinematics
import Level1
import Menu
import Reconstruction
import Simulation
import Statistics
import Testing

/// Level-1 bits of electrons against the momentum of their reconstructed tracks, as the experiment's simulation has them.
///
/// Electrons that radiated in the beam pipe stand at a low momentum there, with their photons in the calorimeter: they fire energy
/// thresholds above their momentum and make second clusters.
@Suite("Level-1 bits against reconstructed momentum") struct ReconstructedMomentumTests {
  private struct Electron {
    let momentum: Double
    let hasHighEnergy: Bool
    let hasOneCluster: Bool
  }

  /// Electrons of 0.5 to 3 GeV of transverse momentum, 35 to 127 degrees, z within 20 cm, with a track that matches.
  private static let electrons: Result<(matched: [Electron], all: Int), any Error> = Result {
    let count = 5000
    let detector = try DetectorModel.belle2()
    var response = try DetectorResponse(detector: detector, background: 0, seed: 31)
    var builders = SimulatedEventBuilders(processes: ["gun"])
    let gun = try ParticleGun(
      particles: ["e-", "e+"], momentum: 0.5...3, isTransverse: true, thetaDegrees: 35...127, vertexZ: -20...20)
    for number in 0..<count {
      var event = GeneratedEvent(number: UInt64(number), process: "gun")
      var random = CounterRandom(seed: 32, experiment: 1, run: 1, event: UInt64(number), purpose: .generation)
      gun.generate(into: &event, &random)
      try response.respond(to: event, experiment: 1, run: 1, into: &builders)
    }
    let batch = try Fixture.triggered(builders.finish(), Fixture.menu(HighLevelTriggerTests.lines))
    let level1 = try Level1Column(batch)
    let truth = try TruthParticles(batch)
    var events = EventReconstruction(detector: detector)
    try events.begin(batch)
    guard let high = InputBit.position("ehigh") else { preconditionFailure("no bit ehigh") }
    var electrons: [Electron] = []
    for row in 0..<count {
      events.run(.tracks, row: row)
      let index = truth.rows[row].lowerBound
      let momentum = Vector3(Double(truth.px[index]), Double(truth.py[index]), Double(truth.pz[index]))
      let charge = truth.pdg[index] < 0 ? 1 : -1
      let matched = events.tracks(row: row).filter { track in
        let turn = abs((Double(track.phi0) - momentum.phi).remainder(dividingBy: 2 * Double.pi))
        return track.charge == charge && turn < 0.1 && abs(Double(track.tanLambda) - 1 / tan(momentum.theta)) < 0.2
      }
      guard let best = matched.map(\.momentum).max() else { continue }
      electrons.append(
        Electron(
          momentum: best, hasHighEnergy: level1.input[10 * row + high / 32] >> UInt32(high % 32) & 1 == 1,
          hasOneCluster: level1.isolatedClusters[row] == 1))
    }
    return (electrons, count)
  }

  @Test("fire ehigh and count one cluster in every bin of momentum as in the experiment's simulation, within 5 %")
  func curves() throws {
    let (electrons, all) = try Self.electrons.get()
    // A sixth showers away in the heavy metal or is not found.
    #expect(electrons.count > all * 7 / 10 && electrons.count < all * 95 / 100, "\(electrons.count) of \(all)")
    for (low, high, energy, cluster) in [
      (0.5, 0.7, 0.36, 0.445), (0.7, 0.9, 0.396, 0.553), (0.9, 1.0, 0.374, 0.641), (1.0, 1.2, 0.724, 0.777),
      (1.2, 1.5, 0.988, 0.862), (1.5, 2.0, 0.996, 0.954), (2.0, 2.5, 0.996, 0.969), (2.5, 3.0, 1.0, 0.994),
    ] {
      let here = electrons.filter { (low..<high).contains($0.momentum) }
      func agrees(_ passed: Int, _ reference: Double) -> Bool {
        // The reference has half as many electrons.
        let variance = max(reference * (1 - reference), 0.01) * 3 / Double(here.count)
        return abs(Double(passed) / Double(here.count) - reference) < 0.05 + 2 * variance.squareRoot()
      }
      let energetic = here.count(where: \.hasHighEnergy)
      let single = here.count(where: \.hasOneCluster)
      #expect(agrees(energetic, energy), "ehigh \(energetic) of \(here.count) at \(low) GeV, reference \(energy)")
      #expect(agrees(single, cluster), "one cluster \(single) of \(here.count) at \(low) GeV, reference \(cluster)")
    }
  }
}
