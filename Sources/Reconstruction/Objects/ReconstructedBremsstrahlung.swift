import EventModel

/// A photon that an electron radiated on its way, as the `bremsstrahlung` list of the `reco` column holds it.
public struct ReconstructedBremsstrahlung: Sendable, Equatable {
  /// Track of the electron.
  public var track: Int16
  /// Cluster of the photon.
  public var cluster: Int16
  /// Distance from the z axis of the matter it was radiated in, cm.
  public var radius: Float
  /// Chi-squared of its direction, two degrees of freedom.
  public var chi2: Float

  /// Adds the photon to the current event of a column.
  func append(to builder: inout BremsstrahlungBuilder) {
    builder.append(track: track, cluster: cluster, radius: radius, chi2: chi2)
  }
}
