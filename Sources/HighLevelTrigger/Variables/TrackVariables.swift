import Kinematics

/// Variables of the tracks and their clusters; definitions of the Belle II software trigger.
enum TrackVariables {
  /// Variables that need clusters, after those that do not.
  /// - Parameters:
  ///   - tracks: all tracks of the event.
  ///   - clusters: selected clusters, largest E* first.
  ///   - total: four-momentum of the collision in the laboratory.
  static func compute(
    _ tracks: [ObservedTrack], clusters: [ObservedCluster], total: FourVector, into values: inout FilterValues
  ) {
    var sum = FourVector.zero
    for track in tracks { sum += FourVector(momentum: track.momentum, energy: track.energy) }
    for cluster in clusters where !cluster.isMatched {
      sum += FourVector(momentum: cluster.momentum, energy: cluster.energy)
    }
    values[.visibleEnergy] = sum.energy
    values[.missingMassSquared] = (total - sum).massSquared
    let leading = tracks.leading(where: \.isLoose)
    values.set(.ee1leg, (leading?.starClusterEnergy ?? 0) > 4.5)
    let isSingleMuon = leading.map { $0.starSize > 3 && $0.clusterEnergy > 0 && $0.clusterEnergy < 1 } ?? false
    values.set(.singleMuon, isSingleMuon)
    let twoClusters = values[.ee2clst] == 1 || values[.gg2clst] == 1
    values.set(.ee1leg1clst, twoClusters && values[.ee1leg] == 1)
    for variable in [
      FilterVariable.ee2leg, .ee1leg1trk, .ee1leg1e, .eexx, .eeBrem, .muonPairV, .selectmumu,
    ] {
      values.set(variable, false)
    }
    if let positive = tracks.leading(where: { $0.isLoose && $0.charge > 0 }),
      let negative = tracks.leading(where: { $0.isLoose && $0.charge < 0 })
    {
      pair(positive, negative, clusters: clusters, into: &values)
    }
    values.set(.cosmic, isCosmic(tracks))
  }

  /// Variables that the tracks alone give.
  static func computeKinematics(_ tracks: [ObservedTrack], into values: inout FilterValues) {
    func largest(_ selection: (ObservedTrack) -> Bool) -> Double {
      tracks.lazy.filter(selection).map(\.starSize).max() ?? 0
    }
    func isC(_ track: ObservedTrack) -> Bool { abs(track.z0) < 1 && track.starSize > 0.2 }
    values.set(.nTrackC, tracks.count(where: isC))
    values[.maximumPCMSC] = largest(isC)
    values.set(.nTrkLoose, tracks.count(where: \.isLoose))
    values.set(.nTrkTight, tracks.count(where: \.isTight))
    values.set(.nTrkLooseB, tracks.count(where: \.isLooseB))
    values.set(.nTrkTightB, tracks.count(where: \.isTightB))
    values.set(.netChargeLoose, tracks.reduce(0) { $0 + ($1.isLoose ? $1.charge : 0) })
    values.set(.netChargeLooseB, tracks.reduce(0) { $0 + ($1.isLooseB ? $1.charge : 0) })
    values[.maximumPCMS] = largest(\.isLoose)
    values[.maximumPCMSB] = largest(\.isLooseB)
    values[.maximumPLab] = tracks.lazy.filter(\.isLoose).map(\.size).max() ?? 0
  }

  /// Variables of the loose tracks of largest pT of each charge.
  private static func pair(
    _ positive: ObservedTrack, _ negative: ObservedTrack, clusters: [ObservedCluster], into values: inout FilterValues
  ) {
    let phi = Angles.degrees(Angles.between(positive.starPhi, negative.starPhi))
    let thetaSum = Angles.degrees(positive.starTheta + negative.starTheta)
    let isBackToBack = phi > 175 && abs(thetaSum - 180) < 15
    let energies = [positive.starClusterEnergy, negative.starClusterEnergy]
    let sizes = [positive.starSize, negative.starSize]
    let high = max(sizes[0], sizes[1])
    let low = min(sizes[0], sizes[1])
    let looseCount = values[.nTrkLoose]
    if isBackToBack {
      values.set(.ee2leg, min(energies[0], energies[1]) > 3 && max(energies[0], energies[1]) > 4.5)
      values.set(.ee1leg1trk, (energies[0] > 4.5 && sizes[1] > 3) || (energies[1] > 4.5 && sizes[0] > 3))
      values.set(
        .ee1leg1e,
        (energies[0] > 4.5 && energies[1] > 0.8 * sizes[1]) || (energies[1] > 4.5 && energies[0] > 0.8 * sizes[0]))
    }
    let missing = -(positive.starMomentum + negative.starMomentum)
    let missingTheta = Angles.degrees(PortableAngle.theta(missing))
    let isAlongBeams = missingTheta < 20 || missingTheta > 160
    let isFlat = (high < 1.2 && phi > 150) || (high < 2 && phi > 175)
    values.set(.eexx, isAlongBeams && isFlat)
    let nearTrack = min(
      Angles.opening(missing, positive.starMomentum), Angles.opening(missing, negative.starMomentum))
    let isRadiated = missing.length > 1 && Angles.degrees(nearTrack) < 5
    values.set(.eeBrem, looseCount == 2 && high > 4.5 && isRadiated && clusters.contains { $0.energy > 1 })
    let areQuiet = positive.clusterEnergy < 0.5 && negative.clusterEnergy < 0.5
    values.set(
      .muonPairV, looseCount == 2 && high > 4.5 && areQuiet && phi > 175 && thetaSum > 175 && thetaSum < 185)
    let oneMinimumIonising = [positive, negative].contains { $0.clusterEnergy > 0 && $0.clusterEnergy < 1 }
    values.set(.selectmumu, high > 3 && low > 2.5 && phi > 165 && oneMinimumIonising)
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
