/// The steps of the reconstruction, each run at most once per event; the bits of the `steps` member of the `hlt` and `reco`
/// columns.
public struct ReconstructionSteps: OptionSet, Sendable, Hashable {
  /// One bit per step.
  public let rawValue: UInt32

  /// Steps from bits; bits without a meaning are kept.
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// Calorimeter clusters from crystals.
  public static let clusters = ReconstructionSteps(rawValue: 1 << 0)
  /// Tracks: level-1 tracks refined to helices, further ones from the hits left over, silicon points attached.
  public static let tracks = ReconstructionSteps(rawValue: 1 << 1)
  /// Tracks matched to clusters, electron score. Needs `clusters` and `tracks`.
  public static let matching = ReconstructionSteps(rawValue: 1 << 2)
  /// Tracks matched to muon-detector layers, muon score. Needs `tracks`.
  public static let muons = ReconstructionSteps(rawValue: 1 << 3)
  /// Vertices of pairs of opposite charge. Needs `tracks`.
  public static let vertices = ReconstructionSteps(rawValue: 1 << 4)
  /// Candidates of the search channels. Needs everything else.
  public static let candidates = ReconstructionSteps(rawValue: 1 << 5)

  /// Every step, in an order in which each finds what it needs.
  public static let inOrder: [ReconstructionSteps] = [.clusters, .tracks, .matching, .muons, .vertices, .candidates]
  /// All steps together.
  public static let all = ReconstructionSteps(inOrder)

  /// The steps whose results a single step reads.
  public var requirements: ReconstructionSteps {
    var needed: ReconstructionSteps = []
    if contains(.matching) { needed.formUnion([.clusters, .tracks]) }
    if contains(.muons) { needed.formUnion(.tracks) }
    if contains(.vertices) { needed.formUnion(.tracks) }
    if contains(.candidates) { needed.formUnion([.clusters, .tracks, .matching, .muons, .vertices]) }
    return needed
  }

  /// Name of a single step in reports.
  public var name: String {
    switch self {
    case .clusters: "clusters"
    case .tracks: "tracks"
    case .matching: "matching"
    case .muons: "muons"
    case .vertices: "vertices"
    case .candidates: "candidates"
    default: "steps \(rawValue)"
    }
  }
}
