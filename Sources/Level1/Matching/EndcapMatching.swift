/// The matching in the endcaps, where two-dimensional tracks do not reach: short and inner tracks against the endcap
/// clusters of the calorimeter and the endcap quadrants of the muon detector, and these two against each other.
///
/// Short tracks are followed into the endcaps by their patterns, inner tracks keep the azimuth they have in super-layer
/// 0. Source: `Documentation/level1.md`, section "Short and inner tracks".
package struct EndcapMatching: Sendable {
  /// Bins of 10 degrees in which a short track meets a cluster of the endcap it points to.
  package private(set) var shortClusters = 0
  /// Bins of 10 degrees with an endcap cluster and an inner track at most four bins away.
  package private(set) var innerClusters = 0
  /// Quadrants in which a short track meets a fired sector of the endcap it points to.
  package private(set) var shortQuadrants = 0
  /// Quadrants with an inner track and a fired sector in either endcap.
  package private(set) var innerQuadrants = 0
  /// Quadrants with a cluster and a fired sector in the same endcap; the neighbouring rings of the barrel count as endcap.
  package private(set) var clusterQuadrants = 0

  /// Bins that an inner track may be away from its cluster.
  private static let innerReach = 4

  package init(
    short: ShortTracks, inner: InnerTracks, clusters: borrowing CalorimeterClusters, calorimeterTime: Float,
    muons: MuonSectors
  ) {
    var forward = AzimuthBins()
    var backward = AzimuthBins()
    var nearForward = AzimuthBins()
    var nearBackward = AzimuthBins()
    for index in 0..<clusters.count where GlobalMatching.takesPart(clusters, index, calorimeterTime) {
      let ring = clusters.ring[index]
      let bin = AzimuthBins.bin(clusters.phi[index])
      if ring <= 3 { forward.insert(bin) }
      if ring >= 16 { backward.insert(bin) }
      if ring <= 4 { nearForward.insert(bin) }
      if ring >= 15 { nearBackward.insert(bin) }
    }
    let sectors = (forward: muons.endcapForward, backward: muons.endcapBackward)
    if sectors.forward | sectors.backward != 0 {
      let quadrants: UInt32 = nearForward.quadrants & sectors.forward
      clusterQuadrants = quadrants.nonzeroBitCount + (nearBackward.quadrants & sectors.backward).nonzeroBitCount
    }
    if short.bins != 0 {
      let reached = (
        forward: AzimuthBins(sixtyFourths: short.forwardEndcap),
        backward: AzimuthBins(sixtyFourths: short.backwardEndcap)
      )
      shortClusters =
        (reached.forward.bits & forward.bits).nonzeroBitCount
        + (reached.backward.bits & backward.bits).nonzeroBitCount
      shortQuadrants =
        (reached.forward.quadrants & sectors.forward).nonzeroBitCount
        + (reached.backward.quadrants & sectors.backward).nonzeroBitCount
    }
    if inner.bins != 0 {
      let bins = AzimuthBins(sixtyFourths: inner.bins)
      innerClusters =
        ((forward.bits | backward.bits) & bins.widened(by: Self.innerReach).bits).nonzeroBitCount
      innerQuadrants = (bins.quadrants & (sectors.forward | sectors.backward)).nonzeroBitCount
    }
  }
}
