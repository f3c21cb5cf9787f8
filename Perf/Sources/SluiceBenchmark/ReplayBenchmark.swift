import ArrowStream
import Detector
import Foundation
import Online
import SignalMonitor

/// The whole chain on the recorded streams, and its share that is not physics: the same streams only read and written.
func measureReplay(_ runs: Int) throws -> [Measurement] {
  let streams = try recordedStreams()
  let detector = try DetectorModel.belle2()
  let menu = try demonstrationMenu()
  let folder = FileManager.default.temporaryDirectory.appending(path: "sluice-replay-\(getpid())")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  let readers = try streams.map { try StreamFileReader(path: $0) }
  let once = try readers.reduce(0) { sum, reader in
    try (0..<reader.batchCount).reduce(sum) { try $0 + reader.describe(batch: $1).rows }
  }
  let repeats = 10
  var contest = Contest(runs: min(runs, 3))
  for workers in [1, 2] {
    contest.add(
      "replay, \(workers) worker\(workers == 1 ? "" : "s"), with outputs", unit: "event", units: once * repeats
    ) {
      var configuration = ReplayConfiguration(
        streams: streams, chain: try TriggerChain(detector: detector, menu: menu, channels: [], seed: 1))
      configuration.workers = workers
      configuration.repeats = repeats
      configuration.output = folder.path
      configuration.force = true
      let result = try Replay.run(configuration)
      guard result.condition == .good else { throw BenchmarkError("replay \(result.condition.name)") }
    }
  }
  contest.add("  the streams only read and written", unit: "event", units: once) {
    for (index, reader) in readers.enumerated() {
      let writer = try StreamFileWriter(
        path: folder.appending(path: "copy-\(index).arrow").path, schema: reader.schema, options: .init(force: true))
      for batch in 0..<reader.batchCount { try writer.write(try reader.batch(batch)) }
      try writer.finish()
    }
  }
  return try contest.measure()
}
