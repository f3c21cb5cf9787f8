import Detector
import Kinematics
import Statistics

/// Calorimeter clusters from crystals: a local maximum and the crystals of the 5 x 5 array about it that are in time with it.
///
/// Crystals that lie in the arrays of several maxima are shared in proportion to the energy each shower is expected to leave
/// there, seed energy times exp(-distance / Molière-like length).
struct ClusterFinder {
  /// A crystal over threshold.
  private struct Crystal {
    var number: Int32
    var isSeed = false
    var energy: Double
    var time: Double
    /// Squared resolution of the time, ns^2.
    var timeVariance: Double
    /// Sum of what the showers of all maxima are expected to leave here.
    var expected = 0.0
  }

  /// A crystal of the array about a seed.
  private struct Neighbour {
    var entry: Int32
    /// 0 the seed, 1 the 3 x 3, 2 the 5 x 5 without corners, 3 its corners.
    var ring: UInt8
    /// Energy the seed's shower is expected to leave there, in arbitrary units.
    var expected: Double
    /// Energy that falls to the seed, GeV.
    var energy = 0.0
  }

  private let surroundings: CrystalSurroundings
  /// Index of each crystal's entry in the event, -1 if not over threshold.
  private var entry: [Int32]
  private var crystals: [Crystal] = []
  private var seeds: [Int32] = []
  /// Crystals over threshold about each seed, one seed after the other, and where those of a seed begin.
  private var around: [Neighbour] = []
  private var starts: [Int] = []
  private var pileUp: CalorimeterPileUp
  /// Clusters of the event, most energetic first.
  private(set) var clusters: [ReconstructedCluster] = []

  /// Energy of the most energetic crystal of a cluster and of a whole cluster, GeV.
  static let seedThreshold = 0.010
  static let clusterThreshold = 0.020
  /// Crystals below this share of a cluster say nothing about its time: pile-up is as large.
  private static let leastTimeShare = 0.05

  init(_ calorimeter: Calorimeter) {
    surroundings = CrystalSurroundings(calorimeter)
    entry = [Int32](repeating: -1, count: calorimeter.crystalCount + 1)
    pileUp = CalorimeterPileUp(calorimeter)
  }

  /// Finds the clusters of an event.
  /// - Parameters:
  ///   - crystals: numbers from 1; unknown ones and ones met a second time are left out.
  ///   - energies: GeV; entries that are not finite or not positive are left out.
  ///   - times: ns; what is not finite counts as 0.
  mutating func find(crystals numbers: Span<UInt16>, energies: Span<Float>, times: Span<Float>) {
    for crystal in crystals { entry[Int(crystal.number)] = -1 }
    crystals.removeAll(keepingCapacity: true)
    clusters.removeAll(keepingCapacity: true)
    seeds.removeAll(keepingCapacity: true)
    around.removeAll(keepingCapacity: true)
    starts.removeAll(keepingCapacity: true)
    pileUp.begin()
    for index in 0..<numbers.count {
      let number = Int(numbers[index])
      let energy = Double(energies[index])
      guard surroundings.isCrystal(number), energy > 0, energy < 100, entry[number] < 0 else { continue }
      let time = times[index].isFinite ? Double(times[index]) : 0
      entry[number] = Int32(truncatingIfNeeded: crystals.count)
      if energy > ClusterFinder.seedThreshold { surroundings.prefetchNeighbours(of: number) }
      crystals.append(
        Crystal(
          number: Int32(number), energy: energy, time: time, timeVariance: CrystalTime.variance(energy: energy)))
      pileUp.add(energy: energy, time: time, region: Int(surroundings.regions[number]))
    }
    for index in crystals.indices where crystals[index].energy > ClusterFinder.seedThreshold && isMaximum(index) {
      crystals[index].isSeed = true
      surroundings.prefetchShares(of: Int(crystals[index].number))
      seeds.append(Int32(truncatingIfNeeded: index))
    }
    for seed in seeds { gather(about: Int(seed)) }
    starts.append(around.count)
    let background = pileUp.perCrystal
    for seed in seeds.indices { makeCluster(Int(seeds[seed]), starts[seed]..<starts[seed + 1], background) }
    clusters.sort { $0.energy != $1.energy ? $0.energy > $1.energy : $0.seedCrystal < $1.seedCrystal }
  }

  /// Whether two crystals may belong to one particle by their times.
  private func areInTime(_ a: Crystal, _ b: Crystal) -> Bool {
    let difference = a.time - b.time
    let limit = CrystalTime.deviations * CrystalTime.deviations
    return difference * difference <= limit * (a.timeVariance + b.timeVariance)
  }

  private func isMaximum(_ index: Int) -> Bool {
    let crystal = crystals[index]
    for position in surroundings.neighbours(of: Int(crystal.number)) {
      let other = Int(entry[Int(surroundings.crystals[position])])
      if other < 0 { continue }
      let neighbour = crystals[other]
      // Of two equal neighbours the one with the smaller number is the maximum.
      let isLarger =
        neighbour.energy > crystal.energy || (neighbour.energy == crystal.energy && neighbour.number < crystal.number)
      if isLarger && areInTime(crystal, neighbour) { return false }
    }
    return true
  }

