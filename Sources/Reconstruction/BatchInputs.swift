import ArrowStream
import Detector
import EventModel

/// The columns of a batch that the steps read.
///
/// A class, so that a step holds one reference to it: a structure of columns would count those to the memory of every column in every
/// step of every event.
final class BatchInputs {
  let chamber: DriftChamberHits
  let silicon: SiliconHits
  let crystals: CalorimeterHits
  let muonHits: MuonHits
  /// The `pid` column, if the batch has it.
  let regions: IdentificationHits?
  /// Tracks of level 1, if the batch has them.
  let seeds: Level1Tracks?
  /// The sensors that the silicon points lie on.
  let tracker: SiliconTracker

  /// - Throws: `ColumnError` if a detector column is missing or of another type.
  init(_ batch: RecordBatch, tracker: SiliconTracker) throws {
    chamber = try DriftChamberHits(batch)
    silicon = try SiliconHits(batch)
    crystals = try CalorimeterHits(batch)
    muonHits = try MuonHits(batch)
    seeds = batch.has("l1") ? try Level1Tracks(batch) : nil
    regions = batch.has("pid") ? try IdentificationHits(batch) : nil
    self.tracker = tracker
  }
}
