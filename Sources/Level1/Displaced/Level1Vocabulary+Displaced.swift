import Menu

extension Level1Vocabulary {
  /// The collections of the displaced-vertex trigger.
  static func addDisplacedTracks(to vocabulary: inout Vocabulary) {
    vocabulary.addCollection(
      "displaced_tracks", of: "displaced_track", "tracks that miss the beam line by 3 cm or begin behind super-layer 0",
      attributes: [
        .init("pT", .gigaelectronvolt, "transverse momentum"),
        .init("d0", .centimetre, "signed impact parameter"),
        .init("phi0", .radian, "azimuth at the closest approach to the beam line, 0 to 360 degrees"),
        .init("omega", .inverseCentimetre, "signed curvature"),
        .init("charge", .dimensionless, "sign of the curvature"),
        .init("chi2", .dimensionless, "chi square of the circle, one or two degrees of freedom"),
        .init("super_layers", .dimensionless, "axial super-layers with a segment on the track, 3 to 5"),
        .init("first_super_layer", .dimensionless, "innermost of them: 0, 2 or 4"),
      ])
  }

  /// Adds the collection of displaced pairs.
  static func addDisplacedPairs(to vocabulary: inout Vocabulary) {
    vocabulary.addCollection(
      "displaced_pairs", of: "displaced_pair", "pairs of tracks, one or both displaced, that cross off the beam line",
      attributes: [
        .init("rho", .centimetre, "distance of the crossing point from the beam line, 2 to 90 cm"),
        .init("opening_angle", .radian, "angle between the tracks in the transverse plane"),
        .init("pointing_angle", .radian, "angle between transverse momentum and line of flight"),
        .init("pT", .gigaelectronvolt, "transverse momentum of the pair"),
        .init("smaller_d0", .centimetre, "smaller impact parameter in size"),
        .init("larger_d0", .centimetre, "larger impact parameter in size"),
        .init("chi2", .dimensionless, "larger chi square of the two tracks"),
        .init(
          "shared_super_layers", .dimensionless, "axial super-layers in which both have the same or the next segment"),
        .init(flag: "neutral", "the charges can be opposite"),
        .init(flag: "late", "neither track has a segment in super-layer 0"),
      ])
  }
}
