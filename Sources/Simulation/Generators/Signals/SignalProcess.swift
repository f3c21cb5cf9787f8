import Kinematics

/// The signals of the search channels that can be made at any mass; the name says how the new particle is made and what becomes of it.
public enum SignalProcess: String, CaseIterable, Sendable {
  /// e+e- to gamma A', A' invisible.
  case darkPhotonInvisible = "dark_photon_invisible"
  /// e+e- to gamma A', A' to e+e-.
  case darkPhotonElectrons = "dark_photon_ee"
  /// e+e- to gamma A', A' to mu+mu-.
  case darkPhotonMuons = "dark_photon_mumu"
  /// e+e- to gamma a, a to gamma gamma.
  case alpPhotons = "alp_gammagamma"
  /// e+e- to mu+mu- Z', Z' invisible.
  case zPrimeInvisible = "zprime_invisible"
  /// e+e- to mu+mu- Z', Z' to mu+mu-.
  case zPrimeMuons = "zprime_mumu"
  /// e+e- to mu+mu- Z', Z' to tau+tau-.
  case zPrimeTaus = "zprime_tautau"
  /// e+e- to mu+mu- S, S a scalar to mu+mu-.
  case scalarMuons = "scalar_mumu"
  /// e+e- to mu+mu- S, S a scalar to tau+tau-.
  case scalarTaus = "scalar_tautau"
  /// e+e- to mu+mu- a, a a pseudoscalar to tau+tau-.
  case alpTaus = "alp_tautau"
  /// e+e- to tau+tau- phi, phi a scalar to e+e-.
  case leptophilicElectrons = "leptophilic_scalar_ee"
  /// e+e- to tau+tau- phi, phi a scalar to mu+mu-.
  case leptophilicMuons = "leptophilic_scalar_mumu"
  /// e+e- to A' h', A' to mu+mu-, h' invisible.
  case higgsstrahlungInvisible = "dark_higgsstrahlung_invisible"
  /// e+e- to A' h', h' to A' A', each A' to e+e-, mu+mu- or pi+pi-.
  case higgsstrahlungVisible = "dark_higgsstrahlung_visible"
  /// tau to pi N, N to mu+mu- nu.
  case tauHeavyNeutralLepton = "tau_pi_hnl"
  /// tau to e alpha, alpha invisible.
  case tauElectronAlpha = "tau_e_alpha"
  /// tau to mu alpha, alpha invisible.
  case tauMuonAlpha = "tau_mu_alpha"
  /// tau to three muons.
  case tauThreeMuons = "tau_3mu"
  /// B+ to K+ S, S to e+e-.
  case kaonScalarElectrons = "b_k_scalar_ee"
  /// B+ to K+ S, S to mu+mu-.
  case kaonScalarMuons = "b_k_scalar_mumu"
  /// B+ to K+ S, S to pi+pi-.
  case kaonScalarPions = "b_k_scalar_pipi"
  /// B+ to K+ S, S to K+K-.
  case kaonScalarKaons = "b_k_scalar_kk"
  /// B0 to K*0 S, K*0 to K+ pi-, S to e+e-.
  case kStarScalarElectrons = "b_kstar_scalar_ee"
  /// B0 to K*0 S, K*0 to K+ pi-, S to mu+mu-.
  case kStarScalarMuons = "b_kstar_scalar_mumu"
  /// B0 to K*0 S, K*0 to K+ pi-, S to pi+pi-.
  case kStarScalarPions = "b_kstar_scalar_pipi"
  /// B0 to K*0 S, K*0 to K+ pi-, S to K+K-.
  case kStarScalarKaons = "b_kstar_scalar_kk"
  /// B+ to K+ a, a to gamma gamma.
  case kaonALP = "b_k_alp"
  /// B0 to K_S a, a to gamma gamma.
  case kShortALP = "b_ks_alp"
  /// B0 to K*0 a, K*0 to K+ pi-, a to gamma gamma.
  case neutralKStarALP = "b_kstar0_alp"
  /// B+ to K*+ a, K*+ to K0 pi+ or K+ pi0, a to gamma gamma.
  case chargedKStarALP = "b_kstarplus_alp"
  /// B+ to K+ X, X invisible.
  case kaonInvisible = "b_k_invisible"
  /// B+ to pi+ X, X invisible.
  case pionInvisible = "b_pi_invisible"
  /// B+ to p X, X invisible with the baryon number of the B less that of the proton.
  case protonInvisible = "b_p_invisible"
  /// B+ to D_s+ X, X invisible.
  case dsInvisible = "b_ds_invisible"
  /// B0 to anti-D0 X, X invisible.
  case dInvisible = "b_d0_invisible"

