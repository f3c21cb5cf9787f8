import Menu
import Statistics
import Testing

@Suite("The bit algebra is the experiment's own")
struct PublishedLogicTests {
  private static func words(_ text: String) -> [String] {
    text.split(whereSeparator: \.isWhitespace).map(String.init)
  }

  private static func vocabulary(_ inputs: [String]) -> Vocabulary {
    var vocabulary = Vocabulary(name: "published")
    for input in inputs { vocabulary.addBit(input, "input") }
    for (name, count) in [
      ("t2", 4), ("t3", 4), ("ty", 4), ("ts", 4), ("ta", 4), ("cdcecl", 4), ("c2gev", 4),
    ] {
      vocabulary.addMultiplicity(name, .oneHot, of: (0..<count).map { "\(name)_\($0)" }, "one-hot")
    }
    for (name, count) in [("clst", 4), ("klm", 3), ("eklm", 3), ("bha_theta", 2)]
    where inputs.contains("\(name)_0") {
      vocabulary.addMultiplicity(name, .packed, of: (0..<count).map { "\(name)_\($0)" }, "packed")
    }
    return vocabulary
  }

  private static func menu(_ lines: [(name: String, prescale: String, bits: String)], _ vocabulary: Vocabulary)
    throws -> TriggerMenu
  {
    var text = "menu: published\nlevel1:\n  lines:\n"
    for line in lines {
      text += "    - {name: \(line.name), prescale: \(line.prescale), bits: \"\(line.bits)\"}\n"
    }
    return try TriggerMenu(
      text: text, vocabularies: MenuVocabularies(level1: [vocabulary], highLevel: [vocabulary]))
  }

  /// A sum of products of input indices as menu algebra.
  private static func algebra(_ sum: Substring, _ inputs: [String]) -> String {
    if sum.isEmpty { return "true" }
    return sum.split(separator: "+").map { product in
      product.split(separator: " ").map { factor in
        factor.hasPrefix("!") ? "!\(inputs[Int(factor.dropFirst()) ?? 0])" : inputs[Int(factor) ?? 0]
      }.joined(separator: " and ")
    }.joined(separator: " or ")
  }

  /// A sum of products evaluated as it stands, without the menu.
  private static func evaluate(_ sum: Substring, _ words: [UInt32]) -> Bool {
    if sum.isEmpty { return true }
    return sum.split(separator: "+").contains { product in
      product.split(separator: " ").allSatisfy { factor in
        let isNegated = factor.hasPrefix("!")
        let index = Int(isNegated ? factor.dropFirst() : factor) ?? 0
        return (words[index / 32] >> UInt32(index % 32) & 1 == 1) != isNegated
      }
    }
  }

