import ArrowStream

/// Photons radiated by electrons on their way.
///
/// Row r of the batch has the values `rows[r]` of each column.
///
/// What the values are and their units: ``EventSchema``.
public struct BremsstrahlungColumn: Sendable {
  /// The range of each event's values.
  public let rows: ListOffsets
  /// Track of the electron.
  public let track: ColumnView<Int16>
  /// Cluster of the photon.
  public let cluster: ColumnView<Int16>
  /// Distance from the z axis where it fits best to have been radiated.
  public let radius: ColumnView<Float>
  /// Chi-square of the direction, two degrees of freedom.
  public let chi2: ColumnView<Float>

  init(_ array: ArrayData, _ name: String) throws {
    let list = try StructureList(array, name)
    rows = list.rows
    track = try list.view("track")
    cluster = try list.view("cluster")
    radius = try list.view("radius")
    chi2 = try list.view("chi2")
  }
}

/// Grows a `bremsstrahlung` column event by event: add values, then ``endEvent()``.
public struct BremsstrahlungBuilder: ~Copyable {
  /// Track of the electron.
  public var track = PrimitiveBuilder<Int16>()
  /// Cluster of the photon.
  public var cluster = PrimitiveBuilder<Int16>()
  /// Distance from the z axis where it fits best to have been radiated.
  public var radius = PrimitiveBuilder<Float>()
  /// Chi-square of the direction, two degrees of freedom.
  public var chi2 = PrimitiveBuilder<Float>()
  private var offsets = OffsetsBuilder()

  /// No events yet.
  public init() {}

  /// The number of values of all events so far.
  public var count: Int { track.count }

  /// The number of events ended so far.
  public var eventCount: Int { offsets.count }

  /// Adds one value to the current event; spans must hold the fixed number of values.
  @inlinable public mutating func append(
    track trackValue: Int16, cluster clusterValue: Int16, radius radiusValue: Float, chi2 chi2Value: Float
  ) {
    track.append(trackValue)
    cluster.append(clusterValue)
    radius.append(radiusValue)
    chi2.append(chi2Value)
  }

  /// Ends the current event: the values added since the event before are its own.
  public mutating func endEvent() { offsets.endRow(at: track.count) }

  /// The column of all events; the builder is empty afterwards.
  public mutating func finish() -> ArrayData {
    finishList(
      EventSchema.bremsstrahlung, &offsets,
      [
        track.finish(),
        cluster.finish(),
        radius.finish(),
        chi2.finish(),
      ])
  }
}
