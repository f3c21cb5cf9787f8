import EventModel
import Menu
import Statistics
import Testing

/// Lines, prescales, totals and final decision as the software trigger of Belle II defines them.
@Suite("Semantics of software-trigger lines")
struct LineSemanticsTests {
  @Test(
    "An accept line gives 1 if its cut is true and its prescale lets it; a reject line gives -1 whatever its prescale")
  func results() {
    for passes in [false, true] {
      #expect(LineResult.of(.accept, isTrue: false, passesPrescale: passes) == .none)
      #expect(LineResult.of(.reject, isTrue: false, passesPrescale: passes) == .none)
      #expect(LineResult.of(.reject, isTrue: true, passesPrescale: passes) == .reject)
      #expect(LineResult.of(.accept, isTrue: true, passesPrescale: passes) == (passes ? .accept : .none))
    }
    #expect([LineResult.accept, .none, .reject].map(\.rawValue) == [1, 0, -1])
  }

  @Test("Menus in accept mode keep what is accepted or not rejected, in reject mode what is accepted and not rejected")
  func modes() {
    let table: [([LineResult], accept: Bool, reject: Bool)] = [
      ([], true, false), ([.none], true, false), ([.accept], true, true), ([.reject], false, false),
      ([.accept, .reject], true, false), ([.none, .accept], true, true), ([.none, .reject], false, false),
      ([.none, .none], true, false), ([.accept, .accept, .none], true, true),
      ([.reject, .reject, .accept], true, false),
    ]
    for (results, accept, reject) in table {
      #expect(DecisionMode.accept.keeps(results) == accept, "\(results)")
      #expect(DecisionMode.reject.keeps(results) == reject, "\(results)")
    }
  }

  @Test("The grand total decides if there is one, else the filter; skims never do; without totals the event stays")
  func finalDecision() {
    for skims in [nil, true, false] as [Bool?] {
      for filter in [nil, true, false] as [Bool?] {
        #expect(TriggerTotals(filter: filter, skims: skims, all: true).isKept)
        #expect(!TriggerTotals(filter: filter, skims: skims, all: false).isKept)
      }
      #expect(TriggerTotals(filter: true, skims: skims).isKept)
      #expect(!TriggerTotals(filter: false, skims: skims).isKept)
      #expect(TriggerTotals(skims: skims).isKept)
    }
  }

  @Test("Counting lets the first of every N pass: 73 of 729 at 10, 77 of 544 at 7 that begin one before the next")
  func counting() {
    var tens = PrescaleCounters(prescales: [10, 0, 1], phase: .first)
    var passed = [0, 0, 0]
    for _ in 0..<729 {
      for line in 0..<3 where tens.passes(line: line) { passed[line] += 1 }
    }
    #expect(passed == [729 / 10 + 1, 0, 729])
    var sevens = PrescaleCounters(prescales: [7], phase: .first)
    // A counter that starts at 1 has let one pass already.
    sevens.start(from: [1])
    #expect((0..<544).count { _ in sevens.passes(line: 0) } == 77)
  }

  private static func level(_ prescales: [Double]) throws -> CompiledLevel {
    let lines = prescales.enumerated().map { index, prescale in
      "    - {name: line\(index), prescale: \(prescale), when: \"energy_sum > 0 GeV\"}"
    }
    let text = "menu: m\nversion: 1\nhigh_level:\n  lines:\n" + lines.joined(separator: "\n") + "\n"
    return try TriggerMenu(text: text, vocabularies: TestMenus.vocabularies).highLevel.compile()
  }

  private struct Counted {
    let key: EventKey
    let value: Float
    let live: Bool
  }

  @Test("Counters count the events of a run that are live and true, however they come in batches")
  func countersOverBatches() throws {
    let level = try Self.level([3, 1, 0, 2.5])
    let columns = EventColumns(vocabulary: level.vocabulary)
    let evaluator = level.makeEvaluator()
    let sum = try #require(level.vocabulary.scalar(named: "energy_sum"))
    var events: [Counted] = []
    for number in 0..<500 {
      let key = EventKey(experiment: 1, run: number < 300 ? 1 : 2, number: UInt64(number))
      events.append(Counted(key: key, value: number % 3 == 0 ? -1 : 1, live: number % 5 != 0))
    }
    func decisions(_ size: Int) -> [[Bool]] {
      var counters = PrescaleCounters(level, phase: .first)
      var run: RunNumber?
      var after = LineMasks(lineCount: 4)
      var result: [[Bool]] = []
      for start in stride(from: 0, to: events.count, by: size) {
        let part = Array(events[start..<min(events.count, start + size)])
        columns.begin(rowCount: part.count)
        var live = RowMask(rowCount: part.count)
        for (row, event) in part.enumerated() {
          columns.setScalar(sum, row: row, to: event.value)
          live[row] = event.live
        }
        evaluator.evaluate(columns)
        counters.apply(to: evaluator.lines, live: live, run: &run, key: { part[$0].key }, into: &after)
        for row in part.indices { result.append((0..<4).map { after.isTrue(line: $0, row: row) }) }
      }
      return result
    }
    let whole = decisions(500)
    #expect(decisions(1) == whole && decisions(37) == whole && decisions(64) == whole)
    for run in [0..<300, 300..<500] {
      let counted = run.filter { events[$0].live && events[$0].value > 0 }
      for (place, row) in counted.enumerated() {
        #expect(whole[row][0] == (place % 3 == 0))
        #expect(whole[row][1] && !whole[row][2])
      }
      let part = counted.count { whole[$0][3] }
      #expect(abs(Double(part) - Double(counted.count) / 2.5) <= 1)
      for row in run where !counted.contains(row) { #expect(!whole[row].contains(true)) }
    }
  }

  @Test("Hashing lets one of N pass on average, and the same events in any order")
  func hashing() throws {
    var hash = PrescaleHash(names: ["a", "b"], prescales: [10, 10], seed: 4)
    let keys = (0..<20_000).map { EventKey(experiment: 2, run: 5, number: UInt64($0)) }
    let first = keys.map { hash.passes(line: 0, event: $0) }
    let second = keys.map { hash.passes(line: 1, event: $0) }
    for passed in [first, second] {
      // 2000 expected, 42 standard deviation.
      #expect(abs(passed.count { $0 } - 2000) < 170)
    }
    // Lines draw apart: both pass in one of a hundred.
    #expect(abs(zip(first, second).count { $0 && $1 } - 200) < 60)
    #expect(keys.reversed().map { hash.passes(line: 0, event: $0) } == first.reversed())
  }
}
