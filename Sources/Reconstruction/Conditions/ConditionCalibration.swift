import Detector
import Kinematics

/// Follows the running conditions by the events that were accepted.
///
/// A version holds for an interval of accepted events in the order of the stream. It is made when the interval begins, from events
/// at least ``Settings/lag`` earlier: the same stream gives the same versions, whatever the sizes of its batches.
///
///     var calibration = ConditionCalibration(detector: detector)
///     let conditions = calibration.begin()          // for the next event
///     calibration.add(tracks: …, clusters: …, …)    // what was made of it with them
public struct ConditionCalibration: Sendable {
  /// When versions change.
  public struct Settings: Sendable, Equatable {
    /// Accepted events for which a version holds.
    public var interval = 500
    /// Accepted events between the last that a version is made of and the first that it holds for; smaller than the interval.
    public var lag = 50

    /// 500 events, made 50 events before.
    public init() {}
  }

  /// What is measured now.
  public private(set) var current: RunningConditions
  /// All versions so far, the first with the constants of the detector model.
  public private(set) var versions: [RunningConditions]
  private let settings: Settings
  private let detector: DetectorModel
  /// Chamber hits of background at b = 1 in an event.
  private let backgroundHits: Double
  private var pending: RunningConditions?
  private var accepted = 0

  private var interactionPoint = InteractionPointEstimate()
  private var pairs: PairEstimates
  private var eventTime = RobustMean()
  private var freeHits = RobustMean()
  private var firstTime: Int64?
  private var lastTime: Int64 = 0

  /// A calibration that starts with the constants of the detector model.
  public init(detector: DetectorModel, settings: Settings = Settings()) {
    self.detector = detector
    self.settings = settings
    current = RunningConditions(detector)
    versions = [current]
    pairs = PairEstimates(detector.beams)
    backgroundHits = detector.background.occupancies.first { $0.quantity.hasPrefix("CDC hits") }?.mean ?? .nan
  }

  /// What an accepted event tells.
  public struct Observation {
    /// Tracks of the event.
    public var tracks: ArraySlice<ReconstructedTrack>
    /// Clusters, most energetic first, divided by the calorimeter scale of ``ConditionCalibration/current``.
    public var clusters: ArraySlice<ReconstructedCluster>
    /// Hits of the drift chamber, those on tracks included.
    public var chamberHits: Int
    /// Event time found by the tracks, ns; nil if none was found.
    public var eventTime: Double?
    /// Time of the collision since the start of the run, ns.
    public var time: Int64
    /// How many events this one stands for.
    public var weight: Double

    /// An observation of its parts.
    public init(
      tracks: ArraySlice<ReconstructedTrack>, clusters: ArraySlice<ReconstructedCluster>, chamberHits: Int,
      eventTime: Double?, time: Int64, weight: Double
    ) {
      self.tracks = tracks
      self.clusters = clusters
      self.chamberHits = chamberHits
      self.eventTime = eventTime
      self.time = time
      self.weight = weight
    }
  }

  /// The conditions for the next accepted event.
  public mutating func begin() -> RunningConditions {
    if accepted > 0, accepted % settings.interval == 0, var next = pending {
      next.firstAccepted = accepted
      current = next
      versions.append(next)
      pending = nil
    }
    return current
  }

  /// Takes in the event for which ``begin()`` was called last.
  public mutating func add(_ observation: Observation) {
    accepted += 1
    interactionPoint.add(observation.tracks)
    pairs.add(observation.tracks)
    pairs.add(observation.clusters, conditions: current, weight: observation.weight)
    if let time = observation.eventTime { eventTime.append(time, variance: 4) }
    if observation.tracks.count <= Self.mostTracks {
      // Events with few tracks leave few hits of their own that no track takes.
      let onTracks = observation.tracks.reduce(0) { $0 + Int($1.chamberHits) }
      let free = Double(max(0, observation.chamberHits - onTracks)) - Self.ownHits * Double(observation.tracks.count)
      freeHits.append(free, variance: max(100, 4 * abs(free)))
    }
    if firstTime == nil { firstTime = observation.time }
    lastTime = max(lastTime, observation.time)
    if (accepted + settings.lag) % settings.interval == 0 { measure() }
  }

  /// Tracks of events that measure the background.
  private static let mostTracks = 2
  /// Hits of a track that the reconstruction leaves free: neighbouring cells and knock-on electrons.
  private static let ownHits = 5.0

  /// Makes the next version of what was collected, and forgets it.
  private mutating func measure() {
    var next = current
    next.version += 1
    func update(_ parameter: ConditionParameter, _ measured: (value: Double, error: Double), _ entries: Int) {
      next[parameter] = ConditionFollower.updated(
        current[parameter], by: measured, entries: entries, parameter: parameter)
    }
    let size = Vector3(
      detector.beams.luminousRegion.x, detector.beams.luminousRegion.y, current[.interactionLength].value)
    if let point = interactionPoint.measurement(from: current.interactionPoint, size: size) {
      update(.interactionX, point.x, interactionPoint.count)
      update(.interactionY, point.y, interactionPoint.count)
      update(.interactionZ, point.z, interactionPoint.count)
      update(.interactionLength, point.length, interactionPoint.count)
    }
    if let momentum = pairs.momentum(from: current.collisionMomentum) {
      update(.momentumX, momentum.x, momentum.pairs)
      update(.momentumZ, momentum.z, momentum.pairs)
    }
    if let scale = pairs.calorimeterScale(from: current[.calorimeterScale].value) {
      update(.calorimeterScale, (scale.value, scale.error), scale.clusters)
    }
    if let time = eventTime.middle(from: current[.eventTime].value, least: 20) {
      update(.eventTime, time, eventTime.count)
    }
    if let free = freeHits.middle(from: current[.backgroundLevel].value * backgroundHits, least: 20) {
      update(.backgroundLevel, (free.value / backgroundHits, free.error / backgroundHits), freeHits.count)
    }
    if let firstTime, lastTime > firstTime, pairs.photonPairs >= 5 {
      // nb times 1e34 / cm2 / s is 10 Hz.
      let perUnit = Double(lastTime - firstTime) * 1e-9 * 10 * PairEstimates.visibleCrossSection
      update(
        .luminosity, (pairs.photonWeight.sum / perUnit, pairs.photonWeight.squares.squareRoot() / perUnit),
        pairs.photonPairs)
    }
    pending = next
    interactionPoint.removeAll()
    pairs.removeAll()
    eventTime.removeAll()
    freeHits.removeAll()
    firstTime = nil
    lastTime = 0
  }
}
