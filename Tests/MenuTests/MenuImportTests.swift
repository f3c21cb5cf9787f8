import Menu
import Statistics
import TestSupport
import Testing

@Suite("Import of decision logic")
struct MenuImportTests {
  private static func made(
    _ logic: String, _ change: (inout MenuImport.Options) -> Void = { _ in }, files: [String: String] = [:]
  ) throws(MenuError) -> MenuImport {
    var options = MenuImport.Options(name: "imported")
    change(&options)
    return try MenuImport(
      contentsOf: "logic", options: options, vocabularies: TestMenus.vocabularies,
      files: .memory(files.merging(["logic": logic]) { first, _ in first }))
  }

  private static func errors(
    _ logic: String, _ change: (inout MenuImport.Options) -> Void = { _ in }, files: [String: String] = [:]
  ) -> [String] {
    do throws(MenuError) {
      return try made(logic, change, files: files).warnings.map(\.description)
    } catch {
      return error.diagnostics.map(\.description)
    }
  }

  private static func menu(_ made: MenuImport) throws -> TriggerMenu {
    try TriggerMenu(text: made.yaml, vocabularies: TestMenus.vocabularies.withGivenBits())
  }

  @Test("sums of products, one a line, with names of inputs and lines in files of their own")
  func plainSums() throws {
    let made = try Self.made(
      "# logic\n1 !0 + 2 !0\n2\n\n0\n\n",
      {
        $0.inputs = "inputs"
        $0.lineNames = "names"
      }, files: ["inputs": "veto\na\nb\n", "names": "first second always vetoed"])
    let menu = try Self.menu(made)
    #expect(menu.name == "imported" && menu.level1.lines.map(\.name) == ["first", "second", "always", "vetoed"])
    #expect(menu.level1.lines.map(\.expression) == ["a and not veto or b and not veto", "b", "true", "veto"])
    #expect(menu.level1.vocabulary.bits.map(\.name) == ["veto", "a", "b"])
    #expect(made.warnings.map(\.message) == ["the line 'always' has an empty condition, which is always true"])
  }

