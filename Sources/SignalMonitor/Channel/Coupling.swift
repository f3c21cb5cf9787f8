import EventModel
import Foundation

/// A coupling that limits are converted to, by the name it has in channel files.
public enum Coupling: String, CaseIterable, Codable, Sendable {
  /// Kinetic mixing of a dark photon.
  case kineticMixing = "kinetic_mixing"
  /// Coupling of an axion-like particle to photons.
  case axionPhoton = "alp_photon"
  /// Coupling of an axion-like particle to W bosons.
  case axionW = "alp_w"
  /// Coupling of an axion-like particle to leptons over its scale.
  case axionLepton = "alp_lepton"
  /// Coupling of a vector to muons and taus.
  case zPrime = "z_prime"
  /// Yukawa coupling of a scalar to muons.
  case muonphilicScalar = "muonphilic_scalar"
  /// Coupling of a scalar to leptons by their masses.
  case leptophilicScalar = "leptophilic_scalar"
  /// Mixing squared times dark coupling of dark Higgsstrahlung.
  case darkHiggsstrahlung = "dark_higgsstrahlung"
  /// Mixing angle of a dark Higgs boson.
  case higgsMixing = "higgs_mixing"
  /// Mixing of a heavy neutral lepton with the tau neutrino.
  case tauMixing = "tau_mixing"

  /// Squared energy of the collisions, GeV2.
  private static let s = 10.58 * 10.58
  /// Radiated photons are generated, and efficiencies measured, from 10 to 170 degrees in the centre of mass.
  private static let largestCosine = cos(10 * Double.pi / 180)

  /// The coupling for a limit on the cross-section [fb] or branching fraction of a search; nil where no relation is known, or
  /// where it depends on more than the mass.
  ///
  /// - Parameters:
  ///   - mass: of the particle, GeV.
  ///   - second: of a particle beside it, GeV.
  ///   - candidate: what the search looks for.
  ///   - lepton: mass of the leptons it decays to, GeV.
  func convert(
    _ limit: ConvertedLimit, mass: Double, second: Double?, candidate: CandidateKind?, lepton: Double
  ) -> ConvertedLimit? {
    guard mass > 0,
      let unit = unitRate(mass: mass, second, candidate: candidate, lepton: lepton, quantity: limit.quantity), unit > 0
    else {
      return nil
    }
    // Mixing squared times dark coupling goes with the rate itself, all others with its root.
    let isLinear = self == .darkHiggsstrahlung
    let coupling = { (rate: Double) -> Double in
      isLinear ? max(rate, 0) / unit : (max(rate, 0) / unit).squareRoot()
    }
    return ConvertedLimit(
      quantity: rawValue, unit: unitText, observed: coupling(limit.observed),
      expected: limit.expected.map {
        ExpectedLimit(
          median: coupling($0.median), minus1: coupling($0.minus1), plus1: coupling($0.plus1),
          minus2: coupling($0.minus2), plus2: coupling($0.plus2))
      })
  }

  private var unitText: String { self == .axionPhoton || self == .axionW ? "1/GeV" : "" }

  /// Cross-section [fb] or branching fraction into what the search looks for at a coupling of 1.
  private func unitRate(
    mass: Double, _ second: Double?, candidate: CandidateKind?, lepton: Double, quantity: String
  ) -> Double? {
    let isCrossSection = quantity == "cross_section"
    switch (self, candidate) {
    case (.axionPhoton, .threePhotons?) where isCrossSection:
      // 1 + cos^2 theta, of which the share within the generated angles is in the efficiency's denominator.
      let c = Self.largestCosine
      return CouplingModel.axionPhoton.unitCrossSection(mass: mass, s: Self.s).map { $0 * 0.75 * (c + c * c * c / 3) }
    case (.kineticMixing, .singlePhoton?) where isCrossSection:
      return CouplingModel.kineticMixing(cosine: Self.largestCosine).unitCrossSection(mass: mass, s: Self.s)
    case (.kineticMixing, .visibleDarkPhoton?) where isCrossSection:
      return CouplingModel.kineticMixing(cosine: Self.largestCosine).unitCrossSection(mass: mass, s: Self.s)
        .map { $0 * DarkPhotonDecays.branching(lepton: lepton, mass: mass) }
    case (.darkHiggsstrahlung, .dimuonRecoil?) where isCrossSection:
      guard let second else { return nil }
      return CouplingModel.darkHiggsstrahlung(photonMass: mass).unitCrossSection(mass: second, s: Self.s)
        .map { $0 * DarkPhotonDecays.branching(lepton: lepton, mass: mass) }
    case (.zPrime, let kind?) where isCrossSection:
      guard let all = CouplingModel.muonTauVector.unitCrossSection(mass: mass, s: Self.s) else { return nil }
      let shares = MuonTauVector.branching(mass: mass)
      switch kind {
      case .dimuonRecoil: return all
      case .fourTrackDimuon: return all * shares.muons
      case .tauPairRecoil: return all * shares.taus
      default: return nil
      }
    case (.muonphilicScalar, .fourTrackDimuon?) where isCrossSection:
      return CouplingModel.muonScalar.unitCrossSection(mass: mass, s: Self.s)
    case (.axionW, .kaonPhotons?) where !isCrossSection: return KaonDecays.axion(mass: mass)
    default: return nil
    }
  }
}
