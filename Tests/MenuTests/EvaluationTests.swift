import Menu
import Statistics
import Testing

@Suite("Compiled menus say what their text says")
struct EvaluationTests {
  static let vocabularies = MenuVocabularies(
    level1: [ReferenceWorld.vocabulary], highLevel: [ReferenceWorld.vocabulary])

  static func menu(_ conditions: [ReferenceCondition]) throws -> TriggerMenu {
    var text = "menu: random\nlevel1:\n  lines:\n"
    for (index, condition) in conditions.enumerated() {
      text += "    - name: line\(index)\n      when: \"\(condition.text)\"\n"
    }
    return try TriggerMenu(text: text, vocabularies: vocabularies)
  }

  @Test("random expressions on random events: the column program agrees with a row-at-a-time interpreter")
  func agreesWithReference() throws {
    var generator = RandomExpressions(random: CounterRandom(seed: 1, purpose: RandomPurpose(named: "expressions")))
    var random = CounterRandom(seed: 2, purpose: RandomPurpose(named: "events"))
    var compared = 0
    var fired = 0
    for round in 0..<150 {
      let conditions = (0..<12).map { generator.condition(depth: $0 % 4) }
      let level = try Self.menu(conditions).level1.compile()
      let evaluator = level.makeEvaluator()
      let columns = EventColumns(vocabulary: level.vocabulary)
      for rows in [round, 64, 0, 1 + round / 3] {
        let events = (0..<rows).map { _ in
          var event = ReferenceWorld.event(&random)
          event.available = [true, true, true]
          return event
        }
        ReferenceWorld.fill(columns, with: events)
        let masks = evaluator.evaluate(columns)
        for (line, condition) in conditions.enumerated() {
          for (row, event) in events.enumerated() {
            let expected = condition.value(event, nil)
            #expect(masks.isKnown(line: line, row: row))
            if masks.isTrue(line: line, row: row) != expected {
              Issue.record("\(condition.text) on \(event): expected \(String(describing: expected))")
              return
            }
            compared += 1
            fired += expected == true ? 1 : 0
          }
          #expect(masks.count(line: line) == events.count { condition.value($0, nil) == true })
        }
      }
    }
    #expect(compared > 200_000)
    // Expressions that never or always hold would test nothing.
    #expect(fired > compared / 10 && fired < compared * 9 / 10)
  }

