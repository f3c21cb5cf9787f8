/// The global matching: two-dimensional tracks against each other, calorimeter clusters and muon sectors.
///
/// Angles are compared in 36 bins of 10 degrees. Only clusters within 100 ns of the calorimeter's event time take part.
/// Source: `Documentation/level1.md`, section "Matching".
package struct GlobalMatching: Sendable {
  /// Differences of azimuth bins between tracks at the origin, between clusters, and from tracks at the calorimeter to
  /// clusters; bit d is set if a pair differs by d bins.
  package private(set) var trackDifferences: UInt64 = 0
  package private(set) var clusterDifferences: UInt64 = 0
  package private(set) var trackClusterDifferences: UInt64 = 0
  /// Tracks with a cluster, and such tracks whose cluster has 2 GeV.
  package private(set) var matchedTracks = 0
  package private(set) var matchedTracks2 = 0
  /// Octants of the muon detector's barrel that a track points to, each counted once.
  package private(set) var matchedOctants = 0
  /// Clusters without a track above 1 GeV and above 2 GeV.
  package private(set) var photons1 = 0
  package private(set) var photons2 = 0
  /// Azimuths of the tracks at the origin.
  package private(set) var tracksAtOrigin = AzimuthBins()

  /// Back to back within 1, 2, 3, 4 bins.
  package static let backToBack3 = AzimuthBins.backToBack(within: 1)
  package static let backToBack5 = AzimuthBins.backToBack(within: 2)
  package static let backToBack7 = AzimuthBins.backToBack(within: 3)
  package static let backToBack9 = AzimuthBins.backToBack(within: 4)
  /// Open by 90 and by 30 degrees.
  package static let open90 = AzimuthBins.backToBack(within: 9)
  package static let open30 = AzimuthBins.backToBack(within: 15)

  private static let photon1 = CalorimeterEnergy(gigaelectronvolts: 1)
  private static let photon2 = CalorimeterEnergy(gigaelectronvolts: 2)

  package init(
    tracks: borrowing DriftChamberTracks, clusters: borrowing CalorimeterClusters, calorimeterTime: Float,
    muons: MuonSectors
  ) {
    var atOrigin = AzimuthBins()
    var atCalorimeter = AzimuthBins()
    var allClusters = AzimuthBins()
    var barrelClusters = AzimuthBins()
    var energeticClusters = AzimuthBins()
    for index in 0..<clusters.count where Self.takesPart(clusters, index, calorimeterTime) {
      let bin = AzimuthBins.bin(clusters.phi[index])
      allClusters.insert(bin)
      guard Self.barrel.contains(clusters.theta[index]) else { continue }
      barrelClusters.insert(bin)
      if !(CalorimeterEnergy(counts: clusters.counts[index]) < Self.photon2) { energeticClusters.insert(bin) }
    }
    var octants: UInt32 = 0
    for index in 0..<tracks.count {
      let track = (omega: tracks.omega[index], phi0: tracks.phi0[index])
      atOrigin.insert(AzimuthBins.bin(track.phi0))
      if let azimuth = Self.azimuth(of: track, atRadius: Self.calorimeterRadius) {
        let bin = AzimuthBins.bin(azimuth)
        atCalorimeter.insert(bin)
        if barrelClusters.hasNeighbour(of: bin) { matchedTracks += 1 }
        if energeticClusters.hasNeighbour(of: bin) { matchedTracks2 += 1 }
      }
      if let azimuth = Self.azimuth(of: track, atRadius: Self.muonRadius) {
        octants |= Self.nearestOctant(azimuth, muons.barrelOctants & ~octants)
      }
    }
    matchedOctants = octants.nonzeroBitCount
    tracksAtOrigin = atOrigin
    trackDifferences = atOrigin.differences(to: atOrigin)
    clusterDifferences = allClusters.differences(to: allClusters)
    trackClusterDifferences = atCalorimeter.differences(to: allClusters)
    countPhotons(clusters, calorimeterTime, atCalorimeter)
  }

  /// Polar angles at which a cluster can be matched with a track: 35 to 126 degrees.
  private static let barrel: ClosedRange<Float> = (35 * Float.pi / 180)...(126 * Float.pi / 180)

  /// Radii at which tracks are compared with the calorimeter and with the muon detector, cm.
  static let calorimeterRadius = 126.0
  static let muonRadius = 176.0

  /// Azimuth bins of the barrel clusters that take part in the matching.
  static func barrelBins(_ clusters: borrowing CalorimeterClusters, calorimeterTime: Float) -> AzimuthBins {
    var bins = AzimuthBins()
    for index in 0..<clusters.count
    where takesPart(clusters, index, calorimeterTime) && barrel.contains(clusters.theta[index]) {
      bins.insert(AzimuthBins.bin(clusters.phi[index]))
    }
    return bins
  }

  /// Clusters far from the event time belong to another collision.
  static func takesPart(_ clusters: borrowing CalorimeterClusters, _ index: Int, _ time: Float) -> Bool {
    abs(clusters.time[index] - time) <= 100
  }

  /// The azimuth of a track from the origin at a radius in cm; nil if it does not get there.
  package static func azimuth(of track: (omega: Float, phi0: Float), atRadius radius: Double) -> Float? {
    let sine = Double(track.omega) * radius / 2
    guard abs(sine) < 1 else { return nil }
    return Float(Double(track.phi0) - arcsine(sine))
  }

  /// The fired octant whose centre is nearest, as a bit, if it is within 32.5 degrees; none is 0.
  package static func nearestOctant(_ azimuth: Float, _ fired: UInt32) -> UInt32 {
    var nearest: UInt32 = 0
    var distance = 32.5 * Double.pi / 180
    for octant in 0..<8 where fired >> UInt32(octant) & 1 == 1 {
      var turn = abs(Double(azimuth) - Double(octant) * Double.pi / 4).truncatingRemainder(dividingBy: 2 * Double.pi)
      if turn > Double.pi { turn = 2 * Double.pi - turn }
      if turn < distance {
        distance = turn
        nearest = 1 << UInt32(octant)
      }
    }
    return nearest
  }

  /// Clusters that no track points to: at the polar angles of tracks those without a track in the same bin or one beside
  /// it, elsewhere all.
  private mutating func countPhotons(
    _ clusters: borrowing CalorimeterClusters, _ time: Float, _ tracks: AzimuthBins
  ) {
    for index in 0..<clusters.count where Self.takesPart(clusters, index, time) {
      if Self.barrel.contains(clusters.theta[index]) && tracks.hasNeighbour(of: AzimuthBins.bin(clusters.phi[index])) {
        continue
      }
      let energy = CalorimeterEnergy(counts: clusters.counts[index])
      if !(energy < Self.photon1) { photons1 += 1 }
      if !(energy < Self.photon2) { photons2 += 1 }
    }
  }
}
