import EventModel

/// A candidate as the `candidates` list of the `reco` column holds it. Numbers that its kind does not have are not a number.
public struct ReconstructedCandidate: Sendable, Equatable {
  /// What it is.
  public var kind: CandidateKind
  /// Which particles its pair is taken for.
  public var hypothesis = PairHypothesis.none
  /// Invariant mass of what the search looks for, GeV.
  public var mass = Float.nan
  /// sqrt(mass^2 - 4 m^2) with the mass m of the pair's particles, GeV.
  public var reducedMass = Float.nan
  /// Squared mass of what recoils against it, GeV^2.
  public var recoilMassSquared = Float.nan
  /// Invariant mass of everything in the candidate, GeV.
  public var systemMass = Float.nan
  /// Energy in the frame of the search, GeV.
  public var starEnergy = Float.nan
  /// Momentum in the frame of the search, GeV.
  public var starMomentum = Float.nan
  /// Polar angle of what recoils in the centre of mass, rad.
  public var recoilTheta = Float.nan
  /// sqrt(s/4 - p*^2), GeV.
  public var beamConstrainedMass = Float.nan
  /// E* - sqrt(s)/2, GeV.
  public var deltaEnergy = Float.nan
  /// The smaller of two masses or solutions, GeV.
  public var massLow = Float.nan
  /// The larger of two masses or solutions, GeV.
  public var massHigh = Float.nan
  /// Energy of photons above 0.1 GeV that do not belong to it, GeV.
  public var extraEnergy = Float.nan
  /// Vertex of the event, -1 for none.
  public var vertex: Int16 = -1
  /// Second vertex of the event, -1 for none.
  public var secondVertex: Int16 = -1
  /// Positive track, -1 for none.
  public var positive: Int16 = -1
  /// Negative track, -1 for none.
  public var negative: Int16 = -1
  /// Tracks after the first two, -1 for none.
  public var moreTracks = SIMD4<Int16>(repeating: -1)
  /// Clusters of its photons in the first three lanes, -1 for none.
  public var photons = SIMD4<Int16>(repeating: -1)

  /// A candidate without objects and numbers.
  public init(_ kind: CandidateKind) { self.kind = kind }

  /// Adds the candidate to the current event of a column.
  func append(to builder: inout CandidateBuilder) {
    let others: InlineArray<4, Int16> = [moreTracks[0], moreTracks[1], moreTracks[2], moreTracks[3]]
    let clusters: InlineArray<3, Int16> = [photons[0], photons[1], photons[2]]
    builder.append(
      kind: kind.rawValue, mass: mass, reducedMass: reducedMass, recoilMassSquared: recoilMassSquared, vertex: vertex,
      track1: positive, track2: negative, hypothesis: hypothesis.rawValue, systemMass: systemMass,
      starEnergy: starEnergy, recoilTheta: recoilTheta, beamConstrainedMass: beamConstrainedMass,
      deltaEnergy: deltaEnergy, massLow: massLow, massHigh: massHigh, extraEnergy: extraEnergy,
      vertex2: secondVertex, moreTracks: others.span, photons: clusters.span, starMomentum: starMomentum)
  }
}
