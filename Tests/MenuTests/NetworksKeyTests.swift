import Menu
import Testing

/// The key `networks:` of level 1: a file that the menu names and its hash covers.
@Suite("Table of network weights in a menu")
struct NetworksKeyTests {
  private static let text = """
    menu: m
    version: 1
    level1:
      networks: weights/mine.tsv
      lines:
        - {name: a, bits: t2_0}
    """

  private func menu(_ files: [String: String]) throws(MenuError) -> TriggerMenu {
    var vocabulary = Vocabulary(name: "test")
    vocabulary.addBit("t2_0", "one 2-D track")
    return try TriggerMenu(
      contentsOf: "menus/m.yaml", vocabularies: MenuVocabularies(level1: [vocabulary], highLevel: [vocabulary]),
      files: .memory(files))
  }

  @Test("is read relative to the menu, and another table makes another hash")
  func contents() throws {
    let one = try menu(["menus/m.yaml": Self.text, "menus/weights/mine.tsv": "1"])
    #expect(one.level1.networks == one.level1.compile().networks)
    #expect(one.level1.networks?.path == "menus/weights/mine.tsv")
    #expect(one.level1.networks?.text == "1")
    let other = try menu(["menus/m.yaml": Self.text, "menus/weights/mine.tsv": "2"])
    let none = try menu([
      "menus/m.yaml": Self.text.replacing("  networks: weights/mine.tsv\n", with: "")
    ])
    #expect(none.level1.networks == nil)
    #expect(Set([one.contentHash, other.contentHash, none.contentHash]).count == 3)
  }

  @Test("must be there")
  func missing() throws {
    let error = #expect(throws: MenuError.self) { try menu(["menus/m.yaml": Self.text]) }
    #expect(
      error.map { "\($0)" }?.contains("menus/m.yaml:4:13: error: cannot read the table of network weights") ?? false,
      "\(String(describing: error))")
  }
}
