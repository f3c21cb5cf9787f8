import Kinematics
import Statistics

/// How likely the energy in the calorimeter is for each kind of particle of a known momentum.
///
/// Electrons leave all their energy, the others what they lose by ionisation; hadrons may shower instead and then
/// leave any part of their kinetic energy. The shower's shape enters as its likelihood ratio for electrons.
enum CalorimeterLikelihood {
  /// Energy a minimum-ionising particle loses in the crystals, most probable, GeV: 5.6 MeV/cm times 30 cm and a tail.
  private static let traversal = 0.175
  /// Share of hadrons that shower in the crystals (0.8 interaction lengths), and the part of their energy that is seen then.
  private static let showers = 0.40
  private static let visible = 0.2...0.9
  /// Logarithm of the ratio of likelihoods at a photon score of 1/2.
  private static let shapeOffset = -1.7
  /// Share of tracks at the calorimeter without a cluster: gaps and thresholds.
  private static let missing = SIMD8<Double>(0.02, 0.03, 0.04, 0.06, 0.06, 1, 1, 1)

  /// Natural logarithms of the likelihoods for e, mu, pi, K, p in the first five lanes; all equal without information.
  /// - Parameters:
  ///   - track: a track that reaches the calorimeter.
  ///   - cluster: its cluster, if it has one.
  static func logarithms(_ track: ReconstructedTrack, _ cluster: ReconstructedCluster?) -> SIMD8<Double> {
    var result = SIMD8<Double>(repeating: 0)
    guard let cluster else {
      for hypothesis in Hypothesis.allCases {
        result[hypothesis.rawValue] = PortableMath.log(missing[hypothesis.rawValue])
      }
      return result
    }
    for hypothesis in Hypothesis.allCases {
      result[hypothesis.rawValue] = PortableMath.log(density(hypothesis, track, cluster))
    }
    return result
  }

  /// Score of an electron against a pion, equally many of each: 0 to 1, and 0 without a cluster.
  static func electronScore(_ track: ReconstructedTrack, _ cluster: ReconstructedCluster?) -> Float {
    guard let cluster, track.momentum.isFinite else { return 0 }
    let electron = density(.electron, track, cluster)
    return Float(electron / (electron + density(.pion, track, cluster)))
  }

  /// Density of the energy, 1/GeV, times the likelihood ratio of the shape for electrons.
  private static func density(
    _ hypothesis: Hypothesis, _ track: ReconstructedTrack, _ cluster: ReconstructedCluster
  ) -> Double {
    let energy = Double(cluster.energy)
    let momentum = max(0.01, track.momentum)
    switch hypothesis {
    case .electron:
      let score = min(max(Double(cluster.photon), 1e-3), 1 - 1e-3)
      let shape = score / (1 - score) * PortableMath.exp(shapeOffset)
      return electron(energy, Double(cluster.energyError), momentum, track.relativeMomentumError)
        * min(max(shape, 0.05), 20)
    case .muon:
      return 0.97 * traversing(energy, momentum, Mass.muon) + 0.03 * flat(energy, 0, momentum)
    case .pion, .kaon, .proton:
      let mass = hypothesis.mass
      var available = (momentum * momentum + mass * mass).squareRoot() - mass
      // An antiproton annihilates with a nucleon.
      if hypothesis == .proton && track.charge < 0 { available += 2 * mass }
      let shower = flat(energy, visible.lowerBound * available, visible.upperBound * available)
      return (0.97 - showers) * traversing(energy, momentum, mass) + showers * shower
        + 0.03 * flat(energy, 0, momentum + 0.2)
    }
  }

  /// Energy of an electron: a peak at the momentum and a tail to what is left after radiation.
  private static func electron(
    _ energy: Double, _ error: Double, _ momentum: Double, _ relativeError: Double
  ) -> Double {
    let ratio = energy / momentum
    let spread = (error * error / (momentum * momentum) + relativeError * relativeError + 1e-4).squareRoot()
    // What is lost before the calorimeter.
    let mean = 0.99 - 0.008 / momentum
    let away = (ratio - mean) / spread
    let peak = PortableMath.exp(-0.5 * min(away * away, 200)) / (2.5066282746 * spread)
    let tail = ratio < mean ? PortableMath.exp((ratio - mean) / 0.1) / 0.1 : 0
    return (0.80 * peak + 0.17 * tail) / momentum + 0.03 * flat(energy, 0, 1.3 * momentum)
  }

  /// Energy of a particle that goes through or stops: steep below the most probable loss, with a long tail above.
  private static func traversing(_ energy: Double, _ momentum: Double, _ mass: Double) -> Double {
    let kinetic = (momentum * momentum + mass * mass).squareRoot() - mass
    let expected = min(traversal * Ionisation.relative(betaGamma: momentum / mass), 0.95 * kinetic)
    let below = 0.09 * expected + 0.008
    let above = 0.15 * expected + 0.010
    let away = (energy - expected) / (energy < expected ? below : above)
    let peak = PortableMath.exp(-0.5 * min(away * away, 200)) * 0.7978845608 / (below + above)
    let tail = energy > expected ? PortableMath.exp((expected - energy) / 0.12) / 0.12 : 0
    return 0.9 * peak + 0.05 * tail + 0.05 * flat(energy, 0, expected)
  }

  private static func flat(_ energy: Double, _ low: Double, _ high: Double) -> Double {
    energy >= low && energy <= high && high > low ? 1 / (high - low) : 1e-4
  }
}
