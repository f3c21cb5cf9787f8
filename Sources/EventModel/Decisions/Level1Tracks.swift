import ArrowStream

/// Two-dimensional tracks of level 1.
///
/// Row r of the batch has the values `rows[r]` of each column.
///
/// What the values are and their units: ``EventSchema``.
public struct Level1Tracks: Sendable {
  /// The range of each event's values.
  public let rows: ListOffsets
  /// Signed curvature in 1/cm, sign of the charge.
  public let omega: ColumnView<Float>
  /// Azimuth of the momentum at the origin, rad.
  public let phi0: ColumnView<Float>
  /// Super-layers with a segment on the track, one bit each.
  public let superlayers: ColumnView<UInt16>
  /// Segment of each super-layer, nine values a track, -1 for none.
  public let segments: ColumnView<Int16>
  /// z at the origin by the three-dimensional fit, cm; NaN with fewer than two stereo segments.
  public let z0: ColumnView<Float>
  /// Cotangent of the polar angle by the three-dimensional fit; NaN where ``z0`` is.
  public let cotTheta: ColumnView<Float>
  /// z at the origin by the neural network, cm; NaN with too few segments.
  public let neuralZ: ColumnView<Float>
  /// Polar angle by the neural network, rad; NaN where ``neuralZ`` is.
  public let neuralTheta: ColumnView<Float>
  /// Momentum as the single-track bits see it, GeV in tenths, infinite beyond all; NaN where ``neuralZ`` is.
  public let neuralMomentum: ColumnView<Float>

  /// The tracks of the `l1` column of a batch, without the rest of it.
  /// - Throws: ``ColumnError`` when the column is missing or of another type.
  public init(_ batch: RecordBatch) throws {
    try self.init(batch.column("l1").member("tracks", of: "l1"), "l1.tracks")
  }

  init(_ array: ArrayData, _ name: String) throws {
    let list = try StructureList(array, name)
    rows = list.rows
    omega = try list.view("omega")
    phi0 = try list.view("phi0")
    superlayers = try list.view("superlayers")
    segments = try list.view("segments", each: 9)
    z0 = try list.view("z0")
    cotTheta = try list.view("cot_theta")
    neuralZ = try list.view("neural_z")
    neuralTheta = try list.view("neural_theta")
    neuralMomentum = try list.view("neural_p")
  }
}

/// Grows a `l1.tracks` column event by event: add values, then ``endEvent()``.
public struct Level1TracksBuilder: ~Copyable {
  /// Signed curvature in 1/cm, sign of the charge.
  public var omega = PrimitiveBuilder<Float>()
  /// Azimuth of the momentum at the origin, rad.
  public var phi0 = PrimitiveBuilder<Float>()
  /// Super-layers with a segment on the track, one bit each.
  public var superlayers = PrimitiveBuilder<UInt16>()
  /// Segment of each super-layer, nine values a track, -1 for none.
  public var segments = PrimitiveBuilder<Int16>()
  /// z at the origin by the three-dimensional fit, cm.
  public var z0 = PrimitiveBuilder<Float>()
  /// Cotangent of the polar angle by the three-dimensional fit.
  public var cotTheta = PrimitiveBuilder<Float>()
  /// z at the origin by the neural network, cm.
  public var neuralZ = PrimitiveBuilder<Float>()
  /// Polar angle by the neural network, rad.
  public var neuralTheta = PrimitiveBuilder<Float>()
  /// Momentum as the single-track bits see it, GeV.
  public var neuralMomentum = PrimitiveBuilder<Float>()
  private var offsets = OffsetsBuilder()

  /// No events yet.
  public init() {}

  /// The number of values of all events so far.
  public var count: Int { omega.count }

  /// The number of events ended so far.
  public var eventCount: Int { offsets.count }

  /// Adds one value to the current event; spans must hold the fixed number of values.
  @inlinable public mutating func append(
    omega omegaValue: Float, phi0 phi0Value: Float, superlayers superlayersValue: UInt16,
    segments segmentsValue: Span<Int16>, z0 z0Value: Float, cotTheta cotThetaValue: Float,
    neuralZ neuralZValue: Float, neuralTheta neuralThetaValue: Float, neuralMomentum neuralMomentumValue: Float
  ) {
    omega.append(omegaValue)
    phi0.append(phi0Value)
    superlayers.append(superlayersValue)
    precondition(segmentsValue.count == 9, "9 values a row")
    segments.append(contentsOf: segmentsValue)
    z0.append(z0Value)
    cotTheta.append(cotThetaValue)
    neuralZ.append(neuralZValue)
    neuralTheta.append(neuralThetaValue)
    neuralMomentum.append(neuralMomentumValue)
  }

  /// Ends the current event: the values added since the event before are its own.
  public mutating func endEvent() { offsets.endRow(at: omega.count) }

  /// The column of all events; the builder is empty afterwards.
  public mutating func finish() -> ArrayData {
    let count = omega.count
    let (_, fields) = elementField(of: Level1Column.memberField("tracks"))
    return finishList(
      Level1Column.memberField("tracks"), &offsets,
      [
        omega.finish(),
        phi0.finish(),
        superlayers.finish(),
        fixedSizeList(fields[3].type, segments.finish(), rows: count),
        z0.finish(),
        cotTheta.finish(),
        neuralZ.finish(),
        neuralTheta.finish(),
        neuralMomentum.finish(),
      ])
  }
}
