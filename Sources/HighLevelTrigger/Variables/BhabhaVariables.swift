import Kinematics

/// Bhabha events that lines select or veto: radiative ones, and those whose rate is flattened in the polar angle. Definitions of the
/// Belle II software trigger; where two tracks are meant they are the loose tracks of largest pT of each charge.
enum BhabhaVariables {
  /// Edges of the polar-angle bins of `eeFlat0` to `eeFlat8`, degrees.
  static let flatEdges: [Double] = [0, 19, 22, 25, 30, 35, 45, 60, 90, 180]
  static let flat: [FilterVariable] = [
    .eeFlat0, .eeFlat1, .eeFlat2, .eeFlat3, .eeFlat4, .eeFlat5, .eeFlat6, .eeFlat7, .eeFlat8,
  ]
  /// What ``compute(_:into:)`` gives, and what ``computeFlattened(_:_:clusters:into:)``.
  static let ofPair: FilterVariableSet = [
    .eexxSelect, .eeee, .eemm, .radBhabha, .radBhabhaB, .isrRadBhabha, .eeOneClust,
  ]
  static let flattened = FilterVariableSet(flat + [.selectee1leg1trk, .selectee1leg1clst, .selectee])

  /// - Parameter values: with the numbers of tracks.
  static func compute(_ pair: LeadingPair?, into values: inout FilterValues) {
    values.clear(ofPair)
    guard let pair else { return }
    let isFourLepton = values[.maximumPCMS] < 2 && pair.deltaPhi > 160 && pair.isMissingAlongBeams(within: 25)
    let areTwo = values[.nTrkLoose] == 2 && values[.nTrkTight] >= 1
    let areTwoB = values[.nTrkLooseB] == 2 && values[.nTrkTightB] >= 1
    values.set(.eexxSelect, isFourLepton)
    values.set(.eeee, isFourLepton && pair.hasElectron)
    values.set(.eemm, isFourLepton && !pair.hasElectron)
    let isRadiative =
      pair.low > 1 && !pair.isMissingAlongBeams(within: 10) && pair.deltaPhi < 170 && pair.missing.length > 1
      && pair.hasElectron
    values.set(.radBhabha, isRadiative && areTwo)
    values.set(.radBhabhaB, isRadiative && areTwoB)
    values.set(
      .isrRadBhabha,
      pair.low > 2 && areTwo && pair.deltaPhi > 175 && pair.isMissingAlongBeams(within: 5) && pair.hasElectron)
    let energies = (pair.positive.starClusterEnergy, pair.negative.starClusterEnergy)
    values.set(
      .eeOneClust, pair.massAsElectrons > 9 && max(energies.0, energies.1) > 4.5 && min(energies.0, energies.1) < 1)
  }

  /// `selectee…` and the bins of `eeFlat…`: a track with a cluster of E* > 1.5 GeV that makes a mass above 5.29 GeV with the
  /// track of the other charge, or with the neutral cluster of largest E*.
  /// - Parameter clusters: selected clusters, largest E* first.
  static func computeFlattened(
    _ tracks: [ObservedTrack], _ pair: LeadingPair?, clusters: [ObservedCluster], into values: inout FilterValues
  ) {
    var theta: Double?
    var hasTwoTracks = false
    if let pair, max(pair.positive.starClusterEnergy, pair.negative.starClusterEnergy) > 1.5,
      pair.massAsElectrons > 5.29
    {
      hasTwoTracks = true
      theta = pair.negative.theta
    }
    var hasCluster = false
    if let cluster = clusters.first(where: { !$0.isMatched }) {
      for charge in [-1, 1] {
        guard let track = tracks.leading(where: { $0.isLoose && $0.charge == charge }), track.starClusterEnergy > 1.5
        else { continue }
        let sum =
          FourVector(momentum: track.momentum, mass: Mass.electron)
          + FourVector(momentum: cluster.momentum, energy: cluster.energy)
        guard sum.mass > 5.29 else { continue }
        hasCluster = true
        if theta == nil { theta = charge < 0 ? track.theta : cluster.theta }
      }
    }
    values.set(.selectee1leg1trk, hasTwoTracks)
    values.set(.selectee1leg1clst, hasCluster)
    values.set(.selectee, hasTwoTracks || hasCluster)
    for bin in flat.indices {
      let isInside = theta.map { Angles.degrees($0) >= flatEdges[bin] && Angles.degrees($0) < flatEdges[bin + 1] }
      values.set(flat[bin], isInside ?? false)
    }
  }
}
