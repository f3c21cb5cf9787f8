import ArrowStream
import Detector
import Foundation
import Online
import SignalMonitor
import Statistics

/// The signal monitor with all channels on accepted events of the recorded streams: what an event costs to select and fill, what a
/// refresh of all fits costs, and what filling one candidate into a spectrum costs.
func measureMonitor(_ runs: Int) throws -> [Measurement] {
  let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
  let folder = root.appending(path: "Menus/channels")
  let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".yaml") }
  let channels = try files.sorted().flatMap { file in
    let path = folder.appending(path: file)
    return try SearchChannel.read(yaml: String(contentsOf: path, encoding: .utf8), file: path.path) { name in
      Result { try String(contentsOf: folder.appending(path: name), encoding: .utf8) }
        .mapError { AttachmentProblem("\($0)") }
    }
  }
  let batches = try acceptedEvents()
  let events = batches.reduce(0) { $0 + $1.count }
  var contest = Contest(runs: runs)
  var monitor = try SignalMonitor(channels: channels)
  contest.add("selections and spectra of \(channels.count) channels", unit: "accepted event", units: events) {
    for batch in batches { try monitor.fill(batch) }
  }
  contest.addTimed("refresh of all fits after all channels filled", unit: "refresh", units: 1) {
    for batch in batches { try monitor.fill(batch) }
    return Contest.time { for index in channels.indices { _ = monitor.result(of: index, fromLast: true) } }
  }
  contest.add("refresh of all fits where nothing came in", unit: "refresh", units: 1) {
    for index in channels.indices { _ = monitor.result(of: index, fromLast: true) }
  }
  let grid = try ResolutionGrid(
    resolution: .powerLaw(scale: 0.0048, reference: 0.04, exponent: 0.66), lower: 0.001, upper: 60)
  var random = CounterRandom(seed: 1, purpose: .pseudoExperiment)
  let values = (0..<100_000).map { _ in random.uniform(0, 60) }
  var spectrum = Spectrum(grid: grid)
  contest.add("filling of a spectrum of \(grid.binCount) bins", unit: "candidate", units: values.count) {
    for value in values { spectrum.fill(value) }
  }
  return try contest.measure()
}

/// The accepted events of the recorded streams, reconstructed.
private func acceptedEvents() throws -> [RecordBatch] {
  let folder = FileManager.default.temporaryDirectory.appending(path: "sluice-monitor-\(getpid())")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  var configuration = ReplayConfiguration(
    streams: try recordedStreams(),
    chain: try TriggerChain(detector: try DetectorModel.belle2(), menu: try demonstrationMenu(), channels: [], seed: 1))
  configuration.output = folder.path
  configuration.force = true
  let result = try Replay.run(configuration)
  guard result.condition == .good else { throw BenchmarkError("replay \(result.condition.name)") }
  let reader = try StreamFileReader(
    path: folder.appending(path: "accepted.arrow").path, options: .init(columns: .named(["reco"])))
  return try (0..<reader.batchCount).map { try reader.batch($0) }
}
