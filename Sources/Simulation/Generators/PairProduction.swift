import Detector
import Foundation
import Kinematics
import Statistics

/// Generator of e+e- to mu mu (gamma), e+e- (gamma) and gamma gamma (gamma): lowest-order angular distribution with running
/// coupling, radiation of each incoming and outgoing charged leg (`Radiator`), spread of the beam energies. Energy and momentum are conserved to
/// rounding. Unweighted events; the cross-section is measured while generating.
///
/// Missing on purpose: interference of initial- and final-state radiation beyond its scale, weak exchange (below 1 % at this energy),
/// pair radiation.
public struct PairProduction: Sendable {
  /// The process.
  public let process: BornProcess
  private let beams: Beams
  private var tally: RejectionTally
  private let edge: Double
  private let nominalS: Double
  /// pi^2/3 - 1/2: what soft and virtual radiation leaves beyond the logarithms, per alpha/pi.
  private let softVirtual: Double
  /// Tries since the start, accepted or not.
  public var tries: Int { tally.tries }
  /// Tries whose weight exceeded the bound of the rejection: must stay 0 for unweighted events.
  public var aboveBound: Int { tally.aboveBound }

  /// The generator of a process at the beams of a detector.
  public init(_ process: BornProcess, beams: Beams) {
    self.process = process
    self.beams = beams
    nominalS = beams.energy * beams.energy
    edge = 0.1 * process.smallestScale
    softVirtual = 1 + PhysicalConstants.fineStructure / Double.pi * (Double.pi * Double.pi / 3 - 0.5)
    // The proposal's normalisation is largest for the largest radiation scale.
    let largest = Radiator(
      scale: process.radiationScale(cosine: -process.drawnCosine, s: 1.02 * nominalS), mass: Mass.electron)
    let norm = 1 + 0.5 * largest.beta * log((1 + edge) / edge)
    let leg = norm * (1 + 0.375 * largest.beta) * 1.1
    // 1.01: the beam-energy spread, and couplings that run.
    tally = RejectionTally(bound: process.largestRatio(s: nominalS) * leg * leg * softVirtual * 1.01)
  }

  /// Cross-section inside the cuts measured from all tries so far, with its statistical error, nb.
  public var crossSection: (value: Double, error: Double) { tally.crossSection }

  /// Makes one event: the beams and the outgoing particles replace what `event` held; number, label, weight and time stay.
  /// - Parameters:
  ///   - event: receives the particles.
  ///   - random: numbers of this event.
  public mutating func generate(into event: inout GeneratedEvent, _ random: inout CounterRandom) {
    while true {
      let electronEnergy = beams.electron.energy + beams.electronEnergySpread * random.gaussian()
      let positronEnergy = beams.positron.energy + beams.positronEnergySpread * random.gaussian()
      let (electron, positron) = beams.collision(electronEnergy: electronEnergy, positronEnergy: positronEnergy)
      guard let frame = CentreOfMassFrame(first: electron, second: positron) else { continue }
      tally.begin()
      guard let weighted = hardCollision(energy: frame.energy, &random) else { continue }
      guard tally.accepts(weight: weighted.weight, &random) else { continue }
      event.removeAllParticles()
      append(-1, 11, GeneratedEvent.Status.beam, electron, to: &event)
      append(-1, -11, GeneratedEvent.Status.beam, positron, to: &event)
      for particle in weighted.particles {
        append(0, particle.pdg, GeneratedEvent.Status.final, frame.toLaboratory(particle.momentum), to: &event)
      }
      return
    }
  }

  private func append(
    _ mother: Int32, _ pdg: Int32, _ status: Int32, _ momentum: FourVector, to event: inout GeneratedEvent
  ) {
    event.append(
      pdg: pdg, mother: status == GeneratedEvent.Status.beam ? -1 : mother, status: status,
      momentum: SIMD4(momentum.px, momentum.py, momentum.pz, momentum.energy))
  }

  private struct Particle {
    let pdg: Int32
    let momentum: FourVector
  }

