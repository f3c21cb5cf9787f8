import EventModel
import Kinematics

/// Pairs of leptons in events of four tracks without net charge.
///
/// Kind `four_track_dimuon`, Z' or scalar to mu mu (Belle II, Phys. Rev. D 109 (2024) 112015): three of the four may be muons and two surely are, and the four as muons
/// have a mass near sqrt(s). One candidate for each pair of opposite charge: `reduced_mass` is searched, `system_mass` and `extra_energy` are
/// cut on.
///
/// Kind `tau_pair_recoil`, Z', scalar or axion-like particle to tau tau (Belle II, Phys. Rev. Lett. 131 (2023) 121802): a pair of muons, energy is missing, and the
/// other two tracks are one-prong taus. `recoil_mass2` of the muons peaks.
///
/// Kind `leptophilic_scalar` (Belle, arXiv:2207.07476): a pair of electrons or muons, prompt or displaced, energy is missing. `mass` with the momenta at the
/// vertex of the pair, if it has one.
enum FourTrackCandidates {
  /// Largest distance of the mass of four muons from sqrt(s), GeV.
  static let massWindow = 1.0
  /// Largest mass of the four tracks where neutrinos are missing, GeV.
  static let largestVisibleMass = 9.5

  static func find(_ event: inout CandidateEvent, into candidates: inout [ReconstructedCandidate]) {
    guard event.tracks.count == 4, event.charge == 0 else { return }
    let system = event.sum(Mass.muon).mass
    let muons = event.tracks.count(where: \.isMuon)
    let likely = event.tracks.count(where: \.mayBeMuon)
    for first in 0..<4 where event.tracks[first].charge > 0 {
      for second in 0..<4 where event.tracks[second].charge < 0 {
        let isMuonPair =
          event.tracks[first].mayBeMuon && event.tracks[second].mayBeMuon
          && (event.tracks[first].isMuon || event.tracks[second].isMuon)
        let isElectronPair = event.tracks[first].isElectron && event.tracks[second].isElectron
        guard isMuonPair || isElectronPair else { continue }
        let others = (0..<4).filter { $0 != first && $0 != second }
        if isMuonPair, event.isPrompt {
          var candidate = prompt(event, first, second, others, system: system)
          if muons >= 2, likely >= 3, abs(system - event.energy) < massWindow { candidates.append(candidate) }
          candidate.kind = .tauPairRecoil
          if system < largestVisibleMass { candidates.append(candidate) }
        }
        if system < largestVisibleMass {
          candidates.append(
            leptophilic(&event, first, second, others, mass: isMuonPair ? Mass.muon : Mass.electron, system: system))
        }
      }
    }
  }

  private static func prompt(
    _ event: borrowing CandidateEvent, _ first: Int, _ second: Int, _ others: [Int], system: Double
  ) -> ReconstructedCandidate {
    let pair = event.tracks[first].vector(Mass.muon) + event.tracks[second].vector(Mass.muon)
    var candidate = ReconstructedCandidate(.fourTrackDimuon)
    candidate.set(pair: pair, of: Mass.muon, as: .muons)
    candidate.set(recoilOf: pair, in: event)
    candidate.set(event.tracks[first], event.tracks[second])
    candidate.set(others: others)
    candidate.systemMass = Float(system)
    candidate.extraEnergy = event.extraEnergy(without: candidate.photons)
    candidate.vertex = event.vertex(first, second).map { Int16(truncatingIfNeeded: $0) } ?? -1
    return candidate
  }

  private static func leptophilic(
    _ event: inout CandidateEvent, _ first: Int, _ second: Int, _ others: [Int], mass: Double, system: Double
  ) -> ReconstructedCandidate {
    var candidate = ReconstructedCandidate(.leptophilicScalar)
    let vertex = event.vertex(first, second)
    var momenta = (event.tracks[first].momentum, event.tracks[second].momentum)
    if let vertex, let fitted = event.momenta(at: event.vertices[vertex]) { momenta = fitted }
    let pair = FourVector(momentum: momenta.0, mass: mass) + FourVector(momentum: momenta.1, mass: mass)
    candidate.set(pair: pair, of: mass, as: mass == Mass.muon ? .muons : .electrons)
    candidate.set(recoilOf: pair, in: event)
    candidate.set(event.tracks[first], event.tracks[second])
    candidate.set(others: others)
    candidate.systemMass = Float(system)
    candidate.extraEnergy = event.extraEnergy(without: candidate.photons)
    candidate.vertex = vertex.map { Int16(truncatingIfNeeded: $0) } ?? -1
    return candidate
  }
}
