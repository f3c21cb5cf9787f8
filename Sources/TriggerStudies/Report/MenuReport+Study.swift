import Statistics

extension MenuReport {
  /// What a menu is told about itself and the streams for a report.
  public struct Conditions: Sendable {
    /// Level-1 lines in bit order.
    public var level1: [ReportedLine]
    /// High-level lines in result order.
    public var highLevel: [ReportedLine]
    /// Budget of level 1 in Hz.
    public var level1Budget: Double?
    /// Budget of the high-level trigger in Hz.
    public var highLevelBudget: Double?
    /// Live time in s that the events stand for.
    public var liveTime: Double?
    /// Luminosity in 1e34 / cm2 / s.
    public var luminosity: Double?

    /// Conditions of a replay.
    public init(
      level1: [ReportedLine], highLevel: [ReportedLine], level1Budget: Double?, highLevelBudget: Double?,
      liveTime: Double?, luminosity: Double?
    ) {
      self.level1 = level1
      self.highLevel = highLevel
      self.level1Budget = level1Budget
      self.highLevelBudget = highLevelBudget
      self.liveTime = liveTime
      self.luminosity = luminosity
    }
  }

  /// The report of a study.
  /// - Throws: ``StudyError/differentMenus`` when the lines are not those of the study.
  public init(_ study: MenuStudy, _ conditions: Conditions) throws {
    guard conditions.level1.map(\.name) == study.level1Lines,
      conditions.highLevel.map(\.name) == study.highLevelLines
    else { throw StudyError.differentMenus }
    let counts = study.all
    liveTime = conditions.liveTime
    luminosity = conditions.luminosity
    let weight = emptyWeight(study.byProcess.values.map(\.total))
    func rate(_ count: Rate) -> EstimatedNumber? {
      conditions.liveTime.flatMap { count.estimate(liveTime: $0, emptyWeight: weight) }
    }
    func lines(_ reported: [ReportedLine], _ counts: [LineCounts]) -> [LineRate] {
      zip(reported, counts).map { line, counts in
        func known(_ count: Rate) -> EstimatedNumber? { line.masked == nil ? rate(count) : nil }
        let after = known(counts.afterPrescale)
        return LineRate(
          line: line.name, prescale: line.prescale, masked: line.masked,
          events: LineRate.Events(
            beforePrescale: counts.beforePrescale.events, afterPrescale: counts.afterPrescale.events,
            unique: counts.unique.events),
          beforePrescale: known(counts.beforePrescale), afterPrescale: after, unique: known(counts.unique),
          crossSection: conditions.luminosity.flatMap { luminosity in
            luminosity > 0 ? after?.scaled(by: 1 / (10 * luminosity)) : nil
          })
      }
    }
    func total(_ count: Rate, budget: Double?) -> TotalRate {
      let rate = rate(count)
      let within = rate.flatMap { rate in budget.map { rate.value <= $0 } }
      return TotalRate(events: count.events, rate: rate, budget: budget, withinBudget: within)
    }
    rates = Rates(
      input: rate(counts.total), level1: lines(conditions.level1, counts.level1),
      level1Total: total(counts.level1Accepted, budget: conditions.level1Budget),
      hlt: lines(conditions.highLevel, counts.highLevel),
      hltTotal: total(counts.accepted, budget: conditions.highLevelBudget))
    let masked = Set(conditions.level1.filter { $0.masked != nil }.map(\.name))
    efficiency = study.byProcess.sorted { $0.key < $1.key }.flatMap { process, counts in
      Self.efficiencies(of: process, counts, study, masked: masked)
    }
    overlap = Overlap(
      level1: Self.pairs(study.level1Overlap, study.level1Lines, conditions.liveTime, rate),
      hlt: Self.pairs(study.highLevelOverlap, study.highLevelLines, conditions.liveTime, rate))
  }

  private static func efficiencies(
    of process: String, _ counts: StageCounts, _ study: MenuStudy, masked: Set<String>
  ) -> [LineEfficiency] {
    func entry(_ level: String, _ line: String?, _ stage: String, _ passed: Rate) -> LineEfficiency {
      LineEfficiency(
        process: process, level: level, line: line, stage: stage, passed: passed.events, total: counts.total.events,
        efficiency: level == "level1" && line.map(masked.contains) ?? false
          ? nil : efficiencyEstimate(passed: passed, total: counts.total))
    }
    var entries: [LineEfficiency] = []
    for (line, count) in zip(study.level1Lines, counts.level1) {
      entries.append(entry("level1", line, "before_prescale", count.beforePrescale))
      entries.append(entry("level1", line, "after_prescale", count.afterPrescale))
    }
    entries.append(entry("level1", nil, "after_prescale", counts.level1Accepted))
    for (line, count) in zip(study.highLevelLines, counts.highLevel) {
      entries.append(entry("hlt", line, "before_prescale", count.beforePrescale))
      entries.append(entry("hlt", line, "after_prescale", count.afterPrescale))
    }
    entries.append(entry("menu", nil, "after_prescale", counts.accepted))
    return entries
  }

  private static func pairs(
    _ overlap: OverlapCounts, _ lines: [String], _ liveTime: Double?, _ rate: (Rate) -> EstimatedNumber?
  ) -> [Overlap.Pair] {
    var pairs: [Overlap.Pair] = []
    for first in lines.indices {
      for second in lines.indices where second > first {
        let common = overlap[first, second]
        guard common.events > 0 else { continue }
        pairs.append(
          Overlap.Pair(
            first: lines[first], second: lines[second], events: common.events, rate: rate(common),
            covariance: liveTime.map { Rate.covariance(common: common, liveTime: $0) }))
      }
    }
    return pairs
  }
}

/// An efficiency from sums of weights: exact counts decide the interval while all events weigh the same, the generalised
/// Wilson interval otherwise; nil when there are no events.
func efficiencyEstimate(passed: Rate, total: Rate) -> EstimatedNumber? {
  guard total.events > 0 else { return nil }
  // By Cauchy and Schwarz (sum w)^2 = n sum w^2 only when all weights are equal.
  let spread = Double(total.events) * total.weightSquared - total.weight * total.weight
  if abs(spread) <= 1e-6 * total.weight * total.weight {
    return Efficiency(passed: passed.events, total: total.events).estimate()
  }
  guard total.weight > 0 else { return nil }
  let range = EfficiencyInterval.weightedWilson(
    passedWeight: passed.weight, totalWeight: total.weight, totalWeightSquared: total.weightSquared)
  return EstimatedNumber(
    value: passed.weight / total.weight, low: range.low, high: range.high,
    method: "weighted Wilson \(percentText(NormalDistribution.oneSigma))")
}
