import Detector

/// How many layers a track that is born at some radius can have hits in: more hits say that it was not born there.
struct LayersOutside {
  private var silicon: [Double] = []
  private var chamber: [Double] = []

  /// Slanted sensors and wires are nearer to the axis in some places, and vertices have errors, cm.
  private static let tolerance = 1.0

  init(_ detector: DetectorModel) {
    silicon = detector.silicon.layers.map(\.radius)
    chamber = detector.driftChamber.layers.map(\.endRadius)
  }

  /// Silicon points and drift-chamber hits of a track beyond the layers outside of a radius, cm.
  func excess(_ track: ReconstructedTrack, rho: Double) -> Int {
    max(0, Int(track.siliconPoints) - LayersOutside.count(silicon, rho))
      + max(0, Int(track.chamberHits) - LayersOutside.count(chamber, rho))
  }

  private static func count(_ radii: [Double], _ rho: Double) -> Int {
    var inside = 0
    while inside < radii.count, radii[inside] < rho - tolerance { inside += 1 }
    return radii.count - inside
  }
}
