import EventModel

/// A vertex of two or more tracks as the `vertices` lists of the `hlt` and `reco` columns hold it.
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
    /// More than two tracks.
    case manyTracks = 4
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
  /// Positive track of the event; of more than two tracks the first.
  public var positive: Int16 = -1
  /// Negative track of the event; of more than two tracks the second.
  public var negative: Int16 = -1
  /// Angle between the momentum of the tracks together and the flight from the prompt vertex, rad.
  public var pointing: Float = 0
  /// A `Kind`.
  public var kind: UInt8 = 0
  /// Covariance of the position, cm^2: xx, yx, yy, zx, zy, zz in the first six lanes.
  public var covariance = SIMD8<Float>()
  /// Momentum of the tracks together at the vertex after the fit, GeV, in the first three lanes.
  public var momentum = SIMD4<Float>()
  /// Error of the mass from the fit, GeV.
  public var massError: Float = 0
  /// Distance from the prompt vertex along the momentum, cm; the prompt vertex is that of all other tracks.
  public var flight: Float = 0
  /// Flight over its error, with the errors of both vertices.
  public var flightSignificance: Float = 0
  /// Silicon points of its tracks inside of it: they were probably born elsewhere.
  public var innerPoints: UInt8 = 0
  /// Tracks in the vertex.
  public var trackCount: UInt8 = 2
  /// Tracks after the first two, -1 for none.
  public var moreTracks = SIMD4<Int16>(repeating: -1)

  /// Most tracks of one vertex.
  public static let mostTracks = 6

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
    for lane in 0..<6 { covariance[lane] = column.covariance[6 * index + lane] }
    for lane in 0..<3 { momentum[lane] = column.momentum[3 * index + lane] }
    massError = column.massError[index]
    flight = column.flight[index]
    flightSignificance = column.flightSignificance[index]
    innerPoints = column.innerPoints[index]
    trackCount = column.trackCount[index]
    for lane in 0..<4 { moreTracks[lane] = column.moreTracks[4 * index + lane] }
  }

  /// Sets the tracks.
  mutating func setTracks(_ members: [Int]) {
    trackCount = UInt8(clamping: members.count)
    for (place, member) in members.enumerated() {
      let number = Int16(clamping: member)
      switch place {
      case 0: positive = number
      case 1: negative = number
      case 2..<ReconstructedVertex.mostTracks: moreTracks[place - 2] = number
      default: break
      }
    }
  }

  /// Whether a track of the event belongs to it.
  public func contains(_ track: Int) -> Bool {
    if Int(positive) == track || Int(negative) == track { return true }
    for lane in 0..<4 where Int(moreTracks[lane]) == track { return true }
    return false
  }

  /// Adds the vertex to the current event of a column.
  func append(to builder: inout VertexBuilder) {
    let position: InlineArray<6, Float> = [
      covariance[0], covariance[1], covariance[2], covariance[3], covariance[4], covariance[5],
    ]
    let direction: InlineArray<3, Float> = [momentum[0], momentum[1], momentum[2]]
    let others: InlineArray<4, Int16> = [moreTracks[0], moreTracks[1], moreTracks[2], moreTracks[3]]
    builder.append(
      x: x, y: y, z: z, chi2: chi2, ndf: degreesOfFreedom, probability: probability, rho: rho, mass: mass,
      track1: positive, track2: negative, pointing: pointing, kind: kind, covariance: position.span,
      momentum: direction.span, massError: massError, flight: flight, flightSignificance: flightSignificance,
      innerPoints: innerPoints, trackCount: trackCount, moreTracks: others.span)
  }
}