  /// One try in the centre of mass: particles and weight in nb; nil outside the phase space or the cuts.
  private func hardCollision(energy: Double, _ random: inout CounterRandom) -> (
    particles: [Particle], weight: Double
  )? {
    let s = energy * energy
    let (cosine, density) = process.proposeCosine(&random)
    let incoming = Radiator(scale: process.radiationScale(cosine: cosine, s: s), mass: Mass.electron)
    let (y1, w1) = incoming.fraction(edge: edge, &random)
    let (y2, w2) = incoming.fraction(edge: edge, &random)
    guard (1 - y1) * (1 - y2) > process.smallestScale else { return nil }
    let weight: Double =
      softVirtual * w1 * w2 / density
      * process.differentialCrossSection(cosine: cosine, s: s * (1 - y1) * (1 - y2))

    var particles: [Particle] = []
    let half = 0.5 * energy
    let momentum = (half * half - Mass.electron * Mass.electron).squareRoot()
    var first = FourVector(px: 0, py: 0, pz: momentum, energy: half)
    var second = FourVector(px: 0, py: 0, pz: -momentum, energy: half)
    let velocity = momentum / half
    let limit = 2 * process.radiationScale(cosine: cosine, s: 1)
    radiate(y1, half, velocity, Vector3(0, 0, 1), limit, from: &first, to: &particles, &random)
    radiate(y2, half, velocity, Vector3(0, 0, -1), limit, from: &second, to: &particles, &random)

    let hard = first + second
    guard hard.massSquared > process.smallestScale * s, let rest = Boost(toRestFrameOf: hard) else { return nil }
    let axis = (rest.apply(first).momentum.unit - rest.apply(second).momentum.unit).unit
    let azimuth = random.uniform(0, 2 * Double.pi)
    let outward = direction(about: axis, cosine: cosine, azimuth: azimuth)
    guard let pair = outgoing(mass: hard.mass, outward: outward, cosine: cosine, &random) else { return nil }
    for particle in pair {
      particles.append(Particle(pdg: particle.pdg, momentum: rest.inverse.apply(particle.momentum)))
    }
    // The cut is on the pair, which stands first among the outgoing particles.
    let cut = process.largestCosine
    if cut < 1 {
      for particle in particles[(particles.count - pair.count)...].prefix(2) {
        let direction = particle.momentum
        if abs(direction.pz) > cut * direction.momentum.length { return nil }
      }
    }
    return (particles, weight)
  }

  /// Takes a photon of energy fraction y off a leg.
  private func radiate(
    _ y: Double, _ legEnergy: Double, _ velocity: Double, _ axis: Vector3, _ limit: Double, from leg: inout FourVector,
    to particles: inout [Particle], _ random: inout CounterRandom
  ) {
    guard y > Radiator.softest else { return }
    let cosine = Radiator.cosine(velocity: velocity, largestDistance: limit, &random)
    let direction = direction(about: axis, cosine: cosine, azimuth: random.uniform(0, 2 * Double.pi))
    let photon = FourVector(momentum: (y * legEnergy) * direction, energy: y * legEnergy)
    leg = leg - photon
    particles.append(Particle(pdg: 22, momentum: photon))
  }

  /// The outgoing pair in its rest frame, with final-state radiation of charged particles; the pair stands first.
  private func outgoing(mass: Double, outward: Vector3, cosine: Double, _ random: inout CounterRandom) -> [Particle]? {
    let half = 0.5 * mass
    let pdg = process.particle
    guard process != .photonPair else {
      return [
        Particle(pdg: 22, momentum: FourVector(momentum: half * outward, energy: half)),
        Particle(pdg: 22, momentum: FourVector(momentum: -half * outward, energy: half)),
      ]
    }
    let rest = process.mass
    guard half > 1.001 * rest else { return nil }
    let scale = process.radiationScale(cosine: cosine, s: mass * mass)
    let radiator = Radiator(scale: scale, mass: rest)
    let velocity = (1 - rest * rest / (half * half)).squareRoot()
    let limit = 2 * scale / (mass * mass)
    // Redrawn if the photons leave too little for the pair: radiation does not change the cross-section.
    for _ in 0..<1000 {
      var photons: [Particle] = []
      var remaining = FourVector(px: 0, py: 0, pz: 0, energy: mass)
      radiate(radiator.fraction(&random), half, velocity, outward, limit, from: &remaining, to: &photons, &random)
      radiate(radiator.fraction(&random), half, velocity, -outward, limit, from: &remaining, to: &photons, &random)
      let square = remaining.massSquared
      guard remaining.energy > 0, square > 4.001 * rest * rest else { continue }
      guard let boost = Boost(toRestFrameOf: remaining) else { continue }
      let energy = 0.5 * square.squareRoot()
      let momentum = (energy * energy - rest * rest).squareRoot()
      let back = boost.inverse
      let pair = [
        Particle(pdg: pdg, momentum: back.apply(FourVector(momentum: momentum * outward, energy: energy))),
        Particle(pdg: -pdg, momentum: back.apply(FourVector(momentum: -momentum * outward, energy: energy))),
      ]
      return pair + photons
    }
    return nil
  }
}
