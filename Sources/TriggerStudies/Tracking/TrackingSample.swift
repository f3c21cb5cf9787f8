import Kinematics
import Reconstruction
import Statistics

/// What validation counts on the tracks of a sample: efficiencies, fakes, clones, charges, residuals and pulls.
public struct TrackingSample: Sendable {
  /// Efficiency and correct charge in the bins of a variable.
  public struct Finding: Sendable {
    /// Particles found of those that can be.
    public var efficiency = Efficiency()
    /// Found particles whose track has their charge.
    public var charge = Efficiency()
  }

  /// Tracks that belong to no particle, and further ones of a particle.
  public struct Excess: Sendable {
    /// Fakes of all tracks.
    public var fakes = Efficiency()
    /// Clones of all tracks of a particle.
    public var clones = Efficiency()
  }

  /// Residuals and pulls of the five parameters.
  public struct Residuals: Sendable {
    /// Relative to the truth: d0 and z0 in um, phi0 in mrad, pT in percent, tan lambda in 1e-3, in the order of the helix parameters.
    public var differences = [[Double]](repeating: [], count: 5)
    /// In units of the fit's errors: d0, phi0, omega, z0, tan lambda.
    public var pulls = [[Double]](repeating: [], count: 5)
    /// In units of the detector model's formulas (``TrackResolutionFormula``).
    public var ofFormula = [[Double]](repeating: [], count: 5)
  }

  /// Borders of the bins in pT, GeV, those of the reference.
  public static let momentumEdges = [0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1, 1.5, 3]
  /// Borders in tan lambda.
  public static let dipEdges = [-2, -1.6, -1.2, -0.8, -0.4, 0, 0.4, 0.8, 1.2, 1.6, 2, 2.4, 2.8, 3.2, 3.7]
  /// Borders in the radius of production, cm.
  public static let radiusEdges: [Double] = [0, 1, 4, 8, 13, 17, 25, 40, 60]
  /// Borders in the number of tracks with drift-chamber hits, for the event time.
  public static let multiplicityEdges: [Double] = [1, 3, 6, 11, 61]
  /// Borders in pT for resolutions, GeV.
  public static let resolutionEdges = [0.05, 0.1, 0.25, 0.4, 0.6, 1, 1.5, 2, 4]
  /// Farthest production of what counts as prompt, cm.
  public static let promptRadius = 1.0
  /// In the radius of production particles need more: those of a displaced decay may leave nothing but the end of a track.
  public static let displacedNumbers = 15
  /// The same for pT, GeV.
  public static let displacedMomentum = 0.15

  /// Events.
  public private(set) var events = 0
  /// Tracks.
  public private(set) var tracks = 0
  /// Prompt primaries.
  public private(set) var prompt = Finding()
  /// The same in bins of pT.
  public private(set) var momentum = [Finding](repeating: Finding(), count: momentumEdges.count - 1)
  /// The same in bins of tan lambda.
  public private(set) var dip = [Finding](repeating: Finding(), count: dipEdges.count - 1)
  /// Charged particles of decays in bins of the radius of their production.
  public private(set) var radius = [Finding](repeating: Finding(), count: radiusEdges.count - 1)
  /// All tracks.
  public private(set) var excess = Excess()
  /// Tracks in bins of their pT.
  public private(set) var excessInMomentum = [Excess](repeating: Excess(), count: momentumEdges.count - 1)
  /// Found prompt primaries of correct charge in bins of their pT.
  public private(set) var residuals = [Residuals](repeating: Residuals(), count: resolutionEdges.count - 1)
  /// The same of the fits with the masses of the particles; of the fit as pion where there is no other.
  public private(set) var residualsOwnMass = [Residuals](repeating: Residuals(), count: resolutionEdges.count - 1)

  /// Event times found in bins of the number of tracks, ns; the collision is at 0.
  public private(set) var eventTimes = [[Double]](repeating: [], count: multiplicityEdges.count - 1)

  /// No events yet.
  public init() {}

