import EventModel

/// A candidate as the `candidates` list of the `reco` column holds it.
public struct ReconstructedCandidate: Sendable, Equatable {
  /// What a candidate is; the values of the column's `kind`.
  public enum Kind: UInt8, Sendable {
    /// Two muons of opposite charge.
    case dimuon = 1
  }

  /// A `Kind`.
  public var kind: UInt8
  /// Invariant mass, GeV.
  public var mass: Float
  /// sqrt(mass^2 - 4 m_mu^2), GeV.
  public var reducedMass: Float
  /// Squared mass of what recoils against it, GeV^2.
  public var recoilMassSquared: Float
  /// Vertex of the event, -1 for none.
  public var vertex: Int16
  /// Positive track.
  public var positive: Int16
  /// Negative track.
  public var negative: Int16

  /// Adds the candidate to the current event of a column.
  func append(to builder: inout CandidateBuilder) {
    builder.append(
      kind: kind, mass: mass, reducedMass: reducedMass, recoilMassSquared: recoilMassSquared, vertex: vertex,
      track1: positive, track2: negative)
  }
}
