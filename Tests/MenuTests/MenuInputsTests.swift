import Menu
import Statistics
import TestSupport
import Testing

@Suite("Inputs of a menu: other sets, inputs that are not built, prescales in columns")
struct MenuInputsTests {
  // MARK: - Inputs that are not built

  private static func menu(_ head: String, _ prescale: String) -> String {
    """
    menu: test
    level1:
      \(head)
      lines:
        - {name: fitted, bits: t3_0 and !veto, prescale: \(prescale)}
        - {name: tracks, bits: t2_1}
    """
  }

  @Test("a line that needs them is an error, a warning when it is off, and masked when the menu says so")
  func notBuilt() throws {
    let refused = TestMenus.diagnostics(Self.menu("budget: 1 kHz", "1"))
    #expect(refused.count == 1 && refused[0].contains("error: 't3_0' is known but not built"))
    #expect(TestMenus.diagnostics(Self.menu("unknown: refused", "2")).map { $0.contains("error: 't3_0'") } == [true])

    let off = try TestMenus.read(Self.menu("budget: 1 kHz", "0"))
    #expect(off.level1.lines.map(\.isMasked) == [true, false])
    #expect(
      off.warnings.map(\.message) == [
        "the line 'fitted' is off and cannot be evaluated: t3_0: the 3-D track fitter is not built yet"
      ])

