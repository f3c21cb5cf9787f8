/// What the pairs of calorimeter clusters say: Bhabha scattering in three dimensions, muon pairs, tau pairs.
///
/// Angles are those of the clusters' most energetic cells in the centre-of-mass frame, in whole degrees from the
/// look-up table; energies in the centre-of-mass frame are laboratory energies compared with the threshold times the
/// cell's energy ratio in tenths. All comparisons are strict. Source: `Documentation/level1.md`, section "Calorimeter".
package struct ClusterPairLogic: Sendable {
  /// Back to back, both above 3 GeV and one above 4.5 GeV: the veto against Bhabha scattering.
  package private(set) var isBhabha = false
  /// A wider window and lower thresholds, for the calibration sample.
  package private(set) var isBhabhaSelection = false
  /// Both clusters of the veto's pair lie where tracks are found (rings 3 to 15).
  package private(set) var isBhabhaInTracker = false
  /// Where the forward cluster of the selected pair, the last of several, lies: 0, 1, 2 for rings 1, 2, 3, and 3 for all
  /// others.
  package private(set) var bhabhaTheta = 0
  /// Back to back, both below 2 GeV.
  package private(set) var isMuonPair = false
  /// The three variants of a tau pair with one prong each.
  package private(set) var isTauPair = false
  package private(set) var isTauPair2 = false
  package private(set) var isTauPair3 = false
  /// Pairs of the low-multiplicity bits 8, 9 and 10, before their veto on clusters above 2 GeV.
  package private(set) var isOppositeBothAbove = false
  package private(set) var isOppositeOneAbove = false
  package private(set) var isBackToBack = false

  private static func laboratory(_ gigaelectronvolts: Double) -> CalorimeterEnergy {
    CalorimeterEnergy(gigaelectronvolts: gigaelectronvolts)
  }

  private static let quarter = laboratory(0.25)
  private static let tauTotal = laboratory(7.0)
  private static let tauPartner = laboratory(1.9)
  private static let tauEndcap = laboratory(3.0)
  private static let tauBoth = laboratory(0.162)
  private static let tauOne = laboratory(0.14)
  private static let tauEvery = laboratory(0.12)
  private static let tauNone = laboratory(4.5)

  package init(_ clusters: borrowing CalorimeterClusters, map: TriggerCellMap, total: CalorimeterEnergy) {
    guard clusters.count >= 2 else { return }
    var endcapAbove = 0
    var everyAbove = true
    var noneAbove = true
    for index in 0..<clusters.count {
      let energy = CalorimeterEnergy(counts: clusters.counts[index])
      let ring = clusters.ring[index]
      if (ring <= 3 || ring >= 16) && energy > Self.tauEndcap { endcapAbove += 1 }
      if !(energy > Self.tauEvery) { everyAbove = false }
      if energy > Self.tauNone { noneAbove = false }
    }
    let isTauTotal = total < Self.tauTotal

    for first in 0..<(clusters.count - 1) {
      for second in (first + 1)..<clusters.count {
        let pair = Pair(clusters, first, second, map)
        if pair.isOpposite(azimuth: 20, polar: 165..<190) {
          if pair.bothAbove(3.0) && pair.oneAbove(4.5) {
            isBhabha = true
            if pair.inRings(3...15) { isBhabhaInTracker = true }
          }
          if pair.bothBelow(2.0) { isMuonPair = true }
        }
        if pair.isOpposite(azimuth: 40, polar: 160..<200) && pair.bothAbove(2.5) && pair.oneAbove(4.0) {
          bhabhaTheta = min(pair.smallerRing, 4) - 1
          isBhabhaSelection = true
        }
        if isTauTotal && pair.isOpposite(azimuth: 70, polar: 130..<230) && pair.smaller < Self.tauPartner {
          isTauPair = true
        }
        if isTauTotal && pair.isOpposite(azimuth: 60, polar: 140..<220) {
          if endcapAbove < 2 && pair.smaller > Self.tauBoth { isTauPair2 = true }
          if pair.inRings(2...16) && pair.larger > Self.tauOne && everyAbove && noneAbove { isTauPair3 = true }
        }
        if pair.isOpposite(azimuth: 10, polar: -1..<361) {
          if pair.smaller > Self.quarter { isOppositeBothAbove = true }
          if pair.smaller < Self.quarter && pair.larger > Self.quarter { isOppositeOneAbove = true }
        }
        if pair.isOpposite(azimuth: 20, polar: 160..<200) { isBackToBack = true }
      }
    }
  }

  /// Two clusters with the integers of their cells.
  struct Pair {
    let azimuth: Int
    let polarSum: Int
    let rings: (Int, Int)
    let energies: (CalorimeterEnergy, CalorimeterEnergy)
    let ratios: (Int16, Int16)

    init(_ clusters: borrowing CalorimeterClusters, _ first: Int, _ second: Int, _ map: TriggerCellMap) {
      let cells = (Int(clusters.cell[first]), Int(clusters.cell[second]))
      azimuth = abs(Int(map.phiStar[cells.0]) - Int(map.phiStar[cells.1]))
      polarSum = Int(map.thetaStar[cells.0]) + Int(map.thetaStar[cells.1])
      rings = (Int(clusters.ring[first]), Int(clusters.ring[second]))
      energies = (
        CalorimeterEnergy(counts: clusters.counts[first]), CalorimeterEnergy(counts: clusters.counts[second])
      )
      ratios = (map.energyRatio[cells.0], map.energyRatio[cells.1])
    }

    /// Azimuths differ by 180 degrees within less than `azimuth`, polar angles add up to more than the lower bound and
    /// less than the upper one.
    func isOpposite(azimuth window: Int, polar: Range<Int>) -> Bool {
      abs(azimuth - 180) < window && polarSum > polar.lowerBound && polarSum < polar.upperBound
    }

    func inRings(_ range: ClosedRange<Int>) -> Bool { range.contains(rings.0) && range.contains(rings.1) }

    var smallerRing: Int { min(rings.0, rings.1) }
    var smaller: CalorimeterEnergy { min(energies.0, energies.1) }
    var larger: CalorimeterEnergy { max(energies.0, energies.1) }

    private func thresholds(_ energy: Double) -> (CalorimeterEnergy, CalorimeterEnergy) {
      (.init(centreOfMass: energy, ratio: ratios.0), .init(centreOfMass: energy, ratio: ratios.1))
    }

    /// In the centre-of-mass frame.
    func bothAbove(_ energy: Double) -> Bool {
      let threshold = thresholds(energy)
      return energies.0 > threshold.0 && energies.1 > threshold.1
    }

    func oneAbove(_ energy: Double) -> Bool {
      let threshold = thresholds(energy)
      return energies.0 > threshold.0 || energies.1 > threshold.1
    }

    func bothBelow(_ energy: Double) -> Bool {
      let threshold = thresholds(energy)
      return energies.0 < threshold.0 && energies.1 < threshold.1
    }
  }
}
