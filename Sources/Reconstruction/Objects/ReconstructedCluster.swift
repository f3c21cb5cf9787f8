import EventModel

/// A calorimeter cluster as the `clusters` lists of the `hlt` and `reco` columns hold it.
public struct ReconstructedCluster: Sendable, Equatable {
  /// Energy, corrected for leakage and pile-up, GeV.
  public var energy: Float = 0
  /// Polar angle seen from the origin, rad.
  public var theta: Float = 0
  /// Azimuth seen from the origin, rad.
  public var phi: Float = 0
  /// Time since the collision, mean of the crystals by their resolution, ns.
  public var time: Float = 0
  /// Energy in 3 x 3 over energy in 5 x 5 without corners.
  public var e9OverE21: Float = 0
  /// Energy-weighted squared distance from the centre, cm^2.
  public var secondMoment: Float = 0
  /// Crystals over threshold.
  public var crystals: UInt16 = 0
  /// Most energetic crystal.
  public var seedCrystal: UInt16 = 0
  /// Matched track of the event, -1 for none.
  public var track: Int16 = -1
  /// Standard deviation of the energy in GeV, for a photon.
  public var energyError: Float = 0
  /// Standard deviation of theta in rad, for a photon.
  public var thetaError: Float = 0
  /// Standard deviation of phi in rad, for a photon.
  public var phiError: Float = 0
  /// Uncertainty of the time in ns: 99 % of photons lie within it on either side.
  public var dt99: Float = 0
  /// Energy of the seed crystal over energy in 3x3.
  public var e1OverE9: Float = 0
  /// Photon score of the shower's shape, 0…1.
  public var photon: Float = 0

  /// An empty cluster.
  public init() {}
}

extension ReconstructedCluster {
  /// A cluster of a column.
  init(_ column: ClusterColumn, at index: Int) {
    energy = column.energy[index]
    theta = column.theta[index]
    phi = column.phi[index]
    time = column.time[index]
    e9OverE21 = column.e9OverE21[index]
    secondMoment = column.secondMoment[index]
    crystals = column.crystals[index]
    seedCrystal = column.seedCrystal[index]
    track = column.track[index]
    energyError = column.energyError[index]
    thetaError = column.thetaError[index]
    phiError = column.phiError[index]
    dt99 = column.dt99[index]
    e1OverE9 = column.e1OverE9[index]
    photon = column.photon[index]
  }

  /// Adds the cluster to the current event of a column.
  func append(to builder: inout ClusterBuilder) {
    builder.append(
      energy: energy, theta: theta, phi: phi, time: time, e9OverE21: e9OverE21, secondMoment: secondMoment,
      crystals: crystals, seedCrystal: seedCrystal, track: track, energyError: energyError, thetaError: thetaError,
      phiError: phiError, dt99: dt99, e1OverE9: e1OverE9, photon: photon)
  }
}
