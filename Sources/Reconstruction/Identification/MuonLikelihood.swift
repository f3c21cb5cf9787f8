import Statistics

/// How likely a pattern of layers with hits is for a muon and for a hadron.
///
/// Either goes through the layers up to a last one, where it has lost its energy or, a hadron, is absorbed in the
/// iron. In the layers up to there each plane has a hit with its efficiency, beyond it only by noise. The last layer
/// is not known: the likelihood is summed over all.
enum MuonLikelihood {
  /// A layer on the path.
  struct Layer {
    var crossing: MuonPath.Crossing
    /// Planes with a matched hit, 0 to 2.
    var planes: Int
  }

  /// Energy a minimum-ionising particle loses before the first layer and in one iron plate at normal incidence, GeV.
  private static let lossBefore = 0.27
  private static let lossInPlate = 0.0536
  /// Relative spread of the loss.
  private static let straggling = 0.13
  /// Share of muons that go astray before the first layer: scattered out, decayed.
  private static let lostMuons = 0.02
  /// Share of hadrons that pass calorimeter and coil, and what survives of them in one plate: exp(-0.35).
  private static let passingHadrons = 0.55
  private static let absorption = 0.35
  /// What survives up to a layer, by its number.
  private static let survival = (0..<32).map { PortableMath.exp(-absorption * Double($0)) }
  /// Pions that decay to muons on their way, per GeV of inverse momentum: two metres of 56 metres each.
  private static let decays = 0.036
  /// Logarithms of the probability of a hit and of none where the particle goes through, and where it does not.
  private static let hit = PortableMath.log(0.94)
  private static let noHit = PortableMath.log(0.06)
  private static let noise = PortableMath.log(0.006)
  private static let noNoise = PortableMath.log(0.994)

  /// Energy lost before a layer, GeV.
  static func loss(before crossing: MuonPath.Crossing) -> Double {
    (lossBefore + lossInPlate * Double(crossing.layer - 1)) / max(0.2, crossing.cosine)
  }

  /// Score of a muon against a hadron, equally many of each, 1e-4 to 1 - 1e-4.
  /// - Parameters:
  ///   - layers: in the order in which they are crossed.
  ///   - momentum: GeV.
  ///   - muonRange: energy a muon can lose behind the calorimeter, in units of a minimum-ionising particle, GeV.
  ///   - pionRange: the same for a pion.
  static func score(
    _ layers: [Layer], momentum: Double, muonRange: Double, pionRange: Double
  ) -> Float {
    // Logarithm of the likelihood if the particle ends before the first layer; each layer it passes changes it.
    var logarithm = 0.0
    for layer in layers { logarithm += outside(layer.planes) }
    let decay = min(0.2, decays / max(momentum, 0.1))
    var muon = 0.0
    var hadron = 0.0
    var muonReach = 1.0
    var hadronReach = 1.0
    for index in 0...layers.count {
      var nextMuon = 0.0
      var nextHadron = 0.0
      if index < layers.count {
        let lost = loss(before: layers[index].crossing)
        nextMuon = min(muonReach, (1 - lostMuons) * passes(muonRange / lost))
        let strong = passingHadrons * survival[layers[index].crossing.layer & 31] * passes(pionRange / lost)
        nextHadron = min(hadronReach, (1 - decay) * strong + decay * nextMuon)
      }
      let likelihood = PortableMath.exp(max(logarithm, -200))
      muon += (muonReach - nextMuon) * likelihood
      hadron += (hadronReach - nextHadron) * likelihood
      muonReach = nextMuon
      hadronReach = nextHadron
      if index < layers.count { logarithm += inside(layers[index].planes) - outside(layers[index].planes) }
    }
    let score = muon / max(muon + hadron, 1e-300)
    return Float(min(max(score, 1e-4), 1 - 1e-4))
  }

  private static func inside(_ planes: Int) -> Double { Double(planes) * hit + Double(2 - planes) * noHit }

  private static func outside(_ planes: Int) -> Double { Double(planes) * noise + Double(2 - planes) * noNoise }

  /// Probability that the loss, which fluctuates about its mean, leaves something of the range.
  private static func passes(_ rangeOverLoss: Double) -> Double {
    // The normal distribution function to a hundredth.
    let deviations = min(max((rangeOverLoss - 1) / straggling, -20), 20)
    return 1 / (1 + PortableMath.exp(-1.702 * deviations))
  }
}
