import ArrowStream
import Detector
import EventModel
import Foundation
import HighLevelTrigger
import Level1
import Menu
import Online
import SignalMonitor
import Testing

@Suite("Replay of recorded collisions", .serialized)
struct PhysicsReplayTests {
  /// The project's folder, where the recorded streams and menus are.
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path

  private func configuration(_ streams: [String], _ folder: TemporaryFolder) throws -> ReplayConfiguration {
    let menu = try TriggerMenu(
      contentsOf: "\(Self.root)/Menus/low-multiplicity.yaml",
      vocabularies: MenuVocabularies(
        level1: [Level1Vocabulary.belle2], highLevel: [HighLevelVocabulary.belle2.vocabulary]))
    let chain = try TriggerChain(detector: .belle2(), menu: menu, channels: [], seed: 1)
    var configuration = ReplayConfiguration(streams: streams, chain: chain)
    configuration.output = folder.file("out")
    configuration.force = true
    return configuration
  }

  @Test(
    "the demonstration menu on recorded streams: same decisions and bytes with 1, 2 and 4 workers and without truth")
  func deterministic() throws {
    let folder = try TemporaryFolder()
    let streams = ["mumu", "tautau"].map { "\(Self.root)/Replay/\($0).arrow" }
    var hashes: Set<DecisionHash> = []
    var bytes: Set<Int> = []
    for workers in [1, 2, 4] {
      var configuration = try configuration(streams, folder)
      configuration.workers = workers
      configuration.batchSize = 64 * workers
      let result = try Replay.run(configuration)
      #expect(result.condition == .good)
      hashes.insert(result.decisionHash)
      bytes.insert(try fingerprint(#require(result.accepted)))
      #expect(try #require(result.ledger["collector"]).passed > 100)
    }
    #expect(hashes.count == 1)
    #expect(bytes.count == 1)

    // The same streams without what was simulated, in other batches.
    let bare = try streams.map { path -> String in
      let reader = try StreamFileReader(path: path, options: .init(columns: .except(["truth", "hit_truth"])))
      let copy = folder.file(URL(fileURLWithPath: path).lastPathComponent)
      let writer = try StreamFileWriter(path: copy, schema: reader.schema)
      var chunks = Rechunker()
      for index in 0..<reader.batchCount { chunks.append(try reader.batch(index)) }
      while let batch = try chunks.take(77) { try writer.write(batch) }
      try writer.finish()
      return copy
    }
    let result = try Replay.run(try configuration(bare, folder))
    #expect(result.condition == .good)
    #expect(hashes == [result.decisionHash])
  }

  @Test("events too large for the menu are set aside, counted at the trigger and by the collector, and lost nowhere")
  func tooLarge() throws {
    let folder = try TemporaryFolder()
    let stream = "\(Self.root)/Replay/mumu.arrow"
    let reader = try StreamFileReader(path: stream)
    var sizes: [Int] = []
    for index in 0..<reader.batchCount {
      let batch = try reader.batch(index)
      let hits = try DriftChamberHits(batch)
      for row in 0..<batch.count { sizes.append(hits.rows[row].count) }
    }
    let limit = sizes.sorted()[sizes.count / 2]
    let large = sizes.count { $0 > limit }
    let events = sizes.count
    #expect(large > 0)
    let text = """
      menu: small
      version: 1
      level1:
        lines:
          - {name: all, when: "true"}
      high_level:
        largest_event: {cdc_hits: \(limit)}
        lines:
          - {name: all, when: "nElow >= 0"}
      skims:
        lines:
          - {name: with_cluster, when: "nEmedium >= 1"}
      """
    let menu = try TriggerMenu(
      text: text,
      vocabularies: MenuVocabularies(
        level1: [Level1Vocabulary.belle2], highLevel: [HighLevelVocabulary.belle2.vocabulary]))
    var configuration = ReplayConfiguration(
      streams: [stream], chain: try TriggerChain(detector: .belle2(), menu: menu, channels: [], seed: 1))
    configuration.workers = 2
    configuration.output = folder.file("out")
    let result = try Replay.run(configuration)
    #expect(result.condition == .good)
    let trigger = try #require(result.ledger["hlt"])
    #expect(trigger.setAside == large && trigger.passed == events - large && trigger.inFlight == 0)
    let collector = try #require(result.ledger["collector"])
    #expect(collector.setAside == large && collector.passed == events - large && collector.inFlight == 0)
    #expect(result.ledger.imbalances(whenFinished: true).isEmpty)
    // The skim has a rate of its own and takes nothing from the line's.
    let counts = result.study.all.highLevel
    #expect(counts[0].unique.events == events - large && counts[1].unique.events == 0)
    #expect(counts[1].afterPrescale.events > 0)
  }
}
