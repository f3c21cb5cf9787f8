import Kinematics

/// Variables of the tracks and their clusters; definitions of the Belle II software trigger.
enum TrackVariables {
  /// What the pair of leading tracks gives.
  static let ofPair: FilterVariableSet = [
    .ee2leg, .ee1leg1trk, .ee1leg1e, .eexx, .eeBrem, .eeBremB, .muonPairV, .muonPairVB, .selectmumu,
  ]
  private static let ofSum: FilterVariableSet = [.visibleEnergy, .missingMassSquared]
  private static let ofFastest: FilterVariableSet = [.pCmsNegC, .pCmsPosC, .dPhiCmsC]

  /// Variables that need clusters, after those that do not.
  /// - Parameters:
  ///   - tracks: all tracks of the event.
  ///   - pair: the loose tracks of largest pT of each charge.
  ///   - clusters: selected clusters, largest E* first.
  ///   - total: four-momentum of the collision in the laboratory.
  static func compute(
    _ tracks: [ObservedTrack], _ pair: LeadingPair?, clusters: [ObservedCluster], total: FourVector,
    into values: inout FilterValues
  ) {
    if values.wants(ofSum) {
      var sum = FourVector.zero
      for track in tracks { sum += FourVector(momentum: track.momentum, energy: track.energy) }
      for cluster in clusters where !cluster.isMatched {
        sum += FourVector(momentum: cluster.momentum, energy: cluster.energy)
      }
      values.set(.visibleEnergy, sum.energy)
      values.set(.missingMassSquared, (total - sum).massSquared)
    }
    let leading = tracks.leading(where: \.isLoose)
    values.set(.ee1leg, (leading?.starClusterEnergy ?? 0) > 4.5)
    let isSingleMuon = leading.map { $0.starSize > 3 && $0.clusterEnergy > 0 && $0.clusterEnergy < 1 } ?? false
    values.set(.singleMuon, isSingleMuon)
    let twoClusters = values[.ee2clst] == 1 || values[.gg2clst] == 1
    let hasLeg = values[.ee1leg] == 1
    values.set(.ee1leg1clst, twoClusters && hasLeg)
    values.clear(ofPair)
    if let pair { compute(pair, clusters: clusters, into: &values) }
    values.set(.clusterENegC, fastest(tracks, charge: -1)?.clusterEnergy ?? .nan)
    values.set(.clusterEPosC, fastest(tracks, charge: 1)?.clusterEnergy ?? .nan)
    values.set(.cosmic, isCosmic(tracks))
  }

  /// Variables that the tracks alone give.
  static func computeKinematics(_ tracks: [ObservedTrack], into values: inout FilterValues) {
    func largest(_ selection: (ObservedTrack) -> Bool) -> Double {
      var largest = 0.0
      for track in tracks where selection(track) { largest = max(largest, track.starSize) }
      return largest
    }
    func isC(_ track: ObservedTrack) -> Bool { abs(track.z0) < 1 && track.starSize > 0.2 }
    if values.wants(ofFastest) {
      let negative = fastest(tracks, charge: -1)
      let positive = fastest(tracks, charge: 1)
      values.set(.pCmsNegC, negative?.starSize ?? .nan)
      values.set(.pCmsPosC, positive?.starSize ?? .nan)
      if let negative, let positive {
        values.set(.dPhiCmsC, Angles.degrees(Angles.between(negative.starPhi, positive.starPhi)))
      } else {
        values.set(.dPhiCmsC, Double.nan)
      }
    }
    values.set(.nTrackC, tracks.count(where: isC))
    values.set(.maximumPCMSC, largest(isC))
    values.set(.nTrkLoose, tracks.count(where: \.isLoose))
    values.set(.nTrkTight, tracks.count(where: \.isTight))
    values.set(.nTrkLooseB, tracks.count(where: \.isLooseB))
    values.set(.nTrkTightB, tracks.count(where: \.isTightB))
    values.set(.netChargeLoose, tracks.reduce(0) { $0 + ($1.isLoose ? $1.charge : 0) })
    values.set(.netChargeLooseB, tracks.reduce(0) { $0 + ($1.isLooseB ? $1.charge : 0) })
    values.set(.maximumPCMS, largest(\.isLoose))
    values.set(.maximumPCMSB, largest(\.isLooseB))
    values.set(.maximumPLab, tracks.reduce(0) { $1.isLoose ? max($0, $1.size) : $0 })
  }

