import ArrowStream

/// What the `hlt` and `reco` columns hold of tracks, clusters, vertices, candidates and more.
extension EventSchema {
  /// Tracks: helices at the point of closest approach to the z axis.
  public static let tracks = listField(
    "tracks", "tracks: helix at the point of closest approach to the z axis",
    [
      field("d0", .float32, unit: "cm", comment: "signed impact parameter"),
      field("phi0", .float32, unit: "rad", comment: "azimuth of the momentum there"),
      field("omega", .float32, unit: "1/cm", comment: "signed curvature, sign of the charge"),
      field("z0", .float32, unit: "cm", comment: "z there"),
      field("tan_lambda", .float32, comment: "pz / pT"),
      field(
        "covariance", .fixedSizeList(element: Field("item", .float32), count: 15),
        comment: "of (d0, phi0, omega, z0, tan_lambda), lower triangle row by row"),
      field("chi2", .float32, comment: "of the fit"),
      field("ndf", .uint16, comment: "degrees of freedom of the fit"),
      field("cdc_hits", .uint8, comment: "drift-chamber hits on the track"),
      field("svd_hits", .uint8, comment: "vertex-detector points on the track"),
      field("cluster", .int16, comment: "matched cluster of this event, -1 for none"),
      field("klm_layers", .uint8, comment: "muon-detector layers with a matched hit"),
      field("muon", .float32, comment: "muon score, 0…1"),
      field("electron", .float32, comment: "electron score, 0…1"),
      field("level1_track", .int16, comment: "level-1 track it grew from, -1 for none"),
      field(
        "svd_points", .fixedSizeList(element: Field("item", .int16), count: 6),
        comment: "point of each layer from inside, index into svd of this event, -1 for none"),
      field("quality", .float32, comment: "how sure it is that a particle made the track, 0…1"),
    ])

  /// Calorimeter clusters.
  public static let clusters = listField(
    "clusters", "calorimeter clusters",
    [
      field("energy", .float32, unit: "GeV", comment: "corrected for leakage and pile-up"),
      field("theta", .float32, unit: "rad", comment: "polar angle seen from the origin"),
      field("phi", .float32, unit: "rad", comment: "azimuth seen from the origin"),
      field("time", .float32, unit: "ns", comment: "since the collision: mean of the crystals by their resolution"),
      field("e9_e21", .float32, comment: "energy in 3x3 over energy in 5x5 without corners"),
      field("second_moment", .float32, unit: "cm2", comment: "energy-weighted squared distance from the centre"),
      field("crystals", .uint16, comment: "crystals in the cluster"),
      field("seed_crystal", .uint16, comment: "most energetic crystal"),
      field("track", .int16, comment: "matched track of this event, -1 for none"),
      field("energy_error", .float32, unit: "GeV", comment: "standard deviation of the energy, for a photon"),
      field("theta_error", .float32, unit: "rad", comment: "standard deviation of theta, for a photon"),
      field("phi_error", .float32, unit: "rad", comment: "standard deviation of phi, for a photon"),
      field(
        "dt99", .float32, unit: "ns", comment: "uncertainty of the time: 99 % of photons lie within it on either side"),
      field("e1_e9", .float32, comment: "energy of the seed crystal over energy in 3x3"),
      field("photon", .float32, comment: "photon score of the shower's shape, 0…1"),
    ])

  /// Vertices of two and more tracks.
  public static let vertices = listField(
    "vertices", "vertices of two and more tracks",
    [
      field("x", .float32, unit: "cm", comment: "position"),
      field("y", .float32, unit: "cm", comment: "position"),
      field("z", .float32, unit: "cm", comment: "position"),
      field("chi2", .float32, comment: "of the fit"),
      field("ndf", .uint8, comment: "degrees of freedom of the fit"),
      field("probability", .float32, comment: "of a larger chi2"),
      field("rho", .float32, unit: "cm", comment: "distance from the z axis"),
      field("mass", .float32, unit: "GeV", comment: "invariant mass of the tracks as pions, momenta at the vertex"),
      field("track1", .int16, comment: "positive track"),
      field("track2", .int16, comment: "negative track"),
      field(
        "pointing", .float32, unit: "rad", comment: "angle between momentum and flight from the prompt vertex"),
      field("kind", .uint8, comment: "0 other, 1 K_S window, 2 Lambda window, 3 conversion, 4 more than two tracks"),
      field(
        "covariance", .fixedSizeList(element: Field("item", .float32), count: 6), unit: "cm2",
        comment: "of the position: xx, yx, yy, zx, zy, zz"),
      field(
        "momentum", .fixedSizeList(element: Field("item", .float32), count: 3), unit: "GeV",
        comment: "x, y, z of all tracks together at the vertex, after the fit"),
      field("mass_error", .float32, unit: "GeV", comment: "error of the mass from the fit"),
      field("flight", .float32, unit: "cm", comment: "distance from the prompt vertex along the momentum"),
      field("flight_significance", .float32, comment: "flight over its error, errors of both vertices"),
      field("inner_points", .uint8, comment: "silicon points of its tracks inside of it"),
      field("track_count", .uint8, comment: "tracks in the vertex"),
      field(
        "more_tracks", .fixedSizeList(element: Field("item", .int16), count: 4),
        comment: "tracks after the first two, -1 for none"),
    ])

