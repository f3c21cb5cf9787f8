import Detector
import Kinematics

/// Candidates of the search channels. Built here: pairs of muons.
struct CandidateFinder {
  private let collision: FourVector
  /// Muon score from which a track of a dimuon is believed.
  static let muonScore: Float = 0.5
  /// Softer muons do not reach enough layers of the muon detector to be told from pions, GeV.
  static let softestIdentified = 0.75
  private(set) var candidates: [ReconstructedCandidate] = []

  init(_ beams: Beams) { collision = beams.total }

  /// Pairs of opposite charge of which one is a muon and the other one too, or too soft for the muon detector to tell.
  mutating func find(_ tracks: ArraySlice<ReconstructedTrack>, _ vertices: ArraySlice<ReconstructedVertex>) {
    candidates.removeAll(keepingCapacity: true)
    let start = tracks.startIndex
    for positive in tracks.indices where tracks[positive].omega > 0 && CandidateFinder.mayBeMuon(tracks[positive]) {
      for negative in tracks.indices where tracks[negative].omega < 0 && CandidateFinder.mayBeMuon(tracks[negative]) {
        guard max(tracks[positive].muon, tracks[negative].muon) > CandidateFinder.muonScore else { continue }
        let first = Int16(truncatingIfNeeded: positive - start)
        let second = Int16(truncatingIfNeeded: negative - start)
        let vertex = vertices.firstIndex { $0.positive == first && $0.negative == second }
        let p = CandidateFinder.momentum(tracks[positive], at: vertex.map { vertices[$0] })
        let n = CandidateFinder.momentum(tracks[negative], at: vertex.map { vertices[$0] })
        let pair = FourVector(momentum: p, mass: Mass.muon) + FourVector(momentum: n, mass: Mass.muon)
        let square = pair.massSquared
        let reduced = square - 4 * Mass.muon * Mass.muon
        var candidate = ReconstructedCandidate(.dimuon)
        candidate.hypothesis = .muons
        candidate.mass = Float(max(0, square).squareRoot())
        candidate.reducedMass = Float(max(0, reduced).squareRoot())
        candidate.recoilMassSquared = Float((collision - pair).massSquared)
        candidate.vertex = vertex.map { Int16(truncatingIfNeeded: $0 - vertices.startIndex) } ?? -1
        candidate.positive = first
        candidate.negative = second
        candidates.append(candidate)
      }
    }
  }

  private static func mayBeMuon(_ track: ReconstructedTrack) -> Bool {
    track.muon > muonScore || (track.electron < 0.5 && track.momentum < softestIdentified)
  }

  /// Momentum at the vertex if there is one, at the perigee otherwise.
  private static func momentum(_ track: ReconstructedTrack, at vertex: ReconstructedVertex?) -> Vector3 {
    let state = track.state
    guard let vertex else { return state.momentum(at: 0) }
    let alongX = Double(vertex.x) * state.cosine + Double(vertex.y) * state.sine
    let alongY = -Double(vertex.x) * state.sine + Double(vertex.y) * state.cosine
    let angle = PortableAngles.azimuth(y: state.omega * alongX, x: 1 + state.omega * (alongY + state.d0))
    return state.momentum(at: angle / state.omega)
  }
}
