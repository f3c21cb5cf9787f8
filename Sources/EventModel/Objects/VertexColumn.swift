import ArrowStream

/// Vertices of two and more tracks.
///
/// Row r of the batch has the values `rows[r]` of each column.
///
/// What the values are and their units: ``EventSchema``.
public struct VertexColumn: Sendable {
  /// The range of each event's values.
  public let rows: ListOffsets
  /// Position in cm.
  public let x: ColumnView<Float>
  /// Position in cm.
  public let y: ColumnView<Float>
  /// Position in cm.
  public let z: ColumnView<Float>
  /// Chi-square of the fit.
  public let chi2: ColumnView<Float>
  /// Degrees of freedom of the fit.
  public let ndf: ColumnView<UInt8>
  /// Probability of a larger chi-square.
  public let probability: ColumnView<Float>
  /// Distance from the z axis in cm.
  public let rho: ColumnView<Float>
  /// Invariant mass in GeV, tracks as pions.
  public let mass: ColumnView<Float>
  /// Positive track.
  public let track1: ColumnView<Int16>
  /// Negative track.
  public let track2: ColumnView<Int16>
  /// Angle between momentum and flight direction, rad.
  public let pointing: ColumnView<Float>
  /// 0 other, 1 K_S window, 2 Lambda window, 3 conversion, 4 more than two tracks.
  public let kind: ColumnView<UInt8>
  /// Covariance of the position in cm2: xx, yx, yy, zx, zy, zz, 6 values a vertex.
  public let covariance: ColumnView<Float>
  /// Momentum of all tracks together in GeV: 3 values a vertex.
  public let momentum: ColumnView<Float>
  /// Error of the mass in GeV.
  public let massError: ColumnView<Float>
  /// Distance from the prompt vertex along the momentum in cm.
  public let flight: ColumnView<Float>
  /// Flight over its error.
  public let flightSignificance: ColumnView<Float>
  /// Silicon points of its tracks inside of it.
  public let innerPoints: ColumnView<UInt8>
  /// Tracks in the vertex.
  public let trackCount: ColumnView<UInt8>
  /// Tracks after the first two, -1 for none: 4 values a vertex.
  public let moreTracks: ColumnView<Int16>

  init(_ array: ArrayData, _ name: String) throws {
    let list = try StructureList(array, name)
    rows = list.rows
    x = try list.view("x")
    y = try list.view("y")
    z = try list.view("z")
    chi2 = try list.view("chi2")
    ndf = try list.view("ndf")
    probability = try list.view("probability")
    rho = try list.view("rho")
    mass = try list.view("mass")
    track1 = try list.view("track1")
    track2 = try list.view("track2")
    pointing = try list.view("pointing")
    kind = try list.view("kind")
    covariance = try list.view("covariance", each: 6)
    momentum = try list.view("momentum", each: 3)
    massError = try list.view("mass_error")
    flight = try list.view("flight")
    flightSignificance = try list.view("flight_significance")
    innerPoints = try list.view("inner_points")
    trackCount = try list.view("track_count")
    moreTracks = try list.view("more_tracks", each: 4)
  }
}

/// Grows a `vertices` column event by event: add values, then ``endEvent()``.
public struct VertexBuilder: ~Copyable {
  /// Position in cm.
  public var x = PrimitiveBuilder<Float>()
  /// Position in cm.
  public var y = PrimitiveBuilder<Float>()
  /// Position in cm.
  public var z = PrimitiveBuilder<Float>()
  /// Chi-square of the fit.
  public var chi2 = PrimitiveBuilder<Float>()
  /// Degrees of freedom of the fit.
  public var ndf = PrimitiveBuilder<UInt8>()
  /// Probability of a larger chi-square.
  public var probability = PrimitiveBuilder<Float>()
  /// Distance from the z axis in cm.
  public var rho = PrimitiveBuilder<Float>()
  /// Invariant mass in GeV, tracks as pions.
  public var mass = PrimitiveBuilder<Float>()
  /// Positive track.
  public var track1 = PrimitiveBuilder<Int16>()
  /// Negative track.
  public var track2 = PrimitiveBuilder<Int16>()
  /// Angle between momentum and flight direction, rad.
  public var pointing = PrimitiveBuilder<Float>()
  /// 0 other, 1 K_S window, 2 Lambda window, 3 conversion, 4 more than two tracks.
  public var kind = PrimitiveBuilder<UInt8>()
  /// Covariance of the position in cm2: xx, yx, yy, zx, zy, zz, 6 values a vertex.
  public var covariance = PrimitiveBuilder<Float>()
  /// Momentum of all tracks together in GeV: 3 values a vertex.
  public var momentum = PrimitiveBuilder<Float>()
  /// Error of the mass in GeV.
  public var massError = PrimitiveBuilder<Float>()
  /// Distance from the prompt vertex along the momentum in cm.
  public var flight = PrimitiveBuilder<Float>()
  /// Flight over its error.
  public var flightSignificance = PrimitiveBuilder<Float>()
  /// Silicon points of its tracks inside of it.
  public var innerPoints = PrimitiveBuilder<UInt8>()
  /// Tracks in the vertex.
  public var trackCount = PrimitiveBuilder<UInt8>()
  /// Tracks after the first two, -1 for none: 4 values a vertex.
  public var moreTracks = PrimitiveBuilder<Int16>()
  private var offsets = OffsetsBuilder()

