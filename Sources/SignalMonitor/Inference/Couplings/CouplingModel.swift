import Foundation
import Statistics

/// A relation between a cross-section in e+ e- collisions and a coupling, so that a limit on one is a limit on the other.
public enum CouplingModel: Hashable, Sendable {
  /// Photon coupling g of an axion-like particle [1/GeV] in e+ e- to gamma a, a to gamma gamma.
  case axionPhoton
  /// Kinetic mixing epsilon of a dark photon in e+ e- to gamma A', the photon within |cos theta*| < `cosine`.
  case kineticMixing(cosine: Double)
  /// epsilon^2 alpha_D in e+ e- to A' h' for a mass of the dark photon; the mass asked for is that of the dark Higgs.
  case darkHiggsstrahlung(photonMass: Double)
  /// Coupling g' of a vector to muons and taus (L_mu - L_tau) in e+ e- to mu mu Z'.
  case muonTauVector
  /// Yukawa coupling g_S of a scalar to muons in e+ e- to mu mu S.
  case muonScalar
  /// Anything whose cross-section goes with the square of a coupling and is known at some masses: straight lines between
  /// the logarithms.
  case square(SquareLaw)

  /// A cross-section tabulated at one coupling.
  public struct SquareLaw: Hashable, Sendable {
    /// Symbol of the coupling.
    public let symbol: String
    /// The coupling of the table.
    public let coupling: Double
    /// Masses [GeV], rising.
    public let masses: [Double]
    /// Cross-sections there [fb].
    public let crossSections: [Double]

    /// A table.
    ///
    /// - Throws: ``FitRefusal/invalidInput(_:)`` for fewer than two points, masses that do not rise, or numbers that are not
    ///   positive.
    public init(symbol: String, coupling: Double, masses: [Double], crossSections: [Double]) throws(FitRefusal) {
      guard masses.count == crossSections.count, masses.count > 1,
        zip(masses, masses.dropFirst()).allSatisfy({ $0 < $1 })
      else {
        throw .invalidInput("\(masses.count) masses and \(crossSections.count) cross-sections, expected rising masses")
      }
      guard coupling > 0, crossSections.allSatisfy({ $0 > 0 && $0.isFinite }) else {
        throw .invalidInput("a coupling or cross-section that is not positive")
      }
      self.symbol = symbol
      self.coupling = coupling
      self.masses = masses
      self.crossSections = crossSections
    }
  }

  /// Symbol of the coupling.
  public var symbol: String {
    switch self {
    case .axionPhoton: return "g_agg"
    case .kineticMixing: return "epsilon"
    case .darkHiggsstrahlung: return "epsilon^2 alpha_D"
    case .muonTauVector: return "g'"
    case .muonScalar: return "g_S"
    case .square(let law): return law.symbol
    }
  }

  /// Unit of the coupling, empty for pure numbers.
  public var unit: String {
    if case .axionPhoton = self { return "1/GeV" }
    return ""
  }

  /// The power of the coupling that the cross-section goes with.
  public var power: Int {
    if case .darkHiggsstrahlung = self { return 1 }
    return 2
  }

  /// The cross-section [fb] at a coupling of 1 for a mass [GeV] at s [GeV2]; nil where it is zero or not known.
  public func unitCrossSection(mass: Double, s: Double) -> Double? {
    let value: Double
    switch self {
    case .axionPhoton: value = CollisionFormulas.axionStrahlung(mass: mass, s: s)
    case .kineticMixing(let cosine): value = CollisionFormulas.darkPhotonRadiation(mass: mass, s: s, cosine: cosine)
    case .darkHiggsstrahlung(let photonMass):
      value = CollisionFormulas.darkHiggsstrahlung(photonMass: photonMass, higgsMass: mass, s: s)
    case .muonTauVector: value = CollisionFormulas.muonicVector(mass: mass, s: s)
    case .muonScalar: value = CollisionFormulas.muonicScalar(mass: mass, s: s)
    case .square(let law): value = (law.crossSection(mass: mass) ?? 0) / (law.coupling * law.coupling)
    }
    return value > 0 && value.isFinite ? value : nil
  }

  /// The coupling of a cross-section [fb] and its interval, negative ends taken as 0; nil for a negative cross-section, or where
  /// the relation is not known.
  public func coupling(crossSection: EstimatedNumber, mass: Double, s: Double) -> EstimatedNumber? {
    guard let unit = unitCrossSection(mass: mass, s: s) else { return nil }
    return Self.coupling(of: crossSection, atUnit: unit, power: power, symbol: symbol)
  }

  /// The coupling of any rate (cross-section, branching fraction) that goes with a power of it and is known at a coupling of 1;
  /// negative ends are taken as 0, a negative value or unit gives nil.
  public static func coupling(
    of rate: EstimatedNumber, atUnit unit: Double, power: Int, symbol: String
  ) -> EstimatedNumber? {
    guard rate.value >= 0, unit > 0, power > 0 else { return nil }
    let convert = { (value: Double) -> Double in
      let ratio = max(value, 0) / unit
      return power == 1 ? ratio : pow(ratio, 1 / Double(power))
    }
    return EstimatedNumber(
      value: convert(rate.value), low: convert(rate.low), high: convert(rate.high),
      method: "\(symbol) from the rate; \(rate.method)")
  }
}

extension CouplingModel.SquareLaw {
  /// The tabulated cross-section at a mass, nil outside the table.
  func crossSection(mass: Double) -> Double? {
    guard let first = masses.first, let last = masses.last, mass >= first, mass <= last else { return nil }
    let upper = max(masses.firstIndex { $0 >= mass } ?? 1, 1)
    let fraction = (mass - masses[upper - 1]) / (masses[upper] - masses[upper - 1])
    return exp(log(crossSections[upper - 1]) * (1 - fraction) + log(crossSections[upper]) * fraction)
  }
}