  @Test("the published event of simulated data gives its 160 line bits before and the right ones after prescale")
  func publishedEvent() throws {
    // Input, before-prescale and after-prescale words of event 0, stored with release 6 of the experiment's software.
    let input: [UInt32] = [0x1c20_1111, 0x0ea5_8000, 0x0000_0048, 0xc004_0070, 0x0002_047f, 0]
    let before: [UInt32] = [0x0004_0800, 0xbfc1_00ff, 0x800b_c001, 0x4808_0000, 0x0010_4380, 0]
    let after: [UInt32] = [0x0004_0000, 0x00c0_0045, 0x0000_0000, 0x4808_0000, 0, 0]
    let inputs = Self.words(PublishedLogic.inputs26)
    #expect(inputs.count == 160)
    let lines = PublishedLogic.lines26.split(separator: "\n").map { line in
      let parts = line.split(separator: " ", maxSplits: 2)
      return (
        name: String(parts[0]), prescale: String(parts[1]),
        bits: Self.algebra(parts.count > 2 ? parts[2] : "", inputs)
      )
    }
    #expect(lines.count == 160)
    let level = try Self.menu(lines, Self.vocabulary(inputs)).level1.compile()
    let columns = EventColumns(vocabulary: level.vocabulary)
    columns.begin(rowCount: 1)
    input.withUnsafeBufferPointer { columns.setBits($0, wordsPerRow: 6) }
    let masks = level.makeEvaluator().evaluate(columns)
    var found = [UInt32](repeating: 0, count: 6)
    found.withUnsafeMutableBufferPointer { masks.writeRows(into: $0, wordsPerRow: 6) }
    #expect(found == before)
    var counters = PrescaleCounters(level)
    var passing = LineMasks(lineCount: level.lines.count)
    counters.apply(to: masks, into: &passing)
    for (index, line) in level.lines.enumerated() {
      let stored = after[index / 32] >> UInt32(index % 32) & 1 == 1
      let isTrue = passing.isTrue(line: index, row: 0)
      // The experiment's simulation draws prescales above 1 at random; 0 and 1 are certain.
      if line.prescale <= 1 { #expect(isTrue == stored, "\(line.name)") }
      if isTrue || stored { #expect(masks.isTrue(line: index, row: 0), "\(line.name)") }
    }
  }

  @Test("comparisons of multiplicities mean the published sums of products, for every value of the bits")
  func multiplicities() throws {
    let inputs = Self.words(PublishedLogic.inputs36)
    #expect(inputs.count == 151)
    let pairs = PublishedLogic.lines36.split(separator: "\n").map { line in
      let parts = line.split(separator: "::", omittingEmptySubsequences: false)
      return (algebra: parts[0].trimmingSuffix(while: \.isWhitespace), sum: parts[1].drop(while: \.isWhitespace))
    }
    #expect(pairs.count > 25)
    let level = try Self.menu(
      pairs.enumerated().map { ("line\($0)", "1", String($1.algebra)) }, Self.vocabulary(inputs)
    ).level1.compile()
    let rows = 500
    var random = CounterRandom(seed: 1, purpose: RandomPurpose(named: "bits"))
    var words = (0..<(rows * 5)).map { _ in UInt32(truncatingIfNeeded: random.next()) }
    // Counts as trigger hardware makes them: at most one bit of a one-hot number.
    for row in 0..<rows {
      for group in ["t2", "t3", "ty", "ts", "ta", "cdcecl", "c2gev"] {
        let first = inputs.firstIndex(of: "\(group)_0") ?? 0
        let value = Int(random.integer(below: 5))
        for bit in 0..<4 {
          let index = first + bit
          let place = row * 5 + index / 32
          words[place] &= ~(1 << UInt32(index % 32))
          if value == bit + 1 { words[place] |= 1 << UInt32(index % 32) }
        }
      }
      // Veto bits would hide most of the logic if they were as often set as not.
      for veto in ["veto", "bha_veto", "track"] where row % 4 != 0 {
        let index = inputs.firstIndex(of: veto) ?? 0
        words[row * 5 + index / 32] &= ~(1 << UInt32(index % 32))
      }
    }
    let columns = EventColumns(vocabulary: level.vocabulary)
    columns.begin(rowCount: rows)
    words.withUnsafeBufferPointer { columns.setBits($0, wordsPerRow: 5) }
    let masks = level.makeEvaluator().evaluate(columns)
    for (line, pair) in pairs.enumerated() {
      let expected = (0..<rows).count { Self.evaluate(pair.sum, Array(words[($0 * 5)..<($0 * 5 + 5)])) }
      for row in 0..<rows {
        let isTrue = Self.evaluate(pair.sum, Array(words[(row * 5)..<(row * 5 + 5)]))
        if masks.isTrue(line: line, row: row) != isTrue { Issue.record("\(pair.algebra) in row \(row)") }
      }
      #expect(expected > 0, "\(pair.algebra) never fires")
    }
  }
}

extension Substring {
  fileprivate func trimmingSuffix(while isTrimmed: (Character) -> Bool) -> Substring {
    var result = self
    while let last = result.last, isTrimmed(last) { result.removeLast() }
    return result
  }
}
