import ArrowStream

/// Neutral pions and eta mesons from pairs of photons.
///
/// Row r of the batch has the values `rows[r]` of each column.
///
/// What the values are and their units: ``EventSchema``.
public struct PhotonPairColumn: Sendable {
  /// The range of each event's values.
  public let rows: ListOffsets
  /// 1 pi0, 2 eta.
  public let kind: ColumnView<UInt8>
  /// More energetic photon.
  public let cluster1: ColumnView<Int16>
  /// Less energetic photon.
  public let cluster2: ColumnView<Int16>
  /// Invariant mass.
  public let mass: ColumnView<Float>
  /// Standard deviation of the mass.
  public let massError: ColumnView<Float>
  /// Chi-square of the constraint to the mass, one degree of freedom.
  public let chi2: ColumnView<Float>
  /// Momentum with the mass constrained.
  public let px: ColumnView<Float>
  /// Momentum with the mass constrained.
  public let py: ColumnView<Float>
  /// Momentum with the mass constrained.
  public let pz: ColumnView<Float>
  /// Energy with the mass constrained.
  public let energy: ColumnView<Float>

  init(_ array: ArrayData, _ name: String) throws {
    let list = try StructureList(array, name)
    rows = list.rows
    kind = try list.view("kind")
    cluster1 = try list.view("cluster1")
    cluster2 = try list.view("cluster2")
    mass = try list.view("mass")
    massError = try list.view("mass_error")
    chi2 = try list.view("chi2")
    px = try list.view("px")
    py = try list.view("py")
    pz = try list.view("pz")
    energy = try list.view("energy")
  }
}

/// Grows a `photon_pairs` column event by event: add values, then ``endEvent()``.
public struct PhotonPairBuilder: ~Copyable {
  /// 1 pi0, 2 eta.
  public var kind = PrimitiveBuilder<UInt8>()
  /// More energetic photon.
  public var cluster1 = PrimitiveBuilder<Int16>()
  /// Less energetic photon.
  public var cluster2 = PrimitiveBuilder<Int16>()
  /// Invariant mass.
  public var mass = PrimitiveBuilder<Float>()
  /// Standard deviation of the mass.
  public var massError = PrimitiveBuilder<Float>()
  /// Chi-square of the constraint to the mass, one degree of freedom.
  public var chi2 = PrimitiveBuilder<Float>()
  /// Momentum with the mass constrained.
  public var px = PrimitiveBuilder<Float>()
  /// Momentum with the mass constrained.
  public var py = PrimitiveBuilder<Float>()
  /// Momentum with the mass constrained.
  public var pz = PrimitiveBuilder<Float>()
  /// Energy with the mass constrained.
  public var energy = PrimitiveBuilder<Float>()
  private var offsets = OffsetsBuilder()

  /// No events yet.
  public init() {}

  /// The number of values of all events so far.
  public var count: Int { kind.count }

  /// The number of events ended so far.
  public var eventCount: Int { offsets.count }

  /// Adds one value to the current event; spans must hold the fixed number of values.
  @inlinable public mutating func append(
    kind kindValue: UInt8, cluster1 cluster1Value: Int16, cluster2 cluster2Value: Int16, mass massValue: Float,
    massError massErrorValue: Float, chi2 chi2Value: Float, px pxValue: Float, py pyValue: Float, pz pzValue: Float,
    energy energyValue: Float
  ) {
    kind.append(kindValue)
    cluster1.append(cluster1Value)
    cluster2.append(cluster2Value)
    mass.append(massValue)
    massError.append(massErrorValue)
    chi2.append(chi2Value)
    px.append(pxValue)
    py.append(pyValue)
    pz.append(pzValue)
    energy.append(energyValue)
  }

  /// Ends the current event: the values added since the event before are its own.
  public mutating func endEvent() { offsets.endRow(at: kind.count) }

  /// The column of all events; the builder is empty afterwards.
  public mutating func finish() -> ArrayData {
    finishList(
      EventSchema.photonPairs, &offsets,
      [
        kind.finish(),
        cluster1.finish(),
        cluster2.finish(),
        mass.finish(),
        massError.finish(),
        chi2.finish(),
        px.finish(),
        py.finish(),
        pz.finish(),
        energy.finish(),
      ])
  }
}
