import Menu
import Reconstruction

extension FilterVariable {
  /// What the menu language knows of a variable.
  struct Row {
    /// The step of the reconstruction that gives it; empty for what level 1 left and for the recorded hits.
    let step: ReconstructionSteps
    let summary: String
    let unit: Unit
    /// Name in menus where it is not that of the case.
    let name: String?

    init(_ step: ReconstructionSteps, _ summary: String, _ unit: Unit = .dimensionless, name: String? = nil) {
      self.step = step
      self.summary = summary
      self.unit = unit
      self.name = name
    }
  }

  /// Name in menus: that of the case unless Swift or the experiment wants another.
  var name: String { row.name ?? String(describing: self) }
  /// The step of the reconstruction that gives it.
  var step: ReconstructionSteps { row.step }
  /// The unit of its values.
  var unit: Unit { row.unit }
  /// What it is, one line.
  var summary: String { row.summary }

  private var row: Row { Self.table[self] ?? Row([], "") }

  /// Every variable.
  static let table: [FilterVariable: Row] = [
    .level1Energy: Row(
      [], "calorimeter sum of level 1 over trigger-cell rings 2-15", .gigaelectronvolt, name: "level1_energy"),
    .level1IsolatedClusters: Row([], "isolated clusters of level 1", name: "level1_isolated_clusters"),
    .level1Tracks: Row([], "two-dimensional tracks of level 1", name: "level1_tracks"),
    .clusterEnergy: Row(
      .clusters, "sum of the energies of selected clusters", .gigaelectronvolt, name: "cluster_energy"),
    .nElow: Row(.clusters, "selected clusters with E* > 0.2 GeV"),
    .nEmedium: Row(.clusters, "selected clusters with E* > 0.3 GeV"),
    .nEhigh: Row(.clusters, "selected clusters with E* > 2 GeV"),
    .nVetoClust: Row(.clusters, "selected clusters with E* > 0.3 GeV within ten times their time uncertainty dt99"),
    .nE180Lab: Row(.clusters, "selected clusters with E > 0.18 GeV at 18.5 to 139.3 deg"),
    .nE300Lab: Row(.clusters, "selected clusters with E > 0.3 GeV at 18.5 to 139.3 deg"),
    .nE500Lab: Row(.clusters, "selected clusters with E > 0.5 GeV at 18.5 to 139.3 deg"),
    .nE2000CMS: Row(.clusters, "selected clusters with E* > 2 GeV at 18.5 to 139.3 deg"),
    .nE250Lab: Row(.clusters, "selected clusters with E > 0.25 GeV"),
    .nE4000CMS: Row(.clusters, "selected clusters with E* > 4 GeV"),
    .nEsingleClust: Row(.clusters, "selected clusters with E* > 1 GeV"),
    .nEhighLowAng: Row(.clusters, "selected clusters with E* > 2 GeV below 22 or above 145 deg"),
    .dphiCmsClust: Row(
      .clusters, "azimuth between the two clusters of largest E*, centre of mass; undefined with fewer than two",
      .degree),
    .ee2clst: Row(.clusters, "two clusters like e+e-: E* > 3 and 4.5 GeV, acoplanar by 2 to 20 deg"),
    .gg2clst: Row(.clusters, "two clusters like gamma gamma: E* > 3 and 4.5 GeV, back to back within 2 deg in azimuth"),
    .muonPairECL: Row(.clusters, "two back-to-back clusters of minimum-ionising particles"),
    .visibleEnergy: Row(
      .matching, "energy of tracks as pions and of neutral clusters, laboratory", .gigaelectronvolt,
      name: "visible_energy"),
    .missingMassSquared: Row(.matching, "squared missing mass in GeV^2, tracks as pions", name: "missing_mass2"),
    .nTrackC: Row(.tracks, "tracks with |z0| < 1 cm and p* > 0.2 GeV"),
    .maximumPCMSC: Row(.tracks, "largest p* of those", .gigaelectronvolt),
    .nTrkLoose: Row(.tracks, "tracks with |z0| < 10 cm"),
    .nTrkTight: Row(.tracks, "tracks with |z0| < 2 cm"),
    .nTrkLooseB: Row(.tracks, "tracks with |z0| < 5 cm and 5 drift-chamber hits"),
    .nTrkTightB: Row(.tracks, "tracks with |z0| < 1 cm and 5 drift-chamber hits"),
    .netChargeLoose: Row(.tracks, "sum of the charges of loose tracks"),
    .netChargeLooseB: Row(.tracks, "sum of the charges of loose tracks, version B"),
    .maximumPCMS: Row(.tracks, "largest p* of loose tracks", .gigaelectronvolt),
    .maximumPCMSB: Row(.tracks, "largest p* of loose tracks, version B", .gigaelectronvolt),
    .maximumPLab: Row(.tracks, "largest momentum of loose tracks", .gigaelectronvolt),
    .nEsinglePhotonBarrel: Row(.matching, "photons with E* > 1 GeV at 45 to 115 deg"),
    .nEsinglePhotonExtendedBarrel: Row(.matching, "photons with E* > 1 GeV at 30 to 130 deg"),
    .nEsinglePhotonEndcap: Row(.matching, "photons with E* > 1 GeV at 22 to 45 or 115 to 145 deg"),
    .nEsingleElectronBarrel: Row(.matching, "electron clusters with E* > 1 GeV at 45 to 115 deg"),
    .nEsingleElectronExtendedBarrel: Row(.matching, "electron clusters with E* > 1 GeV at 30 to 130 deg"),
    .nReducedEsinglePhotonReducedBarrel: Row(.matching, "photons with E* > 0.5 GeV at 44 to 98 deg"),
    .n2GeVNeutBarrel: Row(.matching, "neutral clusters with E* > 2 GeV at 32 to 130 deg"),
    .n2GeVNeutEndcap: Row(.matching, "neutral clusters with E* > 2 GeV at 22 to 32 or 130 to 145 deg"),
    .n2GeVChrg: Row(.matching, "charged clusters with E* > 2 GeV at 22 to 145 deg"),
    .n2GeVPhotonBarrel: Row(.matching, "photons with E* > 2 GeV at 32 to 130 deg"),
    .n2GeVPhotonEndcap: Row(.matching, "photons with E* > 2 GeV at 22 to 32 or 130 to 145 deg"),
    .nMaxEPhotonAcc: Row(.matching, "photons at 17 to 150 deg among the two clusters of largest E*"),
    .ee1leg: Row(.matching, "the loose track of largest pT has a cluster with E* > 4.5 GeV"),
    .singleMuon: Row(.matching, "the loose track of largest pT has p* > 3 GeV and 0 < E < 1 GeV"),
    .ee2leg: Row(.matching, "back-to-back tracks of opposite charge, both clusters E* > 3, one > 4.5 GeV"),
    .ee1leg1trk: Row(.matching, "back-to-back tracks of opposite charge, one cluster E* > 4.5 GeV, other p* > 3 GeV"),
    .ee1leg1e: Row(.matching, "back-to-back tracks of opposite charge, one cluster E* > 4.5 GeV, other E* > 0.8 p*"),
    .ee1leg1clst: Row(.matching, "ee1leg with ee2clst or gg2clst"),
    .eexx: Row(.matching, "two tracks of a two-photon process with the beam electrons lost along the beams"),
    .eeBrem: Row(.matching, "Bhabha with hard bremsstrahlung along a track"),
    .muonPairV: Row(.matching, "back-to-back muon pair, high p* > 4.5 GeV, both clusters under 0.5 GeV"),
    .selectmumu: Row(
      .matching, "muon pair: p* > 3 and 2.5 GeV, opposite in azimuth within 15 deg, a cluster under 1 GeV"),
    .ggBarrelVL: Row(.matching, "gamma gamma, one leg at 32 to 130 deg: both E* > 2 GeV, 175 deg, one neutral"),
    .ggBarrelLoose: Row(.matching, "gamma gamma, one leg at 32 to 130 deg: E* > 2 and 4 GeV, 177 deg, one neutral"),
    .ggBarrelTight: Row(.matching, "gamma gamma, one leg at 32 to 130 deg: E* > 2 and 4 GeV, 177.5 deg, both neutral"),
    .ggEndcapVL: Row(.matching, "the same as ggBarrelVL with no leg at 32 to 130 deg"),
    .ggEndcapLoose: Row(.matching, "the same as ggBarrelLoose with no leg at 32 to 130 deg"),
    .ggEndcapTight: Row(.matching, "the same as ggBarrelTight with no leg at 32 to 130 deg"),
    .ggHighPt: Row(.matching, "two neutral clusters at 26 to 130 deg, second E* > 0.3 GeV, pT* of the pair > 1 GeV"),
    .cosmic: Row(.matching, "two tracks of a cosmic muon that misses the interaction point"),
    .displacedVertex: Row(.vertices, "the tracks of largest pT of each charge meet 3 to 60 cm from the axis"),
  ]
}
