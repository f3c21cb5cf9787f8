import Foundation
import Menu
import Statistics
import Testing

@Suite("Cuts in the language of the Belle II software")
struct GeneralCutTests {
  private static let vocabulary: Vocabulary = {
    var vocabulary = Vocabulary(name: "cuts")
    vocabulary.addScalar("a", .dimensionless, "a number")
    vocabulary.addScalar("b", .dimensionless, "a number")
    vocabulary.addScalar("p", .gigaelectronvolt, "a momentum")
    vocabulary.addScalar("phi", .degree, "an angle")
    vocabulary.addScalar("unbuilt", .dimensionless, "a number", notBuilt: "nobody built it")
    return vocabulary
  }()

  private struct Unknown: Error {}

  private static func isTrue(_ text: String, _ values: [String: Double] = [:]) throws -> Bool {
    try GeneralCut(text).isTrue { (name) throws(Unknown) in
      guard let value = values[name] else { throw Unknown() }
      return value
    }
  }

  @Test(
    "Comparisons, chains, precedence and constants",
    arguments: [
      ("", true), ("   ", true), ("1", true), ("0", false), ("true", true), ("false", false), ("a", true),
      ("zero", false),
      ("1 < 2", true), ("2 <= 2", true), ("2 != 2", false), ("0x1F == 31", true), ("-0x10 < -15", true),
      ("1e-3 < 0.01", true),
      ("0.2 < half < 0.7", true), ("0.2 < half < 0.4", false), ("3 > 2 > 1", true), ("1 < 3 > 2", true),
      ("1 < a < inf", false),
      ("a < inf", true), ("-inf < a", true), ("nan == nan", false), ("a != nan", true), ("undefined < 1", false),
      ("undefined != 1", true),
      ("1 < 2 or 3 < 4 and 5 > 6", true), ("[1 < 2 or 3 < 4] and 5 > 6", false), ("5 > 6 and 1 < 2 or 3 < 4", true),
      ("[[a]]", true), ("a and zero or a", true), ("a and [zero or a]", true), ("a<2 and half>0.1", true),
      (".5 < 1.", true),
    ])
  func meaning(text: String, expected: Bool) throws {
    let values = ["a": 1, "zero": 0, "half": 0.5, "undefined": Double.nan]
    #expect(try Self.isTrue(text, values) == expected)
    // As text it reads back as the same cut, which means the same.
    let cut = try GeneralCut(text)
    let again = try GeneralCut(cut.text)
    #expect(again.text == cut.text)
    #expect(try Self.isTrue(cut.text, values) == expected)
  }

  @Test(
    "Errors say line, column, what was found and what was expected",
    arguments: [
      ("[ ]", "1:1", "'[ ]' holds no condition"), ("a > [1]", "1:5", "expected a number or a variable"),
      ("a >", "1:4", "the cut ends here, expected a number or a variable"), ("a and", "1:6", "the cut ends here"),
      ("[a > 1", "1:1", "'[' is never closed"), ("a > 1]", "1:6", "unexpected ']', expected 'and', 'or' or the end"),
      ("a = 1", "1:3", "equality is '=='"), ("(a > 1)", "1:1", "grouped with [ and ]"),
      ("a & b", "1:3", "'and' and 'or'"),
      ("not a", "1:1", "a cut has no 'not'"), ("!a", "1:1", "there is no 'not'"), ("a > 1 2", "1:7", "unexpected '2'"),
      ("a > 0xZZ", "1:5", "'0xZZ' is not a number"), ("a > 1e999", "1:5", "is not a number"),
      ("a > 1.2.3", "1:5", "'1.2.3'"),
      ("and", "1:1", "unexpected 'and'"), ("a or or b", "1:6", "unexpected 'or'"),
      ("1 - 2 > a", "1:3", "unexpected character"),
    ])
  func errors(text: String, place: String, message: String) {
    do throws(MenuError) {
      let cut = try GeneralCut(text)
      Issue.record("'\(text)' was read as \(cut)")
    } catch {
      #expect(error.rendered.contains(":\(place)"), "\(error.rendered)")
      #expect(error.rendered.contains(message), "\(error.rendered)")
    }
  }

