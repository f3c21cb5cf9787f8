import Detector
import Foundation
import Kinematics
import Statistics

extension CalorimeterResponse {
  /// Lateral profile of an electromagnetic shower: a core and a tail, exponential in the distance from the axis, cm.
  /// With them the most energetic crystal holds 70 % of the 3x3 array on average, that array 97.5 % of the 21 crystals.
  private static let core = 0.9
  private static let tail = 3.0
  private static let tailWeight = 0.013
  /// Energy a minimum-ionising particle loses in a centimetre of caesium iodide, GeV; 30 cm give the peak at 0.19.
  private static let lossPerCentimetre = 0.0056
  /// Step along the path of an ionising particle, cm.
  private static let step = 3.0

  /// What is left of a charged particle behind the calorimeter.
  enum Passage {
    /// It leaves with this momentum.
    case left
    /// It stopped or showered.
    case absorbed
  }

  /// An electron or a photon.
  ///
  /// - Parameters:
  ///   - position: Where it enters the crystals, cm.
  ///   - direction: Its direction.
  ///   - time: Time since the collision, ns.
  mutating func electromagneticShower(
    energy: Double, at position: Vector3, direction: Vector3, time: Double, particle: Int32,
    _ random: inout CounterRandom
  ) {
    guard energy > 0.001 else { return }
    // Depth of the shower's maximum in caesium iodide: X0 = 1.86 cm, critical energy 11 MeV.
    let depth = max(2, 1.86 * (log(energy / 0.011) + 1.2))
    let axis = wandered(position + depth * direction.unit, energy: energy, &random)
    let measured = measuredEnergy(energy, theta: axis.theta, &random)
    shower(measured, at: axis, time: time, isRelativeToLight: false, width: 1, particle: particle, &random)
  }

  /// A shower's axis wanders off the particle's path by what the measured position resolution (Belle's formula on the face of the
  /// crystals) has beyond the fluctuation of the crystals' shares.
  private func wandered(_ point: Vector3, energy: Double, _ random: inout CounterRandom) -> Vector3 {
    let root = energy.squareRoot()
    let spread = 0.85 * (0.027 + 0.34 / root + 0.18 / root.squareRoot())
    let outward = point.unit
    let sideways = Vector3(-outward.y, outward.x, 0).unit
    return point + spread * random.gaussian() * sideways + spread * random.gaussian() * outward.cross(sideways)
  }

  /// The energy seen of a shower: intrinsic resolution (Belle II Technical Design Report), pile-up at the background level,
  /// leakage and material in front as a tail to low energies. `Documentation/simulation.md`, section "Detector response".
  private func measuredEnergy(_ energy: Double, theta: Double, _ random: inout CounterRandom) -> Double {
    let stochastic = 0.00066 / energy
    let fourthRoot = 0.0081 / energy.squareRoot().squareRoot()
    let intrinsic = (stochastic * stochastic + fourthRoot * fourthRoot + 0.0134 * 0.0134).squareRoot()
    let pileUp = PileUpNoise.deviation(energy: energy, theta: theta, level: level)
    var measured = energy
    if random.uniform() < 0.15 { measured *= max(0.3, 1 - 0.05 * random.exponential()) }
    measured *= 1 + intrinsic * random.gaussian()
    measured += pileUp * random.gaussian()
    return max(0.1 * energy, measured)
  }

  /// Shares an energy among the crystals around a point.
  ///
  /// - Parameters:
  ///   - point: Where the shower is densest, cm.
  ///   - isRelativeToLight: Whether `time` counts from the arrival of light from the origin.
  ///   - width: Scale of the lateral profile.
  mutating func shower(
    _ energy: Double, at point: Vector3, time: Double, isRelativeToLight: Bool, width: Double, particle: Int32,
    _ random: inout CounterRandom
  ) {
    var visible = energy
    let theta = point.theta
    let phi = point.phi
    var centre = calorimeter.crystal(atTheta: theta, phi: phi)
    if centre == nil {
      // Between barrel and endcap half the energy is lost; outside the acceptance all of it.
      for shift in [0.012, -0.012, 0.024, -0.024] where centre == nil {
        centre = calorimeter.crystal(atTheta: theta + shift, phi: phi)
      }
      visible *= 0.5
    }
    guard let centre else { return }
    let axis = point.unit
    let distance = point.length
    shares.removeAll(keepingCapacity: true)
    var sum = weight(of: centre, axis, distance, width, energy, &random)
    for crystal in calorimeter.neighbours(of: centre) {
      sum += weight(of: Int(crystal), axis, distance, width, energy, &random)
    }
    if energy > 0.02 {
      for crystal in calorimeter.secondNeighbours(of: centre) {
        sum += weight(of: Int(crystal), axis, distance, width, energy, &random)
      }
    }
    // Crystals that stay below the threshold give their share to the others: the sum is what was measured.
    let least = 0.7 * Self.threshold * sum / max(visible, 1e-9)
    let kept = shares.reduce(0) { $1.weight > least ? $0 + $1.weight : $0 }
    guard kept > 0 else { return deposit(visible, in: centre, time: time, particle: particle) }
    for (crystal, weight) in shares where weight > least {
      let arrival = isRelativeToLight ? time : time - lightTime(toCrystal: crystal)
      deposit(visible * weight / kept, in: crystal, time: arrival, particle: particle)
    }
  }

