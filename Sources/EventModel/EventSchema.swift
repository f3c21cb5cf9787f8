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
      identifications,
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

  /// Every top-level column, in the order in which stages add them.
  public static let columns: [Field] =
    [event] + detectors + [truth, hitTruth, level1, highLevel, reconstruction]

  private static let words = DataType.fixedSizeList(element: Field("item", .uint32), count: level1Words)

  /// A value with its unit and what it is.
  static func field(_ name: String, _ type: DataType, unit: String? = nil, comment: String) -> Field {
    var metadata: Metadata = ["comment": comment]
    metadata["unit"] = unit
    return Field(name, type, metadata: metadata)
  }

  /// A list of structures.
  static func listField(_ name: String, _ comment: String, _ members: [Field]) -> Field {
    Field(name, .list(element: Field("item", .structure(members))), metadata: ["comment": comment])
  }
}
