import Detector
import Level1
import Statistics
import Testing

/// Trigger cells, isolated clusters, clusters and what is decided from them, on deposits put where a test wants them.
@Suite("Calorimeter trigger")
struct CalorimeterTests {
  let detector: DetectorModel
  let map: TriggerCellMap
  let cellOfCrystal: [UInt16]

  init() throws {
    detector = try DetectorModel.belle2()
    map = TriggerCellMap(detector.calorimeter.trigger)
    let calorimeter = detector.calorimeter
    cellOfCrystal = [0] + (1...calorimeter.crystalCount).map { UInt16(calorimeter.triggerCell(ofCrystal: $0)) }
  }

  /// What the blocks say about deposits in cells.
  struct Outcome {
    var isolated = 0
    var clusters = CalorimeterClusters()
    var pairs: ClusterPairLogic
    var low: LowMultiplicityLogic
    var sums: EnergySums
    var logic: EnergyTriggerLogic
    var types: UInt16
    var isBhabha2D: Bool
    /// By method: fastest, most energetic, weighted mean.
    var timing: [CalorimeterTiming?]
    func lml(_ bit: UInt16) -> Bool { low.bits >> bit & 1 == 1 }
  }

  /// Deposits of (cell, GeV, ns), each in the first crystal of its cell.
  private func outcome(_ deposits: [(cell: Int, energy: Float, time: Float)], event: UInt64 = 1) -> Outcome {
    let energies = TriggerCellEnergies(cellOfCrystal: cellOfCrystal)
    var random = CounterRandom(seed: 1, experiment: 1, run: 1, event: event, purpose: RandomPurpose(named: "noise"))
    let crystals = deposits.map { detector.calorimeter.trigger.crystals(ofCell: $0.cell).first! }
    // Named arrays: a debug build cannot compile a span of an array without a name (Swift 6.3).
    let (gigaelectronvolts, nanoseconds) = (deposits.map(\.energy), deposits.map(\.time))
    energies.fill(crystal: crystals.span, energy: gigaelectronvolts.span, time: nanoseconds.span, random: &random)
    var clusters = CalorimeterClusters()
    let isolated = ClusterFinder(map: map).find(energies, into: &clusters)
    let sums = EnergySums(energies, map: map)
    let pairs = ClusterPairLogic(clusters, map: map, total: sums.total)
    let types = sums.bhabhaTypes
    let isBhabha2D = EnergySums.isTwoDimensionalBhabha(types: types, isolatedClusters: isolated)
    return Outcome(
      isolated: isolated, clusters: clusters, pairs: pairs,
      low: LowMultiplicityLogic(clusters, pairs: pairs, map: map), sums: sums,
      logic: EnergyTriggerLogic(
        sums, clusters, isolatedClusters: isolated, isTwoDimensionalBhabha: isBhabha2D, map: map),
      types: types, isBhabha2D: isBhabha2D,
      timing: CalorimeterTimingMethod.allCases.map {
        CalorimeterTiming(energies, method: $0)
      })
  }

  private func cell(_ ring: Int, _ position: Int) -> Int {
    detector.calorimeter.trigger.cell(ring: ring, position: position)
  }

  @Test("counts isolated clusters as the corner rule does cell by cell, on random maps")
  func isolatedClusters() {
    for event in 0..<200 {
      var random = CounterRandom(
        seed: 9, experiment: 0, run: 0, event: UInt64(event), purpose: RandomPurpose(named: "cells"))
      let density = random.uniform(0, 0.1)
      var hit: Set<Int> = []
      for cell in 1...576 where random.chance(density) { hit.insert(cell) }
      let found = outcome(hit.sorted().map { ($0, 1, 0) }, event: UInt64(event)).isolated
      var expected = 0
      for ring in 2...15 {
        let places = ring < 4 ? 32 : 36
        for place in 1...places where hit.contains(cell(ring, place)) {
          let isLeftEdge = ring == 2 || ring == 4
          let left = !isLeftEdge && hit.contains(cell(ring - 1, place))
          let nextLeft = !isLeftEdge && hit.contains(cell(ring - 1, place + 1))
          let previous = hit.contains(cell(ring, place - 1))
          let next = hit.contains(cell(ring, place + 1))
          if !(previous || left) && !(next && nextLeft) { expected += 1 }
        }
      }
      #expect(found == min(expected, 15))
    }
  }

