import ArrowStream

/// The collision point of each event: one value a row.
///
/// What the values are and their units: ``EventSchema``.
public struct PromptVertexColumn: Sendable {
  /// Collision point in cm, not a number if it was not looked for.
  public let x: ColumnView<Float>
  /// Collision point in cm.
  public let y: ColumnView<Float>
  /// Collision point in cm.
  public let z: ColumnView<Float>
  /// Covariance in cm2: xx, yx, yy, zx, zy, zz, 6 values a row.
  public let covariance: ColumnView<Float>
  /// Chi-square of the fit.
  public let chi2: ColumnView<Float>
  /// Degrees of freedom of the fit.
  public let ndf: ColumnView<UInt16>
  /// Tracks that belong to it.
  public let tracks: ColumnView<UInt16>

  init(_ array: ArrayData, _ name: String) throws {
    x = try array.memberView("x", of: name)
    y = try array.memberView("y", of: name)
    z = try array.memberView("z", of: name)
    covariance = try fixedSizeView(array.member("covariance", of: name), each: 6, named: "\(name).covariance")
    chi2 = try array.memberView("chi2", of: name)
    ndf = try array.memberView("ndf", of: name)
    tracks = try array.memberView("tracks", of: name)
  }
}

/// Grows a `prompt_vertex` member, one value an event.
public struct PromptVertexBuilder: ~Copyable {
  private var x = PrimitiveBuilder<Float>()
  private var y = PrimitiveBuilder<Float>()
  private var z = PrimitiveBuilder<Float>()
  private var covariance = PrimitiveBuilder<Float>()
  private var chi2 = PrimitiveBuilder<Float>()
  private var ndf = PrimitiveBuilder<UInt16>()
  private var tracks = PrimitiveBuilder<UInt16>()

  /// No events yet.
  public init() {}

  /// The number of events so far.
  public var count: Int { x.count }

  /// Adds the value of the current event; the covariance has 6 values.
  public mutating func append(
    x xValue: Float, y yValue: Float, z zValue: Float, covariance values: Span<Float>, chi2 chi2Value: Float,
    ndf ndfValue: UInt16, tracks tracksValue: UInt16
  ) {
    precondition(values.count == 6, "6 values a row")
    x.append(xValue)
    y.append(yValue)
    z.append(zValue)
    covariance.append(contentsOf: values)
    chi2.append(chi2Value)
    ndf.append(ndfValue)
    tracks.append(tracksValue)
  }

  /// Adds undefined values until there is one for each of `rows` events.
  public mutating func fill(upTo rows: Int) {
    let undefined = InlineArray<6, Float>(repeating: .nan)
    while count < rows {
      append(x: .nan, y: .nan, z: .nan, covariance: undefined.span, chi2: .nan, ndf: 0, tracks: 0)
    }
  }

  /// The member of all events; the builder is empty afterwards.
  public mutating func finish() -> ArrayData {
    guard case .structure(let fields) = EventSchema.promptVertex.type else { preconditionFailure() }
    let rows = count
    return ArrayData(
      structureOf: fields,
      [
        x.finish(), y.finish(), z.finish(), fixedSizeList(fields[3].type, covariance.finish(), rows: rows),
        chi2.finish(), ndf.finish(), tracks.finish(),
      ], count: rows)
  }
}
