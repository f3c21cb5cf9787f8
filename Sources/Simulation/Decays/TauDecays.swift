import Kinematics
import Statistics

/// Decays of tau leptons without polarisation: the thirteen modes above a quarter of a per cent (Particle Data Group 2024), 97.6 % of all,
/// scaled to one.
///
/// Leptonic modes have the V-A matrix element; two pions (K pi) that of a vector current with a Breit-Wigner of the rho (K*); three pions the
/// line shapes of a1 and rho but angles of phase space; four pions phase space. Masses and widths of rho and a1 are those that give the measured
/// spectra with widths that do not change along the line. What follows
/// from the spins of both taus together is missing.
public enum TauDecays {
  /// What weights phase space.
  private enum Shape {
    case phaseSpace
    /// Lepton, its antineutrino, tau neutrino.
    case leptonic
    /// Two mesons of a vector resonance of a mass and width, GeV, and the neutrino last.
    case vector(mass: Double, width: Double)
    /// Three pions of an a1, the third of them with a rho in pairs with either other, and the neutrino last.
    case axial
  }

  /// A mode of the tau-: its share of all decays, its products, and what weights them.
  private struct Mode {
    let fraction: Double
    let products: [Int32]
    let shape: Shape

    init(_ fraction: Double, _ products: [Int32], _ shape: Shape = .phaseSpace) {
      self.fraction = fraction
      self.products = products
      self.shape = shape
    }

    /// Whether one charged particle alone comes from the tau (a K0 may add two later).
    var isOneProng: Bool { products.count { ParticleTable.charge(of: $0) ?? 0 != 0 } == 1 }
  }

  private static let rho = Shape.vector(mass: 0.768, width: 0.150)
  private static let kStar = Shape.vector(mass: 0.8917, width: 0.0514)
  private static let modes = [
    Mode(0.1782, [11, -12, 16], .leptonic), Mode(0.1739, [13, -14, 16], .leptonic),
    Mode(0.1082, [-211, 16]), Mode(0.2549, [-211, 111, 16], rho),
    Mode(0.0926, [111, 111, -211, 16], .axial), Mode(0.0104, [-211, 111, 111, 111, 16]),
    Mode(0.00696, [-321, 16]), Mode(0.00433, [-321, 111, 16], kStar), Mode(0.00838, [-311, -211, 16], kStar),
    Mode(0.0899, [-211, -211, 211, 16], .axial), Mode(0.0449, [-211, -211, 211, 111, 16]),
    Mode(0.00293, [-321, -211, 211, 16]), Mode(0.0025, [-321, 111, 111, 16]),
  ]
  private static let oneProng = modes.filter(\.isOneProng)

  /// Draws one decay.
  /// - Parameters:
  ///   - pdg: 15 or -15.
  ///   - isOneProng: true to leave out modes of three charged particles.
  ///   - random: source of numbers.
  /// - Returns: products with momenta in the rest frame of the tau, GeV.
  public static func draw(pdg: Int32, isOneProng: Bool = false, _ random: inout CounterRandom) -> [(
    pdg: Int32, momentum: FourVector
  )] {
    let list = isOneProng ? oneProng : modes
    var left = random.uniform() * list.reduce(0) { $0 + $1.fraction }
    var chosen = list[0]
    for mode in list {
      chosen = mode
      left -= mode.fraction
      if left < 0 { break }
    }
    let masses = chosen.products.map { ParticleTable.mass(of: $0) ?? 0 }
    let momenta = momenta(of: masses, chosen.shape, &random)
    return zip(chosen.products, momenta).map { code, momentum in
      (pdg < 0 && ParticleTable.properties(of: code)?.hasAntiparticle == true ? -code : code, momentum)
    }
  }

  private static func momenta(of masses: [Double], _ shape: Shape, _ random: inout CounterRandom) -> [FourVector] {
    let bound = largestWeight(masses, shape)
    var momenta: [FourVector] = []
    for _ in 0..<100_000 {
      momenta = PhaseSpace.momenta(of: masses, energy: Mass.tau, &random)
      if random.uniform() * bound <= weight(momenta, shape) { break }
    }
    return momenta
  }

  /// The squared matrix element up to a constant.
  private static func weight(_ momenta: [FourVector], _ shape: Shape) -> Double {
    let tau = FourVector(px: 0, py: 0, pz: 0, energy: Mass.tau)
    let neutrino = momenta[momenta.count - 1]
    switch shape {
    case .phaseSpace: return 1
    case .leptonic:
      // Tau and the antineutrino of the lepton, lepton and the neutrino of the tau.
      return tau.dot(momenta[1]) * momenta[0].dot(neutrino)
    case .vector(let mass, let width):
      let system = momenta[0] + momenta[1]
      let square = system.massSquared
      let difference = momenta[0] - momenta[1]
      let along = difference.dot(system) / square
      let current = FourVector(
        momentum: difference.momentum - along * system.momentum, energy: difference.energy - along * system.energy)
      let angular: Double =
        2 * tau.dot(current) * neutrino.dot(current) - current.massSquared * tau.dot(neutrino)
      return angular * resonance(square, mass, width)
    case .axial:
      let system = momenta[0] + momenta[1] + momenta[2]
      let square = system.massSquared
      let share = square / (Mass.tau * Mass.tau)
      let pairs =
        resonance((momenta[0] + momenta[2]).massSquared, 0.768, 0.150)
        + resonance((momenta[1] + momenta[2]).massSquared, 0.768, 0.150)
      return (1 - share) * (1 + 2 * share) * resonance(square, 1.06, 0.48) * pairs
    }
  }

  /// A Breit-Wigner of fixed width, 1 at its peak.
  private static func resonance(_ square: Double, _ mass: Double, _ width: Double) -> Double {
    let away = square - mass * mass
    let reach = mass * mass * width * width
    return reach / (away * away + reach)
  }

  /// A value that no weight exceeds.
  private static func largestWeight(_ masses: [Double], _ shape: Shape) -> Double {
    let tau = Mass.tau * Mass.tau
    switch shape {
    case .phaseSpace: return 1
    case .leptonic:
      // E (m^2 - 2 m E - m_l^2) m/2 at its best energy of the antineutrino.
      let free = tau - masses[0] * masses[0]
      return free * free / 16
    case .vector(let mass, let width):
      // For each mass of the two mesons the largest over their angle.
      let low = masses[0] + masses[1]
      var largest = 0.0
      for step in 1..<200 {
        let system = low + (Mass.tau - low) * Double(step) / 200
        let momentum = PhaseSpace.breakUpMomentum(system, masses[0], masses[1])
        let free = tau - system * system
        let forward = free / (2 * system)
        let angular: Double = 8 * momentum * momentum * forward * forward + 2 * momentum * momentum * free
        largest = max(largest, angular * resonance(system * system, mass, width))
      }
      return 1.05 * largest
    case .axial: return 2.25
    }
  }
}