  @Test("conditions with names, the line's name in front or not")
  func plainWords() throws {
    let made = try Self.made(
      "tracks: (t2_2 or t2_3) and !veto\nenergy ehigh\nclst=1 and not ehigh\nveto\nnone !veto and clst > 2\nt2 != 1\n")
    #expect(
      try Self.menu(made).level1.lines.map { "\($0.name): \($0.expression)" } == [
        "tracks: (t2_2 or t2_3) and not veto", "energy: ehigh", "line2: clst == 1 and not ehigh", "line3: veto",
        "none: not veto and clst > 2", "line5: t2 != 1",
      ])
    // Words of this program's own first set of inputs need no list of them.
    #expect(made.yaml.contains("inputs: belle2\n"))
  }

  private static let table = """
    # facts
    ftd_version\tkind\tindex\tname\tlogic_text\tsum_of_products\tprescale_last(x)\trelease
    2\tinput\t0\ta\t\t\t\t
    2\tinput\t1\tveto\t\t\t\t
    3\tinput\t0\tveto\t\t\t\t
    3\tinput\t1\ta\t\t\t\t
    2\toutput\t0\tsum\t\t0 !1\t1\t7
    3\toutput\t0\tboth\ta and !veto\t1 !0\t20\t
    3\toutput\t1\talways\t\t\t0\t
    3\toutput\t2\twrong\ta or veto\t1 !0\t1\t
    """

  @Test("a table with inputs and lines of several versions; words are compared with sums of products")
  func tables() throws {
    let made = try Self.made(Self.table) { $0.logicVersion = "3" }
    let menu = try Self.menu(made)
    #expect(
      menu.level1.lines.map { "\($0.name) \(Int($0.prescale)) \($0.expression)" } == [
        "both 20 a and not veto", "always 0 true", "wrong 1 a or veto",
      ])
    #expect(menu.level1.vocabulary.bits.map(\.name) == ["veto", "a"])
    #expect(made.warnings.count == 1)
    #expect(made.warnings[0].span.line == 10)
    #expect(
      made.warnings[0].message == "the words of line 'wrong' do not mean its sum of products: they differ for veto")
    let release = try Self.made(Self.table) {
      $0.logicVersion = "2"
      $0.prescaleColumn = "release"
    }
    #expect(try Self.menu(release).level1.lines.map(\.prescale) == [7])
    #expect(Self.errors(Self.table)[0] == "logic:2:1: error: the table holds the versions 2, 3; say which one is meant")
  }

  @Test(
    "what is wrong is said with its place in the file it is in",
    arguments: [
      ("1 !2\n3 + + 4\n", "logic:2:5: error: '+' without a product before it"),
      ("1\n1 !12\n", "logic:2:3: error: there is no input bit 12; the inputs are bits 0 to 11"),
      ("t2_1 and\n", "logic:1:9: error: the expression ends here, expected a value"),
      ("t2_1 and vetto", "logic:1:10: error: unknown name 'vetto'; did you mean 'veto'?"),
      ("a: 1\na: 2\n", "logic:2:1: error: the line 'a' stands twice"),
      ("a: energy_sum > 1 GeV", "logic:1:4: error: 'bits:' takes input bits and their multiplicities only"),
      ("name\tsum_of_products\nfirst\t1 !2 3 !\n", "logic:2:14: error: '!' without an input number"),
      ("bit\tname\tsum_of_products\n1\tfirst\t1\n", "logic:2:1: error: output 'first' is given bit 1, expected 0"),
      ("name\tsop\tprescale\nfirst\t1\tx\n", "logic:2:9: error: the prescale 'x' is not a number"),
      ("name\tsop\tprescale\nfirst\t1\t2\t3\n", "logic:2:1: error: the row has 4 cells, the head has 3"),
      ("name\tsop\n\t1\n", "logic:2:1: error: the row has no name"),
      ("name\tkind\tsop\nx\tother\t1\n", "logic:2:3: error: unknown kind 'other'"),
      ("", "logic:1:1: error: the menu has no lines"),
    ])
  func errors(logic: String, expected: String) {
    #expect(Self.errors(logic).contains { $0.hasPrefix(expected) }, "\(Self.errors(logic))")
  }

  @Test("missing files, names that do not fit and unknown columns are refused")
  func missing() {
    #expect(Self.errors("1", { $0.inputs = "gone" })[0].contains("cannot read the table 'gone': there is no such file"))
    #expect(
      Self.errors("1\n2", { $0.lineNames = "names" }, files: ["names": "a b c"])
        .contains { $0.contains("there are 3 names for 2 conditions") })
    #expect(
      Self.errors("name\tsop\tprescale\na\t1\t1", { $0.prescaleColumn = "prescal" })
        .contains { $0.contains("there is no column 'prescal'; did you mean 'prescale'?") })
    #expect(
      Self.errors("1 !0", { $0.inputs = "i" }, files: ["i": "a 1b"]).contains {
        $0.hasPrefix("i:1:3: error: '1b' cannot be")
      })
  }

  @Test("import, show, import again and evaluate give the same bits for random logic")
  func roundTrip() throws {
    var random = CounterRandom(seed: 6, purpose: RandomPurpose(named: "logic"))
    func below(_ limit: Int) -> Int { Int(random.integer(below: UInt64(limit))) }
    for _ in 0..<20 {
      let inputs = (0..<(33 + below(200))).map { "in\($0)" }
      let sums = (0..<(1 + below(60))).map { _ in
        (0..<(1 + below(6))).map { _ in
          (0..<(1 + below(5))).map { _ in (below(3) == 0 ? "!" : "") + "\(below(inputs.count))" }.joined(separator: " ")
        }.joined(separator: " + ")
      }
      let files = ["inputs": inputs.joined(separator: "\n")]
      let first = try Self.made(sums.joined(separator: "\n"), { $0.inputs = "inputs" }, files: files)
      let menu = try Self.menu(first)
      // What is shown is with names: it is imported again as words.
      let shown = menu.level1.lines.map { "\($0.name): \($0.expression)" }.joined(separator: "\n")
      let second = try Self.menu(try Self.made(shown, { $0.inputs = "inputs" }, files: files))
      let words = (0..<(200 * EventWords.wordsPerEvent)).map { _ in UInt32(truncatingIfNeeded: random.next()) }
      let evaluators = (WordEvaluator(menu), WordEvaluator(second))
      evaluators.0.evaluate(words[...])
      evaluators.1.evaluate(words[...])
      #expect(evaluators.0.before == evaluators.1.before)
      for (bit, sum) in sums.enumerated() {
        let read = try SumOfProducts(sum, bitCount: inputs.count)
        for event in 0..<200 {
          let row = event * EventWords.wordsPerEvent
          let found = evaluators.0.before[row + bit / 32] >> UInt32(bit % 32) & 1 == 1
          if found != read.isTrue(words[row..<row + EventWords.wordsPerEvent]) { Issue.record("\(sum)") }
        }
      }
    }
  }

  @Test("changed tables and lists are made into a menu that can be read, or refused with a place")
  func fuzz() {
    let seeds = [
      Array("name\tsop\tlogic\tprescale\nfirst\t1 !2\tt2_1 and !t2_2\t3\nsecond\t\t\t0\n".utf8),
      Array("# x\nfirst: 1 !2 + 3\n(t2_1 or t2_2) and clst>1\nlast veto\n\n1".utf8),
    ]
    var mutator = ByteMutator(
      "imported logic", alphabet: "\t\n: !+()#\"\\0123456789",
      pieces: ["99", "t2_1", " and ", "name", "\u{0}", "é", "true", "clst>2", "\n\n"])
    let vocabularies = TestMenus.vocabularies
    let withGivenBits = vocabularies.withGivenBits()
    let inputs = Fuzz.inputs()
    var made = 0
    for round in 0..<inputs {
      let bytes = mutator.mutated(seeds[round % 2])
      do throws(MenuError) {
        let result = try MenuImport(
          contentsOf: "logic", options: MenuImport.Options(name: "x\" : \\"), vocabularies: vocabularies,
          files: .memory(["logic": bytes]))
        made += 1
        // Reading the menu that was made takes longer than making it: of one in eight.
        guard made % 8 == 0 else { continue }
        let menu = try TriggerMenu(text: result.yaml, vocabularies: withGivenBits)
        if menu.level1.lines.count != result.lineCount { Issue.record("\(result.yaml)") }
      } catch {
        let isPlaced = error.diagnostics.allSatisfy {
          $0.span.line >= 1 && $0.span.column >= 1 && $0.span.file == "logic"
        }
        if error.diagnostics.isEmpty || !isPlaced { Issue.record("\(error)") }
      }
    }
    #expect(made > inputs / 20 && made < inputs * 19 / 20, "\(made)")
  }
}

