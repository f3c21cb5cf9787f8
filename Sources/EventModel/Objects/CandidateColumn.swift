import ArrowStream

/// Candidates of the search channels.
///
/// Row r of the batch has the values `rows[r]` of each column.
///
/// What the values are and their units: ``EventSchema``.
public struct CandidateColumn: Sendable {
  /// The range of each event's values.
  public let rows: ListOffsets
  /// A ``CandidateKind``.
  public let kind: ColumnView<UInt8>
  /// Invariant mass in GeV.
  public let mass: ColumnView<Float>
  /// Mass above threshold in GeV: sqrt(mass2 - 4 m2).
  public let reducedMass: ColumnView<Float>
  /// Squared recoil mass in GeV2.
  public let recoilMassSquared: ColumnView<Float>
  /// Vertex of the event, -1 for none.
  public let vertex: ColumnView<Int16>
  /// Positive track, -1 for none.
  public let track1: ColumnView<Int16>
  /// Negative track, -1 for none.
  public let track2: ColumnView<Int16>
  /// A ``PairHypothesis``.
  public let hypothesis: ColumnView<UInt8>
  /// Invariant mass of everything in the candidate in GeV.
  public let systemMass: ColumnView<Float>
  /// Energy in the frame of the search in GeV.
  public let starEnergy: ColumnView<Float>
  /// Polar angle of the recoil in the centre of mass, rad.
  public let recoilTheta: ColumnView<Float>
  /// sqrt(s / 4 - p*2) in GeV.
  public let beamConstrainedMass: ColumnView<Float>
  /// E* - sqrt(s) / 2 in GeV.
  public let deltaEnergy: ColumnView<Float>
  /// The smaller of two masses in GeV.
  public let massLow: ColumnView<Float>
  /// The larger of two masses in GeV.
  public let massHigh: ColumnView<Float>
  /// Energy of photons that do not belong to it in GeV.
  public let extraEnergy: ColumnView<Float>
  /// Second vertex of the event, -1 for none.
  public let vertex2: ColumnView<Int16>
  /// Tracks after the first two, -1 for none: 4 values a candidate.
  public let moreTracks: ColumnView<Int16>
  /// Clusters of its photons, -1 for none: 3 values a candidate.
  public let photons: ColumnView<Int16>
  /// Momentum in the frame of the search in GeV.
  public let starMomentum: ColumnView<Float>

  init(_ array: ArrayData, _ name: String) throws {
    let list = try StructureList(array, name)
    rows = list.rows
    kind = try list.view("kind")
    mass = try list.view("mass")
    reducedMass = try list.view("reduced_mass")
    recoilMassSquared = try list.view("recoil_mass2")
    vertex = try list.view("vertex")
    track1 = try list.view("track1")
    track2 = try list.view("track2")
    hypothesis = try list.view("hypothesis")
    systemMass = try list.view("system_mass")
    starEnergy = try list.view("star_energy")
    recoilTheta = try list.view("recoil_theta")
    beamConstrainedMass = try list.view("beam_constrained_mass")
    deltaEnergy = try list.view("delta_energy")
    massLow = try list.view("mass_low")
    massHigh = try list.view("mass_high")
    extraEnergy = try list.view("extra_energy")
    vertex2 = try list.view("vertex2")
    moreTracks = try list.view("more_tracks", each: 4)
    photons = try list.view("photons", each: 3)
    starMomentum = try list.view("star_momentum")
  }
}

/// Grows a `candidates` column event by event: add values, then ``endEvent()``.
public struct CandidateBuilder: ~Copyable {
  /// A ``CandidateKind``.
  public var kind = PrimitiveBuilder<UInt8>()
  /// Invariant mass in GeV.
  public var mass = PrimitiveBuilder<Float>()
  /// Mass above threshold in GeV: sqrt(mass2 - 4 m2).
  public var reducedMass = PrimitiveBuilder<Float>()
  /// Squared recoil mass in GeV2.
  public var recoilMassSquared = PrimitiveBuilder<Float>()
  /// Vertex of the event, -1 for none.
  public var vertex = PrimitiveBuilder<Int16>()
  /// Positive track, -1 for none.
  public var track1 = PrimitiveBuilder<Int16>()
  /// Negative track, -1 for none.
  public var track2 = PrimitiveBuilder<Int16>()
  /// A ``PairHypothesis``.
  public var hypothesis = PrimitiveBuilder<UInt8>()
  /// Invariant mass of everything in the candidate in GeV.
  public var systemMass = PrimitiveBuilder<Float>()
  /// Energy in the frame of the search in GeV.
  public var starEnergy = PrimitiveBuilder<Float>()
  /// Polar angle of the recoil in the centre of mass, rad.
  public var recoilTheta = PrimitiveBuilder<Float>()
  /// sqrt(s / 4 - p*2) in GeV.
  public var beamConstrainedMass = PrimitiveBuilder<Float>()
  /// E* - sqrt(s) / 2 in GeV.
  public var deltaEnergy = PrimitiveBuilder<Float>()
  /// The smaller of two masses in GeV.
  public var massLow = PrimitiveBuilder<Float>()
  /// The larger of two masses in GeV.
  public var massHigh = PrimitiveBuilder<Float>()
  /// Energy of photons that do not belong to it in GeV.
  public var extraEnergy = PrimitiveBuilder<Float>()
  /// Second vertex of the event, -1 for none.
  public var vertex2 = PrimitiveBuilder<Int16>()
  /// Tracks after the first two, -1 for none: 4 values a candidate.
  public var moreTracks = PrimitiveBuilder<Int16>()
  /// Clusters of its photons, -1 for none: 3 values a candidate.
  public var photons = PrimitiveBuilder<Int16>()
  /// Momentum in the frame of the search in GeV.
  public var starMomentum = PrimitiveBuilder<Float>()
  private var offsets = OffsetsBuilder()