  /// How the new particle is made.
  enum Production: Sendable, Equatable {
    /// With a photon, by annihilation of the beams.
    case photon(isVector: Bool)
    /// Off one of two leptons of this code.
    case leptons(Int32, LeptonPairRadiation.Coupling)
    /// With a dark Higgs boson.
    case darkHiggs
    /// In the decay of one tau- to the new particle, if there is one, and these.
    case tau([Int32])
    /// In the decay of one B meson of this code to the new particle and this hadron.
    case bMeson(Int32, hadron: Int32)
  }

  /// How the new particle is made.
  var production: Production {
    switch self {
    case .darkPhotonInvisible, .darkPhotonElectrons, .darkPhotonMuons: .photon(isVector: true)
    case .alpPhotons: .photon(isVector: false)
    case .zPrimeInvisible, .zPrimeMuons, .zPrimeTaus: .leptons(13, .vector)
    case .scalarMuons, .scalarTaus: .leptons(13, .scalar)
    case .alpTaus: .leptons(13, .pseudoscalar)
    case .leptophilicElectrons, .leptophilicMuons: .leptons(15, .scalar)
    case .higgsstrahlungInvisible, .higgsstrahlungVisible: .darkHiggs
    case .tauHeavyNeutralLepton: .tau([-211])
    case .tauElectronAlpha: .tau([11])
    case .tauMuonAlpha: .tau([13])
    case .tauThreeMuons: .tau([13, 13, -13])
    case .kaonScalarElectrons, .kaonScalarMuons, .kaonScalarPions, .kaonScalarKaons, .kaonALP, .kaonInvisible:
      .bMeson(521, hadron: 321)
    case .kStarScalarElectrons, .kStarScalarMuons, .kStarScalarPions, .kStarScalarKaons, .neutralKStarALP:
      .bMeson(511, hadron: 313)
    case .kShortALP: .bMeson(511, hadron: 310)
    case .chargedKStarALP: .bMeson(521, hadron: 323)
    case .pionInvisible: .bMeson(521, hadron: 211)
    case .protonInvisible: .bMeson(521, hadron: 2212)
    case .dsInvisible: .bMeson(521, hadron: 431)
    case .dInvisible: .bMeson(511, hadron: -421)
    }
  }

  /// Numbers of the new particles in the truth: of the Particle Data Group where it reserves one.
  public enum Code {
    /// Scalar, also the dark Higgs boson: "scalar mediator".
    public static let scalar: Int32 = 54
    /// Dark photon: "vector mediator".
    public static let darkPhoton: Int32 = 55
    /// Z'.
    public static let zPrime: Int32 = 32
    /// Axion-like particle, and the boson of tau to lepton alpha: the pseudoscalar A0.
    public static let pseudoscalar: Int32 = 36
    /// Heavy neutral lepton.
    public static let heavyNeutralLepton: Int32 = 9_900_016
  }

