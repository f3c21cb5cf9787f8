import ArrowStream
import EventModel
import Reconstruction
import SignalMonitor
import TriggerStudies

/// The physics of a stage: a batch of events in, one more column out. No sockets, files or clocks.
public protocol BatchProcessor {
  /// Computes the stage's column for the events of a batch, in order.
  mutating func process(_ batch: RecordBatch) throws -> ArrayData
}

/// A level 1 that knows when events happened, and can say at the end what that meant.
public protocol TimedProcessor {
  /// Latency, dead time and signals of the clock, up to the event processed last.
  var timeSummary: Level1TimeSummary { get }
}

/// A level 1 whose prescales may change between two batches.
public protocol PrescalingProcessor: BatchProcessor {
  /// Changes to a version of the prescales; 0 is that of the beginning. Counts of prescales go on.
  mutating func usePrescales(version: Int) throws
}

/// A reconstruction that follows the running conditions, and can say at the end what they were.
public protocol CalibratingProcessor {
  /// The versions so far, the first with the constants of the detector model.
  var conditions: [RunningConditions] { get }
}

/// What watches reconstructed events, such as the signal monitor.
public protocol EventMonitor: Sendable {
  /// Takes in a batch of accepted, reconstructed events.
  mutating func fill(_ batch: RecordBatch) throws
  /// What the searches found so far.
  /// - Parameter watch: what watching them gave.
  func results(_ watch: MonitorWatch?) -> [ChannelResult]
  /// A watch over what the monitor counts, that has seen nothing yet; nil if nobody watches.
  func makeWatch() throws -> MonitorWatch?
  /// Gives away the counts that the watch must look at since the last call.
  /// - Parameter isLast: whether the last event has been seen.
  mutating func takeDue(isLast: Bool) -> [MonitorSnapshot]
}

extension EventMonitor {
  /// Nothing: a monitor without searches.
  public func results(_ watch: MonitorWatch?) -> [ChannelResult] { [] }

  /// Nobody watches.
  public func makeWatch() throws -> MonitorWatch? { nil }

  /// Nobody watches.
  public mutating func takeDue(isLast: Bool) -> [MonitorSnapshot] { [] }
}

/// The physics of a whole chain, made anew for each run: every worker has processors of its own.
public struct TriggerChain: Sendable {
  /// Level-1 lines in bit order.
  public var level1Lines: [String]
  /// High-level lines in result order, skims last.
  public var highLevelLines: [String]
  /// How many of them are skims.
  public var skimCount = 0
  /// What the outputs say about the menu and the conditions, keyed as in `StreamMetadata`.
  public var metadata: Metadata
  /// The geometry for which trigger and reconstruction are made; nil if they serve any.
  public var geometry: String?
  /// Level 1: from `event`, `cdc`, `ecl`, `klm` to `l1`.
  public var makeLevel1: @Sendable () throws -> any BatchProcessor
  /// The high-level trigger: from all detector columns and `l1` to `hlt`.
  public var makeHighLevel: @Sendable () throws -> any BatchProcessor
  /// The reconstruction: from all detector columns, `l1` and `hlt` to `reco`.
  public var makeReconstruction: @Sendable () throws -> any BatchProcessor
  /// What watches the reconstructed events.
  public var makeMonitor: @Sendable () throws -> any EventMonitor
  /// Looks at recorded hits before they are played; returns the events with a hit that no detector can have recorded, by
  /// row, with the first such hit of each. Throws `ColumnError` when a column is of another type.
  public typealias InputCheck = @Sendable (_ batch: RecordBatch) throws -> [Int: ImpossibleHit]
  /// Finds the events that nobody may look at; nil trusts the input.
  public var checkInput: InputCheck?

  /// A chain of its parts.
  public init(
    level1Lines: [String], highLevelLines: [String], metadata: Metadata = [:], geometry: String? = nil,
    makeLevel1: @escaping @Sendable () throws -> any BatchProcessor,
    makeHighLevel: @escaping @Sendable () throws -> any BatchProcessor,
    makeReconstruction: @escaping @Sendable () throws -> any BatchProcessor,
    makeMonitor: @escaping @Sendable () throws -> any EventMonitor
  ) {
    self.level1Lines = level1Lines
    self.highLevelLines = highLevelLines
    self.metadata = metadata
    self.geometry = geometry
    self.makeLevel1 = makeLevel1
    self.makeHighLevel = makeHighLevel
    self.makeReconstruction = makeReconstruction
    self.makeMonitor = makeMonitor
  }
}