  @Test("sums a cluster over a cell and its eight neighbours, across azimuth zero too")
  func clusterSum() throws {
    let result = outcome([
      (cell(9, 36), 1, 4), (cell(9, 1), 0.5, 4), (cell(8, 1), 0.25, 4), (cell(10, 35), 0.25, 4), (cell(14, 18), 0.4, 4),
    ])
    #expect(result.clusters.count == 2)
    let index = try #require((0..<2).first { Int(result.clusters.cell[$0]) == cell(9, 36) })
    #expect(abs(result.clusters.energy(index) - 2) < 0.1)
    #expect(result.clusters.ring[index] == 9)
    let degrees = result.clusters.phi[index] * 180 / Float.pi
    #expect(degrees > 350 && degrees < 358, "weighted between 345, 355 and 5 degrees: \(degrees)")
    #expect(abs(result.sums.total.tenKiloelectronvolts - 240_000) < 15_000)
  }

  @Test("gives a ring-1 cell the neighbours of both its halves")
  func innermostRing() {
    let result = outcome([(cell(1, 3), 2, 0), (cell(2, 5), 0.3, 0), (cell(2, 6), 0.3, 0), (cell(2, 7), 0.3, 0)])
    #expect(result.clusters.count == 1)
    #expect(abs(result.clusters.energy(0) - 2.9) < 0.15)
    #expect(result.isolated == 1, "ring 1 is not looked at, the three cells of ring 2 touch")
    #expect(map.neighbours[(cell(1, 3) * 8)..<(cell(1, 3) * 8 + 8)].filter { $0 != 0 }.count == 6)
  }

  @Test("keeps six clusters, barrel first, and says when there were more")
  func overflow() {
    let six = (0..<6).map { (cell(8, 1 + 6 * $0), Float(0.5), Float(0)) }
    #expect(outcome(six).clusters.count == 6 && !outcome(six).clusters.overflow)
    let eight = [(cell(2, 1), Float(3), Float(0)), (cell(16, 1), Float(3), Float(0))] + six
    let result = outcome(eight)
    #expect(result.clusters.count == 6 && result.clusters.overflow)
    #expect(result.clusters.ring.prefix(6).allSatisfy { $0 == 8 })
  }

  @Test("drops cells below 100 MeV, energy out of the window, and pulses that are not the largest")
  func thresholdAndTime() {
    #expect(outcome([(cell(8, 1), 0.05, 0)]).sums.total.tenKiloelectronvolts == 0)
    #expect(outcome([(cell(8, 1), 1, 300)]).sums.total.tenKiloelectronvolts == 0)
    // Two crystals of one cell, 200 ns apart: the larger one counts.
    let crystals = Array(detector.calorimeter.trigger.crystals(ofCell: cell(8, 1)).prefix(2))
    let deposits: [Float] = [1, 0.5]
    let times: [Float] = [-80, 120]
    let energies = TriggerCellEnergies(cellOfCrystal: cellOfCrystal)
    var random = CounterRandom(seed: 1, purpose: RandomPurpose(named: "noise"))
    energies.fill(crystal: crystals.span, energy: deposits.span, time: times.span, random: &random)
    #expect(abs(EnergySums(energies, map: map).total.tenKiloelectronvolts - 100_000) < 10_000)
  }

