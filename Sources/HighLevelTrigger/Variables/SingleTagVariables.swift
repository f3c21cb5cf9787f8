import Kinematics

/// Single-tag two-photon production of a neutral meson that decays to two photons: one electron is seen, the other leaves along the
/// beam. Definitions of the Belle II software trigger.
enum SingleTagVariables {
  /// Mass between the two pairs of lines, GeV.
  static let border = 0.7
  /// What this gives.
  static let all: FilterVariableSet = [
    .singleTagLowMass, .singleTagHighMass, .singleTagLowMassB, .singleTagHighMassB,
  ]

  /// - Parameters:
  ///   - clusters: selected clusters, largest E* first.
  ///   - energy: of the collision in the centre of mass, GeV.
  ///   - values: with the numbers of tracks.
  static func compute(
    _ tracks: [ObservedTrack], clusters: [ObservedCluster], energy: Double, into values: inout FilterValues
  ) {
    values.clear(all)
    var photons: (first: ObservedCluster, second: ObservedCluster)?
    var first: ObservedCluster?
    for cluster in clusters where !cluster.isMatched && cluster.energy > 0.1 && cluster.isWithin(17, 150) {
      guard let leading = first else {
        first = cluster
        continue
      }
      photons = (leading, cluster)
      break
    }
    guard let photons else { return }
    if values[.nTrkLoose] == 1, values[.maximumPCMS] > 0.8, let tag = tracks.first(where: \.isLoose) {
      set(mass(tag, photons, energy), low: .singleTagLowMass, high: .singleTagHighMass, &values)
    }
    if values[.nTrkLooseB] == 1, values[.maximumPCMSB] > 0.8, let tag = tracks.first(where: \.isLooseB) {
      set(mass(tag, photons, energy), low: .singleTagLowMassB, high: .singleTagHighMassB, &values)
    }
  }

  private static func set(
    _ mass: Double?, low: FilterVariable, high: FilterVariable, _ values: inout FilterValues
  ) {
    guard let mass else { return }
    values.set(low, mass < border)
    values.set(high, mass > border)
  }

  /// Mass of the photon pair if it goes with the tag.
  private static func mass(
    _ tag: ObservedTrack, _ photons: (first: ObservedCluster, second: ObservedCluster), _ energy: Double
  ) -> Double? {
    let sum =
      FourVector(momentum: photons.first.starMomentum, energy: photons.first.starEnergy)
      + FourVector(momentum: photons.second.starMomentum, energy: photons.second.starEnergy)
    guard sum.energy > 1, sum.energy < 0.525 * energy else { return nil }
    let thetaSum = Angles.degrees(tag.starTheta + PortableAngle.theta(sum.momentum))
    let azimuth = PortableAngles.azimuth(y: sum.py, x: sum.px)
    let deltaPhi = Angles.degrees(Angles.between(tag.starPhi, azimuth))
    guard thetaSum < 170 || thetaSum > 190, deltaPhi > 160 else { return nil }
    return sum.mass
  }
}
