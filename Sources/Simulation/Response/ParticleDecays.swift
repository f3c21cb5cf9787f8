import Foundation
import Kinematics
import Statistics

/// Decays of the long-lived particles that generators leave undecayed: modes of more than half a percent (Particle Data
/// Group 2024), with momenta uniform in phase space.
enum ParticleDecays {
  /// One mode: its share of all decays and the codes of its products.
  private struct Mode {
    let fraction: Double
    let products: [Int32]

    init(_ fraction: Double, _ products: Int32...) {
      self.fraction = fraction
      self.products = products
    }
  }

  /// Modes of particles (antiparticles decay to antiparticles), by code.
  private static let modes: [Int32: [Mode]] = [
    13: [Mode(1, 11, -12, 14)],
    111: [Mode(0.988, 22, 22), Mode(0.012, 11, -11, 22)],
    130: [
      Mode(0.2028, -211, -11, 12), Mode(0.2028, 211, 11, -12), Mode(0.1352, -211, -13, 14), Mode(0.1352, 211, 13, -14),
      Mode(0.1952, 111, 111, 111), Mode(0.1254, 211, -211, 111),
    ],
    211: [Mode(1, -13, 14)],
    221: [
      Mode(0.394, 22, 22), Mode(0.327, 111, 111, 111), Mode(0.230, 211, -211, 111), Mode(0.043, 211, -211, 22),
    ],
    310: [Mode(0.692, 211, -211), Mode(0.307, 111, 111)],
    311: [Mode(0.5, 310), Mode(0.5, 130)],
    321: [
      Mode(0.6356, -13, 14), Mode(0.2067, 211, 111), Mode(0.0558, 211, 211, -211), Mode(0.0507, 111, -11, 12),
      Mode(0.0335, 111, -13, 14), Mode(0.0176, 211, 111, 111),
    ],
    3112: [Mode(1, 2112, -211)],
    3122: [Mode(0.641, 2212, -211), Mode(0.359, 2112, 111)],
    3222: [Mode(0.516, 2212, 111), Mode(0.483, 2112, 211)],
    3312: [Mode(1, 3122, -211)],
    3322: [Mode(1, 3122, 111)],
    3334: [Mode(0.678, 3122, -321), Mode(0.236, 3322, -211), Mode(0.086, 3312, 111)],
  ]

  /// The products of one decay with their momenta in the mother's rest frame; empty if the particle does not decay here.
  static func draw(pdg: Int32, mass: Double, _ random: inout CounterRandom) -> [(pdg: Int32, momentum: FourVector)] {
    guard let list = modes[Int32(clamping: Int(pdg.magnitude))] else { return [] }
    let total = list.reduce(0) { $0 + $1.fraction }
    var left = random.uniform() * total
    var chosen = list[0]
    for mode in list {
      chosen = mode
      left -= mode.fraction
      if left < 0 { break }
    }
    let products = chosen.products.map { code in
      // What is its own antiparticle keeps its code.
      pdg < 0 && ParticleTable.properties(of: code)?.hasAntiparticle == true ? -code : code
    }
    let masses = products.map { ParticleTable.mass(of: $0) ?? 0 }
    return Array(zip(products, PhaseSpace.momenta(of: masses, energy: mass, &random)))
  }
}
