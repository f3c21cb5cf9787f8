import Menu
import Reconstruction

/// The event-wide numbers of the high-level trigger. The raw value is the position among the values of an event.
///
/// Names and definitions are those of the Belle II software trigger where the name is in its style (`nTrkLoose`).
/// A true condition counts as 1, a false one as 0. What each is stands in ``FilterVariable/table``.
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
}
