import EventModel
import Kinematics

/// Rare decays of tau leptons.
///
/// Kind `heavy_neutral_lepton`, tau to pi N, N to mu mu nu (Belle, Phys. Rev. D 109 (2024) L111102): four tracks without net charge, two of them a
/// displaced vertex of possible muons, a pion in its hemisphere and the track of the other tau opposite. `mass` is that of the vertex as
/// pions (the K_S region is cut out there), `mass_low` and `mass_high` the two solutions for the mass of N
/// (``NeutralLeptonSolutions``).
///
/// Kind `lepton_against_tau`, tau to l alpha (Belle II, arXiv:2212.03634): a lepton against three tracks of the other tau. Observable `star_energy`:
/// energy of the lepton in the pseudo-rest frame of its tau, which has energy sqrt(s)/2 and flies opposite to the three tracks in the centre
/// of mass. A two-body decay gives a line at (m_tau^2 - m_alpha^2 + m_l^2)/(2 m_tau), smeared by the approximation.
/// `hypothesis` says which lepton, `mass` is that of the three tracks as pions.
///
/// Kind `three_muons`, tau to 3 mu: three possible muons of charge 1 in all, two of them sure. Observables `mass` and `delta_energy` =
/// E* - sqrt(s)/2, both near the tau's.
enum TauCandidates {
  static let smallestRho: Float = 1
  static let smallestProbability: Float = 0.001
  /// Mass of three muons, GeV, and E* - sqrt(s)/2, GeV, that channels may need as sidebands.
  static let threeMuonMass = 1.3...2.3
  static let threeMuonEnergy = -1.5...0.7

  static func find(_ event: inout CandidateEvent, into candidates: inout [ReconstructedCandidate]) {
    if event.tracks.count == 4, event.charge == 0 {
      for vertex in event.vertices.indices { findNeutralLepton(&event, vertex, into: &candidates) }
      for lepton in event.tracks.indices { findLepton(event, lepton, into: &candidates) }
    }
    guard (3...6).contains(event.tracks.count) else { return }
    findThreeMuons(event, into: &candidates)
  }

  private static func findNeutralLepton(
    _ event: inout CandidateEvent, _ number: Int, into candidates: inout [ReconstructedCandidate]
  ) {
    let vertex = event.vertices[number]
    guard vertex.trackCount == 2, vertex.rho > smallestRho, vertex.probability > smallestProbability,
      event.tracks[Int(vertex.positive)].mayBeMuon, event.tracks[Int(vertex.negative)].mayBeMuon,
      let momenta = event.momenta(at: vertex)
    else { return }
    let muons =
      FourVector(momentum: momenta.positive, mass: Mass.muon) + FourVector(momentum: momenta.negative, mass: Mass.muon)
    let rest = event.tracks.filter { !vertex.contains($0.index) }
    for (pion, tag) in [(rest[0], rest[1]), (rest[1], rest[0])] {
      let signal = event.star(muons + pion.vector(Mass.pion))
      guard signal.momentum.dot(event.star(tag.vector(Mass.pion)).momentum) < 0 else { continue }
      guard
        let masses = NeutralLeptonSolutions.masses(
          pion: pion.vector(Mass.pion),
          direction: Vector3(Double(vertex.x), Double(vertex.y), Double(vertex.z)) - event.origin,
          collision: event.collision)
      else { continue }
      var candidate = ReconstructedCandidate(.heavyNeutralLepton)
      candidate.hypothesis = .muons
      candidate.mass = vertex.mass
      candidate.reducedMass = Float(max(0, muons.massSquared - 4 * Mass.muon * Mass.muon).squareRoot())
      candidate.massLow = Float(masses.low)
      candidate.massHigh = Float(masses.high)
      candidate.systemMass = Float((muons + pion.vector(Mass.pion)).mass)
      candidate.deltaEnergy = Float(signal.energy - 0.5 * event.energy)
      candidate.vertex = Int16(truncatingIfNeeded: number)
      candidate.positive = vertex.positive
      candidate.negative = vertex.negative
      candidate.set(others: [pion.index, tag.index])
      candidate.extraEnergy = event.extraEnergy(without: candidate.photons)
      candidates.append(candidate)
    }
  }