  /// The point of the collision: luminous region and prompt tracks together.
  public static let promptVertex = Field(
    "prompt_vertex",
    .structure([
      field("x", .float32, unit: "cm", comment: "collision point; NaN if it was not looked for"),
      field("y", .float32, unit: "cm", comment: "collision point"),
      field("z", .float32, unit: "cm", comment: "collision point"),
      field(
        "covariance", .fixedSizeList(element: Field("item", .float32), count: 6), unit: "cm2",
        comment: "xx, yx, yy, zx, zy, zz"),
      field("chi2", .float32, comment: "of the fit"),
      field("ndf", .uint16, comment: "degrees of freedom: two for each track"),
      field("tracks", .uint16, comment: "tracks that belong to it"),
    ]), metadata: ["comment": "luminous region and prompt tracks together"])

  /// Candidates of the search channels.
  public static let candidates = listField(
    "candidates", "candidates of the search channels",
    [
      field("kind", .uint8, comment: CandidateKind.dictionary),
      field("mass", .float32, unit: "GeV", comment: "invariant mass of what the search looks for"),
      field(
        "reduced_mass", .float32, unit: "GeV", comment: "sqrt(mass2 - 4 m2) with the mass m of the pair's particles"),
      field("recoil_mass2", .float32, unit: "GeV2", comment: "squared mass of what recoils against it"),
      field("vertex", .int16, comment: "its vertex of this event, -1 for none"),
      field("track1", .int16, comment: "positive track, -1 for none"),
      field("track2", .int16, comment: "negative track, -1 for none"),
      field("hypothesis", .uint8, comment: "particles of the pair: " + PairHypothesis.dictionary),
      field("system_mass", .float32, unit: "GeV", comment: "invariant mass of everything in the candidate"),
      field(
        "star_energy", .float32, unit: "GeV",
        comment: "energy in the frame of the search: centre of mass, or tau rest frame"),
      field(
        "recoil_theta", .float32, unit: "rad", comment: "polar angle of what recoils, centre of mass"),
      field("beam_constrained_mass", .float32, unit: "GeV", comment: "sqrt(s / 4 - p*2)"),
      field("delta_energy", .float32, unit: "GeV", comment: "E* - sqrt(s) / 2"),
      field("mass_low", .float32, unit: "GeV", comment: "the smaller of two masses or solutions"),
      field("mass_high", .float32, unit: "GeV", comment: "the larger of two masses or solutions"),
      field(
        "extra_energy", .float32, unit: "GeV", comment: "energy of photons above 0.1 GeV that do not belong to it"),
      field("vertex2", .int16, comment: "its second vertex, -1 for none"),
      field(
        "more_tracks", .fixedSizeList(element: Field("item", .int16), count: 4),
        comment: "tracks after the first two, -1 for none"),
      field(
        "photons", .fixedSizeList(element: Field("item", .int16), count: 3),
        comment: "clusters of its photons, -1 for none"),
      field(
        "star_momentum", .float32, unit: "GeV",
        comment: "momentum in the frame of the search: of the hadron in the rest frame of the signal B"),
    ])

