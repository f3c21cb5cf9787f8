import Detector
import Kinematics

extension DetectorResponse {
  /// Transverse momentum an electron needs to reach the drift chamber, GeV: softer ones out of a shower curl up along the pipe.
  private static let leastTransverseMomentum = 0.036

  /// What the wall of the beam pipe outside its beryllium part does to a particle that stands at its surface: electrons and
  /// photons shower in it, what comes out of the other side joins the truth.
  ///
  /// - Returns: Whether the particle itself goes on.
  mutating func crossBeamPipe(_ particle: inout MovingParticle) -> Bool {
    guard let wall = detector.material.beamPipe.wall(z: particle.position.z, phi: particle.position.phi) else {
      return true
    }
    let lengthening = 1 / incidence(particle.position, particle.momentum)
    let thickness = wall.radiationLengths * lengthening
    guard particle.species.interaction == .electron || particle.species.interaction == .photon else {
      guard
        MaterialEffects.cross(
          radiationLengths: thickness, lossPerRadiationLength: wall.lossPerRadiationLength, &particle,
          &random.propagation)
      else { return false }
      return !interacts(in: wall.interactionLengths * lengthening, &particle)
    }
    let goesOn = wallShower.develop(
      &particle, thickness: thickness, lossPerRadiationLength: wall.lossPerRadiationLength, &random.propagation)
    for product in wallShower.products
    where product.pdg == 22 || product.momentum.transverse > Self.leastTransverseMomentum {
      let mass = product.pdg == 22 ? 0 : Mass.electron
      let energy = (product.momentum.lengthSquared + mass * mass).squareRoot()
      make(product.pdg, momentum: product.momentum, energy: energy, at: particle, mother: particle.truth)
    }
    if !goesOn, particle.truth >= 0, particle.species.interaction == .photon {
      truth.setStatus(GeneratedEvent.Status.decayed, of: Int(particle.truth))
    }
    return goesOn
  }

  /// Takes matter off what a hadron has left to its nuclear interaction; true if it interacts here and is replaced by the products.
  mutating func interacts(in interactionLengths: Double, _ particle: inout MovingParticle) -> Bool {
    particle.interactionLengthsLeft -= interactionLengths
    guard particle.interactionLengthsLeft < 0 else { return false }
    let products = NuclearInteraction.draw(
      pdg: particle.pdg, momentum: particle.momentum, kineticEnergy: particle.kineticEnergy,
      &random.nuclearInteraction)
    if particle.truth >= 0 { truth.setStatus(GeneratedEvent.Status.decayed, of: Int(particle.truth)) }
    for product in products {
      let mass = ParticleTable.mass(of: product.pdg) ?? 0
      let energy = (product.momentum.lengthSquared + mass * mass).squareRoot()
      make(product.pdg, momentum: product.momentum, energy: energy, at: particle, mother: particle.truth)
    }
    return true
  }
}
