import ArrowStream
import EventModel
import Statistics
import Testing
import TriggerStudies

/// One event's decisions in plain form, from which both the verdict columns and the expected numbers are made.
private struct PlainVerdict {
  var process: Int?
  var weight: Float
  var before: Set<Int>
  var after: Set<Int>
  /// Results of the high-level lines; nil when level 1 rejected the event.
  var results: [Int8]?
  var highBefore: Set<Int> = []
}

private let level1Lines = (0..<35).map { "l1_\($0)" }
private let highLevelLines = ["hadronic", "single_photon", "bhabha_veto"]
private let processes = ["mumu", "tautau"]

private func randomVerdicts(_ count: Int, seed: UInt64) -> [PlainVerdict] {
  var random = CounterRandom(
    seed: seed, experiment: 0, run: 0, event: 0, purpose: RandomPurpose(rawValue: 900))
  return (0..<count).map { _ in
    let before = Set((0..<35).filter { _ in random.uniform() < 0.1 })
    let after = before.filter { _ in random.uniform() < 0.5 }
    let process = random.uniform() < 0.1 ? nil : Int(random.uniform() * 2)
    var verdict = PlainVerdict(
      process: process, weight: process == 1 ? 2.5 : 1, before: before, after: after, results: nil)
    if !after.isEmpty {
      verdict.highBefore = Set((0..<3).filter { _ in random.uniform() < 0.4 })
      verdict.results = (0..<3).map { line in
        guard verdict.highBefore.contains(line) else { return 0 }
        return line == 2 ? -1 : random.uniform() < 0.7 ? 1 : 0
      }
    }
    return verdict
  }
}

private func verdictOf(_ plain: PlainVerdict) -> Int8 {
  guard let results = plain.results else { return 0 }
  return results.contains(-1) ? -1 : results.contains(1) ? 1 : 0
}

private func batch(_ verdicts: [PlainVerdict]) throws -> VerdictColumns {
  var key = EventKeyBuilder(processes: processes)
  var level1 = Level1Builder()
  var highLevel = HighLevelBuilder()
  var builder = VerdictBuilder()
  for (number, plain) in verdicts.enumerated() {
    key.append(
      EventKey(experiment: 1, run: 2, number: UInt64(number)), time: 0, weight: plain.weight, process: plain.process)
    level1.input.append(repeating: 0, count: 10)
    for word in 0..<10 {
      func bits(_ lines: Set<Int>) -> UInt32 {
        lines.filter { $0 / 32 == word }.reduce(0) { $0 | 1 << UInt32($1 % 32) }
      }
      level1.beforePrescale.append(bits(plain.before))
      level1.afterPrescale.append(bits(plain.after))
    }
    level1.prescaleVersion.append(0)
    level1.accepted.append(!plain.after.isEmpty)
    level1.deadTime.append(0)
    level1.time.append(0)
    level1.timingSource.append(0)
    level1.timingQuality.append(0)
    level1.energyPhysics.append(0)
    level1.energyTotal.append(0)
    level1.isolatedClusters.append(0)
    level1.muonSectors.append(0)
    level1.segments.endEvent()
    level1.tracks.endEvent()
    level1.clusters.endEvent()
    if let results = plain.results {
      highLevel.results.append(contentsOf: results)
      highLevel.beforePrescale.append(plain.highBefore.reduce(0) { $0 | 1 << UInt32($1) })
    }
    highLevel.endEvent(verdict: verdictOf(plain), steps: 0)
  }
  let column = try HighLevelColumn(highLevel.finish())
  for (row, plain) in verdicts.enumerated() {
    if plain.results == nil {
      builder.appendUnseen(VerdictBuilder.Latency(level1: 3, total: 5))
    } else {
      builder.append(column, row: row, VerdictBuilder.Latency(level1: 3, builder: 4, highLevel: 9, total: 10))
    }
  }
  return try VerdictColumns(builder.finish(event: key.finish(), level1: level1.finish(), metadata: [:]))
}

