import EventModel
import Kinematics

/// Looks up the numbers of candidates in a `reco` column.
struct CandidateReader {
  let reconstruction: ReconstructionColumn

  init(_ reconstruction: ReconstructionColumn) { self.reconstruction = reconstruction }

  /// The value of a candidate, in base units; not a number if it has none.
  /// - Parameters:
  ///   - attribute: which number.
  ///   - row: the candidate among all of the batch.
  ///   - event: its event.
  func value(_ attribute: CandidateAttribute, row: Int, event: Int) -> Float {
    let candidates = reconstruction.candidates
    switch attribute {
    case .mass: return candidates.mass[row]
    case .reducedMass: return candidates.reducedMass[row]
    case .recoilMassSquared: return candidates.recoilMassSquared[row]
    case .hypothesis: return Float(candidates.hypothesis[row])
    case .systemMass: return candidates.systemMass[row]
    case .starEnergy: return candidates.starEnergy[row]
    case .starMomentum: return candidates.starMomentum[row]
    case .recoilTheta: return candidates.recoilTheta[row]
    case .beamConstrainedMass: return candidates.beamConstrainedMass[row]
    case .deltaEnergy: return candidates.deltaEnergy[row]
    case .massLow: return candidates.massLow[row]
    case .massHigh: return candidates.massHigh[row]
    case .extraEnergy: return candidates.extraEnergy[row]
    case .vertexRho, .vertexFlight, .vertexSignificance, .vertexPointing, .vertexProbability, .vertexMass:
      return vertexValue(attribute, Int(candidates.vertex[row]), event)
    case .secondVertexRho: return vertexValue(.vertexRho, Int(candidates.vertex2[row]), event)
    case .secondVertexSignificance: return vertexValue(.vertexSignificance, Int(candidates.vertex2[row]), event)
    case .secondVertexPointing: return vertexValue(.vertexPointing, Int(candidates.vertex2[row]), event)
    case .secondVertexProbability: return vertexValue(.vertexProbability, Int(candidates.vertex2[row]), event)
    case .secondVertexMass: return vertexValue(.vertexMass, Int(candidates.vertex2[row]), event)
    case .positiveMomentum, .positiveTransverse, .positiveTheta, .positiveMuon, .positiveElectron:
      return trackValue(attribute, Int(candidates.track1[row]), event)
    case .negativeMomentum: return trackValue(.positiveMomentum, Int(candidates.track2[row]), event)
    case .negativeTransverse: return trackValue(.positiveTransverse, Int(candidates.track2[row]), event)
    case .negativeTheta: return trackValue(.positiveTheta, Int(candidates.track2[row]), event)
    case .negativeMuon: return trackValue(.positiveMuon, Int(candidates.track2[row]), event)
    case .negativeElectron: return trackValue(.positiveElectron, Int(candidates.track2[row]), event)
    case .thirdMomentum: return trackValue(.positiveMomentum, Int(candidates.moreTracks[4 * row]), event)
    case .thirdMuon: return trackValue(.positiveMuon, Int(candidates.moreTracks[4 * row]), event)
    case .thirdTransverse: return trackValue(.positiveTransverse, Int(candidates.moreTracks[4 * row]), event)
    case .thirdTheta: return trackValue(.positiveTheta, Int(candidates.moreTracks[4 * row]), event)
    case .fourthMomentum: return trackValue(.positiveMomentum, Int(candidates.moreTracks[4 * row + 1]), event)
    case .fourthMuon: return trackValue(.positiveMuon, Int(candidates.moreTracks[4 * row + 1]), event)
    case .fourthTransverse: return trackValue(.positiveTransverse, Int(candidates.moreTracks[4 * row + 1]), event)
    case .fourthTheta: return trackValue(.positiveTheta, Int(candidates.moreTracks[4 * row + 1]), event)
    case .crossedMassLow: return crossedMasses(row, event).low
    case .crossedMassHigh: return crossedMasses(row, event).high
    case .firstPhotonPion: return neutralPion(row, event, lane: 0)
    case .secondPhotonPion: return neutralPion(row, event, lane: 1)
    case .transverseRoundness: return transverseRoundness(event)
    case .firstPhotonEnergy, .secondPhotonEnergy, .thirdPhotonEnergy, .firstPhotonTheta, .secondPhotonTheta,
      .thirdPhotonTheta:
      return photonValue(attribute, row, event)
    case .otherTracks: return Float((0..<4).count { candidates.moreTracks[4 * row + $0] >= 0 })
    case .trackCount: return Float(reconstruction.tracks.rows[event].count)
    case .clusterCount: return Float(reconstruction.clusters.rows[event].count)
    }
  }

  private func vertexValue(_ attribute: CandidateAttribute, _ number: Int, _ event: Int) -> Float {
    let vertices = reconstruction.vertices
    let range = vertices.rows[event]
    guard number >= 0, number < range.count else { return .nan }
    let vertex = range.lowerBound + number
    switch attribute {
    case .vertexRho: return vertices.rho[vertex]
    case .vertexFlight: return vertices.flight[vertex]
    case .vertexSignificance: return vertices.flightSignificance[vertex]
    case .vertexPointing: return vertices.pointing[vertex]
    case .vertexMass: return vertices.mass[vertex]
    default: return vertices.probability[vertex]
    }
  }

  private func trackValue(_ attribute: CandidateAttribute, _ number: Int, _ event: Int) -> Float {
    let tracks = reconstruction.tracks
    let range = tracks.rows[event]
    guard number >= 0, number < range.count else { return .nan }
    let track = range.lowerBound + number
    let slope = Double(tracks.tanLambda[track])
    let transverse =
      PhysicalConstants.momentumPerTeslaCentimetre * Helix.standardField / abs(Double(tracks.omega[track]))
    switch attribute {
    case .positiveMomentum: return Float(transverse * (1 + slope * slope).squareRoot())
    case .positiveTransverse: return Float(transverse)
    case .positiveTheta: return Float(PortableAngles.azimuth(y: 1, x: slope))
    case .positiveMuon: return tracks.muon[track]
    default: return tracks.electron[track]
    }
  }

  private func photonValue(_ attribute: CandidateAttribute, _ row: Int, _ event: Int) -> Float {
    let lane: Int
    switch attribute {
    case .firstPhotonEnergy, .firstPhotonTheta: lane = 0
    case .secondPhotonEnergy, .secondPhotonTheta: lane = 1
    default: lane = 2
    }
    let number = Int(reconstruction.candidates.photons[3 * row + lane])
    let range = reconstruction.clusters.rows[event]
    guard number >= 0, number < range.count else { return .nan }
    let cluster = range.lowerBound + number
    switch attribute {
    case .firstPhotonEnergy, .secondPhotonEnergy, .thirdPhotonEnergy: return reconstruction.clusters.energy[cluster]
    default: return reconstruction.clusters.theta[cluster]
    }
  }
}
