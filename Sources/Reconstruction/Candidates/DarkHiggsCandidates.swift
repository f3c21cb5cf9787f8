import EventModel
import Kinematics

/// Dark Higgs bosons.
///
/// Kind `dark_higgsstrahlung`, h' to A' A' and A' to pairs (six prompt tracks, mass near sqrt(s)): of the six ways to make three pairs of opposite
/// charge the one whose masses agree best. `mass` is their mean, `mass_low` and `mass_high` the extremes. Pairs are electrons or
/// muons if both tracks are or may be, pions otherwise; track1 and track2 are the first pair.
///
/// Kind `inelastic_dark_matter`, e+e- to h' chi1 chi2 (arXiv:2505.09705): a displaced pair that points back (h') and another one that need
/// not, taken for electrons (chi2 to chi1 e+e-), four or five tracks in the event. `mass` of the first, `mass_low` and `mass_high` of both;
/// `recoil_mass2` of all four.
enum DarkHiggsCandidates {
  /// Largest distance of the mass of six tracks from sqrt(s), GeV.
  static let massWindow = 1.0
  /// Largest difference of the masses of the three pairs, GeV.
  static let largestSpread = 0.5
  static let smallestRho: Float = 0.2
  static let smallestProbability: Float = 0.001
  static let smallestSignificance: Float = 3
  /// Pairs that point back do so within this angle, rad.
  static let pointing: Float = 0.3

  static func find(_ event: inout CandidateEvent, into candidates: inout [ReconstructedCandidate]) {
    findSixTracks(event, into: &candidates)
    guard (4...5).contains(event.tracks.count) else { return }
    for first in event.vertices.indices where isDisplaced(event.vertices[first]) {
      guard event.vertices[first].pointing < pointing else { continue }
      for second in event.vertices.indices where second != first && isDisplaced(event.vertices[second]) {
        let a = event.vertices[first]
        let b = event.vertices[second]
        guard !a.contains(Int(b.positive)), !a.contains(Int(b.negative)) else { continue }
        // Of two pairs that point, the one that points better is h'.
        guard a.pointing <= b.pointing else { continue }
        findTwoVertices(&event, first, second, into: &candidates)
      }
    }
  }

  static func isDisplaced(_ vertex: ReconstructedVertex) -> Bool {
    vertex.trackCount == 2 && vertex.rho > smallestRho && vertex.probability > smallestProbability
      && vertex.flightSignificance > smallestSignificance
  }

  private static func findTwoVertices(
    _ event: inout CandidateEvent, _ first: Int, _ second: Int, into candidates: inout [ReconstructedCandidate]
  ) {
    let a = event.vertices[first]
    let b = event.vertices[second]
    guard let p = event.momenta(at: a), let q = event.momenta(at: b) else { return }
    let areMuons =
      event.tracks[Int(a.positive)].mayBeMuon && event.tracks[Int(a.negative)].mayBeMuon
    let mass = areMuons ? Mass.muon : Mass.pion
    let heavy = FourVector(momentum: p.positive, mass: mass) + FourVector(momentum: p.negative, mass: mass)
    let light =
      FourVector(momentum: q.positive, mass: Mass.electron) + FourVector(momentum: q.negative, mass: Mass.electron)
    var candidate = ReconstructedCandidate(.inelasticDarkMatter)
    candidate.set(pair: heavy, of: mass, as: areMuons ? .muons : .pions)
    candidate.set(recoilOf: heavy + light, in: event)
    candidate.systemMass = Float((heavy + light).mass)
    candidate.massLow = Float(min(heavy.mass, light.mass))
    candidate.massHigh = Float(max(heavy.mass, light.mass))
    candidate.vertex = Int16(truncatingIfNeeded: first)
    candidate.secondVertex = Int16(truncatingIfNeeded: second)
    candidate.positive = a.positive
    candidate.negative = a.negative
    candidate.set(others: [Int(b.positive), Int(b.negative)])
    candidate.extraEnergy = event.extraEnergy(without: candidate.photons)
    candidates.append(candidate)
  }

  private static func findSixTracks(
    _ event: borrowing CandidateEvent, into candidates: inout [ReconstructedCandidate]
  ) {
    guard event.tracks.count == 6, event.charge == 0, event.isPrompt else { return }
    let system = event.sum(Mass.pion)
    guard abs(system.mass - event.energy) < massWindow else { return }
    let positive = event.tracks.filter { $0.charge > 0 }
    let negative = event.tracks.filter { $0.charge < 0 }
    var best: (spread: Double, masses: [Double], order: [Int])?
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
      let masses = (0..<3).map { pairMass(positive[$0], negative[order[$0]]).mass }
      let spread = (masses.max() ?? 0) - (masses.min() ?? 0)
      if spread < best?.spread ?? largestSpread { best = (spread, masses, order) }
    }
    guard let best else { return }
    var candidate = ReconstructedCandidate(.darkHiggsstrahlung)
    candidate.mass = Float(best.masses.reduce(0, +) / 3)
    candidate.massLow = Float(best.masses.min() ?? 0)
    candidate.massHigh = Float(best.masses.max() ?? 0)
    candidate.hypothesis = pairMass(positive[0], negative[best.order[0]]).particles
    candidate.systemMass = Float(system.mass)
    candidate.set(positive[0], negative[best.order[0]])
    candidate.set(
      others: [
        positive[1].index, negative[best.order[1]].index, positive[2].index, negative[best.order[2]].index,
      ])
    candidate.extraEnergy = event.extraEnergy(without: candidate.photons)
    candidates.append(candidate)
  }

  private static func pairMass(
    _ a: CandidateEvent.Track, _ b: CandidateEvent.Track
  ) -> (mass: Double, particles: PairHypothesis) {
    let mass: Double
    let particles: PairHypothesis
    if a.isElectron, b.isElectron {
      (mass, particles) = (Mass.electron, .electrons)
    } else if a.mayBeMuon, b.mayBeMuon, a.isMuon || b.isMuon {
      (mass, particles) = (Mass.muon, .muons)
    } else {
      (mass, particles) = (Mass.pion, .pions)
    }
    return ((a.vector(mass) + b.vector(mass)).mass, particles)
  }
}
