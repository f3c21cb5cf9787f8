import Kinematics
import Reconstruction

/// Two-track events with a photon, by which the experiment calibrates energy loss and muon identification; definitions of the Belle II
/// software trigger.
///
/// Both have exactly two skim tracks, of opposite charge, each with a cluster and drift-chamber hits.
enum RadiativePairs {
  /// Energy over momentum of an electron, and charge per path relative to an electron's, lie in this range.
  static let electronRange = 0.7...1.3
  /// Charge per path of an electron relative to a minimum-ionising particle: Bethe's formula where it has stopped rising.
  static let electronIonisation = Ionisation.relative(betaGamma: .infinity)

  /// Radiative Bhabha scattering: energy over momentum of both tracks, and charge per path of one, are an electron's.
  /// - Parameter identifications: of all tracks, in their order.
  static func isElectronPair(_ tracks: [ObservedTrack], _ identifications: ArraySlice<TrackIdentification>) -> Bool {
    guard let (first, second) = pair(tracks), identifications.count == tracks.count else { return false }
    var hasElectron = false
    for track in [first, second] {
      guard track.clusterEnergy > 0, inside(electronRange, track.clusterEnergy / track.size) else { return false }
      let own = identifications[identifications.startIndex + track.index]
      guard own.ionisationHits > 0 else { return false }
      if inside(electronRange, Double(own.relativeIonisation) / electronIonisation) { hasElectron = true }
    }
    return hasElectron
  }

  /// A radiative muon pair: quiet in the calorimeter, one track at least at the muon detector, unbalanced.
  /// - Parameters:
  ///   - tracks: all tracks of the event, three at most.
  ///   - sources: the same as they were found.
  ///   - clusters: all clusters.
  ///   - total: four-momentum of the collision in the laboratory, GeV.
  static func isMuonPair(
    _ tracks: [ObservedTrack], _ sources: ArraySlice<ReconstructedTrack>, _ clusters: ArraySlice<ReconstructedCluster>,
    total: FourVector
  ) -> Bool {
    guard tracks.count < 4, let (first, second) = pair(tracks) else { return false }
    func reaches(_ track: ObservedTrack) -> Bool { sources[sources.startIndex + track.index].muon > 0 }
    for track in [first, second] {
      let energy = track.clusterEnergy
      guard energy > 0, energy < 0.4, energy / track.size < 0.4, abs(track.d0) < 0.5, abs(track.z0) < 0.5,
        track.theta > 17 * Units.degree, track.theta < 150 * Units.degree, reaches(track) || energy < 0.25
      else { return false }
    }
    let recoil = total.momentum - first.momentum - second.momentum
    guard max(first.size, second.size) > 1, min(first.size, second.size) < 3, reaches(first) || reaches(second),
      min(first.clusterEnergy, second.clusterEnergy) <= 0.25, recoil.length > 0.1,
      let phi = azimuth(of: first, sources, clusters), let other = azimuth(of: second, sources, clusters)
    else { return false }
    return Angles.between(phi, other) >= 90 * Units.degree
  }

  /// The two skim tracks of an event that has no others, if they have opposite charge and drift-chamber hits.
  private static func pair(_ tracks: [ObservedTrack]) -> (ObservedTrack, ObservedTrack)? {
    var found: (Int, Int) = (-1, -1)
    for index in tracks.indices where tracks[index].isSkimmed {
      guard found.1 < 0 else { return nil }
      if found.0 < 0 { found.0 = index } else { found.1 = index }
    }
    guard found.1 >= 0 else { return nil }
    let (first, second) = (tracks[found.0], tracks[found.1])
    guard first.charge == -second.charge, first.chamberHits > 0, second.chamberHits > 0 else { return nil }
    return (first, second)
  }

  /// Azimuth of a track's cluster.
  private static func azimuth(
    of track: ObservedTrack, _ sources: ArraySlice<ReconstructedTrack>, _ clusters: ArraySlice<ReconstructedCluster>
  ) -> Double? {
    let number = Int(sources[sources.startIndex + track.index].cluster)
    guard number >= 0, number < clusters.count else { return nil }
    return Double(clusters[clusters.startIndex + number].phi)
  }

  /// Whether a number lies inside a range, its ends left out.
  private static func inside(_ range: ClosedRange<Double>, _ value: Double) -> Bool {
    value > range.lowerBound && value < range.upperBound
  }
}
