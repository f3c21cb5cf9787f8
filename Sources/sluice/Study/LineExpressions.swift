import ArrowStream
import EventModel
import Menu

/// Combinations of level-1 lines, written in the menu language with the lines' names as words: `(a or b) and not c`.
final class LineExpressions {
  /// The combinations as they were given.
  let texts: [String]
  private let evaluator: LevelEvaluator?
  private let columns: EventColumns

  /// - Parameters:
  ///   - texts: the combinations.
  ///   - lines: names of the lines in bit order.
  /// - Throws: `MenuError` with the place in the expression.
  init(_ texts: [String], lines: [String]) throws(MenuError) {
    self.texts = texts
    var vocabulary = Vocabulary(name: "lines")
    for line in lines where vocabulary.bit(named: line) == nil { vocabulary.addBit(line, "level-1 line") }
    columns = EventColumns(vocabulary: vocabulary)
    guard !texts.isEmpty else {
      evaluator = nil
      return
    }
    // A menu of one line for each expression; YAML doubles a quote inside quotes.
    var menu = "menu: expressions\nlevel1:\n  inputs: lines\n  lines:\n"
    for (index, text) in texts.enumerated() {
      let quoted = text.replacing("'", with: "''").replacing("\n", with: " ")
      menu += "    - name: expression_\(index)\n      when: '\(quoted)'\n"
    }
    let read = try TriggerMenu(
      text: menu, file: "--expression",
      vocabularies: MenuVocabularies(level1: [vocabulary], highLevel: [vocabulary]))
    evaluator = read.level1.compile().makeEvaluator()
  }

  /// Whether each combination holds for each event of a batch, before prescale.
  func values(_ words: ColumnView<UInt32>, events: Int) -> [[Bool]] {
    guard let evaluator else { return [] }
    columns.begin(rowCount: events)
    columns.setBits(words.unsafeBuffer, wordsPerRow: EventSchema.level1Words)
    let lines = evaluator.evaluate(columns)
    return texts.indices.map { line in (0..<events).map { lines.isTrue(line: line, row: $0) } }
  }
}
