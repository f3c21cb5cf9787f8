import ArrowStream
import EventModel
import Foundation
import Testing

@Suite("sluice menu evaluate, import, diff")
struct MenuWordsTests {
  private static let menus = SluiceProgram.root.appending(path: "Menus")
  private static let golden = "1c201111 0ea58000 00000048 c0040070 0002047f 00000000"
  private static let answer = """
    ftdl 00040800 bfc100ff 800bc001 48080000 00104380 00000000
    psnm 00040000 00c00045 00000000 48080000 00000000 00000000

    """

  private static func file(_ text: String, in folder: URL, _ name: String = "words.txt") throws -> String {
    let path = folder.appending(path: name)
    try Data(text.utf8).write(to: path)
    return path.path
  }

  @Test("evaluate prints the published words, for a menu and for the run it was in force")
  func evaluate() throws {
    try SluiceProgram.withTemporaryFolder { folder in
      let words = try Self.file("\(Self.golden)\n", in: folder)
      let menu = Self.menus.appending(path: "belle2-ftd26.yaml").path
      let byMenu = try SluiceProgram.run(["menu", "evaluate", menu, "--bits", words])
      #expect(byMenu.status == 0 && byMenu.output == Self.answer && byMenu.errors.isEmpty, "\(byMenu.errors)")
      let byRun = try SluiceProgram.run(["menu", "evaluate", "--run", "12.6373", "--bits", words, "--names"])
      #expect(byRun.status == 0 && byRun.output.hasPrefix(Self.answer))
      #expect(byRun.output.contains("psnm lines: fso hie lume c4 fed fp lml0 lml8 lml12\n"))
      #expect(byRun.errors.contains("decision logic version 26"))
      for (run, message) in [
        ("12.2000", "the prescales in force in run 12.2000 are not among those"), ("14.700", "version 30 was in force"),
        ("x", "'x' is not a run"),
      ] {
        let outcome = try SluiceProgram.run(["menu", "evaluate", "--run", run, "--bits", words])
        #expect(outcome.status == 2 && outcome.output.isEmpty && outcome.errors.contains(message))
      }
      let wrong = try Self.file("1 2 3\n1 2 3 4 5 zz\n", in: folder, "wrong.txt")
      let outcome = try SluiceProgram.run(["menu", "evaluate", menu, "--bits", wrong])
      #expect(outcome.status == 2 && outcome.output.isEmpty)
      #expect(outcome.errors.contains("wrong.txt:1:1: error: the line has 3 words, expected 6 to 10"))
      #expect(outcome.errors.contains("wrong.txt:2:11: error: 'zz' is not a hexadecimal word"))
    }
  }

  @Test("a comparison agrees with status 0, and names lines and events that differ with status 1")
  func compare() throws {
    try SluiceProgram.withTemporaryFolder { folder in
      let menu = Self.menus.appending(path: "belle2-ftd26.yaml").path
      let before = "00040800 bfc100ff 800bc001 48080000 00104380 00000000"
      let good = try Self.file("event,input,ftdl\n5,\(Self.golden),\(before)\n", in: folder, "good.csv")
      let same = try SluiceProgram.run(["menu", "evaluate", menu, "--compare", good])
      #expect(same.status == 0 && same.output.contains("160 of 160 bits agree"), "\(same.errors)")
      let bad = try Self.file(
        "event,input,ftdl\n5,\(Self.golden),\(before.replacing("00040800", with: "00040801"))\n", in: folder, "bad.csv")
      let other = try SluiceProgram.run(["menu", "evaluate", menu, "--compare", bad])
      #expect(other.status == 1 && other.output.contains("159 of 160 bits agree"))
      #expect(other.output.contains("fff"))
      let none = try SluiceProgram.run(["menu", "evaluate", menu, "--compare", folder.path + "/gone.csv"])
      #expect(none.status == 2 && none.errors.contains("there is no such file"))
    }
  }

