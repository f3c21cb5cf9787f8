import Detector
import Kinematics

/// Gives electrons the photons back that they radiated in beam pipe and silicon: clusters without a track that lie along the
/// tangent of the electron's path at one of the layers of matter.
struct BremsstrahlungFinder {
  private let path: CalorimeterPath
  /// Distances of the layers from the z axis, cm.
  private let radii: [Double]

  /// Electron score from which a track may have radiated.
  static let leastScore: Float = 0.5
  private static let leastEnergy: Float = 0.02
  private static let largestChi2 = 9.0
  private static let timeWindow: Float = 30
  /// Depth of showers behind the front face, cm.
  private static let depth = 6.0

  private(set) var photons: [ReconstructedBremsstrahlung] = []

  init(_ detector: DetectorModel) {
    path = CalorimeterPath(detector.calorimeter)
    let chamber = detector.driftChamber.layers.first?.endRadius ?? .infinity
    radii = detector.material.surfaces.map(\.radius).filter { $0 < chamber }.sorted()
  }

  /// Finds the photons of an event; each goes to the electron whose path it fits best.
  mutating func find(_ tracks: ArraySlice<ReconstructedTrack>, _ clusters: ArraySlice<ReconstructedCluster>) {
    photons.removeAll(keepingCapacity: true)
    guard tracks.contains(where: { $0.electron > BremsstrahlungFinder.leastScore }) else { return }
    for position in clusters.indices {
      let cluster = clusters[position]
      guard cluster.track < 0, cluster.energy > BremsstrahlungFinder.leastEnergy,
        abs(cluster.time) < cluster.dt99 + BremsstrahlungFinder.timeWindow
      else { continue }
      let place = path.front(along: cluster.direction, depth: BremsstrahlungFinder.depth)
      var best = ReconstructedBremsstrahlung(
        track: -1, cluster: Int16(truncatingIfNeeded: position - clusters.startIndex), radius: 0,
        chi2: Float(BremsstrahlungFinder.largestChi2))
      for index in tracks.indices where tracks[index].electron > BremsstrahlungFinder.leastScore {
        // More than the track had left it cannot have radiated; pile-up may add to a cluster.
        let state = tracks[index].state
        for radius in radii {
          guard let chi2 = chi2(state, at: radius, place, cluster), Float(chi2) < best.chi2 else { continue }
          best.track = Int16(truncatingIfNeeded: index - tracks.startIndex)
          best.radius = Float(radius)
          best.chi2 = Float(chi2)
        }
      }
      if best.track >= 0 { photons.append(best) }
    }
  }

  /// Distance of a cluster from the tangent of a path at a cylinder, in units of its variance.
  private func chi2(
    _ state: HelixState, at radius: Double, _ place: Vector3, _ cluster: ReconstructedCluster
  ) -> Double? {
    let arc = state.arcLength(toRadius: radius)
    guard arc.isFinite else { return nil }
    let point = state.point(at: arc)
    let inverse = 1 / (1 + state.tanLambda * state.tanLambda).squareRoot()
    let tangent = Vector3(inverse * point.directionX, inverse * point.directionY, inverse * state.tanLambda)
    let way = place - Vector3(point.x, point.y, point.z)
    guard way.dot(tangent) > 0 else { return nil }
    let away = way - way.dot(tangent) * tangent
    let transverse = (tangent.x * tangent.x + tangent.y * tangent.y).squareRoot()
    guard transverse > 1e-6 else { return nil }
    let across = (away.y * tangent.x - away.x * tangent.y) / transverse
    let along2 = max(0, away.dot(away) - across * across)
    let distance = place.length
    let phi = Double(cluster.phiError) * distance * transverse
    let theta = Double(cluster.thetaError) * distance
    return across * across / (phi * phi) + along2 / (theta * theta)
  }
}

extension CalorimeterPath {
  /// The point of a ray from the origin that lies some way behind the front face, cm.
  func front(along direction: Vector3, depth: Double) -> Vector3 {
    (distanceToFront(along: direction) + depth) * direction
  }
}
