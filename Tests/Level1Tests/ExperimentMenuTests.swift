import Detector
import EventModel
import Level1
import Menu
import Statistics
import Testing

extension PublishedTables {
  static let vocabularies = MenuVocabularies(level1: Level1Vocabulary.sets, highLevel: [Vocabulary(name: "none")])
}

@Suite("The experiment's own menu, bit for bit")
struct ExperimentMenuTests {
  @Test("the sets of inputs have the published bits at the published places", arguments: [26, 36])
  func inputSets(version: Int) throws {
    let set = try #require(Level1Vocabulary.sets.first { $0.name == "belle2-ftd\(version)" })
    #expect(try set.bits.map(\.name) == PublishedTables(version: version).inputs)
    #expect(set.bits.count == (version == 26 ? 160 : 151))
  }

  @Test("the published event of simulated data gives its 160 line bits before prescale and its bits after prescale")
  func publishedEvent() throws {
    // Input, before-prescale and after-prescale words of event 0, stored with release 6 of the experiment's software.
    let text = "1c201111 0ea58000 00000048 c0040070 0002047f 00000000"
    let events = try EventWords(bytes: Array(text.utf8), file: "published")
    let evaluator = WordEvaluator(try PublishedTables.menu(version: 26))
    #expect(evaluator.level.lines.count == 160)
    evaluator.evaluate(events.words[...])
    #expect(EventWords.text(evaluator.before.prefix(6)) == "00040800 bfc100ff 800bc001 48080000 00104380 00000000")
    // The experiment's simulation draws prescales above 1 at random. It drew none here, and neither does a first count.
    #expect(EventWords.text(evaluator.after.prefix(6)) == "00040000 00c00045 00000000 48080000 00000000 00000000")
  }

  /// Words of many events: every bit at random, vetoes mostly off so that they do not hide the rest.
  private func randomWords(_ events: Int, _ inputs: [String], seed: UInt64) -> [UInt32] {
    var random = CounterRandom(seed: seed, purpose: RandomPurpose(named: "bits"))
    var words = (0..<events * EventWords.wordsPerEvent).map { place -> UInt32 in
      let dense = UInt32(truncatingIfNeeded: random.next())
      // Every third event has few bits set.
      return place / EventWords.wordsPerEvent % 3 == 0
        ? dense & UInt32(truncatingIfNeeded: random.next()) & UInt32(truncatingIfNeeded: random.next()) : dense
    }
    for veto in ["veto", "bha_veto", "track"] {
      guard let bit = inputs.firstIndex(of: veto) else { continue }
      for event in 0..<events where event % 4 != 0 {
        words[event * EventWords.wordsPerEvent + bit / 32] &= ~(1 << UInt32(bit % 32))
      }
    }
    return words
  }

  @Test(
    "every line is its published sum of products, for any bits: the words, the sums, and the sums read as a menu",
    arguments: [26, 36])
  func everyLine(version: Int) throws {
    let tables = try PublishedTables(version: version)
    let events = 4000
    let words = randomWords(events, tables.inputs, seed: UInt64(version))
    var text = "menu: sums\nlevel1:\n  inputs: belle2-ftd\(version)\n  lines:\n"
    for line in tables.lines { text += "    - {name: \(line.name), bits: \"\(line.sum)\"}\n" }
    let sums = try TriggerMenu(text: text, vocabularies: PublishedTables.vocabularies.withGivenBits())
    let inWords = WordEvaluator(try PublishedTables.menu(version: version))
    let inSums = WordEvaluator(sums)
    #expect(inWords.level.lines.map(\.name) == tables.lines.map(\.name))
    inWords.evaluate(words[...])
    inSums.evaluate(words[...])
    #expect(inWords.before == inSums.before)
    let width = EventWords.wordsPerEvent
    for (place, line) in tables.lines.enumerated() {
      let sum = try SumOfProducts(line.sum, bitCount: tables.inputs.count)
      var fired = 0
      for event in 0..<events {
        let row = words[event * width..<(event + 1) * width]
        let expected = PublishedTables.evaluate(line.sum, row)
        let found = inWords.before[event * width + place / 32] >> UInt32(place % 32) & 1 == 1
        if found != expected || sum.isTrue(row) != expected { Issue.record("\(line.name) in event \(event)") }
        fired += found ? 1 : 0
      }
      #expect(fired > 0 && fired < events, "\(line.name) fires \(fired) times")
    }
    #expect(tables.lines.count == (version == 26 ? 160 : 175))
  }

