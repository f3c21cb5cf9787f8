import ArrowStream
import Detector
import EventModel

/// The reconstruction stage: adds the `reco` column to the events that were accepted.
///
/// It continues from the objects in the `hlt` column and runs only the steps that are not done yet.
public struct Reconstruction {
  /// The working state, for tests and ledgers: how often each step ran.
  public private(set) var events: EventReconstruction

  /// A stage with the geometry of a detector.
  public init(detector: DetectorModel) { events = EventReconstruction(detector: detector) }

  /// Reconstructs the events of a batch.
  /// - Parameters:
  ///   - batch: detector columns, and `l1` and `hlt` if earlier stages made them.
  ///   - steps: what is wanted; all steps if left out.
  /// - Returns: the `reco` column, one row per row of the batch.
  /// - Throws: `ColumnError` if a column that is needed is missing or of another type.
  public mutating func process(_ batch: RecordBatch, steps: ReconstructionSteps = .all) throws -> ArrayData {
    try events.begin(batch)
    if batch.has("hlt") { events.adopt(try HighLevelColumn(batch)) }
    var builder = ReconstructionBuilder()
    for row in 0..<batch.count {
      events.run(steps, row: row)
      events.append(row: row, to: &builder)
    }
    return builder.finish()
  }
}
