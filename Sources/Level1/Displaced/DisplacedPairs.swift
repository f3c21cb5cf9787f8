/// Pairs of tracks that cross away from the beam line, at least one of them displaced: vertices of two prongs in the transverse
/// plane, a structure of arrays.
///
/// The arrays are allocated once and reused for every event; pairs beyond ``capacity``, which only noise makes, are not kept.
public struct DisplacedPairs: Sendable {
  /// Largest number of pairs.
  public static let capacity = 64

  /// Pairs found in the event; entries of the arrays beyond it are left-overs.
  public internal(set) var count = 0
  /// Distance of the crossing point from the beam line in cm.
  public internal(set) var rho = [Float](repeating: 0, count: capacity)
  /// Angle between the tracks at the crossing point in the transverse plane in radians, 0 to pi.
  public internal(set) var openingAngle = [Float](repeating: 0, count: capacity)
  /// Angle between the sum of the transverse momenta and the line from the beam to the crossing point in radians, 0 to pi.
  public internal(set) var pointingAngle = [Float](repeating: 0, count: capacity)
  /// Transverse momentum of the pair in GeV.
  public internal(set) var transverseMomentum = [Float](repeating: 0, count: capacity)
  /// The smaller and the larger impact parameter in size, cm.
  public internal(set) var smallerD0 = [Float](repeating: 0, count: capacity)
  /// The larger impact parameter in size, cm.
  public internal(set) var largerD0 = [Float](repeating: 0, count: capacity)
  /// The worse chi square of the two tracks.
  public internal(set) var chiSquare = [Float](repeating: 0, count: capacity)
  /// Can the charges be opposite? A track too stiff to tell counts as either.
  public internal(set) var canBeNeutral = [Bool](repeating: false, count: capacity)
  /// Does neither track have a segment in the innermost super-layer?
  public internal(set) var startsLate = [Bool](repeating: false, count: capacity)
  /// Axial super-layers in which the tracks have the same segment, or neighbouring ones.
  public internal(set) var sharedSuperLayers = [UInt8](repeating: 0, count: capacity)

  package init() {}
}
