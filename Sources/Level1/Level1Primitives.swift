/// Which detector gave the event its time, as the experiment numbers them.
public enum TimingSource: UInt8, Sendable {
  /// The most energetic trigger cell of the calorimeter.
  case calorimeter = 0
  /// The earliest hits of the segments on two-dimensional tracks.
  case driftChamber = 3
  /// The decision itself: lines fired, but neither detector had a time.
  case selfTrigger = 2
  /// A delayed trigger after a Bhabha event; neither detector had a time.
  case delayedPhysics = 5
  /// The pseudo-random trigger; neither detector had a time.
  case random = 7
  /// The Poisson trigger; neither detector had a time.
  case poisson = 13
  /// Nothing had.
  case none = 15
}

/// How well the event time is known.
public enum TimingQuality: UInt8, Sendable {
  /// No event time.
  case none = 0
  /// Calorimeter below 1 GeV, or drift chamber.
  case coarse = 1
  /// Calorimeter cell between 1 and 20 GeV.
  case fine = 2
  /// Calorimeter cell above 20 GeV.
  case superfine = 3
}

/// What level 1 makes of the hits of one event, before any menu is asked.
public struct Level1Primitives: Sendable {
  /// Track segments of the drift chamber.
  public internal(set) var segments = TrackSegments()
  /// Two-dimensional tracks.
  public internal(set) var tracks = DriftChamberTracks()
  /// Short tracks.
  public internal(set) var shortTracks = ShortTracks()
  /// Inner tracks.
  public internal(set) var innerTracks = InnerTracks()
  /// Displaced tracks, with the prompt ones beside them; empty unless the menu asks for them.
  public internal(set) var displacedTracks = DisplacedTracks()
  /// Pairs of displaced tracks.
  public internal(set) var displacedPairs = DisplacedPairs()
  /// Calorimeter clusters.
  public internal(set) var clusters = CalorimeterClusters()
  /// Calorimeter energy in trigger-cell rings 2 to 15, GeV.
  public internal(set) var energyPhysics: Float = 0
  /// Calorimeter energy in all rings, GeV.
  public internal(set) var energyTotal: Float = 0
  /// Isolated cluster number, 15 at most.
  public internal(set) var isolatedClusters = 0
  /// Fired sectors of the muon detector: bits 0-7 barrel backward, 8-15 barrel forward, 16-19 endcap backward, 20-23
  /// endcap forward.
  public internal(set) var muonSectors: UInt32 = 0
  /// Event time of the drift chamber alone in ns; not a number if it has none.
  public internal(set) var chamberTime = Float.nan
  /// Event time in ns; 0 if there is none.
  public internal(set) var time: Float = 0
  /// Which detector gave the event time.
  public internal(set) var timingSource = TimingSource.none
  /// How well the event time is known.
  public internal(set) var timingQuality = TimingQuality.none
  /// The input bits of the decision logic.
  public internal(set) var input = InputWords()

  init() {}
}
