import ArrowStream
import Detector
import EventModel

/// The reconstruction stage: adds the `reco` column to the events that were accepted.
///
/// It continues from the objects in the `hlt` column and runs only the steps that are not done yet. It follows the running conditions
/// by the events it sees, and uses what it learned for those that come after.
public struct Reconstruction {
  /// The working state, for tests and ledgers: how often each step ran.
  public private(set) var events: EventReconstruction
  private let output = KeptBuilder<ReconstructionBuilder>()

  /// Times steps from now on.
  /// - Parameter clock: now, in nanoseconds of any start.
  public mutating func measure(clock: @escaping @Sendable () -> UInt64) { events.clock = clock }

  /// A stage with the geometry of a detector.
  /// - Parameters:
  ///   - detector: geometry and constants.
  ///   - settings: when the running conditions change.
  public init(detector: DetectorModel, settings: ConditionCalibration.Settings = .init()) {
    events = EventReconstruction(detector: detector)
    calibration = ConditionCalibration(detector: detector, settings: settings)
  }

  /// The running conditions as they are followed.
  public private(set) var calibration: ConditionCalibration

  /// Reconstructs the events of a batch.
  /// - Parameters:
  ///   - batch: detector columns, and `l1` and `hlt` if earlier stages made them.
  ///   - steps: what is wanted; all steps if left out.
  /// - Returns: the `reco` column, one row per row of the batch.
  /// - Throws: `ColumnError` if a column that is needed is missing or of another type.
  public mutating func process(_ batch: RecordBatch, steps: ReconstructionSteps = .all) throws -> ArrayData {
    try events.begin(batch)
    if batch.has("hlt") { events.adopt(try HighLevelColumn(batch)) }
    let keys = try EventKeyColumn(batch)
    var builder = output.take() ?? ReconstructionBuilder()
    for row in 0..<batch.count {
      let conditions = calibration.begin()
      if conditions.version != events.conditions.version { events.conditions = conditions }
      if steps.contains(.clusters) {
        events.run(.clusters, row: row)
        events.scaleClusters(row: row)
      }
      events.run(steps, row: row)
      events.append(row: row, to: &builder)
      // Soft tracks and points of background that look like them say nothing about the beams.
      let tracks = events.tracksOfChamber(row: row)
      calibration.add(
        .init(
          tracks: tracks, clusters: events.clusters(row: row), chamberHits: events.chamberHits(row: row),
          eventTime: tracks.isEmpty ? nil : Double(events.eventTime(row: row)), time: keys.time[row],
          weight: Double(keys.weight[row])))
    }
    let column = builder.finish()
    output.keep(builder)
    return column
  }
}
