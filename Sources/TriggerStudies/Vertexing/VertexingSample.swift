import Kinematics
import Reconstruction
import Statistics

/// What validation counts on the vertices of a sample: efficiencies of K_S and displaced pairs, resolutions, pulls, purities.
public struct VertexingSample: Sendable {
  /// Decays in a bin of radius.
  public struct Finding: Sendable {
    /// Both tracks found.
    public var tracks = Efficiency()
    /// Both tracks found and in one vertex.
    public var vertex = Efficiency()
    /// The vertex also has the kind of the decay: K_S window.
    public var kind = Efficiency()
  }

  /// Residuals and pulls of vertices in a bin.
  public struct Residuals: Sendable {
    /// Across the beams in um: radius for decays, x for collision points.
    public var transverse: [Double] = []
    /// Along the beams in um.
    public var along: [Double] = []
    /// Of the mass in MeV.
    public var mass: [Double] = []
    /// Of the momentum in MeV.
    public var momentum: [Double] = []
    /// In units of the fit's errors: x, y, z, mass.
    public var pulls = [[Double]](repeating: [], count: 4)
    /// Angle between momentum and flight, mrad.
    public var pointing: [Double] = []
    /// Flight over its error.
    public var significance: [Double] = []
  }

  /// Borders of the radius of K_S decays, cm: those of the reference and what lies between and beyond.
  public static let kShortEdges: [Double] = [0, 1, 3, 4, 6, 8, 12, 13, 16, 25, 40, 60]
  /// Borders of the radius of signal decays, cm.
  public static let signalEdges: [Double] = [0, 1, 4, 8, 13, 17, 25, 40, 60, 80]
  /// Borders of the radius of two-track vertices of any origin, cm.
  public static let pairEdges: [Double] = [0, 0.05, 1, 4, 8, 16, 30, 60]
  /// Signal decays need this transverse momentum of both products, GeV.
  public static let signalMomentum = 0.15
  /// Mass of the K_S, GeV.
  public static let kShortMass = 0.497611

  /// Events.
  public private(set) var events = 0
  /// K_S to pi+ pi- in acceptance in bins of radius.
  public private(set) var kShort = [Finding](repeating: Finding(), count: kShortEdges.count - 1)
  /// Found K_S beyond the beam pipe.
  public private(set) var kShortResiduals = Residuals()
  /// The same in bins of radius.
  public private(set) var kShortResidualsInRadius = [Residuals](repeating: Residuals(), count: kShortEdges.count - 1)
  /// Decays of long-lived signal particles in acceptance in bins of radius.
  public private(set) var signal = [Finding](repeating: Finding(), count: signalEdges.count - 1)
  /// Vertices of two tracks with one true origin in bins of its radius.
  public private(set) var pairs = [Residuals](repeating: Residuals(), count: pairEdges.count - 1)
  /// Collision points.
  public private(set) var prompt = Residuals()
  /// Vertices of the K_S, Lambda and conversion windows that are such decays.
  public private(set) var purities = [Efficiency](repeating: Efficiency(), count: 3)
  /// Vertices of more than two tracks whose tracks all have one true origin.
  public private(set) var manyTracks = Efficiency()
  /// The same whose tracks all descend from one particle that flew: a B meson with the D meson it decays to.
  public private(set) var manyTracksOfOneChain = Efficiency()

  /// No events yet.
  public init() {}

  /// Adds an event.
  /// - Parameters:
  ///   - particles: for each track of the event its particle's position in the truth, nil for fakes and clones.
  public mutating func add(
    _ events: borrowing EventReconstruction, row: Int, particles: [Int?], truth: DecayTruth
  ) {
    self.events += 1
    let vertices = events.vertices(row: row)
    var trackOf: [Int: Int] = [:]
    for (track, particle) in particles.enumerated() { if let particle { trackOf[particle] = track } }
    let decays = truth.decays(row: row)
    for decay in decays { add(decay, vertices, trackOf) }
    for vertex in vertices { add(vertex, particles, decays, truth, row: row) }
    if let point = truth.collisionPoint(row: row), let found = events.promptVertex(row: row), found.tracks > 0 {
      prompt.fill(found.position - point, found.covariance)
    }
  }

