import Detector
import EventModel
import Foundation
import Kinematics
import Simulation
import Testing

@Suite("Matter before the calorimeter")
struct MatterTests {
  /// Single particles that start on the axis at a place along the beams and run straight outwards.
  private func gun(_ pdg: Int32, momentum: Double, z: Double, count: Int) throws -> [GeneratedEvent] {
    let mass = try #require(ParticleTable.mass(of: pdg))
    return (0..<count).map { number in
      let phi = 2 * Double.pi * (Double(number) + 0.5) / Double(count)
      var event = GeneratedEvent(number: UInt64(number), process: "gun")
      event.append(
        pdg: pdg,
        momentum: SIMD4(
          momentum * cos(phi), momentum * sin(phi), 0, (momentum * momentum + mass * mass).squareRoot()),
        vertex: SIMD4(0, 0, z, 0))
      return event
    }
  }

  @Test(
    "Photons convert in the beam pipe as often as its thickness says, on the axis anywhere along it",
    arguments: [(0.0, 0.0), (-7.0, 0.05), (-5.0, 0.25), (-11.5, 3.4), (16.0, 2.8)])
  func conversions(z: Double, leastThickness: Double) throws {
    let count = 1600
    let pipe = try DetectorModel.belle2().material.beamPipe
    var expected = 0.0
    for number in 0..<count {
      let phi = 2 * Double.pi * (Double(number) + 0.5) / Double(count)
      let thickness = pipe.wall(z: z, phi: phi)?.radiationLengths ?? 0.0079
      #expect(z == 0 || thickness > leastThickness)
      expected += (1 - exp(-7.0 / 9.0 * thickness)) / Double(count)
    }
    let batch = try SimulatedEvents.respond(to: gun(22, momentum: 1, z: z, count: count))
    let truth = try TruthParticles(batch)
    var converted = 0
    for row in 0..<count {
      let range = truth.rows[row]
      let made = range.first { truth.status[$0] == DetectorResponse.madeByResponse }
      guard truth.status[range.lowerBound] == 2 else { continue }
      // All of a shower may be absorbed; else its products start at the pipe.
      guard let made else {
        converted += 1
        continue
      }
      let radius = Double(truth.x[made] * truth.x[made] + truth.y[made] * truth.y[made]).squareRoot()
      if radius < 1.3 { converted += 1 }
    }
    let share = Double(converted) / Double(count)
    let error = max(expected * (1 - expected), 0.005) / Double(count)
    #expect(abs(share - expected) < 4 * error.squareRoot(), "\(share) at \(z) cm, expected \(expected)")
  }

  @Test("An electron keeps exp(-x) of its energy behind x radiation lengths on average, and no shower gains energy")
  func electrons() throws {
    let count = 600
    for z in [-7.0, -5.0, 13.9] {
      let batch = try SimulatedEvents.respond(to: gun(11, momentum: 2, z: z, count: count))
      let truth = try TruthParticles(batch)
      let pipe = try DetectorModel.belle2().material.beamPipe
      var kept = 0.0
      var expected = 0.0
      for row in 0..<count {
        let range = truth.rows[row]
        let phi = atan2(Double(truth.py[range.lowerBound]), Double(truth.px[range.lowerBound]))
        expected += exp(-(pipe.wall(z: z, phi: phi)?.radiationLengths ?? 0)) / Double(count)
        // What left the pipe beside the electron itself; a thousandth may be rounding.
        let made = range.filter { truth.mother[$0] == 0 && hypot(truth.x[$0], truth.y[$0]) < 1.3 }
          .reduce(0) { $0 + Double(truth.energy[$1]) }
        #expect(made < 2.002, "\(made) GeV at \(z) cm")
        kept += (2 - made) / 2 / Double(count)
      }
      // Losses by ionisation are not in `made`, secondaries of photons are: in thin walls both are small.
      #expect(kept > expected - 0.06, "\(kept) at \(z) cm, expected \(expected)")
      if z == -7 { #expect(kept < expected + 0.06, "\(kept) at \(z) cm, expected \(expected)") }
    }
  }

  @Test("Muons pass the heavy metal and lose what it ionises; electrons hardly reach the calorimeter")
  func heavyMetal() throws {
    let count = 400
    let muons = try SimulatedEvents.respond(to: gun(13, momentum: 1.5, z: -12, count: count))
    let hits = try DriftChamberHits(muons)
    #expect(hits.wire.count > count * 50)
    let electrons = try SimulatedEvents.respond(to: gun(11, momentum: 1.5, z: -12, count: count))
    let centre = try SimulatedEvents.respond(to: gun(11, momentum: 1.5, z: 0, count: count))
    func energy(_ batch: [GeneratedEvent]) throws -> Double {
      let hits = try CalorimeterHits(SimulatedEvents.respond(to: batch))
      return (0..<hits.energy.count).reduce(0) { $0 + Double(hits.energy[$1]) } / Double(count)
    }
    #expect(electrons.count == centre.count)
    let behind = try energy(gun(11, momentum: 1.5, z: -12, count: count))
    let before = try energy(gun(11, momentum: 1.5, z: 0, count: count))
    #expect(before > 1.4 && behind < 0.6 * before, "\(behind) GeV behind the metal, \(before) GeV without")
  }

  @Test("Pions and protons interact before the calorimeter as often as the interaction lengths on their way say")
  func nuclearInteractions() throws {
    let count = 4000
    let lengths = try DetectorModel.belle2().material.surfaces.reduce(0) { $0 + $1.interactionLengths }
    for (pdg, share) in [(Int32(211), 0.78), (2212, 1.0)] {
      let batch = try SimulatedEvents.gun(pdg, momentum: 3...3, theta: 1.55...1.59, count: count)
      let truth = try TruthParticles(batch)
      var interacted = 0
      for row in 0..<count {
        let range = truth.rows[row]
        let decayed = range.contains { truth.pdg[$0] == -13 }
        if truth.status[range.lowerBound] == 2, !decayed { interacted += 1 }
        let products = range.filter { truth.mother[$0] == 0 }.reduce(0) { $0 + Double(truth.energy[$1]) }
        #expect(products < Double(truth.energy[range.lowerBound]) + 0.94 + 0.001)
      }
      let expected = 1 - exp(-share * lengths)
      let fraction = Double(interacted) / Double(count)
      // Pions that decay first (0.8 %) do not interact.
      #expect(
        abs(fraction - expected) < 4 * (expected / Double(count)).squareRoot() + 0.001,
        "\(pdg): \(fraction), expected \(expected)")
    }
  }
}
