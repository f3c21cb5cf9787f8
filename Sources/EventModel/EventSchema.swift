import ArrowStream

/// The columns of a recorded stream: the one place where they are named, typed, given units and explained.
///
/// Rows are events. A stage only adds columns: level 1 adds `l1`, the high-level trigger `hlt`, the reconstruction
/// `reco`. One column belongs to each detector, so that a fragment of an event is `event` and one detector column. The
/// typed views (``DriftChamberHits`` …) and their builders follow this file, the table in `Documentation/stream-format.md`
/// and the tests are made from it.
///
/// Units are those of the field's metadata: energies and momenta in GeV (c = 1), lengths in cm, times in ns, angles in
/// rad. The frame is the detector's: z along the bisector of the beams in the electrons' direction, x horizontal away
/// from the ring's centre, y up, the nominal interaction point at the origin.
public enum EventSchema {
  /// The version written into every stream; a reader refuses a larger first number.
  public static let formatVersion = "1.0"

  // MARK: event

  /// Which event this is, when it happened, and what it stands for.
  public static let event = Field(
    "event",
    .structure([
      field("experiment", .uint16, comment: "data-taking period"),
      field("run", .uint32, comment: "run within the experiment"),
      field("number", .uint64, comment: "event within the run; (experiment, run, number) is the event's key"),
      field("time", .int64, unit: "ns", comment: "collision time since the start of the run"),
      field("weight", .float32, comment: "how many real events this one stands for: sigma L T / N"),
      Field(
        "process", .dictionary(index: .int16), nullable: true,
        metadata: ["comment": "which process was simulated; null in real data. No decision reads it"]),
    ]), metadata: ["comment": "key, time and weight"])

  // MARK: detectors

  /// Drift-chamber hits.
  public static let driftChamber = listField(
    "cdc", "drift-chamber wire hits",
    [
      field("wire", .uint16, comment: "0…14335, layer by layer from the innermost, each in azimuth order"),
      field("tdc", .int16, unit: "1/1.0178 ns", comment: "flight + drift + propagation time since the collision"),
      field("adc", .uint16, comment: "charge count"),
    ])

  /// Vertex-detector space points.
  public static let silicon = listField(
    "svd", "vertex-detector space points",
    [
      field("layer", .uint8, comment: "1, 2 pixels; 3…6 strips"),
      field("ladder", .uint8, comment: "from 1"),
      field("sensor", .uint8, comment: "from 1, forward first"),
      field("u", .float32, unit: "cm", comment: "position on the sensor across the ladder (r-phi)"),
      field("v", .float32, unit: "cm", comment: "position on the sensor along the ladder (z)"),
      field("charge", .float32, unit: "ke", comment: "collected charge in thousand electrons"),
    ])

  /// Calorimeter crystals over threshold.
  public static let calorimeter = listField(
    "ecl", "calorimeter crystals over threshold",
    [
      field("crystal", .uint16, comment: "1…8736, ring by ring from forward, each in azimuth order"),
      field("energy", .float32, unit: "GeV", comment: "deposited energy"),
      field("time", .float32, unit: "ns", comment: "time since the collision, flight time from the origin subtracted"),
    ])

  /// Hits of the K_L and muon detector.
  public static let muonDetector = listField(
    "klm", "hits of the K_L and muon detector",
    [
      field("section", .uint8, comment: "0 barrel backward, 1 barrel forward, 2 endcap backward, 3 endcap forward"),
      field("sector", .uint8, comment: "from 0: octant in the barrel, quadrant in the endcaps"),
      field("layer", .uint8, comment: "from 1, innermost first"),
      field("plane", .uint8, comment: "0 measures azimuth, 1 measures z (barrel) or radius (endcap)"),
      field("position", .float32, unit: "cm", comment: "measured coordinate in the sector's frame"),
      field("time", .float32, unit: "ns", comment: "time since the collision"),
    ])

