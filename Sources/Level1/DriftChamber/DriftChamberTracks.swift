/// The two-dimensional tracks of one event, a structure of arrays in rising azimuth of their first cell.
///
/// The arrays are allocated once, for the largest number of clusters the plane can hold, and reused for every event.
public struct DriftChamberTracks: Sendable {
  /// Largest number of tracks: one cluster of cells to every two cells of the plane.
  static let capacity = HoughPlane.columns * HoughPlane.rows / 2

  /// Tracks found in the event; entries of the arrays beyond it are left-overs.
  public internal(set) var count = 0
  /// Signed curvature in 1/cm: the sign is the charge, transverse momentum is 0.00449689 GeV / |omega| at 1.5 T.
  public internal(set) var omega = [Float](repeating: 0, count: capacity)
  /// Azimuth at the origin in radians, 0 to 2 pi.
  public internal(set) var phi0 = [Float](repeating: 0, count: capacity)
  /// Super-layers with a segment on the track, a bit each.
  public internal(set) var superLayers = [UInt16](repeating: 0, count: capacity)
  /// Numbers of the segments on the track, nine to a track by super-layer, -1 where there is none.
  public internal(set) var segments = [Int16](repeating: -1, count: capacity * 9)
  /// The same segments as entries of the event's ``TrackSegments``, -1 where there is none.
  package internal(set) var entries = [Int16](repeating: -1, count: capacity * 9)
  /// z at the origin by the three-dimensional fit, cm; not a number for tracks with fewer than two stereo segments.
  public internal(set) var z0 = [Float](repeating: .nan, count: capacity)
  /// Cotangent of the polar angle by the three-dimensional fit; not a number where ``z0`` is none.
  public internal(set) var cotTheta = [Float](repeating: .nan, count: capacity)
  /// z at the origin by the neural network, cm, from -100 to 100; not a number for tracks with too few segments for it.
  public internal(set) var neuralZ = [Float](repeating: .nan, count: capacity)
  /// Polar angle by the neural network, rad, from 10 to 170 degrees; not a number where ``neuralZ`` is none.
  public internal(set) var neuralTheta = [Float](repeating: .nan, count: capacity)
  /// Cotangent of ``neuralTheta``.
  public internal(set) var neuralCotTheta = [Float](repeating: .nan, count: capacity)
  /// Momentum of neural tracks in tenths of a GeV as ``TriggerMomentum`` makes it, 65535 for infinite; 0 where ``neuralZ``
  /// is none.
  public internal(set) var neuralMomentum = [UInt16](repeating: 0, count: capacity)
  /// Cells of the cluster in the plane.
  public internal(set) var cells = [UInt16](repeating: 0, count: capacity)

  package init() {}

  /// Transverse momentum of a track at 1.5 T, GeV; infinite for a straight one.
  func transverseMomentum(_ index: Int) -> Float {
    omega[index] == 0 ? .infinity : 0.00449689 / abs(omega[index])
  }

  /// Momentum of a neural track as the trigger computes it, GeV in tenths; infinite beyond all thresholds.
  func neuralMomentumInGeV(_ index: Int) -> Float {
    neuralMomentum[index] == TriggerMomentum.infinite ? .infinity : Float(neuralMomentum[index]) / 10
  }

  /// Charge of a track: the sign of its curvature, 0 for a straight one.
  func charge(_ index: Int) -> Float { omega[index] > 0 ? 1 : omega[index] < 0 ? -1 : 0 }

  /// Axial super-layers with a segment on the track, 4 or 5.
  func axialSuperLayers(_ index: Int) -> Int { (superLayers[index] & 0b1_0101_0101).nonzeroBitCount }

  /// Stereo super-layers with a segment on the track, 0 to 4.
  func stereoSuperLayers(_ index: Int) -> Int { (superLayers[index] & 0b0_1010_1010).nonzeroBitCount }
}
