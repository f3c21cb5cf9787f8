import Kinematics
import Reconstruction
import Statistics

/// Identified tracks of many events beside the particles that made them, counted.
public struct IdentificationSample: Sendable {
  /// How often tracks of one kind pass a cut on the probability of each kind.
  public struct Row: Sendable {
    /// Above the loose threshold, by hypothesis.
    public var loose = [Efficiency](repeating: Efficiency(), count: Hypothesis.allCases.count)
    /// Above the tight threshold.
    public var tight = [Efficiency](repeating: Efficiency(), count: Hypothesis.allCases.count)
  }

  /// What the scores of the high-level trigger and the charge of the hits say.
  public struct Scores: Sendable {
    /// Muon score over 1/2.
    public var muon = Efficiency()
    /// Electron score over 1/2.
    public var electron = Efficiency()
    /// Tracks with a cluster.
    public var cluster = Efficiency()
    /// Clusters of the track's own particle.
    public var ownCluster = Efficiency()
    /// Charge over what Bethe's formula gives for the true kind, minus 1, percent.
    public var ionisation: [Double] = []
  }

  /// Borders of the bins in momentum, GeV: those of the reference.
  public static let momentumEdges = [0, 0.5, 1, 1.5, 2, 2.5, 3, 4, 5]
  /// Borders for the scores, GeV.
  public static let scoreEdges = [0.2, 0.4, 0.6, 0.8, 1, 2, 3, 4, 5]
  /// Thresholds on the probability.
  public static let thresholds = (loose: Float(0.2), tight: Float(0.8))

  /// Events.
  public private(set) var events = 0
  /// By true kind, in bins of the true momentum.
  public private(set) var kinds = [[Row]](
    repeating: [Row](repeating: Row(), count: momentumEdges.count - 1), count: Hypothesis.allCases.count)
  /// By true kind, in bins of the true momentum.
  public private(set) var scores = [[Scores]](
    repeating: [Scores](repeating: Scores(), count: scoreEdges.count - 1), count: Hypothesis.allCases.count)

  /// No events yet.
  public init() {}

  /// Adds an event: its tracks, what they were taken for, and the particles that made them.
  /// - Parameter owners: particle of each cluster, position in the event's truth.
  public mutating func add(
    _ tracks: ArraySlice<ReconstructedTrack>, identifications: ArraySlice<TrackIdentification>,
    particles: [TrackTruth.Particle], assignments: [TrackTruth.Assignment], owners: [Int]
  ) {
    events += 1
    for ((track, identification), assignment) in zip(zip(tracks, identifications), assignments) {
      guard let place = assignment.particle, !assignment.isClone else { continue }
      let particle = particles[place]
      guard particle.isPrimary, particle.radius < TrackingSample.promptRadius,
        let truth = Hypothesis(pdg: particle.pdg)
      else { continue }
      let momentum = particle.pT * (1 + particle.helix.tanLambda * particle.helix.tanLambda).squareRoot()
      if let bin = TrackingSample.bin(momentum, Self.momentumEdges) {
        for hypothesis in Hypothesis.allCases {
          let probability = identification.probability(of: hypothesis)
          kinds[truth.rawValue][bin].loose[hypothesis.rawValue].fill(passed: probability > Self.thresholds.loose)
          kinds[truth.rawValue][bin].tight[hypothesis.rawValue].fill(passed: probability > Self.thresholds.tight)
        }
      }
      if let bin = TrackingSample.bin(momentum, Self.scoreEdges) {
        scores[truth.rawValue][bin].fill(track, identification, particle, momentum, truth, owners)
      }
    }
  }
}

extension IdentificationSample.Scores {
  mutating func fill(
    _ track: ReconstructedTrack, _ identification: TrackIdentification, _ particle: TrackTruth.Particle,
    _ momentum: Double, _ truth: Hypothesis, _ owners: [Int]
  ) {
    muon.fill(passed: track.muon > 0.5)
    electron.fill(passed: track.electron > 0.5)
    cluster.fill(passed: track.cluster >= 0)
    if owners.indices.contains(Int(track.cluster)) {
      ownCluster.fill(passed: owners[Int(track.cluster)] == particle.place)
    }
    if identification.ionisationHits > 0 {
      let expected = Ionisation.relative(betaGamma: momentum / truth.mass)
      ionisation.append(100 * (Double(identification.relativeIonisation) / expected - 1))
    }
  }
}

extension Hypothesis {
  /// The kind of a particle code, either charge.
  init?(pdg: Int32) {
    switch pdg.magnitude {
    case 11: self = .electron
    case 13: self = .muon
    case 211: self = .pion
    case 321: self = .kaon
    case 2212: self = .proton
    default: return nil
    }
  }

  /// Symbol in tables.
  var symbol: String {
    switch self {
    case .electron: "e"
    case .muon: "mu"
    case .pion: "pi"
    case .kaon: "K"
    case .proton: "p"
    }
  }
}
