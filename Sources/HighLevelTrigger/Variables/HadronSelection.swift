import Kinematics

/// Hadronic events: at least three tracks, and energy and momentum of a whole event. Definitions of the Belle II software trigger;
/// fractions are of the energy in the centre of mass.
enum HadronSelection {
  static func compute(
    _ tracks: [ObservedTrack], clusters: [ObservedCluster], energy: Double, into values: inout FilterValues
  ) {
    var count = 0
    var visible = 0.0
    var momentum = 0.0
    for track in tracks where track.isHadronic {
      count += 1
      visible += (track.starSize * track.starSize + Mass.pion * Mass.pion).squareRoot()
      momentum += track.starMomentum.z
    }
    var showers = 0.0
    for cluster in clusters {
      showers += cluster.starEnergy
      guard !cluster.isMatched else { continue }
      visible += cluster.starEnergy
      momentum += cluster.starMomentum.z
    }
    let isHadronic =
      count >= 3 && visible / energy > 0.2 && abs(momentum) / energy < 0.5 && clusters.count > 1
      && showers / energy > 0.1 && showers / energy < 0.8
    values.set(.hadronB, isHadronic)
    values.set(.hadronB1, isHadronic && foxWolframRatio(tracks, clusters) < 0.4)
    values.set(.hadronB2, isHadronic && count >= 5)
  }

  /// Second Fox-Wolfram moment over the zeroth, of tracks and neutral clusters in the centre of mass: 1 for two back-to-back jets, near
  /// 0 for a sphere (G. Fox and S. Wolfram, Phys. Rev. Lett. 41 (1978) 1581).
  static func foxWolframRatio(_ tracks: [ObservedTrack], _ clusters: [ObservedCluster]) -> Double {
    // Sums over all pairs of |p||q| and |p||q|cos^2 factor into the sum of sizes and the tensor of p p / |p|.
    var size = 0.0
    var xx = 0.0
    var yy = 0.0
    var zz = 0.0
    var xy = 0.0
    var xz = 0.0
    var yz = 0.0
    func add(_ vector: Vector3) {
      let length = vector.length
      guard length > 0 else { return }
      size += length
      xx += vector.x * vector.x / length
      yy += vector.y * vector.y / length
      zz += vector.z * vector.z / length
      xy += vector.x * vector.y / length
      xz += vector.x * vector.z / length
      yz += vector.y * vector.z / length
    }
    for track in tracks where track.isHadronic { add(track.starMomentum) }
    for cluster in clusters where !cluster.isMatched { add(cluster.starMomentum) }
    guard size > 0 else { return 0 }
    let squares: Double = xx * xx + yy * yy + zz * zz + 2 * (xy * xy + xz * xz + yz * yz)
    return (3 * squares / (size * size) - 1) / 2
  }
}

extension ObservedTrack {
  /// Tracks of the hadronic skim: p > 0.1 GeV, |d0| < 2 cm, |z0| < 4 cm.
  fileprivate var isHadronic: Bool { size > 0.1 && abs(d0) < 2 && abs(z0) < 4 }
}