  @Test("verdicts of a replay are evaluated again to the same words, by another menu version too")
  func verdicts() throws {
    try SluiceProgram.withTemporaryFolder { folder in
      let stream = SluiceProgram.root.appending(path: "Replay/mumu.arrow").path
      let menu = Self.menus.appending(path: "belle2-ftd36.yaml").path
      let replay = try SluiceProgram.run(["replay", stream, "--menu", menu, "--output", folder.path])
      #expect(replay.status == 0, "\(replay.errors)")
      let verdicts = folder.appending(path: "verdicts.arrow").path
      let again = try SluiceProgram.run(["menu", "evaluate", menu, "--compare", verdicts, "--json", "-"])
      let report = try #require(JSONSerialization.jsonObject(with: Data(again.output.utf8)) as? [String: Any])
      let comparison = try #require(report["comparison"] as? [String: Any])
      let lines = try #require(comparison["lines"] as? [[String: Any]])
      // Masked lines are zero in the replay and alive here; all others agree.
      let shown = try SluiceProgram.run(["menu", "check", menu, "--json", "-"]).errors
      for line in lines {
        let differs = (line["before_only_here"] as? Int ?? 0) + (line["before_only_there"] as? Int ?? 0) > 0
        if differs { #expect(shown.contains(line["name"] as? String ?? "?")) }
      }
      let difference = try SluiceProgram.run(
        ["menu", "diff", menu, Self.menus.appending(path: "belle2-ftd26.yaml").path, verdicts])
      #expect(difference.status == 1 && difference.output.contains("decided 350 events twice"), "\(difference.errors)")
    }
  }

  @Test("diff shows lines and decisions that differ, with the difference of paired counts")
  func diff() throws {
    try SluiceProgram.withTemporaryFolder { folder in
      let head = "menu: x\nlevel1:\n  lines:\n    - {name: a, bits: t2 > 0}\n"
      let first = try Self.file(head + "    - {name: b, bits: klm > 0}\n", in: folder, "a.yaml")
      let second = try Self.file(head + "    - {name: c, bits: ehigh}\n", in: folder, "b.yaml")
      let stream = SluiceProgram.root.appending(path: "Replay/mumu.arrow").path
      let outcome = try SluiceProgram.run(["menu", "diff", first, second, stream])
      #expect(outcome.status == 1, "\(outcome.errors)")
      #expect(outcome.output.contains("Level 1: 1 added, 1 removed, 0 changed, 1 the same"))
      #expect(outcome.output.contains("b, before prescale") && outcome.output.contains("difference, Hz"))
      let same = try SluiceProgram.run(["menu", "diff", first, first])
      #expect(same.status == 0 && same.output == "the menus decide alike\n")
    }
  }

  @Test("import makes a menu of each published table that decides as the committed menu does", arguments: [26, 36])
  func importTables(version: Int) throws {
    try SluiceProgram.withTemporaryFolder { folder in
      let tables = Self.menus.appending(path: "belle2")
      let made = folder.appending(path: "made.yaml").path
      let outcome = try SluiceProgram.run([
        "menu", "import", tables.appending(path: "ftd\(version)-lines.tsv").path, "--inputs",
        tables.appending(path: "ftd\(version)-inputs.tsv").path, "--output", made,
      ])
      #expect(outcome.status == 0, "\(outcome.errors)")
      let menu = Self.menus.appending(path: "belle2-ftd\(version).yaml").path
      var random = SystemRandomNumberGenerator()
      let words = (0..<200).map { _ in
        (0..<6).map { _ in String(UInt32.random(in: .min ... .max, using: &random), radix: 16) }.joined(separator: " ")
      }
      let bits = try Self.file(words.joined(separator: "\n"), in: folder)
      let answers = try [made, menu].map { try SluiceProgram.run(["menu", "evaluate", $0, "--bits", bits]).output }
      func before(_ text: String) -> [Substring] { text.split(separator: "\n").filter { $0.hasPrefix("ftdl") } }
      #expect(before(answers[0]).count == 200 && before(answers[0]) == before(answers[1]))
    }
  }
}
