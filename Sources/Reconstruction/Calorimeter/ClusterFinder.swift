import Detector
import Kinematics
import Statistics

/// Calorimeter clusters from crystals: a local maximum and the 5 x 5 array about it.
///
/// Crystals that lie in the arrays of several maxima are shared in proportion to the energy each shower is expected to leave
/// there, seed energy times exp(-distance / Molière-like length).
struct ClusterFinder {
  /// A crystal of the array about a seed.
  private struct Neighbour {
    var entry: Int32
    /// 0 the seed, 1 the 3 x 3, 2 the 5 x 5 without corners, 3 its corners.
    var ring: UInt8
    /// Energy the seed's shower is expected to leave there, in arbitrary units.
    var expected: Double
  }

  private let surroundings: CrystalSurroundings
  /// Index of each crystal's entry in the event, -1 if not over threshold.
  private var entry: [Int32]
  private var crystals: [Int32] = []
  private var energies: [Double] = []
  private var times: [Float] = []
  private var shares: [Double] = []
  private var seeds: [Int32] = []
  private var members: [Int32] = []
  /// Crystals over threshold about each seed, one seed after the other, and where those of a seed begin.
  private var around: [Neighbour] = []
  private var starts: [Int] = []
  private var weights: [Double] = []
  /// Clusters of the event, most energetic first.
  private(set) var clusters: [ReconstructedCluster] = []

  /// Energy of the most energetic crystal of a cluster and of a whole cluster, GeV.
  static let seedThreshold = 0.010
  static let clusterThreshold = 0.020
  /// Length over which showers are expected to fall off sideways, cm.
  private static let fallOff = 2.6
  /// Offset of the logarithmic weights: crystals below exp(-4) of the cluster do not count for its position.
  private static let logarithmicOffset = 4.0

  init(_ calorimeter: Calorimeter) {
    surroundings = CrystalSurroundings(calorimeter)
    entry = [Int32](repeating: -1, count: calorimeter.crystalCount + 1)
  }

  /// Finds the clusters of an event.
  /// - Parameters:
  ///   - crystals: numbers from 1; unknown ones and ones met a second time are left out.
  ///   - energies: GeV; entries that are not finite or not positive are left out.
  ///   - times: ns.
  mutating func find(crystals numbers: Span<UInt16>, energies given: Span<Float>, times givenTimes: Span<Float>) {
    for crystal in crystals { entry[Int(crystal)] = -1 }
    crystals.removeAll(keepingCapacity: true)
    energies.removeAll(keepingCapacity: true)
    times.removeAll(keepingCapacity: true)
    shares.removeAll(keepingCapacity: true)
    clusters.removeAll(keepingCapacity: true)
    seeds.removeAll(keepingCapacity: true)
    around.removeAll(keepingCapacity: true)
    starts.removeAll(keepingCapacity: true)
    for index in 0..<numbers.count {
      let crystal = Int(numbers[index])
      let energy = given[index]
      guard surroundings.isCrystal(crystal), energy > 0, energy < 100, entry[crystal] < 0 else { continue }
      entry[crystal] = Int32(truncatingIfNeeded: crystals.count)
      crystals.append(Int32(crystal))
      energies.append(Double(energy))
      times.append(givenTimes[index])
      shares.append(0)
    }
    for index in crystals.indices where energies[index] > ClusterFinder.seedThreshold && isMaximum(index) {
      seeds.append(Int32(truncatingIfNeeded: index))
      starts.append(around.count)
      ClusterFinder.gather(about: index, crystals, energies, entry, surroundings, into: &around)
      for position in starts[starts.count - 1]..<around.count {
        shares[Int(around[position].entry)] += around[position].expected
      }
    }
    starts.append(around.count)
    for seed in seeds.indices { makeCluster(Int(seeds[seed]), starts[seed]..<starts[seed + 1]) }
    clusters.sort { $0.energy != $1.energy ? $0.energy > $1.energy : $0.seedCrystal < $1.seedCrystal }
  }

