import ArrowStream

/// Calorimeter clusters of level 1.
///
/// Row r of the batch has the values `rows[r]` of each column.
///
/// What the values are and their units: ``EventSchema``.
public struct Level1Clusters: Sendable {
  /// The range of each event's values.
  public let rows: ListOffsets
  /// Most energetic trigger cell, 1…576.
  public let cell: ColumnView<UInt16>
  /// Ring of that cell, 1…17.
  public let ring: ColumnView<UInt8>
  /// Energy in GeV.
  public let energy: ColumnView<Float>
  /// Time in ns since the collision.
  public let time: ColumnView<Float>
  /// Polar angle in rad.
  public let theta: ColumnView<Float>
  /// Azimuth in rad.
  public let phi: ColumnView<Float>

  init(_ array: ArrayData, _ name: String) throws {
    let list = try StructureList(array, name)
    rows = list.rows
    cell = try list.view("cell")
    ring = try list.view("ring")
    energy = try list.view("energy")
    time = try list.view("time")
    theta = try list.view("theta")
    phi = try list.view("phi")
  }
}

/// Grows a `l1.clusters` column event by event: add values, then ``endEvent()``.
public struct Level1ClustersBuilder: ~Copyable {
  /// Most energetic trigger cell, 1…576.
  public var cell = PrimitiveBuilder<UInt16>()
  /// Ring of that cell, 1…17.
  public var ring = PrimitiveBuilder<UInt8>()
  /// Energy in GeV.
  public var energy = PrimitiveBuilder<Float>()
  /// Time in ns since the collision.
  public var time = PrimitiveBuilder<Float>()
  /// Polar angle in rad.
  public var theta = PrimitiveBuilder<Float>()
  /// Azimuth in rad.
  public var phi = PrimitiveBuilder<Float>()
  private var offsets = OffsetsBuilder()

  /// No events yet.
  public init() {}

  /// The number of values of all events so far.
  public var count: Int { cell.count }

  /// The number of events ended so far.
  public var eventCount: Int { offsets.count }

  /// Adds one value to the current event; spans must hold the fixed number of values.
  @inlinable public mutating func append(
    cell cellValue: UInt16, ring ringValue: UInt8, energy energyValue: Float, time timeValue: Float,
    theta thetaValue: Float, phi phiValue: Float
  ) {
    cell.append(cellValue)
    ring.append(ringValue)
    energy.append(energyValue)
    time.append(timeValue)
    theta.append(thetaValue)
    phi.append(phiValue)
  }

  /// Ends the current event: the values added since the event before are its own.
  public mutating func endEvent() { offsets.endRow(at: cell.count) }

  /// The column of all events; the builder is empty afterwards.
  public mutating func finish() -> ArrayData {
    finishList(
      Level1Column.memberField("clusters"), &offsets,
      [
        cell.finish(),
        ring.finish(),
        energy.finish(),
        time.finish(),
        theta.finish(),
        phi.finish(),
      ])
  }
}