  /// Adds an event.
  /// - Parameters:
  ///   - hypotheses: its tracks fitted as other particles.
  ///   - eventTime: collision time that its tracks give, ns.
  public mutating func add(
    _ tracks: ArraySlice<ReconstructedTrack>, particles: [TrackTruth.Particle], assignments: [TrackTruth.Assignment],
    hypotheses: ArraySlice<HypothesisFit> = [], eventTime: Double
  ) {
    precondition(tracks.count == assignments.count, "an assignment for every track")
    events += 1
    let timed = tracks.count { $0.chamberHits > 0 }
    if let bin = Self.bin(Double(timed), Self.multiplicityEdges) { eventTimes[bin].append(eventTime) }
    self.tracks += tracks.count
    var matches = [Int?](repeating: nil, count: particles.count)
    for (number, assignment) in assignments.enumerated() {
      addExcess(tracks[tracks.startIndex + number], assignment)
      if let particle = assignment.particle, !assignment.isClone { matches[particle] = number }
    }
    for (particle, number) in zip(particles, matches) {
      let match = number.map { tracks[tracks.startIndex + $0] }
      if particle.isFromDecay, particle.numbers >= Self.displacedNumbers, particle.pT > Self.displacedMomentum,
        let bin = Self.bin(particle.radius, Self.radiusEdges)
      {
        radius[bin].fill(particle, match)
      }
      guard particle.isPrimary, particle.radius < Self.promptRadius else { continue }
      prompt.fill(particle, match)
      if let bin = Self.bin(particle.pT, Self.momentumEdges) { momentum[bin].fill(particle, match) }
      if let bin = Self.bin(particle.helix.tanLambda, Self.dipEdges) { dip[bin].fill(particle, match) }
      if let match, (match.charge > 0) == (particle.helix.omega > 0),
        let bin = Self.bin(particle.pT, Self.resolutionEdges)
      {
        residuals[bin].fill(particle, match)
        let own = hypotheses.first { Int($0.track) == number && $0.hypothesis == particle.hypothesis }
        residualsOwnMass[bin].fill(particle, own?.fit ?? match)
      }
    }
  }

  private mutating func addExcess(_ track: ReconstructedTrack, _ assignment: TrackTruth.Assignment) {
    let bin = Self.bin(track.pT, Self.momentumEdges)
    excess.fakes.fill(passed: assignment.particle == nil)
    if let bin { excessInMomentum[bin].fakes.fill(passed: assignment.particle == nil) }
    guard assignment.particle != nil else { return }
    excess.clones.fill(passed: assignment.isClone)
    if let bin { excessInMomentum[bin].clones.fill(passed: assignment.isClone) }
  }

  /// The bin of a value; nil outside all bins.
  static func bin(_ value: Double, _ edges: [Double]) -> Int? {
    (0..<(edges.count - 1)).first { value >= edges[$0] && value < edges[$0 + 1] }
  }
}

extension TrackingSample.Finding {
  mutating func fill(_ particle: TrackTruth.Particle, _ match: ReconstructedTrack?) {
    efficiency.fill(passed: match != nil)
    if let match { charge.fill(passed: (match.charge > 0) == (particle.helix.omega > 0)) }
  }
}

extension TrackingSample.Residuals {
  mutating func fill(_ particle: TrackTruth.Particle, _ track: ReconstructedTrack) {
    let truth = particle.helix
    let helix = track.helix
    let expected = TrackResolutionFormula.widths(of: truth, pT: particle.pT, mass: particle.hypothesis.mass)
    let parameters = [
      helix.d0 - truth.d0, wrappedAngle(helix.phi0 - truth.phi0), helix.omega - truth.omega, helix.z0 - truth.z0,
      helix.tanLambda - truth.tanLambda,
    ]
    let scales = [1e4, 1e3, 0, 1e4, 1e3]
    for index in 0..<5 {
      // Of the curvature what people ask for: the relative error of pT.
      let difference = index == 2 ? 100 * (truth.omega / helix.omega - 1) : scales[index] * parameters[index]
      differences[index].append(difference)
      ofFormula[index].append(difference / expected[index])
      let variance = Double(track.covariance[index * (index + 3) / 2])
      if variance > 0 { pulls[index].append(parameters[index] / variance.squareRoot()) }
    }
  }
}

extension TrackTruth.Particle {
  /// The hypothesis that is true.
  var hypothesis: Hypothesis {
    switch abs(pdg) {
    case 11: .electron
    case 13: .muon
    case 321: .kaon
    case 2212: .proton
    default: .pion
    }
  }
}
