import ArrowStream

/// For each hit of a detector the particle that made it: index into the event's truth list, -1 for beam background.
public struct HitTruth: Sendable {
  /// The range of each event's hits.
  public let rows: ListOffsets
  /// Particle of each hit.
  public let particle: ColumnView<Int32>

  /// The hit truth of one detector.
  /// - Parameter detector: `cdc`, `svd`, `ecl` or `klm`.
  /// - Throws: ``ColumnError`` when it is missing or of another type.
  public init(_ batch: RecordBatch, detector: String) throws {
    let list = try batch.column("hit_truth").member(detector, of: "hit_truth")
    rows = try ListOffsets(list, named: "hit_truth.\(detector)")
    particle = try ColumnView(list.children[0], named: "hit_truth.\(detector)")
  }
}

/// Grows a `hit_truth` column event by event, parallel to the hits of each detector.
public struct HitTruthBuilder: ~Copyable {
  /// Particle of each drift-chamber hit.
  public var driftChamber = PrimitiveBuilder<Int32>()
  /// Particle of each vertex-detector point.
  public var silicon = PrimitiveBuilder<Int32>()
  /// Particle of each calorimeter crystal: the one that gave it most energy.
  public var calorimeter = PrimitiveBuilder<Int32>()
  /// Particle of each muon-detector hit.
  public var muonDetector = PrimitiveBuilder<Int32>()
  private var driftChamberRows = OffsetsBuilder()
  private var siliconRows = OffsetsBuilder()
  private var calorimeterRows = OffsetsBuilder()
  private var muonDetectorRows = OffsetsBuilder()

  /// No events yet.
  public init() {}

  /// Ends the current event.
  public mutating func endEvent() {
    driftChamberRows.endRow(at: driftChamber.count)
    siliconRows.endRow(at: silicon.count)
    calorimeterRows.endRow(at: calorimeter.count)
    muonDetectorRows.endRow(at: muonDetector.count)
  }

  /// The column of all events; the builder is empty afterwards.
  public mutating func finish() -> ArrayData {
    let rows = driftChamberRows.count
    guard case .structure(let fields) = EventSchema.hitTruth.type else { preconditionFailure() }
    let item = Field("item", .int32)
    return ArrayData(
      structureOf: fields,
      [
        driftChamberRows.finish(element: item, child: driftChamber.finish()),
        siliconRows.finish(element: item, child: silicon.finish()),
        calorimeterRows.finish(element: item, child: calorimeter.finish()),
        muonDetectorRows.finish(element: item, child: muonDetector.finish()),
      ], count: rows)
  }
}
