import ArrowStream

/// Generator particles.
///
/// Row r of the batch has the values `rows[r]` of each column.
///
/// What the values are and their units: ``EventSchema``.
public struct TruthParticles: Sendable {
  /// The range of each event's values.
  public let rows: ListOffsets
  /// Particle code.
  public let pdg: ColumnView<Int32>
  /// Index of the mother in the event, -1 for none.
  public let mother: ColumnView<Int32>
  /// 1 stable, 2 decayed, 4 beam, 101 made by the detector response.
  public let status: ColumnView<Int32>
  /// Momentum in GeV.
  public let px: ColumnView<Float>
  /// Momentum in GeV.
  public let py: ColumnView<Float>
  /// Momentum in GeV.
  public let pz: ColumnView<Float>
  /// Energy in GeV.
  public let energy: ColumnView<Float>
  /// Production vertex in cm.
  public let x: ColumnView<Float>
  /// Production vertex in cm.
  public let y: ColumnView<Float>
  /// Production vertex in cm.
  public let z: ColumnView<Float>
  /// Production time in ns since the collision.
  public let t: ColumnView<Float>

  /// The `truth` column of a batch.
  /// - Throws: ``ColumnError`` when it is missing or of another type.
  public init(_ batch: RecordBatch) throws {
    try self.init(batch.column("truth"), "truth")
  }

  init(_ array: ArrayData, _ name: String) throws {
    let list = try StructureList(array, name)
    rows = list.rows
    pdg = try list.view("pdg")
    mother = try list.view("mother")
    status = try list.view("status")
    px = try list.view("px")
    py = try list.view("py")
    pz = try list.view("pz")
    energy = try list.view("energy")
    x = try list.view("x")
    y = try list.view("y")
    z = try list.view("z")
    t = try list.view("t")
  }
}

/// Grows a `truth` column event by event: add values, then ``endEvent()``.
public struct TruthParticlesBuilder: ~Copyable {
  /// Particle code.
  public var pdg = PrimitiveBuilder<Int32>()
  /// Index of the mother in the event, -1 for none.
  public var mother = PrimitiveBuilder<Int32>()
  /// 1 stable, 2 decayed, 4 beam, 101 made by the detector response.
  public var status = PrimitiveBuilder<Int32>()
  /// Momentum in GeV.
  public var px = PrimitiveBuilder<Float>()
  /// Momentum in GeV.
  public var py = PrimitiveBuilder<Float>()
  /// Momentum in GeV.
  public var pz = PrimitiveBuilder<Float>()
  /// Energy in GeV.
  public var energy = PrimitiveBuilder<Float>()
  /// Production vertex in cm.
  public var x = PrimitiveBuilder<Float>()
  /// Production vertex in cm.
  public var y = PrimitiveBuilder<Float>()
  /// Production vertex in cm.
  public var z = PrimitiveBuilder<Float>()
  /// Production time in ns since the collision.
  public var t = PrimitiveBuilder<Float>()
  private var offsets = OffsetsBuilder()

  /// No events yet.
  public init() {}

  /// The number of values of all events so far.
  public var count: Int { pdg.count }

  /// The number of events ended so far.
  public var eventCount: Int { offsets.count }

  /// Adds one value to the current event; spans must hold the fixed number of values.
  @inlinable public mutating func append(
    pdg pdgValue: Int32, mother motherValue: Int32, status statusValue: Int32, px pxValue: Float, py pyValue: Float,
    pz pzValue: Float, energy energyValue: Float, x xValue: Float, y yValue: Float, z zValue: Float, t tValue: Float
  ) {
    pdg.append(pdgValue)
    mother.append(motherValue)
    status.append(statusValue)
    px.append(pxValue)
    py.append(pyValue)
    pz.append(pzValue)
    energy.append(energyValue)
    x.append(xValue)
    y.append(yValue)
    z.append(zValue)
    t.append(tValue)
  }

  /// Ends the current event: the values added since the event before are its own.
  public mutating func endEvent() { offsets.endRow(at: pdg.count) }

  /// The column of all events; the builder is empty afterwards.
  public mutating func finish() -> ArrayData {
    finishList(
      EventSchema.truth, &offsets,
      [
        pdg.finish(),
        mother.finish(),
        status.finish(),
        px.finish(),
        py.finish(),
        pz.finish(),
        energy.finish(),
        x.finish(),
        y.finish(),
        z.finish(),
        t.finish(),
      ])
  }
}
