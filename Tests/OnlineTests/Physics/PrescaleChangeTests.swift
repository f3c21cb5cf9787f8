import ArrowStream
import Detector
import EventModel
import Foundation
import HighLevelTrigger
import Level1
import Menu
import Online
import Testing

@Suite("Prescales that change between two batches")
struct PrescaleChangeTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path

  private func menu(prescale: Int) throws -> TriggerMenu {
    try TriggerMenu(
      text: """
        menu: changing
        version: 1
        level1:
          lines:
            - {name: everything, prescale: \(prescale), when: "true"}
        high_level:
          lines:
            - {name: everything, when: "nElow >= 0"}
        """,
      vocabularies: MenuVocabularies(
        level1: [Level1Vocabulary.belle2], highLevel: [HighLevelVocabulary.belle2.vocabulary]))
  }

  @Test("events carry the version in force, counting goes on, and the stream says what each version is")
  func change() throws {
    let chain = try TriggerChain(
      detector: .belle2(), menu: menu(prescale: 1), channels: [], seed: 1,
      otherPrescales: [menu(prescale: 10)])
    #expect(chain.metadata[StreamMetadata.level1Prescales] == "1;10")
    let reader = try StreamFileReader(path: "\(Self.root)/Replay/mumu.arrow")
    let batch = try reader.batch(0)
    var level1 = try #require(try chain.makeLevel1() as? any PrescalingProcessor)
    let before = try Level1Column(try level1.process(batch))
    try level1.usePrescales(version: 1)
    let after = try Level1Column(try level1.process(batch))
    #expect((0..<batch.count).allSatisfy { before.prescaleVersion[$0] == 0 && after.prescaleVersion[$0] == 1 })
    func passing(_ column: Level1Column) -> [Int] {
      (0..<batch.count).filter { column.afterPrescale[$0 * EventSchema.level1Words] & 1 != 0 }
    }
    #expect(passing(before).count == batch.count)
    // Of all events seen since the beginning, every tenth.
    #expect(passing(after) == (0..<batch.count).filter { (batch.count + $0 + 1) % 10 == 0 })
    #expect(throws: (any Error).self) { try level1.usePrescales(version: 2) }
  }
}
