/// What a candidate of the `candidates` list is: the values of its `kind`. Which selections make it and what its numbers mean
/// stands at the finders in `Sources/Reconstruction/Candidates`.
public enum CandidateKind: UInt8, CaseIterable, Sendable {
  /// Two muons of opposite charge.
  case dimuon = 1
  /// One photon and nothing else: dark photon that decays invisibly.
  case singlePhoton = 2
  /// Two of three photons: axion-like particle.
  case threePhotons = 3
  /// Two leptons beside a photon: dark photon that decays visibly.
  case visibleDarkPhoton = 4
  /// Two muons and nothing else: Z' or dark Higgs boson that decays invisibly, seen in the recoil.
  case dimuonRecoil = 5
  /// Two muons of four tracks that carry the whole energy: Z' or scalar to two muons.
  case fourTrackDimuon = 6
  /// Two muons beside two tracks of tau leptons: Z', scalar or axion-like particle to tau tau, seen in the recoil.
  case tauPairRecoil = 7
  /// Two leptons beside two tracks of tau leptons: leptophilic scalar.
  case leptophilicScalar = 8
  /// Three pairs of equal mass: dark Higgsstrahlung, visible.
  case darkHiggsstrahlung = 9
  /// A displaced pair that points back and one that does not: dark Higgs boson with inelastic dark matter.
  case inelasticDarkMatter = 10
  /// Displaced muon pair and a pion of a tau lepton: heavy neutral lepton.
  case heavyNeutralLepton = 11
  /// Kaon and displaced pair: long-lived scalar in B decays.
  case kaonScalar = 12
  /// Kaon and two photons: axion-like particle in B decays.
  case kaonPhotons = 13
  /// Lepton against three tracks of a tau lepton: tau to lepton and an invisible boson.
  case leptonAgainstTau = 14
  /// Three muons: tau to three muons.
  case threeMuons = 15
  /// Hadron beside a B meson that is reconstructed in full: B to hadron and an invisible particle.
  case taggedHadron = 16

  /// The kind's word in channel files.
  public var word: String {
    switch self {
    case .dimuon: "dimuon"
    case .singlePhoton: "single_photon"
    case .threePhotons: "three_photons"
    case .visibleDarkPhoton: "visible_dark_photon"
    case .dimuonRecoil: "dimuon_recoil"
    case .fourTrackDimuon: "four_track_dimuon"
    case .tauPairRecoil: "tau_pair_recoil"
    case .leptophilicScalar: "leptophilic_scalar"
    case .darkHiggsstrahlung: "dark_higgsstrahlung"
    case .inelasticDarkMatter: "inelastic_dark_matter"
    case .heavyNeutralLepton: "heavy_neutral_lepton"
    case .kaonScalar: "kaon_scalar"
    case .kaonPhotons: "kaon_photons"
    case .leptonAgainstTau: "lepton_against_tau"
    case .threeMuons: "three_muons"
    case .taggedHadron: "tagged_hadron"
    }
  }

  /// All words with their numbers, for the schema.
  static var dictionary: String { allCases.map { "\($0.rawValue) \($0.word)" }.joined(separator: ", ") }
}

/// Which particles the pair of a candidate, or its one hadron, is taken for: the values of its `hypothesis`.
public enum PairHypothesis: UInt8, CaseIterable, Sendable {
  /// No pair.
  case none = 0
  /// e+ e-.
  case electrons = 1
  /// mu+ mu-.
  case muons = 2
  /// pi+ pi-.
  case pions = 3
  /// K+ K-.
  case kaons = 4
  /// Two photons.
  case photons = 5
  /// Protons.
  case protons = 6

  /// The word in channel files and in the schema.
  public var word: String {
    switch self {
    case .none: "none"
    case .electrons: "electrons"
    case .muons: "muons"
    case .pions: "pions"
    case .kaons: "kaons"
    case .photons: "photons"
    case .protons: "protons"
    }
  }

  /// All words with their numbers, for the schema.
  static var dictionary: String { allCases.map { "\($0.rawValue) \($0.word)" }.joined(separator: ", ") }
}
