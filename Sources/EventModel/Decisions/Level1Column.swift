import ArrowStream

/// What level 1 found and decided for the events of a batch.
public struct Level1Column: Sendable {
  /// Input bits: ``EventSchema/level1Words`` words an event.
  public let input: ColumnView<UInt32>
  /// Lines before prescale: ``EventSchema/level1Words`` words an event.
  public let beforePrescale: ColumnView<UInt32>
  /// Lines after prescale: ``EventSchema/level1Words`` words an event.
  public let afterPrescale: ColumnView<UInt32>
  /// Which prescales were in force.
  public let prescaleVersion: ColumnView<UInt32>
  /// Whether any line fired after prescale and the trigger was not lost to dead time.
  public let accepted: BoolView
  /// Why the trigger was lost to dead time; 0 if it was not.
  public let deadTime: ColumnView<UInt8>
  /// Event time in ns since the collision.
  public let time: ColumnView<Float>
  /// Which detector timed the event.
  public let timingSource: ColumnView<UInt8>
  /// How well the event is timed: 0 none … 3 superfine.
  public let timingQuality: ColumnView<UInt8>
  /// Calorimeter sum over rings 2-15 in GeV.
  public let energyPhysics: ColumnView<Float>
  /// Calorimeter sum over all rings in GeV.
  public let energyTotal: ColumnView<Float>
  /// Isolated cluster number.
  public let isolatedClusters: ColumnView<UInt8>
  /// Fired muon-detector sectors, one bit each.
  public let muonSectors: ColumnView<UInt32>
  /// Track segments.
  public let segments: Level1Segments
  /// Two-dimensional tracks.
  public let tracks: Level1Tracks
  /// Calorimeter clusters.
  public let clusters: Level1Clusters

  /// The `l1` column of a batch.
  /// - Throws: ``ColumnError`` when it is missing or of another type.
  public init(_ batch: RecordBatch) throws { try self.init(batch.column("l1")) }

  /// A column as level 1 returns it.
  /// - Throws: ``ColumnError`` when it is of another type.
  public init(_ array: ArrayData) throws {
    let words = EventSchema.level1Words
    input = try fixedSizeView(array.member("input", of: "l1"), each: words, named: "l1.input")
    beforePrescale = try fixedSizeView(
      array.member("before_prescale", of: "l1"), each: words, named: "l1.before_prescale")
    afterPrescale = try fixedSizeView(array.member("after_prescale", of: "l1"), each: words, named: "l1.after_prescale")
    prescaleVersion = try array.memberView("prescale_version", of: "l1")
    accepted = try BoolView(array.member("accepted", of: "l1"), named: "l1.accepted")
    deadTime = try array.memberView("dead_time", of: "l1")
    time = try array.memberView("time", of: "l1")
    timingSource = try array.memberView("timing_source", of: "l1")
    timingQuality = try array.memberView("timing_quality", of: "l1")
    energyPhysics = try array.memberView("energy_physics", of: "l1")
    energyTotal = try array.memberView("energy_total", of: "l1")
    isolatedClusters = try array.memberView("isolated_clusters", of: "l1")
    muonSectors = try array.memberView("klm_sectors", of: "l1")
    segments = try Level1Segments(array.member("segments", of: "l1"), "l1.segments")
    tracks = try Level1Tracks(array.member("tracks", of: "l1"), "l1.tracks")
    clusters = try Level1Clusters(array.member("clusters", of: "l1"), "l1.clusters")
  }

  /// The field of a member of the column.
  static func memberField(_ name: String) -> Field {
    guard case .structure(let fields) = EventSchema.level1.type, let field = fields.first(where: { $0.name == name })
    else { preconditionFailure("'l1' has no member '\(name)'") }
    return field
  }
}

/// Grows an `l1` column event by event.
public struct Level1Builder: ~Copyable {
  /// Input words, ten an event.
  public var input = PrimitiveBuilder<UInt32>()
  /// Words of the lines before prescale, ten an event.
  public var beforePrescale = PrimitiveBuilder<UInt32>()
  /// Words of the lines after prescale, ten an event.
  public var afterPrescale = PrimitiveBuilder<UInt32>()
  /// Prescale version of each event.
  public var prescaleVersion = PrimitiveBuilder<UInt32>()
  /// Whether each event was accepted.
  public var accepted = BoolBuilder()
  /// Why the trigger was lost to dead time.
  public var deadTime = PrimitiveBuilder<UInt8>()
  /// Event time in ns.
  public var time = PrimitiveBuilder<Float>()
  /// Timing source.
  public var timingSource = PrimitiveBuilder<UInt8>()
  /// Timing quality.
  public var timingQuality = PrimitiveBuilder<UInt8>()
  /// Sum over rings 2-15 in GeV.
  public var energyPhysics = PrimitiveBuilder<Float>()
  /// Sum over all rings in GeV.
  public var energyTotal = PrimitiveBuilder<Float>()
  /// Isolated cluster number.
  public var isolatedClusters = PrimitiveBuilder<UInt8>()
  /// Fired muon-detector sectors.
  public var muonSectors = PrimitiveBuilder<UInt32>()
  /// Track segments; end each event of them too.
  public var segments = Level1SegmentsBuilder()
  /// Two-dimensional tracks; end each event of them too.
  public var tracks = Level1TracksBuilder()
  /// Calorimeter clusters; end each event of them too.
  public var clusters = Level1ClustersBuilder()

  /// No events yet.
  public init() {}

  /// The column of all events; the builder is empty afterwards. Every member must have been given a value for every
  /// event.
  public mutating func finish() -> ArrayData {
    let rows = time.count
    guard case .structure(let fields) = EventSchema.level1.type else { preconditionFailure() }
    return ArrayData(
      structureOf: fields,
      [
        fixedSizeList(fields[0].type, input.finish(), rows: rows),
        fixedSizeList(fields[1].type, beforePrescale.finish(), rows: rows),
        fixedSizeList(fields[2].type, afterPrescale.finish(), rows: rows),
        prescaleVersion.finish(), accepted.finish(), deadTime.finish(), time.finish(), timingSource.finish(),
        timingQuality.finish(),
        energyPhysics.finish(), energyTotal.finish(), isolatedClusters.finish(), muonSectors.finish(),
        segments.finish(), tracks.finish(), clusters.finish(),
      ], count: rows)
  }
}
