import EventModel

/// A vertex of two tracks as the `vertices` lists of the `hlt` and `reco` columns hold it.
public struct ReconstructedVertex: Sendable, Equatable {
  /// What the mass of a vertex away from the interaction point suggests; the values of the column's `kind`.
  public enum Kind: UInt8, Sendable {
    /// Nothing in particular.
    case other = 0
    /// Mass in the K_S window.
    case kShort = 1
    /// Mass as proton and pion in the Lambda window.
    case lambda = 2
    /// Mass as electrons near zero.
    case conversion = 3
  }

  /// Position, cm.
  public var x: Float = 0
  /// Position, cm.
  public var y: Float = 0
  /// Position, cm.
  public var z: Float = 0
  /// Chi-squared of the fit.
  public var chi2: Float = 0
  /// Degrees of freedom of the fit.
  public var degreesOfFreedom: UInt8 = 1
  /// Probability of a larger chi-squared.
  public var probability: Float = 0
  /// Distance from the z axis, cm.
  public var rho: Float = 0
  /// Invariant mass of the tracks as pions with their momenta at the vertex, GeV.
  public var mass: Float = 0
  /// Positive track of the event.
  public var positive: Int16 = -1
  /// Negative track of the event.
  public var negative: Int16 = -1
  /// Angle between the momentum of the pair and the flight from the interaction point, rad.
  public var pointing: Float = 0
  /// A `Kind`.
  public var kind: UInt8 = 0

  /// A vertex at the origin.
  public init() {}

  /// Whether the mass lies in the K_S window.
  public var isKShort: Bool { kind == Kind.kShort.rawValue }
}

extension ReconstructedVertex {
  /// A vertex of a column.
  init(_ column: VertexColumn, at index: Int) {
    x = column.x[index]
    y = column.y[index]
    z = column.z[index]
    chi2 = column.chi2[index]
    degreesOfFreedom = column.ndf[index]
    probability = column.probability[index]
    rho = column.rho[index]
    mass = column.mass[index]
    positive = column.track1[index]
    negative = column.track2[index]
    pointing = column.pointing[index]
    kind = column.kind[index]
  }

  /// Adds the vertex to the current event of a column.
  func append(to builder: inout VertexBuilder) {
    builder.append(
      x: x, y: y, z: z, chi2: chi2, ndf: degreesOfFreedom, probability: probability, rho: rho, mass: mass,
      track1: positive, track2: negative, pointing: pointing, kind: kind)
  }
}
