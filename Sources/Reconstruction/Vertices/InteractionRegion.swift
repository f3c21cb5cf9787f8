import Detector
import Kinematics

/// Where collisions happen: the mean point and its spread, what a vertex fit knows before it sees a track.
public struct InteractionRegion: Sendable, Equatable {
  /// Mean collision point in the laboratory, cm.
  public var centre: Vector3
  /// Rms of the collision point about it along x, y and z, with the uncertainty of the mean, cm.
  public var spread: Vector3

  /// A region.
  public init(centre: Vector3, spread: Vector3) {
    self.centre = centre
    self.spread = spread
  }

  /// The luminous region of the beams about the origin, as the detector tables have it.
  public init(_ beams: Beams) { self.init(centre: .zero, spread: beams.luminousRegion) }

  /// Covariance of the collision point, cm^2.
  var covariance: Matrix3 {
    Matrix3(diagonal: Vector3(spread.x * spread.x, spread.y * spread.y, spread.z * spread.z))
  }

  var weight: Matrix3 {
    Matrix3(diagonal: Vector3(1 / (spread.x * spread.x), 1 / (spread.y * spread.y), 1 / (spread.z * spread.z)))
  }
}
