import EventModel
import Kinematics

/// Decays of one of two B mesons to a kaon and a new particle.
///
/// Kind `kaon_scalar`, B to K S (Belle II, Phys. Rev. D 108 (2023) L111104): a prompt track as a kaon, or with another one as K*0 to K pi, and a
/// displaced pair as electrons, muons, pions and kaons in turn. `reduced_mass` of the pair is searched;
/// `beam_constrained_mass` = sqrt(s/4 - p*^2) and `delta_energy` = E* - sqrt(s)/2 of the B select. Pairs in the K_S, Lambda and conversion
/// windows are kept: channels cut on `mass`.
///
/// Kind `kaon_photons`, B to K a, a to gamma gamma: the same kaons, or a K_S vertex, and two photons; `mass` = M(gamma gamma).
///
/// Kaons are tracks that are neither muon nor electron and identified as kaon with at least a fourth of the pion's probability.
enum BDecayCandidates {
  /// Loose windows: beam-constrained mass from here, and energy difference up to here, GeV.
  static let smallestConstrainedMass: Float = 5.2
  static let largestEnergyDifference: Float = 0.25
  static let smallestRho: Float = 0.05
  static let smallestProbability: Float = 0.001
  static let smallestSignificance: Float = 3
  /// K*(892)0 and its half window, GeV.
  static let excitedMass = 0.8955
  static let excitedWindow = 0.075
  /// Photons of B decays, at most.
  static let mostPhotons = 12
  static let mostTracks = 20

  /// A kaon, or what decays to one.
  private struct Kaon {
    var vector: FourVector
    var tracks: [Int]
    var vertex = -1
  }

  static func find(_ event: inout CandidateEvent, into candidates: inout [ReconstructedCandidate]) {
    guard (3...mostTracks).contains(event.tracks.count) else { return }
    let kaons = charged(event) + excited(event)
    for number in event.vertices.indices { findScalar(&event, kaons, number, into: &candidates) }
    findPhotons(&event, kaons, into: &candidates)
  }

  private static func charged(_ event: borrowing CandidateEvent) -> [Kaon] {
    event.tracks.filter { $0.isPrompt && $0.mayBeKaon }.map {
      Kaon(vector: $0.vector(Mass.kaon), tracks: [$0.index])
    }
  }

  private static func excited(_ event: borrowing CandidateEvent) -> [Kaon] {
    let hadrons = event.tracks.filter { $0.isPrompt && !$0.isMuon && !$0.isElectron }
    var found: [Kaon] = []
    for kaon in hadrons where kaon.mayBeKaon {
      for pion in hadrons where pion.charge == -kaon.charge {
        let sum = kaon.vector(Mass.kaon) + pion.vector(Mass.pion)
        if abs(sum.mass - excitedMass) < excitedWindow {
          found.append(Kaon(vector: sum, tracks: [kaon.index, pion.index]))
        }
      }
    }
    return found
  }

  private static func findScalar(
    _ event: inout CandidateEvent, _ kaons: [Kaon], _ number: Int, into candidates: inout [ReconstructedCandidate]
  ) {
    let vertex = event.vertices[number]
    guard vertex.trackCount == 2, vertex.rho > smallestRho, vertex.probability > smallestProbability,
      vertex.flightSignificance > smallestSignificance, vertex.innerPoints <= 1,
      let momenta = event.momenta(at: vertex)
    else { return }
    let a = event.tracks[Int(vertex.positive)]
    let b = event.tracks[Int(vertex.negative)]
    for particles in [PairHypothesis.electrons, .muons, .pions, .kaons] {
      let mass: Double
      switch particles {
      case .electrons where a.isElectron || b.isElectron: mass = Mass.electron
      case .muons where a.mayBeMuon && b.mayBeMuon: mass = Mass.muon
      case .pions where !a.isElectron && !b.isElectron: mass = Mass.pion
      case .kaons where !a.isElectron && !b.isElectron && !a.isMuon && !b.isMuon: mass = Mass.kaon
      default: continue
      }
      let pair = FourVector(momentum: momenta.positive, mass: mass) + FourVector(momentum: momenta.negative, mass: mass)
      for kaon in kaons where !kaon.tracks.contains(where: vertex.contains) {
        var candidate = ReconstructedCandidate(.kaonScalar)
        candidate.set(beamConstraintsOf: pair + kaon.vector, in: event)
        guard isInWindow(candidate) else { continue }
        candidate.set(pair: pair, of: mass, as: particles)
        candidate.systemMass = Float((pair + kaon.vector).mass)
        candidate.vertex = Int16(truncatingIfNeeded: number)
        candidate.positive = vertex.positive
        candidate.negative = vertex.negative
        candidate.set(others: kaon.tracks)
        candidates.append(candidate)
      }
    }
  }

  private static func findPhotons(
    _ event: inout CandidateEvent, _ kaons: [Kaon], into candidates: inout [ReconstructedCandidate]
  ) {
    var kaons = kaons
    for (number, vertex) in event.vertices.enumerated() where vertex.isKShort && vertex.flightSignificance > 3 {
      guard let momenta = event.momenta(at: vertex) else { continue }
      let sum =
        FourVector(momentum: momenta.positive, mass: Mass.pion)
        + FourVector(momentum: momenta.negative, mass: Mass.pion)
      kaons.append(Kaon(vector: sum, tracks: [Int(vertex.positive), Int(vertex.negative)], vertex: number))
    }
    let photons = event.photons.prefix(mostPhotons)
    for first in photons.indices {
      for second in photons.indices where second > first {
        let pair = photons[first].vector + photons[second].vector
        for kaon in kaons {
          var candidate = ReconstructedCandidate(.kaonPhotons)
          candidate.set(beamConstraintsOf: pair + kaon.vector, in: event)
          guard isInWindow(candidate) else { continue }
          candidate.set(pair: pair, of: 0, as: .photons)
          candidate.systemMass = Float((pair + kaon.vector).mass)
          candidate.vertex = Int16(truncatingIfNeeded: kaon.vertex)
          candidate.set(others: kaon.tracks)
          candidate.photons[0] = Int16(truncatingIfNeeded: photons[first].index)
          candidate.photons[1] = Int16(truncatingIfNeeded: photons[second].index)
          candidates.append(candidate)
        }
      }
    }
  }

  private static func isInWindow(_ candidate: ReconstructedCandidate) -> Bool {
    candidate.beamConstrainedMass > smallestConstrainedMass && abs(candidate.deltaEnergy) < largestEnergyDifference
  }
}
