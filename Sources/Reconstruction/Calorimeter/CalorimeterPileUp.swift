import Detector

/// Beam background in the crystals of one event, measured from those that are out of time.
///
/// Background is spread over the whole readout window and the collision is not: what lies beside it says how much lies under it.
struct CalorimeterPileUp {
  /// Crystals from here on are out of time, up to the end of the readout window, ns.
  private static let sideband = 75.0...200.0
  /// Half the time within which a soft crystal counts to a shower, ns: three and a half standard deviations.
  private static let gate = 70.0
  /// More than this in one crystal is no pile-up but a particle, GeV.
  private static let largest = 0.1

  /// Energy out of time, by region: forward, barrel, backward, GeV.
  private var sums = SIMD4<Double>()
  /// Number of crystals of each region.
  private let crystalCounts: SIMD4<Double>

  init(_ calorimeter: Calorimeter) {
    var counts = SIMD4<Double>(repeating: 0)
    for ring in calorimeter.rings { counts[CalorimeterPileUp.index(ring.region)] += Double(ring.crystalCount) }
    crystalCounts = counts.replacing(with: 1, where: counts .< 1)
  }

  /// Position of a region in lists: 0 forward, 1 barrel, 2 backward.
  static func index(_ region: CalorimeterRegion) -> Int {
    switch region {
    case .forward: 0
    case .barrel: 1
    case .backward: 2
    }
  }

  /// Starts an event.
  mutating func begin() { sums = .zero }

  /// Takes a crystal into account.
  mutating func add(energy: Double, time: Double, region: Int) {
    if CalorimeterPileUp.sideband.contains(abs(time)) { sums[region] += min(energy, CalorimeterPileUp.largest) }
  }

  /// Energy that background is expected to leave in time in one crystal, by region, GeV.
  var perCrystal: SIMD4<Double> {
    let sideband = CalorimeterPileUp.sideband.upperBound - CalorimeterPileUp.sideband.lowerBound
    return sums * (CalorimeterPileUp.gate / sideband) / crystalCounts
  }
}
