/// What the beam background of a window without a collision holds that can fire a trigger, as its generator chose it.
public struct BackgroundContents: Equatable, Sendable {
  /// Tracks of the shower that opens the window: it passes the interaction point at the window's time. 0 for none.
  public var openingTracks: Int
  /// Showers that come later in the drift chamber's readout window.
  public var laterShowers: Int
  /// Clusters in the calorimeter's decision window; nil lets the detector response draw them.
  public var clusters: Clusters?

  /// Contents of a window.
  public init(openingTracks: Int, laterShowers: Int, clusters: Clusters? = nil) {
    self.openingTracks = openingTracks
    self.laterShowers = laterShowers
    self.clusters = clusters
  }

  /// Clusters in the calorimeter's decision window, by class of energy.
  public struct Clusters: Equatable, Sendable {
    /// Of 0.1 to 0.3 GeV: they are counted.
    public var medium: Int
    /// Of 0.3 to 0.5 GeV: they veto a single photon.
    public var hard: Int
    /// Above 0.5 GeV: they may look like one.
    public var energetic: Int

    /// Numbers of clusters.
    public init(medium: Int, hard: Int, energetic: Int) {
      self.medium = medium
      self.hard = hard
      self.energetic = energetic
    }

    var counts: [(ClusterClass, Int)] { [(.medium, medium), (.hard, hard), (.energetic, energetic)] }
  }

  /// Times about the window's that the calorimeter decides on, ns: the 250 ns of the trigger's decision.
  static let decisionWindow = -125.0..<125.0
  /// Where the opening shower may lie, ns: one period of the trigger's 32 ns data clock.
  static let openingWindow = -16.0..<16.0
}

/// Classes of background clusters by what they can do to the trigger.
enum ClusterClass: CaseIterable {
  case medium, hard, energetic

  /// The class of an energy in GeV; nil below the classes.
  init?(energy: Double) {
    guard let found = Self.allCases.first(where: { $0.energies.contains(energy) }) else { return nil }
    self = found
  }

  /// GeV.
  var energies: Range<Double> {
    switch self {
    case .medium: 0.1..<0.3
    case .hard: 0.3..<0.5
    case .energetic: 0.5..<Double.infinity
    }
  }
}