  /// No events yet.
  public init() {}

  /// The number of values of all events so far.
  public var count: Int { kind.count }

  /// The number of events ended so far.
  public var eventCount: Int { offsets.count }

  /// Adds one value to the current event; spans must hold the fixed number of values.
  @inlinable public mutating func append(
    kind kindValue: UInt8, mass massValue: Float, reducedMass reducedMassValue: Float,
    recoilMassSquared recoilMassSquaredValue: Float, vertex vertexValue: Int16, track1 track1Value: Int16,
    track2 track2Value: Int16, hypothesis hypothesisValue: UInt8, systemMass systemMassValue: Float,
    starEnergy starEnergyValue: Float, recoilTheta recoilThetaValue: Float,
    beamConstrainedMass beamConstrainedMassValue: Float, deltaEnergy deltaEnergyValue: Float,
    massLow massLowValue: Float, massHigh massHighValue: Float, extraEnergy extraEnergyValue: Float,
    vertex2 vertex2Value: Int16, moreTracks moreTracksValue: Span<Int16>, photons photonsValue: Span<Int16>,
    starMomentum starMomentumValue: Float
  ) {
    kind.append(kindValue)
    mass.append(massValue)
    reducedMass.append(reducedMassValue)
    recoilMassSquared.append(recoilMassSquaredValue)
    vertex.append(vertexValue)
    track1.append(track1Value)
    track2.append(track2Value)
    hypothesis.append(hypothesisValue)
    systemMass.append(systemMassValue)
    starEnergy.append(starEnergyValue)
    recoilTheta.append(recoilThetaValue)
    beamConstrainedMass.append(beamConstrainedMassValue)
    deltaEnergy.append(deltaEnergyValue)
    massLow.append(massLowValue)
    massHigh.append(massHighValue)
    extraEnergy.append(extraEnergyValue)
    vertex2.append(vertex2Value)
    precondition(moreTracksValue.count == 4, "4 values a row")
    moreTracks.append(contentsOf: moreTracksValue)
    precondition(photonsValue.count == 3, "3 values a row")
    photons.append(contentsOf: photonsValue)
    starMomentum.append(starMomentumValue)
  }

  /// Ends the current event: the values added since the event before are its own.
  public mutating func endEvent() { offsets.endRow(at: kind.count) }

  /// The column of all events; the builder is empty afterwards.
  public mutating func finish() -> ArrayData {
    let count = count
    let (_, fields) = elementField(of: EventSchema.candidates)
    return finishList(
      EventSchema.candidates, &offsets,
      [
        kind.finish(),
        mass.finish(),
        reducedMass.finish(),
        recoilMassSquared.finish(),
        vertex.finish(),
        track1.finish(),
        track2.finish(),
        hypothesis.finish(),
        systemMass.finish(),
        starEnergy.finish(),
        recoilTheta.finish(),
        beamConstrainedMass.finish(),
        deltaEnergy.finish(),
        massLow.finish(),
        massHigh.finish(),
        extraEnergy.finish(),
        vertex2.finish(),
        fixedSizeList(fields[17].type, moreTracks.finish(), rows: count),
        fixedSizeList(fields[18].type, photons.finish(), rows: count),
        starMomentum.finish(),
      ])
  }
}

extension CandidateBuilder {
  /// Adds a pair of tracks: the numbers that only other kinds have are undefined.
  public mutating func append(
    kind: UInt8, mass: Float, reducedMass: Float, recoilMassSquared: Float, vertex: Int16, track1: Int16, track2: Int16
  ) {
    let none = InlineArray<4, Int16>(repeating: -1)
    append(
      kind: kind, mass: mass, reducedMass: reducedMass, recoilMassSquared: recoilMassSquared, vertex: vertex,
      track1: track1, track2: track2, hypothesis: PairHypothesis.none.rawValue, systemMass: .nan, starEnergy: .nan,
      recoilTheta: .nan, beamConstrainedMass: .nan, deltaEnergy: .nan, massLow: .nan, massHigh: .nan,
      extraEnergy: .nan, vertex2: -1, moreTracks: none.span, photons: none.span.extracting(0..<3), starMomentum: .nan)
  }
}
