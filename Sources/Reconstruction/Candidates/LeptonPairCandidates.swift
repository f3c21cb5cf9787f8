import EventModel
import Kinematics

/// Two prompt tracks of opposite charge and nothing else charged.
///
/// Kind `visible_dark_photon`: e+e- or mu+mu- beside a photon of E* > 0.2 GeV, all three with a mass near sqrt(s). Observables `mass` and
/// `reduced_mass` of the pair; `star_energy` of the photon; resonances are vetoed by the channel. Photons lost along the beams
/// leave no candidate.
///
/// Kind `dimuon_recoil`: two muons, whatever photons there are. Z' that decays invisibly: `recoil_mass2` against `recoil_theta`, the polar angle
/// of the recoil in the centre of mass. Dark Higgsstrahlung with invisible h': `recoil_mass2` against `mass`. Channels cut on
/// `extra_energy`.
enum LeptonPairCandidates {
  static let smallestStarEnergy = 0.2
  /// Largest distance of the mass of all three from sqrt(s), GeV.
  static let massWindow = 1.5

  static func find(_ event: borrowing CandidateEvent, into candidates: inout [ReconstructedCandidate]) {
    guard event.tracks.count == 2, event.charge == 0, event.isPrompt else { return }
    let first = event.tracks[0]
    let second = event.tracks[1]
    let areMuons = first.mayBeMuon && second.mayBeMuon && (first.isMuon || second.isMuon)
    let areElectrons = first.isElectron && second.isElectron
    guard areMuons || areElectrons else { return }
    let mass = areMuons ? Mass.muon : Mass.electron
    let pair = first.vector(mass) + second.vector(mass)
    let vertex = event.vertex(first.charge > 0 ? 0 : 1, first.charge > 0 ? 1 : 0)
    func candidate(_ kind: CandidateKind) -> ReconstructedCandidate {
      var candidate = ReconstructedCandidate(kind)
      candidate.set(pair: pair, of: mass, as: areMuons ? .muons : .electrons)
      candidate.set(recoilOf: pair, in: event)
      candidate.set(first, second)
      candidate.vertex = vertex.map { Int16(truncatingIfNeeded: $0) } ?? -1
      return candidate
    }
    if areMuons {
      var recoil = candidate(.dimuonRecoil)
      recoil.extraEnergy = event.extraEnergy(without: recoil.photons)
      candidates.append(recoil)
    }
    guard let photon = event.photons.first, photon.starEnergy > smallestStarEnergy else { return }
    let system = pair + photon.vector
    guard abs(system.mass - event.energy) < massWindow else { return }
    var visible = candidate(.visibleDarkPhoton)
    visible.photons[0] = Int16(truncatingIfNeeded: photon.index)
    visible.systemMass = Float(system.mass)
    visible.starEnergy = Float(photon.starEnergy)
    visible.extraEnergy = event.extraEnergy(without: visible.photons)
    candidates.append(visible)
  }
}
