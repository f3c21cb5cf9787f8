import Foundation
import Kinematics
import Testing

@Suite("Boost and four-vectors")
struct BoostTests {
  @Test("a boost and its inverse give back the four-vector; invariant masses do not change")
  func inverse() throws {
    var random = TestRandom(state: 11)
    for _ in 0..<1000 {
      let vector = FourVector(
        momentum: Vector3(length: random.uniform(0, 5), theta: random.uniform(0, 3.1), phi: random.uniform(-3, 3)),
        mass: random.uniform(0, 2))
      let other = FourVector(momentum: Vector3(0.4, -1, 2), mass: 0.1)
      let velocity = Vector3(length: random.uniform(0, 0.99), theta: random.uniform(0, 3.1), phi: random.uniform(-3, 3))
      let boost = try #require(Boost(velocity: velocity))
      let back = boost.inverse.apply(boost.apply(vector))
      #expect((back.momentum - vector.momentum).length < 1e-10)
      #expect(abs(back.energy - vector.energy) < 1e-10)
      #expect(abs(boost.apply(vector).dot(boost.apply(other)) - vector.dot(other)) < 1e-9)
    }
  }

  @Test("the rest frame of a system has no momentum and its energy is the mass; light-like systems have none")
  func restFrame() throws {
    let system = FourVector(px: 0.4567, py: 0, pz: 3.0044, energy: 11.007)
    let rest = try #require(Boost(toRestFrameOf: system)).apply(system)
    #expect(rest.momentum.length < 1e-12)
    #expect(abs(rest.energy - system.mass) < 1e-12)
    #expect(Boost(toRestFrameOf: FourVector(momentum: Vector3(1, 2, 2), energy: 3)) == nil)
    #expect(Boost(velocity: Vector3(0, 0, 1)) == nil)
  }

  @Test("the centre-of-mass frame puts the first beam on +z and the second on -z, and goes both ways")
  func centreOfMass() throws {
    let electron = FourVector(momentum: Vector3(length: 7.007, theta: 0.0415, phi: 0), mass: 0)
    let positron = FourVector(momentum: Vector3(4 * sin(0.0415), 0, -4 * cos(0.0415)), mass: 0)
    let frame = try #require(CentreOfMassFrame(first: electron, second: positron))
    let first = frame.toCentreOfMass(electron)
    let second = frame.toCentreOfMass(positron)
    #expect(first.theta < 1e-9)
    #expect(Double.pi - second.theta < 1e-9)
    #expect(abs(first.energy - frame.energy / 2) < 1e-9)
    let particle = FourVector(momentum: Vector3(0.3, -0.8, 1.2), mass: Mass.muon)
    let back = frame.toLaboratory(frame.toCentreOfMass(particle))
    #expect((back.momentum - particle.momentum).length < 1e-12)
    // The beams cross in the horizontal plane: vertical momentum components are untouched.
    #expect(abs(frame.toCentreOfMass(particle).py - particle.py) < 1e-12)
  }

  @Test("the mass of a fast light particle survives rounding")
  func lightMass() {
    let electron = FourVector(momentum: Vector3(0.1, 0.2, 7), mass: Mass.electron)
    #expect(abs(electron.mass - Mass.electron) < 1e-6)
  }

  @Test("angles wrap into (-pi, pi]")
  func wrapping() {
    #expect(wrappedAngle(3 * Double.pi) == Double.pi)
    #expect(abs(wrappedAngle(-3.5 * Double.pi) - 0.5 * Double.pi) < 1e-12)
    #expect(wrappedAngle(0.4) == 0.4)
  }
}

@Suite("Particle table")
struct ParticleTableTests {
  @Test("particles and antiparticles have the same mass and opposite charge; names lead back to numbers")
  func antiparticles() {
    #expect(ParticleTable.charge(of: 13) == -1)
    #expect(ParticleTable.charge(of: -13) == 1)
    #expect(ParticleTable.mass(of: -211) == Mass.pion)
    #expect(ParticleTable.pdg(named: "mu+") == -13)
    #expect(ParticleTable.pdg(named: "K-") == -321)
    #expect(ParticleTable.pdg(named: "muon") == nil)
    #expect(ParticleTable.properties(of: Int32.min) == nil)
    for kind in ParticleTable.all {
      #expect(ParticleTable.pdg(named: kind.name) == kind.pdg)
      // Charge from the quark digits of the number, for the hadrons among them.
      #expect(kind.mass >= 0 && kind.properDecayLength >= 0)
    }
  }
}
