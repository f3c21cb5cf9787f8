import EventModel
import TriggerStudies

/// What the stages of a run say at its end, wherever they were, and what follows from it.
struct RunOutcome {
  let ledger: Ledger
  var findings: StageFindings
  let failures: [String]
  let breakdown: String?
  let farm: FarmSummary
  let setAside: SetAsideEvents
  /// The monitor itself, where it is in this process.
  var monitor: (any EventMonitor)?
  var wallTime = 0.0
  var isAborted = false
  /// What did not add up while the run went on.
  var imbalances: [String] = []

  /// Judges the run and puts its result together.
  func result(_ configuration: ReplayConfiguration, inputs: ReplayInputs, study: MenuStudy) -> ReplayResult {
    var reasons = failures
    if let breakdown { reasons.append(breakdown) }
    let isBroken = isAborted || breakdown != nil
    reasons += isBroken ? imbalances : ledger.imbalances(whenFinished: true)
    func file(_ name: String) -> String? { findings.files.first { $0.hasSuffix("/\(name)") } }
    let failed = ledger.stages.reduce(0) { max($0, $1.failed) }
    if reasons.isEmpty && failed > 0 { reasons.append("\(failed) events could not be processed") }
    let verdicts = file("verdicts.arrow")
    let accepted = file("accepted.arrow")
    if !isBroken {
      reasons += Self.recount(accepted, ledger[CollectorStage.stage]?.passed)
      reasons += Self.recount(verdicts, ledger[SourceStage.stage]?.entered)
    }
    var condition = RunCondition.good
    if configuration.stop.isRequested { condition = .interrupted }
    if isAborted { condition = .aborted }
    if !reasons.isEmpty { condition = .failed(reasons) }
    let events = ledger[SourceStage.stage]?.entered ?? 0
    let (liveTime, liveTimeSource) = inputs.liveTime(of: events, repeats: configuration.repeats)
    return ReplayResult(
      condition: condition, ledger: ledger, study: study, decisionHash: findings.decisionHash ?? DecisionHash(),
      latency: findings.latency, monitor: monitor, fits: findings.fits ?? monitor?.results(nil) ?? [],
      watch: findings.watch, level1Time: findings.time, conditions: findings.conditions, files: findings.files,
      verdicts: verdicts,
      accepted: accepted, liveTime: liveTime, liveTimeSource: liveTimeSource, wallTime: wallTime, events: events,
      setAside: setAside, farm: farm, metadata: inputs.schema.metadata)
  }

  /// Counts what is in a file, read anew, against the ledger.
  private static func recount(_ path: String?, _ expected: Int?) -> [String] {
    guard let path, let expected else { return [] }
    let found = (try? FileInput(path: path))?.rows
    if found == expected { return [] }
    return ["\(path) holds \(found.map(String.init) ?? "an unknown number of") rows, not \(expected)"]
  }
}

extension ReplayInputs {
  /// Events that will go in, all passes; nil when the inputs do not say.
  func events(repeats: Int) -> Int? {
    var rows = 0
    for case let input as FileInput in inputs {
      guard let count = input.rows else { return nil }
      rows += count
    }
    let total = rows.multipliedReportingOverflow(by: repeats)
    return total.overflow || rows == 0 ? nil : total.partialValue
  }

  /// The time that replayed events stand for: the share of the streams that was played.
  func liveTime(of events: Int, repeats: Int) -> (Double?, String) {
    guard let total = liveTime, let expected = self.events(repeats: repeats), expected > 0 else {
      return (nil, "unknown")
    }
    return (total * Double(repeats) * Double(events) / Double(expected), "metadata")
  }
}
