import Detector

/// Silicon points of a track inside of the radius at which it is said to be born: one that has them was not born there.
///
/// Drift-chamber hits say less: an inclined track has several in a layer.
struct InnerPoints {
  private let radii: [Double]

  /// Slanted sensors are nearer to the axis in some places, and vertices have errors, cm.
  private static let tolerance = 1.0

  init(_ detector: DetectorModel) { radii = detector.silicon.layers.map(\.radius) }

  /// Points of a track in layers inside of a radius, cm.
  func count(_ track: ReconstructedTrack, rho: Double) -> Int {
    var inside = 0
    for layer in radii.indices.prefix(6) where radii[layer] < rho - InnerPoints.tolerance && track.points[layer] >= 0 {
      inside += 1
    }
    return inside
  }
}
