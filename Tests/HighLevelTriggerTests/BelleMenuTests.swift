import Foundation
import HighLevelTrigger
import Level1
import Menu
import Testing

/// The menu of the experiment's software trigger, made from its table.
@Suite("Menu of the Belle II software trigger") struct BelleMenuTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Menus")
  private static let vocabularies = MenuVocabularies(
    level1: Level1Vocabulary.sets, highLevel: [HighLevelVocabulary.belle2.vocabulary])

  @Test("It is read without an error, runs, and holds the published lines as they were published")
  func menu() throws {
    let menu = try TriggerMenu(
      contentsOf: Self.folder.appending(path: "belle2-hlt.yaml").path(), vocabularies: Self.vocabularies)
    _ = try HighLevelTrigger(detector: .belle2(), menu: menu, seed: 1)
    #expect(menu.level1.lines.count == 175)
    #expect(menu.highLevel.lines.count >= 80 && menu.skims.lines.count >= 25)
    #expect(menu.highLevel.mode == .reject && menu.skims.mode == .accept)
    #expect(menu.highLevel.largestEvent == EventSizeLimits())
    let line = try #require(menu.highLevel.lines.first { $0.name.hasPrefix("2_loose_tracks_inc_1_tight_q==0") })
    #expect(
      line.expression
        == "nTrkLoose == 2 and nTrkTight >= 1 and netChargeLoose == 0 and maximumPCMS < 0.8 GeV and eexx == 0")
    let flat = menu.highLevel.lines.filter { $0.name.hasPrefix("ee_flat_") }
    #expect(flat.map(\.prescale) == [15, 40, 27, 15, 8, 5, 3, 1, 1])
    #expect(menu.highLevel.lines.first { $0.name == "displaced_vertex" }?.expression == "displacedVertex != 0")
  }

  @Test("The script translated every cut as the importer does")
  func translation() throws {
    let menu = try TriggerMenu(
      contentsOf: Self.folder.appending(path: "belle2-hlt.yaml").path(), vocabularies: Self.vocabularies)
    let imported = try MenuImport(
      contentsOf: Self.folder.appending(path: "belle2/hlt-lines.tsv").path(), options: .init(name: "hlt"),
      vocabularies: Self.vocabularies)
    let other = try TriggerMenu(text: imported.yaml, vocabularies: Self.vocabularies)
    // What only the menu has is ours; what only the table has needs a level-1 line that version 36 has not.
    for (made, read, own, left) in [
      (menu.highLevel, other.highLevel, ["displaced_vertex_flight"], ["passthrough_l1_trigger_f"]),
      (menu.skims, other.skims, [], []),
    ] {
      #expect(Set(made.lines.map(\.name)).subtracting(read.lines.map(\.name)) == Set(own))
      #expect(Set(read.lines.map(\.name)).subtracting(made.lines.map(\.name)) == Set(left))
      for line in read.lines {
        guard let same = made.lines.first(where: { $0.name == line.name }) else { continue }
        #expect(same.canonicalExpression == line.canonicalExpression && same.prescale == line.prescale)
      }
    }
  }
}
