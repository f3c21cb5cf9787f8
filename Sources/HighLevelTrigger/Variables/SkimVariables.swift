import Kinematics

/// Variables of the skims, which sort accepted events: definitions of the Belle II software trigger.
///
/// Skim tracks have pT > 0.2 GeV, |d0| < 2 cm and |z0| < 4 cm; photons are neutral clusters above 0.1 GeV.
enum SkimVariables {
  /// What an angle is when there are not enough objects for it.
  static let noAngle = -10.0
  /// What pairs of clusters and of tracks give.
  private static let ofClusterPairs: FilterVariableSet = [.nB2BCCPhiHighLE, .nB2BCCPhiLowLE, .nB2BCC3DLE]
  private static let ofTrackPairs: FilterVariableSet = [.maxAngleTTLE, .jpsi]

  /// Variables of the calorimeter alone.
  /// - Parameters:
  ///   - clusters: selected clusters, largest E* first.
  ///   - energy: of the collision in the centre of mass, GeV.
  static func computeClusters(_ clusters: [ObservedCluster], energy: Double, into values: inout FilterValues) {
    let first = clusters.isEmpty ? 0 : clusters[0].starEnergy
    let second = clusters.count > 1 ? clusters[1].starEnergy : 0
    values.set(.ec1CMSLE, first)
    values.set(.ec2CMSLE, second)
    values.set(.ec12CMSLE, first + second)
    if values.wants(ofClusterPairs) { computePairs(clusters, into: &values) }
    var isBhabha = false
    if clusters.count > 1 {
      let phi = Angles.degrees(Angles.between(clusters[0].starPhi, clusters[1].starPhi))
      let theta = Angles.degrees(clusters[0].starTheta + clusters[1].starTheta)
      isBhabha =
        phi > 165 && phi < 178.5 && theta > 178 && theta < 182 && second / energy > 0.4 && first / energy > 0.45
    }
    values.set(.bhabhaECL, isBhabha)
  }

  /// Pairs of clusters that are opposite to each other.
  private static func computePairs(_ clusters: [ObservedCluster], into values: inout FilterValues) {
    var high = 0
    var low = 0
    var space = 0
    for (position, one) in clusters.enumerated() {
      for other in clusters[(position + 1)...] {
        let phi = Angles.degrees(Angles.between(one.starPhi, other.starPhi))
        let theta = Angles.degrees(one.starTheta + other.starTheta)
        if phi > 170 {
          // Clusters come in falling order, so the second is the smaller.
          if other.starEnergy > 0.25 { high += 1 } else { low += 1 }
        }
        if phi > 160, theta > 160, theta < 200 { space += 1 }
      }
    }
    values.set(.nB2BCCPhiHighLE, high)
    values.set(.nB2BCCPhiLowLE, low)
    values.set(.nB2BCC3DLE, space)
  }

  /// Variables of the tracks alone.
  static func computeTracks(_ tracks: [ObservedTrack], energy: Double, into values: inout FilterValues) {
    let (first, second) = leading(tracks)
    values.set(.nTracksLE, tracks.count(where: \.isSkimmed))
    values.set(.nTracksTAU, tracks.count { $0.pT > 0.2 && abs($0.d0) < 2 && abs($0.z0) < 8 })
    values.set(.nTracksOffIP, tracks.count { abs($0.z0) > 10 })
    values.set(.p1CMSBhabhaLE, first?.starSize ?? 0)
    values.set(.p2CMSBhabhaLE, second?.starSize ?? 0)
    values.set(.p12CMSBhabhaLE, (first?.starSize ?? 0) + (second?.starSize ?? 0))
    values.set(.p1OEbeamCMSBhabhaLE, (first?.starSize ?? 0) / (energy / 2))
    values.set(.p2OEbeamCMSBhabhaLE, (second?.starSize ?? 0) / (energy / 2))
    guard values.wants(ofTrackPairs) else { return }
    var widest = noAngle
    var isCharmonium = false
    for (position, one) in tracks.enumerated() where one.isSkimmed {
      for other in tracks[(position + 1)...] where other.isSkimmed {
        widest = max(widest, Angles.opening(one.starMomentum, other.starMomentum))
        guard one.charge != other.charge else { continue }
        let pair =
          FourVector(momentum: one.momentum, mass: Mass.muon) + FourVector(momentum: other.momentum, mass: Mass.muon)
        if abs(pair.mass - charmonium) < 0.11 { isCharmonium = true }
      }
    }
    values.set(.maxAngleTTLE, widest)
    values.set(.jpsi, isCharmonium)
  }

  /// Mass of the J/psi, GeV.
  static let charmonium = 3.0969

  /// The skim tracks of largest and second largest p*.
  static func leading(_ tracks: [ObservedTrack]) -> (ObservedTrack?, ObservedTrack?) {
    var first = -1
    var second = -1
    for index in tracks.indices where tracks[index].isSkimmed {
      if first < 0 || tracks[index].starSize > tracks[first].starSize {
        second = first
        first = index
      } else if second < 0 || tracks[index].starSize > tracks[second].starSize {
        second = index
      }
    }
    return (first < 0 ? nil : tracks[first], second < 0 ? nil : tracks[second])
  }
}

extension ObservedTrack {
  /// Whether the track counts for the skims.
  var isSkimmed: Bool { pT > 0.2 && abs(d0) < 2 && abs(z0) < 4 }
}
