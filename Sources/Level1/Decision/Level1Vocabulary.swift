import Menu

/// The words of level-1 menus: the input bits and what they count, energies, clusters, tracks, and pairs of them.
public enum Level1Vocabulary {
  /// The vocabulary; menus ask for it with `inputs: belle2`.
  public static let belle2: Vocabulary = make()

  /// The scalars in the order in which the vocabulary has them: the raw value is the index.
  enum Scalar: Int, CaseIterable {
    case energyPhysics, energyTotal, eventTime, barrelSectors, endcapSectors
  }

  /// The collections in the order in which the vocabulary has them: the raw value is the index.
  enum Collection: Int, CaseIterable {
    case clusters, tracks, clusterPairs, trackPairs, neuralTracks, shortTracks, fittedTracks, innerTracks
    case displacedTracks, displacedPairs
  }

  private static func make() -> Vocabulary {
    var vocabulary = Vocabulary(name: "belle2")
    for bit in InputBit.all {
      switch bit.status {
      case .built: vocabulary.addBit(bit.name, bit.summary)
      case .scheduled(let option): vocabulary.addBit(bit.name, "\(bit.summary); false unless a replay has \(option)")
      case .notBuilt(let reason): vocabulary.addBit(bit.name, bit.summary, notBuilt: reason)
      }
    }
    addMultiplicities(to: &vocabulary)
    for scalar in Scalar.allCases { add(scalar, to: &vocabulary) }
    for collection in Collection.allCases { add(collection, to: &vocabulary) }
    return vocabulary
  }

  private static func add(_ scalar: Scalar, to vocabulary: inout Vocabulary) {
    switch scalar {
    case .energyPhysics:
      vocabulary.addScalar("energy_physics", .gigaelectronvolt, "calorimeter energy in trigger-cell rings 2-15")
    case .energyTotal: vocabulary.addScalar("energy_total", .gigaelectronvolt, "calorimeter energy in all rings")
    case .eventTime:
      vocabulary.addScalar("event_time", .nanosecond, "event time found by level 1; undefined if there is none")
    case .barrelSectors:
      vocabulary.addScalar("barrel_sectors", .dimensionless, "fired sectors of the muon detector's barrel")
    case .endcapSectors:
      vocabulary.addScalar("endcap_sectors", .dimensionless, "fired sectors of the muon detector's endcaps")
    }
  }

  private static func addMultiplicities(to vocabulary: inout Vocabulary) {
    func names(_ name: String, _ count: Int) -> [String] { (0..<count).map { "\(name)_\($0)" } }
    let oneHot: [(String, Int, String)] = [
      ("t3", 4, "3-D tracks"), ("ty", 4, "neural tracks"), ("t2", 4, "2-D tracks"), ("ts", 4, "short tracks"),
      ("ta", 4, "2-D and short tracks"), ("cdcecl", 4, "2-D tracks with a cluster"),
      ("c2gev", 4, "2-D tracks with a cluster of at least 2 GeV"),
      ("td", 4, "displaced tracks"),
      ("cdctop", 4, "2-D tracks with a time-of-propagation hit"), ("cdcklm", 2, "barrel muon octants with a 2-D track"),
      ("seklm", 2, "endcap muon sectors with a short track"),
      ("iecl", 2, "azimuth bins with an endcap cluster near an inner track"),
      ("n1gev", 4, "clusters of at least 1 GeV without a 2-D track"),
      ("n2gev", 4, "clusters of at least 2 GeV without a 2-D track"),
    ]
    for (name, count, what) in oneHot {
      vocabulary.addMultiplicity(name, .oneHot, of: names(name, count), "number of \(what), \(count) at most")
    }
    let packed: [(String, Int, String)] = [
      ("bha_theta", 2, "forward ring of the pair of ecl_bhapur: 0, 1, 2 for rings 1-3, else 3"),
      ("clst", 4, "number of isolated clusters in rings 2-15, 15 at most"),
      ("klm", 3, "fired sectors of the muon detector's barrel, 7 at most"),
      ("eklm", 3, "fired sectors of the muon detector's endcaps, 7 at most"),
    ]
    for (name, count, what) in packed { vocabulary.addMultiplicity(name, .packed, of: names(name, count), what) }
  }

