import ArrowStream

/// Likelihoods of the kinds of charged particles, one row per track.
///
/// Row r of the batch has the values `rows[r]` of each column.
///
/// What the values are and their units: ``EventSchema``.
public struct TrackIdentificationColumn: Sendable {
  /// The range of each event's values.
  public let rows: ListOffsets
  /// Probabilities of e, mu, pi, K, p, equally many of each beforehand.
  public let probability: ColumnView<Float>
  /// Log-likelihoods of energy over momentum and shower shape.
  public let calorimeter: ColumnView<Float>
  /// Log-likelihoods of the muon detector's layers.
  public let muonDetector: ColumnView<Float>
  /// Log-likelihoods of the charge of the drift-chamber hits.
  public let ionisation: ColumnView<Float>
  /// Log-likelihoods of the velocity, from the pid column: e, mu and pi alike.
  public let velocity: ColumnView<Float>
  /// Which of them measured: 1 calorimeter, 2 klm, 4 ionisation, 8 velocity.
  public let detectors: ColumnView<UInt8>
  /// Charge per path relative to a minimum-ionising particle, 0 without hits.
  public let relativeIonisation: ColumnView<Float>
  /// Drift-chamber hits in it.
  public let ionisationHits: ColumnView<UInt8>

  init(_ array: ArrayData, _ name: String) throws {
    let list = try StructureList(array, name)
    rows = list.rows
    probability = try list.view("probability", each: 5)
    calorimeter = try list.view("calorimeter", each: 5)
    muonDetector = try list.view("klm", each: 5)
    ionisation = try list.view("ionisation", each: 5)
    velocity = try list.view("velocity", each: 5)
    detectors = try list.view("detectors")
    relativeIonisation = try list.view("dedx")
    ionisationHits = try list.view("dedx_hits")
  }
}

/// Grows a `identification` column event by event: add values, then ``endEvent()``.
public struct TrackIdentificationBuilder: ~Copyable {
  /// Probabilities of e, mu, pi, K, p, equally many of each beforehand.
  public var probability = PrimitiveBuilder<Float>()
  /// Log-likelihoods of energy over momentum and shower shape.
  public var calorimeter = PrimitiveBuilder<Float>()
  /// Log-likelihoods of the muon detector's layers.
  public var muonDetector = PrimitiveBuilder<Float>()
  /// Log-likelihoods of the charge of the drift-chamber hits.
  public var ionisation = PrimitiveBuilder<Float>()
  /// Log-likelihoods of the velocity, from the pid column: e, mu and pi alike.
  public var velocity = PrimitiveBuilder<Float>()
  /// Which of them measured: 1 calorimeter, 2 klm, 4 ionisation, 8 velocity.
  public var detectors = PrimitiveBuilder<UInt8>()
  /// Charge per path relative to a minimum-ionising particle, 0 without hits.
  public var relativeIonisation = PrimitiveBuilder<Float>()
  /// Drift-chamber hits in it.
  public var ionisationHits = PrimitiveBuilder<UInt8>()
  private var offsets = OffsetsBuilder()

  /// No events yet.
  public init() {}

  /// The number of values of all events so far.
  public var count: Int { detectors.count }

  /// The number of events ended so far.
  public var eventCount: Int { offsets.count }

  /// Adds one value to the current event; spans must hold the fixed number of values.
  @inlinable public mutating func append(
    probability probabilityValue: Span<Float>, calorimeter calorimeterValue: Span<Float>,
    muonDetector muonDetectorValue: Span<Float>, ionisation ionisationValue: Span<Float>,
    velocity velocityValue: Span<Float>, detectors detectorsValue: UInt8,
    relativeIonisation relativeIonisationValue: Float, ionisationHits ionisationHitsValue: UInt8
  ) {
    precondition(probabilityValue.count == 5, "5 values a row")
    probability.append(contentsOf: probabilityValue)
    precondition(calorimeterValue.count == 5, "5 values a row")
    calorimeter.append(contentsOf: calorimeterValue)
    precondition(muonDetectorValue.count == 5, "5 values a row")
    muonDetector.append(contentsOf: muonDetectorValue)
    precondition(ionisationValue.count == 5, "5 values a row")
    ionisation.append(contentsOf: ionisationValue)
    precondition(velocityValue.count == 5, "5 values a row")
    velocity.append(contentsOf: velocityValue)
    detectors.append(detectorsValue)
    relativeIonisation.append(relativeIonisationValue)
    ionisationHits.append(ionisationHitsValue)
  }

  /// Ends the current event: the values added since the event before are its own.
  public mutating func endEvent() { offsets.endRow(at: detectors.count) }

  /// The column of all events; the builder is empty afterwards.
  public mutating func finish() -> ArrayData {
    let count = detectors.count
    let (_, fields) = elementField(of: EventSchema.identifications)
    return finishList(
      EventSchema.identifications, &offsets,
      [
        fixedSizeList(fields[0].type, probability.finish(), rows: count),
        fixedSizeList(fields[1].type, calorimeter.finish(), rows: count),
        fixedSizeList(fields[2].type, muonDetector.finish(), rows: count),
        fixedSizeList(fields[3].type, ionisation.finish(), rows: count),
        fixedSizeList(fields[4].type, velocity.finish(), rows: count),
        detectors.finish(),
        relativeIonisation.finish(),
        ionisationHits.finish(),
      ])
  }
}
