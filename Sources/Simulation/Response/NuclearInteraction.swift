import Foundation
import Kinematics
import Statistics

/// What a charged hadron turns into where it hits a nucleus before the calorimeter: a simple model of this project.
///
/// The leading hadron keeps 0.2 to 0.8 of the kinetic energy; above 0.3 GeV of it a pion of any charge is made in half the cases;
/// a proton of 20 to 200 MeV is knocked out in half the cases; what is left goes into the nucleus unseen. Pions below 0.3 GeV are absorbed in
/// half the cases. Transverse momenta are exponential with a mean of 0.25 GeV.
enum NuclearInteraction {
  private static let meanTransverseMomentum = 0.25

  /// Interaction lengths of nucleons over those of a hadron: pion and nuclear interaction lengths of carbon and silicon
  /// (Particle Data Group 2024, table 6.1); kaons are taken as pions.
  static func share(of pdg: Int32) -> Double { pdg.magnitude > 1000 ? 1 : 0.78 }

  /// The products of one interaction.
  static func draw(
    pdg: Int32, momentum: Vector3, kineticEnergy: Double, _ random: inout CounterRandom
  ) -> [(pdg: Int32, momentum: Vector3)] {
    var products: [(pdg: Int32, momentum: Vector3)] = []
    var left = kineticEnergy
    let isAbsorbed = pdg.magnitude == 211 && kineticEnergy < 0.3 && random.uniform() < 0.5
    if !isAbsorbed {
      let own = random.uniform(0.2, 0.8) * kineticEnergy
      left -= own
      products.append((pdg, deflected(momentum, mass: ParticleTable.mass(of: pdg) ?? 0, kinetic: own, &random)))
    }
    if kineticEnergy > 0.3, random.uniform() < 0.5 {
      let choices: [Int32] = [111, 211, -211]
      let made = choices[Int(random.integer(below: 3))]
      let mass = ParticleTable.mass(of: made) ?? 0
      let own = random.uniform(0.3, 0.8) * left - mass
      if own > 0.01 {
        left -= own + mass
        products.append((made, deflected(momentum, mass: mass, kinetic: own, &random)))
      }
    }
    if random.uniform() < 0.5 {
      let own = random.uniform(0.02, 0.2)
      if own < left {
        let size = (own * own + 2 * own * Mass.proton).squareRoot()
        // Forwards, but widely.
        let direction = (momentum.unit + PhaseSpace.isotropicDirection(&random)).unit
        products.append((2212, size * direction))
      }
    }
    return products
  }

  /// A momentum of given kinetic energy, turned off the old direction by a transverse momentum.
  private static func deflected(
    _ momentum: Vector3, mass: Double, kinetic: Double, _ random: inout CounterRandom
  ) -> Vector3 {
    let size = (kinetic * kinetic + 2 * kinetic * mass).squareRoot()
    let sine = min(0.95, meanTransverseMomentum * random.exponential() / max(size, 1e-6))
    let azimuth = random.uniform(-Double.pi, Double.pi)
    let direction = momentum.unit
    let helper = abs(direction.z) < 0.9 ? Vector3(0, 0, 1) : Vector3(1, 0, 0)
    let first = direction.cross(helper).unit
    let second = direction.cross(first)
    let sideways = cos(azimuth) * first + sin(azimuth) * second
    return size * ((1 - sine * sine).squareRoot() * direction + sine * sideways)
  }
}
