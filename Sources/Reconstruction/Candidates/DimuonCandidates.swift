import EventModel
import Kinematics

/// Kind `dimuon`: pairs of opposite charge of which one is a muon and the other one too, or too soft for the muon detector to tell,
/// in any event. Z', dark photon, scalar, J/psi.
///
/// Observable: `reduced_mass` = sqrt(M^2 - 4 m_mu^2), 0 at threshold, so that the spectrum starts smoothly. Momenta are taken at the
/// vertex of the pair if it has one.
enum DimuonCandidates {
  static func find(_ event: borrowing CandidateEvent, into candidates: inout [ReconstructedCandidate]) {
    for positive in event.tracks where positive.charge > 0 && positive.mayBeMuon {
      for negative in event.tracks where negative.charge < 0 && negative.mayBeMuon {
        guard positive.isMuon || negative.isMuon else { continue }
        let vertex = event.vertex(positive.index, negative.index)
        let pair =
          FourVector(momentum: event.momentum(positive.index, at: vertex), mass: Mass.muon)
          + FourVector(momentum: event.momentum(negative.index, at: vertex), mass: Mass.muon)
        var candidate = ReconstructedCandidate(.dimuon)
        candidate.set(pair: pair, of: Mass.muon, as: .muons)
        candidate.set(recoilOf: pair, in: event)
        candidate.set(positive, negative)
        candidate.vertex = vertex.map { Int16(truncatingIfNeeded: $0) } ?? -1
        candidate.extraEnergy = event.extraEnergy(without: candidate.photons)
        candidates.append(candidate)
      }
    }
  }
}
