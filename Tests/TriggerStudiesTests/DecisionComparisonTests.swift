import ArrowStream
import Foundation
import Statistics
import TestSupport
import Testing
import TriggerStudies

@Suite("Comparison with decisions of another system")
struct DecisionComparisonTests {
  private static func read(_ text: String) throws -> RecordedDecisions {
    try RecordedDecisions(path: "words.csv", content: Array(text.utf8))
  }

  private static func error(_ text: String) -> String? {
    do {
      _ = try read(text)
      return nil
    } catch { return "\(error)" }
  }

  @Test("comma-separated values: words in one cell or in one each, prescales, numbers of events")
  func text() throws {
    let one = try Self.read(
      """
      # another system
      event,input,ftdl,psnm,prescales
      7,0x1 2 3 4 5 6,"0000000F 1",1,1 1 2 0
      9,,3,0,1 1 2 0
      """)
    #expect(one.events == ["7", "9"])
    #expect(one.input?.prefix(7) == [1, 2, 3, 4, 5, 6, 0] && one.input?.count == 20)
    #expect(one.before?.prefix(2) == [15, 1] && one.after?[0] == 1)
    #expect(one.prescaleSets == [[1, 1, 2, 0]] && one.prescaleSet == [0, 0])
    let apart = try Self.read("ftdl0,ftdl1,psnm_0\nf,1,1\r\n")
    #expect(apart.before?.prefix(2) == [15, 1] && apart.after?[0] == 1 && apart.input == nil && apart.events == ["1"])
  }

  @Test(
    "what is wrong is said with file, row and column",
    arguments: [
      ("", "words.csv: no words of events: expected a column input, ftdl or before_prescale"),
      ("a,b\n1,2\n", "words.csv:1: no columns of words; expected input, ftdl, psnm, found a, b"),
      ("ftdl\n", "words.csv: no events"), ("ftdl,x\n1\n", "words.csv:2: 1 cells, the head has 2"),
      ("ftdl,ftdl\n1,1\n", "words.csv:1: column 'ftdl': stands twice"),
      ("event,ftdl\n1,1 2g\n", "words.csv:2: column 'ftdl': '2g' is not a hexadecimal word of 32 bits"),
      ("event,ftdl\n1,123456789\n", "words.csv:2: column 'ftdl': '123456789' is not a hexadecimal word of 32 bits"),
      ("event,ftdl\n1,1 2 3 4 5 6 7 8 9 a b\n", "words.csv:2: column 'ftdl': 11 words, an event has 10 at most"),
      (
        "ftdl,prescales\n1,1 -1\n",
        "words.csv:2: column 'prescales': expected at most 320 whole numbers with blanks between them"
      ),
    ])
  func errors(text: String, expected: String) {
    #expect(Self.error(text) == expected)
  }

  @Test("columns of an Arrow file that another program wrote, whole numbers of any width")
  func arrow() throws {
    let words = Field("item", .int64)
    let schema = Schema(fields: [
      Field("event_number", .uint32), Field("before_prescale", .fixedSizeList(element: words, count: 2)),
    ])
    let folder = FileManager.default.temporaryDirectory.appending(path: "decisions-\(UUID().uuidString).arrow")
    defer { try? FileManager.default.removeItem(at: folder) }
    let list = ArrayData(
      type: .fixedSizeList(element: words, count: 2), count: 2,
      children: [ArrayData(copying: [Int64(5), 6, 0xFFFF_FFFF, 0])])
    let batch = try RecordBatch(schema: schema, columns: [ArrayData(copying: [UInt32(11), 12]), list], count: 2)
    let writer = try StreamFileWriter(path: folder.path, schema: schema, options: .init(force: true))
    try writer.write(batch)
    try writer.finish()
    let read = try RecordedDecisions(path: folder.path, content: Data(contentsOf: folder))
    #expect(read.events == ["11", "12"])
    #expect(read.before?.prefix(3) == [5, 6, 0] && read.before?[10] == 0xFFFF_FFFF)
    #expect(read.input == nil && read.prescaleSets.isEmpty)
  }

  private static func compare(_ text: String, before: [UInt32], after: [UInt32], prescales: [Double]) throws
    -> DecisionComparison
  {
    let recorded = try read(text)
    var comparison = DecisionComparison(names: prescales.indices.map { "line\($0)" }, prescales: prescales)
    for event in 0..<recorded.count {
      comparison.add(
        event, of: recorded, before: before[event * 10..<event * 10 + 10], after: after[event * 10..<event * 10 + 10])
    }
    return comparison
  }