@Suite("Comparison of menus")
struct MenuDifferenceTests {
  private static let first = """
    menu: first
    level1:
      budget: 30 kHz
      lines:
        - {name: same, bits: veto}
        - {name: prescaled, bits: ehigh, prescale: 2}
        - {name: rewritten, bits: (t2_1 or t2_2) and !veto}
        - {name: changed, bits: t2 > 1}
        - {name: gone, bits: t2 > 2}
        - {name: moved, bits: clst > 2}
        - {name: energy, when: energy_sum > 1 GeV}
    high_level:
      lines:
        - {name: high, after: same, when: energy_sum > 1 GeV}
    """

  @Test("lines are told by name: added, removed, changed, moved, and rewritten without deciding otherwise")
  func lines() throws {
    let second = """
      menu: second
      level1:
        budget: 20 kHz
        lines:
          - {name: same, bits: veto}
          - {name: prescaled, bits: ehigh, prescale: 4}
          - {name: rewritten, bits: t2_1 and not veto or t2_2 and not veto}
          - {name: changed, bits: t2 >= 1}
          - {name: moved, bits: clst > 2}
          - {name: energy, when: energy_sum > 1000 MeV}
          - {name: new, bits: bha_veto, prescale: 10}
      high_level:
        lines:
          - {name: high, after: new, when: energy_sum > 2 GeV, stream: calibration}
      """
    let difference = try MenuDifference(TestMenus.read(Self.first), TestMenus.read(second))
    let level1 = difference.level1
    #expect(level1.added.map(\.name) == ["new"] && level1.removed.map(\.name) == ["gone"])
    #expect(level1.unchanged == 1 && level1.head["budget_hz"]?.to == "20000" && level1.head.count == 1)
    let changed = Dictionary(uniqueKeysWithValues: level1.changed.map { ($0.name, $0) })
    #expect(changed.keys.sorted() == ["changed", "energy", "moved", "prescaled", "rewritten"])
    #expect(changed["prescaled"]?.prescale?.from == "2" && changed["prescaled"]?.prescale?.to == "4")
    #expect(changed["rewritten"]?.decidesAlike == true && changed["changed"]?.decidesAlike == false)
    #expect(changed["moved"]?.bit?.to == "4" && changed["moved"]?.condition == nil)
    #expect(changed["energy"]?.condition == nil && changed["energy"]?.bit != nil)
    let high = try #require(difference.highLevel.changed.first)
    #expect(high.condition != nil && high.decidesAlike == nil)
    #expect(high.other.keys.sorted() == ["after", "stream"])
    #expect(difference.text.contains("+ new, prescale 10: bha_veto"))
    #expect(difference.text.contains("~ rewritten: condition, which decides alike"))
    #expect(!difference.isEmpty)
    let none = try MenuDifference(TestMenus.read(Self.first), TestMenus.read(Self.first))
    #expect(none.isEmpty && none.text == "the menus decide alike\n")
  }

  @Test("conditions are compared for every combination of their bits; where they differ an example is given")
  func conditions() throws {
    func comparison(_ first: String, _ second: String) throws -> ConditionComparison {
      try ConditionComparison(first, second, TestMenus.level1)
    }
    #expect(try comparison("not (t2_1 or veto)", "!veto and !t2_1").isSame)
    #expect(try comparison("clst > 2", "4 5 + 6 + 7").isSame)
    #expect(try comparison("true", "").isSame)
    let differing = try comparison("t2_1 or veto", "t2_1")
    #expect(!differing.isSame && differing.isExhaustive && differing.example == ["veto"])
    #expect(throws: MenuError.self) { try comparison("t2_1", "nothing") }
  }
}
