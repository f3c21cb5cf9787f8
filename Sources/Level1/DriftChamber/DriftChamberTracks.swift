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
  /// Time of the earliest segment on the track, in steps of two drift-time counts.
  public internal(set) var fastestTime = [Int16](repeating: 0, count: capacity)
  /// Cells of the cluster in the plane.
  public internal(set) var cells = [UInt16](repeating: 0, count: capacity)

  package init() {}
}