  /// Collects the crystals of the 5 x 5 array about a seed that are in time with it, and tells them what the seed expects there.
  private mutating func gather(about seed: Int) {
    starts.append(around.count)
    let centre = crystals[seed]
    around.append(Neighbour(entry: Int32(truncatingIfNeeded: seed), ring: 0, expected: centre.energy))
    for position in surroundings.all(of: Int(centre.number)) {
      let other = Int(entry[Int(surroundings.crystals[position])])
      // A maximum belongs to its own shower alone.
      if other < 0 || crystals[other].isSeed || !areInTime(centre, crystals[other]) { continue }
      surroundings.prefetchCentre(of: Int(crystals[other].number))
      let expected = centre.energy * Double(surroundings.shares[position])
      crystals[other].expected += expected
      around.append(
        Neighbour(
          entry: Int32(truncatingIfNeeded: other), ring: surroundings.rings[position], expected: expected))
    }
  }

  private mutating func makeCluster(_ seed: Int, _ range: Range<Int>, _ background: SIMD4<Double>) {
    var total = 0.0
    var nine = 0.0
    var twentyOne = 0.0
    for position in range {
      let neighbour = around[position]
      let crystal = crystals[Int(neighbour.entry)]
      let energy = neighbour.ring == 0 ? crystal.energy : crystal.energy * neighbour.expected / crystal.expected
      around[position].energy = energy
      total += energy
      if neighbour.ring <= 1 { nine += energy }
      if neighbour.ring <= 2 { twentyOne += energy }
    }
    guard total > ClusterFinder.clusterThreshold else { return }
    let number = Int(crystals[seed].number)
    let region = Int(surroundings.regions[number])
    let centre = position(of: range, total, region: region)
    let radius2 = centre.x * centre.x + centre.y * centre.y
    var moment = 0.0
    var weights = 0.0
    var timeSum = 0.0
    for neighbour in around[range] {
      let crystal = crystals[Int(neighbour.entry)]
      let away = surroundings.centres[Int(crystal.number)] - centre
      moment += neighbour.energy * away.dot(away)
      if neighbour.ring == 0 || neighbour.energy > ClusterFinder.leastTimeShare * total {
        weights += 1 / crystal.timeVariance
        timeSum += crystal.time / crystal.timeVariance
      }
    }
    let pileUp = background[region]
    let theta = PortableAngles.azimuth(y: radius2.squareRoot(), x: centre.z)
    var energy = ClusterEnergy.corrected(total, pileUp: pileUp, region: region)
    var energyError = ClusterEnergy.uncertainty(energy, pileUp: pileUp, region: region)
    // Half of a shower between barrel and endcap is lost.
    if surroundings.gaps.contains(where: { $0.contains(theta) }) {
      energy *= ClusterEnergy.gapFactor
      energyError = ClusterEnergy.gapFactor * energyError + ClusterEnergy.gapSpread * energy
    }
    let across = ClusterPosition.uncertainty(energy: energy, region: region)
    let distance = (radius2 + centre.z * centre.z).squareRoot()
    var cluster = ReconstructedCluster()
    cluster.energy = Float(energy)
    cluster.energyError = Float(energyError)
    cluster.theta = Float(theta)
    cluster.phi = Float(PortableAngles.azimuth(y: centre.y, x: centre.x))
    cluster.thetaError = Float(across / distance)
    cluster.phiError = Float(across / radius2.squareRoot())
    cluster.time = Float(timeSum / weights)
    cluster.dt99 = Float(CrystalTime.halfWidth99(variance: 1 / weights))
    cluster.e1OverE9 = Float(crystals[seed].energy / nine)
    cluster.e9OverE21 = Float(nine / twentyOne)
    cluster.secondMoment = Float(moment / total)
    cluster.photon = Float(
      ShowerShape.photonScore(
        e1OverE9: crystals[seed].energy / nine, secondMoment: moment / total, crystals: range.count, energy: energy))
    cluster.crystals = UInt16(clamping: range.count)
    cluster.seedCrystal = UInt16(clamping: number)
    clusters.append(cluster)
  }

  /// Mean of the crystals' centres with logarithmic weights.
  private func position(of range: Range<Int>, _ total: Double, region: Int) -> Vector3 {
    let offset = ClusterPosition.logarithmicOffsets[region]
    let least = ClusterPosition.leastShares[region] * total
    var sum = 0.0
    var mean = Vector3.zero
    for neighbour in around[range] where neighbour.energy > least {
      let weight = max(0, offset + PortableMath.log(neighbour.energy / total))
      sum += weight
      mean = mean + weight * surroundings.centres[Int(crystals[Int(neighbour.entry)].number)]
    }
    // Twenty-five crystals cannot all be below the least share: the sum is positive.
    return (1 / max(sum, 1e-9)) * mean
  }
}
