import Online

/// One sentence on how a run is getting on, the worst first: what a shifter reads before anything else.
package struct Diagnosis: Equatable, Encodable {
  /// How bad it is.
  package enum Severity: String, Encodable {
    /// Nothing to do.
    case good
    /// Somebody should look.
    case warning
    /// Events are at stake, or the run has ended badly.
    case bad
  }

  /// How bad it is.
  package let severity: Severity
  /// The sentence.
  package let text: String

  /// Share of the triggers whose loss is worth a word.
  private static let notableDeadtime = 0.05
  /// s without a verdict after which a running run is called stale.
  private static let staleAfter = 5.0
  /// ms without a word of a stage after which it is called silent.
  private static let silentAfter = 1000.0

  /// Looks at a run, and at how it was a moment ago.
  package init(_ status: RunStatus, busy: [String: Double]) {
    (severity, text) = Self.diagnose(status, busy: busy)
  }

  private static func diagnose(_ status: RunStatus, busy: [String: Double]) -> (Severity, String) {
    if let imbalance = status.imbalances.first { return (.bad, "The ledger does not add up: \(imbalance).") }
    if let failure = status.failures.first { return (.bad, "Events failed: \(failure).") }
    let down = status.stages.filter { $0.state == "lost" || $0.state == "failed" }.map(\.stage)
    if let stage = down.first(where: { !$0.hasPrefix("hlt.") }) { return (.bad, "Stage \(stage) is lost.") }
    guard status.state == .running else {
      if let condition = status.condition, status.ended > 0 {
        return (condition == "good" ? .good : .bad, "The run has ended: \(condition).")
      }
      return (.good, "The run is \(status.state.rawValue).")
    }
    if let silent = status.stages.first(where: { ($0.silentFor ?? 0) > silentAfter && $0.state == "running" }) {
      return (.warning, "Nothing heard of \(silent.stage) for \(seconds((silent.silentFor ?? 0) / 1000)).")
    }
    if let age = status.dataAge, age > staleAfter {
      return (.bad, "No verdict for \(seconds(age)); \(slowest(status, busy)).")
    }
    if let lost = deadtime(status) { return (.warning, "\(lost); \(slowest(status, busy)).") }
    if !down.isEmpty {
      let farm = status.farm
      return (
        .warning,
        "\(farm.lost.count) workers were lost (\(down.joined(separator: ", "))); \(farm.eventsReturned) events went to others."
      )
    }
    return (.good, "Running; nothing lost; \(slowest(status, busy)).")
  }

  private static func deadtime(_ status: RunStatus) -> String? {
    guard let level1 = status.ledger.first(where: { $0.stage == "level1" }) else { return nil }
    let asked = level1.passed + level1.vetoed
    guard asked > 0, Double(level1.vetoed) > notableDeadtime * Double(asked) else { return nil }
    let cause = status.figures.deadTime.max { $0.events < $1.events }.map { ", most by \($0.cause)" } ?? ""
    return "\(percent(Double(level1.vetoed) / Double(asked))) of the triggers are lost to dead time\(cause)"
  }

  private static func slowest(_ status: RunStatus, _ busy: [String: Double]) -> String {
    guard let (stage, share) = busy.max(by: { ($0.value, $1.key) < ($1.value, $0.key) }) else {
      return "no stage's processor time is known"
    }
    return "the busiest stage is \(stage) with \(percent(share)) of a processor"
  }

  private static func percent(_ share: Double) -> String { "\(Int((100 * share).rounded())) %" }

  private static func seconds(_ time: Double) -> String { "\((10 * time).rounded() / 10) s" }
}
