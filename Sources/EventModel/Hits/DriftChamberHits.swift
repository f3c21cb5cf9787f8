import ArrowStream

/// Wire hits of the drift chamber.
///
/// Row r of the batch has the values `rows[r]` of each column.
///
/// What the values are and their units: ``EventSchema``.
public struct DriftChamberHits: Sendable {
  /// The range of each event's values.
  public let rows: ListOffsets
  /// Wire, 0…14335.
  public let wire: ColumnView<UInt16>
  /// Time count of 1/1.0178 ns since the collision.
  public let tdc: ColumnView<Int16>
  /// Charge count.
  public let adc: ColumnView<UInt16>

  /// The `cdc` column of a batch.
  /// - Throws: ``ColumnError`` when it is missing or of another type.
  public init(_ batch: RecordBatch) throws {
    try self.init(batch.column("cdc"), "cdc")
  }

  init(_ array: ArrayData, _ name: String) throws {
    let list = try StructureList(array, name)
    rows = list.rows
    wire = try list.view("wire")
    tdc = try list.view("tdc")
    adc = try list.view("adc")
  }
}

/// Grows a `cdc` column event by event: add values, then ``endEvent()``.
public struct DriftChamberHitsBuilder: ~Copyable {
  /// Wire, 0…14335.
  public var wire = PrimitiveBuilder<UInt16>()
  /// Time count of 1/1.0178 ns since the collision.
  public var tdc = PrimitiveBuilder<Int16>()
  /// Charge count.
  public var adc = PrimitiveBuilder<UInt16>()
  private var offsets = OffsetsBuilder()

  /// No events yet.
  public init() {}

  /// The number of values of all events so far.
  public var count: Int { wire.count }

  /// The number of events ended so far.
  public var eventCount: Int { offsets.count }

  /// Adds one value to the current event; spans must hold the fixed number of values.
  @inlinable public mutating func append(
    wire wireValue: UInt16, tdc tdcValue: Int16, adc adcValue: UInt16
  ) {
    wire.append(wireValue)
    tdc.append(tdcValue)
    adc.append(adcValue)
  }

  /// Ends the current event: the values added since the event before are its own.
  public mutating func endEvent() { offsets.endRow(at: wire.count) }

  /// The column of all events; the builder is empty afterwards.
  public mutating func finish() -> ArrayData {
    finishList(
      EventSchema.driftChamber, &offsets,
      [
        wire.finish(),
        tdc.finish(),
        adc.finish(),
      ])
  }
}
