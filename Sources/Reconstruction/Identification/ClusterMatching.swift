import Detector
import Kinematics
import Statistics

/// Matches tracks to calorimeter clusters by extrapolation, and scores electrons by energy over momentum.
struct ClusterMatching {
  private let calorimeter: Calorimeter
  /// Showers and traversing particles leave their energy about here behind the front face, cm.
  private static let depth = 8.0
  /// Largest distance of a matched cluster from the track, cm.
  private static let window = 12.0

  init(_ calorimeter: Calorimeter) { self.calorimeter = calorimeter }

  /// Sets the cluster and electron score of tracks and the track of clusters.
  func match(_ tracks: inout ArraySlice<ReconstructedTrack>, _ clusters: inout ArraySlice<ReconstructedCluster>) {
    for index in clusters.indices { clusters[index].track = -1 }
    for index in tracks.indices {
      tracks[index].cluster = -1
      tracks[index].electron = 0
      guard let point = extrapolate(tracks[index].state) else { continue }
      let distance = point.length
      var best = ClusterMatching.window
      var nearest = -1
      for candidate in clusters.indices {
        let direction = ClusterMatching.direction(clusters[candidate])
        // Angle between the two directions as seen from the origin, at the distance of the point.
        let away = (point - distance * direction).length
        if away < best {
          best = away
          nearest = candidate
        }
      }
      guard nearest >= 0 else { continue }
      tracks[index].cluster = Int16(truncatingIfNeeded: nearest - clusters.startIndex)
      // A cluster belongs to the first track that claims it: tracks are in the order of their finding.
      if clusters[nearest].track < 0 { clusters[nearest].track = Int16(truncatingIfNeeded: index - tracks.startIndex) }
      tracks[index].electron = ClusterMatching.electronScore(
        ratio: Double(clusters[nearest].energy) / tracks[index].momentum)
    }
  }

  private static func direction(_ cluster: ReconstructedCluster) -> Vector3 {
    let (st, ct) = PortableAngles.sineCosine(Double(cluster.theta))
    let (sp, cp) = PortableAngles.sineCosine(Double(cluster.phi))
    return Vector3(st * cp, st * sp, ct)
  }

  /// Where a track is at the depth of showers; nil if it curls up before.
  func extrapolate(_ state: HelixState) -> Vector3? {
    let barrel = state.arcLength(toRadius: calorimeter.barrelFrontRadius)
    var arc = barrel.isFinite ? barrel : .infinity
    if state.tanLambda > 0 { arc = min(arc, (calorimeter.forwardFrontZ - state.z0) / state.tanLambda) }
    if state.tanLambda < 0 { arc = min(arc, (calorimeter.backwardFrontZ - state.z0) / state.tanLambda) }
    guard arc.isFinite, arc > 0, arc * abs(state.omega) < Double.pi else { return nil }
    let pathPerArc = (1 + state.tanLambda * state.tanLambda).squareRoot()
    let point = state.point(at: arc)
    let step = ClusterMatching.depth / pathPerArc
    return Vector3(
      point.x + step * point.directionX, point.y + step * point.directionY, point.z + step * state.tanLambda)
  }

  /// Score of an electron from energy over momentum: about 1 near 1, 1/2 at 0.8, falling again above 1.3 where the energy
  /// cannot be the track's own.
  static func electronScore(ratio: Double) -> Float {
    guard ratio.isFinite else { return 0 }
    let rise = 1 / (1 + PortableMath.exp(-(ratio - 0.8) / 0.04))
    let fall = 1 / (1 + PortableMath.exp((ratio - 1.4) / 0.05))
    return Float(rise * fall)
  }
}
