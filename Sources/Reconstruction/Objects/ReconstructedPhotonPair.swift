import EventModel
import Kinematics

/// A neutral pion or eta meson as the `photon_pairs` list of the `reco` column holds it.
public struct ReconstructedPhotonPair: Sendable, Equatable {
  /// Mesons that decay to two photons; the values of the column's `kind`.
  public enum Kind: UInt8, Sendable, CaseIterable {
    /// Neutral pion.
    case neutralPion = 1
    /// Eta meson.
    case eta = 2
  }

  /// A `Kind`.
  public var kind: UInt8
  /// Clusters of the event, more energetic first.
  public var first: Int16
  /// The other one.
  public var second: Int16
  /// Invariant mass as measured, GeV.
  public var mass: Float
  /// Its standard deviation, GeV.
  public var massError: Float
  /// Chi-squared of the constraint to the meson's mass, one degree of freedom.
  public var chi2: Float
  /// Momentum with the mass constrained, GeV.
  public var px: Float
  /// Momentum with the mass constrained, GeV.
  public var py: Float
  /// Momentum with the mass constrained, GeV.
  public var pz: Float
  /// Energy with the mass constrained, GeV.
  public var energy: Float

  /// A pair.
  public init(
    kind: Kind, first: Int16, second: Int16, mass: Float, massError: Float, chi2: Float, px: Float, py: Float,
    pz: Float, energy: Float
  ) {
    self.kind = kind.rawValue
    self.first = first
    self.second = second
    self.mass = mass
    self.massError = massError
    self.chi2 = chi2
    self.px = px
    self.py = py
    self.pz = pz
    self.energy = energy
  }

  /// Adds the pair to the current event of a column.
  func append(to builder: inout PhotonPairBuilder) {
    builder.append(
      kind: kind, cluster1: first, cluster2: second, mass: mass, massError: massError, chi2: chi2, px: px, py: py,
      pz: pz, energy: energy)
  }
}
