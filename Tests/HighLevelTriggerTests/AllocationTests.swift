import ArrowStream
import CAllocationCount
import Detector
import EventModel
import Foundation
import HighLevelTrigger
import Level1
import Menu
import Reconstruction
import Testing

/// How often the trigger asks for memory: counted by a `malloc` of the test program's own.
@Suite("Memory of the high-level trigger") struct AllocationTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// Events of a recorded stream, over and over.
  private static func recorded(_ name: String, _ rows: [Int]) throws -> RecordBatch {
    let reader = try StreamFileReader(path: root.appending(path: "Replay/\(name).arrow").path())
    return try reader.batch(0).taking(rows: rows)
  }

  private static func demonstration() throws -> TriggerMenu {
    try TriggerMenu(
      contentsOf: root.appending(path: "Menus/low-multiplicity.yaml").path(),
      vocabularies: MenuVocabularies(
        level1: [Level1Vocabulary.belle2], highLevel: [HighLevelVocabulary.belle2.vocabulary]))
  }

  /// Allocations of this thread during some work.
  private static func allocations(_ work: () throws -> Void) rethrows -> Int {
    let before = sluice_allocation_count()
    try work()
    return Int(sluice_allocation_count() - before)
  }

  private static let isCounting = allocations { _ = [Int](repeating: 1, count: .random(in: 2...3)).shuffled() } > 0

  @Test("The counter sees what Swift allocates", .enabled(if: Self.isCounting))
  func counter() {
    var arrays: [[Int]] = []
    arrays.reserveCapacity(20)
    let count = Self.allocations { for size in 1...20 { arrays.append([Int](repeating: size, count: size)) } }
    #expect(count == 20 && arrays.count == 20)
    let raw = Self.allocations { UnsafeMutableRawPointer.allocate(byteCount: 100, alignment: 64).deallocate() }
    #expect(raw == 1)
  }

  @Test(
    "Clusters, tracks, matching, muons and vertices allocate nothing once their memory has grown",
    .enabled(if: Self.isCounting), arguments: ["BBbar", "mumu", "tautau"])
  func steps(stream: String) throws {
    let menu = try Self.demonstration()
    let batch = try Fixture.triggered(Self.recorded(stream, Array(0..<40)), menu)
    var events = EventReconstruction(detector: try .belle2())
    let steps: ReconstructionSteps = [.clusters, .tracks, .matching, .muons, .vertices]
    for _ in 0..<2 {
      try events.begin(batch)
      for row in 0..<40 { events.run(steps, row: row) }
    }
    try events.begin(batch)
    let count = Self.allocations { for row in 0..<40 { events.run(steps, row: row) } }
    #expect(count == 0)
    #expect(events.executions[1] == 120)
  }

  @Test("A batch of events costs allocations, its events cost none", .enabled(if: Self.isCounting))
  func trigger() throws {
    let menu = try Self.demonstration()
    var trigger = try HighLevelTrigger(detector: .belle2(), menu: menu, seed: 1)
    for stream in ["BBbar", "mumu", "tautau"] {
      let once = try Fixture.triggered(Self.recorded(stream, Array(0..<32)), menu)
      let twice = try Fixture.triggered(Self.recorded(stream, Array(0..<32) + Array(0..<32)), menu)
      // Columns begin with the room that those of the batch before took.
      for batch in [twice, once, once] { _ = try trigger.process(batch) }
      let few = try Self.allocations { _ = try trigger.process(once) }
      for _ in 0..<2 { _ = try trigger.process(twice) }
      let many = try Self.allocations { _ = try trigger.process(twice) }
      #expect(few > 0 && abs(many - few) < 8, "\(stream): \(few) for 32 events, \(many) for 64")
    }
  }
}
