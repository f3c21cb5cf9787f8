import EventModel
import Menu
import Statistics
import Testing

@Suite("Prescales and decisions")
struct PrescaleTests {
  @Test("level 1 passes the n-th, 2n-th, … event of a line")
  func counting() {
    var counters = PrescaleCounters(prescales: [3, 1, 0, 2.5])
    let passed = (1...10).map { _ in (0..<4).map { counters.passes(line: $0) } }
    #expect(passed.map { $0[0] } == [false, false, true, false, false, true, false, false, true, false])
    #expect(passed.allSatisfy { $0[1] && !$0[2] })
    #expect(passed.count { $0[3] } == 4)
    #expect(counters.counts == [10, 10, 10, 10])
  }

  @Test("the counter mode of the Belle II software trigger: 73 of 729 at prescale 10 from 0, 77 of 544 at 7 from 1")
  func softwareTriggerCounter() {
    var fromZero = PrescaleCounters(prescales: [10], phase: .first)
    #expect((0..<729).count { _ in fromZero.passes(line: 0) } == 73)
    var fromOne = PrescaleCounters(prescales: [7], phase: .last)
    #expect((0..<544).count { _ in fromOne.passes(line: 0) } == 77)
  }

  /// Masks of two lines that fire at random.
  private func masks(rows: Int, seed: UInt64) throws -> (CompiledLevel, LineMasks) {
    let menu = try TestMenus.read(
      """
      menu: test
      level1:
        lines:
          - {name: a, bits: veto, prescale: 7}
          - {name: b, bits: ehigh, prescale: 2}
          - {name: c, bits: bha_veto}
      """)
    let level = menu.level1.compile()
    var random = CounterRandom(seed: seed, purpose: RandomPurpose(named: "masks"))
    let columns = EventColumns(vocabulary: level.vocabulary)
    columns.begin(rowCount: rows)
    for row in 0..<rows {
      for bit in ["veto", "ehigh", "bha_veto"] where random.chance(0.6) {
        columns.setBit(level.vocabulary.bit(named: bit) ?? 0, row: row)
      }
    }
    return (level, level.makeEvaluator().evaluate(columns))
  }

  @Test("a split stream passes what the whole one passes when each part starts from the counts before it")
  func splitStream() throws {
    let parts = try [100, 1, 64, 200].enumerated().map { try masks(rows: $1, seed: UInt64($0)) }
    let level = parts[0].0
    var whole = PrescaleCounters(level)
    var sum = [UInt64](repeating: 0, count: level.lines.count)
    for (_, before) in parts {
      var fromWhole = LineMasks(lineCount: level.lines.count)
      whole.apply(to: before, into: &fromWhole)
      var own = PrescaleCounters(level)
      own.start(from: sum)
      var fromPart = LineMasks(lineCount: level.lines.count)
      own.apply(to: before, into: &fromPart)
      #expect(fromPart == fromWhole)
      for line in sum.indices { sum[line] += UInt64(before.count(line: line)) }
    }
    #expect(whole.counts == sum)
  }

  @Test("batches pass what events one by one would, for any prescale, phase and start")
  func batches() throws {
    var random = CounterRandom(seed: 12, purpose: RandomPurpose(named: "prescales"))
    for round in 0..<40 {
      let phase = round % 2 == 0 ? PrescaleCounters.Phase.last : .first
      let prescales = (0..<3).map { _ in
        [0, 1, 2, 3, 2.5, 7, 63, 64, 65, 1000][Int(random.integer(below: 10))]
      }
      var whole = PrescaleCounters(prescales: prescales, phase: phase)
      let start = (0..<3).map { _ in random.integer(below: 200) }
      whole.start(from: start)
      var single = whole
      for batch in 0..<4 {
        let (level, before) = try masks(rows: 1 + Int(random.integer(below: 200)), seed: UInt64(round * 10 + batch))
        var after = LineMasks(lineCount: level.lines.count)
        whole.apply(to: before, into: &after)
        for row in 0..<before.rowCount {
          for line in 0..<3 {
            let passes = before.isTrue(line: line, row: row) && single.passes(line: line)
            if after.isTrue(line: line, row: row) != passes { Issue.record("\(prescales[line]) \(phase) row \(row)") }
          }
        }
        #expect(whole == single)
      }
    }
  }

  @Test("vetoed rows are neither counted nor passed")
  func vetoedRows() throws {
    let (level, before) = try masks(rows: 130, seed: 9)
    var live = RowMask(rowCount: 130)
    for row in 0..<130 where row % 3 == 0 { live[row] = true }
    var counters = PrescaleCounters(level)
    var after = LineMasks(lineCount: level.lines.count)
    counters.apply(to: before, live: live, into: &after)
    for line in level.lines.indices {
      let fired = (0..<130).filter { live[$0] && before.isTrue(line: line, row: $0) }
      #expect(counters.counts[line] == UInt64(fired.count))
      let expected = fired.enumerated().filter { ($0.offset + 1) % Int(level.lines[line].prescale) == 0 }.map(\.element)
      #expect((0..<130).filter { after.isTrue(line: line, row: $0) } == expected)
    }
  }

