import ArrowStream
import EventModel
import Foundation
import SignalMonitor
import Statistics
import Testing

@Suite("The signal monitor")
struct MonitorTests {
  /// Events with up to three candidates of random masses.
  private static func batch(_ stream: UInt64, events: Int) throws -> RecordBatch {
    var random = CounterRandom(seed: 101, purpose: .pseudoExperiment, stream: stream)
    var builder = ReconstructionBuilder()
    for _ in 0..<events {
      let vertices = Int(random.integer(below: 3))
      for _ in 0..<vertices {
        builder.vertices.append(
          x: 0, y: 0, z: 0, chi2: 1, ndf: 1, probability: 0.5, rho: Float(random.uniform(0, 10)),
          mass: 1, track1: 0, track2: 1, pointing: 0, kind: 0)
      }
      for _ in 0..<Int(random.integer(below: 4)) {
        builder.candidates.append(
          kind: UInt8(random.integer(below: 2)), mass: 3, reducedMass: Float(random.uniform(-1, 8)),
          recoilMassSquared: Float(random.uniform(-1, 3)), vertex: Int16(random.integer(below: 5)) - 2, track1: 0,
          track2: 1)
      }
      builder.endEvent(steps: 0, eventTime: 0)
    }
    let column = builder.finish()
    return try RecordBatch(schema: Schema(fields: [EventSchema.reconstruction]), columns: [column], count: events)
  }

  private static func monitor() throws -> SignalMonitor {
    try SignalMonitor(channels: [try SearchChannel(yaml: ChannelTests.good, file: "test.yaml")])
  }

  @Test("Candidates that pass the cuts are counted, each once")
  func counting() throws {
    var monitor = try Self.monitor()
    let batch = try Self.batch(1, events: 2000)
    try monitor.fill(batch)
    let reconstruction = try ReconstructionColumn(batch)
    let columns = reconstruction.candidates
    var kind = 0
    var selected = 0
    for event in 0..<2000 {
      let vertices = reconstruction.vertices.rows[event]
      for row in columns.rows[event] where columns.kind[row] == 1 {
        kind += 1
        let vertex = Int(columns.vertex[row])
        guard vertex >= 0, vertex < vertices.count else { continue }
        let rho = reconstruction.vertices.rho[vertices.lowerBound + vertex]
        if columns.recoilMassSquared[row] < 2, Double(rho) >= 0.2 { selected += 1 }
      }
    }
    #expect(kind > 1000 && selected > 100)
    #expect(monitor.events == 2000)
    #expect(monitor.data[0].candidates == kind)
    #expect(monitor.data[0].selected == selected)
    let result = try #require(monitor.results().first)
    #expect(result.selected == result.inRange + result.below + result.above + result.undefined)
    #expect(result.selected == selected)
  }

  @Test("Monitors of parts merge to the monitor of the whole, in any order and chunking")
  func merging() throws {
    let batches = try (0..<5).map { try Self.batch(UInt64($0), events: 300 + 17 * $0) }
    var whole = try Self.monitor()
    for batch in batches { try whole.fill(batch) }
    let parts = try batches.map { batch in
      var part = try Self.monitor()
      try part.fill(batch.slice(0..<100))
      try part.fill(batch.slice(100..<batch.count))
      return part
    }
    for order in [[0, 1, 2, 3, 4], [4, 2, 0, 3, 1]] {
      var merged = try Self.monitor()
      for index in order { try merged.merge(parts[index]) }
      #expect(merged.data == whole.data && merged.events == whole.events)
    }
    var other = try SignalMonitor(channels: [])
    #expect(throws: MergeMismatch.self) { try other.merge(whole) }
  }

  @Test("A batch without reconstruction is an error that names the column, and changes nothing")
  func missingColumn() throws {
    var monitor = try Self.monitor()
    let empty = try RecordBatch(schema: Schema(fields: []), columns: [], count: 3)
    #expect(throws: ColumnError.self) { try monitor.fill(empty) }
    #expect(monitor.events == 0)
  }

  @Test("Results are written as JSON with value, low, high and method, and read back the same")
  func json() throws {
    var monitor = try Self.monitor()
    try monitor.fill(try Self.batch(1, events: 3000))
    let result = try #require(monitor.results().first)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    let data = try encoder.encode(result)
    let text = String(decoding: data, as: UTF8.self)
    for key in ["\"value\"", "\"low\"", "\"high\"", "\"method\"", "\"definition\"", "\"hypotheses\""] {
      #expect(text.contains(key))
    }
    let back = try JSONDecoder().decode(ChannelResult.self, from: data)
    let compact = result.compact
    #expect(
      compact.hypotheses.count + (compact.emptyHypotheses ?? 0)
        == result.hypotheses.count { $0.candidates > 0 || $0.method == .counting })
    #expect(compact.hypotheses.allSatisfy { $0.candidates > 0 } && compact.summary == result.summary)
    #expect(back.hypotheses == result.hypotheses && back.summary == result.summary)
  }
}