  /// Likelihood inputs of the particle-identification detectors.
  public static let identification = listField(
    "pid", "likelihoods of the particle-identification detectors, one per track region",
    [
      field("theta", .float32, unit: "rad", comment: "polar angle of the region, seen from the origin"),
      field("phi", .float32, unit: "rad", comment: "azimuth of the region, seen from the origin"),
      field(
        "log_likelihood", .fixedSizeList(element: Field("item", .float32), count: 5),
        comment:
          "natural logarithms for e, mu, pi, K, p; drawn from efficiency tables, as the readout holds no hits for them"),
    ])

  /// The detector columns in the order in which frontends are started.
  public static let detectors = [driftChamber, silicon, calorimeter, muonDetector, identification]

  // MARK: truth

  /// Generator particles; absent in real data. No stage reads them.
  public static let truth = listField(
    "truth", "generator particles; no decision reads them",
    [
      field("pdg", .int32, comment: "particle code of the Particle Data Group"),
      field("mother", .int32, comment: "index in this event's list, -1 for none"),
      field("status", .int32, comment: "1 stable, 2 decayed, 4 beam, 101 made by the detector response"),
      field("px", .float32, unit: "GeV", comment: "momentum"),
      field("py", .float32, unit: "GeV", comment: "momentum"),
      field("pz", .float32, unit: "GeV", comment: "momentum"),
      field("energy", .float32, unit: "GeV", comment: "energy"),
      field("x", .float32, unit: "cm", comment: "production vertex"),
      field("y", .float32, unit: "cm", comment: "production vertex"),
      field("z", .float32, unit: "cm", comment: "production vertex"),
      field("t", .float32, unit: "ns", comment: "production time since the collision"),
    ])

  /// For each hit the particle that made it.
  public static let hitTruth = Field(
    "hit_truth",
    .structure(
      ["cdc", "svd", "ecl", "klm"].map {
        Field(
          $0, .list(element: Field("item", .int32)),
          metadata: ["comment": "index into truth for each hit of \($0), -1 beam background"])
      }), metadata: ["comment": "which particle made each hit; no decision reads it"])

  // MARK: decisions

  /// Words of 32 bits in a level-1 record: 320 bits.
  public static let level1Words = 10

  /// What level 1 found and decided.
  public static let level1 = Field(
    "l1",
    .structure([
      field("input", words, comment: "input bits, bit i in word i / 32 at position i % 32"),
      field("before_prescale", words, comment: "lines before prescale (FTDL), in menu order"),
      field("after_prescale", words, comment: "lines after prescale (PSNM)"),
      field("prescale_version", .uint32, comment: "which prescales of the stream's metadata were in force"),
      field("accepted", .bool, comment: "any line after prescale, and not lost to dead time"),
      field(
        "dead_time", .uint8,
        comment: "why the trigger was lost: 0 not lost, 2 minimum spacing, 3 silicon buffer, 4 back-pressure"),
      field("time", .float32, unit: "ns", comment: "event time found by level 1, since the collision"),
      field(
        "timing_source", .uint8,
        comment: "0 calorimeter, 2 self, 3 drift chamber, 5 delayed Bhabha, 7 random, 13 Poisson, 15 none"),
      field("timing_quality", .uint8, comment: "0 none, 1 coarse, 2 fine, 3 superfine"),
      field("energy_physics", .float32, unit: "GeV", comment: "calorimeter sum over trigger-cell rings 2-15"),
      field("energy_total", .float32, unit: "GeV", comment: "calorimeter sum over all trigger-cell rings"),
      field("isolated_clusters", .uint8, comment: "isolated cluster number, 15 at most"),
      field(
        "klm_sectors", .uint32,
        comment: "fired sectors: bits 0-7 barrel backward, 8-15 barrel forward, 16-19 endcap backward, 20-23 forward"),
      listField(
        "segments", "track segments",
        [
          field("id", .uint16, comment: "0…2335, super-layer by super-layer"),
          field("priority", .uint8, comment: "1 first priority wire, 2 second left, 3 second right"),
          field("time", .int16, unit: "1/1.0178 ns", comment: "time of the priority wire"),
          field("left_right", .uint8, comment: "1 right, 2 left, 3 undetermined"),
        ]),
      listField(
        "tracks", "two-dimensional tracks",
        [
          field("omega", .float32, unit: "1/cm", comment: "signed curvature, sign of the charge"),
          field("phi0", .float32, unit: "rad", comment: "azimuth of the momentum at the origin"),
          field("superlayers", .uint16, comment: "super-layers with a segment on the track, one bit each"),
          field(
            "segments", .fixedSizeList(element: Field("item", .int16), count: 9),
            comment: "segment of each super-layer, -1 for none"),
          field("z0", .float32, unit: "cm", comment: "3-D fit: z at the origin, NaN with fewer than 2 stereo segments"),
          field("cot_theta", .float32, comment: "3-D fit: cotangent of the polar angle, NaN where z0 is"),
          field(
            "neural_z", .float32, unit: "cm", comment: "neural network: z at the origin, NaN with too few segments"),
          field("neural_theta", .float32, unit: "rad", comment: "neural network: polar angle, NaN where neural_z is"),
          field(
            "neural_p", .float32, unit: "GeV", comment: "momentum of the single-track bits in tenths, NaN likewise"),
        ]),
      listField(
        "clusters", "calorimeter trigger clusters",
        [
          field("cell", .uint16, comment: "most energetic trigger cell, 1…576"),
          field("ring", .uint8, comment: "ring of that cell, 1…17"),
          field("energy", .float32, unit: "GeV", comment: "sum of the cell and its neighbours"),
          field("time", .float32, unit: "ns", comment: "energy-weighted time since the collision"),
          field("theta", .float32, unit: "rad", comment: "energy-weighted polar angle"),
          field("phi", .float32, unit: "rad", comment: "energy-weighted azimuth"),
        ]),
    ]), metadata: ["comment": "added by level 1"])

