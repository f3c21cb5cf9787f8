import ArrowStream
import Detector
import EventModel
import Level1
import Menu
import Statistics
import Testing

/// Streams that no detector wrote: level 1 says what is wrong, and never crashes.
@Suite("Hostile input to level 1")
struct HostileInputTests {
  private func trigger() throws -> Level1Trigger {
    let text =
      "menu: test\nversion: 1\nlevel1:\n  inputs: belle2\n  lines:\n    - name: any\n      bits: track or elow\n"
    let menu = try TriggerMenu(
      text: text,
      vocabularies: MenuVocabularies(level1: [Level1Vocabulary.belle2], highLevel: [Vocabulary(name: "none")]))
    return try Level1Trigger(level: menu.level1.compile(), detector: .belle2(), seed: 1)
  }

  /// One event with the hits given.
  private func batch(
    wires: [(UInt16, Int16)] = [], crystals: [(UInt16, Float, Float)] = [],
    strips: [(UInt8, UInt8, UInt8, UInt8, Float)] = []
  ) throws -> RecordBatch {
    var event = EventKeyBuilder(processes: [])
    event.append(EventKey(experiment: 7, run: 8, number: 9), time: 0, weight: 1, process: nil)
    var chamber = DriftChamberHitsBuilder()
    for (wire, tdc) in wires { chamber.append(wire: wire, tdc: tdc, adc: 1) }
    chamber.endEvent()
    var calorimeter = CalorimeterHitsBuilder()
    for (crystal, energy, time) in crystals { calorimeter.append(crystal: crystal, energy: energy, time: time) }
    calorimeter.endEvent()
    var muons = MuonHitsBuilder()
    for (section, sector, layer, plane, time) in strips {
      muons.append(section: section, sector: sector, layer: layer, plane: plane, position: 0, time: time)
    }
    muons.endEvent()
    return try RecordBatch(
      schema: Schema(fields: [
        EventSchema.event, EventSchema.driftChamber, EventSchema.calorimeter, EventSchema.muonDetector,
      ]), columns: [event.finish(), chamber.finish(), calorimeter.finish(), muons.finish()], count: 1)
  }

  @Test("names the event, the column, the hit and what was expected")
  func errors() throws {
    let level1 = try trigger()
    func error(_ batch: RecordBatch) -> Level1InputError? {
      #expect(throws: Level1InputError.self) { try level1.process(batch) }
    }
    let wire = try #require(error(batch(wires: [(5, 10), (14336, 10)])))
    #expect(wire.description == "event 7/8/9: hit 1 of column 'cdc.wire' is 14336, expected a wire from 0 to 14335")
    #expect(try error(batch(crystals: [(0, 1, 0)]))?.column == "ecl.crystal")
    #expect(try error(batch(crystals: [(8737, 1, 0)]))?.column == "ecl.crystal")
    #expect(try error(batch(crystals: [(1, .nan, 0)]))?.column == "ecl.energy")
    #expect(try error(batch(crystals: [(1, 1, .infinity)]))?.column == "ecl.time")
    #expect(try error(batch(strips: [(4, 0, 1, 0, 0)]))?.column == "klm.sector")
    #expect(try error(batch(strips: [(2, 4, 1, 0, 0)]))?.column == "klm.sector")
    #expect(try error(batch(strips: [(0, 0, 0, 0, 0)]))?.column == "klm.layer")
    #expect(try error(batch(strips: [(0, 0, 16, 0, 0)]))?.column == "klm.layer")
    #expect(try error(batch(strips: [(0, 0, 1, 2, 0)]))?.column == "klm.plane")
    #expect(level1.lineCounts == [0])
  }

  @Test("says which column is missing")
  func missingColumn() throws {
    let level1 = try trigger()
    let whole = try batch()
    for column in ["event", "cdc", "ecl", "klm"] {
      let error = #expect(throws: ColumnError.self) { try level1.process(whole.dropping([column])) }
      #expect(error.map { "\($0)".contains("'\(column)'") } ?? false)
    }
  }

  @Test("survives energies, times and counts at the ends of their ranges, and every hit many times")
  func extremes() throws {
    let level1 = try trigger()
    let huge = Float.greatestFiniteMagnitude
    _ = try level1.process(batch(crystals: (1...200).map { (UInt16($0), huge, 0) }))
    _ = try level1.process(batch(crystals: (1...200).map { (UInt16($0), -huge, 0) }))
    _ = try level1.process(batch(crystals: [(1, 1, huge), (1, 1, -huge), (1, 0, 0)]))
    _ = try level1.process(batch(wires: (0..<14336).flatMap { [(UInt16($0), Int16.max), (UInt16($0), Int16.min)] }))
    let full = try Level1Column(level1.process(batch(wires: (0..<14336).map { (UInt16($0), 0) })))
    #expect(full.segments.rows[0].count == 2336)
    let energies = try Level1Column(level1.process(batch(crystals: (1...8736).map { (UInt16($0), 1000, 0) })))
    #expect(energies.energyTotal[0] > 1e6)
  }

  @Test("survives two thousand events of random hits")
  func fuzz() throws {
    let level1 = try trigger()
    var random = CounterRandom(seed: 77, purpose: RandomPurpose(named: "hostile hits"))
    var refused = 0
    for _ in 0..<2000 {
      func word() -> UInt64 { random.next() }
      let wires = (0..<Int(random.integer(below: 40))).map { _ in
        (UInt16(truncatingIfNeeded: word() % 14400), Int16(truncatingIfNeeded: word()))
      }
      let crystals = (0..<Int(random.integer(below: 20))).map { _ in
        (
          UInt16(truncatingIfNeeded: word() % 8800), Float(bitPattern: UInt32(truncatingIfNeeded: word())),
          Float(bitPattern: UInt32(truncatingIfNeeded: word()))
        )
      }
      let strips = (0..<Int(random.integer(below: 10))).map { _ in
        (
          UInt8(word() % 5), UInt8(word() % 9), UInt8(word() % 17), UInt8(word() % 3),
          Float(bitPattern: UInt32(truncatingIfNeeded: word()))
        )
      }
      do { _ = try level1.process(batch(wires: wires, crystals: crystals, strips: strips)) } catch is Level1InputError {
        refused += 1
      }
    }
    #expect(refused > 0)
  }
}