  /// Weight of one crystal from the distance of its axis to the shower, with the fluctuation of its share.
  private mutating func weight(
    of crystal: Int, _ axis: Vector3, _ distance: Double, _ width: Double, _ energy: Double,
    _ random: inout CounterRandom
  ) -> Double {
    let away = distance * axis.cross(calorimeter.direction(ofCrystal: crystal)).length / width
    let mean = exp(-away / Self.core) + Self.tailWeight * exp(-away / Self.tail)
    // Shares fluctuate by a tenth, more where few particles make them.
    let fluctuation = (0.01 + 0.0004 / max(mean * energy, 1e-4)).squareRoot()
    let value = mean * max(0.05, 1 + min(fluctuation, 0.6) * random.gaussian())
    shares.append((crystal, value))
    return value
  }

  /// A charged particle that is no electron: ionisation along its path and, for hadrons, perhaps a shower.
  mutating func traverse(_ particle: inout MovingParticle, _ random: inout CounterRandom) -> Passage {
    let isHadron = particle.species.interaction == .chargedHadron
    let draw = random.uniform()
    // An antiproton that ends here annihilates with a nucleon.
    let annihilates = particle.pdg == -2212
    if isHadron, draw < HadronInteraction.shower {
      let available = particle.kineticEnergy + (annihilates ? 2 * particle.species.mass : 0)
      hadronShower(
        random.uniform(0.2, 0.9) * available, at: particle.position, direction: particle.momentum,
        time: particle.time, particle: particle.truth, &random)
      return .absorbed
    }
    // The path through the crystals, as long as they are.
    let direction = particle.momentum.unit
    let length = calorimeter.crystalLength
    let landau = 1 - log(max(1e-9, square(random.gaussian()))) * 0.055
    var path = 0.0
    while path < length {
      let point = particle.position + (path + 0.5 * Self.step) * direction
      let loss =
        Self.lossPerCentimetre * Self.step * MaterialEffects.relativeIonisation(betaGamma: particle.betaGamma) * landau
      let crystal = calorimeter.crystal(atTheta: point.theta, phi: point.phi)
      let before = particle.kineticEnergy
      let goesOn = MaterialEffects.lose(loss, &particle)
      let seen = goesOn ? loss : before
      if let crystal {
        deposit(seen, in: crystal, time: particle.time - lightTime(toCrystal: crystal), particle: particle.truth)
      }
      path += Self.step
      guard goesOn else {
        if annihilates {
          hadronShower(
            random.uniform(0.2, 0.9) * 2 * particle.species.mass, at: point, direction: direction,
            time: particle.time, particle: particle.truth, &random)
        }
        return .absorbed
      }
    }
    particle.position = particle.position + path * direction
    particle.time += path / PhysicalConstants.speedOfLight
    return isHadron && draw < HadronInteraction.absorbed ? .absorbed : .left
  }

  /// A neutral hadron; true if it goes through without interaction.
  mutating func neutralHadron(_ particle: MovingParticle, _ random: inout CounterRandom) -> Bool {
    guard random.uniform() < HadronInteraction.neutral else { return true }
    let annihilation = particle.pdg == -2112 ? 2 * particle.species.mass : 0
    hadronShower(
      random.uniform(0.1, 0.7) * (particle.kineticEnergy + annihilation), at: particle.position,
      direction: particle.momentum, time: particle.time, particle: particle.truth, &random)
    return false
  }

  /// A hadronic shower: deeper, wider and more ragged than that of an electron.
  private mutating func hadronShower(
    _ energy: Double, at position: Vector3, direction: Vector3, time: Double, particle: Int32,
    _ random: inout CounterRandom
  ) {
    guard energy > 0.001 else { return }
    let axis = position + (4 + 20 * random.uniform()) * direction.unit
    shower(
      energy, at: axis, time: time, isRelativeToLight: false, width: 1.8 + 1.2 * random.uniform(), particle: particle,
      &random)
  }
}

/// Probabilities of what a hadron does in the calorimeter's 0.8 interaction lengths:
/// `Documentation/simulation.md`, section "Detector response".
enum HadronInteraction {
  /// A charged hadron showers.
  static let shower = 0.40
  /// A charged hadron does not reach the muon detector: it showers, or is scattered out of its path.
  static let absorbed = 0.45
  /// A neutral hadron showers.
  static let neutral = 0.5
  /// Per layer of the muon detector: a charged hadron is absorbed in its iron, exp(-0.35 n).
  static let perLayer = 0.35
}

private func square(_ value: Double) -> Double { value * value }
