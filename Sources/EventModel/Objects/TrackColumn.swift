import ArrowStream

/// Tracks: helices at the point of closest approach to the z axis.
///
/// Row r of the batch has the values `rows[r]` of each column.
///
/// What the values are and their units: ``EventSchema``.
public struct TrackColumn: Sendable {
  /// The range of each event's values.
  public let rows: ListOffsets
  /// Signed impact parameter in cm.
  public let d0: ColumnView<Float>
  /// Azimuth of the momentum there, rad.
  public let phi0: ColumnView<Float>
  /// Signed curvature in 1/cm, sign of the charge.
  public let omega: ColumnView<Float>
  /// z there, cm.
  public let z0: ColumnView<Float>
  /// pz / pT.
  public let tanLambda: ColumnView<Float>
  /// Covariance of (d0, phi0, omega, z0, tan lambda): 15 values a track, lower triangle row by row.
  public let covariance: ColumnView<Float>
  /// Chi-square of the fit.
  public let chi2: ColumnView<Float>
  /// Degrees of freedom of the fit.
  public let ndf: ColumnView<UInt16>
  /// Drift-chamber hits on the track.
  public let driftChamberHits: ColumnView<UInt8>
  /// Vertex-detector points on the track.
  public let siliconHits: ColumnView<UInt8>
  /// Matched cluster of the event, -1 for none.
  public let cluster: ColumnView<Int16>
  /// Muon-detector layers with a matched hit.
  public let muonLayers: ColumnView<UInt8>
  /// Muon score, 0…1.
  public let muon: ColumnView<Float>
  /// Electron score, 0…1.
  public let electron: ColumnView<Float>
  /// Level-1 track it grew from, -1 for none.
  public let level1Track: ColumnView<Int16>
  /// Vertex-detector point of each layer: 6 values a track, index into `svd` of the event, -1 for none.
  public let siliconPoints: ColumnView<Int16>
  /// How sure it is that a particle made the track, 0…1.
  public let quality: ColumnView<Float>

  init(_ array: ArrayData, _ name: String) throws {
    let list = try StructureList(array, name)
    rows = list.rows
    d0 = try list.view("d0")
    phi0 = try list.view("phi0")
    omega = try list.view("omega")
    z0 = try list.view("z0")
    tanLambda = try list.view("tan_lambda")
    covariance = try list.view("covariance", each: 15)
    chi2 = try list.view("chi2")
    ndf = try list.view("ndf")
    driftChamberHits = try list.view("cdc_hits")
    siliconHits = try list.view("svd_hits")
    cluster = try list.view("cluster")
    muonLayers = try list.view("klm_layers")
    muon = try list.view("muon")
    electron = try list.view("electron")
    level1Track = try list.view("level1_track")
    siliconPoints = try list.view("svd_points", each: 6)
    quality = try list.view("quality")
  }
}

/// Grows a `tracks` column event by event: add values, then ``endEvent()``.
public struct TrackBuilder: ~Copyable {
  /// Signed impact parameter in cm.
  public var d0 = PrimitiveBuilder<Float>()
  /// Azimuth of the momentum there, rad.
  public var phi0 = PrimitiveBuilder<Float>()
  /// Signed curvature in 1/cm, sign of the charge.
  public var omega = PrimitiveBuilder<Float>()
  /// z there, cm.
  public var z0 = PrimitiveBuilder<Float>()
  /// pz / pT.
  public var tanLambda = PrimitiveBuilder<Float>()
  /// Covariance of (d0, phi0, omega, z0, tan lambda): 15 values a track, lower triangle row by row.
  public var covariance = PrimitiveBuilder<Float>()
  /// Chi-square of the fit.
  public var chi2 = PrimitiveBuilder<Float>()
  /// Degrees of freedom of the fit.
  public var ndf = PrimitiveBuilder<UInt16>()
  /// Drift-chamber hits on the track.
  public var driftChamberHits = PrimitiveBuilder<UInt8>()
  /// Vertex-detector points on the track.
  public var siliconHits = PrimitiveBuilder<UInt8>()
  /// Matched cluster of the event, -1 for none.
  public var cluster = PrimitiveBuilder<Int16>()
  /// Muon-detector layers with a matched hit.
  public var muonLayers = PrimitiveBuilder<UInt8>()
  /// Muon score, 0…1.
  public var muon = PrimitiveBuilder<Float>()
  /// Electron score, 0…1.
  public var electron = PrimitiveBuilder<Float>()
  /// Level-1 track it grew from, -1 for none.
  public var level1Track = PrimitiveBuilder<Int16>()
  /// Vertex-detector point of each layer: 6 values a track, index into `svd` of the event, -1 for none.
  public var siliconPoints = PrimitiveBuilder<Int16>()
  /// How sure it is that a particle made the track, 0…1.
  public var quality = PrimitiveBuilder<Float>()
  private var offsets = OffsetsBuilder()

  /// No events yet.
  public init() {}

  /// The number of values of all events so far.
  public var count: Int { d0.count }

  /// The number of events ended so far.
  public var eventCount: Int { offsets.count }

  /// Adds one value to the current event; spans must hold the fixed number of values.
  @inlinable public mutating func append(
    d0 d0Value: Float, phi0 phi0Value: Float, omega omegaValue: Float, z0 z0Value: Float,
    tanLambda tanLambdaValue: Float, covariance covarianceValue: Span<Float>, chi2 chi2Value: Float,
    ndf ndfValue: UInt16, driftChamberHits driftChamberHitsValue: UInt8, siliconHits siliconHitsValue: UInt8,
    cluster clusterValue: Int16, muonLayers muonLayersValue: UInt8, muon muonValue: Float,
    electron electronValue: Float, level1Track level1TrackValue: Int16, siliconPoints siliconPointsValue: Span<Int16>,
    quality qualityValue: Float
  ) {
    d0.append(d0Value)
    phi0.append(phi0Value)
    omega.append(omegaValue)
    z0.append(z0Value)
    tanLambda.append(tanLambdaValue)
    precondition(covarianceValue.count == 15, "15 values a row")
    covariance.append(contentsOf: covarianceValue)
    chi2.append(chi2Value)
    ndf.append(ndfValue)
    driftChamberHits.append(driftChamberHitsValue)
    siliconHits.append(siliconHitsValue)
    cluster.append(clusterValue)
    muonLayers.append(muonLayersValue)
    muon.append(muonValue)
    electron.append(electronValue)
    level1Track.append(level1TrackValue)
    precondition(siliconPointsValue.count == 6, "6 values a row")
    siliconPoints.append(contentsOf: siliconPointsValue)
    quality.append(qualityValue)
  }

  /// Ends the current event: the values added since the event before are its own.
  public mutating func endEvent() { offsets.endRow(at: d0.count) }

  /// The column of all events; the builder is empty afterwards.
  public mutating func finish() -> ArrayData {
    let count = d0.count
    let (_, fields) = elementField(of: EventSchema.tracks)
    return finishList(
      EventSchema.tracks, &offsets,
      [
        d0.finish(),
        phi0.finish(),
        omega.finish(),
        z0.finish(),
        tanLambda.finish(),
        fixedSizeList(fields[5].type, covariance.finish(), rows: count),
        chi2.finish(),
        ndf.finish(),
        driftChamberHits.finish(),
        siliconHits.finish(),
        cluster.finish(),
        muonLayers.finish(),
        muon.finish(),
        electron.finish(),
        level1Track.finish(),
        fixedSizeList(fields[15].type, siliconPoints.finish(), rows: count),
        quality.finish(),
      ])
  }
}