  /// Likelihoods of the kinds of charged particles, one row per track.
  public static let identifications = listField(
    "identification", "likelihoods of the kinds of charged particles, one row per track and in their order",
    [
      field(
        "probability", .fixedSizeList(element: Field("item", .float32), count: 5),
        comment: "probabilities of e, mu, pi, K, p, equally many of each beforehand"),
      field(
        "calorimeter", .fixedSizeList(element: Field("item", .float32), count: 5),
        comment: "log-likelihoods of energy over momentum and shower shape"),
      field(
        "klm", .fixedSizeList(element: Field("item", .float32), count: 5),
        comment: "log-likelihoods of the muon detector's layers"),
      field(
        "ionisation", .fixedSizeList(element: Field("item", .float32), count: 5),
        comment: "log-likelihoods of the charge of the drift-chamber hits"),
      field(
        "velocity", .fixedSizeList(element: Field("item", .float32), count: 5),
        comment: "log-likelihoods of the velocity, from the pid column: e, mu and pi alike"),
      field("detectors", .uint8, comment: "which of them measured: 1 calorimeter, 2 klm, 4 ionisation, 8 velocity"),
      field("dedx", .float32, comment: "charge per path relative to a minimum-ionising particle, 0 without hits"),
      field("dedx_hits", .uint8, comment: "drift-chamber hits in it"),
    ])

  /// Fits of the tracks as other particles than pions.
  public static let hypotheses = listField(
    "hypotheses",
    "fits of the tracks as other particles than pions: helix at the point of closest approach to the z axis",
    [
      field("track", .int16, comment: "track of this event"),
      field("particle", .uint8, comment: "0 e, 1 mu, 3 K, 4 p"),
      field("d0", .float32, unit: "cm", comment: "signed impact parameter"),
      field("phi0", .float32, unit: "rad", comment: "azimuth of the momentum there"),
      field("omega", .float32, unit: "1/cm", comment: "signed curvature, sign of the charge"),
      field("z0", .float32, unit: "cm", comment: "z there"),
      field("tan_lambda", .float32, comment: "pz / pT"),
      field(
        "covariance", .fixedSizeList(element: Field("item", .float32), count: 15),
        comment: "of (d0, phi0, omega, z0, tan_lambda), lower triangle row by row"),
      field("chi2", .float32, comment: "of the fit"),
      field("ndf", .uint16, comment: "degrees of freedom of the fit"),
    ])

  /// Neutral pions and eta mesons from pairs of photons.
  public static let photonPairs = listField(
    "photon_pairs", "neutral pions and eta mesons from pairs of photons",
    [
      field("kind", .uint8, comment: "1 pi0, 2 eta"),
      field("cluster1", .int16, comment: "more energetic photon"),
      field("cluster2", .int16, comment: "less energetic photon"),
      field("mass", .float32, unit: "GeV", comment: "invariant mass"),
      field("mass_error", .float32, unit: "GeV", comment: "standard deviation of the mass"),
      field("chi2", .float32, comment: "chi-square of the constraint to the mass, one degree of freedom"),
      field("px", .float32, unit: "GeV", comment: "momentum with the mass constrained"),
      field("py", .float32, unit: "GeV", comment: "momentum with the mass constrained"),
      field("pz", .float32, unit: "GeV", comment: "momentum with the mass constrained"),
      field("energy", .float32, unit: "GeV", comment: "energy with the mass constrained"),
    ])

  /// Photons radiated by electrons on their way.
  public static let bremsstrahlung = listField(
    "bremsstrahlung", "photons given back to the electrons that radiated them",
    [
      field("track", .int16, comment: "track of the electron"),
      field("cluster", .int16, comment: "cluster of the photon"),
      field(
        "radius", .float32, unit: "cm", comment: "distance from the z axis where it fits best to have been radiated"),
      field("chi2", .float32, comment: "chi-square of the direction, two degrees of freedom"),
    ])

  /// Candidates of K_L and neutrons.
  public static let neutralHadrons = listField(
    "neutral_hadrons", "candidates of K_L and neutrons: hits of the muon detector or showers without a track",
    [
      field("x", .float32, unit: "cm", comment: "middle of the innermost layer's hits, or the cluster"),
      field("y", .float32, unit: "cm", comment: "the same"),
      field("z", .float32, unit: "cm", comment: "the same"),
      field("time", .float32, unit: "ns", comment: "since the collision"),
      field("layers", .uint8, comment: "muon-detector layers, 0 for a calorimeter cluster alone"),
      field("first_layer", .uint8, comment: "innermost of them"),
      field("hits", .uint16, comment: "hits of the muon detector"),
      field("cluster", .int16, comment: "calorimeter cluster in the same direction, -1 for none"),
    ])
}