  private static func add(_ collection: Collection, to vocabulary: inout Vocabulary) {
    switch collection {
    case .clusters:
      vocabulary.addCollection(
        "clusters", of: "cluster", "calorimeter trigger clusters, at most six",
        attributes: [
          .init("E", .gigaelectronvolt, "energy"),
          .init("E*", .gigaelectronvolt, "energy in the centre of mass, by the trigger's ratio in steps of 0.1"),
          .init("theta", .radian, "energy-weighted polar angle"),
          .init("phi", .radian, "energy-weighted azimuth, 0 to 360 degrees"),
          .init("theta*", .radian, "polar angle of the central cell in the centre of mass, in whole degrees"),
          .init("phi*", .radian, "azimuth of the central cell in the centre of mass, in whole degrees"),
          .init("time", .nanosecond, "energy-weighted time"),
          .init("ring", .dimensionless, "ring of the central cell, 1 (forward) to 17 (backward)"),
        ])
    case .tracks:
      vocabulary.addCollection(
        "tracks", of: "track", "2-D tracks",
        attributes: [
          .init("pT", .gigaelectronvolt, "transverse momentum"),
          .init("phi0", .radian, "azimuth at the origin, 0 to 360 degrees"),
          .init("omega", .inverseCentimetre, "signed curvature"),
          .init("charge", .dimensionless, "sign of the curvature"),
          .init("super_layers", .dimensionless, "axial super-layers with a segment on the track, 4 or 5"),
        ])
    case .clusterPairs:
      vocabulary.addCollection(
        "cluster_pairs", of: "cluster_pair", "pairs of calorimeter trigger clusters", pairOf: ["cluster", "cluster"],
        attributes: [
          .init("delta_phi*", .radian, "difference of azimuths in the centre of mass, 0 to 180 degrees"),
          .init("sum_theta*", .radian, "sum of polar angles in the centre of mass"),
          .init("smaller_E*", .gigaelectronvolt, "smaller energy in the centre of mass"),
          .init("larger_E*", .gigaelectronvolt, "larger energy in the centre of mass"),
        ])
    case .trackPairs:
      vocabulary.addCollection(
        "track_pairs", of: "track_pair", "pairs of 2-D tracks", pairOf: ["track", "track"],
        attributes: [.init("delta_phi", .radian, "difference of azimuths at the origin, 0 to 180 degrees")])
    case .neuralTracks:
      vocabulary.addCollection(
        "neural_tracks", of: "neural_track", "2-D tracks with z and polar angle by the neural networks",
        attributes: [
          .init("p", .gigaelectronvolt, "momentum as the trigger computes it, cut to tenths of a GeV"),
          .init("z", .centimetre, "z at the beam line, -100 to 100 cm"),
          .init("theta", .radian, "polar angle, 10 to 170 degrees"),
          .init("cot_theta", .dimensionless, "cotangent of the polar angle"),
          .init("pT", .gigaelectronvolt, "transverse momentum"),
          .init("phi0", .radian, "azimuth at the origin, 0 to 360 degrees"),
          .init("charge", .dimensionless, "sign of the curvature"),
          .init("super_layers", .dimensionless, "super-layers with a segment on the track, 7 to 9"),
        ])
    case .shortTracks:
      vocabulary.addCollection(
        "short_tracks", of: "short_track", "short tracks: segments of super-layers 0 to 4, not part of a 2-D track",
        attributes: [
          .init("phi", .radian, "azimuth in super-layer 2 in steps of 2.8 degrees, 0 to 360 degrees"),
          .init("width", .dimensionless, "bins of 5.625 degrees side by side, 1 to 64"),
        ])
    case .fittedTracks:
      vocabulary.addCollection(
        "fitted_tracks", of: "fitted_track", "2-D tracks with a 3-D fit",
        attributes: [
          .init("pT", .gigaelectronvolt, "transverse momentum"),
          .init("phi0", .radian, "azimuth at the origin, 0 to 360 degrees"),
          .init("charge", .dimensionless, "sign of the curvature"),
          .init("z", .centimetre, "z at the beam line"),
          .init("cot_theta", .dimensionless, "cotangent of the polar angle"),
          .init("stereo_super_layers", .dimensionless, "stereo super-layers with a segment on the track, 2 to 4"),
        ])
    case .innerTracks:
      vocabulary.addCollection(
        "inner_tracks", of: "inner_track", "inner tracks: segments of super-layers 0 to 2",
        attributes: [
          .init("phi", .radian, "azimuth in super-layer 0 in steps of 2.8 degrees, 0 to 360 degrees"),
          .init("width", .dimensionless, "bins of 5.625 degrees side by side, 1 to 64"),
        ])
    case .displacedTracks: addDisplacedTracks(to: &vocabulary)
    case .displacedPairs: addDisplacedPairs(to: &vocabulary)
    }
  }
}