  @Test(
    "the prescales are the last public ones: 46 lines unprescaled, 42 prescaled, 87 off; other sets by their column")
  func prescales() throws {
    let menu = try PublishedTables.menu(version: 36)
    func count(_ menu: TriggerMenu, _ isIn: (Double) -> Bool) -> Int { menu.level1.lines.count { isIn($0.prescale) } }
    #expect(count(menu) { $0 == 1 } == 46)
    #expect(count(menu) { $0 > 1 } == 42)
    #expect(count(menu) { $0 == 0 } == 87)
    let last = try PublishedTables.menu(version: 36, prescales: PrescaleChoice(column: "e18r781"))
    #expect(last.contentHash == menu.contentHash)
    #expect(last.prescaleColumn == "e18r781" && menu.prescaleColumn == nil)
    // Differences that were published between the last set and the simulated sample.
    let sample = try PublishedTables.menu(version: 36, prescales: PrescaleChoice(column: "release_09_mc"))
    let changed = zip(menu.level1.lines, sample.level1.lines).filter { $0.prescale != $1.prescale }
      .map { "\($0.name) \(Int($0.prescale)) \(Int($1.prescale))" }
    #expect(
      changed == [
        "ffz 1 1000", "fzo 1 1000", "lml0 1 10", "lml13 1 10", "n1lume 0 1", "c3lume 0 1", "n3hie 0 1",
        "n3lume 0 1000", "y 0 500",
      ])
    let e16 = try PublishedTables.menu(version: 36, prescales: PrescaleChoice(column: "e16r666"))
    #expect(e16.level1.line(named: "fff").map { e16.level1.lines[$0].prescale } == 1)
    #expect(e16.level1.line(named: "stt").map { e16.level1.lines[$0].prescale } == 1)
  }

  @Test("menus and prescales in force are found by experiment and run")
  func runs() throws {
    let table = try RunTable(contentsOf: PublishedTables.menus.appendingPathComponent("belle2/runs.tsv").path)
    func version(_ run: String) -> Int? { RunTable.Run(run).flatMap { table.range(of: $0)?.version } }
    #expect(
      [
        "0.0", "7.2102", "7.2103", "8.1300", "10.134", "12.1858", "12.1859", "13.99999", "14.0", "16.1132", "16.1133",
        "30.1",
      ]
      .map(version) == [24, 11, 12, 14, 17, 25, 26, 26, 29, 35, 36, 36])
    // No run belongs to two versions.
    for (first, second) in zip(table.ranges, table.ranges.dropFirst()) {
      #expect(first.last.map { $0 < second.first } == true)
    }
    let columns = try PublishedTables.menu(version: 36).prescaleColumns
    func set(_ run: String) -> String? { RunTable.Run(run).flatMap { RunTable.prescaleSet(for: $0, among: columns) } }
    #expect(
      ["16.1133", "18.65", "18.66", "18.780", "18.781", "25.1", "7.919"].map(set) == [
        "e16r1062", "e16r1062", "e18r66", "e18r283", "e18r781", "e18r781", nil,
      ])
  }

  @Test("both versions decide the same events alike where their lines say the same, though their bits stand elsewhere")
  func computedBits() throws {
    let batch = try Level1TriggerTests.batch.get()
    var values: [String: [Bool]] = [:]
    var compared = 0
    for version in [36, 26] {
      let menu = try TriggerMenu(
        contentsOf: PublishedTables.menus.appendingPathComponent("belle2-ftd\(version).yaml").path,
        vocabularies: PublishedTables.vocabularies)
      let trigger = try Level1Trigger(level: menu.level1.compile(), detector: .belle2(), seed: 1)
      let column = try Level1Column(trigger.process(batch))
      for (place, line) in menu.level1.lines.enumerated() where !line.isMasked {
        let fired = (0..<batch.count).map { column.beforePrescale[$0 * 10 + place / 32] >> UInt32(place % 32) & 1 == 1 }
        if version == 36 {
          values[line.canonicalExpression] = fired
        } else if let other = values[line.canonicalExpression] {
          #expect(fired == other, "\(line.name)")
          compared += fired.contains(true) ? 1 : 0
        }
      }
    }
    #expect(compared > 20)
  }

  @Test("a line whose inputs are not built is masked and never passes, on or off")
  func masked() throws {
    let menu = try TriggerMenu(
      text: """
        menu: masked
        level1:
          unknown: masked
          lines:
            - {name: top, bits: "top_active or track"}
            - {name: tracks, bits: track}
        """, vocabularies: PublishedTables.vocabularies)
    #expect(menu.level1.lines.map(\.isMasked) == [true, false])
    let batch = try Level1TriggerTests.batch.get()
    let trigger = try Level1Trigger(level: menu.level1.compile(), detector: .belle2(), seed: 1)
    let column = try Level1Column(trigger.process(batch))
    let words = (0..<batch.count).map { column.beforePrescale[$0 * 10] }
    #expect(words.allSatisfy { $0 & 1 == 0 } && words.contains { $0 & 2 != 0 })
  }
}
