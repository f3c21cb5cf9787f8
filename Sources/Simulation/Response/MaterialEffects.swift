import Detector
import Foundation
import Kinematics
import Statistics

/// What a thin layer of matter does to a particle that crosses it.
enum MaterialEffects {
  /// Energy a minimum-ionising particle loses in one radiation length of the tracking volume's mixture of beryllium, silicon
  /// and carbon, GeV: 3 MeV before the chamber, as the detector model has it.
  static let minimumLossPerRadiationLength = 0.065

  /// Photons below this energy are not followed: they are lost in the noise of the calorimeter.
  static let softestPhoton = 0.010

  /// Ionisation relative to that of a minimum-ionising particle (Bethe's formula with a mean excitation energy of 100 eV,
  /// without the density correction above beta gamma = 30; Particle Data Group 2024 eq. 34.5).
  static func relativeIonisation(betaGamma: Double) -> Double {
    let bounded = min(max(betaGamma, 0.05), 30)
    let square = bounded * bounded
    let beta2 = square / (1 + square)
    return (log(1.022e4 * square) - beta2) / (beta2 * 11.7)
  }

  /// Turns a momentum by two independent small angles of rms `angle`.
  static func scattered(_ momentum: Vector3, angle: Double, _ random: inout CounterRandom) -> Vector3 {
    guard angle > 0 else { return momentum }
    let length = momentum.length
    let direction = momentum.unit
    let helper = abs(direction.z) < 0.9 ? Vector3(0, 0, 1) : Vector3(1, 0, 0)
    let first = direction.cross(helper).unit
    let second = direction.cross(first)
    let limit = 0.7
    let a = min(max(angle * random.gaussian(), -limit), limit)
    let b = min(max(angle * random.gaussian(), -limit), limit)
    return length * (direction + a * first + b * second).unit
  }

  /// Scattering and ionisation in a layer of given thickness along the path; false if the particle stops in it.
  /// - Parameter lossPerRadiationLength: energy a minimum-ionising particle loses in one radiation length, GeV.
  static func cross(
    radiationLengths x: Double, lossPerRadiationLength: Double = minimumLossPerRadiationLength,
    _ particle: inout MovingParticle, _ random: inout CounterRandom
  ) -> Bool {
    let momentum = particle.momentum.length
    let angle = Material.scatteringAngle(radiationLengths: x, momentum: momentum, beta: particle.beta)
    particle.momentum = scattered(particle.momentum, angle: angle, &random)
    let mean = lossPerRadiationLength * x * relativeIonisation(betaGamma: particle.betaGamma)
    let loss = mean * max(0.2, 1 + 0.25 * random.gaussian())
    return lose(loss, &particle)
  }

  /// Takes kinetic energy away; false if none is left.
  static func lose(_ loss: Double, _ particle: inout MovingParticle) -> Bool {
    let energy = particle.energy - loss
    let mass = particle.species.mass
    guard energy - mass > 0.001 else { return false }
    particle.momentum = (energy * energy - mass * mass).squareRoot() * particle.momentum.unit
    return true
  }

  /// Energies of the photons an electron radiates in a thin layer: the spectrum (4/3 - 4/3 y + y^2)/y of complete
  /// screening (Particle Data Group 2024 eq. 34.29), above ``softestPhoton``.
  static func bremsstrahlung(
    radiationLengths x: Double, energy: Double, _ random: inout CounterRandom, _ emit: (Double) -> Void
  ) {
    let lowest = softestPhoton / energy
    guard lowest < 1 else { return }
    let range = -log(lowest)
    for _ in 0..<random.poisson(x * 4 / 3 * range) {
      let y = exp(-range * random.uniform())
      if random.uniform() < 1 - y + 0.75 * y * y { emit(y * energy) }
    }
  }

  /// Whether a photon converts to a pair in a thin layer, and the share of its energy the electron takes.
  static func conversion(radiationLengths x: Double, _ random: inout CounterRandom) -> Double? {
    guard random.uniform() < 1 - exp(-7.0 / 9.0 * x) else { return nil }
    return pairShare(&random)
  }

  /// The share of a photon's energy that the electron of its pair takes, with complete screening.
  static func pairShare(_ random: inout CounterRandom) -> Double {
    while true {
      let share = random.uniform()
      if random.uniform() < 1 - 4.0 / 3.0 * share * (1 - share) { return share }
    }
  }
}
