import ArrowStream
import EventModel
import Foundation
import Testing

/// What the command line says about events that no detector can have recorded.
@Suite("Hostile fragments of a stream, on the command line")
struct HostileStreamTests {
  private struct Report: Decodable {
    struct Run: Decodable { var condition: String, events: Int, setAside: SetAside? }
    struct SetAside: Decodable { var events: Int, byDetector: [String: Int], first: [Example] }
    struct Example: Decodable { var event: String, detector: String, column: String, found: String, expected: String }
    struct Stage: Decodable { var stage: String, entered: Int, setAside: Int }
    struct Ledger: Decodable { var balanced: Bool, stages: [Stage] }
    var run: Run
    var ledger: Ledger
  }

  /// Recorded events, with wires that do not exist in the third one.
  private func write(_ path: String) throws {
    let reader = try StreamFileReader(
      path: SluiceProgram.root.appending(path: "Replay/mumu.arrow").path)
    let recorded = try reader.batch(0).slice(0..<30)
    var wires = DriftChamberHitsBuilder()
    let hits = try DriftChamberHits(recorded)
    for row in 0..<recorded.count {
      for index in hits.rows[row] {
        wires.append(
          wire: row == 2 ? 60_000 : hits.wire[index], tdc: hits.tdc[index], adc: hits.adc[index])
      }
      wires.endEvent()
    }
    var columns = recorded.columns
    columns[try #require(recorded.schema.index(of: "cdc"))] = wires.finish()
    let writer = try StreamFileWriter(path: path, schema: reader.schema)
    try writer.write(RecordBatch(schema: recorded.schema, columns: columns, count: recorded.count))
    try writer.finish()
  }

  @Test("a replay goes on, names the event in its report, its log and its JSON, and ends with status 0; 1 if strict")
  func replay() throws {
    try SluiceProgram.withTemporaryFolder { folder in
      let stream = folder.appending(path: "hostile.arrow").path
      try write(stream)
      let json = folder.appending(path: "report.json")
      let outcome = try SluiceProgram.run([
        "replay", stream, "--output", folder.appending(path: "out").path, "--json", json.path,
      ])
      #expect(outcome.status == 0, "\(outcome.errors)")
      let what = "hit 0 of column 'cdc.wire' is 60000, expected a wire from 0 to 14335"
      #expect(outcome.output.contains("1 set aside for a fragment that no detector can have sent: cdc 1"))
      #expect(outcome.output.contains(what))
      #expect(outcome.errors.contains("warning: event ") && outcome.errors.contains(what))
      let decoder = JSONDecoder()
      decoder.keyDecodingStrategy = .convertFromSnakeCase
      let report = try decoder.decode(Report.self, from: Data(contentsOf: json))
      #expect(report.run.condition == "good" && report.run.events == 30 && report.ledger.balanced)
      let setAside = try #require(report.run.setAside)
      #expect(setAside.events == 1 && setAside.byDetector == ["cdc": 1])
      #expect(setAside.first.first?.column == "cdc.wire" && setAside.first.first?.found == "60000")
      #expect(report.ledger.stages.first { $0.stage == "level1" }?.setAside == 1)
      let verdicts = try StreamFileReader(path: folder.appending(path: "out/verdicts.arrow").path)
      let outcomes = try ColumnView<UInt8>(verdicts.batch(0).column("outcome"))
      #expect((0..<30).filter { outcomes[$0] == 5 } == [2])

      let strict = try SluiceProgram.run(["replay", stream, "--strict"])
      #expect(strict.status == 1)
      #expect(strict.errors.contains("1 events were set aside"))
    }
  }
}