  /// No events yet.
  public init() {}

  /// The number of values of all events so far.
  public var count: Int { x.count }

  /// The number of events ended so far.
  public var eventCount: Int { offsets.count }

  /// Adds one value to the current event; spans must hold the fixed number of values.
  @inlinable public mutating func append(
    x xValue: Float, y yValue: Float, z zValue: Float, chi2 chi2Value: Float, ndf ndfValue: UInt8,
    probability probabilityValue: Float, rho rhoValue: Float, mass massValue: Float, track1 track1Value: Int16,
    track2 track2Value: Int16, pointing pointingValue: Float, kind kindValue: UInt8,
    covariance covarianceValue: Span<Float>, momentum momentumValue: Span<Float>, massError massErrorValue: Float,
    flight flightValue: Float, flightSignificance flightSignificanceValue: Float, innerPoints innerPointsValue: UInt8,
    trackCount trackCountValue: UInt8, moreTracks moreTracksValue: Span<Int16>
  ) {
    x.append(xValue)
    y.append(yValue)
    z.append(zValue)
    chi2.append(chi2Value)
    ndf.append(ndfValue)
    probability.append(probabilityValue)
    rho.append(rhoValue)
    mass.append(massValue)
    track1.append(track1Value)
    track2.append(track2Value)
    pointing.append(pointingValue)
    kind.append(kindValue)
    precondition(covarianceValue.count == 6, "6 values a row")
    covariance.append(contentsOf: covarianceValue)
    precondition(momentumValue.count == 3, "3 values a row")
    momentum.append(contentsOf: momentumValue)
    massError.append(massErrorValue)
    flight.append(flightValue)
    flightSignificance.append(flightSignificanceValue)
    innerPoints.append(innerPointsValue)
    trackCount.append(trackCountValue)
    precondition(moreTracksValue.count == 4, "4 values a row")
    moreTracks.append(contentsOf: moreTracksValue)
  }

  /// Ends the current event: the values added since the event before are its own.
  public mutating func endEvent() { offsets.endRow(at: x.count) }

  /// The column of all events; the builder is empty afterwards.
  public mutating func finish() -> ArrayData {
    let count = count
    let (_, fields) = elementField(of: EventSchema.vertices)
    return finishList(
      EventSchema.vertices, &offsets,
      [
        x.finish(),
        y.finish(),
        z.finish(),
        chi2.finish(),
        ndf.finish(),
        probability.finish(),
        rho.finish(),
        mass.finish(),
        track1.finish(),
        track2.finish(),
        pointing.finish(),
        kind.finish(),
        fixedSizeList(fields[12].type, covariance.finish(), rows: count),
        fixedSizeList(fields[13].type, momentum.finish(), rows: count),
        massError.finish(),
        flight.finish(),
        flightSignificance.finish(),
        innerPoints.finish(),
        trackCount.finish(),
        fixedSizeList(fields[19].type, moreTracks.finish(), rows: count),
      ])
  }
}

extension VertexBuilder {
  /// Adds a vertex of two tracks of which only position, fit and mass are known.
  public mutating func append(
    x: Float, y: Float, z: Float, chi2: Float, ndf: UInt8, probability: Float, rho: Float, mass: Float, track1: Int16,
    track2: Int16, pointing: Float, kind: UInt8
  ) {
    let unknown = InlineArray<6, Float>(repeating: .nan)
    let none = InlineArray<4, Int16>(repeating: -1)
    append(
      x: x, y: y, z: z, chi2: chi2, ndf: ndf, probability: probability, rho: rho, mass: mass, track1: track1,
      track2: track2, pointing: pointing, kind: kind, covariance: unknown.span,
      momentum: unknown.span.extracting(0..<3), massError: .nan, flight: .nan, flightSignificance: .nan,
      innerPoints: 0, trackCount: 2, moreTracks: none.span)
  }
}
