import Menu

/// The event-wide numbers of the high-level trigger. The raw value is the position among the values of an event.
///
/// Names and definitions are those of the Belle II software trigger where the name is in its style (`nTrkLoose`).
/// A true condition counts as 1, a false one as 0.
enum FilterVariable: Int, CaseIterable, Sendable {
  // Left by level 1.
  case level1Energy
  case level1IsolatedClusters
  case level1Tracks
  // Of the clusters.
  case clusterEnergy
  case nElow
  case nEmedium
  case nEhigh
  case nVetoClust
  case nE180Lab
  case nE300Lab
  case nE500Lab
  case nE2000CMS
  case nE250Lab
  case nE4000CMS
  case nEsingleClust
  case nEhighLowAng
  case dphiCmsClust
  case ee2clst
  case gg2clst
  case muonPairECL
  // Of the tracks, with clusters matched.
  case visibleEnergy
  case missingMassSquared
  case nTrackC
  case maximumPCMSC
  case nTrkLoose
  case nTrkTight
  case nTrkLooseB
  case nTrkTightB
  case netChargeLoose
  case netChargeLooseB
  case maximumPCMS
  case maximumPCMSB
  case maximumPLab
  case nEsinglePhotonBarrel
  case nEsinglePhotonExtendedBarrel
  case nEsinglePhotonEndcap
  case nEsingleElectronBarrel
  case nEsingleElectronExtendedBarrel
  case nReducedEsinglePhotonReducedBarrel
  case n2GeVNeutBarrel
  case n2GeVNeutEndcap
  case n2GeVChrg
  case n2GeVPhotonBarrel
  case n2GeVPhotonEndcap
  case nMaxEPhotonAcc
  case ee1leg
  case singleMuon
  case ee2leg
  case ee1leg1trk
  case ee1leg1e
  case ee1leg1clst
  case eexx
  case eeBrem
  case muonPairV
  case selectmumu
  case ggBarrelVL
  case ggBarrelLoose
  case ggBarrelTight
  case ggEndcapVL
  case ggEndcapLoose
  case ggEndcapTight
  case ggHighPt
  case cosmic
  // Of the vertices.
  case displacedVertex

  /// Name in menus: that of the case unless it is one of ours.
  var name: String {
    switch self {
    case .level1Energy: "level1_energy"
    case .level1IsolatedClusters: "level1_isolated_clusters"
    case .level1Tracks: "level1_tracks"
    case .clusterEnergy: "cluster_energy"
    case .visibleEnergy: "visible_energy"
    case .missingMassSquared: "missing_mass2"
    default: String(describing: self)
    }
  }

  /// What must have been reconstructed for the variable.
  enum Source { case level1, clusters, tracks, vertices }

  var source: Source {
    switch self {
    case .level1Energy, .level1IsolatedClusters, .level1Tracks: .level1
    case .clusterEnergy, .nElow, .nEmedium, .nEhigh, .nVetoClust, .nE180Lab, .nE300Lab, .nE500Lab, .nE2000CMS,
      .nE250Lab, .nE4000CMS, .nEsingleClust, .nEhighLowAng, .dphiCmsClust, .ee2clst, .gg2clst, .muonPairECL:
      .clusters
    case .displacedVertex: .vertices
    default: .tracks
    }
  }

  var unit: Unit {
    switch self {
    case .level1Energy, .clusterEnergy, .visibleEnergy, .maximumPCMSC, .maximumPCMS, .maximumPCMSB, .maximumPLab:
      .gigaelectronvolt
    case .dphiCmsClust: .radian
    default: .dimensionless
    }
  }

