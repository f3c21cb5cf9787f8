import Detector
import Foundation
import Kinematics
import Statistics

/// Energies in the crystals of one event.
///
/// Detector model, sections "Calorimeter". A shower's energy is drawn with the measured resolution and shared among the
/// crystals around its axis; ionising particles deposit along their path; hadrons shower with the measured probability.
struct CalorimeterResponse {
  /// Crystals below this energy are not read out, GeV.
  static let threshold = 0.001
  /// Electronic noise of a crystal, GeV.
  private static let noise = 0.0003
  /// Light-collection time resolution and its noise term at 0.1 GeV, ns.
  private static let timeResolution = (constant: 2.3, noise: 2.64, largest: 20.0)

  let calorimeter: Calorimeter
  /// Beam-background level: pile-up widens showers.
  let level: Double
  private var energies: [Double]
  private var timeSums: [Double]
  private var owners: [Int32]
  private var ownerEnergies: [Double]
  private var touched: [Int] = []
  /// Crystals that record nothing.
  private let dead: Set<Int>
  /// Crystals around a shower with their weights: reused from shower to shower.
  var shares: [(crystal: Int, weight: Double)] = []

  init(_ calorimeter: Calorimeter, level: Double, dead: Set<Int> = []) {
    self.dead = dead
    self.calorimeter = calorimeter
    self.level = level
    let count = calorimeter.crystalCount + 1
    energies = Array(repeating: 0, count: count)
    timeSums = Array(repeating: 0, count: count)
    owners = Array(repeating: -1, count: count)
    ownerEnergies = Array(repeating: 0, count: count)
  }

  /// Forgets the event.
  mutating func clear() {
    for crystal in touched {
      energies[crystal] = 0
      timeSums[crystal] = 0
      owners[crystal] = -1
      ownerEnergies[crystal] = 0
    }
    touched.removeAll(keepingCapacity: true)
  }

  /// Adds energy to one crystal.
  ///
  /// - Parameter time: Time since the collision, ns; the flight time of light from the origin is taken off.
  mutating func deposit(_ energy: Double, in crystal: Int, time: Double, particle: Int32) {
    guard energy > 0 else { return }
    if energies[crystal] == 0 { touched.append(crystal) }
    energies[crystal] += energy
    timeSums[crystal] += energy * time
    if energy > ownerEnergies[crystal] {
      ownerEnergies[crystal] = energy
      owners[crystal] = particle
    }
  }

  /// Flight time of light from the origin to the front of a crystal, ns: what the readout calls zero.
  func lightTime(toCrystal crystal: Int) -> Double {
    (calorimeter.centre(ofCrystal: crystal).length - 0.5 * calorimeter.crystalLength)
      / PhysicalConstants.speedOfLight
  }

  /// Beam-background clusters and soft crystals.
  /// - Parameter chosen: how many clusters of each energy class fall in the trigger's decision window, where that is
  ///   fixed beforehand.
  mutating func addBackground(
    _ spectrum: ClusterSpectrum, chosen: BackgroundContents.Clusters?, _ random: inout CounterRandom
  ) {
    let decision = BackgroundContents.decisionWindow
    for _ in 0..<random.poisson(level * spectrum.clusters) {
      let energy = spectrum.energy(&random)
      let time = random.uniform(-BackgroundRates.clusterWindow, BackgroundRates.clusterWindow)
      // Leaving out the clusters that are chosen leaves the others as independent as they were.
      let isChosen = chosen != nil && decision.contains(time) && ClusterClass(energy: energy) != nil
      addCluster(isChosen ? 0 : energy, time: time, spectrum, &random)
    }
    guard let chosen else { return addSoftCrystals(&random) }
    for (energyClass, count) in chosen.counts {
      for _ in 0..<count {
        let energy = spectrum.energy(in: energyClass.energies, &random)
        addCluster(energy, time: random.uniform(decision.lowerBound, decision.upperBound), spectrum, &random)
      }
    }
    addSoftCrystals(&random)
  }

  private mutating func addCluster(
    _ energy: Double, time: Double, _ spectrum: ClusterSpectrum, _ random: inout CounterRandom
  ) {
    let theta = spectrum.angle(&random)
    let phi = random.uniform(-Double.pi, Double.pi)
    guard energy > 0 else { return }
    let point = calorimeter.frontFace(theta: theta, phi: phi)
    shower(energy, at: point + 6 * point.unit, time: time, isRelativeToLight: true, width: 1, particle: -1, &random)
  }

  private mutating func addSoftCrystals(_ random: inout CounterRandom) {
    for _ in 0..<random.poisson(level * BackgroundRates.softCrystals) {
      let crystal = 1 + Int(random.integer(below: UInt64(calorimeter.crystalCount)))
      let time = random.uniform(-BackgroundRates.clusterWindow, BackgroundRates.clusterWindow)
      deposit(
        Self.threshold + BackgroundRates.softCrystalEnergy * random.exponential(), in: crystal, time: time, particle: -1
      )
    }
  }

  /// Energy of each hot crystal at a random time of the background's window.
  mutating func addHot(_ hot: [Int], _ random: inout CounterRandom) {
    for crystal in hot {
      let time = random.uniform(-BackgroundRates.clusterWindow, BackgroundRates.clusterWindow)
      deposit(
        Self.threshold + BackgroundRates.hotCrystalEnergy * random.exponential(), in: crystal, time: time, particle: -1)
    }
  }

  /// Adds noise and writes the crystals over threshold in the order of their numbers.
  mutating func write(
    to builders: inout SimulatedEventBuilders, gain: Double = 1, _ random: inout CounterRandom
  ) {
    touched.sort()
    for crystal in touched {
      let energy = gain * energies[crystal] + Self.noise * random.gaussian()
      let spread = random.gaussian()
      guard energy > Self.threshold, dead.isEmpty || !dead.contains(crystal) else { continue }
      let (constant, noise, largest) = Self.timeResolution
      let noisy = min(largest, noise * 0.1 / energy)
      let time = timeSums[crystal] / energies[crystal] + (constant * constant + noisy * noisy).squareRoot() * spread
      builders.calorimeter.append(
        crystal: UInt16(truncatingIfNeeded: crystal), energy: Digitisation.rounded(energy, Digitisation.energy),
        time: Digitisation.rounded(time, Digitisation.time))
      builders.hitTruth.calorimeter.append(owners[crystal])
    }
  }
}