  private static func findLepton(
    _ event: borrowing CandidateEvent, _ number: Int, into candidates: inout [ReconstructedCandidate]
  ) {
    let lepton = event.tracks[number]
    guard lepton.isMuon || lepton.isElectron, event.isPrompt else { return }
    let mass = lepton.isMuon ? Mass.muon : Mass.electron
    var three = FourVector.zero
    for track in event.tracks where track.index != number { three += track.vector(Mass.pion) }
    let starThree = event.star(three)
    let starLepton = event.star(lepton.vector(mass))
    guard starThree.mass < Mass.tau, starThree.momentum.dot(starLepton.momentum) < 0 else { return }
    for track in event.tracks where track.index != number {
      guard starThree.momentum.dot(event.star(track.vector(Mass.pion)).momentum) > 0 else { return }
    }
    guard
      let energy = pseudoRestFrameEnergy(
        lepton: starLepton, opposite: starThree.momentum, tauEnergy: 0.5 * event.energy)
    else { return }
    var candidate = ReconstructedCandidate(.leptonAgainstTau)
    candidate.hypothesis = lepton.isMuon ? .muons : .electrons
    candidate.mass = Float(three.mass)
    candidate.starEnergy = Float(energy)
    candidate.systemMass = Float((three + lepton.vector(mass)).mass)
    candidate.set(recoilOf: three + lepton.vector(mass), in: event)
    if lepton.charge > 0 {
      candidate.positive = Int16(truncatingIfNeeded: number)
    } else {
      candidate.negative = Int16(truncatingIfNeeded: number)
    }
    candidate.set(others: event.tracks.indices.filter { $0 != number })
    candidate.extraEnergy = event.extraEnergy(without: candidate.photons)
    candidates.append(candidate)
  }

  /// Energy of a lepton in the frame of a tau of given energy that flies opposite to a direction, all in the centre of mass, GeV.
  static func pseudoRestFrameEnergy(lepton: FourVector, opposite: Vector3, tauEnergy: Double) -> Double? {
    let momentum = (tauEnergy * tauEnergy - Mass.tau * Mass.tau).squareRoot()
    guard opposite.length > 0, momentum.isFinite else { return nil }
    let tau = FourVector(momentum: (-momentum / opposite.length) * opposite, energy: tauEnergy)
    return Boost(toRestFrameOf: tau)?.apply(lepton).energy
  }

  private static func findThreeMuons(
    _ event: borrowing CandidateEvent, into candidates: inout [ReconstructedCandidate]
  ) {
    let muons = event.tracks.filter { $0.mayBeMuon && $0.isPrompt }
    guard muons.count >= 3 else { return }
    for a in 0..<(muons.count - 2) {
      for b in (a + 1)..<(muons.count - 1) {
        for c in (b + 1)..<muons.count {
          let three = [muons[a], muons[b], muons[c]]
          guard abs(three.reduce(0) { $0 + $1.charge }) == 1, three.count(where: \.isMuon) >= 2 else { continue }
          let sum = three.reduce(FourVector.zero) { $0 + $1.vector(Mass.muon) }
          let energy = event.star(sum).energy - 0.5 * event.energy
          guard threeMuonMass.contains(sum.mass), threeMuonEnergy.contains(energy) else { continue }
          var candidate = ReconstructedCandidate(.threeMuons)
          candidate.hypothesis = .muons
          candidate.mass = Float(sum.mass)
          candidate.set(beamConstraintsOf: sum, in: event)
          candidate.beamConstrainedMass = .nan
          candidate.set(recoilOf: sum, in: event)
          guard let first = three.first(where: { $0.charge > 0 }), let second = three.first(where: { $0.charge < 0 })
          else { continue }
          candidate.set(first, second)
          candidate.set(others: three.map(\.index).filter { $0 != first.index && $0 != second.index })
          candidate.extraEnergy = event.extraEnergy(without: candidate.photons)
          candidates.append(candidate)
        }
      }
    }
  }
}