  private func isMaximum(_ index: Int) -> Bool {
    let crystal = crystals[index]
    let energy = energies[index]
    for position in surroundings.neighbours(of: Int(crystal)) {
      let neighbour = surroundings.crystals[position]
      let other = entry[Int(neighbour)]
      if other < 0 { continue }
      // Of two equal neighbours the one with the smaller number is the maximum.
      if energies[Int(other)] > energy || (energies[Int(other)] == energy && Int32(neighbour) < crystal) {
        return false
      }
    }
    return true
  }

  /// Collects the crystals of the 5 x 5 array about a seed that are over threshold.
  private static func gather(
    about seed: Int, _ crystals: borrowing [Int32], _ energies: borrowing [Double], _ entry: borrowing [Int32],
    _ surroundings: borrowing CrystalSurroundings, into around: inout [Neighbour]
  ) {
    let crystal = Int(crystals[seed])
    let centre = surroundings.centres[crystal]
    let energy = energies[seed]
    around.append(Neighbour(entry: Int32(truncatingIfNeeded: seed), ring: 0, expected: energy))
    for position in surroundings.all(of: crystal) {
      let neighbour = Int(surroundings.crystals[position])
      if entry[neighbour] < 0 { continue }
      let distance = (surroundings.centres[neighbour] - centre).length
      around.append(
        Neighbour(
          entry: entry[neighbour], ring: surroundings.rings[position],
          expected: energy * PortableMath.exp(-distance / ClusterFinder.fallOff)))
    }
  }

  private mutating func makeCluster(_ seed: Int, _ range: Range<Int>) {
    members.removeAll(keepingCapacity: true)
    weights.removeAll(keepingCapacity: true)
    var total = 0.0
    var nine = 0.0
    var twentyOne = 0.0
    for neighbour in around[range] {
      let member = Int(neighbour.entry)
      // A maximum belongs to its own shower alone.
      let isOther = member != seed && shares[member] > 0 && isSeed(member)
      let energy = isOther ? 0 : energies[member] * (member == seed ? 1 : neighbour.expected / shares[member])
      members.append(Int32(truncatingIfNeeded: member))
      weights.append(energy)
      total += energy
      if neighbour.ring <= 1 { nine += energy }
      if neighbour.ring <= 2 { twentyOne += energy }
    }
    guard total > ClusterFinder.clusterThreshold else { return }
    var sum = 0.0
    var x = 0.0
    var y = 0.0
    var z = 0.0
    var count = 0
    for (member, energy) in zip(members, weights) where energy > 0 {
      count += 1
      let weight = max(0, ClusterFinder.logarithmicOffset + PortableMath.log(energy / total))
      let centre = surroundings.centres[Int(crystals[Int(member)])]
      sum += weight
      x += weight * centre.x
      y += weight * centre.y
      z += weight * centre.z
    }
    guard sum > 0 else { return }
    x /= sum
    y /= sum
    z /= sum
    var moment = 0.0
    for (member, energy) in zip(members, weights) where energy > 0 {
      let centre = surroundings.centres[Int(crystals[Int(member)])]
      let dx = centre.x - x
      let dy = centre.y - y
      let dz = centre.z - z
      moment += energy * (dx * dx + dy * dy + dz * dz)
    }
    var cluster = ReconstructedCluster()
    cluster.energy = Float(total * ClusterEnergy.correction(measured: total))
    cluster.theta = Float(PortableAngles.azimuth(y: (x * x + y * y).squareRoot(), x: z))
    cluster.phi = Float(PortableAngles.azimuth(y: y, x: x))
    cluster.time = times[seed].isFinite ? times[seed] : 0
    cluster.e9OverE21 = Float(twentyOne > 0 ? nine / twentyOne : 1)
    cluster.secondMoment = Float(moment / total)
    cluster.crystals = UInt16(clamping: count)
    cluster.seedCrystal = UInt16(clamping: Int(crystals[seed]))
    clusters.append(cluster)
  }

  private func isSeed(_ member: Int) -> Bool {
    // Seeds were found in the order of entries.
    var low = 0
    var high = seeds.count
    while low < high {
      let middle = (low + high) / 2
      if Int(seeds[middle]) < member { low = middle + 1 } else { high = middle }
    }
    return low < seeds.count && Int(seeds[low]) == member
  }
}
