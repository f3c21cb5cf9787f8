import Menu

/// Bits of the muon detector and of the global matching.
extension Level1Evidence {
  /// The event time that the matching compares clusters with.
  private var calorimeterTime: Float { primitives.timingSource == .calorimeter ? primitives.time : 0 }
  private var muons: MuonSectors { MuonSectors(fired: primitives.muonSectors) }

  /// The fired sectors of the barrel or of the endcaps.
  func sectors(_ name: String) -> [Explanation] {
    let range = name.hasPrefix("e") ? 16..<24 : 0..<16
    return range.filter { primitives.muonSectors >> UInt32($0) & 1 == 1 }.map(sector)
  }

  private func sector(_ bit: Int) -> Explanation {
    let part = ["barrel backward", "barrel forward", "endcap backward", "endcap forward"]
    let (section, number) = bit < 16 ? (bit / 8, bit % 8) : (2 + (bit - 16) / 4, bit % 4)
    let centre = bit < 16 ? 45 * number : 45 + 90 * number
    return Explanation(
      text: "sector \(number) of the \(part[section]), centred at \(centre) deg: layer planes hit",
      value: "\(layerPlanes[bit])")
  }

  private func matching(_ track: Int?, _ clusters: [Int]) -> GlobalMatching {
    GlobalMatching(
      tracks: track.map { primitives.tracks.only($0) } ?? DriftChamberTracks(),
      clusters: primitives.clusters.only(clusters), calorimeterTime: calorimeterTime, muons: muons)
  }

  private func bin(atCalorimeter track: Int) -> String {
    let tracks = primitives.tracks
    let azimuth = GlobalMatching.azimuth(of: (tracks.omega[track], tracks.phi0[track]), atRadius: 126)
    return azimuth.map { "\(AzimuthBins.bin($0))" } ?? "none"
  }

  private func trackAndCluster(_ track: Int, _ cluster: Int) -> Explanation {
    Explanation(
      text: "track \(track + 1) in azimuth bin \(bin(atCalorimeter: track)) at 126 cm, cluster \(cluster + 1) in bin "
        + "\(AzimuthBins.bin(primitives.clusters.phi[cluster]))",
      children: [self.track(track), self.cluster(cluster)])
  }

  /// Tracks with a cluster in the same azimuth bin or the next.
  func trackClusterMatches(_ name: String) -> [Explanation] {
    let isEnergetic = name.hasPrefix("c2gev")
    return allTracksAndClusters.filter { track, cluster in
      let alone = matching(track, [cluster])
      return isEnergetic ? alone.matchedTracks2 > 0 : alone.matchedTracks > 0
    }.map(trackAndCluster)
  }

  private var allTracksAndClusters: [(Int, Int)] {
    (0..<primitives.tracks.count).flatMap { track in (0..<primitives.clusters.count).map { (track, $0) } }
  }

  /// Tracks that point to a fired octant, each octant used once.
  var trackSectorMatches: [Explanation] {
    let tracks = primitives.tracks
    var free = muons.barrelOctants
    return (0..<tracks.count).compactMap { index in
      let track = (omega: tracks.omega[index], phi0: tracks.phi0[index])
      guard let azimuth = GlobalMatching.azimuth(of: track, atRadius: 176) else { return nil }
      let octant = GlobalMatching.nearestOctant(azimuth, free)
      guard octant != 0 else { return nil }
      free &= ~octant
      let number = octant.trailingZeroBitCount
      let both = [number, number + 8].filter { primitives.muonSectors >> UInt32($0) & 1 == 1 }
      return Explanation(
        text: "track \(index + 1) at azimuth \(EvidenceText.degrees(azimuth)) at 176 cm, octant \(number) centred at "
          + "\(45 * number) deg",
        children: [self.track(index)] + both.map(sector))
    }
  }

  /// Clusters without a track.
  func photons(_ name: String) -> [Explanation] {
    (0..<primitives.clusters.count).filter { index in
      let alone = GlobalMatching(
        tracks: primitives.tracks, clusters: primitives.clusters.only([index]), calorimeterTime: calorimeterTime,
        muons: muons)
      return name.hasPrefix("n2gev") ? alone.photons2 > 0 : alone.photons1 > 0
    }.map { cluster($0) }
  }

