/// A part of level 1, for the table of what each costs. An event passes them in this order.
public enum Level1Block: Int, CaseIterable, Sendable {
  /// Looking for hits that cannot be.
  case check
  /// Track segments of the drift chamber.
  case segments
  /// Two-dimensional tracks.
  case tracks
  /// Displaced tracks and pairs, if a line asks for them.
  case displacedTracks
  /// The event time of the drift chamber.
  case chamberTime
  /// The three-dimensional fit with the stereo segments.
  case stereoFit
  /// The neural tracks.
  case networks
  /// Short and inner tracks.
  case shortTracks
  /// Energies and times of the trigger cells, with their noise.
  case triggerCells
  /// Clusters, sums and the bits made of them.
  case clusters
  /// Sectors of the muon detector.
  case muonSectors
  /// Matching of tracks, clusters and sectors, and pairs of tracks: the global reconstruction logic.
  case matching
  /// Setting the input bits.
  case inputBits
  /// What menu expressions read, and the rows of the output.
  case output
  /// The lines, prescales and the decision, once a batch.
  case decision

  /// The block in words, for tables.
  public var name: String {
    switch self {
    case .check: "check of the hits"
    case .segments: "track segments"
    case .tracks: "2-D finder"
    case .displacedTracks: "displaced tracks"
    case .chamberTime: "chamber's event time"
    case .stereoFit: "stereo 3-D fit"
    case .networks: "networks"
    case .shortTracks: "short and inner tracks"
    case .triggerCells: "trigger cells"
    case .clusters: "clusters and calorimeter bits"
    case .muonSectors: "muon sectors (KLM)"
    case .matching: "matching (GRL)"
    case .inputBits: "input bits"
    case .output: "rows of the output"
    case .decision: "lines and decision"
    }
  }
}

/// Somebody who is told when a block of level 1 is done: a stopwatch. Nothing that decides knows about clocks.
public protocol Level1BlockObserver {
  /// The block has ended, and the next one begins.
  mutating func ended(_ block: Level1Block)
}

/// Nobody.
struct NoBlockObserver: Level1BlockObserver {
  @inline(__always)
  func ended(_ block: Level1Block) {}
}
