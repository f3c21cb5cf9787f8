import Detector
import Foundation
import Kinematics
import Statistics

/// Generator of e+e- to e+e- gamma in which one electron or positron stays within 10 degrees of its beam: the other one scatters on
/// the nearly real photon that it sends ahead. Bhabha generators that ask for both electrons beyond 10 degrees have none
/// of these events, and an experiment sees them as a photon with one electron, or as a photon alone.
///
/// Equivalent photons (V. M. Budnev et al., Phys. Rep. 15 (1975) 181, eq. 6.17) times Compton scattering without the electron's mass:
///
///     d sigma = alpha/(2 pi) [(1 + (1 - x)^2)/x - 2 m^2 x/Q^2] dx dQ^2/Q^2 x pi alpha^2/s' [(1 - c)/2 + 2/(1 - c)] dc,
///
/// with s' = x s and c the cosine between incoming electron and outgoing photon in their rest frame. The scattered photon carries
/// more than `smallestTransverse` across their direction. Of the two electrons the one closer to its beam is taken as the
/// sender. Energy and momentum are conserved to rounding. Good to about 15 %: radiation from the sender and its interference are
/// missing, and towards 10 degrees its photon is not nearly real any more.
public struct VirtualCompton: Sendable {
  /// Label of the process.
  public static let label = "virtual_compton"
  /// Smallest transverse momentum of the photon in the rest frame of the scattering, GeV.
  public static let smallestTransverse = 0.2
  /// Largest angle of the sender to its beam in the centre of mass, rad.
  public static let largestAngle = 10 * Units.degree

  private let beams: Beams
  private let smallestFraction: Double
  private var tally: RejectionTally
  /// Tries since the start, accepted or not.
  public var tries: Int { tally.tries }
  /// Tries whose weight exceeded the bound of the rejection: must stay 0 for unweighted events.
  public var aboveBound: Int { tally.aboveBound }

  private static let largestFraction = 0.999

  /// The generator at the beams of a detector.
  public init(beams: Beams) {
    self.beams = beams
    let s = beams.energy * beams.energy
    smallestFraction = 4 * Self.smallestTransverse * Self.smallestTransverse / (0.98 * s)
    // The largest value of each factor of the weight; 1.05 for the spread of the beam energies.
    let alpha = PhysicalConstants.fineStructure
    let fractions = 1 / smallestFraction - 1 / Self.largestFraction
    let mass = Mass.electron * smallestFraction
    let virtualities = log(s / (mass * mass))
    let cosine = Self.largestCosine(massSquared: s)
    let compton = 4 * Double.pi * alpha * alpha / s * PhysicalConstants.hbarCSquared
    tally = RejectionTally(
      bound: 1.05 * 2 * fractions * virtualities * alpha / Double.pi * log((1 + cosine) / (1 - cosine)) * compton)
  }

  /// Largest |c| that leaves the photon its transverse momentum.
  private static func largestCosine(massSquared: Double) -> Double {
    max(0, 1 - 4 * smallestTransverse * smallestTransverse / massSquared).squareRoot()
  }

  /// Cross-section measured from all tries so far, with its statistical error, nb.
  public var crossSection: (value: Double, error: Double) { tally.crossSection }

  /// Makes one event: the beams and the outgoing particles replace what `event` held; number, label, weight and time stay.
  /// - Parameters:
  ///   - event: receives the particles: electron, positron, photon.
  ///   - random: numbers of this event.
  public mutating func generate(into event: inout GeneratedEvent, _ random: inout CounterRandom) {
    while true {
      let electronEnergy = beams.electron.energy + beams.electronEnergySpread * random.gaussian()
      let positronEnergy = beams.positron.energy + beams.positronEnergySpread * random.gaussian()
      let (electron, positron) = beams.collision(electronEnergy: electronEnergy, positronEnergy: positronEnergy)
      guard let frame = CentreOfMassFrame(first: electron, second: positron) else { continue }
      tally.begin()
      guard let outgoing = scatter(energy: frame.energy, &random) else { continue }
      guard tally.accepts(weight: outgoing.weight, &random) else { continue }
      // Either beam may send the photon; the scattering is made with the other one along +z.
      let isElectronScattered = random.uniform() < 0.5
      func turned(_ vector: FourVector) -> FourVector {
        isElectronScattered
          ? vector : FourVector(px: vector.px, py: -vector.py, pz: -vector.pz, energy: vector.energy)
      }
      let scattered = turned(outgoing.electron)
      let sender = turned(outgoing.sender)
      event.removeAllParticles()
      append(11, GeneratedEvent.Status.beam, electron, to: &event)
      append(-11, GeneratedEvent.Status.beam, positron, to: &event)
      let pair = isElectronScattered ? (scattered, sender) : (sender, scattered)
      append(11, GeneratedEvent.Status.final, frame.toLaboratory(pair.0), to: &event)
      append(-11, GeneratedEvent.Status.final, frame.toLaboratory(pair.1), to: &event)
      append(22, GeneratedEvent.Status.final, frame.toLaboratory(turned(outgoing.photon)), to: &event)
      return
    }
  }