  @Test("hash prescales keep their fraction, do not depend on order or on other lines, and differ between lines")
  func hash() {
    var both = PrescaleHash(names: ["a", "b"], prescales: [2.5, 4], seed: 1)
    var alone = PrescaleHash(names: ["b"], prescales: [4], seed: 1)
    var otherSeed = PrescaleHash(names: ["b"], prescales: [4], seed: 2)
    let events = 40_000
    var counts = [0, 0]
    var together = 0
    var same = 0
    for number in (0..<events).reversed() {
      let key = EventKey(experiment: 1, run: UInt32(number % 3), number: UInt64(number))
      let a = both.passes(line: 0, event: key)
      let b = both.passes(line: 1, event: key)
      counts[0] += a ? 1 : 0
      counts[1] += b ? 1 : 0
      together += a && b ? 1 : 0
      #expect(alone.passes(line: 0, event: key) == b)
      same += otherSeed.passes(line: 0, event: key) == b ? 1 : 0
    }
    // Binomial: five standard deviations.
    for (count, probability) in [(counts[0], 0.4), (counts[1], 0.25), (together, 0.1), (same, 0.625)] {
      let mean = Double(events) * probability
      let deviation = (mean * (1 - probability)).squareRoot()
      #expect(abs(Double(count) - mean) < 5 * deviation)
    }
  }

  @Test("a line's result: accept lines need their prescale, reject lines ignore it")
  func lineResults() {
    for isTrue in [false, true] {
      for passes in [false, true] {
        #expect(LineResult.of(.accept, isTrue: isTrue, passesPrescale: passes) == (isTrue && passes ? .accept : .none))
        #expect(LineResult.of(.reject, isTrue: isTrue, passesPrescale: passes) == (isTrue ? .reject : .none))
      }
    }
  }

  @Test("the final decision's truth table in both modes, for one event and for 64 at once")
  func decisionModes() {
    let table: [(accept: Bool, reject: Bool, inAcceptMode: Bool, inRejectMode: Bool)] = [
      (false, false, true, false), (true, false, true, true), (false, true, false, false), (true, true, true, false),
    ]
    for row in table {
      #expect(DecisionMode.accept.keeps(anyAccept: row.accept, anyReject: row.reject) == row.inAcceptMode)
      #expect(DecisionMode.reject.keeps(anyAccept: row.accept, anyReject: row.reject) == row.inRejectMode)
      let accept: UInt64 = row.accept ? .max : 0
      let reject: UInt64 = row.reject ? .max : 0
      #expect(DecisionMode.accept.keeps(anyAccept: accept, anyReject: reject) == (row.inAcceptMode ? .max : 0))
      #expect(DecisionMode.reject.keeps(anyAccept: accept, anyReject: reject) == (row.inRejectMode ? .max : 0))
    }
  }

  @Test("the level keeps what an accept line passes and no reject line says, its prescale notwithstanding")
  func levelDecision() throws {
    let menu = try TestMenus.read(
      """
      menu: test
      high_level:
        lines:
          - {name: wanted, when: energy_sum > 1 GeV, prescale: 0}
          - {name: hard, when: energy_sum > 3 GeV}
        reject:
          - {name: unwanted, when: energy_sum > 5 GeV, prescale: 0}
      """)
    let level = menu.highLevel.compile()
    let columns = EventColumns(vocabulary: level.vocabulary)
    columns.begin(rowCount: 4)
    for (row, energy) in [Float(0), 2, 4, 6].enumerated() { columns.setScalar(0, row: row, to: energy) }
    let before = level.makeEvaluator().evaluate(columns)
    var after = LineMasks(lineCount: 3)
    var prescales = PrescaleHash(level, seed: 1)
    prescales.apply(to: before, key: { EventKey(experiment: 0, run: 0, number: UInt64($0)) }, into: &after)
    let kept = level.decision(before: before, after: after)
    #expect((0..<4).filter { kept[$0] } == [2])
    let results = (0..<4).map { row in (0..<3).map { level.result(line: $0, row: row, before: before, after: after) } }
    #expect(results[1] == [.none, .none, .none])
    #expect(results[3] == [.none, .accept, .reject])
  }

  @Test("lines listen to the level-1 lines they name, and to all when none are given")
  func seeds() throws {
    let menu = try TestMenus.read(
      """
      menu: test
      level1:
        lines:
          - {name: a, bits: veto}
          - {name: b, bits: ehigh}
      high_level:
        lines:
          - {name: of_b, after: b, when: n_vertices >= 0}
          - {name: of_all, when: energy_sum > 1 GeV}
      """)
    let level = menu.highLevel.compile()
    let columns = EventColumns(vocabulary: level.vocabulary)
    columns.begin(rowCount: 2)
    for row in 0..<2 { columns.setScalar(0, row: row, to: 2) }
    let words: [UInt32] = [0b01, 0b10]
    words.withUnsafeBufferPointer { columns.setSeeds($0, wordsPerRow: 1, lineCount: 2) }
    let evaluator = level.makeEvaluator()
    evaluator.evaluate(columns)
    // Row 0 was not seeded by b: decided without the vertices it would need.
    #expect(evaluator.lines.isKnown(line: 0, row: 0) && !evaluator.lines.isTrue(line: 0, row: 0))
    #expect(!evaluator.lines.isKnown(line: 0, row: 1))
    #expect((0..<2).allSatisfy { evaluator.lines.isTrue(line: 1, row: $0) })
    let vertices = level.steps[1]
    #expect((0..<2).map { evaluator.undecided(step: vertices)[$0] } == [false, true])
    #expect(level.explain(columns, row: 0)[0].isSeeded == false)
  }
}