  @Test("Cuts become conditions with units, and conditions cuts")
  func conditions() throws {
    let vocabulary = Self.vocabulary
    let pairs = [
      ("a >= 3 and b == 0", "a >= 3 and b == 0"), ("a", "a != 0"), ("0.8 < p < 4.5", "0.8 GeV < p < 4.5 GeV"),
      ("phi > 160", "phi > 160 deg"), ("[a or b] and p > 1", "(a != 0 or b != 0) and p > 1 GeV"), ("", "true"),
      ("1 < 2", "true"), ("3 < 2 and a", "false and a != 0"), ("p > -0.5", "p > -0.5 GeV"),
      ("a < nan", "false"), ("a > inf", "false"), ("inf > a", "a <= 3.4028234663852886e+38"),
    ]
    for (text, condition) in pairs {
      let cut = try GeneralCut(text)
      #expect(cut.condition(vocabulary) == condition)
      let back = try GeneralCut(condition: condition, vocabulary)
      #expect(back.condition(vocabulary) == condition || back.text == cut.text, "\(text): \(back.text)")
    }
    // Angles in any unit come back in that of the variable.
    #expect(try GeneralCut(condition: "phi > 1.5 rad and p < 300 MeV", vocabulary).text.hasPrefix("phi > 85.94366926"))
    #expect(try GeneralCut(condition: "phi > 1.5 rad and p < 300 MeV", vocabulary).text.hasSuffix("and p < 0.3"))
    for refused in ["not a == 1", "a + b > 1", "abs(a) > 1"] {
      #expect(throws: MenuError.self) { try GeneralCut(condition: refused, vocabulary) }
    }
  }

  private static func menuValue(_ condition: String, _ values: [Float]) throws -> Bool {
    let text = """
      menu: cut
      version: 1
      high_level:
        lines:
          - name: cut
            when: "\(condition)"
      """
    let menu = try TriggerMenu(
      text: text, vocabularies: MenuVocabularies(level1: [TestMenus.level1], highLevel: [vocabulary]))
    let level = menu.highLevel.compile()
    let columns = EventColumns(vocabulary: level.vocabulary)
    columns.begin(rowCount: 1)
    for (scalar, value) in values.enumerated() { columns.setScalar(scalar, row: 0, to: value) }
    let evaluator = level.makeEvaluator()
    evaluator.evaluate(columns)
    return evaluator.lines.isTrue(line: 0, row: 0)
  }

  private static func random(_ random: inout CounterRandom, depth: Int) -> String {
    func operand() -> String {
      let all = ["a", "b", "p", "1", "0.5", "-2", "0x2", "inf", "-inf", "nan", "0"]
      return all[Int(random.integer(below: UInt64(all.count)))]
    }
    switch depth > 0 ? random.integer(below: 4) : 3 {
    case 0: return "\(Self.random(&random, depth: depth - 1)) and \(Self.random(&random, depth: depth - 1))"
    case 1: return "\(Self.random(&random, depth: depth - 1)) or \(Self.random(&random, depth: depth - 1))"
    case 2: return "[\(Self.random(&random, depth: depth - 1))]"
    default:
      let symbols = ["<", "<=", ">", ">=", "==", "!="]
      var text = operand()
      for _ in 0..<random.integer(below: 3) {
        text += " \(symbols[Int(random.integer(below: 6))]) \(operand())"
      }
      return text
    }
  }

  @Test("Random cuts mean the same as text read back, as conditions of a menu, and back from there")
  func equivalence() throws {
    var random = CounterRandom(seed: 21, purpose: RandomPurpose(named: "cuts"))
    var truths = 0
    for _ in 0..<1500 {
      let text = Self.random(&random, depth: 4)
      // Comparisons of two plain variables of different units are no condition.
      let cut = try GeneralCut(text)
      #expect(try GeneralCut(cut.text).text == cut.text)
      let values = (0..<3).map { _ in Float([-2, 0, 0.5, 1, 2, 7][Int(random.integer(below: 6))]) }
      let named = ["a": Double(values[0]), "b": Double(values[1]), "p": Double(values[2])]
      let expected = try Self.isTrue(text, named)
      truths += expected ? 1 : 0
      guard !Self.mixes(text) else { continue }
      let condition = cut.condition(Self.vocabulary)
      #expect(try Self.menuValue(condition, values) == expected, "\(text) became \(condition)")
      let back = try GeneralCut(condition: condition, Self.vocabulary)
      #expect(try Self.isTrue(back.text, named) == expected, "\(condition) became \(back.text)")
    }
    #expect(truths > 300)
  }

  /// Whether a momentum is compared with a plain number's variable somewhere.
  private static func mixes(_ text: String) -> Bool {
    let words = text.split(separator: " ").map { $0.filter { $0 != "[" && $0 != "]" } }
    for index in words.indices.dropFirst(2) where !["and", "or"].contains(words[index - 1]) {
      let pair = Set([words[index - 2], words[index]])
      if pair.contains("p"), pair.contains("a") || pair.contains("b") { return true }
    }
    // Chains with a momentum and another variable are left out too.
    return text.contains("p")
      && (text.contains("a ") || text.contains("b ") || text.contains(" a") || text.contains(" b"))
      && text.contains("p") && words.contains("p")
  }

