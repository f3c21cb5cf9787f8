import Statistics

/// Rates of level-1 lines, line by line and together, with the physics and the beam background in them apart, as
/// `sluice study rates` gives them. `Documentation/results.md` explains each key.
public struct RatesReport: Codable, Sendable {
  /// What the events stand for.
  public var conditions: Conditions
  /// The lines in menu order.
  public var level1: [Line]
  /// Any line after prescale.
  public var total: Total
  /// What goes in and what is kept, process by process.
  public var processes: [Process]
  /// Combinations of lines that were asked for, before prescale.
  public var expressions: [Combination]

  enum CodingKeys: String, CodingKey {
    case conditions, level1, processes, expressions
    case total = "level1_total"
  }

  /// What the events stand for.
  public struct Conditions: Codable, Sendable {
    /// Live time in s; nil when the events do not say.
    public var liveTime: Double?
    /// Luminosity in 1e34 / cm2 / s.
    public var luminosity: Double?
    /// Level of beam background; 1 is the design.
    public var background: Double?
    /// Largest rate that level 1 is meant to accept, Hz.
    public var budget: Double?

    /// Conditions.
    public init(liveTime: Double?, luminosity: Double?, background: Double?, budget: Double?) {
      self.liveTime = liveTime
      self.luminosity = luminosity
      self.background = background
      self.budget = budget
    }

    enum CodingKeys: String, CodingKey {
      case liveTime = "live_time_s"
      case luminosity = "luminosity_1e34"
      case background = "background_level"
      case budget = "budget_hz"
    }
  }

  /// A rate in Hz, and the parts of it that collisions and beam background alone make.
  public struct SplitRate: Codable, Sendable {
    /// Events that make it, unweighted.
    public var events: Int
    /// All of it.
    public var all: EstimatedNumber?
    /// Collisions, with the beam background that happens to be in their windows.
    public var physics: EstimatedNumber?
    /// Windows without a collision; nil when the events hold none.
    public var background: EstimatedNumber?

    enum CodingKeys: String, CodingKey {
      case events
      case all = "rate_hz"
      case physics = "physics_hz"
      case background = "background_hz"
    }
  }

  /// One line.
  public struct Line: Codable, Sendable {
    /// Its name.
    public var line: String
    /// The prescale in force.
    public var prescale: Double
    /// Why it is switched off whatever its prescale: inputs that are not built.
    public var masked: String?
    /// How often its condition holds.
    public var beforePrescale: SplitRate
    /// How often it keeps an event.
    public var afterPrescale: SplitRate
    /// Rate of events that no other line keeps, Hz.
    public var unique: EstimatedNumber?
    /// Its rate over that of all lines together; the shares of lines that overlap add up to more than 1.
    public var share: Double?
    /// Rate after prescale over luminosity, nb.
    public var crossSection: EstimatedNumber?
    /// Rate before prescale of each process that makes any, Hz.
    public var byProcess: [String: EstimatedNumber]

    enum CodingKeys: String, CodingKey {
      case line, prescale, masked, share
      case beforePrescale = "before_prescale"
      case afterPrescale = "after_prescale"
      case unique = "unique_hz"
      case crossSection = "cross_section_nb"
      case byProcess = "by_process_hz"
    }
  }

  /// All lines together.
  public struct Total: Codable, Sendable {
    /// Rate of kept events.
    public var rate: SplitRate
    /// Whether it is within the budget; nil when either is missing.
    public var withinBudget: Bool?

    enum CodingKeys: String, CodingKey {
      case rate = "after_prescale"
      case withinBudget = "within_budget"
    }
  }

  /// One process.
  public struct Process: Codable, Sendable {
    /// Its label.
    public var process: String
    /// Events of it, unweighted.
    public var events: Int
    /// How often it happens, Hz: the sum of its weights over the live time.
    public var rate: Double?
    /// How much of it level 1 keeps, Hz.
    public var kept: EstimatedNumber?
    /// The same as a fraction.
    public var efficiency: EstimatedNumber?
    /// Fraction on which each line fires, before prescale.
    public var lineEfficiency: [String: EstimatedNumber]

    enum CodingKeys: String, CodingKey {
      case process, events, efficiency
      case rate = "rate_hz"
      case kept = "kept_hz"
      case lineEfficiency = "line_efficiency"
    }
  }

  /// A combination of lines.
  public struct Combination: Codable, Sendable {
    /// As it was asked for.
    public var expression: String
    /// How often it holds, before prescale.
    public var beforePrescale: SplitRate
    /// The fraction of each process for which it holds.
    public var efficiency: [String: EstimatedNumber]

    enum CodingKeys: String, CodingKey {
      case expression, efficiency
      case beforePrescale = "before_prescale"
    }
  }
}

extension RatesReport {
  /// Labels of processes that are no collisions.
  public static let backgroundProcesses: Set<String> = ["zero_bias"]

