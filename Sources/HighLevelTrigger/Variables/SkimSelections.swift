import Kinematics

/// Skims of tracks with matched clusters, after ``SkimVariables``; definitions of the Belle II software trigger.
enum SkimSelections {
  /// - Parameters:
  ///   - tracks: all tracks.
  ///   - clusters: selected clusters, largest E* first.
  ///   - energy: of the collision in the centre of mass, GeV.
  ///   - values: with the variables of clusters and tracks.
  static func compute(
    _ tracks: [ObservedTrack], clusters: [ObservedCluster], energy: Double, into values: inout FilterValues
  ) {
    let beam = energy / 2
    var photons: (ObservedCluster?, ObservedCluster?) = (nil, nil)
    var count = 0
    var photonEnergy = 0.0
    var widest = SkimVariables.noAngle
    for (position, photon) in clusters.enumerated() where photon.isPhoton {
      if photons.0 == nil { photons.0 = photon } else if photons.1 == nil { photons.1 = photon }
      count += 1
      photonEnergy += photon.energy
      for other in clusters[(position + 1)...] where other.isPhoton {
        widest = max(widest, Angles.opening(photon.starMomentum, other.starMomentum))
      }
    }
    let g1 = photons.0?.starEnergy ?? 0
    let g2 = photons.1?.starEnergy ?? 0
    values.set(.nGammasLE, count)
    values.set(.g1CMSBhabhaLE, g1)
    values.set(.g2CMSBhabhaLE, g2)
    values.set(.g12CMSBhabhaLE, g1 + g2)
    values.set(.g1OEbeamCMSBhabhaLE, g1 / beam)
    values.set(.g2OEbeamCMSBhabhaLE, g2 / beam)
    values.set(.maxAngleGGLE, widest)
    let (first, second) = SkimVariables.leading(tracks)
    let strongest = clusters.lazy.filter(\.isPhoton).max { $0.energy < $1.energy }
    values.set(.eNeutralLE, strongest?.energy ?? 0)
    func angle(_ track: ObservedTrack?) -> Double {
      guard let track, let strongest else { return SkimVariables.noAngle }
      return Angles.opening(track.momentum, strongest.momentum)
    }
    values.set(.angleGTLE, max(angle(first), angle(second)))
    var electrons = 0
    var total = photonEnergy
    var visible = photonEnergy
    for track in tracks where track.isSkimmed {
      if track.starSize > 0.35 * beam, track.looksLikeElectron { electrons += 1 }
      if track.clusterEnergy > 0.1 { total += track.clusterEnergy }
      visible += track.size
    }
    values.set(.nEidLE, electrons)
    values.set(.eTotLE, total)
    values.set(.visibleEnergyLE, visible)
    let isBhabha = isTwoTrackBhabha(first, second, electrons: electrons, total: total, beam: beam, values)
    values.set(.bhabha2Trk, isBhabha)
    let opening = first.flatMap { track in photons.0.map { Angles.opening(track.starMomentum, $0.starMomentum) } } ?? 0
    let skimmed = values[.nTracksLE]
    values.set(
      .bhabha1Trk, skimmed == 1 && (first?.starSize ?? 0) > 0.35 * beam && g1 > 0.35 * beam && opening > 2.618)
    values.set(
      .gg, skimmed <= 1 && electrons == 0 && g1 > 0.35 * beam && g2 > 0.2 * beam && total > 4 && widest > 2.618)
    let isPair = values[.ggEndcapLoose] == 1 || values[.ggBarrelLoose] == 1
    values.set(.gammaGammaFilter, isPair)
    values.set(.fourLep, isFourLepton(first, second, visible: visible))
    values.set(.mumuTight, isTightMuonPair(tracks, first, second))
    values.set(.mumuHighM, isHeavyMuonPair(first, second))
    HadronSelection.compute(tracks, clusters: clusters, energy: energy, into: &values)
  }

  private static func isTwoTrackBhabha(
    _ first: ObservedTrack?, _ second: ObservedTrack?, electrons: Int, total: Double, beam: Double,
    _ values: FilterValues
  ) -> Bool {
    guard let first, let second else { return false }
    return first.charge != second.charge && values[.maxAngleTTLE] > 2.88 && electrons >= 1
      && second.starSize > 0.35 * beam && total > 4
  }

  private static func isFourLepton(_ first: ObservedTrack?, _ second: ObservedTrack?, visible: Double) -> Bool {
    guard let first, let second, first.charge != second.charge, first.size > 0.4, second.size > 0.4 else {
      return false
    }
    let sum = first.starMomentum + second.starMomentum
    let (_, cosine) = PortableAngles.sineCosine(first.theta + second.theta)
    let mass =
      (FourVector(momentum: first.momentum, mass: Mass.pion) + FourVector(momentum: second.momentum, mass: Mass.pion))
      .mass
    return cosine > -0.997 && sum.transverse < 0.15 && abs(sum.z) < 2.5 && mass < 6 && visible < 6
  }

  /// Exactly two tracks, quiet in the calorimeter, back to back within 10 degrees.
  private static func isTightMuonPair(
    _ tracks: [ObservedTrack], _ first: ObservedTrack?, _ second: ObservedTrack?
  ) -> Bool {
    guard tracks.count == 2, let first, let second, first.charge != second.charge else { return false }
    let quiet = first.clusterEnergy < 0.5 && second.clusterEnergy < 0.5
    return quiet && first.clusterEnergy + second.clusterEnergy < 2 && first.starSize > 0.5 && second.starSize > 0.5
      && isBackToBack(first, second)
  }

  private static func isHeavyMuonPair(_ first: ObservedTrack?, _ second: ObservedTrack?) -> Bool {
    guard let first, let second, first.charge != second.charge else { return false }
    let mass =
      (FourVector(momentum: first.momentum, mass: Mass.muon) + FourVector(momentum: second.momentum, mass: Mass.muon))
      .mass
    return mass > 8 && mass < 12 && max(first.clusterEnergy, second.clusterEnergy) > 0
      && first.clusterEnergy <= 1 && second.clusterEnergy <= 1 && isBackToBack(first, second)
  }

  /// Within 10 degrees in azimuth and polar angle, centre of mass.
  private static func isBackToBack(_ first: ObservedTrack, _ second: ObservedTrack) -> Bool {
    abs(Angles.degrees(first.starTheta + second.starTheta) - 180) < 10
      && abs(Angles.degrees(Angles.between(first.starPhi, second.starPhi)) - 180) < 10
  }
}

extension ObservedCluster {
  /// Whether the skims take the cluster for a photon.
  fileprivate var isPhoton: Bool { !isMatched && energy > 0.1 }
}
