import ArrowStream
import EventModel
import Testing

@Suite("Columns of the event schema")
struct ColumnRoundTripTests {
  @Test("hits come back event by event as they were added, empty events included")
  func driftChamberHits() throws {
    var builder = DriftChamberHitsBuilder()
    let events: [[UInt16]] = [[3, 5, 14335], [], [7]]
    for event in events {
      for wire in event { builder.append(wire: wire, tdc: Int16(wire % 400), adc: 30) }
      builder.endEvent()
    }
    let batch = try RecordBatch(
      schema: Schema(fields: [EventSchema.driftChamber]), columns: [builder.finish()], count: 3)
    let hits = try DriftChamberHits(batch)
    for (row, event) in events.enumerated() {
      #expect(hits.rows[row].map { hits.wire[$0] } == event)
      #expect(hits.rows[row].map { hits.tdc[$0] } == event.map { Int16($0 % 400) })
    }
  }

  @Test("every builder makes a column of exactly the schema's type")
  func builderTypes() throws {
    var key = EventKeyBuilder(processes: ["mumu"])
    key.append(EventKey(experiment: 1, run: 2, number: 3), time: 4, weight: 5, process: 0)
    #expect(key.finish().type == EventSchema.event.type)
    var silicon = SiliconHitsBuilder()
    #expect(silicon.finish().type == EventSchema.silicon.type)
    var calorimeter = CalorimeterHitsBuilder()
    #expect(calorimeter.finish().type == EventSchema.calorimeter.type)
    var muon = MuonHitsBuilder()
    #expect(muon.finish().type == EventSchema.muonDetector.type)
    var identification = IdentificationHitsBuilder()
    #expect(identification.finish().type == EventSchema.identification.type)
    var truth = TruthParticlesBuilder()
    #expect(truth.finish().type == EventSchema.truth.type)
    var hitTruth = HitTruthBuilder()
    #expect(hitTruth.finish().type == EventSchema.hitTruth.type)
    var level1 = Level1Builder()
    #expect(level1.finish().type == EventSchema.level1.type)
    var highLevel = HighLevelBuilder()
    #expect(highLevel.finish().type == EventSchema.highLevel.type)
    var reconstruction = ReconstructionBuilder()
    #expect(reconstruction.finish().type == EventSchema.reconstruction.type)
  }

  @Test("slices, selections and joins of rows keep every event's values")
  func rows() throws {
    var key = EventKeyBuilder(processes: ["mumu", "tautau"])
    var hits = CalorimeterHitsBuilder()
    for number in 0..<40 {
      let process = number % 3 == 2 ? nil : number % 3
      key.append(
        EventKey(experiment: 1, run: 1, number: UInt64(number)), time: Int64(number * 100), weight: 1, process: process)
      for crystal in 0..<(number % 5) {
        hits.append(crystal: UInt16(crystal + 1), energy: Float(number), time: 0)
      }
      hits.endEvent()
    }
    let batch = try RecordBatch(
      schema: Schema(fields: [EventSchema.event, EventSchema.calorimeter]),
      columns: [key.finish(), hits.finish()], count: 40)
    let chosen = [0, 1, 2, 7, 9, 10, 39]
    let parts = try RecordBatch.concatenating([batch.slice(3..<20).slice(2..<9), batch.taking(rows: chosen)])
    let expected = Array(5..<12) + chosen
    let events = try EventKeyColumn(parts)
    let crystals = try CalorimeterHits(parts)
    #expect(parts.count == expected.count)
    for (row, number) in expected.enumerated() {
      #expect(events.number[row] == UInt64(number))
      #expect(events.processLabel(row) == [0: "mumu", 1: "tautau"][number % 3])
      #expect(crystals.rows[row].count == number % 5)
      #expect(crystals.rows[row].allSatisfy { crystals.energy[$0] == Float(number) })
    }
  }

  @Test("dictionaries of different streams are joined by label, not by index")
  func dictionaries() throws {
    func batch(_ processes: [String]) throws -> RecordBatch {
      var key = EventKeyBuilder(processes: processes)
      for index in processes.indices {
        key.append(EventKey(experiment: 0, run: 0, number: 0), time: 0, weight: 1, process: index)
      }
      return try RecordBatch(
        schema: Schema(fields: [EventSchema.event]), columns: [key.finish()], count: processes.count)
    }
    let joined = try RecordBatch.concatenating([batch(["mumu", "tautau"]), batch(["tautau", "bhabha"])])
    let events = try EventKeyColumn(joined)
    #expect((0..<4).map { events.processLabel($0) } == ["mumu", "tautau", "tautau", "bhabha"])
  }

  @Test("a column of another type is an error that names the column and both types")
  func wrongType() throws {
    let batch = try RecordBatch(
      schema: Schema(fields: [Field("cdc", .uint8)]), columns: [ArrayData(copying: [UInt8(1)])], count: 1)
    #expect(throws: ColumnError.type(column: "cdc", found: .uint8, expected: "list")) {
      _ = try DriftChamberHits(batch)
    }
    #expect(throws: ColumnError.missing(column: "ecl", existing: ["cdc"])) { _ = try CalorimeterHits(batch) }
  }

  @Test("every field of the schema is explained, and every dimension has a unit")
  func documented() {
    func check(_ field: Field, path: String) {
      if field.name != "item" {
        #expect(field.metadata["comment"] != nil, "\(path) has no comment")
      }
      for child in field.type.children { check(child, path: "\(path).\(child.name)") }
    }
    for field in EventSchema.columns { check(field, path: field.name) }
  }
}
