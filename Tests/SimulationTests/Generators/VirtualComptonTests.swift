import Detector
import Foundation
import Kinematics
import Simulation
import Statistics
import Testing

/// Events in the centre of mass: scattered lepton, sender, photon.
private struct ComptonSample {
  var events: [(scattered: FourVector, sender: FourVector, photon: FourVector, charge: Int)] = []
  var imbalance = 0.0
  var generator: VirtualCompton

  init(events count: Int, seed: UInt64) throws {
    let beams = try DetectorModel.belle2().beams
    generator = VirtualCompton(beams: beams)
    var event = GeneratedEvent()
    for number in 0..<count {
      var random = CounterRandom(seed: seed, experiment: 1, run: 1, event: UInt64(number), purpose: .generation)
      generator.generate(into: &event, &random)
      var balance = FourVector.zero
      var out: [FourVector] = []
      for index in 0..<event.count {
        let p = event.momentum(index)
        let vector = FourVector(px: p.x, py: p.y, pz: p.z, energy: p.w)
        if event.status[index] == GeneratedEvent.Status.beam {
          balance += vector
        } else {
          balance = balance - vector
          out.append(beams.centreOfMass.toCentreOfMass(vector))
        }
      }
      imbalance = max(imbalance, balance.momentum.length, abs(balance.energy))
      #expect(event.pdg.suffix(3) == [11, -11, 22])
      let electronAngle = out[0].theta
      let positronAngle = Double.pi - out[1].theta
      let isElectronScattered = electronAngle > positronAngle
      events.append(
        (
          isElectronScattered ? out[0] : out[1], isElectronScattered ? out[1] : out[0], out[2],
          isElectronScattered ? -1 : 1
        ))
    }
  }
}

@Suite("Scattering on nearly real photons")
struct VirtualComptonTests {
  @Test("momentum is conserved, the sender stays near its beam, and both beams send alike")
  func kinematics() throws {
    let sample = try ComptonSample(events: 4000, seed: 1)
    #expect(sample.imbalance < 1e-6, "\(sample.imbalance)")
    #expect(sample.generator.aboveBound == 0)
    var electrons = 0
    for event in sample.events {
      let polar = event.sender.theta
      // 10 degrees, and what the spread of the beam energies turns.
      #expect(min(polar, Double.pi - polar) < 10.1 * Units.degree)
      if event.charge < 0 { electrons += 1 }
    }
    #expect(abs(Double(electrons) - 2000) < 5 * 31.6)
  }

  @Test("the cross-section is the integral of flux and Compton scattering, and that of the table of processes")
  func crossSection() throws {
    let detector = try DetectorModel.belle2()
    let sample = try ComptonSample(events: 20_000, seed: 2)
    let (value, error) = sample.generator.crossSection
    let table = try #require(detector.processes.crossSection(ofLabel: VirtualCompton.label))
    #expect(abs(value / table - 1) < 0.02, "\(value) +- \(error)")
    // By Simpson's rule in ln x, without the condition that the sender is closer to its beam, which takes off a little.
    let alpha = PhysicalConstants.fineStructure
    let s = detector.beams.energy * detector.beams.energy
    let mass = Mass.electron
    let least = 4 * VirtualCompton.smallestTransverse * VirtualCompton.smallestTransverse
    func density(_ x: Double) -> Double {
      let low = mass * mass * x * x / (1 - x)
      let sine = sin(0.5 * VirtualCompton.largestAngle)
      let high = low + s * (1 - x) * sine * sine
      let cosine = max(0, 1 - least / (x * s)).squareRoot()
      let flux: Double = (1 + (1 - x) * (1 - x)) / x * log(high / low) - 2 * mass * mass * x * (1 / low - 1 / high)
      let compton: Double = cosine + 2 * log((1 + cosine) / (1 - cosine))
      return alpha / Double.pi * flux * Double.pi * alpha * alpha / (x * s) * compton * PhysicalConstants.hbarCSquared
    }
    let (low, high) = (log(least / s), log(0.999))
    let steps = 4000
    var integral = 0.0
    for step in 0...steps {
      let x = exp(low + (high - low) * Double(step) / Double(steps))
      let factor = step == 0 || step == steps ? 1.0 : step % 2 == 1 ? 4 : 2
      integral += factor * density(x) * x
    }
    integral *= (high - low) / Double(steps) / 3
    #expect(value < integral + 4 * error && value > 0.94 * integral, "\(value) of \(integral)")
  }

  @Test("photons at large angles balance the scattered lepton: one of 2 GeV in the barrel is never alone")
  func balance() throws {
    let sample = try ComptonSample(events: 20_000, seed: 3)
    let stiff = sample.events.filter {
      $0.photon.energy > 2 && $0.photon.theta > 40 * Units.degree && $0.photon.theta < 120 * Units.degree
    }
    #expect(stiff.count > 20)
    for event in stiff {
      let away = abs(event.photon.phi - event.scattered.phi)
      let difference = abs(min(away, 2 * Double.pi - away) - Double.pi)
      // The sender takes at most E sin(10 degrees) of transverse momentum.
      #expect(difference < 1)
      #expect(event.scattered.pT > event.photon.pT - 0.95)
    }
  }
}
