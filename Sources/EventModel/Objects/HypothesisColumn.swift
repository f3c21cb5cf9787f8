import ArrowStream

/// Fits of the tracks as other particles than pions.
///
/// Row r of the batch has the values `rows[r]` of each column.
///
/// What the values are and their units: ``EventSchema``.
public struct HypothesisColumn: Sendable {
  /// The range of each event's values.
  public let rows: ListOffsets
  /// Track of the event.
  public let track: ColumnView<Int16>
  /// 0 e, 1 mu, 3 K, 4 p.
  public let particle: ColumnView<UInt8>
  /// Signed impact parameter in cm.
  public let d0: ColumnView<Float>
  /// Azimuth of the momentum there, rad.
  public let phi0: ColumnView<Float>
  /// Signed curvature in 1/cm, sign of the charge.
  public let omega: ColumnView<Float>
  /// z there, cm.
  public let z0: ColumnView<Float>
  /// pz / pT.
  public let tanLambda: ColumnView<Float>
  /// Covariance of (d0, phi0, omega, z0, tan lambda): 15 values a fit, lower triangle row by row.
  public let covariance: ColumnView<Float>
  /// Chi-square of the fit.
  public let chi2: ColumnView<Float>
  /// Degrees of freedom of the fit.
  public let ndf: ColumnView<UInt16>

  init(_ array: ArrayData, _ name: String) throws {
    let list = try StructureList(array, name)
    rows = list.rows
    track = try list.view("track")
    particle = try list.view("particle")
    d0 = try list.view("d0")
    phi0 = try list.view("phi0")
    omega = try list.view("omega")
    z0 = try list.view("z0")
    tanLambda = try list.view("tan_lambda")
    covariance = try list.view("covariance", each: 15)
    chi2 = try list.view("chi2")
    ndf = try list.view("ndf")
  }
}

/// Grows a `hypotheses` column event by event: add values, then ``endEvent()``.
public struct HypothesisBuilder: ~Copyable {
  /// Track of the event.
  public var track = PrimitiveBuilder<Int16>()
  /// 0 e, 1 mu, 3 K, 4 p.
  public var particle = PrimitiveBuilder<UInt8>()
  /// Signed impact parameter in cm.
  public var d0 = PrimitiveBuilder<Float>()
  /// Azimuth of the momentum there, rad.
  public var phi0 = PrimitiveBuilder<Float>()
  /// Signed curvature in 1/cm, sign of the charge.
  public var omega = PrimitiveBuilder<Float>()
  /// z there, cm.
  public var z0 = PrimitiveBuilder<Float>()
  /// pz / pT.
  public var tanLambda = PrimitiveBuilder<Float>()
  /// Covariance of (d0, phi0, omega, z0, tan lambda): 15 values a fit, lower triangle row by row.
  public var covariance = PrimitiveBuilder<Float>()
  /// Chi-square of the fit.
  public var chi2 = PrimitiveBuilder<Float>()
  /// Degrees of freedom of the fit.
  public var ndf = PrimitiveBuilder<UInt16>()
  private var offsets = OffsetsBuilder()

  /// No events yet.
  public init() {}

  /// The number of values of all events so far.
  public var count: Int { track.count }

  /// The number of events ended so far.
  public var eventCount: Int { offsets.count }

  /// Adds one value to the current event; spans must hold the fixed number of values.
  @inlinable public mutating func append(
    track trackValue: Int16, particle particleValue: UInt8, d0 d0Value: Float, phi0 phi0Value: Float,
    omega omegaValue: Float, z0 z0Value: Float, tanLambda tanLambdaValue: Float,
    covariance covarianceValue: Span<Float>, chi2 chi2Value: Float, ndf ndfValue: UInt16
  ) {
    track.append(trackValue)
    particle.append(particleValue)
    d0.append(d0Value)
    phi0.append(phi0Value)
    omega.append(omegaValue)
    z0.append(z0Value)
    tanLambda.append(tanLambdaValue)
    precondition(covarianceValue.count == 15, "15 values a row")
    covariance.append(contentsOf: covarianceValue)
    chi2.append(chi2Value)
    ndf.append(ndfValue)
  }

  /// Ends the current event: the values added since the event before are its own.
  public mutating func endEvent() { offsets.endRow(at: track.count) }

  /// The column of all events; the builder is empty afterwards.
  public mutating func finish() -> ArrayData {
    let count = track.count
    let (_, fields) = elementField(of: EventSchema.hypotheses)
    return finishList(
      EventSchema.hypotheses, &offsets,
      [
        track.finish(),
        particle.finish(),
        d0.finish(),
        phi0.finish(),
        omega.finish(),
        z0.finish(),
        tanLambda.finish(),
        fixedSizeList(fields[7].type, covariance.finish(), rows: count),
        chi2.finish(),
        ndf.finish(),
      ])
  }
}