  /// Pairs of clusters (`d`), or of a track and a cluster (`p`), back to back.
  func oppositePairs(_ name: String) -> [Explanation] {
    let windows: [Character: UInt64] = [
      "3": GlobalMatching.backToBack3, "5": GlobalMatching.backToBack5, "7": GlobalMatching.backToBack7,
      "9": GlobalMatching.backToBack9,
    ]
    guard let last = name.last, let window = windows[last] else { return [] }
    if name.hasPrefix("p") {
      return allTracksAndClusters.filter { matching($0, [$1]).trackClusterDifferences & window != 0 }
        .map(trackAndCluster)
    }
    return Self.pairs(primitives.clusters.count).filter {
      matching(nil, [$0, $1]).clusterDifferences & window != 0
    }.map { first, second in
      let phi = primitives.clusters.phi
      return Explanation(
        text: "clusters \(first + 1) and \(second + 1) in azimuth bins \(AzimuthBins.bin(phi[first])) and "
          + "\(AzimuthBins.bin(phi[second]))",
        children: [cluster(first), cluster(second)])
    }
  }

  private func endcaps(clusters: [Int], muons: MuonSectors) -> EndcapMatching {
    EndcapMatching(
      short: primitives.shortTracks, inner: primitives.innerTracks, clusters: primitives.clusters.only(clusters),
      calorimeterTime: calorimeterTime, muons: muons)
  }

  /// Endcap clusters that a short or inner track meets, and the tracks.
  func endcapClusters(_ name: String) -> [Explanation] {
    let isShort = name == "secl"
    let matched = (0..<primitives.clusters.count).filter {
      let alone = endcaps(clusters: [$0], muons: muons)
      return isShort ? alone.shortClusters > 0 : alone.innerClusters > 0
    }
    return matched.map { cluster($0) } + (isShort ? shortTracks : innerTracks)
  }

  /// Endcap sectors that a short track, an inner track or a cluster meets, and these.
  func endcapSectors(_ name: String) -> [Explanation] {
    let family = Self.family(name)
    let all = Array(0..<primitives.clusters.count)
    let matched = (16..<24).filter { bit in
      guard primitives.muonSectors >> UInt32(bit) & 1 == 1 else { return false }
      let alone = endcaps(clusters: all, muons: MuonSectors(fired: 1 << UInt32(bit)))
      switch family {
      case "seklm": return alone.shortQuadrants > 0
      case "ieklm": return alone.innerQuadrants > 0
      default: return alone.clusterQuadrants > 0
      }
    }
    let others =
      switch family {
      case "seklm": shortTracks
      case "ieklm": innerTracks
      default:
        all.filter { endcaps(clusters: [$0], muons: muons).clusterQuadrants > 0 }.map { cluster($0) }
      }
    return matched.map(sector) + others
  }

  /// The fitted track and the clusters of the hemisphere.
  func hemispheres(_ name: String) -> [Explanation] {
    guard let track = HemisphereLogic.onlyFittedTrack(primitives.tracks) else { return [] }
    let matched = (0..<primitives.clusters.count).filter { index in
      let alone = HemisphereLogic(
        tracks: primitives.tracks, clusters: primitives.clusters.only([index]), calorimeterTime: calorimeterTime,
        map: map)
      return name == "samhem" ? alone.isSame : alone.isOpposite
    }
    return [fittedTrack(track)] + matched.map { cluster($0) }
  }
}

extension DriftChamberTracks {
  /// One of the tracks alone.
  func only(_ index: Int) -> DriftChamberTracks {
    var tracks = DriftChamberTracks()
    tracks.omega[0] = omega[index]
    tracks.phi0[0] = phi0[index]
    tracks.z0[0] = z0[index]
    tracks.cotTheta[0] = cotTheta[index]
    tracks.count = 1
    return tracks
  }
}
