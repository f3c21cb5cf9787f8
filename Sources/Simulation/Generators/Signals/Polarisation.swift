import Kinematics
import Statistics

/// In which states of polarisation a spin-1 particle was made: what its decay needs to know of its production.
///
/// The sum over everything unobserved of amplitude times conjugate amplitude is written as a sum of products of real four-vectors, the real
/// and imaginary parts of the amplitudes; all of them are orthogonal to the particle's momentum.
struct Polarisation {
  /// The vectors, in the frame in which `momentum` is given; none for a particle without a preferred direction.
  private(set) var vectors: [FourVector]
  /// Momentum of the particle, GeV.
  let momentum: FourVector

  /// All directions alike.
  static func none(_ momentum: FourVector) -> Polarisation { Polarisation([], momentum) }

  /// The states of amplitudes; what they have along the momentum of the particle is taken off.
  init(_ amplitudes: [FourVector], _ momentum: FourVector) {
    self.momentum = momentum
    let perMass = 1 / momentum.massSquared
    vectors = amplitudes.map { vector in
      let along = perMass * vector.dot(momentum)
      return FourVector(
        momentum: vector.momentum - along * momentum.momentum, energy: vector.energy - along * momentum.energy)
    }
  }

  /// Sum over the states: proportional to the rate of the production.
  var total: Double { vectors.reduce(0) { $0 - $1.dot($1) } }

  /// Sum over the states of the squared product with a momentum.
  private func along(_ momentum: FourVector) -> Double {
    vectors.reduce(0) {
      let product = $1.dot(momentum)
      return $0 + product * product
    }
  }

  /// Draws the decay of the particle to a fermion and its antiparticle (current gamma^mu: 1 + cos^2 for transverse states of fast fermions) or
  /// to two spinless particles (sin^2).
  /// - Parameters:
  ///   - masses: of the two products, GeV.
  ///   - isFermion: true for spin 1/2.
  ///   - random: source of numbers.
  /// - Returns: momenta in the frame of `momentum`.
  func decay(to masses: [Double], isFermion: Bool, _ random: inout CounterRandom) -> [FourVector] {
    let mass = momentum.mass
    guard let boost = Boost(toRestFrameOf: momentum)?.inverse else { return [] }
    let size = PhaseSpace.breakUpMomentum(mass, masses[0], masses[1])
    let total = total
    var products: [FourVector] = []
    // Each try is accepted with at least a third on average.
    for _ in 0..<1000 {
      products = PhaseSpace.momenta(of: masses, energy: mass, &random).map { boost.apply($0) }
      guard total > 0, size > 0 else { break }
      let share = along(products[0]) / (size * size * total)
      let probability = isFermion ? 1 - 4 * size * size / (mass * mass) * share : share
      if random.uniform() < probability { break }
    }
    return products
  }
}
