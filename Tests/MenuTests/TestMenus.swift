import Menu

/// Small vocabularies with everything the language knows, and menus written in them.
enum TestMenus {
  static let level1: Vocabulary = {
    var vocabulary = Vocabulary(name: "belle2")
    for name in ["t2_0", "t2_1", "t2_2", "t2_3"] { vocabulary.addBit(name, "number of tracks") }
    for name in ["clst_0", "clst_1", "clst_2", "clst_3"] { vocabulary.addBit(name, "number of clusters") }
    vocabulary.addBit("veto", "injection veto")
    vocabulary.addBit("bha_veto", "Bhabha veto")
    vocabulary.addBit("ehigh", "more than 1 GeV")
    vocabulary.addBit("t3_0", "one 3-D track", notBuilt: "the 3-D track fitter is not built yet")
    vocabulary.addMultiplicity("t2", .oneHot, of: ["t2_0", "t2_1", "t2_2", "t2_3"], "2-D tracks")
    vocabulary.addMultiplicity("clst", .packed, of: ["clst_0", "clst_1", "clst_2", "clst_3"], "isolated clusters")
    vocabulary.addMultiplicity("t3", .oneHot, of: ["t3_0"], "3-D tracks")
    vocabulary.addScalar("energy_sum", .gigaelectronvolt, "energy in the calorimeter")
    vocabulary.addScalar("event_time", .nanosecond, "event time")
    vocabulary.addCollection(
      "clusters", of: "cluster",
      attributes: [
        .init("E", .gigaelectronvolt, "energy"), .init("E*", .gigaelectronvolt, "energy, centre of mass"),
        .init("theta", .degree, "polar angle, kept in degrees"), .init("phi", .radian, "azimuth"),
        .init("time", .nanosecond, "time"),
      ])
    vocabulary.addCollection(
      "tracks", of: "track",
      attributes: [
        .init("pT", .gigaelectronvolt, "transverse momentum"), .init("phi0", .radian, "azimuth"),
        .init("omega", .inverseCentimetre, "curvature"),
        .init("z0", .centimetre, "z at the origin", notBuilt: "2-D tracks have no z"),
      ])
    vocabulary.addCollection(
      "neural_tracks", of: "neural_track", attributes: [.init("z", .centimetre, "z")],
      notBuilt: "the neural track trigger is not built yet")
    return vocabulary
  }()

  static let highLevel: Vocabulary = {
    var vocabulary = Vocabulary(name: "reconstruction")
    let clusters = vocabulary.addStep("clusters", cost: 50)
    let tracks = vocabulary.addStep("tracks", cost: 400)
    let vertices = vocabulary.addStep("vertices", cost: 900, requires: [tracks])
    vocabulary.addScalar("energy_sum", .gigaelectronvolt, "level-1 energy sum")
    vocabulary.addScalar("visible_energy*", .gigaelectronvolt, "visible energy", step: clusters)
    vocabulary.addCollection(
      "clusters", of: "cluster",
      attributes: [
        .init("E", .gigaelectronvolt, "energy"), .init("E*", .gigaelectronvolt, "energy, centre of mass"),
        .init("theta", .radian, "polar angle"), .init(flag: "is_neutral", "no track points at it"),
      ], step: clusters)
    vocabulary.addCollection(
      "tracks", of: "track",
      attributes: [
        .init("p", .gigaelectronvolt, "momentum"), .init("p*", .gigaelectronvolt, "momentum, centre of mass"),
        .init("d0", .centimetre, "impact parameter"), .init("z0", .centimetre, "z at the perigee"),
      ], step: tracks)
    vocabulary.addCollection(
      "track_pairs", of: "track_pair", pairOf: ["track", "track"],
      attributes: [
        .init("mass", .gigaelectronvolt, "invariant mass"), .init("opening_angle*", .radian, "opening angle"),
      ], step: tracks)
    vocabulary.addCollection(
      "vertices", of: "vertex",
      attributes: [
        .init("rho", .centimetre, "distance from the beam axis"), .init("chi2_ndf", .dimensionless, "fit quality"),
        .init("mass", .gigaelectronvolt, "mass of two pions"), .init(flag: "k_short", "mass of a K_S"),
      ], step: vertices)
    return vocabulary
  }()

  static let vocabularies = MenuVocabularies(level1: [level1], highLevel: [highLevel])

  /// A menu that uses most of the language.
  static let demonstration = """
    menu: demonstration
    version: 7
    define:
      bhabha: clst >= 2 and energy_sum > 8 GeV
      barrel: 32 deg < theta < 125 deg
    level1:
      budget: 30 kHz
      inputs: belle2
      lines:
        - name: single_photon
          when: n_clusters(E* > 2 GeV, barrel) >= 1 and not bhabha
        - name: two_tracks
          bits: (t2_1 or t2_2 or t2_3) and !bha_veto and !veto
          prescale: 2
        - name: bhabha_calibration
          when: bhabha and not veto
          prescale: 20
        - name: hard_cluster
          when: max(E of clusters(barrel)) > 0.5 * energy_sum and clst = 1
    high_level:
      budget: 10 kHz
      lines:
        - name: displaced_vertex
          after: [two_tracks, single_photon]
          when: n_vertices(rho > 2 cm, chi2_ndf < 10, not k_short) >= 1
          stream: physics
        - name: photon
          after: single_photon
          when: any(E* > 1 GeV and is_neutral of clusters(barrel))
          prescale: 2.5
        - name: heavy_pair
          when: max(mass(track, track)) > 8 GeV and energy_sum > 1 GeV
          stream: calibration
      reject:
        - name: cosmic
          when: any(mass(track, track) > 1 GeV, opening_angle* > 179 deg) and visible_energy* < 1 GeV
    """

  static func read(_ text: String) throws(MenuError) -> TriggerMenu {
    try TriggerMenu(text: text, file: "test.yaml", vocabularies: vocabularies)
  }

  /// What the checker says about a menu, one line per diagnostic.
  static func diagnostics(_ text: String) -> [String] {
    do throws(MenuError) {
      return try read(text).warnings.map(\.description)
    } catch {
      return error.diagnostics.map(\.description)
    }
  }

  /// A menu with one level-1 line.
  static func level1(when expression: String) -> String {
    "menu: test\nlevel1:\n  lines:\n    - name: line\n      when: \(expression)\n"
  }
}
