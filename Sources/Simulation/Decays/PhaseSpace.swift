import Foundation
import Kinematics
import Statistics

/// Momenta uniform in the phase space of any number of particles.
public enum PhaseSpace {
  /// Momenta of one or more particles, uniform in phase space, in the frame where they sum to zero.
  ///
  /// Two particles go back to back; three are drawn by the mass of the last two; more by the chain of masses that G. I. Kopylov
  /// and F. James describe (CERN 68-15, 1968, section 3: "GENBOD"), made unweighted by rejection against the product of the largest
  /// momenta.
  /// - Parameters:
  ///   - masses: GeV, at least one.
  ///   - energy: sum of the energies, GeV, above the sum of the masses.
  ///   - random: source of numbers; how many are taken differs from event to event.
  /// - Returns: four-momenta in the order of the masses.
  public static func momenta(of masses: [Double], energy: Double, _ random: inout CounterRandom) -> [FourVector] {
    switch masses.count {
    case 0: return []
    case 1: return [FourVector(px: 0, py: 0, pz: 0, energy: energy)]
    case 2:
      let momentum = breakUpMomentum(energy, masses[0], masses[1])
      let direction = isotropicDirection(&random)
      return [
        FourVector(momentum: momentum * direction, mass: masses[0]),
        FourVector(momentum: -momentum * direction, mass: masses[1]),
      ]
    case 3: return three(masses, energy, &random)
    default: return chain(masses, energy, &random)
    }
  }

  /// Momentum of both products of a two-body decay, GeV; 0 below threshold.
  /// - Parameters:
  ///   - mass: mass of the mother, GeV.
  ///   - first: mass of a product, GeV.
  ///   - second: mass of the other product, GeV.
  public static func breakUpMomentum(_ mass: Double, _ first: Double, _ second: Double) -> Double {
    let sum = first + second
    let difference = first - second
    let product = (mass * mass - sum * sum) * (mass * mass - difference * difference)
    return product > 0 ? product.squareRoot() / (2 * mass) : 0
  }

  /// A direction uniform on the sphere.
  public static func isotropicDirection(_ random: inout CounterRandom) -> Vector3 {
    let cosine = random.uniform(-1, 1)
    let phi = random.uniform(-Double.pi, Double.pi)
    let sine = max(0, 1 - cosine * cosine).squareRoot()
    return Vector3(sine * cos(phi), sine * sin(phi), cosine)
  }

  private static func three(_ masses: [Double], _ energy: Double, _ random: inout CounterRandom) -> [FourVector] {
    // The mass of the pair (1, 2) has the density p(pair in mother) x p(1 in pair): drawn by rejection.
    let low = masses[1] + masses[2]
    let high = energy - masses[0]
    let bound = breakUpMomentum(energy, masses[0], low) * breakUpMomentum(high, masses[1], masses[2])
    var pair = 0.5 * (low + high)
    for _ in 0..<1000 {
      let candidate = random.uniform(low, high)
      let density =
        breakUpMomentum(energy, masses[0], candidate) * breakUpMomentum(candidate, masses[1], masses[2])
      if random.uniform() * bound <= density {
        pair = candidate
        break
      }
    }
    let outer = momenta(of: [masses[0], pair], energy: energy, &random)
    let inner = momenta(of: [masses[1], masses[2]], energy: pair, &random)
    guard let boost = Boost(toRestFrameOf: outer[1])?.inverse else { return [outer[0]] + inner }
    return [outer[0], boost.apply(inner[0]), boost.apply(inner[1])]
  }

  /// Four and more: system k holds particles 0 to k; its mass is the sum of theirs and an ordered share of what is free.
  private static func chain(_ masses: [Double], _ energy: Double, _ random: inout CounterRandom) -> [FourVector] {
    let count = masses.count
    let free = max(0, energy - masses.reduce(0, +))
    var bound = 1.0
    var least = 0.0
    var most = free + masses[0]
    for index in 1..<count {
      least += masses[index - 1]
      most += masses[index]
      bound *= breakUpMomentum(most, least, masses[index])
    }
    var systems = Array(repeating: energy, count: count)
    for _ in 0..<100_000 {
      var shares = (0..<(count - 2)).map { _ in random.uniform() }
      shares.sort()
      var sum = masses[0]
      systems[0] = sum
      for index in 1..<(count - 1) {
        sum += masses[index]
        systems[index] = sum + shares[index - 1] * free
      }
      var weight = 1.0
      for index in 1..<count { weight *= breakUpMomentum(systems[index], systems[index - 1], masses[index]) }
      if random.uniform() * bound <= weight { break }
    }
    // From the smallest system outwards: each step lets the system recoil against the next particle.
    var result = [FourVector(px: 0, py: 0, pz: 0, energy: masses[0])]
    for index in 1..<count {
      let pair = momenta(of: [systems[index - 1], masses[index]], energy: systems[index], &random)
      if index == 1 {
        result = [pair[0]]
      } else if let boost = Boost(toRestFrameOf: pair[0])?.inverse {
        result = result.map { boost.apply($0) }
      }
      result.append(pair[1])
    }
    return result
  }
}