  /// Number of the new particle whose mass is chosen; nil if there is none.
  public var newParticle: Int32? {
    switch self {
    case .darkPhotonInvisible, .darkPhotonElectrons, .darkPhotonMuons, .higgsstrahlungInvisible,
      .higgsstrahlungVisible:
      Code.darkPhoton
    case .zPrimeInvisible, .zPrimeMuons, .zPrimeTaus: Code.zPrime
    case .alpPhotons, .alpTaus, .tauElectronAlpha, .tauMuonAlpha, .kaonALP, .kShortALP, .neutralKStarALP,
      .chargedKStarALP:
      Code.pseudoscalar
    case .scalarMuons, .scalarTaus, .leptophilicElectrons, .leptophilicMuons, .kaonScalarElectrons, .kaonScalarMuons,
      .kaonScalarPions, .kaonScalarKaons, .kStarScalarElectrons, .kStarScalarMuons, .kStarScalarPions,
      .kStarScalarKaons, .kaonInvisible, .pionInvisible, .protonInvisible, .dsInvisible, .dInvisible:
      Code.scalar
    case .tauHeavyNeutralLepton: Code.heavyNeutralLepton
    case .tauThreeMuons: nil
    }
  }

  /// What the new particle decays to; nothing if it leaves the detector unseen.
  var products: [Int32] {
    switch self {
    case .darkPhotonInvisible, .zPrimeInvisible, .tauElectronAlpha, .tauMuonAlpha, .tauThreeMuons, .kaonInvisible,
      .pionInvisible, .protonInvisible, .dsInvisible, .dInvisible:
      []
    case .darkPhotonElectrons, .leptophilicElectrons, .kaonScalarElectrons, .kStarScalarElectrons: [11, -11]
    case .darkPhotonMuons, .zPrimeMuons, .scalarMuons, .leptophilicMuons, .higgsstrahlungInvisible, .kaonScalarMuons,
      .kStarScalarMuons:
      [13, -13]
    case .kaonScalarPions, .kStarScalarPions: [211, -211]
    case .kaonScalarKaons, .kStarScalarKaons: [321, -321]
    // The lightest of the modes that may be open.
    case .higgsstrahlungVisible: [11, -11]
    case .alpPhotons, .kaonALP, .kShortALP, .neutralKStarALP, .chargedKStarALP: [22, 22]
    case .zPrimeTaus, .scalarTaus, .alpTaus: [15, -15]
    case .tauHeavyNeutralLepton: [13, -13, 16]
    }
  }

  /// Whether the new particle may live long enough for a choice of its lifetime to mean something.
  var decays: Bool { !products.isEmpty }

  /// Whether taus decay in its events that are not the signal themselves.
  var hasTaus: Bool {
    switch production {
    case .tau: true
    case .leptons(let code, _): code == 15 || products.contains(15)
    case .photon, .darkHiggs, .bMeson: false
    }
  }

  /// Code of the B mesons of its events; nil without them.
  var mesons: Int32? {
    guard case .bMeson(let code, _) = production else { return nil }
    return code
  }

  /// Mass unless one is chosen, GeV.
  var standardMass: Double {
    switch self {
    case .zPrimeTaus, .scalarTaus, .alpTaus: 5
    case .higgsstrahlungInvisible: 3
    case .kaonScalarKaons, .kStarScalarKaons: 1.5
    default: 1
    }
  }

  /// c tau unless one is chosen, cm.
  var standardDecayLength: Double {
    switch (production, newParticle) {
    case (.tau, Code.heavyNeutralLepton): 30
    case (.bMeson, Code.scalar): decays ? 10 : 0
    default: 0
    }
  }

  /// What is made, and by which formula, in a line.
  var summary: String {
    switch production {
    case .photon(true): "initial-state radiation of a vector, photon within 10 to 170 degrees"
    case .photon(false): "photon and pseudoscalar, 1 + cos^2, photon within 10 to 170 degrees"
    case .leptons: "lowest-order radiation off a lepton pair"
    case .darkHiggs: "dark Higgsstrahlung at lowest order"
    case .tau: "one tau of a pair"
    case .bMeson: "one B of a pair"
    }
  }
}
