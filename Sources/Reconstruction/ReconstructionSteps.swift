/// The steps of the reconstruction, each run at most once per event; the bits of the `steps` member of the `hlt` and `reco`
/// columns.
///
/// A new step is a name here, a row in ``table``, and a case in `EventReconstruction`. The high-level trigger offers every
/// step of the table to its lines by itself.
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
  /// The collision point, vertices of pairs of opposite charge and of more tracks; of tracks that begin in the silicon it knows nothing. Needs
  /// `tracks`.
  public static let vertices = ReconstructionSteps(rawValue: 1 << 4)
  /// Candidates of the search channels. Needs everything else but photon pairs and neutral hadrons.
  public static let candidates = ReconstructionSteps(rawValue: 1 << 5)

  /// Tracks identified as e, mu, pi, K or p.
  public static let identification = ReconstructionSteps(rawValue: 1 << 6)
  /// Neutral pions and eta mesons from pairs of photons.
  public static let photonPairs = ReconstructionSteps(rawValue: 1 << 7)
  /// Photons given back to the electrons that radiated them.
  public static let bremsstrahlung = ReconstructionSteps(rawValue: 1 << 8)
  /// Candidates of K_L and neutrons.
  public static let neutralHadrons = ReconstructionSteps(rawValue: 1 << 9)
  /// Tracks fitted as electron, muon, kaon and proton too, those that begin in the silicon as well if they are there.
  public static let hypotheses = ReconstructionSteps(rawValue: 1 << 10)
  /// Tracks that begin in the silicon, from the points that no track has: soft ones, and those that leave the drift chamber at its ends. They
  /// follow the others in the list.
  public static let siliconTracks = ReconstructionSteps(rawValue: 1 << 11)
  /// Vertices of pairs of which one track or both begin in the silicon: soft K_S and Lambda. They follow the others in the list.
  public static let siliconVertices = ReconstructionSteps(rawValue: 1 << 12)

  /// What the program knows of a step, except how to run it.
  public struct Description: Sendable {
    /// The step: one bit.
    public let step: ReconstructionSteps
    /// Its name in menus and reports.
    public let name: String
    /// The steps whose results it reads.
    public let needs: ReconstructionSteps
    /// Typical time for one event in microseconds, by which the high-level trigger chooses between steps that may help.
    public let cost: Double
  }

  /// Every step, in an order in which each finds what it needs.
  public static let table: [Description] = [
    Description(step: .clusters, name: "clusters", needs: [], cost: 10),
    Description(step: .tracks, name: "tracks", needs: [], cost: 150),
    Description(step: .matching, name: "matching", needs: [.clusters, .tracks], cost: 3),
    Description(step: .muons, name: "muons", needs: .tracks, cost: 3),
    Description(step: .vertices, name: "vertices", needs: .tracks, cost: 20),
    Description(step: .identification, name: "identification", needs: [.matching, .muons], cost: 20),
    Description(step: .photonPairs, name: "photon_pairs", needs: .matching, cost: 5),
    Description(step: .bremsstrahlung, name: "bremsstrahlung", needs: .matching, cost: 3),
    Description(step: .neutralHadrons, name: "neutral_hadrons", needs: .matching, cost: 3),
    Description(
      step: .candidates, name: "candidates",
      needs: [.clusters, .tracks, .matching, .muons, .vertices, .identification, .bremsstrahlung], cost: 20),
    Description(step: .siliconTracks, name: "silicon_tracks", needs: .tracks, cost: 50),
    Description(
      step: .siliconVertices, name: "silicon_vertices", needs: [.vertices, .siliconTracks], cost: 20),
    Description(step: .hypotheses, name: "hypotheses", needs: .tracks, cost: 200),
  ]

  /// The steps whose results the `hlt` column carries on to the reconstruction stage.
  public static let carried: ReconstructionSteps = [
    .clusters, .tracks, .matching, .muons, .vertices, .identification, .siliconTracks,
  ]

  /// Every step, in an order in which each finds what it needs.
  public static let inOrder: [ReconstructionSteps] = table.map(\.step)
  /// All steps together.
  public static let all = ReconstructionSteps(inOrder)

  /// What accepted events get unless more is asked for: all but the steps that cost more than the rest together and that no search
  /// channel reads.
  public static let standard = all.subtracting([.hypotheses, .siliconTracks, .siliconVertices])

  /// The steps of a comma-separated list of names; `standard` and `all` are names too.
  /// - Throws: ``UnknownStepError`` for another name.
  public init(names: String) throws(UnknownStepError) {
    var steps: ReconstructionSteps = []
    for part in names.split(separator: ",", omittingEmptySubsequences: false) {
      let name = part.trimmingPrefix { $0 == " " }
      if name == "standard" {
        steps.formUnion(.standard)
      } else if name == "all" {
        steps.formUnion(.all)
      } else if let row = Self.table.first(where: { $0.name == name }) {
        steps.formUnion(row.step)
      } else {
        throw UnknownStepError(name: String(name))
      }
    }
    self = steps
  }

  /// The steps whose results these steps read.
  public var requirements: ReconstructionSteps {
    var needed: ReconstructionSteps = []
    for row in Self.table where contains(row.step) { needed.formUnion(row.needs) }
    return needed
  }

  /// Name of a single step in reports.
  public var name: String { Self.table.first { $0.step == self }?.name ?? "steps \(rawValue)" }
}

/// A name that is no step of the reconstruction.
public struct UnknownStepError: Error, Equatable, CustomStringConvertible {
  /// The name.
  public let name: String
  /// What was found and what there is.
  public var description: String {
    let known = (["standard", "all"] + ReconstructionSteps.table.map(\.name)).joined(separator: ", ")
    return "'\(name)' is no step of the reconstruction; there are \(known)"
  }
}
