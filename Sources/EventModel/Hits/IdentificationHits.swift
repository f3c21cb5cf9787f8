import ArrowStream

/// Likelihoods of the particle-identification detectors, one per track region.
///
/// Row r of the batch has the values `rows[r]` of each column.
///
/// What the values are and their units: ``EventSchema``.
public struct IdentificationHits: Sendable {
  /// The range of each event's values.
  public let rows: ListOffsets
  /// Polar angle of the region, rad.
  public let theta: ColumnView<Float>
  /// Azimuth of the region, rad.
  public let phi: ColumnView<Float>
  /// Natural logarithms for e, mu, pi, K, p: five values a region.
  public let logLikelihood: ColumnView<Float>

  /// The `pid` column of a batch.
  /// - Throws: ``ColumnError`` when it is missing or of another type.
  public init(_ batch: RecordBatch) throws {
    try self.init(batch.column("pid"), "pid")
  }

  init(_ array: ArrayData, _ name: String) throws {
    let list = try StructureList(array, name)
    rows = list.rows
    theta = try list.view("theta")
    phi = try list.view("phi")
    logLikelihood = try list.view("log_likelihood", each: 5)
  }
}

/// Grows a `pid` column event by event: add values, then ``endEvent()``.
public struct IdentificationHitsBuilder: ~Copyable {
  /// Polar angle of the region, rad.
  public var theta = PrimitiveBuilder<Float>()
  /// Azimuth of the region, rad.
  public var phi = PrimitiveBuilder<Float>()
  /// Natural logarithms for e, mu, pi, K, p: five values a region.
  public var logLikelihood = PrimitiveBuilder<Float>()
  private var offsets = OffsetsBuilder()

  /// No events yet.
  public init() {}

  /// The number of values of all events so far.
  public var count: Int { theta.count }

  /// The number of events ended so far.
  public var eventCount: Int { offsets.count }

  /// Adds one value to the current event; spans must hold the fixed number of values.
  @inlinable public mutating func append(
    theta thetaValue: Float, phi phiValue: Float, logLikelihood logLikelihoodValue: Span<Float>
  ) {
    theta.append(thetaValue)
    phi.append(phiValue)
    precondition(logLikelihoodValue.count == 5, "5 values a row")
    logLikelihood.append(contentsOf: logLikelihoodValue)
  }

  /// Ends the current event: the values added since the event before are its own.
  public mutating func endEvent() { offsets.endRow(at: theta.count) }

  /// The column of all events; the builder is empty afterwards.
  public mutating func finish() -> ArrayData {
    let count = theta.count
    let (_, fields) = elementField(of: EventSchema.identification)
    return finishList(
      EventSchema.identification, &offsets,
      [
        theta.finish(),
        phi.finish(),
        fixedSizeList(fields[2].type, logLikelihood.finish(), rows: count),
      ])
  }
}
