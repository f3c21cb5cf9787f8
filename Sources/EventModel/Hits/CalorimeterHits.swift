import ArrowStream

/// Calorimeter crystals over threshold.
///
/// Row r of the batch has the values `rows[r]` of each column.
///
/// What the values are and their units: ``EventSchema``.
public struct CalorimeterHits: Sendable {
  /// The range of each event's values.
  public let rows: ListOffsets
  /// Crystal, 1…8736.
  public let crystal: ColumnView<UInt16>
  /// Energy in GeV.
  public let energy: ColumnView<Float>
  /// Time in ns since the collision, flight time from the origin subtracted.
  public let time: ColumnView<Float>

  /// The `ecl` column of a batch.
  /// - Throws: ``ColumnError`` when it is missing or of another type.
  public init(_ batch: RecordBatch) throws {
    try self.init(batch.column("ecl"), "ecl")
  }

  init(_ array: ArrayData, _ name: String) throws {
    let list = try StructureList(array, name)
    rows = list.rows
    crystal = try list.view("crystal")
    energy = try list.view("energy")
    time = try list.view("time")
  }
}

/// Grows a `ecl` column event by event: add values, then ``endEvent()``.
public struct CalorimeterHitsBuilder: ~Copyable {
  /// Crystal, 1…8736.
  public var crystal = PrimitiveBuilder<UInt16>()
  /// Energy in GeV.
  public var energy = PrimitiveBuilder<Float>()
  /// Time in ns since the collision, flight time from the origin subtracted.
  public var time = PrimitiveBuilder<Float>()
  private var offsets = OffsetsBuilder()

  /// No events yet.
  public init() {}

  /// The number of values of all events so far.
  public var count: Int { crystal.count }

  /// The number of events ended so far.
  public var eventCount: Int { offsets.count }

  /// Adds one value to the current event; spans must hold the fixed number of values.
  @inlinable public mutating func append(
    crystal crystalValue: UInt16, energy energyValue: Float, time timeValue: Float
  ) {
    crystal.append(crystalValue)
    energy.append(energyValue)
    time.append(timeValue)
  }

  /// Ends the current event: the values added since the event before are its own.
  public mutating func endEvent() { offsets.endRow(at: crystal.count) }

  /// The column of all events; the builder is empty afterwards.
  public mutating func finish() -> ArrayData {
    finishList(
      EventSchema.calorimeter, &offsets,
      [
        crystal.finish(),
        energy.finish(),
        time.finish(),
      ])
  }
}
