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

/// Latency of level 1, step by step. All branches are delayed to the slowest, whose steps and the common ones add up to
/// the total.
public struct LatencyBudget: Equatable, Sendable {
  /// A branch with the time from the collision to the accept at the front-ends if only this branch had to be waited for.
  public struct Branch: Equatable, Sendable {
    /// Name: CDC, ECL, KLM.
    public let name: String
    /// Its own steps and the common ones, ns.
    public let latency: Double
    /// Time by which its signals are delayed to meet the slowest branch, ns.
    public let slack: Double
  }

  /// All steps in order.
  public let steps: [LatencyStep]
  /// Branches in order of their first step.
  public let branches: [Branch]
  /// Time from the collision to the accept at the front-ends, ns.
  public let total: Double
  /// The longest time that the front-ends' memory allows, ns.
  public let limit: Double

  /// Reads a budget in the form of the committed `l1_latency.tsv`.
  /// - Throws: `DetectorTableError` when the steps do not add up to the total, or the total is over the limit.
  public init(text: String, file: String) throws(DetectorTableError) {
    try self.init(DetectorTable(file: file, text: text))
  }

  init(_ table: DetectorTable) throws(DetectorTableError) {
    var steps: [LatencyStep] = []
    var named: [String: Double] = [:]
    for row in table.rows.indices {
      let branch = try table.text(row, "branch")
      let time = try table.number(row, "allocation_us", in: 0...100) * Units.microsecond
      if branch == "TOTAL" || branch == "LIMIT" {
        guard named.updateValue(time, forKey: branch) == nil else {
          throw table.error(row, "branch", "\"\(branch)\" stands here a second time")
        }
      } else {
        steps.append(LatencyStep(branch: branch, component: try table.text(row, "component"), time: time))
      }
    }
    guard let total = named["TOTAL"] else { throw table.error("no row TOTAL") }
    guard let limit = named["LIMIT"] else { throw table.error("no row LIMIT") }
    var sums: [(name: String, latency: Double)] = []
    let common = steps.reduce(0) { $1.branch == "common" ? $0 + $1.time : $0 }
    for step in steps where step.branch != "common" {
      if let index = sums.firstIndex(where: { $0.name == step.branch }) {
        sums[index].latency += step.time
      } else {
        sums.append((step.branch, common + step.time))
      }
    }
    guard let slowest = sums.max(by: { $0.latency < $1.latency }) else { throw table.error("no branch has a step") }
    guard abs(slowest.latency - total) < 0.5 else {
      throw table.error(
        "the slowest branch, \(slowest.name), takes \(slowest.latency / Units.microsecond) us, "
          + "but the row TOTAL says \(total / Units.microsecond) us")
    }
    guard total <= limit else {
      throw table.error(
        "level 1 takes \(total / Units.microsecond) us, the front-ends keep signals for "
          + "\(limit / Units.microsecond) us")
    }
    self.steps = steps
    self.total = total
    self.limit = limit
    branches = sums.map { Branch(name: $0.name, latency: $0.latency, slack: max(0, total - $0.latency)) }
  }
}
