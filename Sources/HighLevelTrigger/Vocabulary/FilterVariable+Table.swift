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

  /// The steps whose results decays of charm and beauty mesons are made of.
  static let charm: ReconstructionSteps = [.matching, .vertices]

  /// Every variable.
  static let table: [FilterVariable: Row] = [
    .level1Energy: Row(
      [], "calorimeter sum of level 1 over trigger-cell rings 2-15", .gigaelectronvolt, name: "level1_energy"),
    .level1IsolatedClusters: Row([], "isolated clusters of level 1", name: "level1_isolated_clusters"),
    .level1Tracks: Row([], "two-dimensional tracks of level 1", name: "level1_tracks"),
    .chamberHits: Row([], "drift-chamber hits of the event", name: "cdc_hits"),
    .siliconPoints: Row([], "vertex-detector points of the event", name: "svd_points"),
    .calorimeterHits: Row([], "crystals of the event", name: "ecl_crystals"),
    .level1Random: Row([], "triggered by the random generator", name: "l1_trigger_random"),
    .level1DelayedBhabha: Row([], "triggered by a delayed Bhabha", name: "l1_trigger_delayed_bhabha"),
    .level1Poisson: Row([], "triggered by the Poisson generator", name: "l1_trigger_poisson"),
    .level1NeuralInfo: Row([], "one event number in 256, with a neural track of level 1", name: "l1_trg_NN_info"),
    .bha3d: Row([], "the level-1 line bha3d, after prescale"),
    .bhapur: Row([], "the level-1 line bhapur, after prescale"),
    .bhapurLml1: Row([], "the level-1 lines bhapur before and lml1 after prescale", name: "bhapur_lml1"),
    .level1BitF: Row([], "the level-1 line fpre, after prescale", name: "l1_bit_f"),
    .prefilterOccupancy: Row(
      [], "more than 2500 drift-chamber hits and more than 3300 crystals", name: "Prefilter_CDCECLthreshold"),
    .prefilterInjection: Row(
      [], "in the strip of the revolution after an injection where its background comes, and vetoed by time",
      name: "Prefilter_InjectionStrip"),
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
    .pCmsNegC: Row(.tracks, "p* of the negative track of largest p*, no cut; undefined without one", .gigaelectronvolt),
    .pCmsPosC: Row(.tracks, "p* of the positive track of largest p*, no cut; undefined without one", .gigaelectronvolt),
    .dPhiCmsC: Row(.tracks, "azimuth between those two, centre of mass; undefined without both", .degree),
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
    .clusterENegC: Row(
      .matching, "cluster energy of the negative track of largest p*; undefined without one", .gigaelectronvolt),
    .clusterEPosC: Row(
      .matching, "cluster energy of the positive track of largest p*; undefined without one", .gigaelectronvolt),
    .chrgClust2GeV: Row(.matching, "charged clusters with E* > 2 GeV"),
    .neutClust045GeVAcc: Row(.matching, "neutral clusters with E* > 0.45 GeV at 17 to 150 deg"),
    .neutClust045GeVBarrel: Row(.matching, "neutral clusters with E* > 0.45 GeV at 30 to 130 deg"),
    .ee1leg: Row(.matching, "the loose track of largest pT has a cluster with E* > 4.5 GeV"),
    .singleMuon: Row(.matching, "the loose track of largest pT has p* > 3 GeV and 0 < E < 1 GeV"),
    .ee2leg: Row(.matching, "back-to-back tracks of opposite charge, both clusters E* > 3, one > 4.5 GeV"),
    .ee1leg1trk: Row(.matching, "back-to-back tracks of opposite charge, one cluster E* > 4.5 GeV, other p* > 3 GeV"),
    .ee1leg1e: Row(.matching, "back-to-back tracks of opposite charge, one cluster E* > 4.5 GeV, other E* > 0.8 p*"),
    .ee1leg1clst: Row(.matching, "ee1leg with ee2clst or gg2clst"),
    .eexx: Row(.matching, "two tracks of a two-photon process with the beam electrons lost along the beams"),
    .eexxSelect: Row(.matching, "two tracks under 2 GeV with the missing momentum within 25 deg of the beams"),
    .eeee: Row(.matching, "eexxSelect with an electron: E > 0.8 p"),
    .eemm: Row(.matching, "eexxSelect without one"),
    .radBhabha: Row(
      .matching, "radiative Bhabha: p* > 1 GeV, missing p* > 1 GeV at 10 to 170 deg, acoplanar by 10 deg"),
    .radBhabhaB: Row(.matching, "the same with tracks of version B"),
    .isrRadBhabha: Row(
      .matching, "Bhabha with a photon along the beams: p* > 2 GeV, back to back in azimuth within 5 deg"),
    .eeBrem: Row(.matching, "Bhabha with hard bremsstrahlung along a track"),
    .eeBremB: Row(.matching, "eeBrem with one loose track of version B or more"),
    .muonPairV: Row(.matching, "back-to-back muon pair, high p* > 4.5 GeV, both clusters under 0.5 GeV"),
    .muonPairVB: Row(.matching, "muonPairV with two loose tracks of version B"),
    .selectmumu: Row(
      .matching, "muon pair: p* > 3 and 2.5 GeV, opposite in azimuth within 15 deg, a cluster under 1 GeV"),
    .selectee1leg1trk: Row(
      .matching, "Bhabha: a track with cluster E* > 1.5 GeV, mass with the other track above 5.29 GeV"),
    .selectee1leg1clst: Row(.matching, "the same with the neutral cluster of largest E* for the other track"),
    .selectee: Row(.matching, "either of the two"),
    .eeFlat0: Row(.matching, "selectee with the negative leg at 0 to 19 deg"),
    .eeFlat1: Row(.matching, "selectee with the negative leg at 19 to 22 deg"),
    .eeFlat2: Row(.matching, "selectee with the negative leg at 22 to 25 deg"),
    .eeFlat3: Row(.matching, "selectee with the negative leg at 25 to 30 deg"),
    .eeFlat4: Row(.matching, "selectee with the negative leg at 30 to 35 deg"),
    .eeFlat5: Row(.matching, "selectee with the negative leg at 35 to 45 deg"),
    .eeFlat6: Row(.matching, "selectee with the negative leg at 45 to 60 deg"),
    .eeFlat7: Row(.matching, "selectee with the negative leg at 60 to 90 deg"),
    .eeFlat8: Row(.matching, "selectee with the negative leg at 90 to 180 deg"),
    .eeOneClust: Row(.matching, "two tracks of mass above 9 GeV, one cluster E* > 4.5 GeV, the other under 1 GeV"),
    .singleTagLowMass: Row(.matching, "one loose track above 0.8 GeV against two photons of mass below 0.7 GeV"),
    .singleTagHighMass: Row(.matching, "the same with mass above 0.7 GeV"),
    .singleTagLowMassB: Row(.matching, "singleTagLowMass with a track of version B"),
    .singleTagHighMassB: Row(.matching, "singleTagHighMass with a track of version B"),
    .ggBarrelVL: Row(.matching, "gamma gamma, one leg at 32 to 130 deg: both E* > 2 GeV, 175 deg, one neutral"),
    .ggBarrelLoose: Row(.matching, "gamma gamma, one leg at 32 to 130 deg: E* > 2 and 4 GeV, 177 deg, one neutral"),
    .ggBarrelTight: Row(.matching, "gamma gamma, one leg at 32 to 130 deg: E* > 2 and 4 GeV, 177.5 deg, both neutral"),
    .ggEndcapVL: Row(.matching, "the same as ggBarrelVL with no leg at 32 to 130 deg"),
    .ggEndcapLoose: Row(.matching, "the same as ggBarrelLoose with no leg at 32 to 130 deg"),
    .ggEndcapTight: Row(.matching, "the same as ggBarrelTight with no leg at 32 to 130 deg"),
    .ggHighPt: Row(.matching, "two neutral clusters at 26 to 130 deg, second E* > 0.3 GeV, pT* of the pair > 1 GeV"),
    .cosmic: Row(.matching, "two tracks of a cosmic muon that misses the interaction point"),
    .nTracksLE: Row(.tracks, "skim tracks: pT > 0.2 GeV, |d0| < 2 cm, |z0| < 4 cm"),
    .nTracksTAU: Row(.tracks, "the same with |z0| < 8 cm"),
    .nGammasLE: Row(.matching, "neutral clusters above 0.1 GeV"),
    .nTracksOffIP: Row(.tracks, "tracks with |z0| > 10 cm"),
    .ec1CMSLE: Row(.clusters, "largest E* of the clusters", .gigaelectronvolt, name: "EC1CMSLE"),
    .ec2CMSLE: Row(.clusters, "second largest E* of the clusters", .gigaelectronvolt, name: "EC2CMSLE"),
    .ec12CMSLE: Row(.clusters, "sum of the two", .gigaelectronvolt, name: "EC12CMSLE"),
    .p1CMSBhabhaLE: Row(.tracks, "largest p* of the skim tracks", .gigaelectronvolt, name: "P1CMSBhabhaLE"),
    .p2CMSBhabhaLE: Row(.tracks, "second largest p* of the skim tracks", .gigaelectronvolt, name: "P2CMSBhabhaLE"),
    .p12CMSBhabhaLE: Row(.tracks, "sum of the two", .gigaelectronvolt, name: "P12CMSBhabhaLE"),
    .p1OEbeamCMSBhabhaLE: Row(
      .tracks, "largest p* of the skim tracks over the beam energy", name: "P1OEbeamCMSBhabhaLE"),
    .p2OEbeamCMSBhabhaLE: Row(.tracks, "second largest p* over the beam energy", name: "P2OEbeamCMSBhabhaLE"),
    .g1CMSBhabhaLE: Row(.matching, "largest E* of the photons", .gigaelectronvolt, name: "G1CMSBhabhaLE"),
    .g2CMSBhabhaLE: Row(.matching, "second largest E* of the photons", .gigaelectronvolt, name: "G2CMSBhabhaLE"),
    .g12CMSBhabhaLE: Row(.matching, "sum of the two", .gigaelectronvolt, name: "G12CMSBhabhaLE"),
    .g1OEbeamCMSBhabhaLE: Row(.matching, "largest E* of the photons over the beam energy", name: "G1OEbeamCMSBhabhaLE"),
    .g2OEbeamCMSBhabhaLE: Row(.matching, "second largest E* over the beam energy", name: "G2OEbeamCMSBhabhaLE"),
    .eNeutralLE: Row(.matching, "largest energy of the photons", .gigaelectronvolt, name: "ENeutralLE"),
    .angleGTLE: Row(
      .matching, "largest angle of that photon to the two tracks of largest p*; -10 without both", .radian,
      name: "AngleGTLE"),
    .maxAngleTTLE: Row(
      .tracks, "largest angle between skim tracks in the centre of mass; -10 with fewer than two", .radian),
    .maxAngleGGLE: Row(
      .matching, "largest angle between photons in the centre of mass; -10 with fewer than two", .radian),
    .nEidLE: Row(.matching, "skim tracks with p* above 0.35 beam energies and E > 0.8 p"),
    .eTotLE: Row(.matching, "energy of the clusters of skim tracks and of photons", .gigaelectronvolt, name: "EtotLE"),
    .visibleEnergyLE: Row(
      .matching, "momenta of skim tracks and energies of photons", .gigaelectronvolt, name: "VisibleEnergyLE"),
    .nB2BCCPhiHighLE: Row(.clusters, "cluster pairs opposite in azimuth within 10 deg, both E* > 0.25 GeV"),
    .nB2BCCPhiLowLE: Row(.clusters, "the same with one of them below"),
    .nB2BCC3DLE: Row(.clusters, "cluster pairs opposite within 20 deg in azimuth and polar angle"),
    .bhabha2Trk: Row(.matching, "Bhabha with two tracks", name: "Bhabha2Trk"),
    .bhabha1Trk: Row(.matching, "Bhabha with a track and a photon", name: "Bhabha1Trk"),
    .gg: Row(.matching, "gamma gamma with at most one track", name: "GG"),
    .bhabhaECL: Row(.clusters, "Bhabha by clusters alone", name: "BhabhaECL"),
    .hadronB: Row(.matching, "hadronic event: three tracks, energy balance", name: "HadronB"),
    .hadronB1: Row(.matching, "hadronB with R2 < 0.4", name: "HadronB1"),
    .hadronB2: Row(.matching, "hadronB with five tracks", name: "HadronB2"),
    .jpsi: Row(.tracks, "two tracks of opposite charge within 0.11 GeV of the J/psi mass as muons", name: "Jpsi"),
    .fourLep: Row(.matching, "two tracks of a four-lepton event", name: "FourLep"),
    .mumuTight: Row(.matching, "muon pair, exactly two tracks", name: "MumuTight"),
    .mumuHighM: Row(.matching, "muon pair of mass 8 to 12 GeV", name: "MumuHighM"),
    .gammaGammaFilter: Row(.matching, "ggEndcapLoose or ggBarrelLoose", name: "GammaGammaFilter"),
    .neuroTRG: Row([], "l1_trg_NN_info", name: "NeuroTRG"),
    .displacedVertex: Row(.vertices, "the tracks of largest pT of each charge meet 3 to 60 cm from the axis"),
    .lambda: Row(
      .vertices, "a vertex of the Lambda's mass, ten errors away, with one fast track", name: "Lambda"),
    .kshort: Row(.vertices, "a vertex of mass 0.468 to 0.528 GeV that flies as a K_S of its momentum", name: "Kshort"),
    .radee: Row(
      .identification, "two skim tracks with E/p of electrons, one with their energy loss in the drift chamber",
      name: "Radee"),
    .radmumu: Row(
      [.matching, .muons], "two quiet skim tracks, one at the muon detector, momenta not balanced", name: "Radmumu"),
    .dstp1: Row(charm, "D*+ to D0 pi+, D0 to K pi, p* above 2.2 GeV", name: "Dstp1"),
    .dstp2: Row(charm, "D*+ to D0 pi+, D0 to K pi pi0, p* above 2.2 GeV", name: "Dstp2"),
    .dstp3: Row(charm, "D*+ to D0 pi+, D0 to K pi pi pi, p* above 2.2 GeV", name: "Dstp3"),
    .dstp4: Row(charm, "D*+ to D0 pi+, D0 to K_S pi pi, p* above 2.2 GeV", name: "Dstp4"),
    .bp: Row(charm, "B+ to D0 pi+, D0 to K pi, K pi pi0 or K pi pi pi", name: "Bp"),
    .bz: Row(charm, "B0 to D- pi+, D to K pi pi, or D*- pi+, D0 as for Bp", name: "Bz"),
  ]
}
