import Menu
import Reconstruction

/// The words that lines of the high-level trigger may use, and where their values go.
///
/// Every step of the reconstruction whose results the `hlt` column carries is a step of the vocabulary. Names that end in `*` belong to the
/// centre-of-mass frame. Scalars whose names look like `nTrkLoose` have the definitions of the Belle II software trigger, so
/// that its lines can be written down as they stand; they are listed with their definitions in
/// `Documentation/high-level-trigger.md`.
public struct HighLevelVocabulary: Sendable {
  /// The words for the menu checker.
  public let vocabulary: Vocabulary

  /// The steps of the reconstruction behind each step of the vocabulary: one, or several for variables that need them together; none
  /// for step 0, the inputs.
  let reconstruction: [ReconstructionSteps]
  // Collections.
  let clusters: Int
  let clusterPairs: Int
  let tracks: Int
  let trackPairs: Int
  let muons: Int
  let muonPairs: Int
  let photons: Int
  let photonPairs: Int
  let neutralClusters: Int
  let vertices: Int
  /// Index of each event-wide variable, in the order of ``FilterVariable``.
  let scalars: [Int]

  /// The vocabulary `belle2`.
  public static let belle2 = HighLevelVocabulary()

  /// Names of all variables of events.
  public var variableNames: [String] { vocabulary.scalars.map(\.name) }

  private init() {
    var words = Vocabulary(name: "belle2")
    var steps: [ReconstructionSteps] = [[]]
    for row in ReconstructionSteps.table where ReconstructionSteps.carried.contains(row.step) {
      let needed = steps.indices.filter { !row.needs.isDisjoint(with: steps[$0]) }
      words.addStep(row.name, cost: row.cost, requires: needed)
      steps.append(row.step)
    }
    // Variables made of what several steps give: a step that runs nothing itself, and is ready when those have run.
    for variable in FilterVariable.allCases where !variable.step.isEmpty && !steps.contains(variable.step) {
      let parts = steps.indices.filter { $0 > 0 && variable.step.isSuperset(of: steps[$0]) }
      words.addStep(parts.map { words.steps[$0].name }.joined(separator: "+"), cost: 2, requires: parts)
      steps.append(variable.step)
    }
    reconstruction = steps
    func step(_ wanted: ReconstructionSteps) -> Int { steps.firstIndex(of: wanted) ?? 0 }
    let showers = Self.clusterAttributes
    clusters = words.addCollection(
      "clusters", of: "cluster", "calorimeter clusters, charged and neutral", attributes: showers, step: step(.clusters)
    )
    clusterPairs = words.addCollection(
      "cluster_pairs", of: "cluster_pair", "pairs of the eight clusters of largest E* above 0.1 GeV",
      pairOf: ["cluster", "cluster"], attributes: Self.pairAttributes("as photons"), step: step(.clusters))
    let charged = Self.trackAttributes(matching: step(.matching), muons: step(.muons))
    tracks = words.addCollection("tracks", of: "track", "tracks", attributes: charged, step: step(.tracks))
    trackPairs = words.addCollection(
      "track_pairs", of: "track_pair", "pairs of the twelve tracks of largest pT", pairOf: ["track", "track"],
      attributes: Self.pairAttributes("as pions"), step: step(.tracks))
    muons = words.addCollection(
      "muons", of: "muon", "tracks with muon score above 0.5", attributes: charged, step: step(.muons))
    muonPairs = words.addCollection(
      "muon_pairs", of: "muon_pair", "pairs of muons", pairOf: ["muon", "muon"],
      attributes: Self.pairAttributes("as muons"), step: step(.muons))
    photons = words.addCollection(
      "photons", of: "photon", "clusters without a track that look like photon showers", attributes: showers,
      step: step(.matching))
    photonPairs = words.addCollection(
      "photon_pairs", of: "photon_pair", "pairs of the eight photons of largest E* above 0.1 GeV",
      pairOf: ["photon", "photon"], attributes: Self.pairAttributes("as photons"), step: step(.matching))
    neutralClusters = words.addCollection(
      "neutral_clusters", of: "neutral_cluster", "clusters without a track", attributes: showers,
      step: step(.matching))
    vertices = words.addCollection(
      "vertices", of: "vertex", "vertices of two tracks of opposite charge, and of more tracks",
      attributes: Self.vertexAttributes, step: step(.vertices))
    scalars = FilterVariable.allCases.map { variable in
      words.addScalar(variable.name, variable.unit, variable.summary, step: step(variable.step))
    }
    vocabulary = words
  }

