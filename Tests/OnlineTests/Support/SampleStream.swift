import ArrowStream
import EventModel
import Foundation
import Online
import Statistics

/// Streams of made-up hits: enough for everything that moves events, nothing for physics.
enum SampleStream {
  static let processes = ["mumu", "tautau", "qqbar"]

  /// A batch of events numbered from `first`; the content of an event depends on its number alone.
  static func batch(
    first: UInt64, count: Int, run: UInt32 = 1, interval: Int64 = 100_000, truth: Bool = true,
    geometry: String = "test",
    weight: Float = 0.5
  ) throws -> RecordBatch {
    var keys = EventKeyBuilder(processes: processes)
    var cdc = DriftChamberHitsBuilder()
    var svd = SiliconHitsBuilder()
    var ecl = CalorimeterHitsBuilder()
    var klm = MuonHitsBuilder()
    var pid = IdentificationHitsBuilder()
    var particles = TruthParticlesBuilder()
    for number in first..<first + UInt64(count) {
      var random = CounterRandom(seed: 7, experiment: 1, run: run, event: number, purpose: .generation)
      keys.append(
        EventKey(experiment: 1, run: run, number: number), time: Int64(number) * interval, weight: weight,
        process: Int(random.integer(below: 3)))
      for _ in 0..<random.integer(below: 60) {
        cdc.append(wire: UInt16(random.integer(below: 14336)), tdc: Int16(random.integer(below: 500)), adc: 100)
      }
      for _ in 0..<random.integer(below: 8) {
        svd.append(layer: 3, ladder: 1, sensor: 1, u: Float(random.uniform()), v: Float(random.uniform()), charge: 20)
      }
      for _ in 0..<random.integer(below: 30) {
        ecl.append(
          crystal: UInt16(1 + random.integer(below: 8736)), energy: Float(random.uniform()),
          time: Float(random.uniform()))
      }
      for _ in 0..<random.integer(below: 4) {
        klm.append(section: 0, sector: 1, layer: 2, plane: 0, position: Float(random.uniform()), time: 3)
      }
      for _ in 0..<random.integer(below: 3) {
        let values: [Float] = (0..<5).map { _ in Float(random.uniform()) }
        pid.append(theta: 1, phi: 2, logLikelihood: values.span)
      }
      particles.append(
        pdg: 13, mother: -1, status: 1, px: 1, py: 2, pz: 3, energy: 4, x: 0, y: 0, z: 0, t: 0)
      cdc.endEvent()
      svd.endEvent()
      ecl.endEvent()
      klm.endEvent()
      pid.endEvent()
      particles.endEvent()
    }
    var fields = [EventSchema.event] + EventSchema.detectors
    var columns = [keys.finish(), cdc.finish(), svd.finish(), ecl.finish(), klm.finish(), pid.finish()]
    if truth {
      fields.append(EventSchema.truth)
      columns.append(particles.finish())
    }
    let metadata: Metadata = [StreamMetadata.geometry: geometry, StreamMetadata.liveTime: "2.0"]
    return try RecordBatch(schema: Schema(fields: fields, metadata: metadata), columns: columns, count: count)
  }

  /// Writes a stream in batches of the given sizes, the last one repeated until all events are written.
  static func write(
    _ path: String, events: Int, chunks: [Int] = [1000], first: UInt64 = 0, run: UInt32 = 1, truth: Bool = true,
    interval: Int64 = 100_000, geometry: String = "test"
  ) throws {
    let empty = try batch(first: 0, count: 0, truth: truth, geometry: geometry)
    let writer = try StreamFileWriter(path: path, schema: empty.schema)
    var done = 0
    var chunk = 0
    while done < events {
      let count = min(chunks[min(chunk, chunks.count - 1)], events - done)
      try writer.write(
        try batch(
          first: first + UInt64(done), count: count, run: run, interval: interval, truth: truth, geometry: geometry))
      done += count
      chunk += 1
    }
    try writer.finish()
  }
}

/// A folder that is gone when the test is.
final class TemporaryFolder {
  let path: String
  init() throws {
    path = NSTemporaryDirectory() + "sluice-online-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }
  deinit { try? FileManager.default.removeItem(atPath: path) }
  func file(_ name: String) -> String { "\(path)/\(name)" }
}