@Suite("Study of verdicts")
struct MenuStudyTests {
  @Test("counts of every line and process are those of a plain recount")
  func counts() throws {
    let verdicts = randomVerdicts(3000, seed: 1)
    var study = MenuStudy(level1Lines: level1Lines, highLevelLines: highLevelLines)
    try study.add(batch(verdicts))
    for process in [nil, 0, 1] as [Int?] {
      let label = process.map { processes[$0] } ?? MenuStudy.unlabelled
      let counts = try #require(study.byProcess[label])
      let mine = verdicts.filter { $0.process == process }
      #expect(counts.total.events == mine.count)
      #expect(counts.level1Accepted.events == mine.count { !$0.after.isEmpty })
      #expect(counts.accepted.events == mine.count { verdictOf($0) == 1 })
      for line in level1Lines.indices {
        #expect(counts.level1[line].beforePrescale.events == mine.count { $0.before.contains(line) })
        #expect(counts.level1[line].afterPrescale.events == mine.count { $0.after.contains(line) })
        #expect(counts.level1[line].unique.events == mine.count { $0.after == [line] })
      }
      for line in highLevelLines.indices {
        #expect(counts.highLevel[line].beforePrescale.events == mine.count { $0.highBefore.contains(line) })
        #expect(counts.highLevel[line].afterPrescale.events == mine.count { ($0.results?[line] ?? 0) != 0 })
      }
    }
    let weight = verdicts.filter { $0.before.contains(3) }.reduce(0) { $0 + Double($1.weight) }
    #expect(abs(study.all.level1[3].beforePrescale.weight - weight) < 1e-9 * weight)
    #expect(study.level1Overlap[4, 34].events == verdicts.count { $0.after.isSuperset(of: [4, 34]) })
    #expect(study.level1Overlap[34, 4] == study.level1Overlap[4, 34])
  }

  @Test("parts add up to the whole")
  func parts() throws {
    let verdicts = randomVerdicts(1000, seed: 2)
    var whole = MenuStudy(level1Lines: level1Lines, highLevelLines: highLevelLines)
    try whole.add(batch(verdicts))
    var sum = MenuStudy(level1Lines: level1Lines, highLevelLines: highLevelLines)
    for start in stride(from: 0, to: 1000, by: 137) {
      var part = MenuStudy(level1Lines: level1Lines, highLevelLines: highLevelLines)
      try part.add(batch(Array(verdicts[start..<min(start + 137, 1000)])))
      try sum.merge(part)
    }
    for line in level1Lines.indices {
      #expect(sum.all.level1[line].unique.events == whole.all.level1[line].unique.events)
      #expect(sum.all.level1[line].afterPrescale == whole.all.level1[line].afterPrescale)
    }
    #expect(sum.byProcess.keys == whole.byProcess.keys)
    #expect(sum.all.accepted == whole.all.accepted)
  }

  @Test("verdicts of another menu are refused and not counted")
  func otherMenu() throws {
    let verdicts = randomVerdicts(50, seed: 3)
    var study = MenuStudy(level1Lines: Array(level1Lines.prefix(34)), highLevelLines: highLevelLines)
    let columns = try batch(verdicts + [PlainVerdict(process: 0, weight: 1, before: [34], after: [])])
    #expect(throws: StudyError.self) { try study.add(columns) }
    #expect(study.all.total.events == 0)
    var other = MenuStudy(level1Lines: level1Lines, highLevelLines: ["hadronic"])
    #expect(throws: StudyError.self) { try other.add(batch(verdicts)) }
    #expect(throws: StudyError.differentMenus) { try study.merge(other) }
  }

  @Test("weights that no count can use are refused")
  func badWeights() throws {
    for weight in [Float.nan, .infinity, -1] {
      var study = MenuStudy(level1Lines: level1Lines, highLevelLines: highLevelLines)
      let columns = try batch([PlainVerdict(process: 0, weight: weight, before: [], after: [])])
      #expect(throws: StudyError.self) { try study.add(columns) }
    }
  }
}

@Suite("Menu report")
struct MenuReportTests {
  private func report(_ verdicts: [PlainVerdict], liveTime: Double?) throws -> MenuReport {
    var study = MenuStudy(level1Lines: level1Lines, highLevelLines: highLevelLines)
    try study.add(batch(verdicts))
    return try MenuReport(
      study,
      MenuReport.Conditions(
        level1: level1Lines.map { ReportedLine(name: $0, prescale: 1) },
        highLevel: highLevelLines.map { ReportedLine(name: $0, prescale: 2) }, level1Budget: 30_000,
        highLevelBudget: 10, liveTime: liveTime, luminosity: 5))
  }