  var summary: String {
    switch self {
    case .level1Energy: "calorimeter sum of level 1 over trigger-cell rings 2-15"
    case .level1IsolatedClusters: "isolated clusters of level 1"
    case .level1Tracks: "two-dimensional tracks of level 1"
    case .clusterEnergy: "sum of the energies of selected clusters"
    case .nElow: "selected clusters with E* > 0.2 GeV"
    case .nEmedium: "selected clusters with E* > 0.3 GeV"
    case .nEhigh: "selected clusters with E* > 2 GeV"
    case .nVetoClust: "selected clusters with E* > 0.3 GeV within 100 ns"
    case .nE180Lab: "selected clusters with E > 0.18 GeV at 18.5 to 139.3 deg"
    case .nE300Lab: "selected clusters with E > 0.3 GeV at 18.5 to 139.3 deg"
    case .nE500Lab: "selected clusters with E > 0.5 GeV at 18.5 to 139.3 deg"
    case .nE2000CMS: "selected clusters with E* > 2 GeV at 18.5 to 139.3 deg"
    case .nE250Lab: "selected clusters with E > 0.25 GeV"
    case .nE4000CMS: "selected clusters with E* > 4 GeV"
    case .nEsingleClust: "selected clusters with E* > 1 GeV"
    case .nEhighLowAng: "selected clusters with E* > 2 GeV below 22 or above 145 deg"
    case .dphiCmsClust: "azimuth between the two clusters of largest E*, centre of mass; undefined with fewer than two"
    case .ee2clst: "two clusters like e+e-: E* > 3 and 4.5 GeV, acoplanar by 2 to 20 deg"
    case .gg2clst: "two clusters like gamma gamma: E* > 3 and 4.5 GeV, back to back within 2 deg in azimuth"
    case .muonPairECL: "two back-to-back clusters of minimum-ionising particles"
    case .visibleEnergy: "energy of tracks as pions and of neutral clusters, laboratory"
    case .missingMassSquared: "squared missing mass in GeV^2, tracks as pions"
    case .nTrackC: "tracks with |z0| < 1 cm and p* > 0.2 GeV"
    case .maximumPCMSC: "largest p* of those"
    case .nTrkLoose: "tracks with |z0| < 10 cm"
    case .nTrkTight: "tracks with |z0| < 2 cm"
    case .nTrkLooseB: "tracks with |z0| < 5 cm and 5 drift-chamber hits"
    case .nTrkTightB: "tracks with |z0| < 1 cm and 5 drift-chamber hits"
    case .netChargeLoose: "sum of the charges of loose tracks"
    case .netChargeLooseB: "sum of the charges of loose tracks, version B"
    case .maximumPCMS: "largest p* of loose tracks"
    case .maximumPCMSB: "largest p* of loose tracks, version B"
    case .maximumPLab: "largest momentum of loose tracks"
    case .nEsinglePhotonBarrel: "photons with E* > 1 GeV at 45 to 115 deg"
    case .nEsinglePhotonExtendedBarrel: "photons with E* > 1 GeV at 30 to 130 deg"
    case .nEsinglePhotonEndcap: "photons with E* > 1 GeV at 22 to 45 or 115 to 145 deg"
    case .nEsingleElectronBarrel: "electron clusters with E* > 1 GeV at 45 to 115 deg"
    case .nEsingleElectronExtendedBarrel: "electron clusters with E* > 1 GeV at 30 to 130 deg"
    case .nReducedEsinglePhotonReducedBarrel: "photons with E* > 0.5 GeV at 44 to 98 deg"
    case .n2GeVNeutBarrel: "neutral clusters with E* > 2 GeV at 32 to 130 deg"
    case .n2GeVNeutEndcap: "neutral clusters with E* > 2 GeV at 22 to 32 or 130 to 145 deg"
    case .n2GeVChrg: "charged clusters with E* > 2 GeV at 22 to 145 deg"
    case .n2GeVPhotonBarrel: "photons with E* > 2 GeV at 32 to 130 deg"
    case .n2GeVPhotonEndcap: "photons with E* > 2 GeV at 22 to 32 or 130 to 145 deg"
    case .nMaxEPhotonAcc: "photons at 17 to 150 deg among the two clusters of largest E*"
    case .ee1leg: "the loose track of largest pT has a cluster with E* > 4.5 GeV"
    case .singleMuon: "the loose track of largest pT has p* > 3 GeV and 0 < E < 1 GeV"
    case .ee2leg: "back-to-back tracks of opposite charge, both clusters E* > 3, one > 4.5 GeV"
    case .ee1leg1trk: "back-to-back tracks of opposite charge, one cluster E* > 4.5 GeV, other p* > 3 GeV"
    case .ee1leg1e: "back-to-back tracks of opposite charge, one cluster E* > 4.5 GeV, other E* > 0.8 p*"
    case .ee1leg1clst: "ee1leg with ee2clst or gg2clst"
    case .eexx: "two tracks of a two-photon process with the beam electrons lost along the beams"
    case .eeBrem: "Bhabha with hard bremsstrahlung along a track"
    case .muonPairV: "back-to-back muon pair, high p* > 4.5 GeV, both clusters under 0.5 GeV"
    case .selectmumu: "muon pair: p* > 3 and 2.5 GeV, opposite in azimuth within 15 deg, a cluster under 1 GeV"
    case .ggBarrelVL: "gamma gamma, one leg at 32 to 130 deg: both E* > 2 GeV, 175 deg, one neutral"
    case .ggBarrelLoose: "gamma gamma, one leg at 32 to 130 deg: E* > 2 and 4 GeV, 177 deg, one neutral"
    case .ggBarrelTight: "gamma gamma, one leg at 32 to 130 deg: E* > 2 and 4 GeV, 177.5 deg, both neutral"
    case .ggEndcapVL: "the same as ggBarrelVL with no leg at 32 to 130 deg"
    case .ggEndcapLoose: "the same as ggBarrelLoose with no leg at 32 to 130 deg"
    case .ggEndcapTight: "the same as ggBarrelTight with no leg at 32 to 130 deg"
    case .ggHighPt: "two neutral clusters at 26 to 130 deg, second E* > 0.3 GeV, pT* of the pair > 1 GeV"
    case .cosmic: "two tracks of a cosmic muon that misses the interaction point"
    case .displacedVertex: "the tracks of largest pT of each charge meet 3 to 60 cm from the axis"
    }
  }
}
