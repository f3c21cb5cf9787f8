import ArrowStream

/// Calorimeter clusters.
///
/// Row r of the batch has the values `rows[r]` of each column.
///
/// What the values are and their units: ``EventSchema``.
public struct ClusterColumn: Sendable {
  /// The range of each event's values.
  public let rows: ListOffsets
  /// Energy in GeV, corrected for leakage and pile-up.
  public let energy: ColumnView<Float>
  /// Polar angle in rad, seen from the origin.
  public let theta: ColumnView<Float>
  /// Azimuth in rad, seen from the origin.
  public let phi: ColumnView<Float>
  /// Time in ns since the collision: mean of the crystals by their resolution.
  public let time: ColumnView<Float>
  /// Energy in 3x3 over energy in 5x5 without corners.
  public let e9OverE21: ColumnView<Float>
  /// Energy-weighted squared distance from the centre, cm2.
  public let secondMoment: ColumnView<Float>
  /// Number of crystals.
  public let crystals: ColumnView<UInt16>
  /// Most energetic crystal.
  public let seedCrystal: ColumnView<UInt16>
  /// Matched track of the event, -1 for none.
  public let track: ColumnView<Int16>
  /// Standard deviation of the energy in GeV, for a photon.
  public let energyError: ColumnView<Float>
  /// Standard deviation of theta in rad, for a photon.
  public let thetaError: ColumnView<Float>
  /// Standard deviation of phi in rad, for a photon.
  public let phiError: ColumnView<Float>
  /// Uncertainty of the time in ns: 99 % of photons lie within it on either side.
  public let dt99: ColumnView<Float>
  /// Energy of the seed crystal over energy in 3x3.
  public let e1OverE9: ColumnView<Float>
  /// Photon score of the shower's shape, 0…1.
  public let photon: ColumnView<Float>

  init(_ array: ArrayData, _ name: String) throws {
    let list = try StructureList(array, name)
    rows = list.rows
    energy = try list.view("energy")
    theta = try list.view("theta")
    phi = try list.view("phi")
    time = try list.view("time")
    e9OverE21 = try list.view("e9_e21")
    secondMoment = try list.view("second_moment")
    crystals = try list.view("crystals")
    seedCrystal = try list.view("seed_crystal")
    track = try list.view("track")
    energyError = try list.view("energy_error")
    thetaError = try list.view("theta_error")
    phiError = try list.view("phi_error")
    dt99 = try list.view("dt99")
    e1OverE9 = try list.view("e1_e9")
    photon = try list.view("photon")
  }
}

/// Grows a `clusters` column event by event: add values, then ``endEvent()``.
public struct ClusterBuilder: ~Copyable {
  /// Energy in GeV, corrected for leakage and pile-up.
  public var energy = PrimitiveBuilder<Float>()
  /// Polar angle in rad, seen from the origin.
  public var theta = PrimitiveBuilder<Float>()
  /// Azimuth in rad, seen from the origin.
  public var phi = PrimitiveBuilder<Float>()
  /// Time in ns since the collision: mean of the crystals by their resolution.
  public var time = PrimitiveBuilder<Float>()
  /// Energy in 3x3 over energy in 5x5 without corners.
  public var e9OverE21 = PrimitiveBuilder<Float>()
  /// Energy-weighted squared distance from the centre, cm2.
  public var secondMoment = PrimitiveBuilder<Float>()
  /// Number of crystals.
  public var crystals = PrimitiveBuilder<UInt16>()
  /// Most energetic crystal.
  public var seedCrystal = PrimitiveBuilder<UInt16>()
  /// Matched track of the event, -1 for none.
  public var track = PrimitiveBuilder<Int16>()
  /// Standard deviation of the energy in GeV, for a photon.
  public var energyError = PrimitiveBuilder<Float>()
  /// Standard deviation of theta in rad, for a photon.
  public var thetaError = PrimitiveBuilder<Float>()
  /// Standard deviation of phi in rad, for a photon.
  public var phiError = PrimitiveBuilder<Float>()
  /// Uncertainty of the time in ns: 99 % of photons lie within it on either side.
  public var dt99 = PrimitiveBuilder<Float>()
  /// Energy of the seed crystal over energy in 3x3.
  public var e1OverE9 = PrimitiveBuilder<Float>()
  /// Photon score of the shower's shape, 0…1.
  public var photon = PrimitiveBuilder<Float>()
  private var offsets = OffsetsBuilder()

  /// No events yet.
  public init() {}

  /// The number of values of all events so far.
  public var count: Int { energy.count }

  /// The number of events ended so far.
  public var eventCount: Int { offsets.count }

  /// Adds one value to the current event; spans must hold the fixed number of values.
  @inlinable public mutating func append(
    energy energyValue: Float, theta thetaValue: Float, phi phiValue: Float, time timeValue: Float,
    e9OverE21 e9OverE21Value: Float, secondMoment secondMomentValue: Float, crystals crystalsValue: UInt16,
    seedCrystal seedCrystalValue: UInt16, track trackValue: Int16, energyError energyErrorValue: Float,
    thetaError thetaErrorValue: Float, phiError phiErrorValue: Float, dt99 dt99Value: Float,
    e1OverE9 e1OverE9Value: Float, photon photonValue: Float
  ) {
    energy.append(energyValue)
    theta.append(thetaValue)
    phi.append(phiValue)
    time.append(timeValue)
    e9OverE21.append(e9OverE21Value)
    secondMoment.append(secondMomentValue)
    crystals.append(crystalsValue)
    seedCrystal.append(seedCrystalValue)
    track.append(trackValue)
    energyError.append(energyErrorValue)
    thetaError.append(thetaErrorValue)
    phiError.append(phiErrorValue)
    dt99.append(dt99Value)
    e1OverE9.append(e1OverE9Value)
    photon.append(photonValue)
  }

  /// Ends the current event: the values added since the event before are its own.
  public mutating func endEvent() { offsets.endRow(at: energy.count) }

  /// The column of all events; the builder is empty afterwards.
  public mutating func finish() -> ArrayData {
    finishList(
      EventSchema.clusters, &offsets,
      [
        energy.finish(),
        theta.finish(),
        phi.finish(),
        time.finish(),
        e9OverE21.finish(),
        secondMoment.finish(),
        crystals.finish(),
        seedCrystal.finish(),
        track.finish(),
        energyError.finish(),
        thetaError.finish(),
        phiError.finish(),
        dt99.finish(),
        e1OverE9.finish(),
        photon.finish(),
      ])
  }
}
