import Kinematics
import Statistics

/// The electromagnetic shower of an electron or photon in a wall that is too thick for one step: every electron, positron and photon
/// is followed through the rest of the wall. One value keeps its memory from shower to shower.
///
/// Electrons radiate with the spectrum of complete screening, ionise and scatter in steps; photons convert after 9/7 of a radiation
/// length on average. What falls below ``lowest`` is absorbed: it would not reach the calorimeter.
struct WallShower {
  /// Electrons and photons below this energy are not followed, GeV.
  private static let lowest = MaterialEffects.softestPhoton
  /// Longest step of an electron, radiation lengths.
  private static let step = 0.1
  /// More particles than a wall of the beam pipe makes.
  private static let mostParticles = 1000

  private struct Member {
    let pdg: Int32
    var momentum: Vector3
    var depth: Double
    let isPrimary: Bool
  }

  /// What left the wall, apart from the particle that came in.
  private(set) var products: [(pdg: Int32, momentum: Vector3)] = []
  private var waiting: [Member] = []

  /// Follows the shower of a particle.
  ///
  /// - Parameters:
  ///   - particle: An electron, positron or photon; it keeps what it has behind the wall.
  ///   - thickness: Radiation lengths along its path.
  ///   - lossPerRadiationLength: Energy a minimum-ionising particle loses in one radiation length, GeV.
  /// - Returns: Whether the particle itself comes out: a photon that did not convert, an electron that was not absorbed.
  mutating func develop(
    _ particle: inout MovingParticle, thickness: Double, lossPerRadiationLength: Double, _ random: inout CounterRandom
  ) -> Bool {
    products.removeAll(keepingCapacity: true)
    waiting.removeAll(keepingCapacity: true)
    waiting.append(Member(pdg: particle.pdg, momentum: particle.momentum, depth: 0, isPrimary: true))
    var followed = 0
    var comesOut = false
    while var member = waiting.popLast(), followed < Self.mostParticles {
      followed += 1
      let leaves =
        member.pdg == 22
        ? convert(&member, thickness, &random)
        : traverse(&member, thickness, lossPerRadiationLength, &random)
      guard leaves else { continue }
      if member.isPrimary {
        particle.momentum = member.momentum
        comesOut = true
      } else {
        products.append((member.pdg, member.momentum))
      }
    }
    return comesOut
  }

  /// A photon: it leaves, or makes a pair.
  private mutating func convert(_ photon: inout Member, _ thickness: Double, _ random: inout CounterRandom) -> Bool {
    let depth = photon.depth + 9.0 / 7.0 * random.exponential()
    guard depth < thickness else { return true }
    let energy = photon.momentum.length
    let share = MaterialEffects.pairShare(&random)
    for (pdg, part) in [(Int32(11), share), (-11, 1 - share)] where part * energy > Self.lowest {
      let direction = MaterialEffects.scattered(photon.momentum, angle: Mass.electron / energy, &random).unit
      waiting.append(Member(pdg: pdg, momentum: part * energy * direction, depth: depth, isPrimary: false))
    }
    return false
  }

  /// An electron or positron: in steps to the end of the wall, or until it is absorbed.
  private mutating func traverse(
    _ electron: inout Member, _ thickness: Double, _ lossPerRadiationLength: Double, _ random: inout CounterRandom
  ) -> Bool {
    while electron.depth < thickness {
      var energy = electron.momentum.length
      guard energy > Self.lowest else { return false }
      let step = min(Self.step, thickness - electron.depth)
      electron.depth += step
      let direction = MaterialEffects.scattered(
        electron.momentum, angle: 0.0136 / energy * step.squareRoot(), &random
      ).unit
      let depth = electron.depth
      let before = energy
      energy -=
        lossPerRadiationLength * step * MaterialEffects.relativeIonisation(betaGamma: energy / Mass.electron)
      MaterialEffects.bremsstrahlung(radiationLengths: step, energy: before, &random) { photon in
        guard photon < energy else { return }
        energy -= photon
        waiting.append(Member(pdg: 22, momentum: photon * direction, depth: depth, isPrimary: false))
      }
      electron.momentum = max(0, energy) * direction
    }
    return electron.momentum.length > Self.lowest
  }
}
