import Detector
import EventModel
import Kinematics
import Reconstruction
import Statistics

/// An event of tracks and photons put together from four-vectors, without hits: what candidates are made of, with exact kinematics.
struct AssembledEvent {
  private let detector: DetectorModel
  private var random: CounterRandom
  private var tracks: [ReconstructedTrack] = []
  private var clusters: [ReconstructedCluster] = []

  init(_ detector: DetectorModel, seed: UInt64) {
    self.detector = detector
    random = CounterRandom(seed: seed, experiment: 1, run: 1, event: 0, purpose: .decay)
  }

  /// Two-body decay in a direction at random, in the laboratory.
  mutating func decay(_ mother: FourVector, _ first: Double, _ second: Double) -> (FourVector, FourVector) {
    let mass = mother.mass
    let sum = (first + second) * (first + second)
    let difference = (first - second) * (first - second)
    let size = max(0, (mass * mass - sum) * (mass * mass - difference)).squareRoot() / (2 * mass)
    let cosine = random.uniform(-0.8, 0.8)
    let sine = (1 - cosine * cosine).squareRoot()
    let axis = Vector3(length: 1, theta: Double.pi / 2, phi: random.uniform(-Double.pi, Double.pi))
    let momentum = size * Vector3(sine * axis.x, sine * axis.y, cosine)
    guard let rest = Boost(toRestFrameOf: mother) else { return (.zero, .zero) }
    return (
      rest.inverse.apply(FourVector(momentum: momentum, mass: first)),
      rest.inverse.apply(FourVector(momentum: -momentum, mass: second))
    )
  }

  /// A track with small errors.
  mutating func add(_ vector: FourVector, charge: Double, as particle: PairHypothesis, at place: Vector3 = .zero) {
    let helix = Helix(position: place, momentum: vector.momentum, charge: charge)
    var track = ReconstructedTrack()
    track.d0 = Float(helix.d0)
    track.phi0 = Float(helix.phi0)
    track.omega = Float(helix.omega)
    track.z0 = Float(helix.z0)
    track.tanLambda = Float(helix.tanLambda)
    for (lane, error) in [(0, 2e-3), (2, 1e-4), (5, 1e-6), (9, 2e-3), (14, 1e-4)] as [(Int, Float)] {
      track.covariance[lane] = error * error
    }
    track.chamberHits = 30
    track.degreesOfFreedom = 25
    track.muon = particle == .muons ? 1 : 0
    track.electron = particle == .electrons ? 1 : 0
    tracks.append(track)
  }

  /// A cluster without a track.
  mutating func add(photon: FourVector) {
    var cluster = ReconstructedCluster()
    cluster.energy = Float(photon.energy)
    cluster.theta = Float(photon.theta)
    cluster.phi = Float(photon.phi)
    cluster.e9OverE21 = 0.95
    clusters.append(cluster)
  }

  /// A track and a cluster whose numbers are none, and a track without momentum.
  mutating func addBroken() {
    var track = ReconstructedTrack()
    tracks.append(track)
    track.omega = .nan
    track.d0 = .infinity
    tracks.append(track)
    track.omega = -1e-30
    track.covariance = SIMD16(repeating: -.infinity)
    tracks.append(track)
    var cluster = ReconstructedCluster()
    cluster.energy = .nan
    clusters.append(cluster)
    cluster.energy = .infinity
    clusters.append(cluster)
  }

  /// What the finder makes of it.
  func candidates() -> [ReconstructedCandidate] {
    var vertices = VertexFinder(detector)
    vertices.find(tracks[...], region: InteractionRegion(detector.beams))
    var finder = CandidateFinder(detector.beams)
    finder.find(tracks[...], clusters[...], vertices.vertices[...], origin: .zero)
    return finder.candidates
  }
}