  /// The report of a study.
  public init(_ study: RateStudy, _ conditions: Conditions) {
    self.conditions = conditions
    let ordered = study.processes.sorted { $0.key < $1.key }
    let split = RateSplit(ordered.map { ($0.key, $0.value.total) }, liveTime: conditions.liveTime)
    func parts(_ counts: (ProcessCounts) -> Rate) -> SplitRate { split(ordered.map { counts($0.value) }) }

    let total = parts(\.accepted)
    self.total = Total(
      rate: total, withinBudget: total.all.flatMap { rate in conditions.budget.map { rate.value <= $0 } })
    level1 = study.lines.enumerated().map { index, line in
      let after = parts { $0.lines[index].afterPrescale }
      let byProcess = ordered.compactMap { process, counts -> (String, EstimatedNumber)? in
        let rate = counts.lines[index].beforePrescale
        guard rate.events > 0, let time = conditions.liveTime else { return nil }
        return rate.estimate(liveTime: time).map { (process, $0) }
      }
      return Line(
        line: line.name, prescale: line.prescale, masked: line.masked,
        beforePrescale: parts { $0.lines[index].beforePrescale },
        afterPrescale: after, unique: parts { $0.lines[index].unique }.all,
        share: total.all.flatMap { all in after.all.flatMap { all.value > 0 ? $0.value / all.value : nil } },
        crossSection: conditions.luminosity.flatMap { luminosity in
          luminosity > 0 ? after.all?.scaled(by: 1 / (10 * luminosity)) : nil
        }, byProcess: Dictionary(byProcess, uniquingKeysWith: { first, _ in first }))
    }
    processes = ordered.map { label, counts in
      let efficiencies = zip(study.lines, counts.lines).compactMap { line, count in
        efficiencyEstimate(passed: count.beforePrescale, total: counts.total).map { (line.name, $0) }
      }
      return Process(
        process: label, events: counts.total.events,
        rate: conditions.liveTime.map { counts.total.weight / $0 },
        kept: conditions.liveTime.flatMap {
          counts.accepted.estimate(liveTime: $0, emptyWeight: emptyWeight([counts.total]))
        }, efficiency: keptFraction(counts.accepted, of: counts.total),
        lineEfficiency: Dictionary(efficiencies, uniquingKeysWith: { first, _ in first }))
    }
    expressions = study.expressions.enumerated().map { index, text in
      let efficiencies = ordered.compactMap { label, counts in
        efficiencyEstimate(passed: counts.expressions[index], total: counts.total).map { (label, $0) }
      }
      return Combination(
        expression: text, beforePrescale: parts { $0.expressions[index] },
        efficiency: Dictionary(efficiencies, uniquingKeysWith: { first, _ in first }))
    }
  }
}

/// The fraction of events kept where prescales keep events with a probability: always with the interval of weighted events.
private func keptFraction(_ kept: Rate, of total: Rate) -> EstimatedNumber? {
  guard total.weight > 0 else { return nil }
  let range = EfficiencyInterval.weightedWilson(
    passedWeight: kept.weight, totalWeight: total.weight, totalWeightSquared: total.weightSquared)
  return EstimatedNumber(
    value: kept.weight / total.weight, low: range.low, high: range.high,
    method: "weighted Wilson \(percentText(NormalDistribution.oneSigma))")
}

/// Puts the counts of processes together: all, collisions, windows without a collision.
private struct RateSplit {
  private let isBackground: [Bool]
  private let emptyWeights: (all: Double, physics: Double, background: Double)
  private let liveTime: Double?

  init(_ totals: [(process: String, total: Rate)], liveTime: Double?) {
    let isBackground = totals.map { RatesReport.backgroundProcesses.contains($0.process) }
    func weight(of wanted: [Bool]) -> Double {
      emptyWeight(zip(totals, isBackground).filter { wanted.contains($0.1) }.map(\.0.total))
    }
    emptyWeights = (weight(of: [false, true]), weight(of: [false]), weight(of: [true]))
    self.isBackground = isBackground
    self.liveTime = liveTime
  }

  /// - Parameter counts: of each process in the order of the totals.
  func callAsFunction(_ counts: [Rate]) -> RatesReport.SplitRate {
    var sums = (physics: Rate(), background: Rate())
    for (count, isBackground) in zip(counts, isBackground) {
      if isBackground { sums.background.merge(count) } else { sums.physics.merge(count) }
    }
    var all = sums.physics
    all.merge(sums.background)
    func rate(_ count: Rate, _ weight: Double) -> EstimatedNumber? {
      liveTime.flatMap { count.estimate(liveTime: $0, emptyWeight: weight) }
    }
    return RatesReport.SplitRate(
      events: all.events, all: rate(all, emptyWeights.all),
      physics: isBackground.contains(false) ? rate(sums.physics, emptyWeights.physics) : nil,
      background: isBackground.contains(true) ? rate(sums.background, emptyWeights.background) : nil)
  }
}
