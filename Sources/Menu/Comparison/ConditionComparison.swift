import Statistics

/// Whether two conditions on input bits mean the same: they are evaluated for every combination of the bits they speak
/// of, or for many random ones where there are too many.
public struct ConditionComparison: Sendable {
  /// Most bits of which every combination is tried.
  public static let exhaustiveBits = 14
  /// Combinations tried beyond that.
  public static let randomCombinations = 1 << 14

  /// Whether the two agreed for every combination tried.
  public let isSame: Bool
  /// Whether every combination was tried.
  public let isExhaustive: Bool
  /// Names of the bits that are set in a combination on which they differ.
  public let example: [String]

  /// Compares two conditions of a vocabulary's bits, with names or as sums of products.
  /// - Throws: ``MenuError`` for a text that is no such condition.
  public init(_ first: String, _ second: String, _ vocabulary: Vocabulary) throws(MenuError) {
    let inputs = vocabulary.bitsAreGiven ? vocabulary : vocabulary.withGivenBits()
    func line(_ name: String, _ text: String) -> MenuDeclarations.Line {
      let condition = LocatedText(text, file: name, line: 1, column: 1)
      var line = MenuDeclarations.Line(
        name: LocatedText(name, file: name, line: 1, column: 1), span: condition.span, isReject: false)
      line.isBitAlgebra = true
      line.condition = condition
      return line
    }
    var declarations = MenuDeclarations()
    declarations.name = LocatedText("comparison", file: "", line: 1, column: 1)
    declarations.level1.lines = [line("first", first), line("second", second)]
    var builder = MenuBuilder(
      declarations: declarations, path: "comparison",
      vocabularies: MenuVocabularies(level1: [inputs], highLevel: [inputs]), log: DiagnosticLog())
    let level = try builder.build().level1.compile()
    self.init(level)
  }

  /// Compares the two lines of a level.
  init(_ level: CompiledLevel) {
    let bits = level.nodes.compactMap { node -> Int? in
      if case .bit(let bit) = level.graph.nodes[node].operation { bit } else { nil }
    }
    isExhaustive = bits.count <= Self.exhaustiveBits
    let rows = isExhaustive ? 1 << bits.count : Self.randomCombinations
    let columns = EventColumns(vocabulary: level.vocabulary)
    columns.begin(rowCount: rows)
    var random = CounterRandom(seed: 1, purpose: RandomPurpose(named: "comparison of conditions"))
    for row in 0..<rows {
      for (place, bit) in bits.enumerated() {
        let isSet = isExhaustive ? row >> place & 1 == 1 : random.next() & 1 == 1
        if isSet { columns.setBit(bit, row: row) }
      }
    }
    let masks = level.makeEvaluator().evaluate(columns)
    let difference = (0..<masks.wordsPerLine).first { masks.values[$0] != masks.values[masks.wordsPerLine + $0] }
    isSame = difference == nil
    example =
      difference.map { word in
        let row = word * 64 + (masks.values[word] ^ masks.values[masks.wordsPerLine + word]).trailingZeroBitCount
        return bits.filter { columns.bit($0, row: row) }.map { level.vocabulary.bits[$0].name }
      } ?? []
  }
}
