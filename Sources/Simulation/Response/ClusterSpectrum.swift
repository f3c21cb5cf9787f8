import Detector
import Foundation
import Statistics

/// The spectrum of beam-background clusters, ready to draw from. The energies of the last bin, which is open, fall as the sum of
/// two exponentials.
struct ClusterSpectrum {
  /// Clusters per event at b = 1.
  var clusters: Double { energySums.last ?? 0 }
  private let energies: [BeamBackground.Bin]
  private let energySums: [Double]
  private let angles: [BeamBackground.Bin]
  private let angleSums: [Double]
  private let tail: BeamBackground.ClusterTail

  init(_ background: BeamBackground) {
    func sums(_ bins: [BeamBackground.Bin]) -> [Double] {
      bins.reduce(into: []) { $0.append(($0.last ?? 0) + $1.clusters) }
    }
    energies = background.clusterEnergies
    angles = background.clusterAngles
    energySums = sums(energies)
    angleSums = sums(angles)
    tail = background.clusterTail
  }

  /// An energy, GeV.
  func energy(_ random: inout CounterRandom) -> Double { energy(from: 0, &random) }

  /// An energy in a range, GeV; the range must hold a part of the spectrum.
  func energy(in range: Range<Double>, _ random: inout CounterRandom) -> Double {
    let first = energies.firstIndex { $0.high > range.lowerBound } ?? energies.count - 1
    while true {
      let energy = energy(from: first, &random)
      if range.contains(energy) { return energy }
    }
  }

  /// A polar angle, rad.
  func angle(_ random: inout CounterRandom) -> Double {
    let bin = angles[draw(angleSums, from: 0, &random)]
    return random.uniform(bin.low, bin.high)
  }

  /// Clusters per event at b = 1 with an energy in a range, GeV.
  func clusters(in range: Range<Double>) -> Double {
    clusters(above: range.lowerBound) - clusters(above: range.upperBound)
  }

  private func clusters(above energy: Double) -> Double {
    var sum = 0.0
    for bin in energies.dropLast() {
      sum += bin.clusters * min(1, max(0, (bin.high - energy) / (bin.high - bin.low)))
    }
    guard let last = energies.last else { return sum }
    let beyond = max(0, energy - last.low)
    guard beyond.isFinite else { return sum }
    let hard = tail.hardShare * PortableMath.exp(-beyond / tail.hardSlope)
    let soft = (1 - tail.hardShare) * PortableMath.exp(-beyond / tail.softSlope)
    return sum + last.clusters * (hard + soft)
  }

  private func energy(from first: Int, _ random: inout CounterRandom) -> Double {
    let index = draw(energySums, from: first, &random)
    let bin = energies[index]
    guard index == energies.count - 1 else { return random.uniform(bin.low, bin.high) }
    let slope = random.uniform() < tail.hardShare ? tail.hardSlope : tail.softSlope
    return bin.low + slope * random.exponential()
  }

  /// The bin of a cumulative distribution, not before `first`.
  private func draw(_ sums: [Double], from first: Int, _ random: inout CounterRandom) -> Int {
    let below = first > 0 ? sums[first - 1] : 0
    let target = random.uniform(below, sums[sums.count - 1])
    var index = first
    while index < sums.count - 1, sums[index] <= target { index += 1 }
    return index
  }
}
