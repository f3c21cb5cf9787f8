/// One three-dimensional track against the clusters: is there another particle in its own or in the opposite hemisphere?
///
/// Only for events with exactly one fitted track. A cluster more than 80 degrees away in azimuth is in the opposite
/// hemisphere; one less than 80 degrees away is another particle of the same hemisphere if its polar angle differs: the
/// cotangent of the track is more than 0.8 below or more than 0.6 above that of the cluster. Clusters stand at the centre of
/// their most energetic cell. Source: `Documentation/level1.md`, section "Matching".
package struct HemisphereLogic: Sendable {
  /// A cluster in the hemisphere of the track that is not its own.
  package private(set) var isSame = false
  /// A cluster in the opposite hemisphere.
  package private(set) var isOpposite = false

  private static let border: Float = 80 * Float.pi / 180

  package init(
    tracks: borrowing DriftChamberTracks, clusters: borrowing CalorimeterClusters, calorimeterTime: Float,
    map: TriggerCellMap
  ) {
    guard let track = Self.onlyFittedTrack(tracks) else { return }
    for index in 0..<clusters.count where GlobalMatching.takesPart(clusters, index, calorimeterTime) {
      let cell = Int(clusters.cell[index])
      var turn = abs(tracks.phi0[track] - map.phi[cell])
      if turn > Float.pi { turn = 2 * Float.pi - turn }
      let slope = tracks.cotTheta[track] - map.cotTheta[cell]
      if turn > Self.border { isOpposite = true }
      if turn < Self.border && (slope < -0.8 || slope > 0.6) { isSame = true }
    }
  }

  /// The track with a three-dimensional fit, nil if there is none or more than one.
  static func onlyFittedTrack(_ tracks: borrowing DriftChamberTracks) -> Int? {
    var only: Int?
    for index in 0..<tracks.count where tracks.z0[index].isFinite {
      if only != nil { return nil }
      only = index
    }
    return only
  }
}
