import ArrowStream

/// What is to be replayed, how, and where the results go.
public struct ReplayConfiguration: Sendable {
  /// Recorded streams, played together in the order of their events' times.
  public var streams: [String]
  /// The physics: menu, high-level trigger, reconstruction, signal monitor.
  public var chain: TriggerChain
  /// When events enter the chain.
  public var pace = Pace.maximum
  /// Workers of the high-level trigger.
  public var workers = 2
  /// The folder for `accepted.arrow` and `verdicts.arrow`; nil writes nothing.
  public var output: String?
  /// Replaces files that exist.
  public var force = false
  /// Those who look on while the run goes.
  public var audience = RunAudience()
  /// Seed of everything that is drawn: arrival times of an open-loop rate, kept rejected events.
  public var seed: UInt64 = 1
  /// How often the streams are played; event numbers continue from pass to pass.
  public var repeats = 1
  /// Keeps one in this many rejected events in `rejected.arrow`; 0 keeps none.
  public var keepRejected = 0
  /// Events a batch holds at most.
  public var batchSize = 256
  /// How long the first event of a batch may wait for others, in ms.
  public var batchAge = 5.0
  /// With pacing ``Pace/realTime``: how long events wait for a busy chain before they are vetoed, in ms. With other
  /// pacing nothing is ever vetoed.
  public var busyAfter = 500.0
  /// How long a batch with missing fragments is waited for, in ms.
  public var patience = 10_000.0
  /// How long a worker may be at one batch before it counts as lost, in ms.
  public var batchLimit = 60_000.0
  /// Where and how often live fits are published; nil publishes none.
  public var publish: PublishPlan?
  /// A request to end the run early.
  public var stop = StopRequest()

  package var faults = PlantedFaults()

  /// A replay of streams through a chain, as fast as possible and without output files.
  public init(streams: [String], chain: TriggerChain) {
    self.streams = streams
    self.chain = chain
  }

  /// Refuses values that make no sense.
  func validate() throws {
    func check(_ isGood: Bool, _ name: String, _ found: Any, _ expected: String) throws {
      guard isGood else { throw ReplayError.invalidArgument(name: name, found: "\(found)", expected: expected) }
    }
    try check(!streams.isEmpty, "streams", "none", "at least one recorded stream")
    try check((1...256).contains(workers), "workers", workers, "1 to 256")
    try check((1...1_000_000_000).contains(repeats), "repeat", repeats, "1 to 1000000000")
    try check((0...1_000_000_000).contains(keepRejected), "keep-rejected", keepRejected, "0 to 1000000000")
    try check((1...65_536).contains(batchSize), "batch size", batchSize, "1 to 65536 events")
    try check(batchLimit >= 1 && batchLimit <= 3.6e6, "batch limit", batchLimit, "1 to 3600000 ms")
    if let publish {
      try check((0.1...3600).contains(publish.interval), "refresh", publish.interval, "0.1 to 3600 s")
    }
    for (name, value) in [("batch age", batchAge), ("busy-after", busyAfter), ("patience", patience)] {
      try check(value >= 0 && value <= 3.6e6, name, value, "0 to 3600000 ms")
    }
  }
}
