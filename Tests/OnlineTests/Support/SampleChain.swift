import ArrowStream
import EventModel
import Foundation
import Online
import Statistics
import Synchronization

/// Trivial physics: decisions made of the numbers of hits, so that everything around them can be tested.
enum SampleChain {
  static let level1Lines = ["many_wires", "clusters", "every_third"]
  static let highLevelLines = ["points", "energy"]

  /// A chain; `delay` is called by the high-level trigger before each batch, `failing` makes a stage throw at an event.
  static func make(
    delay: @escaping @Sendable () -> Void = {}, failing: (stage: String, event: UInt64)? = nil,
    onProcess: @escaping @Sendable (_ stage: String, _ batch: RecordBatch) -> Void = { _, _ in }
  ) -> TriggerChain {
    func fails(_ stage: String) -> UInt64? { failing.flatMap { $0.stage == stage ? $0.event : nil } }
    let level1 = fails("level1")
    let highLevel = fails("hlt")
    let reconstruction = fails("reconstruction")
    return TriggerChain(
      level1Lines: level1Lines, highLevelLines: highLevelLines, metadata: ["sluice.menu": "sample"],
      makeLevel1: { SampleLevel1(failing: level1, onProcess: onProcess) },
      makeHighLevel: { SampleHighLevel(failing: highLevel, delay: delay, onProcess: onProcess) },
      makeReconstruction: { SampleReconstruction(failing: reconstruction, onProcess: onProcess) },
      makeMonitor: { SampleMonitor() })
  }
}

struct PlantedFailure: Error, CustomStringConvertible {
  let event: UInt64
  var description: String { "planted failure at event \(event)" }
}

private func check(_ batch: RecordBatch, _ failing: UInt64?) throws {
  guard let failing else { return }
  let keys = try EventKeyColumn(batch)
  for row in 0..<keys.count where keys.number[row] == failing { throw PlantedFailure(event: failing) }
}

struct SampleLevel1: BatchProcessor {
  let failing: UInt64?
  let onProcess: @Sendable (String, RecordBatch) -> Void
  private var counter = 0

  init(failing: UInt64?, onProcess: @escaping @Sendable (String, RecordBatch) -> Void) {
    self.failing = failing
    self.onProcess = onProcess
  }

  mutating func process(_ batch: RecordBatch) throws -> ArrayData {
    onProcess("level1", batch)
    try check(batch, failing)
    let wires = try DriftChamberHits(batch)
    let crystals = try CalorimeterHits(batch)
    _ = try MuonHits(batch)
    var level1 = Level1Builder()
    for row in 0..<batch.count {
      var before: UInt32 = 0
      if wires.rows[row].count > 50 { before |= 1 }
      if crystals.rows[row].count > 24 { before |= 2 }
      before |= 4
      // A prescale of 3 by counter, in stream order.
      counter += 1
      let after = counter % 3 == 0 ? before : before & ~4
      for words in 0..<10 {
        level1.input.append(words == 0 ? before : 0)
        level1.beforePrescale.append(words == 0 ? before : 0)
        level1.afterPrescale.append(words == 0 ? after : 0)
      }
      level1.prescaleVersion.append(1)
      level1.accepted.append(after != 0)
      level1.deadTime.append(0)
      level1.time.append(Float(wires.rows[row].count))
      level1.timingSource.append(3)
      level1.timingQuality.append(2)
      level1.energyPhysics.append(1)
      level1.energyTotal.append(2)
      level1.isolatedClusters.append(1)
      level1.muonSectors.append(0)
      level1.segments.endEvent()
      level1.tracks.endEvent()
      level1.clusters.endEvent()
    }
    return level1.finish()
  }
}

struct SampleHighLevel: BatchProcessor {
  let failing: UInt64?
  let delay: @Sendable () -> Void
  let onProcess: @Sendable (String, RecordBatch) -> Void

  mutating func process(_ batch: RecordBatch) throws -> ArrayData {
    if batch.count > 0 { delay() }
    onProcess("hlt", batch)
    try check(batch, failing)
    let points = try SiliconHits(batch)
    let crystals = try CalorimeterHits(batch)
    let level1 = try Level1Column(batch)
    var builder = HighLevelBuilder()
    for row in 0..<batch.count {
      var energy: Float = level1.time[row] * 0
      for index in crystals.rows[row] { energy += crystals.energy[index] }
      let first: Int8 = points.rows[row].count > 4 ? 1 : 0
      let second: Int8 = energy > 12 ? 1 : 0
      builder.results.append(first)
      builder.results.append(second)
      builder.beforePrescale.append(UInt32(first) | UInt32(second) << 1)
      builder.variables.append(energy)
      builder.endEvent(verdict: first == 1 || second == 1 ? 1 : 0, steps: 1)
    }
    return builder.finish()
  }
}

struct SampleReconstruction: BatchProcessor {
  let failing: UInt64?
  let onProcess: @Sendable (String, RecordBatch) -> Void

  mutating func process(_ batch: RecordBatch) throws -> ArrayData {
    onProcess("reconstruction", batch)
    try check(batch, failing)
    let decisions = try HighLevelColumn(batch)
    var builder = ReconstructionBuilder()
    for row in 0..<batch.count { builder.endEvent(steps: decisions.steps[row], eventTime: 1) }
    return builder.finish()
  }
}

struct SampleMonitor: EventMonitor {
  private(set) var events = 0
  mutating func fill(_ batch: RecordBatch) throws {
    _ = try ReconstructionColumn(batch)
    events += batch.count
  }
}

/// The bytes of a file, as a fingerprint.
func fingerprint(_ path: String) throws -> Int {
  try Data(contentsOf: URL(fileURLWithPath: path)).hashValue
}
