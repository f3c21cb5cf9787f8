import ArrowStream
import CLanes
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

  /// Asks the memory for the hits of an event that comes soon, beyond the last of the batch for none: while one event is looked at
  /// the next can be on its way.
  func fetch(_ row: Int) {
    guard row < event.count else { return }
    fetch(driftChamber.wire, driftChamber.rows[row])
    fetch(driftChamber.tdc, driftChamber.rows[row])
    fetch(calorimeter.crystal, calorimeter.rows[row])
    fetch(calorimeter.energy, calorimeter.rows[row])
    fetch(calorimeter.time, calorimeter.rows[row])
  }

  @inline(__always)
  private func fetch<Value: ArrowPrimitive>(_ column: ColumnView<Value>, _ range: Range<Int>) {
    let values = UnsafeBufferPointer(rebasing: column.unsafeBuffer[range])
    sluice_fetch(values.baseAddress, values.count * MemoryLayout<Value>.stride)
  }
}