  private func append(_ pdg: Int32, _ status: Int32, _ momentum: FourVector, to event: inout GeneratedEvent) {
    event.append(
      pdg: pdg, mother: status == GeneratedEvent.Status.beam ? -1 : 0, status: status,
      momentum: SIMD4(momentum.px, momentum.py, momentum.pz, momentum.energy))
  }

  private struct Outgoing {
    var electron: FourVector
    var photon: FourVector
    var sender: FourVector
    var weight: Double
  }

  /// One try in the centre of mass, the scattered electron coming along +z and the sender along -z; nil outside the cuts.
  private func scatter(energy: Double, _ random: inout CounterRandom) -> Outgoing? {
    let half = 0.5 * energy
    let mass = Mass.electron
    let momentum = (half * half - mass * mass).squareRoot()
    // x from 1/x^2: the flux and the Compton cross-section each bring 1/x.
    let fractions = 1 / smallestFraction - 1 / Self.largestFraction
    let x = 1 / (1 / smallestFraction - random.uniform() * fractions)
    let massSquared = x * energy * energy
    let cosine = Self.largestCosine(massSquared: massSquared)
    guard cosine > 0 else { return nil }
    // Q^2 from 1/Q^2 between the kinematic limit and the largest angle of the sender.
    let sentEnergy = half * (1 - x)
    let least = mass * mass * x * x / (1 - x)
    let sine = sin(0.5 * Self.largestAngle)
    let perSine = 4 * half * sentEnergy
    let virtualities = log(1 + perSine * sine * sine / least)
    let virtuality = least * exp(virtualities * random.uniform())
    let halfSine = min(1, max(0, (virtuality - least) / perSine)).squareRoot()
    let flux: Double =
      PhysicalConstants.fineStructure / (2 * Double.pi)
      * ((1 + (1 - x) * (1 - x)) / x - 2 * mass * mass * x / virtuality)
    // c from 1/(1 - c).
    let logarithms = log((1 + cosine) / (1 - cosine))
    let away = (1 + cosine) * exp(-logarithms * random.uniform())
    let alpha = PhysicalConstants.fineStructure
    let compton = Double.pi * alpha * alpha / massSquared * (0.5 * away + 2 / away) * PhysicalConstants.hbarCSquared
    let weight = 2 * x * x * fractions * virtualities * flux * logarithms * away * compton

    let polar = 2 * asin(halfSine)
    let sentMomentum = max(0, sentEnergy * sentEnergy - mass * mass).squareRoot()
    let azimuth = random.uniform(0, 2 * Double.pi)
    let sender = FourVector(
      px: sentMomentum * sin(polar) * cos(azimuth), py: sentMomentum * sin(polar) * sin(azimuth),
      pz: -sentMomentum * cos(polar), energy: sentEnergy)
    let incoming = FourVector(px: 0, py: 0, pz: momentum, energy: half)
    let system = incoming + FourVector(px: 0, py: 0, pz: -momentum, energy: half) - sender
    guard system.massSquared > 4 * mass * mass, let rest = Boost(toRestFrameOf: system) else { return nil }
    let axis = rest.apply(incoming).momentum.unit
    let outward = direction(about: axis, cosine: 1 - away, azimuth: random.uniform(0, 2 * Double.pi))
    let total = system.mass
    let photonEnergy = (system.massSquared - mass * mass) / (2 * total)
    let back = rest.inverse
    let photon = back.apply(FourVector(momentum: photonEnergy * outward, energy: photonEnergy))
    let electron = back.apply(FourVector(momentum: -photonEnergy * outward, energy: total - photonEnergy))
    // Each event once: the sender is the one closer to its beam.
    guard polar <= Self.largestAngle, polar < electron.theta else { return nil }
    return Outgoing(electron: electron, photon: photon, sender: sender, weight: weight)
  }
}
