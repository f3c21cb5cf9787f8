import ArrowStream
import EventModel
import Foundation
import Statistics

/// Writes and reads one stream, beside pyarrow on the same file.
func measureArrow(_ runs: Int) throws -> [Measurement] {
  let folder = FileManager.default.temporaryDirectory.appending(path: "sluice-benchmark-\(getpid())")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  let batches = try (0..<8).map { try sampleBatch(events: 512, first: $0 * 512) }
  let events = batches.reduce(0) { $0 + $1.count }
  var all: [Measurement] = []
  for (name, compression, partner) in [
    ("uncompressed", StreamFileWriter.Compression.none, "none"), ("ZSTD", .zstandard(level: 1), "zstd"),
  ] {
    let path = folder.appending(path: "\(name).arrow").path
    func write() throws {
      let writer = try StreamFileWriter(
        path: path, schema: batches[0].schema, options: .init(compression: compression, force: true))
      for batch in batches { try writer.write(batch) }
      try writer.finish()
    }
    try write()
    let size = (try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
    var writing = Contest(runs: runs)
    writing.add("write \(name), checksums", unit: "event", units: events, write)
    writing.addTimed("  pyarrow, no checksums", unit: "event", units: events) {
      try pythonPartner("arrow.py", ["write", path, partner])
    }
    var results = try writing.measure()
    var reading = Contest(runs: runs)
    reading.add("read \(name), checksums verified, validated", unit: "event", units: events) {
      let reader = try StreamFileReader(path: path)
      for index in 0..<reader.batchCount { _ = try reader.batch(index) }
    }
    reading.addTimed("  pyarrow, no checksums, validated", unit: "event", units: events) {
      try pythonPartner("arrow.py", ["read", path])
    }
    results += try reading.measure()
    if !results.isEmpty { results[0].note = "\(size / events) bytes an event" }
    all += results
  }
  return all
}

/// A batch shaped like events at running background: 600 wire hits, 60 crystals an event.
private func sampleBatch(events: Int, first: Int) throws -> RecordBatch {
  var key = EventKeyBuilder(processes: ["sample"])
  var wires = DriftChamberHitsBuilder()
  var crystals = CalorimeterHitsBuilder()
  for number in first..<first + events {
    var random = CounterRandom(
      seed: 1, experiment: 0, run: 0, event: UInt64(number), purpose: RandomPurpose(rawValue: 999))
    key.append(
      EventKey(experiment: 0, run: 0, number: UInt64(number)), time: Int64(number) * 1000, weight: 1, process: 0)
    for _ in 0..<600 {
      wires.append(
        wire: UInt16(random.uniform() * 14336), tdc: Int16(random.uniform() * 500), adc: UInt16(random.uniform() * 200))
    }
    wires.endEvent()
    for _ in 0..<60 {
      crystals.append(
        crystal: UInt16(1 + random.uniform() * 8736), energy: Float(random.exponential() * 0.05),
        time: Float(random.gaussian() * 20))
    }
    crystals.endEvent()
  }
  return try RecordBatch(
    schema: Schema(fields: [EventSchema.event, EventSchema.driftChamber, EventSchema.calorimeter]),
    columns: [key.finish(), wires.finish(), crystals.finish()], count: events)
}
