import Kinematics

/// Variables that the calorimeter alone gives; definitions of the Belle II software trigger.
enum ClusterVariables {
  /// What the pair of leading clusters gives, with and without knowing the tracks.
  private static let ofPair: FilterVariableSet = [.ee2clst, .gg2clst, .muonPairECL, .dphiCmsClust]
  private static let ofMatchedPair: FilterVariableSet = [
    .ggBarrelVL, .ggBarrelLoose, .ggBarrelTight, .ggEndcapVL, .ggEndcapLoose, .ggEndcapTight, .ggHighPt,
  ]

  /// - Parameter clusters: selected clusters, largest E* first.
  static func compute(_ clusters: [ObservedCluster], into values: inout FilterValues) {
    func count(_ condition: (ObservedCluster) -> Bool) -> Int { clusters.count(where: condition) }
    // The acceptance of the low-multiplicity lines.
    func inAcceptance(_ cluster: ObservedCluster) -> Bool { cluster.isWithin(18.5, 139.3) }
    values.set(.clusterEnergy, clusters.reduce(0) { $0 + $1.energy })
    values.set(.nElow, count { $0.starEnergy > 0.2 })
    values.set(.nEmedium, count { $0.starEnergy > 0.3 })
    values.set(.nEhigh, count { $0.starEnergy > 2 })
    values.set(.nVetoClust, count { $0.starEnergy > 0.3 && abs($0.time) < 10 * $0.dt99 })
    values.set(.nE180Lab, count { $0.energy > 0.18 && inAcceptance($0) })
    values.set(.nE300Lab, count { $0.energy > 0.3 && inAcceptance($0) })
    values.set(.nE500Lab, count { $0.energy > 0.5 && inAcceptance($0) })
    values.set(.nE2000CMS, count { $0.starEnergy > 2 && inAcceptance($0) })
    values.set(.nE250Lab, count { $0.energy > 0.25 })
    values.set(.nE4000CMS, count { $0.starEnergy > 4 })
    values.set(.nEsingleClust, count { $0.starEnergy > 1 })
    values.set(.nEhighLowAng, count { $0.starEnergy > 2 && !$0.isWithin(22, 145) })
    values.set(.ee2clst, false)
    values.set(.gg2clst, false)
    values.set(.muonPairECL, false)
    guard clusters.count >= 2, values.wants(ofPair) else { return }
    let first = clusters[0]
    let second = clusters[1]
    let phi = Angles.between(first.starPhi, second.starPhi)
    let degrees = Angles.degrees(phi)
    values.set(.dphiCmsClust, degrees)
    let thetaSum = Angles.degrees(first.starTheta + second.starTheta)
    if second.starEnergy > 3, first.starEnergy > 4.5, abs(thetaSum - 180) < 15 {
      values.set(.ee2clst, degrees > 160 && degrees < 178)
      values.set(.gg2clst, degrees > 178)
    }
    let areMinimumIonising = min(first.energy, second.energy) > 0.15 && max(first.energy, second.energy) < 0.5
    values.set(.muonPairECL, degrees > 155 && thetaSum > 165 && thetaSum < 195 && areMinimumIonising)
  }

  /// Variables that need to know which clusters belong to tracks.
  static func computeMatched(_ clusters: [ObservedCluster], into values: inout FilterValues) {
    func count(_ condition: (ObservedCluster) -> Bool) -> Int { clusters.count(where: condition) }
    func isPhoton(_ cluster: ObservedCluster) -> Bool { !cluster.isMatched && cluster.looksLikePhoton }
    func isElectron(_ cluster: ObservedCluster) -> Bool { cluster.isMatched && cluster.looksLikePhoton }
    func inEndcaps(_ cluster: ObservedCluster) -> Bool { cluster.isWithin(22, 45) || cluster.isWithin(115, 145) }
    func inOuterEndcaps(_ cluster: ObservedCluster) -> Bool { cluster.isWithin(22, 32) || cluster.isWithin(130, 145) }
    values.set(.nEsinglePhotonBarrel, count { isPhoton($0) && $0.starEnergy > 1 && $0.isWithin(45, 115) })
    values.set(.nEsinglePhotonExtendedBarrel, count { isPhoton($0) && $0.starEnergy > 1 && $0.isWithin(30, 130) })
    values.set(.nEsinglePhotonEndcap, count { isPhoton($0) && $0.starEnergy > 1 && inEndcaps($0) })
    values.set(.nEsingleElectronBarrel, count { isElectron($0) && $0.starEnergy > 1 && $0.isWithin(45, 115) })
    values.set(
      .nEsingleElectronExtendedBarrel, count { isElectron($0) && $0.starEnergy > 1 && $0.isWithin(30, 130) })
    values.set(
      .nReducedEsinglePhotonReducedBarrel, count { isPhoton($0) && $0.starEnergy > 0.5 && $0.isWithin(44, 98) })
    values.set(.chrgClust2GeV, count { $0.isMatched && $0.starEnergy > 2 })
    values.set(.neutClust045GeVAcc, count { !$0.isMatched && $0.starEnergy > 0.45 && $0.isWithin(17, 150) })
    values.set(.neutClust045GeVBarrel, count { !$0.isMatched && $0.starEnergy > 0.45 && $0.isWithin(30, 130) })
    values.set(.n2GeVNeutBarrel, count { !$0.isMatched && $0.starEnergy > 2 && $0.isWithin(32, 130) })
    values.set(.n2GeVNeutEndcap, count { !$0.isMatched && $0.starEnergy > 2 && inOuterEndcaps($0) })
    values.set(.n2GeVChrg, count { $0.isMatched && $0.starEnergy > 2 && $0.isWithin(22, 145) })
    values.set(.n2GeVPhotonBarrel, count { isPhoton($0) && $0.starEnergy > 2 && $0.isWithin(32, 130) })
    values.set(.n2GeVPhotonEndcap, count { isPhoton($0) && $0.starEnergy > 2 && inOuterEndcaps($0) })
    values.set(.nMaxEPhotonAcc, clusters.prefix(2).count { isPhoton($0) && $0.isWithin(17, 150) })
    values.clear(ofMatchedPair)
    guard clusters.count >= 2, values.wants(ofMatchedPair) else { return }
    pairs(clusters[0], clusters[1], into: &values)
  }

  private static func pairs(_ first: ObservedCluster, _ second: ObservedCluster, into values: inout FilterValues) {
    let degrees = Angles.degrees(Angles.between(first.starPhi, second.starPhi))
    let isBarrel = first.isWithin(32, 130) || second.isWithin(32, 130)
    let neutral = (first.isMatched ? 0 : 1) + (second.isMatched ? 0 : 1)
    if second.starEnergy > 2 {
      let isHard = first.starEnergy > 4
      let veryLoose = degrees > 175 && neutral >= 1
      let loose = degrees > 177 && neutral >= 1 && isHard
      let tight = degrees > 177.5 && neutral == 2 && isHard
      values.set(isBarrel ? .ggBarrelVL : .ggEndcapVL, veryLoose)
      values.set(isBarrel ? .ggBarrelLoose : .ggEndcapLoose, loose)
      values.set(isBarrel ? .ggBarrelTight : .ggEndcapTight, tight)
    }
    let sum = first.starMomentum + second.starMomentum
    let bothInside = first.isWithin(26, 130) && second.isWithin(26, 130)
    values.set(.ggHighPt, second.starEnergy > 0.3 && neutral == 2 && bothInside && sum.transverse > 1)
  }
}