  /// What the high-level trigger found and decided.
  public static let highLevel = Field(
    "hlt",
    .structure([
      field(
        "results", .list(element: Field("item", .int8)),
        comment: "per line, menu order, skims last: 1 accept, 0 no result, -1 reject"),
      field(
        "before_prescale", .list(element: Field("item", .uint32)),
        comment: "lines before prescale, bit i in word i / 32 at position i % 32"),
      field(
        "verdict", .int8,
        comment: "1 accepted, 0 not accepted, -1 rejected by a reject line, -2 too large to be reconstructed"),
      field("steps", .uint32, comment: "reconstruction steps done, one bit each"),
      field(
        "variables", .list(element: Field("item", .float32)),
        comment: "values of the menu's variables in the order of the metadata; NaN where a value was not needed"),
      tracks, clusters, vertices, promptVertex,
      field("event_time", .float32, unit: "ns", comment: "collision time found by the tracks, 0 without"),
    ]), metadata: ["comment": "added by the high-level trigger"])

  /// What the reconstruction made of an accepted event.
  public static let reconstruction = Field(
    "reco",
    .structure([
      field("steps", .uint32, comment: "reconstruction steps done, one bit each"),
      field("event_time", .float32, unit: "ns", comment: "collision time estimated from the tracks and clusters"),
      tracks, clusters, vertices, candidates, promptVertex, identifications, photonPairs, bremsstrahlung,
      neutralHadrons,
      field("conditions", .uint32, comment: "version of the running conditions it was made with, 0 for the constants"),
      hypotheses,
    ]), metadata: ["comment": "added by the reconstruction"])

  // MARK: reconstructed objects

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

  /// Every top-level column, in the order in which stages add them.
  public static let columns: [Field] =
    [event] + detectors + [truth, hitTruth, level1, highLevel, reconstruction]

  private static let words = DataType.fixedSizeList(element: Field("item", .uint32), count: level1Words)
}

private func field(_ name: String, _ type: DataType, unit: String? = nil, comment: String) -> Field {
  var metadata: Metadata = ["comment": comment]
  metadata["unit"] = unit
  return Field(name, type, metadata: metadata)
}

private func listField(_ name: String, _ comment: String, _ members: [Field]) -> Field {
  Field(name, .list(element: Field("item", .structure(members))), metadata: ["comment": comment])
}
