import ArrowStream

/// Candidates of the search channels.
///
/// Row r of the batch has the values `rows[r]` of each column.
///
/// What the values are and their units: ``EventSchema``.
public struct CandidateColumn: Sendable {
  /// The range of each event's values.
  public let rows: ListOffsets
  /// 1 dimuon.
  public let kind: ColumnView<UInt8>
  /// Invariant mass in GeV.
  public let mass: ColumnView<Float>
  /// sqrt(mass2 - 4 m_mu2) in GeV.
  public let reducedMass: ColumnView<Float>
  /// Squared recoil mass in GeV2.
  public let recoilMassSquared: ColumnView<Float>
  /// Vertex of the event, -1 for none.
  public let vertex: ColumnView<Int16>
  /// Positive track.
  public let track1: ColumnView<Int16>
  /// Negative track.
  public let track2: ColumnView<Int16>

  init(_ array: ArrayData, _ name: String) throws {
    let list = try StructureList(array, name)
    rows = list.rows
    kind = try list.view("kind")
    mass = try list.view("mass")
    reducedMass = try list.view("reduced_mass")
    recoilMassSquared = try list.view("recoil_mass2")
    vertex = try list.view("vertex")
    track1 = try list.view("track1")
    track2 = try list.view("track2")
  }
}

/// Grows a `candidates` column event by event: add values, then ``endEvent()``.
public struct CandidateBuilder: ~Copyable {
  /// 1 dimuon.
  public var kind = PrimitiveBuilder<UInt8>()
  /// Invariant mass in GeV.
  public var mass = PrimitiveBuilder<Float>()
  /// sqrt(mass2 - 4 m_mu2) in GeV.
  public var reducedMass = PrimitiveBuilder<Float>()
  /// Squared recoil mass in GeV2.
  public var recoilMassSquared = PrimitiveBuilder<Float>()
  /// Vertex of the event, -1 for none.
  public var vertex = PrimitiveBuilder<Int16>()
  /// Positive track.
  public var track1 = PrimitiveBuilder<Int16>()
  /// Negative track.
  public var track2 = PrimitiveBuilder<Int16>()
  private var offsets = OffsetsBuilder()

  /// No events yet.
  public init() {}

  /// The number of values of all events so far.
  public var count: Int { kind.count }

  /// The number of events ended so far.
  public var eventCount: Int { offsets.count }

  /// Adds one value to the current event; spans must hold the fixed number of values.
  @inlinable public mutating func append(
    kind kindValue: UInt8, mass massValue: Float, reducedMass reducedMassValue: Float,
    recoilMassSquared recoilMassSquaredValue: Float, vertex vertexValue: Int16, track1 track1Value: Int16,
    track2 track2Value: Int16
  ) {
    kind.append(kindValue)
    mass.append(massValue)
    reducedMass.append(reducedMassValue)
    recoilMassSquared.append(recoilMassSquaredValue)
    vertex.append(vertexValue)
    track1.append(track1Value)
    track2.append(track2Value)
  }

  /// Ends the current event: the values added since the event before are its own.
  public mutating func endEvent() { offsets.endRow(at: kind.count) }

  /// The column of all events; the builder is empty afterwards.
  public mutating func finish() -> ArrayData {
    finishList(
      EventSchema.candidates, &offsets,
      [
        kind.finish(),
        mass.finish(),
        reducedMass.finish(),
        recoilMassSquared.finish(),
        vertex.finish(),
        track1.finish(),
        track2.finish(),
      ])
  }
}
