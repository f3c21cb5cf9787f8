import Detector
import Kinematics
import Statistics

/// Matches tracks to calorimeter clusters by extrapolation with covariance, and scores electrons.
///
/// A track belongs to the cluster that fits best the straight piece of its path in the crystals: the distance of the two
/// as seen from the interaction point, in units of its uncertainty, with the depth of the cluster left free.
struct ClusterMatching {
  private let path: CalorimeterPath
  /// Directions of the clusters of the event, those out of time left zero.
  private var directions: [Vector3] = []
  /// Chi-squared of the best track of each cluster.
  private var best: [Double] = []

  /// Largest chi-squared of a match, two degrees of freedom.
  private static let largestChi2 = 20.0
  /// Position of clusters that are not those of photons, cm: hadrons shower away from their path, particles that go through leave
  /// their energy in one or two crystals of 5 to 6 cm.
  private static let granularity = 2.0
  /// A cluster may be so far from the time of the collision, beyond its own uncertainty, ns.
  private static let timeWindow: Float = 50

  init(_ calorimeter: Calorimeter) { path = CalorimeterPath(calorimeter) }

  /// Sets the cluster and electron score of tracks and the track of clusters.
  /// - Parameters:
  ///   - tracksOfAll: tracks of all events.
  ///   - own: those of the event.
  ///   - clustersOfAll: clusters of all events.
  ///   - ownClusters: those of the event.
  mutating func match(
    _ tracksOfAll: inout [ReconstructedTrack], _ own: Range<Int>, _ clustersOfAll: inout [ReconstructedCluster],
    _ ownClusters: Range<Int>
  ) {
    var tracks = tracksOfAll.mutableSpan
    var clusters = clustersOfAll.mutableSpan
    directions.removeAll(keepingCapacity: true)
    best.removeAll(keepingCapacity: true)
    for index in ownClusters {
      clusters[index].track = -1
      let isInTime = abs(clusters[index].time) < ClusterMatching.timeWindow + clusters[index].dt99
      directions.append(isInTime ? clusters[index].direction : .zero)
      best.append(.infinity)
    }
    for index in own {
      tracks[index].cluster = -1
      tracks[index].electron = 0
      guard let entry = path.entry(of: tracks[index]) else { continue }
      var smallest = ClusterMatching.largestChi2
      var nearest = -1
      for candidate in directions.indices {
        // The cosine is zero for clusters out of time; half a radian is more than any path in the crystals.
        if directions[candidate].dot(entry.point) < 0.88 * entry.point.length { continue }
        let chi2 = ClusterMatching.chi2(
          entry, directions[candidate], clusters[ownClusters.lowerBound + candidate], path.crystalLength)
        if chi2 < smallest {
          smallest = chi2
          nearest = candidate
        }
      }
      if nearest >= 0 {
        tracks[index].cluster = Int16(truncatingIfNeeded: nearest)
        // A cluster belongs to the track that fits it best.
        if smallest < best[nearest] {
          best[nearest] = smallest
          clusters[ownClusters.lowerBound + nearest].track = Int16(truncatingIfNeeded: index - own.lowerBound)
        }
      }
      let cluster = nearest >= 0 ? clusters[ownClusters.lowerBound + nearest] : nil
      tracks[index].electron = CalorimeterLikelihood.electronScore(tracks[index], cluster)
    }
  }

  /// Squared distance of a track's path in the crystals from the ray of a cluster, in units of its variance.
  private static func chi2(
    _ entry: CalorimeterPath.Entry, _ ray: Vector3, _ cluster: ReconstructedCluster, _ length: Double
  ) -> Double {
    let start = entry.point - entry.point.dot(ray) * ray
    let slope = entry.direction - entry.direction.dot(ray) * ray
    let square = slope.dot(slope)
    let depth = square > 1e-9 ? min(length, max(0, -start.dot(slope) / square)) : 0
    let away = start + depth * slope
    let transverse = (ray.x * ray.x + ray.y * ray.y).squareRoot()
    guard transverse > 1e-6 else { return .infinity }
    let sideways = Vector3(-ray.y / transverse, ray.x / transverse, 0)
    let across = away.dot(sideways)
    let along = away.dot(away) - across * across
    let distance = entry.point.length
    let phi = Double(cluster.phiError) * distance * transverse
    let theta = Double(cluster.thetaError) * distance
    let least = granularity * granularity
    return across * across / (phi * phi + entry.varianceAcross + least)
      + max(0, along) / (theta * theta + entry.varianceAlongZ * transverse * transverse + least)
  }
}

extension ReconstructedCluster {
  /// Direction seen from the origin, length one.
  var direction: Vector3 {
    let (st, ct) = PortableAngles.sineCosine(Double(theta))
    let (sp, cp) = PortableAngles.sineCosine(Double(phi))
    return Vector3(st * cp, st * sp, ct)
  }
}