    let masked = try TestMenus.read(Self.menu("unknown: masked", "1"))
    #expect(masked.level1.lines.map(\.isMasked) == [true, false])
    #expect(masked.level1.lines[0].maskReason == "t3_0: the 3-D track fitter is not built yet")
    #expect(masked.level1.lines[0].expression == "t3_0 and not veto")
    #expect(
      masked.warnings.map(\.description) == [
        "test.yaml:3:12: warning: 1 line is masked, since inputs are not built: fitted; "
          + "t3_0: the 3-D track fitter is not built yet"
      ])
    #expect(try masked.contentHash != TestMenus.read(Self.menu("unknown: masked", "0")).contentHash)
    #expect(TestMenus.diagnostics(Self.menu("unknown: maskd", "1"))[0].contains("did you mean 'masked'?"))
  }

  @Test("a masked line is still checked for everything else, and seeds nothing")
  func maskedIsChecked() {
    #expect(
      TestMenus.diagnostics(Self.menu("unknown: masked", "1").replacing("!veto", with: "!vetto"))
        .contains { $0.contains("error: unknown name 'vetto'") })
    #expect(
      TestMenus.diagnostics(
        Self.menu("unknown: masked", "1")
          + "\nhigh_level:\n  lines:\n    - {name: h, after: fitted, when: energy_sum > 1 GeV}"
      ).contains { $0.contains("warning: the level-1 line 'fitted' is masked and seeds nothing") })
  }

  // MARK: - Sets of inputs

  @Test("a menu may list its input bits itself: their order is that of the words")
  func ownInputs() throws {
    let text = """
      menu: test
      level1:
        inputs:
          name: mine
          bits: veto t2_1 extra
            t2_0
        lines:
          - {name: sum, bits: "1 !0 + 3"}
          - {name: number, bits: t2 > 0}
          - {name: unknown, bits: extra}
      """
    #expect(
      TestMenus.diagnostics(text).contains { $0.contains("'extra' is known but not built: this program has no such") })
    let menu = try TriggerMenu(text: text, vocabularies: TestMenus.vocabularies.withGivenBits())
    #expect(menu.level1.vocabulary.bits.map(\.name) == ["veto", "t2_1", "extra", "t2_0"])
    #expect(menu.level1.lines.map(\.expression) == ["t2_1 and not veto or t2_0", "t2 > 0", "extra"])
    let evaluator = WordEvaluator(menu)
    var words = [UInt32](repeating: 0, count: 40)
    for (event, word) in [UInt32(0b0010), 0b0011, 0b1001, 0b0100].enumerated() { words[event * 10] = word }
    evaluator.evaluate(words[...])
    #expect([0, 10, 20, 30].map { evaluator.before[$0] } == [0b011, 0b010, 0b011, 0b100])
  }

  @Test(
    "an impossible set of inputs is refused with the place of what is wrong",
    arguments: [
      ("{name: belle2, bits: a b}", "'belle2' is a set of inputs already, with other bits"),
      ("{name: own, bits: a a}", "the input bit 'a' stands twice"),
      ("{name: own, bits: a clusters}", "'clusters' already has a meaning in expressions"),
      ("{name: own, bits: a GeV}", "'GeV' already has a meaning in expressions"),
      ("{name: own, bits: a 1b}", "'1b' cannot be the name of an input bit"),
      ("{name: own, bits: a not}", "'not' cannot be the name of an input bit"),
      ("{name: own, bits: \"\"}", "the set of inputs has no bits"),
      ("{bits: a b}", "the set of inputs has no name"), ("{name: own}", "the set of inputs has no bits"),
    ])
  func impossibleInputs(inputs: String, expected: String) {
    let text = "menu: test\nlevel1:\n  inputs: \(inputs)\n  lines:\n    - {name: line, bits: \"true\"}\n"
    #expect(TestMenus.diagnostics(text).contains { $0.contains("error: \(expected)") })
    let many = (0...320).map { "b\($0)" }.joined(separator: " ")
    let tooMany = "menu: test\nlevel1:\n  inputs: {name: own, bits: \(many)}\n  lines:\n    - {name: line, bits: b1}\n"
    #expect(TestMenus.diagnostics(tooMany).contains { $0.contains("an event has 320 input bits at most, found 321") })
  }

  // MARK: - Prescales in columns

  private static let table = """
    # prescales
    line, low, high
    a,    1,   10
    b,    0,   -
    """

  private static func read(
    _ table: String?, _ choice: PrescaleChoice?, names: Bool = true
  ) throws(MenuError) -> TriggerMenu {
    let menu = """
      menu: test
      level1:
      \(names ? "  prescales: tables/p.csv" : "  budget: 1 kHz")
        lines:
          - {name: a, bits: t2_1, prescale: 3}
          - {name: b, bits: t2_2, prescale: 4}
      """
    var files = ["menus/m.yaml": menu]
    files["menus/tables/p.csv"] = table
    files["other.csv"] = table
    return try TriggerMenu(
      contentsOf: "menus/m.yaml", vocabularies: TestMenus.vocabularies, prescales: choice, files: .memory(files))
  }

  private static func errors(_ table: String?, _ choice: PrescaleChoice?, names: Bool = true) -> [String] {
    do throws(MenuError) {
      return try read(table, choice, names: names).warnings.map(\.description)
    } catch {
      return error.diagnostics.map(\.description)
    }
  }

  @Test("the lines' own prescales hold unless a column is chosen; a line that did not exist in it is off, and said so")
  func columns() throws {
    let own = try Self.read(Self.table, nil)
    #expect(own.level1.lines.map(\.prescale) == [3, 4])
    #expect(own.prescaleColumns == ["low", "high"] && own.warnings.isEmpty)
    #expect(try Self.read(Self.table, PrescaleChoice(column: "low")).level1.lines.map(\.prescale) == [1, 0])
    let high = try Self.read(Self.table, PrescaleChoice(column: "high", file: "other.csv"), names: false)
    #expect(high.level1.lines.map(\.prescale) == [10, 0])
    #expect(high.prescaleColumn == "high")
    #expect(
      high.warnings.map(\.description) == [
        "other.csv:2:12: warning: 1 line did not exist in the set high and is off: b"
      ])
    #expect(own.contentHash != high.contentHash)
  }

  @Test(
    "what is wrong with a table is said with its place",
    arguments: [
      ("line,low\na,1", "menus/tables/p.csv:1:1: error: the table of prescales has no row for the line 'b'"),
      ("line,low\na,1,2\nb,1", "menus/tables/p.csv:2:1: error: the row has 3 cells, the head has 2"),
      ("line,low\na,1.5\nb,1", "menus/tables/p.csv:2:3: error: the prescale 1.5 is not a whole number"),
      ("line,low\na,-1\nb,1", "menus/tables/p.csv:2:3: error: the prescale -1 is negative"),
      ("line,low\na,x\nb,1", "menus/tables/p.csv:2:3: error: the prescale 'x' is not a number"),
      ("line,low\na,1\na,1\nb,1", "menus/tables/p.csv:3:1: error: the line 'a' stands twice"),
      ("line,low,low\na,1,1\nb,1,1", "menus/tables/p.csv:1:10: error: the column 'low' stands twice"),
      ("name,low\na,1", "menus/tables/p.csv:1:1: error: a table of prescales starts with 'name'"),
      ("", "menus/tables/p.csv:1:1: error: the table of prescales is empty"),
      ("line,low\na,1\nb,1\nc,1", "menus/tables/p.csv:4:1: warning: 'c' is no level-1 line of the menu"),
    ])
  func tableErrors(table: String, expected: String) {
    #expect(Self.errors(table, nil).contains { $0.hasPrefix(expected) }, "\(Self.errors(table, nil))")
  }

  @Test("an unknown column, a missing table and a menu without one are refused")
  func missingColumns() {
    #expect(Self.errors(Self.table, PrescaleChoice(column: "hihg"))[0].contains("did you mean 'high'?"))
    #expect(Self.errors(nil, nil)[0].contains("cannot read the table 'menus/tables/p.csv': there is no such file"))
    #expect(
      Self.errors(Self.table, PrescaleChoice(column: "low"), names: false)[0]
        .contains("the menu has no table of prescales to take the column 'low' from"))
  }

  @Test("changed tables are read or refused with a place")
  func fuzz() {
    let good = Array("# c\nline,low,high\na,1,10\nb,0,-\n".utf8)
    let menu = Array("menu: t\nlevel1: {prescales: p, lines: [{name: a, bits: t2_1}, {name: b, bits: t2_2}]}".utf8)
    var mutator = ByteMutator("prescale tables", alphabet: "0123456789-,\n#ab", changes: 1...2)
    let inputs = Fuzz.inputs()
    var read = 0
    for _ in 0..<inputs {
      let files = MenuFiles.memory(["m": menu, "p": mutator.mutated(good)])
      do throws(MenuError) {
        let menu = try TriggerMenu(
          contentsOf: "m", vocabularies: TestMenus.vocabularies, prescales: PrescaleChoice(column: "low"), files: files)
        read += 1
        if menu.level1.lines.contains(where: { $0.prescale < 0 }) { Issue.record("negative") }
      } catch {
        if !error.diagnostics.allSatisfy({ $0.span.line >= 1 && $0.span.column >= 1 }) { Issue.record("\(error)") }
      }
    }
    #expect(read > inputs / 20 && read < inputs * 19 / 20, "\(read)")
  }

  @Test(
    "a table of runs that makes no sense is refused with the place",
    arguments: [
      ("from\tto\tversion\tmenu", "1:1: error: expected the columns from, to, version, menu, note"),
      ("from\tto\tversion\tmenu\tnote\n1.2\t1.3\t4\t-", "2:1: error: the row has 4 cells, expected 5"),
      ("from\tto\tversion\tmenu\tnote\n1-2\t1.3\t4\t-\t", "2:1: error: '1-2' is not a run"),
      ("from\tto\tversion\tmenu\tnote\n1.2\tsoon\t4\t-\t", "2:5: error: 'soon' is not a run"),
      ("from\tto\tversion\tmenu\tnote\n1.2\t1.3\tx\t-\t", "2:9: error: the version 'x' is not a whole number"),
      ("", "1:1: error: the table of runs is empty"),
    ])
  func runTableErrors(table: String, expected: String) {
    do throws(MenuError) {
      _ = try RunTable(contentsOf: "runs.tsv", files: .memory(["runs.tsv": table]))
      Issue.record("accepted")
    } catch {
      #expect(error.diagnostics[0].description.hasPrefix("runs.tsv:\(expected)"))
    }
  }
}
