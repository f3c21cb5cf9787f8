import ArrowStream
import EventModel
import Foundation
import Statistics
import Testing
import TriggerStudies

private let lines = [
  ReportedLine(name: "always", prescale: 1), ReportedLine(name: "tenth", prescale: 10),
  ReportedLine(name: "off", prescale: 0), ReportedLine(name: "half", prescale: 2),
]

/// One event: its process, weight and the lines that fired.
private struct Fired {
  var process: Int?
  var weight: Float
  var lines: Set<Int>
}

private let processes = ["mumu", "zero_bias"]

private func columns(_ events: [Fired]) throws -> (words: ColumnView<UInt32>, keys: EventKeyColumn) {
  var keys = EventKeyBuilder(processes: processes)
  var words = PrimitiveBuilder<UInt32>()
  for (number, event) in events.enumerated() {
    keys.append(
      EventKey(experiment: 1, run: 1, number: UInt64(number)), time: 0, weight: event.weight, process: event.process)
    for word in 0..<EventSchema.level1Words {
      words.append(event.lines.filter { $0 / 32 == word }.reduce(0) { $0 | 1 << UInt32($1 % 32) })
    }
  }
  let batch = try RecordBatch(
    schema: Schema(fields: [EventSchema.event]), columns: [keys.finish()], count: events.count)
  return (try ColumnView(words.finish()), try EventKeyColumn(batch))
}

private func report(_ events: [Fired], liveTime: Double? = 2, overlaps: Bool = false) throws -> (RateStudy, RatesReport)
{
  var study = RateStudy(lines: lines, countsOverlaps: overlaps)
  let (words, keys) = try columns(events)
  try study.add(beforePrescale: words, event: keys)
  let conditions = RatesReport.Conditions(liveTime: liveTime, luminosity: 5, background: 0.2, budget: 30_000)
  return (study, RatesReport(study, conditions))
}

private func near(_ left: Double?, _ right: Double) -> Bool {
  left.map { abs($0 - right) < 1e-9 * max(1, abs(right)) } ?? false
}

@Suite("Rates of level-1 lines")
struct RateStudyTests {
  private let events = [
    Fired(process: 0, weight: 4, lines: [0, 1]), Fired(process: 0, weight: 4, lines: [1, 3]),
    Fired(process: 1, weight: 10, lines: [1]), Fired(process: 1, weight: 6, lines: [2]),
    Fired(process: 0, weight: 4, lines: []), Fired(process: 1, weight: 1, lines: [0, 3]),
  ]

  @Test("rates before and after prescale, with physics and background apart, are those worked out by hand")
  func handMade() throws {
    let (_, report) = try report(events)
    let tenth = report.level1[1]
    #expect(near(tenth.beforePrescale.all?.value, (4 + 4 + 10) / 2.0))
    #expect(near(tenth.beforePrescale.physics?.value, 4))
    #expect(near(tenth.beforePrescale.background?.value, 5))
    #expect(near(tenth.afterPrescale.all?.value, 0.9))
    let error = (16 + 16 + 100 as Double).squareRoot() / 2
    #expect(near(tenth.beforePrescale.all?.errorHigh, error))
    #expect(near(tenth.afterPrescale.all?.errorHigh, error / 10))
    // Alone: not where "always" fires, half the time where "half" does, always on the window.
    #expect(near(tenth.unique?.value, (4 * 0.1 * 0.5 + 10 * 0.1) / 2))
    #expect(near(report.level1[0].unique?.value, (4 * 0.9 + 1 * 0.5) / 2))
    #expect(report.level1[2].afterPrescale.all?.value == 0)
    // 4 + 4 (1 - 0.9 x 0.5) + 10 x 0.1 + 1.
    #expect(near(report.total.rate.all?.value, (4 + 4 * 0.55 + 1 + 1) / 2))
    #expect(near(report.total.rate.physics?.value, (4 + 4 * 0.55) / 2))
    #expect(near(report.total.rate.background?.value, 1))
    #expect(near(tenth.crossSection?.value, 0.9 / 50))
    #expect(near(tenth.share, 0.9 / ((4 + 4 * 0.55 + 2) / 2)))
    #expect(report.total.withinBudget == true)
    let windows = try #require(report.processes.first { $0.process == "zero_bias" })
    #expect(near(windows.rate, 8.5) && near(windows.kept?.value, 1))
    #expect(near(windows.efficiency?.value, 2 / 17.0))
  }

