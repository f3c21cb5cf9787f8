import ArrowStream

/// Space points of the vertex detector.
///
/// Row r of the batch has the values `rows[r]` of each column.
///
/// What the values are and their units: ``EventSchema``.
public struct SiliconHits: Sendable {
  /// The range of each event's values.
  public let rows: ListOffsets
  /// Layer, 1…6.
  public let layer: ColumnView<UInt8>
  /// Ladder, from 1.
  public let ladder: ColumnView<UInt8>
  /// Sensor on the ladder, from 1.
  public let sensor: ColumnView<UInt8>
  /// Position across the ladder on the sensor, cm.
  public let u: ColumnView<Float>
  /// Position along the ladder on the sensor, cm.
  public let v: ColumnView<Float>
  /// Charge in thousand electrons.
  public let charge: ColumnView<Float>

  /// The `svd` column of a batch.
  /// - Throws: ``ColumnError`` when it is missing or of another type.
  public init(_ batch: RecordBatch) throws {
    try self.init(batch.column("svd"), "svd")
  }

  init(_ array: ArrayData, _ name: String) throws {
    let list = try StructureList(array, name)
    rows = list.rows
    layer = try list.view("layer")
    ladder = try list.view("ladder")
    sensor = try list.view("sensor")
    u = try list.view("u")
    v = try list.view("v")
    charge = try list.view("charge")
  }
}

/// Grows a `svd` column event by event: add values, then ``endEvent()``.
public struct SiliconHitsBuilder: ~Copyable {
  /// Layer, 1…6.
  public var layer = PrimitiveBuilder<UInt8>()
  /// Ladder, from 1.
  public var ladder = PrimitiveBuilder<UInt8>()
  /// Sensor on the ladder, from 1.
  public var sensor = PrimitiveBuilder<UInt8>()
  /// Position across the ladder on the sensor, cm.
  public var u = PrimitiveBuilder<Float>()
  /// Position along the ladder on the sensor, cm.
  public var v = PrimitiveBuilder<Float>()
  /// Charge in thousand electrons.
  public var charge = PrimitiveBuilder<Float>()
  private var offsets = OffsetsBuilder()

  /// No events yet.
  public init() {}

  /// The number of values of all events so far.
  public var count: Int { layer.count }

  /// The number of events ended so far.
  public var eventCount: Int { offsets.count }

  /// Adds one value to the current event; spans must hold the fixed number of values.
  @inlinable public mutating func append(
    layer layerValue: UInt8, ladder ladderValue: UInt8, sensor sensorValue: UInt8, u uValue: Float, v vValue: Float,
    charge chargeValue: Float
  ) {
    layer.append(layerValue)
    ladder.append(ladderValue)
    sensor.append(sensorValue)
    u.append(uValue)
    v.append(vValue)
    charge.append(chargeValue)
  }

  /// Ends the current event: the values added since the event before are its own.
  public mutating func endEvent() { offsets.endRow(at: layer.count) }

  /// The column of all events; the builder is empty afterwards.
  public mutating func finish() -> ArrayData {
    finishList(
      EventSchema.silicon, &offsets,
      [
        layer.finish(),
        ladder.finish(),
        sensor.finish(),
        u.finish(),
        v.finish(),
        charge.finish(),
      ])
  }
}
