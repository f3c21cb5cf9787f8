/// The decisions on displaced tracks and pairs: what the input bits say.
package struct DisplacedVertexLogic: Sendable {
  /// A vertex of two tracks, ``Selection/standard``.
  package private(set) var isVertex = false
  /// A vertex by ``Selection/tight``.
  package private(set) var isTightVertex = false
  /// Displaced tracks that point to a cluster, and to a fired octant of the muon detector.
  package private(set) var tracksWithCluster = 0
  package private(set) var tracksWithMuon = 0

  /// What a pair must fulfil.
  package struct Selection: Sendable {
    /// Smallest distance of the vertex from the beam line, cm.
    package var smallestRho: Float
    /// Smallest sum of both impact parameters in size, cm. Pairs that start behind the innermost super-layer need none.
    package var smallestSum: Float
    /// Smallest impact parameter of either track in size, cm, likewise.
    package var smallestD0: Float
    /// Smallest opening angle, rad: below it two tracks are hardly apart, and photon conversions lie there.
    package var smallestOpening: Float
    /// Largest opening angle, rad: tracks back to back are one cosmic muon.
    package var largestOpening: Float
    /// Largest angle between momentum and line of flight, rad.
    package var largestPointing: Float
    /// Smallest transverse momentum of the pair, GeV.
    package var smallestMomentum: Float
    /// Largest chi square of a track.
    package var largestChiSquare: Float
    /// Most axial super-layers in which the tracks share a segment.
    package var mostShared: UInt8

    /// For the background of today: input bit `dv`.
    package static let standard = Selection(
      smallestRho: 7, smallestSum: 4, smallestD0: 0.5, smallestOpening: 0.1, largestOpening: 2.6, largestPointing: 0.5,
      smallestMomentum: 0, largestChiSquare: 8, mostShared: 2)
    /// For the background of the design: input bit `dv_tight`.
    package static let tight = Selection(
      smallestRho: 7, smallestSum: 4, smallestD0: 0.5, smallestOpening: 0.1, largestOpening: 1.5, largestPointing: 0.3,
      smallestMomentum: 0.8, largestChiSquare: 5, mostShared: 1)

    /// Pairs without segments in the innermost super-layer must have their vertex outside of this, cm.
    static let lateRho: Float = 16

    /// Does a pair pass?
    package func accepts(_ pairs: borrowing DisplacedPairs, _ index: Int) -> Bool {
      let isApart =
        pairs.smallerD0[index] >= smallestD0 && pairs.smallerD0[index] + pairs.largerD0[index] >= smallestSum
      let isLate = pairs.startsLate[index] && pairs.rho[index] > Self.lateRho
      return (isApart || isLate) && pairs.rho[index] > smallestRho && pairs.openingAngle[index] > smallestOpening
        && pairs.openingAngle[index] < largestOpening && pairs.pointingAngle[index] < largestPointing
        && pairs.transverseMomentum[index] > smallestMomentum && pairs.chiSquare[index] < largestChiSquare
        && pairs.sharedSuperLayers[index] <= mostShared && pairs.canBeNeutral[index]
    }
  }

  /// Smallest impact parameter in size of a single track that is matched with other detectors, cm.
  package static let matchedD0: Float = 5

  package init(
    _ tracks: borrowing DisplacedTracks, _ pairs: borrowing DisplacedPairs, clusters: borrowing CalorimeterClusters,
    calorimeterTime: Float, muons: MuonSectors
  ) {
    for index in 0..<pairs.count where Selection.standard.accepts(pairs, index) {
      isVertex = true
      if Selection.tight.accepts(pairs, index) { isTightVertex = true }
    }
    guard tracks.displacedCount > 0 else { return }
    let bins = GlobalMatching.barrelBins(clusters, calorimeterTime: calorimeterTime)
    for index in tracks.promptCount..<tracks.count
    where abs(tracks.d0[index]) >= Self.matchedD0 && !tracks.isOuter(index) {
      if let azimuth = tracks.azimuth(index, atRadius: GlobalMatching.calorimeterRadius),
        bins.hasNeighbour(of: AzimuthBins.bin(azimuth))
      {
        tracksWithCluster += 1
      }
      if let azimuth = tracks.azimuth(index, atRadius: GlobalMatching.muonRadius),
        GlobalMatching.nearestOctant(azimuth, muons.barrelOctants) != 0
      {
        tracksWithMuon += 1
      }
    }
  }
}
