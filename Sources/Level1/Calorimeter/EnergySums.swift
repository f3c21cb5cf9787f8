/// Energy sums over the rings of trigger cells.
package struct EnergySums: Sendable {
  /// Steps of 5.25 MeV in each ring, 1 to 17; entry 0 unused.
  private(set) var ring = InlineArray<18, Int32>(repeating: 0)
  /// Rings 2 to 15.
  package private(set) var physics = CalorimeterEnergy(counts: 0)
  /// All rings.
  package private(set) var total = CalorimeterEnergy(counts: 0)
  /// The most energetic cell, the lowest number of equals; 0 if no cell is over threshold.
  package private(set) var largestCell = 0

  package init(_ energies: TriggerCellEnergies, map: TriggerCellMap) {
    var all: Int32 = 0
    for word in energies.hit.indices {
      var rest = energies.hit[word]
      while rest != 0 {
        let cell = word * 64 + rest.trailingZeroBitCount
        rest &= rest - 1
        let counts = energies.counts[cell]
        ring[Int(map.ring[cell])] += counts
        all += counts
        if largestCell == 0 || counts > energies.counts[largestCell] { largestCell = cell }
      }
    }
    total = CalorimeterEnergy(counts: all)
    physics = CalorimeterEnergy(counts: all - ring[1] - ring[16] - ring[17])
  }

  /// The trigger cell ring sums of a group of rings.
  func sum(_ rings: ClosedRange<Int>) -> CalorimeterEnergy {
    var counts: Int32 = 0
    for index in rings { counts += ring[index] }
    return CalorimeterEnergy(counts: counts)
  }

  /// The two-dimensional Bhabha logic: enough energy in a forward group of rings and in the backward group that the
  /// boost sends the partner to. Bit n is the n-th of fourteen pairs of groups; the first two are those of the endcaps.
  ///
  /// Source: `Documentation/level1.md`, section "Calorimeter".
  package var bhabhaTypes: UInt16 {
    // No pair of groups fires below the sum of its thresholds.
    guard !(total < Self.smallestBhabha) else { return 0 }
    var types: UInt16 = 0
    for (index, pair) in Self.bhabhaGroups.enumerated()
    where !(sum(pair.forward) < pair.forwardThreshold) && !(sum(pair.backward) < pair.backwardThreshold) {
      types |= 1 << UInt16(index)
    }
    return types
  }

  /// Any type of two-dimensional Bhabha event with fewer than four isolated clusters.
  package static func isTwoDimensionalBhabha(types: UInt16, isolatedClusters: Int) -> Bool {
    types != 0 && isolatedClusters < 4
  }

  /// Pairs of groups.
  package static let bhabhaTypeCount = 14
  private static let smallestBhabha = CalorimeterEnergy(gigaelectronvolts: 6.0)

  /// Two groups of rings with their thresholds.
  struct GroupPair {
    var forward: ClosedRange<Int>
    var backward: ClosedRange<Int>
    var forwardThreshold = CalorimeterEnergy(gigaelectronvolts: 4.0)
    var backwardThreshold = CalorimeterEnergy(gigaelectronvolts: 2.5)
  }

  static let bhabhaGroups: [GroupPair] = [
    GroupPair(forward: 1...3, backward: 16...17),
    GroupPair(forward: 3...3, backward: 15...15),
    GroupPair(forward: 4...4, backward: 14...15),
    GroupPair(forward: 5...5, backward: 14...15),
    GroupPair(forward: 4...5, backward: 14...14),
    GroupPair(forward: 5...5, backward: 13...14),
    GroupPair(forward: 5...5, backward: 12...13),
    GroupPair(forward: 5...6, backward: 13...13),
    GroupPair(forward: 5...6, backward: 12...12),
    GroupPair(forward: 6...7, backward: 12...12),
    GroupPair(forward: 6...7, backward: 11...11),
    GroupPair(forward: 7...8, backward: 11...11),
    GroupPair(
      forward: 8...8, backward: 10...11, forwardThreshold: .init(gigaelectronvolts: 3.0),
      backwardThreshold: .init(gigaelectronvolts: 3.0)),
    GroupPair(
      forward: 8...9, backward: 9...10, forwardThreshold: .init(gigaelectronvolts: 3.5),
      backwardThreshold: .init(gigaelectronvolts: 3.0)),
  ]
}
