import ArrowStream
import Detector
import EventModel
import Foundation
import HighLevelTrigger
import Level1
import Menu
import Online
import Testing
import TriggerStudies

@Suite("Replay with dead time", .serialized)
struct DeadtimeReplayTests {
  private static let menu = """
    menu: test
    version: 1
    level1:
      inputs: belle2
      lines:
        - name: every
          bits: ecl_active and !veto
        - name: third
          bits: ecl_active
          prescale: 3
    high_level:
      inputs: belle2
      lines:
        - name: clusters
          when: n_clusters(E > 0.2 GeV) >= 1
    """

  /// Events of weight 1, 12 us apart on average in bursts.
  private static func write(_ path: String, events: Int, weight: Float = 1, interval: Int64 = 12_000) throws {
    let detector = try DetectorModel.belle2()
    let geometry = detector.geometryVersion
    let empty = try SampleStream.batch(first: 0, count: 0, interval: interval, geometry: geometry, weight: weight)
    let writer = try StreamFileWriter(path: path, schema: empty.schema)
    for first in stride(from: 0, to: events, by: 200) {
      try writer.write(
        try SampleStream.batch(
          first: UInt64(first), count: min(200, events - first), interval: interval, geometry: geometry, weight: weight)
      )
    }
    try writer.finish()
  }

  private func configuration(
    _ streams: [String], _ folder: TemporaryFolder, _ change: (inout Level1Timing) -> Void
  ) throws -> ReplayConfiguration {
    let menu = try TriggerMenu(
      text: Self.menu,
      vocabularies: MenuVocabularies(
        level1: [Level1Vocabulary.belle2], highLevel: [HighLevelVocabulary.belle2.vocabulary]))
    var timing = Level1Timing()
    change(&timing)
    let chain = try TriggerChain(detector: .belle2(), menu: menu, channels: [], seed: 1, timing: timing)
    var configuration = ReplayConfiguration(streams: streams, chain: chain)
    configuration.output = folder.file("out")
    configuration.force = true
    return configuration
  }

  @Test("books what the read-out loses as vetoed at level 1, by cause, the same with 1 and 3 workers and any batches")
  func booked() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("events.arrow")
    try Self.write(path, events: 1500)
    var hashes: Set<DecisionHash> = []
    var bytes: Set<Int> = []
    for workers in [1, 3] {
      var configuration = try configuration([path], folder) {
        $0.samples = .six
        $0.injection = try? DetectorModel.belle2().injection
      }
      configuration.workers = workers
      configuration.batchSize = 50 * workers
      let result = try Replay.run(configuration)
      #expect(result.condition == .good)
      hashes.insert(result.decisionHash)
      bytes.insert(try fingerprint(#require(result.accepted)))

      let time = try #require(result.level1Time)
      let deadtime = try #require(time.deadtime)
      let level1 = try #require(result.ledger["level1"])
      let lost = deadtime.requested - deadtime.accepted
      #expect(lost > 300, "twice as many triggers as can be sent")
      #expect(level1.vetoed == lost && level1.passed == deadtime.accepted)
      #expect(level1.entered == level1.passed + level1.rejected + level1.vetoed)
      for stage in ["builder", "collector"] { #expect(result.ledger[stage]?.vetoed == lost) }
      #expect(deadtime.causes.reduce(0) { $0 + $1.events } == lost)
      #expect(result.study.all.level1Accepted.events == deadtime.accepted)

      // The verdicts say the same, event by event.
      let verdicts = try StreamFileReader(path: try #require(result.verdicts))
      var found: [UInt8: Int] = [:]
      var vetoed = 0
      for index in 0..<verdicts.batchCount {
        let batch = try verdicts.batch(index)
        let causes = try ColumnView<UInt8>(#require(batch.column("l1").child("dead_time")))
        let outcomes = try ColumnView<UInt8>(batch.column("outcome"))
        for row in 0..<batch.count {
          found[causes[row], default: 0] += 1
          if outcomes[row] == 3 { vetoed += 1 }
          #expect((causes[row] != 0) == (outcomes[row] == 3))
        }
      }
      #expect(vetoed == lost)
      for cause in deadtime.causes {
        let code = DeadtimeCause.allCases.first { $0.name == cause.cause }?.rawValue
        #expect(found[try #require(code)] ?? 0 == cause.events)
      }
    }
    #expect(hashes.count == 1)
    #expect(bytes.count == 1)
  }

  @Test("refuses weighted events and times that go back, and leaves nothing behind")
  func refused() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("weighted.arrow")
    try Self.write(path, events: 300, weight: 0.5)
    let error = #expect(throws: ReplayError.self) {
      try Replay.run(try configuration([path], folder) { $0.samples = .six })
    }
    #expect(error.map { "\($0)".contains("weight is 0.5") && "\($0)".contains("weighted.arrow") } ?? false)
    let reversed = folder.file("reversed.arrow")
    try Self.write(reversed, events: 300, interval: -100)
    let backwards = #expect(throws: ReplayError.self) {
      try Replay.run(try configuration([reversed], folder) { $0.samples = .three })
    }
    #expect(backwards.map { "\($0)".contains("order of run and time") } ?? false, "\(String(describing: backwards))")
    let left = (try? FileManager.default.contentsOfDirectory(atPath: folder.file("out"))) ?? []
    #expect(left.isEmpty, "\(left)")
    let plain = try Replay.run(try configuration([reversed], folder) { _ in })
    #expect(plain.condition == .good && plain.level1Time?.deadtime == nil)
    #expect(plain.level1Time?.text.contains("not simulated") ?? false)
  }
}
