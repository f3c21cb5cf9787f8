import CPartners
import Foundation
import Level1
import Menu
import Statistics

/// Evaluates the experiment's own 175 level-1 lines on input words, from words to words before and after prescale, beside
/// the sums of products evaluated one event after the other in C, as the published logic is written.
func measureLogic(_ runs: Int) throws -> [Measurement] {
  let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
  let menus = root.appending(path: "Menus")
  let menu = try TriggerMenu(
    contentsOf: menus.appending(path: "belle2-ftd36.yaml").path,
    vocabularies: MenuVocabularies(level1: Level1Vocabulary.sets, highLevel: [Vocabulary(name: "none")])
      .withGivenBits())
  let table = try String(contentsOf: menus.appending(path: "belle2/ftd36-lines.tsv"), encoding: .utf8)
  let sums = try table.split(separator: "\n").filter { !$0.hasPrefix("#") && !$0.hasPrefix("bit\t") }.map { row in
    try SumOfProducts(
      String(row.split(separator: "\t", omittingEmptySubsequences: false)[3]),
      bitCount: menu.level1.vocabulary.bits.count)
  }
  let width = EventWords.wordsPerEvent
  var products: [UInt32] = []
  var first: [UInt32] = [0]
  for sum in sums {
    for product in sum.products {
      var masks = [UInt32](repeating: 0, count: 2 * width)
      for factor in product { masks[(factor.isNegated ? width : 0) + factor.bit / 32] |= 1 << UInt32(factor.bit % 32) }
      products += masks
    }
    first.append(UInt32(products.count / (2 * width)))
  }

  let events = 4096
  var random = CounterRandom(seed: 11, experiment: 0, run: 0, event: 0, purpose: RandomPurpose(rawValue: 997))
  // A quarter of the bits set, the vetoes mostly off.
  let veto = menu.level1.vocabulary.bit(named: "veto") ?? 0
  let words = (0..<events * width).map { place -> UInt32 in
    let word = UInt32(truncatingIfNeeded: random.next()) & UInt32(truncatingIfNeeded: random.next())
    return place % width == veto / 32 && place / width % 10 != 0 ? word & ~(1 << UInt32(veto % 32)) : word
  }
  let evaluator = WordEvaluator(menu)
  var answer = [UInt32](repeating: 0, count: events * width)
  let repeats = 4
  var contest = Contest(runs: runs)
  contest.add("the experiment's 175 lines, words to words", unit: "event", units: events * repeats) {
    for _ in 0..<repeats { evaluator.evaluate(words[...]) }
  }
  contest.add("  their sums of products in C, an event at a time", unit: "event", units: events * repeats) {
    for _ in 0..<repeats { partner_sums(words, width, events, products, first, sums.count, &answer) }
  }
  let results = try contest.measure()
  // A benchmark of different answers would compare nothing.
  guard evaluator.before == answer else { throw BenchmarkError("the lines differ from their sums of products") }
  return results
}
