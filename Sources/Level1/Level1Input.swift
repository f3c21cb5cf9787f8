import ArrowStream
import EventModel

/// The columns of a batch that level 1 reads.
struct Level1Input {
  let event: EventKeyColumn
  private let driftChamber: DriftChamberHits
  private let calorimeter: CalorimeterHits
  private let muons: MuonHits

  init(_ batch: RecordBatch) throws {
    event = try EventKeyColumn(batch)
    driftChamber = try DriftChamberHits(batch)
    calorimeter = try CalorimeterHits(batch)
    muons = try MuonHits(batch)
  }

  /// The hits of one event, in place.
  @_lifetime(borrow self)
  func hits(_ row: Int) -> Level1Hits {
    let wires = driftChamber.rows[row]
    let crystals = calorimeter.rows[row]
    let strips = muons.rows[row]
    return Level1Hits(
      wire: driftChamber.wire.span.extracting(wires), tdc: driftChamber.tdc.span.extracting(wires),
      crystal: calorimeter.crystal.span.extracting(crystals), energy: calorimeter.energy.span.extracting(crystals),
      crystalTime: calorimeter.time.span.extracting(crystals), section: muons.section.span.extracting(strips),
      sector: muons.sector.span.extracting(strips), layer: muons.layer.span.extracting(strips),
      plane: muons.plane.span.extracting(strips), muonTime: muons.time.span.extracting(strips))
  }
}
