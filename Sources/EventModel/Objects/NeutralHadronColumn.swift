import ArrowStream

/// Candidates of K_L and neutrons.
///
/// Row r of the batch has the values `rows[r]` of each column.
///
/// What the values are and their units: ``EventSchema``.
public struct NeutralHadronColumn: Sendable {
  /// The range of each event's values.
  public let rows: ListOffsets
  /// Middle of the innermost layer's hits, or the cluster.
  public let x: ColumnView<Float>
  /// The same.
  public let y: ColumnView<Float>
  /// The same.
  public let z: ColumnView<Float>
  /// Since the collision.
  public let time: ColumnView<Float>
  /// Muon-detector layers, 0 for a calorimeter cluster alone.
  public let layers: ColumnView<UInt8>
  /// Innermost of them.
  public let firstLayer: ColumnView<UInt8>
  /// Hits of the muon detector.
  public let hits: ColumnView<UInt16>
  /// Calorimeter cluster in the same direction, -1 for none.
  public let cluster: ColumnView<Int16>

  init(_ array: ArrayData, _ name: String) throws {
    let list = try StructureList(array, name)
    rows = list.rows
    x = try list.view("x")
    y = try list.view("y")
    z = try list.view("z")
    time = try list.view("time")
    layers = try list.view("layers")
    firstLayer = try list.view("first_layer")
    hits = try list.view("hits")
    cluster = try list.view("cluster")
  }
}

/// Grows a `neutral_hadrons` column event by event: add values, then ``endEvent()``.
public struct NeutralHadronBuilder: ~Copyable {
  /// Middle of the innermost layer's hits, or the cluster.
  public var x = PrimitiveBuilder<Float>()
  /// The same.
  public var y = PrimitiveBuilder<Float>()
  /// The same.
  public var z = PrimitiveBuilder<Float>()
  /// Since the collision.
  public var time = PrimitiveBuilder<Float>()
  /// Muon-detector layers, 0 for a calorimeter cluster alone.
  public var layers = PrimitiveBuilder<UInt8>()
  /// Innermost of them.
  public var firstLayer = PrimitiveBuilder<UInt8>()
  /// Hits of the muon detector.
  public var hits = PrimitiveBuilder<UInt16>()
  /// Calorimeter cluster in the same direction, -1 for none.
  public var cluster = PrimitiveBuilder<Int16>()
  private var offsets = OffsetsBuilder()

  /// No events yet.
  public init() {}

  /// The number of values of all events so far.
  public var count: Int { x.count }

  /// The number of events ended so far.
  public var eventCount: Int { offsets.count }

  /// Adds one value to the current event; spans must hold the fixed number of values.
  @inlinable public mutating func append(
    x xValue: Float, y yValue: Float, z zValue: Float, time timeValue: Float, layers layersValue: UInt8,
    firstLayer firstLayerValue: UInt8, hits hitsValue: UInt16, cluster clusterValue: Int16
  ) {
    x.append(xValue)
    y.append(yValue)
    z.append(zValue)
    time.append(timeValue)
    layers.append(layersValue)
    firstLayer.append(firstLayerValue)
    hits.append(hitsValue)
    cluster.append(clusterValue)
  }

  /// Ends the current event: the values added since the event before are its own.
  public mutating func endEvent() { offsets.endRow(at: x.count) }

  /// The column of all events; the builder is empty afterwards.
  public mutating func finish() -> ArrayData {
    finishList(
      EventSchema.neutralHadrons, &offsets,
      [
        x.finish(),
        y.finish(),
        z.finish(),
        time.finish(),
        layers.finish(),
        firstLayer.finish(),
        hits.finish(),
        cluster.finish(),
      ])
  }
}