  private mutating func add(
    _ decay: DecayTruth.Decay, _ vertices: ArraySlice<ReconstructedVertex>, _ trackOf: [Int: Int]
  ) {
    guard decay.isInAcceptance else { return }
    let radius = decay.position.transverse
    let positive = trackOf[decay.positive]
    let negative = trackOf[decay.negative]
    let vertex = positive.flatMap { positive in
      negative.flatMap { negative in
        vertices.first { $0.trackCount == 2 && Int($0.positive) == positive && Int($0.negative) == negative }
      }
    }
    func fill(_ finding: inout Finding) {
      finding.tracks.fill(passed: positive != nil && negative != nil)
      finding.vertex.fill(passed: vertex != nil)
      finding.kind.fill(passed: vertex?.isKShort ?? false)
    }
    switch decay.mother {
    case .kShort:
      guard let bin = TrackingSample.bin(radius, Self.kShortEdges) else { return }
      fill(&kShort[bin])
      guard let vertex, radius > 1 else { return }
      kShortResiduals.fill(vertex, decay)
      kShortResidualsInRadius[bin].fill(vertex, decay)
    case .signal:
      guard decay.smallerMomentum > Self.signalMomentum, let bin = TrackingSample.bin(radius, Self.signalEdges) else {
        return
      }
      fill(&signal[bin])
    default: return
    }
  }

  private mutating func add(
    _ vertex: ReconstructedVertex, _ particles: [Int?], _ decays: [DecayTruth.Decay], _ truth: DecayTruth, row: Int
  ) {
    let members = particles.indices.filter { vertex.contains($0) }
    let origins = members.map { particles[$0].flatMap { truth.origin($0, row: row) } }
    let isOne = Self.haveOneOrigin(origins)
    switch ReconstructedVertex.Kind(rawValue: vertex.kind) {
    case .kShort: purities[0].fill(passed: isDecay(vertex, particles, decays, .kShort))
    case .lambda: purities[1].fill(passed: isDecay(vertex, particles, decays, .lambda))
    case .conversion: purities[2].fill(passed: isDecay(vertex, particles, decays, .photon))
    case .manyTracks:
      manyTracks.fill(passed: isOne)
      let known = members.compactMap { particles[$0] }
      manyTracksOfOneChain.fill(
        passed: isOne || (known.count == members.count && truth.haveOneFlyingAncestor(known, row: row)))
    default: break
    }
    guard vertex.trackCount == 2, isOne, let first = origins.first, let origin = first else { return }
    guard let bin = TrackingSample.bin(origin.transverse, Self.pairEdges) else { return }
    let place = Vector3(Double(vertex.x), Double(vertex.y), Double(vertex.z))
    pairs[bin].fill(place - origin, vertex.covariance)
    pairs[bin].significance.append(Double(vertex.flightSignificance))
  }

  /// Within 10 um.
  private static func haveOneOrigin(_ origins: [Vector3?]) -> Bool {
    guard let first = origins.first, let first else { return false }
    return origins.allSatisfy { $0.map { ($0 - first).length < 1e-3 } ?? false }
  }

  private func isDecay(
    _ vertex: ReconstructedVertex, _ particles: [Int?], _ decays: [DecayTruth.Decay], _ mother: DecayTruth.Decay.Mother
  ) -> Bool {
    let positive = particles[Int(vertex.positive)]
    let negative = particles[Int(vertex.negative)]
    return decays.contains { $0.mother == mother && $0.positive == positive && $0.negative == negative }
  }
}

extension VertexingSample.Residuals {
  /// A found decay of known mass.
  mutating func fill(_ vertex: ReconstructedVertex, _ decay: DecayTruth.Decay) {
    let place = Vector3(Double(vertex.x), Double(vertex.y), Double(vertex.z))
    fill(place - decay.position, vertex.covariance)
    transverse[transverse.count - 1] = 1e4 * (place.transverse - decay.position.transverse)
    let momentum = Vector3(Double(vertex.momentum[0]), Double(vertex.momentum[1]), Double(vertex.momentum[2]))
    self.momentum.append(1e3 * (momentum.length - decay.momentum.length))
    let mass = Double(vertex.mass) - VertexingSample.kShortMass
    self.mass.append(1e3 * mass)
    if vertex.massError > 0 { pulls[3].append(mass / Double(vertex.massError)) }
    pointing.append(1e3 * Double(vertex.pointing))
    significance.append(Double(vertex.flightSignificance))
  }

  /// The difference of a position to the truth, with its covariance.
  mutating func fill(_ difference: Vector3, _ covariance: SIMD8<Float>) {
    transverse.append(1e4 * difference.x)
    along.append(1e4 * difference.z)
    for (index, (value, lane)) in [(difference.x, 0), (difference.y, 2), (difference.z, 5)].enumerated() {
      let variance = Double(covariance[lane])
      if variance > 0 { pulls[index].append(value / variance.squareRoot()) }
    }
  }
}
