import EventModel
import Kinematics

/// A track as the `tracks` lists of the `hlt` and `reco` columns hold it.
///
/// The numbers are kept in the precision of the column, so that a later stage that reads them back computes the same.
public struct ReconstructedTrack: Sendable, Equatable {
  /// Signed impact parameter, cm.
  public var d0: Float = 0
  /// Azimuth of the momentum at the perigee, rad.
  public var phi0: Float = 0
  /// Signed curvature, 1/cm; its sign is the charge.
  public var omega: Float = 0
  /// z at the perigee, cm.
  public var z0: Float = 0
  /// pz/pT.
  public var tanLambda: Float = 0
  /// Covariance of (d0, phi0, omega, z0, tan lambda): lower triangle row by row in the first 15 lanes.
  public var covariance = SIMD16<Float>()
  /// Chi-squared of the fit.
  public var chi2: Float = 0
  /// Degrees of freedom of the fit.
  public var degreesOfFreedom: UInt16 = 0
  /// Drift-chamber hits.
  public var chamberHits: UInt8 = 0
  /// Silicon points.
  public var siliconPoints: UInt8 = 0
  /// Matched cluster of the event, -1 for none.
  public var cluster: Int16 = -1
  /// Muon-detector layers with a matched hit.
  public var muonLayers: UInt8 = 0
  /// Muon score, 0 to 1.
  public var muon: Float = 0
  /// Electron score, 0 to 1.
  public var electron: Float = 0
  /// Level-1 track it grew from, -1 for none.
  public var level1Track: Int16 = -1
  /// Point of each of the six silicon layers from inside, index into the event's `svd` list; -1 for none. Two lanes are not used.
  public var points = SIMD8<Int16>(repeating: -1)

  /// How sure it is that a particle made the track, 0 to 1: see ``TrackQuality``.
  public var quality: Float = 0

  /// A track at rest in all parameters.
  public init() {}

  /// The path.
  public var helix: Helix {
    Helix(d0: Double(d0), phi0: Double(phi0), omega: Double(omega), z0: Double(z0), tanLambda: Double(tanLambda))
  }

  /// Transverse momentum, GeV.
  public var pT: Double { Self.curvatureOfMomentum / abs(Double(omega)) }

  /// Momentum, GeV.
  public var momentum: Double { pT * (1 + Double(tanLambda) * Double(tanLambda)).squareRoot() }

  /// Standard deviation of the momentum relative to it, from that of the curvature.
  var relativeMomentumError: Double {
    let variance = Double(covariance[5])
    return variance > 0 && omega != 0 ? variance.squareRoot() / abs(Double(omega)) : 0
  }

  /// Sign of the charge.
  public var charge: Int { omega > 0 ? 1 : -1 }

  /// pT times curvature of a unit charge in the detector's field, GeV/cm.
  static let curvatureOfMomentum = PhysicalConstants.momentumPerTeslaCentimetre * Helix.standardField
}

extension ReconstructedTrack {
  /// The column's form of a fit.
  init(_ fitted: FittedTrack) {
    d0 = Float(fitted.state.d0)
    phi0 = Float(fitted.state.phi0)
    omega = Float(fitted.state.omega)
    z0 = Float(fitted.state.z0)
    tanLambda = Float(fitted.state.tanLambda)
    let matrix = fitted.covariance
    covariance = SIMD16<Float>(
      Float(matrix.row0[0]), Float(matrix.row1[0]), Float(matrix.row1[1]), Float(matrix.row2[0]), Float(matrix.row2[1]),
      Float(matrix.row2[2]), Float(matrix.row3[0]), Float(matrix.row3[1]), Float(matrix.row3[2]), Float(matrix.row3[3]),
      Float(matrix.row4[0]), Float(matrix.row4[1]), Float(matrix.row4[2]), Float(matrix.row4[3]), Float(matrix.row4[4]),
      0)
    chi2 = Float(fitted.chi2)
    degreesOfFreedom = UInt16(clamping: fitted.degreesOfFreedom)
    chamberHits = UInt8(clamping: fitted.chamberHits)
    siliconPoints = UInt8(clamping: fitted.siliconPoints)
    level1Track = Int16(clamping: fitted.level1Track)
    points = fitted.points
    quality = TrackQuality.of(self)
  }

  /// A track of a column.
  init(_ column: TrackColumn, at index: Int) {
    d0 = column.d0[index]
    phi0 = column.phi0[index]
    omega = column.omega[index]
    z0 = column.z0[index]
    tanLambda = column.tanLambda[index]
    for lane in 0..<15 { covariance[lane] = column.covariance[15 * index + lane] }
    chi2 = column.chi2[index]
    degreesOfFreedom = column.ndf[index]
    chamberHits = column.driftChamberHits[index]
    siliconPoints = column.siliconHits[index]
    cluster = column.cluster[index]
    muonLayers = column.muonLayers[index]
    muon = column.muon[index]
    electron = column.electron[index]
    level1Track = column.level1Track[index]
    for layer in 0..<6 { points[layer] = column.siliconPoints[6 * index + layer] }
    quality = column.quality[index]
  }

  /// The helix and its covariance for fits.
  var state: HelixState { HelixState(helix) }

  var covarianceMatrix: Matrix5 {
    func value(_ row: Int, _ column: Int) -> Double { Double(covariance[row * (row + 1) / 2 + column]) }
    var matrix = Matrix5()
    matrix.row0 = SIMD8(value(0, 0), value(1, 0), value(2, 0), value(3, 0), value(4, 0), 0, 0, 0)
    matrix.row1 = SIMD8(value(1, 0), value(1, 1), value(2, 1), value(3, 1), value(4, 1), 0, 0, 0)
    matrix.row2 = SIMD8(value(2, 0), value(2, 1), value(2, 2), value(3, 2), value(4, 2), 0, 0, 0)
    matrix.row3 = SIMD8(value(3, 0), value(3, 1), value(3, 2), value(3, 3), value(4, 3), 0, 0, 0)
    matrix.row4 = SIMD8(value(4, 0), value(4, 1), value(4, 2), value(4, 3), value(4, 4), 0, 0, 0)
    return matrix
  }

  /// Adds the track to the current event of a column.
  func append(to builder: inout TrackBuilder) {
    withUnsafeBytes(of: covariance) { bytes in
      let numbers = bytes.bindMemory(to: Float.self)
      withUnsafeBytes(of: points) { indices in
        builder.append(
          d0: d0, phi0: phi0, omega: omega, z0: z0, tanLambda: tanLambda, covariance: numbers.span.extracting(0..<15),
          chi2: chi2, ndf: degreesOfFreedom, driftChamberHits: chamberHits, siliconHits: siliconPoints,
          cluster: cluster, muonLayers: muonLayers, muon: muon, electron: electron, level1Track: level1Track,
          siliconPoints: indices.bindMemory(to: Int16.self).span.extracting(0..<6), quality: quality)
      }
    }
  }
}
