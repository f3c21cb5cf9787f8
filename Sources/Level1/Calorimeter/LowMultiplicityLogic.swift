/// The low-multiplicity bits `lml0` to `lml13`: single photons, a few clusters, opposite pairs.
///
/// Clusters are placed by the ring of their most energetic cell. Centre-of-mass thresholds are laboratory thresholds
/// times the cell's energy ratio in tenths; all comparisons are strict. Source:
/// `Documentation/level1.md`, section "Calorimeter".
package struct LowMultiplicityLogic: Sendable {
  /// Bit n is lml n.
  package private(set) var bits: UInt16 = 0

  private static let half = CalorimeterEnergy(gigaelectronvolts: 0.5)
  private static let photon = CalorimeterEnergy(gigaelectronvolts: 0.3)

  package init(_ clusters: borrowing CalorimeterClusters, pairs: ClusterPairLogic, map: TriggerCellMap) {
    var above300 = 0
    var centralRings = 0
    var centralAbove500 = false
    var above2 = RingCounts()
    var above1 = RingCounts()
    var aboveHalf = RingCounts()
    for index in 0..<clusters.count {
      let energy = CalorimeterEnergy(counts: clusters.counts[index])
      let ring = Int(clusters.ring[index])
      let ratio = map.energyRatio[Int(clusters.cell[index])]
      if energy > Self.photon { above300 += 1 }
      if (2...16).contains(ring) {
        centralRings += 1
        if energy > Self.half { centralAbove500 = true }
      }
      if energy > CalorimeterEnergy(centreOfMass: 2.0, ratio: ratio) { above2.insert(ring) }
      if energy > CalorimeterEnergy(centreOfMass: 1.0, ratio: ratio) { above1.insert(ring) }
      if energy > CalorimeterEnergy(centreOfMass: 0.5, ratio: ratio) { aboveHalf.insert(ring) }
    }
    let isBhabha = pairs.isBhabha
    let none2 = above2.count == 0
    let nearEndcaps = above2.any(in: RingCounts.rings(2, 3, 15, 16))
    let outermost = above2.any(in: RingCounts.rings(1, 17))

    set(0, clusters.count >= 3 && above300 >= 1 && !isBhabha)
    set(1, above2.any(in: RingCounts.rings(4...14)))
    set(2, nearEndcaps && !isBhabha)
    set(3, nearEndcaps && isBhabha)
    set(4, outermost && !isBhabha)
    set(5, outermost && isBhabha)
    set(6, above1.number(in: RingCounts.rings(4...15)) == 1 && above300 == 1)
    set(7, above1.number(in: RingCounts.rings(2, 3, 16)) == 1 && above300 == 1)
    set(8, pairs.isOppositeBothAbove && none2)
    set(9, pairs.isOppositeOneAbove && none2)
    set(10, pairs.isBackToBack && none2)
    set(11, none2)
    set(12, centralRings >= 3 && centralAbove500 && !isBhabha)
    set(13, aboveHalf.number(in: RingCounts.rings(6...11)) == 1 && above300 == 1)
  }

  private mutating func set(_ bit: UInt16, _ value: Bool) { if value { bits |= 1 << bit } }

  /// How many clusters passed a threshold in each ring: three bits to a ring, since there are at most six clusters.
  private struct RingCounts {
    private var packed: UInt64 = 0
    private(set) var count = 0

    mutating func insert(_ ring: Int) {
      packed += 1 << UInt64(3 * ring)
      count += 1
    }

    static func rings(_ range: ClosedRange<Int>) -> UInt64 {
      var mask: UInt64 = 0
      for ring in range { mask |= 7 << UInt64(3 * ring) }
      return mask
    }

    static func rings(_ list: Int...) -> UInt64 {
      var mask: UInt64 = 0
      for ring in list { mask |= 7 << UInt64(3 * ring) }
      return mask
    }

    func any(in mask: UInt64) -> Bool { packed & mask != 0 }

    func number(in mask: UInt64) -> Int {
      var rest = packed & mask
      var number = 0
      while rest != 0 {
        number += Int(rest & 7)
        rest >>= 3
      }
      return number
    }
  }
}
