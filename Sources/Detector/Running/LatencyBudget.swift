import Kinematics

/// A step of the way from the collision to the level-1 accept at the front-ends.
public struct LatencyStep: Equatable, Sendable {
  /// Branch: CDC, ECL, KLM, or common to all.
  public let branch: String
  /// What is done.
  public let component: String
  /// Time allotted, ns.
  public let time: Double
}

/// Latency of level 1, step by step. The steps of the slowest branch and the common ones add up to the total.
public struct LatencyBudget: Sendable {
  /// All steps in order.
  public let steps: [LatencyStep]
  /// Time from the collision to the accept at the front-ends, ns.
  public let total: Double

  init(_ table: DetectorTable) throws(DetectorTableError) {
    var steps: [LatencyStep] = []
    var total: Double?
    for row in table.rows.indices {
      let branch = try table.text(row, "branch")
      let time = try table.number(row, "allocation_us", in: 0...100) * Units.microsecond
      if branch == "TOTAL" {
        total = time
      } else {
        steps.append(LatencyStep(branch: branch, component: try table.text(row, "component"), time: time))
      }
    }
    guard let total else { throw table.error("no row TOTAL") }
    self.steps = steps
    self.total = total
  }
}
