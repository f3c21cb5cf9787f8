import Foundation

/// A light scalar that mixes with the Higgs boson, where it can decay to leptons only.
///
/// Masses in GeV. From the threshold of two neutral pions on hadrons take over, whose widths are known to an order of magnitude only in places: no
/// lifetime is given there.
public enum HiggsMixing {
  static let electronMass = 0.000511
  static let neutralPionMass = 0.1349768
  /// hbar c [GeV cm].
  static let lengthScale = 1.973269804e-14

  /// The width to a pair of leptons at sin(theta) of 1 [GeV]: G_F m_l^2 m/(4 sqrt(2) pi) beta^3, that of a Higgs boson of the mass.
  public static func leptonWidth(mass: Double, lepton: Double) -> Double {
    let share = 4 * lepton * lepton / (mass * mass)
    guard mass > 0, share < 1 else { return 0 }
    let beta = (1 - share).squareRoot()
    let size: Double = HeavyNeutralLepton.fermiConstant * lepton * lepton * mass / (4 * 2.0.squareRoot() * Double.pi)
    return size * beta * beta * beta
  }

  /// Decay length c tau [cm] at sin(theta) of 1, and the shares of decays to electrons and muons; nil where there are hadrons, or no leptons.
  public static func decays(mass: Double) -> (length: Double, electrons: Double, muons: Double)? {
    guard mass < 2 * neutralPionMass else { return nil }
    let electrons = leptonWidth(mass: mass, lepton: electronMass)
    let muons = leptonWidth(mass: mass, lepton: HeavyNeutralLepton.muonMass)
    let width = electrons + muons
    return width > 0 ? (lengthScale / width, electrons / width, muons / width) : nil
  }

  /// The mixings sin(theta) that a limit on candidates excludes in B+ to K+ S: the mixing sets both production and lifetime, so that large ones
  /// decay before they are displaced and small ones leave the detector.
  ///
  /// - Parameters:
  ///   - limit: on candidates.
  ///   - mass: of the scalar, GeV.
  ///   - mesons: B+ mesons.
  ///   - muons: whether decays to muons are searched, else to electrons.
  ///   - efficiency: of decays at a decay length [cm]; nil counts as 0.
  /// - Returns: nil where nothing is excluded, or the lifetime is not known.
  public static func excluded(
    limit: Double, mass: Double, mesons: Double, muons: Bool, efficiency: @escaping @Sendable (Double) -> Double?
  ) -> ClosedRange<Double>? {
    guard let decays = decays(mass: mass) else { return nil }
    let share = muons ? decays.muons : decays.electrons
    let rate = mesons * KaonDecays.scalar(mass: mass) * share
    let coupling = LifetimeCoupling { squared in rate * squared * (efficiency(decays.length / squared) ?? 0) }
    guard let range = (try? coupling.excluded(limit: limit, range: 1e-16...1)) ?? nil else { return nil }
    return range.lowerBound.squareRoot()...range.upperBound.squareRoot()
  }
}