  private static func words(_ first: UInt32...) -> [UInt32] {
    first.flatMap { [$0] + [UInt32](repeating: 0, count: 9) }
  }

  @Test("equal words agree; a prescale above 1 may choose other events, but none that did not fire")
  func agreement() throws {
    let same = try Self.compare(
      "event,ftdl,psnm\n1,7,5\n2,6,4\n", before: Self.words(7, 6), after: Self.words(7, 4), prescales: [1, 10, 1])
    #expect(same.agrees && same.differing.isEmpty)
    #expect(same.before?.compared == 6 && same.before?.equal == 6)
    #expect(same.after?.compared == 4 && same.after?.equal == 4)
    #expect(same.lines[1].chosenOtherwise == 1)
    let impossible = try Self.compare(
      "event,ftdl,psnm\n1,1,3\n", before: Self.words(1), after: Self.words(1), prescales: [1, 10])
    #expect(!impossible.agrees && impossible.lines[1].after == 1)
  }

  @Test("bits that differ are counted for each line, with the events")
  func differences() throws {
    let comparison = try Self.compare(
      "event,ftdl,psnm,prescales\n41,3,1,1 1 1\n42,8,0,1 1 5\n43,1,1,1 1 5\n", before: Self.words(1, 0, 5),
      after: Self.words(1, 0, 1), prescales: [1, 1, 1])
    #expect(!comparison.agrees)
    #expect(comparison.differing == ["41", "42", "43"])
    #expect(comparison.before?.compared == 9 && comparison.before?.equal == 6)
    #expect(comparison.lines[1].beforeOnlyThere == 1 && comparison.lines[1].events == ["41"])
    #expect(comparison.lines[2].beforeOnlyHere == 1 && comparison.lines[2].recordedPrescales == [5])
    // A bit beyond the menu has a line of its own.
    #expect(comparison.lines.count == 4 && comparison.lines[3].bit == 3 && comparison.lines[3].name == nil)
    #expect(comparison.text.contains("beyond the menu"))
  }

  @Test("changed files are read or refused")
  func fuzz() {
    let good = Array("event,input,ftdl,psnm,prescales\n7,1 2,f 1,1,1 1 2 0\n8,3,1,1,1 1 2 0\n".utf8)
    var mutator = ByteMutator("recorded decisions", alphabet: ",\n 0f\"#-_")
    let inputs = Fuzz.inputs()
    var read = 0
    for _ in 0..<inputs {
      let bytes = mutator.mutated(good)
      do {
        let decisions = try RecordedDecisions(path: "fuzz", content: bytes)
        read += 1
        for words in [decisions.input, decisions.before, decisions.after] {
          if let words, words.count != 10 * decisions.count { Issue.record("\(decisions)") }
        }
      } catch { if "\(error)".isEmpty { Issue.record("no reason") } }
    }
    #expect(read > inputs / 20 && read < inputs * 19 / 20, "\(read)")
  }

  @Test("paired decisions: the error of a difference comes from the events on which two menus differ")
  func paired() throws {
    var pairs = PairedDecisions(first: ["a", "b"], second: ["b", "c"])
    // 100 events that both keep by b, 9 that only the second keeps by c, 4 that only the first keeps by a.
    for event in 0..<113 {
      let first: UInt32 = event < 100 ? 0b10 : event < 109 ? 0 : 0b01
      let second: UInt32 = event < 100 ? 0b01 : event < 109 ? 0b10 : 0
      pairs.add(
        ([first], [first]), ([second], [second]), weight: 0.5, event: "\(event)")
    }
    #expect(pairs.events == 113 && pairs.after.map(\.name) == ["a", "b", "c"])
    #expect(!pairs.after[1].differs && pairs.after[0].onlyFirst.events == 4 && pairs.after[2].onlySecond.events == 9)
    let difference = try #require(pairs.level1.difference(liveTime: 2))
    // (9 - 4) * 0.5 / 2 s with sqrt(13) * 0.5 / 2 s.
    #expect(abs(difference.value - 1.25) < 1e-12)
    #expect(abs(difference.high - difference.value - 13.0.squareRoot() / 4) < 1e-12)
    #expect(pairs.level1.events.first == "100")
    #expect(pairs.after[1].difference(liveTime: 2) == nil)
  }
}
