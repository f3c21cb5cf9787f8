import CPartners
import Foundation
import Menu
import Statistics

/// Evaluates a menu of 50 lines with 200 cuts on 24 variables, beside the same cuts compiled into C.
func measureMenu(_ runs: Int) throws -> [Measurement] {
  let variables = 24
  let events = 4096
  var random = CounterRandom(
    seed: 7, experiment: 0, run: 0, event: 0, purpose: RandomPurpose(rawValue: 998))
  // Cuts that many menus share: few distinct ones, so that lines have something in common.
  let pool = (0..<70).map { _ in
    (
      variable: Int(random.uniform() * Double(variables)), threshold: Float(random.uniform()),
      greater: random.uniform() < 0.5
    )
  }
  let lines = (0..<50).map { _ in (0..<4).map { _ in Int(random.uniform() * Double(pool.count)) } }
  let values = (0..<events * variables).map { _ in Float(random.uniform()) }

  var vocabulary = Vocabulary(name: "benchmark")
  for index in 0..<variables { vocabulary.addScalar("x\(index)", .dimensionless, "variable \(index)") }
  var text = "menu: benchmark\nversion: 1\nlevel1:\n  inputs: benchmark\n  lines:\n"
  for (number, cuts) in lines.enumerated() {
    let condition = cuts.map { "x\(pool[$0].variable) \(pool[$0].greater ? ">" : "<") \(pool[$0].threshold)" }
    text += "    - name: line\(number)\n      when: \(condition.joined(separator: " and "))\n"
  }
  text += "high_level:\n  inputs: benchmark\n  lines:\n    - name: all\n      when: x0 > -1\n"
  let menu = try TriggerMenu(
    text: text, vocabularies: MenuVocabularies(level1: [vocabulary], highLevel: [vocabulary]))
  let evaluator = menu.level1.compile().makeEvaluator()
  let columns = EventColumns(vocabulary: vocabulary)
  columns.begin(rowCount: events)
  for row in 0..<events {
    for index in 0..<variables { columns.setScalar(index, row: row, to: values[row * variables + index]) }
  }

  let which = lines.flatMap { $0.map { UInt16(pool[$0].variable) } }
  let thresholds = lines.flatMap { $0.map { pool[$0].threshold } }
  let greater = lines.flatMap { $0.map { UInt8(pool[$0].greater ? 1 : 0) } }
  let first = (0...lines.count).map { UInt32($0 * 4) }
  var fired = [UInt64](repeating: 0, count: lines.count)

  let repeats = 20
  var contest = Contest(runs: runs)
  contest.add("menu, 50 lines, 200 cuts", unit: "event", units: events * repeats) {
    for _ in 0..<repeats { _ = evaluator.evaluate(columns) }
  }
  contest.add("  the cuts compiled into C, a row at a time", unit: "event", units: events * repeats) {
    for _ in 0..<repeats {
      for line in fired.indices { fired[line] = 0 }
      _ = partner_menu(values, variables, events, which, thresholds, greater, first, lines.count, &fired)
    }
  }
  let results = try contest.measure()
  // A benchmark of different answers would compare nothing.
  let masks = evaluator.evaluate(columns)
  for line in lines.indices where masks.count(line: line) != Int(fired[line]) {
    throw BenchmarkError("line \(line): \(masks.count(line: line)) events here, \(fired[line]) in C")
  }
  return results
}

/// A benchmark that measured nothing meaningful.
struct BenchmarkError: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
