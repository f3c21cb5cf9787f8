import Detector
import Foundation
import Kinematics
import Statistics

/// Generator of e+e- to Upsilon(4S) to a pair of B mesons, with sin^2 of their angle to the beams; no radiation of the beams, which would
/// leave the resonance, and no mixing of neutral B mesons.
struct BPairs: Sendable {
  let beams: Beams

  /// Makes beams, resonance and the pair.
  /// - Parameters:
  ///   - code: 511 or 521.
  ///   - event: receives the particles instead of what it held.
  ///   - random: source of numbers.
  /// - Returns: indices of the B and the anti-B, neither of which has decayed; none if the beams cannot make them.
  func pair(_ code: Int32, into event: inout GeneratedEvent, _ random: inout CounterRandom) -> [Int] {
    event.removeAllParticles()
    let mass = HadronDecays.mass(of: code)
    // The spread of the beam energies reaches the threshold at four standard deviations.
    for _ in 0..<1000 {
      let (electron, positron) = beams.collision(
        electronEnergy: beams.electron.energy + beams.electronEnergySpread * random.gaussian(),
        positronEnergy: beams.positron.energy + beams.positronEnergySpread * random.gaussian())
      guard let frame = CentreOfMassFrame(first: electron, second: positron), frame.energy > 2 * mass + 0.001 else {
        continue
      }
      event.append(pdg: 11, status: GeneratedEvent.Status.beam, momentum: electron.components)
      event.append(pdg: -11, status: GeneratedEvent.Status.beam, momentum: positron.components)
      let resonance = event.append(
        pdg: 300_553, mother: 0, status: GeneratedEvent.Status.decayed, momentum: (electron + positron).components)
      var cosine = 0.0
      repeat {
        cosine = random.uniform(-1, 1)
      } while random.uniform() > 1 - cosine * cosine
      let momentum = PhaseSpace.breakUpMomentum(frame.energy, mass, mass)
      let along = direction(about: Vector3(0, 0, 1), cosine: cosine, azimuth: random.uniform(0, 2 * Double.pi))
      return [(code, 1.0), (-code, -1.0)].map { pdg, sign in
        event.append(
          pdg, frame.toLaboratory(FourVector(momentum: sign * momentum * along, mass: mass)), mother: resonance)
      }
    }
    return []
  }
}
