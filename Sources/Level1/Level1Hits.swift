import ArrowStream
import CLanes
import Detector
import EventModel

/// The hits of one event as level 1 reads them: views into the columns of a batch.
struct Level1Hits: ~Escapable {
  var wire: Span<UInt16>
  var tdc: Span<Int16>
  var crystal: Span<UInt16>
  var energy: Span<Float>
  var crystalTime: Span<Float>
  var section: Span<UInt8>
  var sector: Span<UInt8>
  var layer: Span<UInt8>
  var plane: Span<UInt8>
  var muonTime: Span<Float>

  /// Asks the memory for a column of hits that are looked at soon: while one event is looked at the next can be on its way. Column by
  /// column, since the memory keeps only so many wishes in mind.
  @inline(__always)
  static func fetch<Value: BitwiseCopyable>(_ values: Span<Value>) {
    values.withUnsafeBytes { sluice_fetch($0.baseAddress, $0.count) }
  }
}

/// A hit that no detector of this geometry can have made.
public struct Level1InputError: Error, Equatable, CustomStringConvertible {
  /// The event.
  public let event: EventKey
  /// The column: `cdc.wire`.
  public let column: String
  /// Position of the hit in the event's list, from 0.
  public let hit: Int
  /// The value, as text.
  public let found: String
  /// What would have been accepted.
  public let expected: String

  /// One line with all of it.
  public var description: String {
    "event \(event): hit \(hit) of column '\(column)' is \(found), expected \(expected)"
  }
}

/// Checks the columns that level 1 reads, so that the kernels can index their tables without looking again.
public struct Level1HitCheck: Sendable {
  private let wires: Int
  private let crystals: Int

  /// The check for a geometry.
  public init(_ detector: DetectorModel) {
    wires = detector.driftChamber.wireCount
    crystals = detector.calorimeter.crystalCount
  }

  /// The events of a batch with a hit that no detector of this geometry can have made: the first such hit of each, in the
  /// order of the batch.
  /// - Throws: `ColumnError` for a missing or unfit column.
  public func impossibleEvents(in batch: RecordBatch) throws -> [(row: Int, error: Level1InputError)] {
    let input = try Level1Input(batch)
    var found: [(row: Int, error: Level1InputError)] = []
    for row in 0..<batch.count {
      do throws(Level1InputError) {
        try check(input.hits(row), of: input.event.key(row))
      } catch { found.append((row, error)) }
    }
    return found
  }

  func check(_ hits: borrowing Level1Hits, of event: @autoclosure () -> EventKey) throws(Level1InputError) {
    if isPossible(hits) { return }
    try findImpossible(hits, event)
  }

  /// Whether all hits can be: one look at each list, without a branch on its values.
  private func isPossible(_ hits: borrowing Level1Hits) -> Bool {
    var wire: UInt16 = 0
    for index in hits.wire.indices { wire = max(wire, hits.wire[unchecked: index]) }
    var first = UInt16.max
    var last: UInt16 = 0
    for index in hits.crystal.indices {
      first = min(first, hits.crystal[unchecked: index])
      last = max(last, hits.crystal[unchecked: index])
    }
    // Without their sign, the bits of numbers rise with their size up to infinity, and beyond is what is no number.
    var largest: UInt32 = 0
    for index in hits.energy.indices { largest = max(largest, hits.energy[unchecked: index].magnitude.bitPattern) }
    for index in hits.crystalTime.indices {
      largest = max(largest, hits.crystalTime[unchecked: index].magnitude.bitPattern)
    }
    var isPossible = Int(wire) < max(wires, 1) && largest < Float.infinity.bitPattern
    if !hits.crystal.isEmpty { isPossible = isPossible && first >= 1 && Int(last) <= crystals }
    var wrong: UInt8 = 0
    for index in hits.section.indices {
      let section = hits.section[unchecked: index]
      let sectors: UInt8 = section < 2 ? 8 : 4
      wrong |= section < 4 ? 0 : 1
      wrong |= hits.sector[unchecked: index] < sectors ? 0 : 1
      wrong |= hits.layer[unchecked: index] &- 1 < UInt8(MuonSectors.layers) ? 0 : 1
      wrong |= hits.plane[unchecked: index] < 2 ? 0 : 1
    }
    isPossible = isPossible && wrong == 0
    return isPossible
  }

  /// Names the first hit that cannot be.
  private func findImpossible(
    _ hits: borrowing Level1Hits, _ event: () -> EventKey
  ) throws(Level1InputError) {
    for index in hits.wire.indices where Int(hits.wire[index]) >= wires {
      throw Level1InputError(
        event: event(), column: "cdc.wire", hit: index, found: "\(hits.wire[index])",
        expected: "a wire from 0 to \(wires - 1)")
    }
    for index in hits.crystal.indices {
      let crystal = Int(hits.crystal[index])
      if crystal < 1 || crystal > crystals {
        throw Level1InputError(
          event: event(), column: "ecl.crystal", hit: index, found: "\(crystal)",
          expected: "a crystal from 1 to \(crystals)")
      }
      if !hits.energy[index].isFinite {
        throw Level1InputError(
          event: event(), column: "ecl.energy", hit: index, found: "\(hits.energy[index])", expected: "a finite energy")
      }
      if !hits.crystalTime[index].isFinite {
        throw Level1InputError(
          event: event(), column: "ecl.time", hit: index, found: "\(hits.crystalTime[index])", expected: "a finite time"
        )
      }
    }
    for index in hits.section.indices {
      guard MuonSectors.bit(section: hits.section[index], sector: hits.sector[index]) != nil else {
        throw Level1InputError(
          event: event(), column: "klm.sector", hit: index,
          found: "sector \(hits.sector[index]) of section \(hits.section[index])",
          expected: "sector 0 to 7 of section 0 or 1 (barrel), or 0 to 3 of section 2 or 3 (endcaps)")
      }
      if hits.layer[index] < 1 || hits.layer[index] > MuonSectors.layers {
        throw Level1InputError(
          event: event(), column: "klm.layer", hit: index, found: "\(hits.layer[index])",
          expected: "a layer from 1 to \(MuonSectors.layers)")
      }
      if hits.plane[index] > 1 {
        throw Level1InputError(
          event: event(), column: "klm.plane", hit: index, found: "\(hits.plane[index])", expected: "plane 0 or 1")
      }
    }
  }
}
