import Kinematics
import Statistics

extension SignalGenerator {
  /// Makes a pair of taus, one of which, either charge alike, decays to the new particle and others by phase space; the other one
  /// decays generically.
  mutating func tauDecay(
    to others: [Int32], mass: Double, into event: inout GeneratedEvent, _ random: inout CounterRandom
  ) {
    let pair = taus.pair(into: &event, &random)
    guard pair.count == 2 else { return }
    let signal = random.chance(0.5) ? pair[0] : pair[1]
    let partner = signal == pair[0] ? pair[1] : pair[0]
    let isAnti = event.pdg[signal] < 0
    // The new particle keeps its number: it is its own antiparticle.
    let codes = others.map { isAnti ? -$0 : $0 } + (model.process.newParticle.map { [$0] } ?? [])
    let masses = others.map { ParticleTable.mass(of: $0) ?? 0 } + (model.process.newParticle == nil ? [] : [mass])
    let momenta = PhaseSpace.momenta(of: masses, energy: Mass.tau, &random)
    let indices = TauPairs.decay(signal, to: Array(zip(codes, momenta)), in: &event, &random)
    if !model.process.products.isEmpty, let particle = indices.last {
      event.setStatus(GeneratedEvent.Status.decayed, of: particle)
      let end = event.flightEnd(of: particle, decayLength: model.decayLength, &random)
      event.appendProducts(
        HeavyNeutralLepton.decay(mass: mass, &random), of: particle, vertex: end)
    }
    TauPairs.decay(partner, in: &event, isOneProng: model.isOneProng, &random)
  }
}

/// The decay of a heavy neutral lepton that mixes with the tau neutrino to mu+ mu- nu_tau through a virtual Z.
enum HeavyNeutralLepton {
  /// Couplings of the Z to left- and right-handed muons, -1/2 + sin^2 and sin^2 of the weak mixing angle.
  private static let left = -0.5 + 0.2312
  private static let right = 0.2312

  /// Draws one decay, without polarisation; N is a Majorana particle: neutrino and antineutrino are equally likely.
  ///
  /// The squared matrix element is g_L^2 (N.mu+)(nu.mu-) + g_R^2 (N.mu-)(nu.mu+) + g_L g_R m_mu^2 (N.nu), with the muons exchanged for the
  /// antineutrino (A. Atre et al., arXiv:0901.3589, appendix C).
  /// - Parameters:
  ///   - mass: GeV, above two muons.
  ///   - random: source of numbers.
  /// - Returns: mu-, mu+ and neutrino with momenta in the rest frame, GeV.
  static func decay(mass: Double, _ random: inout CounterRandom) -> [(pdg: Int32, momentum: FourVector)] {
    let isAnti = random.chance(0.5)
    let rest = FourVector(px: 0, py: 0, pz: 0, energy: mass)
    // Either product of momenta is M E (M^2 - 2 M E)/2 for a muon of energy E, at most M^4/16.
    let bound = mass * mass * mass * mass / 16 * (left * left + right * right)
    var momenta: [FourVector] = []
    for _ in 0..<10_000 {
      momenta = PhaseSpace.momenta(of: [Mass.muon, Mass.muon, 0], energy: mass, &random)
      let (minus, plus) = isAnti ? (momenta[1], momenta[0]) : (momenta[0], momenta[1])
      let weight: Double =
        left * left * rest.dot(plus) * momenta[2].dot(minus) + right * right * rest.dot(minus) * momenta[2].dot(plus)
        + left * right * Mass.muon * Mass.muon * rest.dot(momenta[2])
      if random.uniform() * bound < weight { break }
    }
    return [(13, momenta[0]), (-13, momenta[1]), (isAnti ? -16 : 16, momenta[2])]
  }
}
