import SignalMonitor
import Statistics
import TriggerStudies

extension ReplayReport {
  /// The report of a result.
  /// - Throws: `StudyError` when lines and study do not belong together.
  public init(
    _ result: ReplayResult, conditions: MenuReport.Conditions, fits: [ChannelResult],
    injected: [InjectionResult] = [], provenance: Provenance
  ) throws {
    let report = try MenuReport(result.study, conditions)
    self.provenance = provenance
    var reasons: [String] = []
    if case .failed(let why) = result.condition { reasons = why }
    run = RunSummary(
      condition: result.condition.name, reasons: reasons, events: result.events,
      accepted: result.study.all.accepted.events, liveTime: result.liveTime, liveTimeSource: result.liveTimeSource,
      luminosity: conditions.luminosity, setAside: SetAside(result.setAside), wallTime: result.wallTime,
      eventsPerSecond: result.eventsPerSecond,
      decisionHash: "\(result.decisionHash)", files: result.files)
    rates = report.rates
    efficiency = report.efficiency
    overlap = report.overlap
    level1Time = result.level1Time
    runningConditions = result.conditions.isEmpty ? nil : RunningConditionsReport(result.conditions)
    latency = result.latency.byStage.compactMap { StageLatency($0.stage, $0.latency) }
    self.fits = fits
    self.injected = injected.isEmpty ? nil : injected
    watch = result.watch
    farm = result.farm
    let imbalances = result.ledger.imbalances(whenFinished: true)
    ledger = LedgerReport(
      balanced: imbalances.isEmpty, unaccounted: result.ledger.stages.reduce(0) { $0 + abs($1.inFlight) },
      imbalances: imbalances, stages: result.ledger.stages)
  }

  /// The menu's part of the report, for tables.
  public var menuReport: MenuReport {
    MenuReport(
      liveTime: run.liveTime, luminosity: run.luminosity, rates: rates, efficiency: efficiency, overlap: overlap)
  }
}

extension ReplayReport.StageLatency {
  /// The quantiles of a sketch; nil when nothing was measured.
  init?(_ stage: String, _ histogram: LatencyHistogram) {
    guard let summary = histogram.summary else { return nil }
    func microseconds(_ nanoseconds: UInt64) -> Double { Double(nanoseconds) / 1000 }
    self.init(
      stage: stage, events: summary.count, p50: microseconds(summary.p50), p90: microseconds(summary.p90),
      p99: microseconds(summary.p99), p999: summary.count >= 1000 ? microseconds(summary.p999) : nil,
      maximum: microseconds(summary.maximum))
  }
}

extension ReplayReport.SetAside {
  /// The events that were set aside; nil if there are none.
  init?(_ events: SetAsideEvents) {
    guard events.count > 0 else { return nil }
    self.init(
      events: events.count, byDetector: events.byDetector,
      first: events.first.map {
        Example(
          event: "\($0.event)", detector: $0.hit.detector, column: $0.hit.column, hit: $0.hit.hit, found: $0.hit.found,
          expected: $0.hit.expected)
      })
  }
}