  /// Attributes of clusters, in the order in which ``ColumnFiller`` writes them.
  private static let clusterAttributes: [Vocabulary.Attribute] = [
    .init("E", .gigaelectronvolt, "energy"),
    .init("theta", .radian, "polar angle seen from the origin"),
    .init("phi", .radian, "azimuth seen from the origin"),
    .init("E*", .gigaelectronvolt, "energy as a photon in the centre of mass"),
    .init("theta*", .radian, "polar angle in the centre of mass"),
    .init("phi*", .radian, "azimuth in the centre of mass"),
    .init("time", .nanosecond, "time since the collision"),
    .init("e9_e21", .dimensionless, "energy in 3 x 3 crystals over energy in 5 x 5 without corners"),
    .init("second_moment", .dimensionless, "energy-weighted squared distance from the centre, cm^2"),
    .init("dt99", .nanosecond, "uncertainty of the time: 99 % of photons lie within it"),
    .init("photon", .dimensionless, "photon score of the shower's shape, 0 to 1"),
  ]

  /// Places of theta* and phi* among the attributes of clusters.
  static let starAngles = clusterAttributes.indices.filter { ["theta*", "phi*"].contains(clusterAttributes[$0].name) }

  /// Attributes of tracks, in the order in which ``ColumnFiller`` writes them.
  private static func trackAttributes(matching: Int, muons: Int) -> [Vocabulary.Attribute] {
    [
      .init("p", .gigaelectronvolt, "momentum"),
      .init("pT", .gigaelectronvolt, "transverse momentum"),
      .init("theta", .radian, "polar angle"),
      .init("phi", .radian, "azimuth"),
      .init("p*", .gigaelectronvolt, "momentum in the centre of mass, as a pion"),
      .init("theta*", .radian, "polar angle in the centre of mass"),
      .init("phi*", .radian, "azimuth in the centre of mass"),
      .init("d0", .centimetre, "signed impact parameter"),
      .init("z0", .centimetre, "z at the point of closest approach to the z axis"),
      .init("charge", .dimensionless, "charge, -1 or 1"),
      .init("E", .gigaelectronvolt, "energy of the matched cluster, 0 without one", step: matching),
      .init("E_over_p", .dimensionless, "energy of the matched cluster over momentum", step: matching),
      .init("muon", .dimensionless, "muon score, 0 to 1", step: muons),
      .init("electron", .dimensionless, "electron score, 0 to 1", step: matching),
      .init("klm_layers", .dimensionless, "muon-detector layers with a matched hit", step: muons),
      .init("cdc_hits", .dimensionless, "drift-chamber hits"),
      .init("svd_hits", .dimensionless, "silicon points"),
      .init("chi2_ndf", .dimensionless, "chi-squared per degree of freedom"),
      .init(flag: "from_level1", "grown from a level-1 track"),
    ]
  }

  private static func pairAttributes(_ hypothesis: String) -> [Vocabulary.Attribute] {
    [
      .init("mass", .gigaelectronvolt, "invariant mass \(hypothesis)"),
      .init("recoil_mass", .gigaelectronvolt, "mass of what recoils against the pair; negative if its square is"),
      .init("angle", .radian, "opening angle"),
      .init("angle*", .radian, "opening angle in the centre of mass"),
      .init("delta_phi", .radian, "difference in azimuth, 0 to 180 deg"),
      .init("delta_phi*", .radian, "difference in azimuth in the centre of mass, 0 to 180 deg"),
      .init("theta_sum*", .radian, "sum of the polar angles in the centre of mass"),
      .init("charge", .dimensionless, "sum of the charges"),
    ]
  }

  private static let vertexAttributes: [Vocabulary.Attribute] = [
    .init("rho", .centimetre, "distance from the z axis"),
    .init("z", .centimetre, "z"),
    .init("theta", .radian, "polar angle of the vertex seen from the origin"),
    .init("chi2_ndf", .dimensionless, "chi-squared per degree of freedom"),
    .init("probability", .dimensionless, "probability of a larger chi-squared"),
    .init("mass", .gigaelectronvolt, "invariant mass of the tracks as pions"),
    .init("pointing", .radian, "angle between momentum and flight from the prompt vertex"),
    .init(flag: "k_short", "outside the beam pipe, and mass in the K_S window"),
    .init(flag: "lambda", "outside the beam pipe, and mass as proton and pion in the Lambda window"),
    .init(flag: "conversion", "outside the beam pipe, and mass as electrons near zero"),
    .init("mass_error", .gigaelectronvolt, "error of the mass from the fit"),
    .init("tracks", .dimensionless, "tracks in the vertex, 2 or more"),
    .init("p", .gigaelectronvolt, "momentum of the tracks together"),
    .init("pT", .gigaelectronvolt, "transverse momentum of the tracks together"),
    .init("phi", .radian, "azimuth of the vertex"),
    .init("flight", .centimetre, "distance from the prompt vertex along the momentum"),
    .init("flight_significance", .dimensionless, "flight over its error"),
    .init("inner_points", .dimensionless, "silicon points of its tracks inside of it"),
    .init("smaller_d0", .centimetre, "smallest impact parameter of its tracks, in size"),
    .init("smaller_pT", .gigaelectronvolt, "smallest transverse momentum of its tracks"),
    .init("opening_angle", .radian, "angle between its first two tracks at their perigees"),
    .init(flag: "back_to_back", "its first two tracks back to back within 10 deg, as a cosmic muon is"),
  ]
}
