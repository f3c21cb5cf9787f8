import Foundation
import Kinematics
import Simulation
import Testing

/// The distributions that follow from matrix elements, against formulas of others.
@Suite("Angles and energies of signals")
struct SignalAngleTests {
  /// Cosine of a particle to the electrons in the centre of mass.
  private func cosine(_ event: GeneratedEvent, _ code: Int32) -> Double {
    guard let index = event.all(code).last, let frame = event.beamFrame else { return .nan }
    return cos(frame.toCentreOfMass(event.four(index)).theta)
  }

  private func counts(_ values: [Double], _ low: Double, _ high: Double, bins: Int) -> [Int] {
    var counts = Array(repeating: 0, count: bins)
    for value in values {
      let bin = Int(((value - low) / (high - low) * Double(bins)).rounded(.down))
      if counts.indices.contains(bin) { counts[bin] += 1 }
    }
    return counts
  }

  /// Integrals of a density over equal bins.
  private func shares(_ low: Double, _ high: Double, bins: Int, _ density: (Double) -> Double) -> [Double] {
    (0..<bins).map { bin in
      (0..<50).reduce(0.0) { sum, step in
        sum + density(low + (high - low) * (Double(bin) + (Double(step) + 0.5) / 50) / Double(bins))
      }
    }
  }

  @Test("photons beside a dark photon follow (1 + c^2 + 4 s m^2/(s - m^2)^2)/(1 - c^2)", arguments: [0.5, 8])
  func initialStateRadiation(mass: Double) throws {
    let sample = try SignalSample(.darkPhotonInvisible, events: 10_000) { $0.mass = .values([mass]) }
    let s = 10.58 * 10.58
    let offset = 1 + 4 * s * mass * mass / ((s - mass * mass) * (s - mass * mass))
    let edge = cos(10 * Units.degree)
    let found = counts(sample.events.map { cosine($0, 22) }, -edge, edge, bins: 20)
    #expect(found.reduce(0, +) > 9990)
    let expected = shares(-edge, edge, bins: 20) { (offset + $0 * $0) / (1 - $0 * $0) }
    #expect(pearson(found, expected) < 68)
  }

  @Test("axion-like particles follow 1 + c^2 and decay evenly")
  func axionLike() throws {
    let sample = try SignalSample(.alpPhotons, events: 10_000)
    let edge = cos(10 * Units.degree)
    let found = counts(sample.events.map { cosine($0, 36) }, -edge, edge, bins: 20)
    #expect(pearson(found, shares(-edge, edge, bins: 20) { 1 + $0 * $0 }) < 68)
    let decays = try sample.events.map { event in
      let boson = try #require(event.all(36).first)
      let boost = try #require(Boost(toRestFrameOf: event.four(boson)))
      let photon = boost.apply(event.four(event.daughters(boson)[0])).momentum.unit
      return photon.dot(event.four(boson).momentum.unit)
    }
    #expect(pearson(counts(decays, -1, 1, bins: 20), Array(repeating: 1, count: 20)) < 68)
  }

  @Test(
    "a light dark photon is transverse: its electrons follow 1 + cos^2 about its flight, and a heavy one at rest about the beams"
  )
  func polarisation() throws {
    let light = try SignalSample(.darkPhotonElectrons, events: 10_000) { $0.mass = .values([0.3]) }
    let helicity = try light.events.map { event in
      let boson = try #require(event.all(55).first)
      let frame = try #require(event.beamFrame)
      let flight = frame.toCentreOfMass(event.four(boson))
      let boost = try #require(Boost(toRestFrameOf: flight))
      let electron = boost.apply(frame.toCentreOfMass(event.four(event.daughters(boson)[0]))).momentum.unit
      return electron.dot(flight.momentum.unit)
    }
    #expect(pearson(counts(helicity, -1, 1, bins: 20), shares(-1, 1, bins: 20) { 1 + $0 * $0 }) < 68)
    let heavy = try SignalSample(.darkPhotonElectrons, events: 10_000) { $0.mass = .values([10.4]) }
    #expect(
      pearson(counts(heavy.events.map { cosine($0, 11) }, -1, 1, bins: 20), shares(-1, 1, bins: 20) { 1 + $0 * $0 })
        < 68)
  }

  @Test("Z' bosons have the energies that a massive gluon has between two quarks", arguments: [2.0, 6])
  func massiveGluon(mass: Double) throws {
    let energy = 10.58
    let sample = try SignalSample(.zPrimeInvisible, events: 10_000) { $0.mass = .values([mass]) }
    #expect(sample.aboveBound == 0)
    let ratio = mass * mass / (energy * energy)
    // ((x1 + r)^2 + (x2 + r)^2)/((1 - x1)(1 - x2)) - r/(1 - x1)^2 - r/(1 - x2)^2 for leptons without mass, r = m^2/s
    // (M. Beneke, V. M. Braun, hep-ph/9411229), in x = 2 - x1 - x2.
    func density(_ x: Double) -> Double {
      let half = 0.5 * (x * x - 4 * ratio).squareRoot()
      let steps = 200
      return (0..<steps).reduce(0.0) { sum, step in
        let first = 1 - 0.5 * x + half * (2 * (Double(step) + 0.5) / Double(steps) - 1)
        let second = 2 - x - first
        let a = 1 - first
        let b = 1 - second
        guard a > 0, b > 0 else { return sum }
        let squares: Double = (first + ratio) * (first + ratio) + (second + ratio) * (second + ratio)
        return sum + half * (squares / (a * b) - ratio / (a * a) - ratio / (b * b))
      }
    }
    let low = 2 * ratio.squareRoot()
    let high = 1 + ratio
    let found = try sample.events.map { event in
      let frame = try #require(event.beamFrame)
      return 2 * frame.toCentreOfMass(event.four(try #require(event.all(32).first))).energy / frame.energy
    }
    // Without the last bin, where the mass of the muons closes the phase space earlier.
    let observed = Array(counts(found, low, high, bins: 20).dropLast())
    #expect(observed.reduce(0, +) > 8000)
    #expect(pearson(observed, Array(shares(low, high, bins: 20, density).dropLast())) < 68, "\(observed)")
  }

  @Test("dark photons beside a dark Higgs boson follow 2 + (p/m)^2 sin^2", arguments: [0.5, 4])
  func higgsstrahlung(mass: Double) throws {
    let sample = try SignalSample(.higgsstrahlungInvisible, events: 10_000) { $0.mass = .values([mass]) }
    let momentum = PhaseSpace.breakUpMomentum(10.58, mass, 1)
    let ratio = momentum * momentum / (mass * mass)
    let found = counts(sample.events.map { cosine($0, 55) }, -1, 1, bins: 20)
    #expect(pearson(found, shares(-1, 1, bins: 20) { 2 + ratio * (1 - $0 * $0) }) < 68)
  }
}
