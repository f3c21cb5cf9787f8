/// Beam background at level b = 1, as the detector model gives it or as modelled here where it does not.
enum BackgroundRates {
  /// Hits per wire and ns in super-layer 0 of the drift chamber.
  static let innerWire = 390e-6
  /// Hits per wire and ns in the other super-layers.
  static let outerWire = 250e-6
  /// In-time space points per event in the silicon strips (layers 3 to 6): a choice of this model, as is their sharing
  /// out in proportion to the measured occupancy.
  static let strips = 200.0
  /// Space points per event in the pixels, after the readout was cut down to regions of interest: a choice of this model.
  static let pixels = 100.0
  /// Share of each silicon layer 1 to 6 in the points of its detector.
  static let siliconShares = [0.6, 0.4, 0.42, 0.24, 0.19, 0.15]
  /// Half the time window in which the calorimeter's background clusters are uniform, ns: then clusters above 100 MeV
  /// in trigger rings 2 to 15 come at 1.0 per 250 ns.
  static let clusterWindow = 214.0
  /// Single crystals below the clusters' energies, per event: a choice of this model.
  static let softCrystals = 300.0
  /// Mean energy of those above the readout threshold, GeV.
  static let softCrystalEnergy = 0.003
  /// Mean energy of a hot crystal above the readout threshold, GeV: a choice of this model.
  static let hotCrystalEnergy = 0.03
  /// Hits per event in the muon detector.
  static let muonHits = 57.7
  /// Readout window of the muon detector around the collision, ns: a choice of this model.
  static let muonWindow = -500.0..<1500.0
  /// Probability per 250 ns that noise of many strips fires a sector of the muon detector.
  static let muonSectors = 1e-3
}
