/// The thresholds on the energy sums, and the variants of the high-energy bit that reject Bhabha scattering with one
/// particle lost or degraded.
///
/// `ehigh` is more than 1 GeV in rings 2 to 15. `ehigh1` to `ehigh4` reject a single cluster in the forward endcap, and of
/// two clusters those with an azimuth difference of 150 to 210 degrees *and* a sum of polar angles of 160 to 200 degrees
/// (1), either of them (2), those whose less energetic cluster is in an endcap (3), the same with both above 0.5 GeV
/// (4). The Bhabha veto itself is left to the lines. Source: `Documentation/level1.md`, section "Calorimeter".
package struct EnergyTriggerLogic: Sendable {
  package let isAboveLow: Bool
  package let isAboveHigh: Bool
  package let isAboveLuminosity: Bool
  package let isBurst: Bool
  /// More than 1 GeV or at least four isolated clusters, and no two-dimensional Bhabha event.
  package let isPhysics: Bool
  /// Bits 1 to 4 are ehigh1 to ehigh4.
  package let highVariants: UInt8

  private static let low = CalorimeterEnergy(gigaelectronvolts: 0.5)
  private static let high = CalorimeterEnergy(gigaelectronvolts: 1.0)
  private static let luminosity = CalorimeterEnergy(gigaelectronvolts: 3.0)
  private static let burst = CalorimeterEnergy(gigaelectronvolts: 20.0)

  package init(
    _ sums: borrowing EnergySums, _ clusters: borrowing CalorimeterClusters, isolatedClusters: Int,
    isTwoDimensionalBhabha: Bool, map: TriggerCellMap
  ) {
    isAboveLow = sums.physics > Self.low
    isAboveHigh = sums.physics > Self.high
    isAboveLuminosity = sums.physics > Self.luminosity
    isBurst = sums.total > Self.burst
    isPhysics = (isAboveHigh || isolatedClusters > 3) && !isTwoDimensionalBhabha
    guard isAboveHigh else {
      highVariants = 0
      return
    }
    var variants: UInt8 = 0b11110
    if clusters.count == 1 && clusters.ring[0] <= 3 { variants = 0 }
    if clusters.count == 2 {
      let pair = ClusterPairLogic.Pair(clusters, 0, 1, map)
      let azimuth = pair.isOpposite(azimuth: 30, polar: -1..<361)
      let polar = pair.isOpposite(azimuth: 361, polar: 160..<200)
      let lowerRing = clusters.counts[0] < clusters.counts[1] ? clusters.ring[0] : clusters.ring[1]
      let isLowerInEndcap = lowerRing <= 3 || lowerRing >= 16
      if azimuth && polar { variants &= ~0b00010 }
      if azimuth || polar { variants &= ~0b00100 }
      if isLowerInEndcap {
        variants &= ~0b01000
        if pair.smaller > Self.low { variants &= ~0b10000 }
      }
    }
    highVariants = variants
  }
}