  @Test("rates are sums of weights over live time, with the error of weighted sums")
  func rates() throws {
    let verdicts = randomVerdicts(2000, seed: 4)
    let report = try report(verdicts, liveTime: 2)
    let weights = verdicts.filter { $0.after.contains(7) }.map { Double($0.weight) }
    let rate = try #require(report.rates.level1[7].afterPrescale)
    #expect(abs(rate.value - weights.reduce(0, +) / 2) < 1e-9)
    #expect(abs(rate.errorHigh - weights.map { $0 * $0 }.reduce(0, +).squareRoot() / 2) < 1e-9)
    let crossSection = try #require(report.rates.level1[7].crossSection)
    #expect(abs(crossSection.value - rate.value / 50) < 1e-12 * rate.value)
    #expect(report.rates.level1Total.withinBudget == true)
    #expect(report.rates.hltTotal.withinBudget == false)
  }

  @Test("without a live time there are no rates, and the text says so")
  func noLiveTime() throws {
    let report = try report(randomVerdicts(100, seed: 5), liveTime: nil)
    #expect(report.rates.level1.allSatisfy { $0.afterPrescale == nil && $0.unique == nil })
    #expect(report.rates.hltTotal.withinBudget == nil)
    #expect(report.text.contains("no live time is known"))
  }

  @Test("efficiency of a process whose events weigh the same has the exact Clopper-Pearson interval")
  func clopperPearson() throws {
    let verdicts = (0..<10).map { number in
      PlainVerdict(process: 1, weight: 2.5, before: number < 5 ? [0] : [], after: [])
    }
    let report = try report(verdicts, liveTime: 1)
    let entry = try #require(
      report.efficiency.first { $0.process == "tautau" && $0.line == "l1_0" && $0.stage == "before_prescale" })
    let efficiency = try #require(entry.efficiency)
    #expect(efficiency.value == 0.5)
    // Golden values of Clopper and Pearson for 5 of 10 at 68.27 %.
    #expect(abs(efficiency.low - 0.304818) < 1e-6)
    #expect(abs(efficiency.high - 0.695182) < 1e-6)
    #expect(entry.denominator == "generated")
  }

  @Test("a line that never fired has an upper limit that says so, not a rate of zero")
  func upperLimit() throws {
    let report = try report([PlainVerdict(process: 0, weight: 1, before: [], after: [])], liveTime: 10)
    let rate = try #require(report.rates.level1[0].afterPrescale)
    #expect(rate.value == 0)
    #expect(abs(rate.high - 0.230259) < 1e-5)
    #expect(NumberText.estimate(rate) == "< 0.23")
  }

  @Test("the upper limit of a line that never fired counts with the process whose events stand for most")
  func upperLimitOfMixture() throws {
    // The mean weight of all is 1.5; of a mixture with rare heavy events the limit has to allow for one of these.
    let light = PlainVerdict(process: 0, weight: 1, before: [], after: [])
    let heavy = PlainVerdict(process: 1, weight: 51, before: [], after: [])
    let report = try report(Array(repeating: light, count: 99) + [heavy], liveTime: 10)
    let rate = try #require(report.rates.level1[0].afterPrescale)
    #expect(abs(rate.high - 51 * 0.2302585) < 1e-4)
  }

  @Test("numbers show two digits of their error")
  func numberText() {
    func text(_ value: Double, _ down: Double, _ up: Double) -> String {
      NumberText.estimate(EstimatedNumber(value: value, low: value - down, high: value + up, method: "test"))
    }
    #expect(text(12.3456, 0.42, 0.42) == "12.35 ± 0.42")
    #expect(text(97.12, 0.18, 0.17) == "97.12 +0.17 -0.18")
    #expect(text(12345, 111, 111) == "12345 ± 111")
    #expect(NumberText.estimate(nil) == "–")
    #expect(NumberText.duration(nanoseconds: 12_412) == "12.4 us")
    #expect(NumberText.count(1_234_567) == "1 234 567")
    #expect(NumberText.prescale(0) == "off")
    #expect(NumberText.prescale(2.5) == "2.5")
    #expect(text(1.33e-6, 6.7e-7, 6.7e-7) == "(1.33 ± 0.67)e-6")
  }
}
