import ArrowStream
import Detector
import EventModel
import Foundation
import HighLevelTrigger
import Level1
import Menu
import Reconstruction

/// Level 1, high-level trigger and reconstruction per event, for each recorded process, on one core; then the high-level trigger of muon
/// and B Bbar pairs at background levels 0 to 1.
func measureTrigger(_ runs: Int) throws -> [Measurement] {
  let detector = try DetectorModel.belle2()
  let menu = try demonstrationMenu()
  let displacedMenu = try committedMenu("displaced-vertex.yaml")
  var all: [Measurement] = []
  for (process, batch) in try recordedBatches() {
    let level1 = try Level1Trigger(level: menu.level1.compile(), detector: detector, seed: 1)
    let decided = try batch.appending(EventSchema.level1, level1.process(batch))
    let column = try Level1Column(decided)
    let accepted = decided.taking(rows: (0..<decided.count).filter { column.accepted[$0] })
    var contest = Contest(runs: runs)
    contest.add("level 1, \(process)", unit: "event", units: batch.count) { _ = try level1.process(batch) }
    let displaced = try Level1Trigger(level: displacedMenu.level1.compile(), detector: detector, seed: 1)
    contest.add("level 1 with displaced vertices, \(process)", unit: "event", units: batch.count) {
      _ = try displaced.process(batch)
    }
    all += try contest.measure()
    guard accepted.count > 0 else { continue }
    var highLevel = try HighLevelTrigger(detector: detector, menu: menu, seed: 1)
    let seen = try accepted.appending(EventSchema.highLevel, highLevel.process(accepted))
    var reconstruction = Reconstruction(detector: detector)
    contest = Contest(runs: runs)
    contest.add("high-level trigger, \(process)", unit: "accepted event", units: accepted.count) {
      _ = try highLevel.process(accepted)
    }
    all += try contest.measure()
    contest = Contest(runs: runs)
    contest.add("reconstruction that is left, \(process)", unit: "accepted event", units: accepted.count) {
      _ = try reconstruction.process(seen, steps: .standard)
    }
    all += try contest.measure()
  }
  for process in ["mumu", "BBbar"] {
    for background in [0, 0.2, 0.5, 1] {
      let batch = try simulated(process, background: background, detector)
      let level1 = try Level1Trigger(level: menu.level1.compile(), detector: detector, seed: 1)
      let decided = try batch.appending(EventSchema.level1, level1.process(batch))
      let column = try Level1Column(decided)
      let accepted = decided.taking(rows: (0..<decided.count).filter { column.accepted[$0] })
      var highLevel = try HighLevelTrigger(detector: detector, menu: menu, seed: 1)
      var contest = Contest(runs: runs)
      contest.add(
        "high-level trigger, \(process) at \(background)", unit: "accepted event", units: max(1, accepted.count)
      ) { _ = try highLevel.process(accepted) }
      all += try contest.measure()
    }
  }
  return all
}

/// The project's root folder.
let projectRoot = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .deletingLastPathComponent().deletingLastPathComponent()

/// The streams of `Replay`, by path.
func recordedStreams() throws -> [String] {
  let folder = projectRoot.appending(path: "Replay")
  let streams = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".arrow") }
  guard !streams.isEmpty else { throw BenchmarkError("\(folder.path): no streams") }
  return streams.sorted().map { folder.appending(path: $0).path }
}

/// The menu of the demonstration.
func demonstrationMenu() throws -> TriggerMenu { try committedMenu("low-multiplicity.yaml") }

/// A menu of `Menus`.
func committedMenu(_ name: String) throws -> TriggerMenu {
  try TriggerMenu(
    contentsOf: projectRoot.appending(path: "Menus").appending(path: name).path,
    vocabularies: MenuVocabularies(
      level1: [Level1Vocabulary.belle2], highLevel: [HighLevelVocabulary.belle2.vocabulary]))
}

func recordedBatches() throws -> [(process: String, batch: RecordBatch)] {
  try recordedStreams().map { path in
    let reader = try StreamFileReader(path: path)
    let batches = try (0..<reader.batchCount).map { try reader.batch($0) }
    let batch = try RecordBatch.concatenating(batches)
    let process = try EventKeyColumn(batch).processLabel(0) ?? "unlabelled"
    return (process, batch)
  }
}