  @Test("a line's expected rate after prescale is what a counter gives in the long run")
  func counters() throws {
    var random = CounterRandom(seed: 4, purpose: .pseudoExperiment)
    let many = (0..<20_000).map { _ in
      Fired(process: 0, weight: 1, lines: Set((0..<4).filter { _ in random.chance(0.3) }))
    }
    let (_, report) = try report(many, liveTime: 1)
    // Counters, and events kept by any of them.
    var counts = [0, 0, 0, 0]
    var passed = [0, 0, 0, 0]
    var any = 0
    for event in many {
      var kept = false
      for line in event.lines where lines[line].prescale > 0 {
        counts[line] += 1
        if counts[line] % Int(lines[line].prescale) == 0 {
          passed[line] += 1
          kept = true
        }
      }
      if kept { any += 1 }
    }
    for line in [0, 1, 3] {
      #expect(abs((report.level1[line].afterPrescale.all?.value ?? 0) - Double(passed[line])) <= 1)
    }
    let total = try #require(report.total.rate.all)
    #expect(abs(total.value - Double(any)) < 5 * (Double(any) * 0.2).squareRoot(), "\(total.value), counted \(any)")
  }

  @Test("parts add up to the whole, and overlaps to the products of the probabilities")
  func parts() throws {
    var whole = RateStudy(lines: lines, countsOverlaps: true)
    let (words, keys) = try columns(events)
    try whole.add(beforePrescale: words, event: keys)
    var sum = RateStudy(lines: lines, countsOverlaps: true)
    for event in events {
      var part = RateStudy(lines: lines, countsOverlaps: true)
      let (words, keys) = try columns([event])
      try part.add(beforePrescale: words, event: keys)
      try sum.merge(part)
    }
    for (process, counts) in whole.processes {
      #expect(sum.processes[process]?.accepted == counts.accepted)
      #expect(sum.processes[process]?.lines.map(\.unique) == counts.lines.map(\.unique))
    }
    #expect(near(sum.overlap[0, 1].weight, 0.4) && near(sum.overlap[1, 3].weight, 4 * 0.1 * 0.5))
    let pairs = LineOverlaps(whole, liveTime: 2).pairs
    #expect(pairs.first?.first == "always" && pairs.first?.second == "half")
    #expect(near(pairs.first?.rate?.value, 0.25))
    #expect(!pairs.contains { $0.first == "off" || $0.second == "off" })
  }

  @Test("without a live time there are no rates; without background windows no background rate")
  func missing() throws {
    let (_, untimed) = try report(events, liveTime: nil)
    #expect(untimed.total.rate.all == nil && untimed.level1[0].beforePrescale.events == 2)
    #expect(untimed.text.contains("no live time"))
    let (_, physics) = try report(events.filter { $0.process == 0 })
    #expect(physics.total.rate.background == nil && physics.text.contains("no zero_bias"))
    let (_, nothing) = try report([])
    #expect(nothing.total.rate.all?.value == 0)
  }

  @Test("bits beyond the menu and weights that are no number are refused and not counted")
  func refusals() throws {
    for event in [
      Fired(process: 0, weight: 1, lines: [4]), Fired(process: 0, weight: .nan, lines: [0]),
      Fired(process: 0, weight: -1, lines: [0]), Fired(process: 0, weight: 1, lines: [319]),
    ] {
      var study = RateStudy(lines: lines)
      let (words, keys) = try columns([Fired(process: 0, weight: 1, lines: [0]), event])
      #expect(throws: StudyError.self) { try study.add(beforePrescale: words, event: keys) }
      #expect(study.processes.isEmpty)
    }
  }

  @Test("the comma-separated form has a row for each line and one for all, with as many cells as the header")
  func commaSeparated() throws {
    let rows = try report(events).1.commaSeparatedValues.split(separator: "\n")
    let cells = rows.map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    #expect(cells.count == 6 && cells.allSatisfy { $0.count == cells[0].count })
    #expect(cells[2][0] == "tenth" && Double(cells[2][5]) == 0.9)
  }
}
