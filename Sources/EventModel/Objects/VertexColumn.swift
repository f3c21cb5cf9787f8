import ArrowStream

/// Vertices of two tracks.
///
/// Row r of the batch has the values `rows[r]` of each column.
///
/// What the values are and their units: ``EventSchema``.
public struct VertexColumn: Sendable {
  /// The range of each event's values.
  public let rows: ListOffsets
  /// Position in cm.
  public let x: ColumnView<Float>
  /// Position in cm.
  public let y: ColumnView<Float>
  /// Position in cm.
  public let z: ColumnView<Float>
  /// Chi-square of the fit.
  public let chi2: ColumnView<Float>
  /// Degrees of freedom of the fit.
  public let ndf: ColumnView<UInt8>
  /// Probability of a larger chi-square.
  public let probability: ColumnView<Float>
  /// Distance from the z axis in cm.
  public let rho: ColumnView<Float>
  /// Invariant mass in GeV, tracks as pions.
  public let mass: ColumnView<Float>
  /// Positive track.
  public let track1: ColumnView<Int16>
  /// Negative track.
  public let track2: ColumnView<Int16>
  /// Angle between momentum and flight direction, rad.
  public let pointing: ColumnView<Float>
  /// 0 other, 1 K_S window, 2 Lambda window, 3 conversion.
  public let kind: ColumnView<UInt8>

  init(_ array: ArrayData, _ name: String) throws {
    let list = try StructureList(array, name)
    rows = list.rows
    x = try list.view("x")
    y = try list.view("y")
    z = try list.view("z")
    chi2 = try list.view("chi2")
    ndf = try list.view("ndf")
    probability = try list.view("probability")
    rho = try list.view("rho")
    mass = try list.view("mass")
    track1 = try list.view("track1")
    track2 = try list.view("track2")
    pointing = try list.view("pointing")
    kind = try list.view("kind")
  }
}

/// Grows a `vertices` column event by event: add values, then ``endEvent()``.
public struct VertexBuilder: ~Copyable {
  /// Position in cm.
  public var x = PrimitiveBuilder<Float>()
  /// Position in cm.
  public var y = PrimitiveBuilder<Float>()
  /// Position in cm.
  public var z = PrimitiveBuilder<Float>()
  /// Chi-square of the fit.
  public var chi2 = PrimitiveBuilder<Float>()
  /// Degrees of freedom of the fit.
  public var ndf = PrimitiveBuilder<UInt8>()
  /// Probability of a larger chi-square.
  public var probability = PrimitiveBuilder<Float>()
  /// Distance from the z axis in cm.
  public var rho = PrimitiveBuilder<Float>()
  /// Invariant mass in GeV, tracks as pions.
  public var mass = PrimitiveBuilder<Float>()
  /// Positive track.
  public var track1 = PrimitiveBuilder<Int16>()
  /// Negative track.
  public var track2 = PrimitiveBuilder<Int16>()
  /// Angle between momentum and flight direction, rad.
  public var pointing = PrimitiveBuilder<Float>()
  /// 0 other, 1 K_S window, 2 Lambda window, 3 conversion.
  public var kind = PrimitiveBuilder<UInt8>()
  private var offsets = OffsetsBuilder()

  /// No events yet.
  public init() {}

  /// The number of values of all events so far.
  public var count: Int { x.count }

  /// The number of events ended so far.
  public var eventCount: Int { offsets.count }

  /// Adds one value to the current event; spans must hold the fixed number of values.
  @inlinable public mutating func append(
    x xValue: Float, y yValue: Float, z zValue: Float, chi2 chi2Value: Float, ndf ndfValue: UInt8,
    probability probabilityValue: Float, rho rhoValue: Float, mass massValue: Float, track1 track1Value: Int16,
    track2 track2Value: Int16, pointing pointingValue: Float, kind kindValue: UInt8
  ) {
    x.append(xValue)
    y.append(yValue)
    z.append(zValue)
    chi2.append(chi2Value)
    ndf.append(ndfValue)
    probability.append(probabilityValue)
    rho.append(rhoValue)
    mass.append(massValue)
    track1.append(track1Value)
    track2.append(track2Value)
    pointing.append(pointingValue)
    kind.append(kindValue)
  }

  /// Ends the current event: the values added since the event before are its own.
  public mutating func endEvent() { offsets.endRow(at: x.count) }

  /// The column of all events; the builder is empty afterwards.
  public mutating func finish() -> ArrayData {
    finishList(
      EventSchema.vertices, &offsets,
      [
        x.finish(),
        y.finish(),
        z.finish(),
        chi2.finish(),
        ndf.finish(),
        probability.finish(),
        rho.finish(),
        mass.finish(),
        track1.finish(),
        track2.finish(),
        pointing.finish(),
        kind.finish(),
      ])
  }
}