  /// The track of largest p* of a charge, wherever it comes from.
  private static func fastest(_ tracks: [ObservedTrack], charge: Int) -> ObservedTrack? {
    var best = -1
    for index in tracks.indices where tracks[index].charge == charge {
      if best < 0 || tracks[index].starSize > tracks[best].starSize { best = index }
    }
    return best < 0 ? nil : tracks[best]
  }

  /// Variables of the loose tracks of largest pT of each charge.
  private static func compute(
    _ pair: LeadingPair, clusters: [ObservedCluster], into values: inout FilterValues
  ) {
    let (positive, negative) = (pair.positive, pair.negative)
    let phi = pair.deltaPhi
    let isBackToBack = phi > 175 && abs(pair.thetaSum - 180) < 15
    if isBackToBack {
      let energies = (positive.starClusterEnergy, negative.starClusterEnergy)
      let sizes = (positive.starSize, negative.starSize)
      values.set(.ee2leg, min(energies.0, energies.1) > 3 && max(energies.0, energies.1) > 4.5)
      values.set(.ee1leg1trk, (energies.0 > 4.5 && sizes.1 > 3) || (energies.1 > 4.5 && sizes.0 > 3))
      values.set(
        .ee1leg1e,
        (energies.0 > 4.5 && energies.1 > 0.8 * sizes.1) || (energies.1 > 4.5 && energies.0 > 0.8 * sizes.0))
    }
    let isFlat = (pair.high < 1.2 && phi > 150) || (pair.high < 2 && phi > 175)
    values.set(.eexx, isFlat && pair.isMissingAlongBeams(within: 20))
    let isRadiated =
      pair.high > 4.5 && pair.missing.length > 1 && clusters.contains { $0.energy > 1 }
      && Angles.degrees(pair.missingToTrack) < 5
    let loose = values[.nTrkLoose]
    let looseB = values[.nTrkLooseB]
    values.set(.eeBrem, loose == 2 && isRadiated)
    // The experiment asks for one or more here, where the name would suggest two.
    values.set(.eeBremB, looseB >= 1 && isRadiated)
    let isMuonPair =
      pair.high > 4.5 && positive.clusterEnergy < 0.5 && negative.clusterEnergy < 0.5 && phi > 175
      && pair.thetaSum > 175 && pair.thetaSum < 185
    values.set(.muonPairV, loose == 2 && isMuonPair)
    values.set(.muonPairVB, looseB == 2 && isMuonPair)
    let oneMinimumIonising =
      (positive.clusterEnergy > 0 && positive.clusterEnergy < 1)
      || (negative.clusterEnergy > 0 && negative.clusterEnergy < 1)
    values.set(.selectmumu, pair.high > 3 && pair.low > 2.5 && phi > 165 && oneMinimumIonising)
  }

  /// A muon from above, seen as two tracks back to back within 2 degrees, away from the interaction point.
  private static func isCosmic(_ tracks: [ObservedTrack]) -> Bool {
    guard tracks.count == 2 else { return false }
    let areMuons = tracks.allSatisfy {
      $0.pT > 0.5 && $0.starClusterEnergy < 1 && (abs($0.z0) < 57 || abs($0.d0) > 26.5)
    }
    return areMuons && isBackToBack(tracks[0], tracks[1], within: 2)
  }

  /// Back to back in azimuth and polar angle in the laboratory.
  static func isBackToBack(_ a: ObservedTrack, _ b: ObservedTrack, within degrees: Double) -> Bool {
    abs(Angles.degrees(a.theta + b.theta) - 180) < degrees
      && abs(Angles.degrees(Angles.between(a.phi, b.phi)) - 180) < degrees
  }
}