  @Test("measures 1 GeV with 2 % and 10 MeV, and 100 MeV half of the time above threshold")
  func noise() {
    var sum = 0.0
    var squares = 0.0
    var passed = 0
    let count = 2000
    for event in 0..<count {
      let energy = Double(outcome([(cell(8, 1), 1, 0)], event: UInt64(event)).sums.total.tenKiloelectronvolts) / 1e5
      sum += energy
      squares += energy * energy
      if outcome([(cell(8, 1), 0.1, 0)], event: UInt64(event)).sums.largestCell != 0 { passed += 1 }
    }
    let mean = sum / Double(count)
    let deviation = (squares / Double(count) - mean * mean).squareRoot()
    #expect(abs(mean - 1) < 0.002)
    #expect(abs(deviation - 0.0224) < 0.0015)
    #expect(abs(passed - count / 2) < 100)
  }

  @Test("sees a Bhabha pair, and knows it from two photons of less energy")
  func bhabha() {
    // Opposite in the centre of mass: rings 7 and 11 add up to about 178 degrees.
    let pair = [(cell(7, 5), Float(6), Float(2)), (cell(11, 23), Float(5.2), Float(2))]
    let full = outcome(pair)
    #expect(full.pairs.isBhabha && full.pairs.isBhabhaSelection && full.pairs.isBhabhaInTracker)
    #expect(full.pairs.bhabhaTheta == 3)
    #expect(full.isBhabha2D && full.types == 0b11 << 10, "rings 6 and 7, and 7 and 8, with 11")
    #expect(full.logic.isAboveLuminosity && !full.logic.isPhysics)
    #expect(full.logic.highVariants == 0b11000, "opposite in both: ehigh1 and ehigh2 are off")
    #expect(!full.lml(2) && full.lml(1))
    let weak = outcome(pair.map { ($0.0, $0.1 / 4, $0.2) })
    #expect(!weak.pairs.isBhabha && weak.pairs.isMuonPair && weak.pairs.isTauPair && weak.lml(10) && weak.lml(8))
    let sideways = outcome([pair[0], (cell(11, 14), 5.2, 2)])
    #expect(!sideways.pairs.isBhabha && !sideways.pairs.isBhabhaSelection)
    #expect(sideways.logic.highVariants == 0b11010, "opposite in polar angle alone: ehigh2 is off")
  }

  @Test("calls one cluster a single photon, two none")
  func singlePhoton() {
    let one = outcome([(cell(9, 10), 2.6, 0)])
    #expect(one.lml(1) && one.lml(6) && one.lml(13) && !one.lml(7) && !one.lml(12))
    let low = outcome([(cell(9, 10), 0.7, 0)])
    #expect(!low.lml(1) && !low.lml(6) && low.lml(13))
    let two = outcome([(cell(9, 10), 2.6, 0), (cell(5, 30), 0.5, 0)])
    #expect(two.lml(1) && !two.lml(6) && !two.lml(13))
    let endcap = outcome([(cell(2, 10), 3.5, 0)])
    #expect(endcap.lml(2) && endcap.lml(7) && !endcap.lml(1) && endcap.isolated == 1)
    #expect(endcap.logic.highVariants == 0, "a single forward cluster")
    let three = outcome([(cell(9, 10), 0.6, 0), (cell(5, 30), 0.4, 0), (cell(12, 20), 0.4, 0)])
    #expect(three.lml(0) && three.lml(12))
  }

  @Test("lets ehigh1 to ehigh4 reject one forward cluster, opposite pairs, and pairs with the weaker one in an endcap")
  func highEnergyVariants() {
    let clusters = { (list: [(Int, Int, Float)]) in outcome(list.map { (cell($0.0, $0.1), $0.2, 0) }).logic }
    #expect(clusters([(9, 10, 2)]).highVariants == 0b11110 && clusters([(2, 10, 3)]).highVariants == 0)
    #expect(clusters([(16, 10, 3)]).highVariants == 0, "the backward endcap is not in the sum")
    // The weaker one in the forward endcap, not opposite: 3 rejects it, 4 only above 0.5 GeV.
    #expect(clusters([(9, 10, 2), (3, 10, 0.3)]).highVariants == 0b10110)
    #expect(clusters([(9, 10, 2), (3, 10, 0.8)]).highVariants == 0b00110)
    #expect(clusters([(9, 10, 2), (5, 14, 0.8)]).highVariants == 0b11110)
    #expect(clusters([(9, 10, 2), (3, 10, 0.8), (12, 1, 1)]).highVariants == 0b11110, "only pairs")
    #expect(clusters([(9, 10, 0.7)]).highVariants == 0 && !clusters([(9, 10, 0.7)]).isPhysics)
  }

