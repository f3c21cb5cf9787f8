import ArrowStream
import Detector
import EventModel
import Level1
import Menu
import Statistics
import TestSupport
import Testing

/// Streams that no detector wrote: level 1 says what is wrong, and never crashes.
@Suite("Hostile input to level 1")
struct HostileInputTests {
  private func trigger() throws -> Level1Trigger { try ReferenceTests.Sample.trigger() }

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

  /// The fragments of an event as a broken frontend may send them: anything, or nearly what it should.
  private struct Fragments {
    var wires: [(UInt16, Int16)] = []
    var crystals: [(UInt16, Float, Float)] = []
    var strips: [(UInt8, UInt8, UInt8, UInt8, Float)] = []

    init(_ random: inout CounterRandom, isWild: Bool) {
      func below(_ bound: UInt64) -> UInt64 { random.integer(below: bound) }
      /// A number of the right size, one at an end of its type, or any bits.
      func float(_ scale: Double) -> Float {
        guard isWild && random.chance(0.1) else { return Float(random.uniform(-0.2, 1) * scale) }
        let ends: [Float] = [.nan, .infinity, -.infinity, .greatestFiniteMagnitude, .leastNonzeroMagnitude, -0.0]
        return random.chance(0.5)
          ? ends[Int(below(6))] : Float(bitPattern: UInt32(truncatingIfNeeded: random.next()))
      }
      for _ in 0..<below(random.chance(0.02) ? 5000 : 60) {
        let wire = isWild && random.chance(0.02) ? UInt16(truncatingIfNeeded: random.next()) : UInt16(below(14336))
        let tdc = random.chance(0.3) ? Int16(truncatingIfNeeded: random.next()) : Int16(below(500))
        wires.append((wire, tdc))
      }
      for _ in 0..<below(25) {
        let crystal =
          isWild && random.chance(0.02) ? UInt16(truncatingIfNeeded: random.next()) : UInt16(1 + below(8736))
        crystals.append((crystal, float(4), float(200)))
      }
      for _ in 0..<below(15) {
        let section = UInt8(below(isWild ? 5 : 4))
        let sector = UInt8(below(section < 2 ? 8 : isWild && random.chance(0.1) ? 9 : 4))
        strips.append(
          (section, sector, UInt8(1 + below(isWild && random.chance(0.1) ? 16 : 15)), UInt8(below(2)), float(100)))
      }
    }

    /// The rules of the event schema, written out once more.
    var isPossible: Bool {
      wires.allSatisfy { $0.0 < 14336 }
        && crystals.allSatisfy { (1...8736).contains($0.0) && $0.1.isFinite && $0.2.isFinite }
        && strips.allSatisfy { $0.0 < 4 && $0.1 < ($0.0 < 2 ? 8 : 4) && (1...15).contains($0.2) }
    }
  }

  /// Many events in one batch, numbered from 0.
  private func batch(_ events: [Fragments]) throws -> RecordBatch {
    var event = EventKeyBuilder(processes: [])
    var chamber = DriftChamberHitsBuilder()
    var calorimeter = CalorimeterHitsBuilder()
    var muons = MuonHitsBuilder()
    for (number, fragments) in events.enumerated() {
      event.append(EventKey(experiment: 7, run: 8, number: UInt64(number)), time: 0, weight: 1, process: nil)
      for (wire, tdc) in fragments.wires { chamber.append(wire: wire, tdc: tdc, adc: 1) }
      for (crystal, energy, time) in fragments.crystals {
        calorimeter.append(crystal: crystal, energy: energy, time: time)
      }
      for (section, sector, layer, plane, time) in fragments.strips {
        muons.append(section: section, sector: sector, layer: layer, plane: plane, position: 0, time: time)
      }
      chamber.endEvent()
      calorimeter.endEvent()
      muons.endEvent()
    }
    return try RecordBatch(
      schema: Schema(fields: [
        EventSchema.event, EventSchema.driftChamber, EventSchema.calorimeter, EventSchema.muonDetector,
      ]), columns: [event.finish(), chamber.finish(), calorimeter.finish(), muons.finish()], count: events.count)
  }

  @Test("flags impossible fragments event by event, and gives the others the same bits in any batch and order")
  func fuzz() throws {
    var random = CounterRandom(seed: 77, purpose: RandomPurpose(named: "hostile fragments"))
    var flagged = 0
    var evidenced = 0
    let lonely = try trigger()
    let backwards = try trigger()
    let rounds = max(1, Fuzz.inputs(2000) / 100)
    for round in 0..<rounds {
      let events = (0..<100).map { _ in Fragments(&random, isWild: random.chance(0.5)) }
      let level1 = try trigger()
      let whole = try batch(events)
      let errors = try level1.impossibleEvents(in: whole)
      let impossible = Set(errors.map { Int($0.event.number) })
      #expect(impossible == Set(events.indices.filter { !events[$0].isPossible }))
      #expect(errors.allSatisfy { $0.column.contains(".") && !$0.expected.isEmpty })
      flagged += impossible.count
      if !impossible.isEmpty { #expect(throws: Level1InputError.self) { try level1.process(whole) } }
      #expect(level1.lineCounts == [0], "a refused batch is not counted")

      let possible = events.indices.filter { !impossible.contains($0) }
      let together = try Level1Column(level1.process(whole.taking(rows: possible)))
      let reversed = try Level1Column(backwards.process(whole.taking(rows: possible.reversed())))
      for (place, row) in possible.enumerated() {
        let mirror = possible.count - 1 - place
        #expect((0..<10).allSatisfy { together.input[place * 10 + $0] == reversed.input[mirror * 10 + $0] })
        guard place % 10 == round % 10 else { continue }
        let alone = try Level1Column(lonely.process(whole.taking(rows: [row])))
        #expect((0..<10).allSatisfy { together.input[place * 10 + $0] == alone.input[$0] })
        // What explains the bits must survive whatever set them.
        let evidence = try level1.evidence(of: row, in: whole)
        for bit in InputBit.all { evidenced += evidence.explain(.bit(bit.name)).count }
      }
    }
    #expect(flagged > 15 * rounds && flagged < 75 * rounds, "\(flagged)")
    #expect(evidenced > 50 * rounds)
  }

  @Test("takes a list that does not seem to end")
  func endlessLists() throws {
    var random = CounterRandom(seed: 78, purpose: RandomPurpose(named: "endless lists"))
    let wires = (0..<400_000).map { _ in
      (UInt16(random.integer(below: 14336)), Int16(random.integer(below: 1000)))
    }
    let crystals = (0..<200_000).map { _ in
      (UInt16(1 + random.integer(below: 8736)), Float(random.uniform(-1, 5)), Float(random.uniform(-500, 500)))
    }
    let strips = (0..<200_000).map { _ in
      (
        UInt8(random.integer(below: 4)), UInt8(random.integer(below: 4)), UInt8(1 + random.integer(below: 15)),
        UInt8(0), Float(0)
      )
    }
    let level1 = try trigger()
    let column = try Level1Column(level1.process(batch(wires: wires, crystals: crystals, strips: strips)))
    #expect(column.segments.rows[0].count == 2336)
    #expect(column.isolatedClusters[0] <= 15 && column.clusters.rows[0].count <= 6)
    #expect(column.muonSectors[0] == 0xFF_0F0F)
  }
}
