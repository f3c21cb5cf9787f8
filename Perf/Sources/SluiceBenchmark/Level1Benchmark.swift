import ArrowStream
import Detector
import EventModel
import Foundation
import Level1
import Menu
import Simulation

/// Level 1 of an event with the experiment's own 175 lines, hits to `l1` column, on one core: the recorded streams (background
/// level 0.2), and muon, Bhabha and B Bbar pairs simulated again at level 1; then what each block of it takes.
func measureLevel1(_ runs: Int) throws -> [Measurement] {
  let detector = try DetectorModel.belle2()
  let menu = try TriggerMenu(
    contentsOf: projectRoot.appending(path: "Menus/belle2-ftd36.yaml").path,
    vocabularies: MenuVocabularies(level1: Level1Vocabulary.sets, highLevel: [Vocabulary(name: "none")]))
  let level = menu.level1.compile()
  var samples = try recordedBatches().map { (name: "\($0.process) at 0.2", batch: $0.batch) }
  for process in ["bhabha", "mumu", "BBbar"] {
    samples.append(("\(process) at 1", try simulated(process, background: 1, detector)))
  }
  var all: [Measurement] = []
  for (name, batch) in samples {
    all.append(try measureEvents(name, batch, Level1Trigger(level: level, detector: detector, seed: 1), runs))
  }
  for (name, batch) in samples where ["bhabha at 0.2", "mumu at 0.2", "BBbar at 0.2", "BBbar at 1"].contains(name) {
    all += try measureBlocks(name, batch, Level1Trigger(level: level, detector: detector, seed: 1), runs)
  }
  return all
}

/// A recorded stream's collisions in another background.
func simulated(_ process: String, background: Double, _ detector: DetectorModel) throws -> RecordBatch {
  let path = projectRoot.appending(path: "Replay/\(process).arrow").path
  var response = try DetectorResponse(detector: detector, background: background, seed: 1)
  var builders = SimulatedEventBuilders(processes: [process])
  for event in try generatedEvents(path: path, most: 200) {
    try response.respond(to: event, experiment: 1, run: 1, into: &builders)
  }
  return try builders.finish()
}

/// Time of an event in batches of 64, as a replay has them: the sum of the least disturbed runs of each batch, which are shorter than
/// what a busy machine lets a program have at a time.
private func measureEvents(
  _ name: String, _ batch: RecordBatch, _ level1: Level1Trigger, _ runs: Int
) throws -> Measurement {
  let parts = stride(from: 0, to: batch.count, by: 64).map { batch.slice($0..<min($0 + 64, batch.count)) }
  var least = [Double](repeating: .infinity, count: parts.count)
  var totals: [Double] = []
  for run in 0...runs {
    var total = 0.0
    for (index, part) in parts.enumerated() {
      let spent = try Contest.time { _ = try level1.process(part) }
      total += spent
      if run > 0 { least[index] = min(least[index], spent) }
    }
    if run > 0 { totals.append(total / Double(batch.count)) }
  }
  return Measurement(
    name: "level 1, 175 lines, \(name)", nanoseconds: least.reduce(0, +) / Double(batch.count), median: median(totals),
    unit: "event")
}

/// Time and share of each block: the least disturbed run of each, without what looking at the clock takes.
private func measureBlocks(
  _ name: String, _ batch: RecordBatch, _ level1: Level1Trigger, _ runs: Int
) throws -> [Measurement] {
  let blocks = Level1Block.allCases
  var times = Array(repeating: [Double](), count: blocks.count)
  let looking = BlockStopwatch.timeOfLooking()
  for run in 0...runs {
    var stopwatch = BlockStopwatch()
    stopwatch.start()
    _ = try level1.process(batch, observer: &stopwatch)
    guard run > 0 else { continue }
    for block in blocks {
      let spent = Double(stopwatch.nanoseconds[block.rawValue]) - looking * Double(stopwatch.looks[block.rawValue])
      times[block.rawValue].append(max(spent, 0) / Double(batch.count))
    }
  }
  let best = times.map { $0.min() ?? 0 }
  let sum = best.reduce(0, +)
  return blocks.map { block in
    Measurement(
      name: "  \(block.name)", nanoseconds: best[block.rawValue], median: median(times[block.rawValue]), unit: "event",
      partner: "all blocks of level 1, \(name)", ratio: best[block.rawValue] / sum)
  }
}

/// Adds up the time that each block of level 1 takes.
private struct BlockStopwatch: Level1BlockObserver {
  private(set) var nanoseconds = [UInt64](repeating: 0, count: Level1Block.allCases.count)
  private(set) var looks = [Int](repeating: 0, count: Level1Block.allCases.count)
  private var last: UInt64 = 0

  mutating func start() { last = DispatchTime.now().uptimeNanoseconds }

  mutating func ended(_ block: Level1Block) {
    let now = DispatchTime.now().uptimeNanoseconds
    nanoseconds[block.rawValue] += now - last
    looks[block.rawValue] += 1
    last = now
  }

  /// What one look at the clock takes in nanoseconds.
  static func timeOfLooking() -> Double {
    var least = Double.infinity
    for _ in 0..<20 {
      var stopwatch = BlockStopwatch()
      stopwatch.start()
      for _ in 0..<1000 { stopwatch.ended(.check) }
      least = min(least, Double(stopwatch.nanoseconds[Level1Block.check.rawValue]) / 1000)
    }
    return least
  }
}
