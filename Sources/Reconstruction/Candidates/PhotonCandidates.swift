import EventModel
import Kinematics

/// Events of photons alone.
///
/// Kind `single_photon`, dark photon that decays invisibly: one photon and nothing else. Observable: `recoil_mass2` = s - 2 sqrt(s)
/// E*, what the photon recoils against. Kept from E* = 0.5 GeV while all other photons together have less than 1 GeV; channels cut on
/// `star_energy` and `extra_energy`.
///
/// Kind `three_photons`, axion-like particle: the three photons of largest E*, mass near sqrt(s). One candidate for each pair: `mass`
/// = M(gamma gamma), `recoil_mass2` the same squared from the energy of the third photon, which is better known for heavy particles
/// (Belle II, Phys. Rev. Lett. 125 (2020) 161806).
enum PhotonCandidates {
  static let smallestStarEnergy = 0.5
  static let largestExtraEnergy: Float = 1
  /// Largest distance of the mass of three photons from sqrt(s), GeV.
  static let massWindow = 1.5
  static let smallestOfThree = 0.2

  static func find(_ event: borrowing CandidateEvent, into candidates: inout [ReconstructedCandidate]) {
    guard event.tracks.isEmpty, let first = event.photons.first else { return }
    findSingle(event, first, into: &candidates)
    guard event.photons.count >= 3, event.photons[2].starEnergy > smallestOfThree else { return }
    let three = event.photons.prefix(3)
    let system = three.reduce(FourVector.zero) { $0 + $1.vector }
    guard abs(system.mass - event.energy) < massWindow else { return }
    for odd in three.indices {
      var candidate = ReconstructedCandidate(.threePhotons)
      candidate.set(pair: system - three[odd].vector, of: 0, as: .photons)
      candidate.set(recoilOf: three[odd].vector, in: event)
      // The pair is what recoils against the third photon: its direction is that of the recoil.
      candidate.starEnergy = Float(three[odd].starEnergy)
      candidate.systemMass = Float(system.mass)
      var lane = 0
      for place in three.indices where place != odd {
        candidate.photons[lane] = Int16(truncatingIfNeeded: three[place].index)
        lane += 1
      }
      candidate.photons[2] = Int16(truncatingIfNeeded: three[odd].index)
      candidate.extraEnergy = event.extraEnergy(without: candidate.photons)
      candidates.append(candidate)
    }
  }

  private static func findSingle(
    _ event: borrowing CandidateEvent, _ photon: CandidateEvent.Photon,
    into candidates: inout [ReconstructedCandidate]
  ) {
    guard photon.starEnergy > smallestStarEnergy else { return }
    var candidate = ReconstructedCandidate(.singlePhoton)
    candidate.photons[0] = Int16(truncatingIfNeeded: photon.index)
    candidate.extraEnergy = event.extraEnergy(without: candidate.photons)
    guard candidate.extraEnergy < largestExtraEnergy else { return }
    candidate.starEnergy = Float(photon.starEnergy)
    candidate.set(recoilOf: photon.vector, in: event)
    // The beams' energy is known better than the direction of the boost seen by one cluster.
    candidate.recoilMassSquared = Float(event.energy * (event.energy - 2 * photon.starEnergy))
    candidates.append(candidate)
  }
}