  @Test("Anything that is read as a cut ends in a cut or an error with a place")
  func fuzz() {
    let inputs = ProcessInfo.processInfo.environment["SLUICE_FUZZ_INPUTS"].flatMap { Int($0) } ?? 100_000
    var random = CounterRandom(seed: 22, purpose: RandomPurpose(named: "cut fuzz"))
    let pieces = [
      "a", "nTrkLoose", " ", "[", "]", "==", "!=", "<", "<=", ">", ">=", " and ", " or ", "not ", "1", "0x", "0xFF",
      "inf", "nan",
      "-", "+", ".", "e", "1e9", "1e999", "é", "\u{0}", "\t", "=", "(", ")", "true", "\u{1F600}",
      "99999999999999999999999",
    ]
    var accepted = 0
    for _ in 0..<inputs {
      var text = ""
      for _ in 0..<random.integer(below: 12) { text += pieces[Int(random.integer(below: UInt64(pieces.count)))] }
      do throws(MenuError) {
        let cut = try GeneralCut(text)
        accepted += 1
        if (try? GeneralCut(cut.text).text) != cut.text { Issue.record("'\(text)' reads back as another cut") }
      } catch {
        if error.diagnostics.isEmpty || error.diagnostics.contains(where: { $0.span.line != 1 || $0.span.column < 1 }) {
          Issue.record("no place for '\(text)'")
        }
      }
    }
    #expect(accepted > inputs / 50)
    #expect(throws: MenuError.self) { try GeneralCut(String(repeating: "[", count: 10_000)) }
    #expect(throws: MenuError.self) { try GeneralCut(String(repeating: "a and ", count: 10_000)) }
  }

  @Test("A table of cuts becomes a menu of filter and skims; lines without a cut or a value are named")
  func table() throws {
    let table = """
      base\tline\tcut\tprescale\treject\tnote
      filter\t2_tracks_q==0\ta >= 2 and [b == 0 or 0.8 < p < 4.5]\t10\tno
      filter\tcosmic\ta\t\tyes
      filter\tsecret\t\t\t\tits cut is not public
      filter\tlater\tunbuilt and a\t1\tno
      skim\tall\t1\t1\tno
      """
    var options = MenuImport.Options(name: "cuts")
    options.version = 3
    let vocabularies = MenuVocabularies(level1: [TestMenus.level1], highLevel: [Self.vocabulary])
    let made = try MenuImport(
      contentsOf: "t.tsv", options: options, vocabularies: vocabularies, files: .memory(["t.tsv": table]))
    #expect(made.lineCount == 3)
    #expect(made.warnings.contains { $0.message.contains("nobody built it") })
    #expect(made.yaml.contains("# secret: left out, its cut is not public"))
    let menu = try TriggerMenu(text: made.yaml, vocabularies: vocabularies)
    #expect(menu.highLevel.lines.map(\.name) == ["2_tracks_q==0", "cosmic"])
    #expect(menu.highLevel.lines.map(\.prescale) == [10, 1])
    #expect(menu.highLevel.lines[1].kind == .reject)
    #expect(menu.highLevel.mode == .reject && menu.skims.mode == .accept)
    #expect(menu.highLevel.lines[0].expression == "a >= 2 and (b == 0 or 0.8 GeV < p < 4.5 GeV)")
    #expect(menu.skims.lines.map(\.name) == ["all"])
    // And back into a table, which makes the same menu.
    let again = try MenuImport(
      contentsOf: "t.tsv", options: options, vocabularies: vocabularies, files: .memory(["t.tsv": menu.cutTable]))
    #expect(try TriggerMenu(text: again.yaml, vocabularies: vocabularies).contentHash == menu.contentHash)
  }

  @Test(
    "A wrong table says where",
    arguments: [
      ("line\tcut\na\ta >", "2:6"), ("base\tline\tcut\nfilters\ta\ta", "2:1"), ("line\tcut\na\ta > c", "2:7"),
      ("line\tcut\treject\na\ta\tmaybe", "2:5"), ("line\tcut\n\ta > 1", "2:1"), ("line\tcut\na\ta\tb", "2:1"),
      ("line\tcut\na\ta > 1\na\tb > 1", "3:1"), ("line\tcut\tprescale\na\ta\t-1", "2:5"),
    ])
  func wrongTable(table: String, place: String) {
    let vocabularies = MenuVocabularies(level1: [TestMenus.level1], highLevel: [Self.vocabulary])
    do throws(MenuError) {
      _ = try MenuImport(
        contentsOf: "t.tsv", options: .init(name: "cuts"), vocabularies: vocabularies, files: .memory(["t.tsv": table]))
      Issue.record("'\(table)' was read")
    } catch {
      #expect(error.rendered.contains("t.tsv:\(place)"), "\(error.rendered)")
    }
  }
}
