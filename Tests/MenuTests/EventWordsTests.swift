import EventModel
import Menu
import Statistics
import TestSupport
import Testing

@Suite("Recorded input words")
struct EventWordsTests {
  private static func read(_ text: String) throws(MenuError) -> EventWords {
    try EventWords(bytes: Array(text.utf8), file: "words")
  }

  private static func errors(_ text: String) -> [String] {
    do throws(MenuError) {
      _ = try read(text)
      return []
    } catch {
      return error.diagnostics.map { "\($0.span.line):\($0.span.column): \($0.message)" }
    }
  }

  @Test("one event a line, 6 to 10 words, in upper or lower case, with or without 0x, blanks, commas or tabs")
  func forms() throws {
    let events = try Self.read(
      """
      # words of three events
      1c201111 0ea58000 00000048 c0040070 0002047f 00000000

        0x1C201111,0X0EA58000,48,C0040070,2047F,0   # the same\r
      1 2 3 4 5 6\t7 8 9 a
      """)
    #expect(events.count == 3)
    #expect(events.wordCounts == [6, 6, 10])
    #expect(Array(events[0]) == Array(events[1]))
    #expect(Array(events[2]) == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    #expect(EventWords.text(events[0].prefix(3)) == "1c201111 0ea58000 00000048")
    #expect(try Self.read("\u{FEFF}1 2 3 4 5 6").count == 1)
  }

  @Test(
    "what is wrong is said with line and column",
    arguments: [
      ("", "1:1: the file holds no events"), ("# nothing\n\n", "1:1: the file holds no events"),
      ("1 2 3 4 5", "1:1: the line has 5 words, expected 6 to 10"),
      ("1 2 3 4 5 6\n1 2 3 4 5 6 7 8 9 a b", "2:1: the line has 11 words, expected 6 to 10"),
      ("1 2 3 4 5 6g", "1:11: '6g' is not a hexadecimal word"),
      (
        "1 2 3 123456789 5 6",
        "1:7: a word has 32 bits, 8 hexadecimal digits at most, found 9 characters"
      ),
      ("1 2 3 4 5 -6", "1:11: '-6' is not a hexadecimal word"),
      ("1 2 3 4 5 0x", "1:11: '0x' is not a hexadecimal word"),
      ("1 2 3 4 5 \u{0}", "1:11: '.' is not a hexadecimal word"),
    ])
  func errors(text: String, expected: String) {
    #expect(Self.errors(text) == [expected])
  }

  @Test("bits beyond a set of inputs are counted")
  func beyond() throws {
    let events = try Self.read("0 0 0 0 800000 0\n0 0 0 0 400000 0\n0 0 0 0 0 1\n")
    #expect(events.eventsBeyond(bitCount: 151) == 2)
    #expect(events.eventsBeyond(bitCount: 160) == 1)
    #expect(events.eventsBeyond(bitCount: 320) == 0)
  }

  @Test("changed files are read or refused with a place")
  func fuzz() {
    let good = Array("1c201111 0ea58000 00000048 c0040070 0002047f 00000000\n0x1,2 3 4 5 6 # x\n".utf8)
    var mutator = ByteMutator("event words", alphabet: "0123456789abcdefX ,\n#")
    let inputs = Fuzz.inputs()
    var read = 0
    for _ in 0..<inputs {
      let bytes = mutator.mutated(good)
      do throws(MenuError) {
        let events = try EventWords(bytes: bytes, file: "fuzz")
        read += 1
        if events.words.count != events.count * EventWords.wordsPerEvent { Issue.record("\(events)") }
      } catch {
        let isPlaced = error.diagnostics.allSatisfy { $0.span.line >= 1 && $0.span.column >= 1 }
        if error.diagnostics.isEmpty || !isPlaced || error.rendered.isEmpty { Issue.record("\(error)") }
      }
    }
    #expect(read > inputs / 5 && read < inputs * 9 / 10, "\(read)")
  }
}

@Suite("Level-1 prescales by counting and at random")
struct Level1PrescalingTests {
  private static let menu = Result {
    try TriggerMenu(
      text: """
        menu: test
        level1:
          inputs: {name: own, bits: a b c}
          lines:
            - {name: all, bits: a}
            - {name: tenth, bits: a, prescale: 10}
            - {name: other, bits: a, prescale: 10}
            - {name: off, bits: a, prescale: 0}
        """, vocabularies: TestMenus.vocabularies.withGivenBits())
  }

  private static func after(_ prescaling: Level1Prescaling, batches: [Int], seed: UInt64 = 1) throws -> [UInt32] {
    let evaluator = try WordEvaluator(menu.get(), prescaling: prescaling, seed: seed)
    return batches.flatMap { count -> [UInt32] in
      let words = [UInt32](repeating: 1, count: count * EventWords.wordsPerEvent)
      evaluator.evaluate(words[...])
      return stride(from: 0, to: evaluator.after.count, by: EventWords.wordsPerEvent).map { evaluator.after[$0] }
    }
  }

  @Test("counting passes every tenth event, whatever the batches")
  func counting() throws {
    let words = try Self.after(.counter, batches: [7, 64, 1, 928])
    #expect(words.enumerated().allSatisfy { $1 == (($0 + 1) % 10 == 0 ? 0b111 : 0b001) })
    #expect(try words == Self.after(.counter, batches: [1000]))
  }

  @Test("random prescales pass a tenth, lines apart from each other, the same in any batches and other with a new seed")
  func random() throws {
    let events = 20_000
    let words = try Self.after(.random, batches: [events])
    #expect(try words == Self.after(.random, batches: [13, 4000, 15_987]))
    #expect(try words != Self.after(.random, batches: [events], seed: 2))
    #expect(words.allSatisfy { $0 & 0b1001 == 0b0001 })
    // Binomial: 2000 +- 42 of one line, 200 +- 14 of both.
    let tenth = words.count { $0 & 2 != 0 }
    let both = words.count { $0 & 6 == 6 }
    #expect(abs(tenth - 2000) < 5 * 42)
    #expect(abs(both - 200) < 5 * 14)
  }
}
