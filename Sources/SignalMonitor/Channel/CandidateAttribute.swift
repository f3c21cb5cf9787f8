import EventModel
import Menu

/// A number that candidates have and channel files may use; not a number, so that every cut fails, where a kind of
/// candidate does not have it.
public enum CandidateAttribute: String, CaseIterable, Sendable {
  /// Invariant mass of what the search looks for.
  case mass
  /// sqrt(mass^2 - 4 m^2): twice the momenta in the frame of the pair; 0 at threshold.
  case reducedMass = "reduced_mass"
  /// Squared mass of what recoils against the candidate; negative within resolution of 0.
  case recoilMassSquared = "recoil_mass2"
  /// Which particles the pair is taken for, as a number; the flags `electrons`, `muons` … say it in words.
  case hypothesis
  /// Invariant mass of everything in the candidate.
  case systemMass = "system_mass"
  /// Energy in the frame of the search.
  case starEnergy = "star_energy"
  /// Momentum in the frame of the search.
  case starMomentum = "star_momentum"
  /// Polar angle of what recoils in the centre of mass.
  case recoilTheta = "recoil_theta"
  /// Beam-constrained mass.
  case beamConstrainedMass = "beam_constrained_mass"
  /// Energy in the centre of mass less that of a beam.
  case deltaEnergy = "delta_energy"
  /// The smaller of two masses or solutions.
  case massLow = "mass_low"
  /// The larger of two masses or solutions.
  case massHigh = "mass_high"
  /// Energy of photons that do not belong to the candidate.
  case extraEnergy = "extra_energy"
  /// Distance of the candidate's vertex from the beam axis; undefined (every cut fails) without a vertex.
  case vertexRho = "vertex_rho"
  /// Distance of the vertex from the prompt vertex along the momentum.
  case vertexFlight = "vertex_flight"
  /// That distance over its error.
  case vertexSignificance = "vertex_significance"
  /// Angle between momentum and flight of the vertex.
  case vertexPointing = "vertex_pointing"
  /// Probability of the vertex.
  case vertexProbability = "vertex_probability"
  /// Mass of the vertex with its tracks as pions.
  case vertexMass = "vertex_mass"
  /// Distance of the second vertex from the beam axis.
  case secondVertexRho = "vertex2_rho"
  /// Distance of the second vertex from the prompt vertex over its error.
  case secondVertexSignificance = "vertex2_significance"
  /// Angle between momentum and flight of the second vertex.
  case secondVertexPointing = "vertex2_pointing"
  /// Probability of the second vertex.
  case secondVertexProbability = "vertex2_probability"
  /// Mass of the second vertex with its tracks as pions.
  case secondVertexMass = "vertex2_mass"
  /// Momentum of the positive track.
  case positiveMomentum = "positive_p"
  /// Its part across the beams.
  case positiveTransverse = "positive_pt"
  /// Polar angle of the positive track.
  case positiveTheta = "positive_theta"
  /// Muon score of the positive track, 0 to 1.
  case positiveMuon = "positive_muon"
  /// Electron score of the positive track, 0 to 1.
  case positiveElectron = "positive_electron"
  /// Momentum of the negative track.
  case negativeMomentum = "negative_p"
  /// Its part across the beams.
  case negativeTransverse = "negative_pt"
  /// Polar angle of the negative track.
  case negativeTheta = "negative_theta"
  /// Muon score of the negative track, 0 to 1.
  case negativeMuon = "negative_muon"
  /// Electron score of the negative track, 0 to 1.
  case negativeElectron = "negative_electron"
  /// Momentum of the first of the other tracks.
  case thirdMomentum = "third_p"
  /// Its muon score.
  case thirdMuon = "third_muon"
  /// Its momentum across the beams.
  case thirdTransverse = "third_pt"
  /// Its polar angle.
  case thirdTheta = "third_theta"
  /// Momentum of the second of the other tracks.
  case fourthMomentum = "fourth_p"
  /// Its muon score.
  case fourthMuon = "fourth_muon"
  /// Its part across the beams.
  case fourthTransverse = "fourth_pt"
  /// Its polar angle.
  case fourthTheta = "fourth_theta"
  /// Of four tracks: the smaller mass of the two pairs that take one track of the candidate's pair and one of the others, of
  /// opposite charge and as muons.
  case crossedMassLow = "crossed_mass_low"
  /// The larger of these masses.
  case crossedMassHigh = "crossed_mass_high"
  /// Energy of the first photon.
  case firstPhotonEnergy = "photon1_energy"
  /// Its polar angle.
  case firstPhotonTheta = "photon1_theta"
  /// Energy of the second photon.
  case secondPhotonEnergy = "photon2_energy"
  /// Its polar angle.
  case secondPhotonTheta = "photon2_theta"
  /// Energy of the third photon.
  case thirdPhotonEnergy = "photon3_energy"
  /// Its polar angle.
  case thirdPhotonTheta = "photon3_theta"
  /// How well another photon makes a neutral pion with the first one: 1/(1 + chi2) of the best fit; 0 without any.
  case firstPhotonPion = "photon1_pi0"
  /// The same of the second photon.
  case secondPhotonPion = "photon2_pi0"
  /// Shape of the event across the beams, 0 for a line to 1 for a disc: of tracks and of clusters without a track.
  case transverseRoundness = "transverse_roundness"
  /// Tracks of the candidate after the first two.
  case otherTracks = "other_tracks"
  /// Tracks of the event.
  case trackCount = "track_count"
  /// Calorimeter clusters of the event.
  case clusterCount = "cluster_count"

  /// What kind of quantity it is; values are in base units (GeV, cm, rad).
  public var dimension: Dimension {
    switch self {
    case .mass, .reducedMass, .systemMass, .starEnergy, .starMomentum, .beamConstrainedMass, .deltaEnergy, .massLow,
      .massHigh,
      .extraEnergy, .vertexMass, .secondVertexMass, .positiveMomentum, .positiveTransverse, .negativeMomentum,
      .negativeTransverse, .thirdMomentum, .thirdTransverse, .fourthMomentum, .fourthTransverse, .crossedMassLow,
      .crossedMassHigh, .firstPhotonEnergy, .secondPhotonEnergy, .thirdPhotonEnergy:
      Dimension(energy: 1)
    case .recoilMassSquared: Dimension(energy: 2)
    case .vertexRho, .vertexFlight, .secondVertexRho: Dimension(length: 1)
    case .vertexPointing, .recoilTheta, .secondVertexPointing, .positiveTheta, .negativeTheta, .thirdTheta,
      .fourthTheta, .firstPhotonTheta,
      .secondPhotonTheta, .thirdPhotonTheta:
      Dimension(angle: 1)
    case .vertexSignificance, .vertexProbability, .hypothesis, .secondVertexSignificance, .secondVertexProbability,
      .positiveMuon, .positiveElectron, .negativeMuon, .negativeElectron, .thirdMuon, .fourthMuon, .firstPhotonPion,
      .secondPhotonPion,
      .transverseRoundness, .otherTracks, .trackCount,
      .clusterCount:
      .none
    }
  }
}

extension Dimension {
  /// The unit in which channels write values of this dimension: `GeV`, `GeV2`, `cm`, `rad`; empty for plain numbers.
  var channelUnit: String {
    if isNone { return "" }
    if self == Dimension(energy: energy), energy > 1 { return "GeV\(energy)" }
    return baseUnits
  }
}
