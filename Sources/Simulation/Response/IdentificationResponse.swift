import Detector
import Foundation
import Kinematics
import Statistics

/// Likelihoods of the particle-identification detectors, one set per charged particle that reaches them.
///
/// The readout holds no hits of these detectors: the five likelihoods are drawn from the measured probabilities to pass
/// ratio cuts, given what the particle is. That is the one response made from truth instead of hits. A draw first decides
/// which hypothesis wins clearly (ratio above 0.8), as often as measured; otherwise the true one shares with one other.
struct IdentificationResponse {
  /// Polar angles covered: forward ring-imaging detector and barrel; nothing backward of it.
  private static let covered = 14 * Units.degree...128 * Units.degree

  private let table: IdentificationTable

  init(_ table: IdentificationTable) { self.table = table }

  /// Adds the likelihoods of a particle that reaches the calorimeter.
  func add(_ particle: MovingParticle, to builders: inout SimulatedEventBuilders, _ random: inout CounterRandom) {
    let theta = particle.position.theta
    guard Self.covered.contains(theta),
      let species = IdentificationTable.pdg.firstIndex(of: Int32(clamping: Int(particle.pdg.magnitude)))
    else { return }
    let momentum = particle.momentum.length
    var ratios = InlineArray<5, Double>(repeating: 0)
    var left = random.uniform()
    var winner = -1
    for hypothesis in 0..<5 {
      left -= table.probability(species: species, as: hypothesis, momentum: momentum).tight
      if left < 0 {
        winner = hypothesis
        break
      }
    }
    if winner >= 0 {
      // A clear winner has 0.8 to 1, mostly near 1; the rest goes to the others as they are confused with it.
      let rest = 0.2 * pow(random.uniform(), 3)
      fill(&ratios, rest, except: winner, species, momentum, &random)
      ratios[winner] = 1 - rest
    } else {
      let partner = ambiguousPartner(of: species, momentum, &random)
      let share = random.uniform(0.22, 0.78)
      fill(&ratios, 0.02, except: species, species, momentum, &random)
      ratios[species] += 0.98 * share
      ratios[partner] += 0.98 * (1 - share)
    }
    var logarithms = InlineArray<5, Float>(repeating: 0)
    for hypothesis in 0..<5 { logarithms[hypothesis] = Float(log(max(ratios[hypothesis], 1e-9))) }
    builders.identification.append(
      theta: Float(theta), phi: Float(particle.position.phi), logLikelihood: logarithms.span)
  }

  /// Spreads a small likelihood over the other hypotheses.
  private func fill(
    _ ratios: inout InlineArray<5, Double>, _ total: Double, except winner: Int, _ species: Int, _ momentum: Double,
    _ random: inout CounterRandom
  ) {
    var sum = 0.0
    for hypothesis in 0..<5 where hypothesis != winner {
      ratios[hypothesis] =
        random.exponential() * (0.01 + table.probability(species: species, as: hypothesis, momentum: momentum).loose)
      sum += ratios[hypothesis]
    }
    for hypothesis in 0..<5 where hypothesis != winner { ratios[hypothesis] *= total / sum }
  }

  /// The hypothesis an ambiguous track shares its likelihood with: as often as it passes the loose but not the tight cut.
  private func ambiguousPartner(of species: Int, _ momentum: Double, _ random: inout CounterRandom) -> Int {
    var weights = InlineArray<5, Double>(repeating: 0)
    var sum = 0.0
    for hypothesis in 0..<5 where hypothesis != species {
      let (loose, tight) = table.probability(species: species, as: hypothesis, momentum: momentum)
      weights[hypothesis] = max(1e-6, loose - tight)
      sum += weights[hypothesis]
    }
    var left = random.uniform() * sum
    for hypothesis in 0..<5 where hypothesis != species {
      left -= weights[hypothesis]
      if left < 0 { return hypothesis }
    }
    return species == 4 ? 3 : 4
  }
}
