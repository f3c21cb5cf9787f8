import ArrowStream

/// Hits of the K_L and muon detector.
///
/// Row r of the batch has the values `rows[r]` of each column.
///
/// What the values are and their units: ``EventSchema``.
public struct MuonHits: Sendable {
  /// The range of each event's values.
  public let rows: ListOffsets
  /// 0 barrel backward, 1 barrel forward, 2 endcap backward, 3 endcap forward.
  public let section: ColumnView<UInt8>
  /// Sector, from 0.
  public let sector: ColumnView<UInt8>
  /// Layer, from 1.
  public let layer: ColumnView<UInt8>
  /// 0 measures azimuth, 1 measures z or radius.
  public let plane: ColumnView<UInt8>
  /// Measured coordinate in the sector's frame, cm.
  public let position: ColumnView<Float>
  /// Time in ns since the collision.
  public let time: ColumnView<Float>

  /// The `klm` column of a batch.
  /// - Throws: ``ColumnError`` when it is missing or of another type.
  public init(_ batch: RecordBatch) throws {
    try self.init(batch.column("klm"), "klm")
  }

  init(_ array: ArrayData, _ name: String) throws {
    let list = try StructureList(array, name)
    rows = list.rows
    section = try list.view("section")
    sector = try list.view("sector")
    layer = try list.view("layer")
    plane = try list.view("plane")
    position = try list.view("position")
    time = try list.view("time")
  }
}

/// Grows a `klm` column event by event: add values, then ``endEvent()``.
public struct MuonHitsBuilder: ~Copyable {
  /// 0 barrel backward, 1 barrel forward, 2 endcap backward, 3 endcap forward.
  public var section = PrimitiveBuilder<UInt8>()
  /// Sector, from 0.
  public var sector = PrimitiveBuilder<UInt8>()
  /// Layer, from 1.
  public var layer = PrimitiveBuilder<UInt8>()
  /// 0 measures azimuth, 1 measures z or radius.
  public var plane = PrimitiveBuilder<UInt8>()
  /// Measured coordinate in the sector's frame, cm.
  public var position = PrimitiveBuilder<Float>()
  /// Time in ns since the collision.
  public var time = PrimitiveBuilder<Float>()
  private var offsets = OffsetsBuilder()

  /// No events yet.
  public init() {}

  /// The number of values of all events so far.
  public var count: Int { section.count }

  /// The number of events ended so far.
  public var eventCount: Int { offsets.count }

  /// Adds one value to the current event; spans must hold the fixed number of values.
  @inlinable public mutating func append(
    section sectionValue: UInt8, sector sectorValue: UInt8, layer layerValue: UInt8, plane planeValue: UInt8,
    position positionValue: Float, time timeValue: Float
  ) {
    section.append(sectionValue)
    sector.append(sectorValue)
    layer.append(layerValue)
    plane.append(planeValue)
    position.append(positionValue)
    time.append(timeValue)
  }

  /// Ends the current event: the values added since the event before are its own.
  public mutating func endEvent() { offsets.endRow(at: section.count) }

  /// The column of all events; the builder is empty afterwards.
  public mutating func finish() -> ArrayData {
    finishList(
      EventSchema.muonDetector, &offsets,
      [
        section.finish(),
        sector.finish(),
        layer.finish(),
        plane.finish(),
        position.finish(),
        time.finish(),
      ])
  }
}