  @Test("calls more than 1 GeV or four isolated clusters physics, unless it is a two-dimensional Bhabha event")
  func physics() {
    let four = (0..<4).map { (cell(8, 1 + 8 * $0), Float(0.2), Float(0)) }
    let weak = outcome(four)
    #expect(weak.isolated == 4 && !weak.logic.isAboveHigh && weak.logic.isPhysics)
    #expect(!outcome(Array(four.prefix(3))).logic.isPhysics)
    #expect(outcome([(cell(8, 1), 1.2, 0)]).logic.isPhysics)
    let bhabha = outcome([(cell(2, 1), 5, 0), (cell(16, 17), 3, 0)])
    #expect(bhabha.types == 1 && bhabha.isBhabha2D && !bhabha.logic.isPhysics)
    // Four isolated clusters are no two-dimensional Bhabha event, whatever the sums.
    let busy = outcome([(cell(2, 1), 5, 0), (cell(16, 17), 3, 0)] + four)
    #expect(busy.types == 1 && !busy.isBhabha2D && busy.logic.isPhysics)
    #expect(outcome([(cell(3, 1), 5, 0), (cell(15, 19), 3, 0)]).types == 0b10)
  }

  @Test("takes the event time from the fastest cell, the most energetic one, or the three most energetic ones")
  func eventTime() throws {
    let deposits: [(cell: Int, energy: Float, time: Float)] = [
      (cell(2, 5), 1.5, -10), (cell(9, 10), 4, 20), (cell(16, 3), 0.4, -80), (cell(12, 30), 2, 50),
    ]
    let timing = outcome(deposits).timing
    let fastest = try #require(timing[0])
    #expect(fastest.cell == cell(16, 3) && abs(fastest.time + 80) < 40 && fastest.quality == .coarse)
    let energetic = try #require(timing[1])
    #expect(energetic.cell == cell(9, 10) && abs(energetic.time - 20) < 20 && energetic.quality == .fine)
    let mean = try #require(timing[2])
    let expected: Float = (4 * 20 + 2 * 50 - 1.5 * 10) / 7.5
    #expect(abs(mean.time - expected) < 20 && mean.cell == energetic.cell)
    #expect(outcome([(cell(9, 10), 25, 0)]).timing[1]?.quality == .superfine)
    #expect(outcome([]).timing.allSatisfy { $0 == nil })
    #expect(outcome([(cell(9, 10), 2, 7)]).timing.allSatisfy { $0?.cell == cell(9, 10) })
  }

  @Test("compares energies exactly, in steps of 10 keV")
  func exactEnergies() {
    #expect(CalorimeterEnergy(counts: 400) > CalorimeterEnergy(gigaelectronvolts: 2.09999))
    #expect(!(CalorimeterEnergy(counts: 400) > CalorimeterEnergy(gigaelectronvolts: 2.1)))
    // 2 GeV in the centre of mass at ratio 1.3 is 2.6 GeV in the laboratory.
    #expect(CalorimeterEnergy(centreOfMass: 2, ratio: 13) == CalorimeterEnergy(gigaelectronvolts: 2.6))
  }

  @Test("holds the look-up table of angles and ratios within its bits")
  func lookUpTable() {
    for cell in 1...576 {
      #expect((0..<360).contains(map.phiStar[cell]) && (0...180).contains(map.thetaStar[cell]))
      #expect((7...14).contains(map.energyRatio[cell]))
    }
  }
}