  @Test("with steps missing, a line is known exactly when Kleene's logic decides it, and explain says the same")
  func partialKnowledge() throws {
    var generator = RandomExpressions(random: CounterRandom(seed: 3, purpose: RandomPurpose(named: "expressions")))
    var random = CounterRandom(seed: 4, purpose: RandomPurpose(named: "events"))
    var unknown = 0
    for _ in 0..<100 {
      let conditions = (0..<8).map { generator.condition(depth: $0 % 4) }
      let level = try Self.menu(conditions).level1.compile()
      let evaluator = level.makeEvaluator()
      let columns = EventColumns(vocabulary: level.vocabulary)
      let events = (0..<70).map { row in
        var event = ReferenceWorld.event(&random)
        event.available = [true, row % 3 > 0, row % 3 > 1]
        return event
      }
      ReferenceWorld.fill(columns, with: events)
      let masks = evaluator.evaluate(columns)
      for (row, event) in events.enumerated() {
        let explanations = row < 6 ? level.explain(columns, row: row) : []
        for (line, condition) in conditions.enumerated() {
          let expected = condition.value(event, nil)
          let found = masks.isKnown(line: line, row: row) ? masks.isTrue(line: line, row: row) : nil
          if found != expected {
            Issue.record(
              "\(condition.text) on \(event): expected \(String(describing: expected)), found \(String(describing: found))"
            )
            return
          }
          if row < 6 { #expect(explanations[line].isTrue == expected) }
          unknown += expected == nil ? 1 : 0
        }
      }
    }
    #expect(unknown > 5000)
  }

  @Test("running steps only where asked for decides every line, and no step runs on a decided event")
  func stepsOnDemand() throws {
    var generator = RandomExpressions(random: CounterRandom(seed: 5, purpose: RandomPurpose(named: "expressions")))
    var random = CounterRandom(seed: 6, purpose: RandomPurpose(named: "events"))
    var saved = 0
    for _ in 0..<100 {
      let conditions = (0..<4).map { generator.condition(depth: $0 % 4) }
      let level = try Self.menu(conditions).level1.compile()
      let evaluator = level.makeEvaluator()
      let columns = EventColumns(vocabulary: level.vocabulary)
      var events = (0..<100).map { _ in ReferenceWorld.event(&random) }
      ReferenceWorld.fill(columns, with: events)
      evaluator.evaluate(columns)
      for step in level.steps {
        let rows = evaluator.undecided(step: step)
        for row in events.indices {
          let isDecided = (0..<4).allSatisfy { evaluator.lines.isKnown(line: $0, row: row) }
          #expect(!(isDecided && rows[row]))
          saved += rows[row] ? 0 : 1
        }
        rows.forEachRow { row in
          events[row].available[step] = true
          // What a step requires has run before it.
          #expect(step == 1 || events[row].available[1])
        }
        // Refilled from the start here; a trigger level appends what the step has made.
        ReferenceWorld.fill(columns, with: events)
        evaluator.evaluate(columns)
      }
      for (line, condition) in conditions.enumerated() {
        for (row, event) in events.enumerated() {
          var complete = event
          complete.available = [true, true, true]
          #expect(evaluator.lines.isKnown(line: line, row: row))
          #expect(evaluator.lines.isTrue(line: line, row: row) == condition.value(complete, nil))
        }
      }
    }
    #expect(saved > 1000)
  }

  @Test("steps planned event by event decide every line; those planned together are each one that no other can replace")
  func stepsPlanned() throws {
    var generator = RandomExpressions(random: CounterRandom(seed: 7, purpose: RandomPurpose(named: "expressions")))
    var random = CounterRandom(seed: 8, purpose: RandomPurpose(named: "events"))
    var together = 0
    var spared = 0
    for _ in 0..<100 {
      let conditions = (0..<3).map { generator.condition(depth: $0 % 4) }
      let level = try Self.menu(conditions).level1.compile()
      let evaluator = level.makeEvaluator()
      let columns = EventColumns(vocabulary: level.vocabulary)
      var events = (0..<70).map { _ in ReferenceWorld.event(&random) }
      let wanted = RowMask(words: [.max, 0b1111], rowCount: 70)
      ReferenceWorld.fill(columns, with: events)
      evaluator.evaluate(columns)
      while evaluator.planSteps(within: wanted) {
        for (row, steps) in evaluator.nextSteps.enumerated() where steps != 0 {
          #expect(wanted[row])
          let chosen = events[row].available.indices.filter { steps >> UInt32($0) & 1 == 1 }
          for step in chosen {
            #expect(!events[row].available[step], "no step twice")
            guard chosen.count > 1 else { continue }
            // Without this step some line stays undecided, whatever else runs.
            var rest = events[row]
            rest.available = events[row].available.indices.map { $0 != step && !(step == 1 && $0 == 2) }
            #expect(conditions.contains { $0.value(rest, nil) == nil })
            together += 1
          }
          for step in chosen {
            events[row].available[step] = true
            #expect(events[row].available[1], "what a step requires has run before it")
          }
        }
        ReferenceWorld.fill(columns, with: events)
        evaluator.evaluate(columns)
      }
      for (row, event) in events.enumerated() where wanted[row] {
        spared += event.available.count { !$0 }
        var complete = event
        complete.available = [true, true, true]
        for (line, condition) in conditions.enumerated() {
          #expect(evaluator.lines.isKnown(line: line, row: row))
          #expect(evaluator.lines.isTrue(line: line, row: row) == condition.value(complete, nil))
        }
      }
    }
    #expect(together > 500 && spared > 1000)
  }
}
