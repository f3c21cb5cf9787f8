/// Where the bits that are built stand in the input words, looked up once by name.
///
/// Numbers of several bits (`t2`, `clst` …) are given by the position of their first bit.
struct InputPositions: Sendable {
  let tracks = position("t2_0")
  let fittedTracks = position("t3_0")
  let chamberActive = position("cdc_active")
  let neuralTracks = position("ty_0")
  /// Single-track bits with the tenths of a GeV that the momentum must exceed.
  let singleTracks: [(position: Int, above: UInt16)] = [
    (position("typ"), 7), (position("typ6"), 6), (position("typ5"), 5), (position("typ4"), 4),
  ]
  let anyTrack = position("track")
  let tracksBackToBack3 = position("cdc_b2b3")
  let tracksBackToBack5 = position("cdc_b2b5")
  let tracksBackToBack7 = position("cdc_b2b7")
  let tracksBackToBack9 = position("cdc_b2b9")
  let tracksOpen90 = position("cdc_open90")
  let tracksOpen30 = position("f2f30")

  let shortTracks = position("ts_0")
  let allTracks = position("ta_0")
  let shortForward = position("fwd_s")
  let shortBackward = position("bwd_s")
  let shortShort30 = position("s2s30")
  let shortShort3 = position("s2s3")
  let shortShort5 = position("s2s5")
  let shortShort90 = position("s2so")
  let shortFull30 = position("s2f30")
  let shortFull3 = position("s2f3")
  let shortFull5 = position("s2f5")
  let shortFull90 = position("s2fo")
  let innerTrack = position("ti")
  let innerInner90 = position("i2io")
  let innerInner5 = position("itsfb2b")
  let innerFull90 = position("i2fo")
  let shortCluster = position("secl")
  let innerCluster = position("iecl_0")
  let shortMuon = position("seklm_0")
  let innerMuon = position("ieklm")
  let clusterMuon = position("ecleklm")

  let energyLow = position("elow")
  let energyHigh = position("ehigh")
  let energyLuminosity = position("elum")
  let burst = position("ecl_bst")
  let energyHighVariant1 = position("ehigh1")
  let energyTrigger = position("ecl_phys")
  let bhabha2D = position("ecl_bha")
  let bhabhaTypes = (0...13).map { position("bha_type_\($0)") }
  let isolatedClusters = position("clst_0")
  let calorimeterActive = position("ecl_active")
  let timingForward = position("ecl_timing_fwd")
  let timingBarrel = position("ecl_timing_brl")
  let timingBackward = position("ecl_timing_bwd")

  let clusterOverflow = position("ecl_oflo")
  let bhabha3D = position("ecl_3dbha")
  let bhabhaVeto = position("bha_veto")
  let bhabhaInTracker = position("bha_intrk")
  let bhabhaSelection = position("ecl_bhapur")
  let bhabhaTheta = position("bha_theta_0")
  let muonPair = position("ecl_mumu")
  let tauPair = position("ecl_taub2b")
  let tauPair2 = position("ecl_taub2b2")
  let tauPair3 = position("ecl_taub2b3")
  let lowMultiplicity = (0...13).map { position("ecl_lml_\($0)") }

  let muonHit = position("klm_hit")
  let muonCount = position("klm_0")
  let muonBackToBack = position("klmb2b")
  let endcapMuonHit = position("eklm_hit")
  let endcapMuonCount = position("eklm_0")
  let endcapMuonBackToBack = position("eklmb2b")

  let clusters3 = position("d3")
  let clusters5 = position("d5")
  let clusters7 = position("d7")
  let clusters9 = position("d9")
  let trackCluster3 = position("p3")
  let trackCluster5 = position("p5")
  let trackCluster7 = position("p7")
  let trackCluster9 = position("p9")
  let matchedTracks = position("cdcecl_0")
  let matchedTracks2 = position("c2gev_0")
  let matchedOctants = position("cdcklm_0")
  let threeMatchedOctants = position("cdcklm_2")
  let fourMatchedOctants = position("cdcklm_3")
  let bhabhaOneTrack = position("trkbha1")
  let bhabhaTwoTracks = position("trkbha2")
  let sameHemisphere = position("samhem")
  let oppositeHemisphere = position("opohem")
  let photons1 = position("n1gev_0")
  let photons2 = position("n2gev_0")

  let displacedTracks = position("td_0")
  let displacedVertex = position("dv")
  let displacedVertexTight = position("dv_tight")
  let displacedWithCluster = position("tdecl")
  let displacedWithMuon = position("tdklm")

  private static func position(_ name: String) -> Int {
    guard let position = InputBit.position(name) else { preconditionFailure("no input bit \(name)") }
    return position
  }
}
