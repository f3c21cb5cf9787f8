import Kinematics

/// The loose tracks of largest pT of each charge, and what many lines ask of them. Angles in degrees, the rest in GeV, all in the
/// centre of mass unless it says otherwise.
struct LeadingPair {
  let positive: ObservedTrack
  let negative: ObservedTrack
  /// Difference in azimuth, 0 to 180.
  let deltaPhi: Double
  /// Sum of the polar angles.
  let thetaSum: Double
  /// Larger and smaller momentum.
  let high: Double
  let low: Double
  /// What the pair leaves over.
  let missing: Vector3

  init?(_ tracks: [ObservedTrack]) {
    guard let positive = tracks.leading(where: { $0.isLoose && $0.charge > 0 }),
      let negative = tracks.leading(where: { $0.isLoose && $0.charge < 0 })
    else { return nil }
    self.positive = positive
    self.negative = negative
    deltaPhi = Angles.degrees(Angles.between(positive.starPhi, negative.starPhi))
    thetaSum = Angles.degrees(positive.starTheta + negative.starTheta)
    high = max(positive.starSize, negative.starSize)
    low = min(positive.starSize, negative.starSize)
    missing = -(positive.starMomentum + negative.starMomentum)
  }

  /// Its smaller angle to one of the tracks, rad.
  var missingToTrack: Double {
    min(Angles.opening(missing, positive.starMomentum), Angles.opening(missing, negative.starMomentum))
  }

  /// Whether the missing momentum lies within an angle of the beams.
  func isMissingAlongBeams(within degrees: Double) -> Bool {
    let theta = Angles.degrees(PortableAngle.theta(missing))
    return theta < degrees || theta > 180 - degrees
  }

  /// Whether one of the tracks deposits more than 0.8 of its momentum.
  var hasElectron: Bool { positive.looksLikeElectron || negative.looksLikeElectron }

  /// Invariant mass with the tracks as electrons, GeV.
  var massAsElectrons: Double {
    (FourVector(momentum: positive.momentum, mass: Mass.electron)
      + FourVector(momentum: negative.momentum, mass: Mass.electron)).mass
  }
}

extension ObservedTrack {
  /// Energy of the matched cluster above 0.8 of the momentum.
  var looksLikeElectron: Bool { clusterEnergy > 0.8 * size }
}
